"""Any words in any order: a restored class goes on as one that was never saved."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hub.app import Hub
from hub.lesson.models import Models
from hub.lesson.packs import Packs
from hub.lesson.rebuild import rebuild
from hub.lesson.room import Room
from hub.store.log import Attempt, Event, Row

LEARNERS, GROUPS = (1, 2, 3, 4), (1, 2)
DAY_S = 86_400


class Teacher:
    """Draws rows that a hub could write, with all kinds of words, ends and undos."""

    def __init__(self, room: Room, seed: int) -> None:
        self._room = room
        self._random = Random(seed)
        self._device_seq = 0
        self._boot, self._wall_s, self._is_trusted = 1, 1_790_000_000, 1
        self.words: list[int] = []

    def row(self) -> Row:
        draw = self._random.random()
        if draw < 0.02:
            self._boot += 1
            self._is_trusted = self._random.randint(0, 1)
        self._wall_s += self._random.choice((30, 600, DAY_S))
        if draw < 0.75:
            return self._answer()
        if draw < 0.82 and self.words:
            of = self.words.pop(self._random.randrange(len(self.words)))
            return self._event("undo", {"of": of})
        if draw < 0.86:
            learners = self._random.sample(LEARNERS, 2)
            group = self._random.choice(GROUPS)
            return self._event("group", {"group": group, "learners": learners})
        return self._word()

    def _word(self) -> Event:
        facts: dict[str, Any] = {"learner": 0}
        whom = self._random.random()
        if whom < 0.6:
            facts["learner"] = self._random.choice(LEARNERS)
        elif whom < 0.8:
            facts["group"] = self._random.choice(GROUPS)
        facts |= self._what()
        if facts["action"] != "mastery":
            facts["answers"] = self._random.choice((0, 1, 4))
            facts["days"] = self._random.choice((0, 0, 2))
        row = self._event("override", facts)
        self.words.append(row.hub_seq)
        return row

    def _what(self) -> dict[str, Any]:
        action = self._random.choice(
            ("pin", "skip", "unlock", "park", "ban", "mastery", "goal", "pace", "exempt")
        )
        facts: dict[str, Any] = {"action": action, "leaves": []}
        if action in ("pin", "skip", "unlock", "park", "mastery"):
            facts["skill"] = self._random.randrange(len(self._room.pack.skills))
        if action == "ban":
            facts["item"] = self._random.randrange(len(self._room.pack.items))
        if action == "goal":
            facts["goal"] = self._random.choice(("support", "accelerate", "practice"))
        if action in ("mastery", "pace"):
            facts |= {"value": self._random.choice((0.6, 0.75, 0.9)), "before": 0.7}
            facts["weight"] = self._random.choice((1.0, 0.4))
        return facts

    def _answer(self) -> Attempt:
        self._device_seq += 1
        learner, room = self._random.choice(LEARNERS), self._room
        item = room.next_item(learner)
        return Attempt(
            hub_seq=room.hub_seq + 1,
            class_id=1,
            device=1,
            boot=1,
            device_seq=self._device_seq,
            learner=learner,
            item=0 if item is None else item,
            seed=room.seed(learner),
            answer="7",
            is_right=int(self._random.random() < 0.7),
            step=0,
            ms=self._random.choice((0, 900, 8000)),
            hints=0,
            tries=1,
            at=0,
            hub_boot=self._boot,
            monotonic_ms=self._device_seq,
            wall_s=self._wall_s,
            clock_trusted=self._is_trusted,
            p=None,
            next_item=None,
        )

    def _event(self, kind: str, facts: dict[str, Any]) -> Event:
        stamp = (self._boot, self._device_seq, self._wall_s, self._is_trusted)
        return Event(self._room.hub_seq + 1, 1, kind, json.dumps(facts), *stamp)


def fresh(hub: Hub) -> Room:
    packs = Packs(hub.reader)
    return Room(1, packs.begun(1), Models(hub.reader), packs)


def test_a_class_restored_at_any_row_goes_on_as_the_one_that_was_not(hub: Hub) -> None:
    for seed in range(3):
        room, _ = rebuild(hub.reader, 1)
        teacher, ended = Teacher(room, seed), 0
        for turn in range(250):
            other = fresh(hub)
            other.restore(room.hub_seq, room.save())
            assert other.save() == room.save()
            row, had = teacher.row(), len(room.overrides)
            assert other.apply(row) == room.apply(row), (seed, turn, row)
            assert other.save() == room.save(), (seed, turn, row)
            assert [other.next_item(one) for one in LEARNERS] == [
                room.next_item(one) for one in LEARNERS
            ]
            ended += len(room.overrides) < had and isinstance(row, Attempt)
        assert ended > 0


def test_all_words_taken_back_leave_the_learner_models_as_if_none_was_said(hub: Hub) -> None:
    with_words, _ = rebuild(hub.reader, 1)
    without, _ = rebuild(hub.reader, 1)
    teacher = Teacher(with_words, seed=9)
    for _ in range(250):
        row = teacher.row()
        with_words.apply(row)
        if isinstance(row, Attempt):
            without.apply(row)
    left = {one.hub_seq for one in with_words.overrides} | set(teacher.words)
    assert with_words.tracer.to_bytes() != without.tracer.to_bytes()
    for of in sorted(left):
        seq = with_words.hub_seq + 1
        with_words.apply(Event(seq, 1, "undo", json.dumps({"of": of}), 9, 0, 0, 0))
    assert with_words.overrides == []
    assert with_words.tracer.to_bytes() == without.tracer.to_bytes()
