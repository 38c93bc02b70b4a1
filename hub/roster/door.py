"""The class's door: who comes in by what, who waits before it, whom the teacher lets in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from hub.errors import NotAllowed, RosterError
from hub.roster.codes import Codes
from hub.roster.people import Learner, People, Style
from hub.roster.seats import Seats
from hub.roster.tries import Tries

#: Long enough to walk over and tap the card, too short to be used by somebody else later.
LET_IN_S = 120.0
#: A child who has not asked again for so long is at something else.
WAITS_S = 600.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A learner before the code; `needs_help` where it asked for help or had to wait."""

    learner: Learner
    device: int
    needs_help: bool


class Door:
    """Lets learners in; safe from any thread."""

    def __init__(
        self,
        people: People,
        codes: Codes,
        tries: Tries,
        seats: Seats,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.codes = codes
        self.tries = tries
        self.seats = seats
        self._people = people
        self._monotonic = monotonic
        self._lock = threading.Lock()
        #: Before the code: the learner's tablet, since when, and whether help is wanted.
        self._before: dict[int, tuple[int, float, bool]] = {}
        self._let_in: dict[int, tuple[int, float]] = {}

    def load(self) -> None:
        """Reads what the database holds; who was stuck when the hub went down is so still."""
        for part in (self.codes, self.tries, self.seats):
            part.load()
        for device, learner in self.tries.stuck():
            self.wait(device, learner, needs_help=True)

    def style(self, learner: Learner) -> Style:
        """How this learner signs in."""
        return self._people.classes[learner.class_id].sign_in

    def is_open(self, device: int, learner: int) -> bool:
        """Whether the learner may work on this tablet without being asked for a code."""
        found = self._people.learners.get(learner)
        if found is None:
            return True  # refused by those who know who may answer
        if found.presence != "here":
            return False
        return self.style(found) == "tap" or learner in self.seats.at(device).learners

    def enter(self, device: int, learner: Learner, entered: str | None) -> bool:
        """Whether the learner is in; False where a code is wanted and none was `entered`.

        Raises NotAllowed for a wrong one, and with how long while the next has to wait.
        """
        if self.is_open(device, learner.id) or self._use_up(device, learner.id):
            self._came_in(device, learner.id)
            return True
        pair = (device, learner.id)
        if entered is None:
            self.wait(device, learner.id, needs_help=self.tries.wait_s(pair) > 0)
            return False
        self.tries.begin(pair)
        if self.codes.is_code(learner.id, self.style(learner), entered):
            self._came_in(device, learner.id)
            return True
        self.tries.wrong(pair)
        wait_s = self.tries.wait_s(pair)
        self.wait(device, learner.id, needs_help=wait_s > 0)
        raise NotAllowed("That was not the learner's code.", retry_s=wait_s)

    def enter_by_card(self, device: int, token: str) -> int | None:
        """The learner whose printed card it is, and who is in now; None for a dead card."""
        learner = self.codes.by_card(token)
        if learner is not None:
            self._came_in(device, learner)
        return learner

    def wait(self, device: int, learner: int, *, needs_help: bool = False) -> None:
        """The learner stands before the code on that tablet."""
        with self._lock:
            old = self._before.get(learner)
            is_known = old is not None and old[0] == device and old[2]
            self._before[learner] = (device, self._monotonic(), needs_help or is_known)

    def waiting(self, class_id: int) -> list[Waiting]:
        """Who stands before the code, those who need help first."""
        since_s = self._monotonic() - WAITS_S
        with self._lock:
            found = list(self._before.items())
        people = self._people.learners
        here = [
            Waiting(people[learner], device, needs_help)
            for learner, (device, at_s, needs_help) in found
            if at_s > since_s and learner in people and people[learner].class_id == class_id
        ]
        return sorted(here, key=lambda one: not one.needs_help)

    def let_in(self, learner: int) -> int:
        """The teacher vouches for the learner, once and for two minutes; gives the tablet.

        RosterError where the learner waits at none.
        """
        with self._lock:
            waits = self._before.get(learner)
            if waits is None or waits[1] < self._monotonic() - WAITS_S:
                raise RosterError(
                    "This learner waits at no tablet now. Have the card tapped there first."
                )
            device = waits[0]
            self._let_in[learner] = (device, self._monotonic() + LET_IN_S)
        self.tries.right((device, learner))
        return device

    def is_let_in(self, device: int, learner: int) -> bool:
        """Whether the teacher has opened for this learner on this tablet."""
        where, until_s = self._let_in.get(learner, (0, 0.0))
        return where == device and self._monotonic() < until_s

    def _use_up(self, device: int, learner: int) -> bool:
        with self._lock:
            return self.is_let_in(device, learner) and bool(self._let_in.pop(learner))

    def _came_in(self, device: int, learner: int) -> None:
        with self._lock:
            # Who stood before this tablet earlier does so no more.
            gone = [one for one, waits in self._before.items() if waits[0] == device]
            for one in [*gone, learner]:
                self._before.pop(one, None)
        self.tries.right((device, learner))
