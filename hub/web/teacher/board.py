"""A class as all phones see it at one moment: a tile for each child, and whom to visit."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from devices.messages import Saying
from hub.insight.progress import Seen, Status
from hub.lesson.hands import Raised
from hub.lesson.rest import When, since_ms
from hub.lesson.room import Room
from hub.lesson.visits import Word
from hub.roster.people import Learner
from hub.store.log import Attempt
from hub.web.parts import Parts
from hub.web.teacher.need import Need, Needs
from hub.web.teacher.walk import Candidate, next_three

#: What a teacher should know first of a child; the first that holds.
State = Literal["hand", "stuck", "silent", "idle", "resting", "working", "away"]
#: Each in one letter, for what is pushed.
LETTERS: dict[State, str] = {
    "hand": "h", "stuck": "s", "silent": "t", "idle": "i", "resting": "r", "working": "w",
    "away": "a",
}  # fmt: skip
SAYINGS: dict[Saying | None, str] = {
    "too_easy": "e", "too_hard": "d", "other_kind": "k", None: "",
}  # fmt: skip
SIGNS = {"1": "✓", "0": "✗", "?": "?"}
_MARKS = {True: "1", False: "0", None: "?"}
_MINUTE_MS = 60_000
#: Faster than this nobody reads; slower and a raised hand waits.
PUSH_EVERY_S = 0.5
#: A silent connection is closed by some routers; also how soon "quiet" shows.
BEAT_S = 10.0


@dataclass(frozen=True, slots=True)
class Tile:
    """A child on the grid; `marks` are the last verdicts as 1, 0 and ?, the newest last, `said`
    what the child said of a question a few answers ago.
    """

    learner: Learner
    state: State
    marks: str
    said: Saying | None = None

    @property
    def shown(self) -> str:
        """The marks as signs."""
        return "".join(SIGNS[mark] for mark in self.marks)

    @property
    def code(self) -> str:
        """All of it that changes, as it is pushed."""
        return LETTERS[self.state] + self.marks + SAYINGS[self.said]


@dataclass(frozen=True, slots=True)
class Stop:
    """A child to visit: why, since how many minutes a hand is up, what was answered wrong.

    `at` is the item, seed and step that the hand went up at, or that `wrong` was given to.
    """

    learner: Learner
    state: State
    need: Need
    at: tuple[int, int, int] | None
    wrong: Attempt | None
    visits: int
    others_since: int
    hand_min: int | None
    has_former_hand: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The class at one moment; `number` grows with each, `version` is that of what it shows."""

    number: int
    version: int
    tiles: tuple[Tile, ...]
    stops: tuple[Stop, ...]
    counts: tuple[tuple[State, int], ...]
    visits: int
    unvisited: int
    last_word: Word | None

    def codes(self) -> dict[int, str]:
        """Every tile as it is pushed."""
        return {tile.learner.id: tile.code for tile in self.tiles}


class Board:
    """One class's frames, each made once for all phones; safe from any thread."""

    def __init__(self, parts: Parts, class_id: int, is_over: threading.Event) -> None:
        self._parts = parts
        self._class_id = class_id
        self._is_over = is_over
        self._needs = Needs(parts.flagging, class_id)
        self._next = threading.Condition()
        self._is_awaited = False
        self._making = threading.Lock()
        self._frame: Frame | None = None
        self._made_s = 0.0

    def now(self) -> Frame:
        """The class as it is."""
        with self._making:
            version = self._parts.progress.version
            number = 0 if self._frame is None else self._frame.number
            self._frame = look(self._parts, self._class_id, self._needs, number + 1, version)
            self._made_s = time.monotonic()
            return self._frame

    def after(self, number: int) -> Frame:
        """The first frame behind `number`: once something changed, at the latest after a beat.

        One thread waits for that and makes the frame, the others wait for it to be made. None
        of them holds a lock meanwhile: it would go to whoever comes back first, again and
        again, and one phone would see every third frame only.
        """
        with self._next:
            self._next.wait_for(lambda: not self._is_awaited or self._is_behind(number))
            if (last := self._frame) is not None and last.number > number:
                return last
            self._is_awaited = True
        try:
            self._parts.progress.wait(-1 if last is None else last.version, BEAT_S)
            self._is_over.wait(max(0.0, self._made_s + PUSH_EVERY_S - time.monotonic()))
            return self.now()
        finally:
            with self._next:
                self._is_awaited = False
                self._next.notify_all()

    def _is_behind(self, number: int) -> bool:
        return self._frame is not None and self._frame.number > number


