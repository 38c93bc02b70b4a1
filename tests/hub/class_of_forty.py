"""A class of forty with the starter pack, its tablets, and answers as the hub takes them in."""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.messages import Answer
from hub.app import Hub
from hub.roster.devices import Device
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.packs import right

NAMES = [
    f"{first}{second}" for first in "BDKMNRST" for second in ("ala", "ebi", "iku", "osa", "uru")
]
#: An answer that no question of numbers has.
WRONG = "987654"


@dataclass(slots=True)
class Forty:
    """The class; each learner sits at a tablet of their own."""

    hub: Hub
    class_id: int = 0
    _tablets: dict[int, Device] = field(default_factory=dict)
    _seqs: dict[int, int] = field(default_factory=dict)

    def open(self) -> None:
        """Adds the class, and lets everybody sit down."""
        _, body = load_pack(starter_path())
        pack = self.hub.teaching.install_pack(body, where="the starter pack")
        self.class_id = self.hub.teaching.add_class("Standard 3", pack, NAMES).id
        for learner in self.learners:
            self._tablets[learner] = self.hub.devices.pair(self.class_id, "A tablet")[0]
            self.hub.progress.on_sign_in(learner, self._tablets[learner].id)

    @property
    def learners(self) -> list[int]:
        """In the class's order."""
        return [one.id for one in self.hub.people.in_class(self.class_id)]

    def answers(self, learner: int, *, is_right: bool) -> None:
        """The learner answers what is at hand."""
        room, tablet = self.hub.classroom.rooms[self.class_id], self._tablets[learner]
        problem, item = room.problems.get(learner), room.next_item(learner)
        assert item is not None
        seed = room.seed(learner) if problem is None else problem.seed
        step = 0 if problem is None else problem.now
        name = room.pack.items[item].id
        self._seqs[learner] = self._seqs.get(learner, 0) + 1
        sent = Answer(
            boot=1,
            device_seq=self._seqs[learner],
            learner=learner,
            session=self.hub.devices.session(tablet.id, learner),
            item=name,
            seed=seed,
            answer=right(room.pack, name, seed) if is_right else WRONG,
            step=step,
        )
        self.hub.classroom.answer(tablet, sent)