def look(parts: Parts, class_id: int, needs: Needs, number: int = 0, version: int = 0) -> Frame:
    """The class at this moment; `needs` are the class's own, kept from look to look."""
    with parts.classroom.lock:
        room, now = parts.classroom.rooms[class_id], parts.classroom.now()
        resting = parts.classroom.resting(class_id)
        children = [
            _child(parts, room, needs, now, learner, is_resting=learner.id in resting)
            for learner in parts.people.in_class(class_id)
        ]
        visits = room.visits
        stops = tuple(_stop(room, now, child) for child in _to_visit(children))
        tiles = tuple(child.tile for child in children)
        states = Counter(tile.state for tile in tiles)
        return Frame(
            number=number,
            version=version,
            tiles=tiles,
            stops=stops,
            counts=tuple((state, states[state]) for state in LETTERS),
            visits=visits.total,
            unvisited=sum(visits.of(tile.learner.id).visits == 0 for tile in tiles),
            last_word=visits.last,
        )


@dataclass(frozen=True, slots=True)
class _Child:
    tile: Tile
    seen: Seen | None
    need: Need
    raised: Raised | None
    candidate: Candidate


def _child(
    parts: Parts, room: Room, needs: Needs, now: When, learner: Learner, *, is_resting: bool
) -> _Child:
    seen, status = parts.progress.of(learner.id), parts.progress.status(learner.id)
    found = Need()
    if seen is not None and status != "away":
        idle_min = int(parts.progress.idle_s(seen) // 60)
        found = needs.of(learner.id, seen, "working" if is_resting else status, idle_min)
    raised = next((one for one in room.hands if one.learner == learner.id), None)
    row = 0 if raised is None else raised.hub_seq
    answers, visits = room.answers(learner.id), room.visits
    candidate = Candidate(
        learner.id,
        found.score,
        visits.others_since(learner.id),
        row,
        visits.is_left_alone(learner.id, now, answers, row),
    )
    return _Child(
        Tile(
            learner,
            _state(status, found, is_resting=is_resting, is_raised=raised is not None),
            "".join(_MARKS[mark] for mark in seen.recent) if seen else "",
            _said(room, learner.id),
        ),
        seen,
        found,
        raised,
        candidate,
    )


def _state(status: Status, found: Need, *, is_resting: bool, is_raised: bool) -> State:
    if is_raised:
        return "hand"
    if status == "away":
        return "away"
    if is_resting:
        return "resting"
    return "stuck" if found.is_stuck else status


def _said(room: Room, learner: int) -> Saying | None:
    mine = [one.says for one in room.appeals.of(learner) if not one.is_overruled]
    return mine[-1] if mine else None


def _to_visit(children: Sequence[_Child]) -> list[_Child]:
    by_learner = {child.tile.learner.id: child for child in children}
    here = [child.candidate for child in children if child.tile.state not in _NOT_LISTED]
    return [by_learner[one.learner] for one in next_three(here)]


#: Who is not in the room, or does what the teacher's own rule asks.
_NOT_LISTED = ("away", "resting")


def _stop(room: Room, now: When, child: _Child) -> Stop:
    raised, learner = child.raised, child.tile.learner
    minutes = None
    if raised is not None:
        up = When(raised.hub_boot, raised.monotonic_ms, raised.wall_s, raised.clock_trusted)
        minutes = since_ms(up, now) // _MINUTE_MS
    at, wrong = _shown(room, child)
    return Stop(
        learner=learner,
        state=child.tile.state,
        need=child.need,
        at=at,
        wrong=wrong,
        visits=room.visits.of(learner.id).visits,
        others_since=child.candidate.others_since,
        hand_min=minutes,
        has_former_hand=raised is not None and raised.hub_boot != now.hub_boot,
    )


def _shown(room: Room, child: _Child) -> tuple[tuple[int, int, int] | None, Attempt | None]:
    """The question to show, and what was answered wrong to it.

    That at which the hand went up; else that of the last wrong answer: of the skill in
    trouble, else of any.
    """
    rows = list(child.seen.wrongs if child.seen else ())[::-1]
    rows = [row for row in rows if room.line.of(row.seed) is room.pack]
    raised = child.raised
    if raised is not None and room.line.of(raised.seed) is room.pack:
        at = (raised.item, raised.seed, raised.step)
        return at, next((row for row in rows if _place(row) == at), None)
    skill = room.pack.skill_index.get(child.need.skill, -1)
    of_skill = [row for row in rows if skill in room.pack.item_skills[row.item]]
    row = next(iter([*of_skill, *rows]), None)
    return (None, None) if row is None else (_place(row), row)


def _place(row: Attempt) -> tuple[int, int, int]:
    return row.item, row.seed, row.step
