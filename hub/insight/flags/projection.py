"""A class's flags as its log makes them: rows go in, what is in force comes out."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec

from hub.insight.flags import guessing, skills
from hub.insight.flags.clearing import clears, supposed
from hub.insight.flags.flag import Clears, Code, Flag, Judged, Kind, Now, Part, Says
from hub.insight.flags.forecast import forecast
from hub.insight.flags.ground import Ground
from hub.insight.flags.kept import Kept
from hub.insight.flags.need import Need, need, weight
from hub.insight.flags.pace import BACK, BLOCK, Pace
from hub.insight.flags.past import Past, Seen
from hub.store.log import Attempt, Event, Row

#: A learner's latest answers that count: some days' work.
WINDOW = 240
#: Rows of the log that count, back from its class's latest answer.
SPAN = 12_288
#: Rows that a hub must read at its start so that all is as it was: their times need earlier.
READ = SPAN + BACK + BLOCK
#: Answers of a learner for which a flag put off with "not now" stays away.
PUT_OFF = 10
#: Skills of so many latest questions have flags: of one left alone for longer, nothing is so
#: now. Those of so many are at work.
LATELY, AT_WORK = 20, 6
#: The kind of the log's rows by which a teacher answers a flag.
KIND = "flag"
#: Lumilo's figure: two minutes without an action (Holstein 2018).
IDLE_S = 120.0
#: Rules of a learner's way of working, and rules of one skill.
WHOLE: tuple[Code, ...] = ("rapid_guessing", "gaming", "hint_abuse", "ready")
EACH: tuple[Code, ...] = (
    "stuck_soon",
    "wheel_spinning",
    "misconception",
    "prerequisite",
    "forgetting",
    "help_avoidance",
)


class Answered(msgspec.Struct, frozen=True, array_like=True):
    """What a teacher said of a flag, and the row of the log that says it."""

    hub_seq: int
    learner: int
    code: Code
    skill: str
    says: Says


class Flags:
    """One class's; safe from any thread. `hear` costs the same whatever the class has done."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.hub_seq = 0
        self._lock = threading.RLock()
        self._pace = Pace()
        self._rows = Kept(ground, WINDOW)
        self._said: dict[int, list[Answered]] = {}
        self._asked: dict[int, _Found] = {}

    def hear(self, row: Row) -> None:
        """Takes in a row of the class's log; rows that tell flags nothing leave no trace."""
        with self._lock:
            if isinstance(row, Event):
                self._hear_event(row)
            else:
                self._hear_answer(row)

    def hear_all(self, rows: Iterable[Row]) -> None:
        """The same for many, the oldest first; the latest `READ` of the log are enough."""
        for row in rows:
            self.hear(row)

    def of(self, learner: int, now: Now | None = None) -> list[Flag]:
        """The learner's flags in force that no teacher put away, the weightiest first."""
        return [flag for flag in self.all_of(learner, now) if flag.said is None]

    def all_of(self, learner: int, now: Now | None = None) -> list[Flag]:
        """The same, with those that a teacher put away: `said` tells how."""
        now = Now() if now is None else now
        with self._lock:
            return self._found(learner, now)[0]

    def said_in(self, flag: Flag) -> int:
        """The row of the teacher's word that puts `flag` away; 0 where none does."""
        with self._lock:
            said = self._last_said(flag.learner, flag.code, flag.skill)
        return 0 if said is None or flag.said is None else said.hub_seq

    def need(self, learner: int, now: Now | None = None) -> Need:
        """How much the learner needs a visit, in parts that add up.

        The strongest flag of each code counts: a child is visited once. A forecast for the
        skill at work counts for what it is, though it is not yet sure enough to be a flag.
        """
        now = Now() if now is None else now
        with self._lock:
            every, likely = self._found(learner, now)
        open_ones = [flag for flag in every if flag.said is None]
        strongest: dict[str, Part] = {}
        for flag in open_ones:
            value = weight(flag.code, flag.score)
            strongest.setdefault(flag.code, Part(flag.code, value, flag.rows))
        if likely is not None:
            strongest.setdefault("stuck_soon", likely)
        top = open_ones[0] if open_ones else None
        return need(learner, tuple(strongest.values()), now, top)

    def score(self, learner: int, code: Code, skill: str, now: Now) -> Judged | None:
        """What the rule `code` says of the learner, in force or not."""
        with self._lock:
            return self._judge(code, skill, self.past(learner, now), now)

    def past(self, learner: int, now: Now) -> Past:
        """The learner's rows that count."""
        return _with(self._rows.of(learner, self._oldest()), (), now)

    def ends(self, learner: int) -> tuple[int, int]:
        """The learner's first and last rows that count; zeros for none."""
        with self._lock:
            return self._rows.ends(learner, self._oldest())

    def lately(self, learner: int, most: int) -> list[Seen]:
        """The learner's latest rows that count, at most so many, the oldest first."""
        with self._lock:
            return self._rows.of(learner, self._oldest())[-most:]

    def _oldest(self, more: int = 0) -> int:
        """Rows of the log up to here count no longer once it has `more`."""
        return max(0, self.hub_seq + more - SPAN)

    def _span(self, learner: int) -> tuple[int, int]:
        """The first row of the learner that counts and the latest that bears on flags."""
        first, last = self._rows.ends(learner, self._oldest())
        said = self._said.get(learner)
        return first, max(last, said[-1].hub_seq if said else 0)

    def _hear_answer(self, row: Attempt) -> None:
        self.hub_seq = row.hub_seq
        located = self.ground.locate(row.item, row.seed)
        if located is None or row.is_right is None:
            return
        self._rows.add(row, self._pace.hear(row.hub_seq, located.item, row.ms))

    def _hear_event(self, row: Event) -> None:
        facts = row.facts
        if row.kind == KIND:
            said = Answered(
                row.hub_seq, facts["learner"], facts["code"], facts["skill"], facts["says"]
            )
            self._said.setdefault(said.learner, []).append(said)
        elif row.kind == "undo":
            self._said = {
                learner: [one for one in said if one.hub_seq != facts["of"]]
                for learner, said in self._said.items()
            }
            self._asked.clear()

    def _found(self, learner: int, now: Now) -> tuple[list[Flag], Part | None]:
        """The flags in force, the weightiest first, and the forecast that is none yet.

        Only idleness is asked anew each time.
        """
        asked = replace(now, hand_up=None, idle_s=None)
        key = (*self._span(learner), asked)
        found = self._asked.get(learner)
        if found is None or found.key != key:
            # The past goes once all is worked out: those of a class would be many.
            past = self.past(learner, asked)
            flags = [self._flag(one) for one in self._standing(learner, past, asked)]
            found = _Found(key, flags, self._likely(learner, past, asked))
            self._asked[learner] = found
        idle = self._idle(learner, now)
        every = [*found.flags, idle] if idle is not None else found.flags
        return sorted(every, key=_weightiest), found.likely

    def _standing(self, learner: int, past: Past, now: Now) -> Iterator[_Standing]:
        """What the log says of the learner, in no order."""
        for code, skill in _asked_of(past):
            judged = self._judge(code, skill, past, now)
            if judged is None or not judged.holds:
                continue
            said = self._last_said(learner, code, skill)
            if said is None:
                yield _Standing(code, learner, skill, judged, past, now, None)
            else:
                one = _Standing(code, learner, skill, judged, past, now, said.says)
                yield from self._answered(one, said)

    def _answered(self, one: _Standing, said: Answered) -> Iterator[_Standing]:
        """What is left of a flag that the teacher answered."""
        if said.says == "handled":
            # What spoke for it then is dealt with; only what came since counts.
            fresh = [row for row in one.past.rows if row.hub_seq > said.hub_seq]
            past = Past(fresh, is_timed=one.now.is_timed)
            judged = self._judge(one.code, one.skill, past, one.now) if fresh else None
            if judged is not None and judged.holds:
                yield replace(one, judged=judged, past=past, said=None)
        elif said.says == "not_now":
            later = sum(row.hub_seq > said.hub_seq for row in one.past.rows)
            yield one if later < PUT_OFF else replace(one, said=None)
        else:
            is_same = self._since(one) <= said.hub_seq
            yield one if is_same else replace(one, said=None)

    def _flag(self, one: _Standing) -> Flag:
        judged = one.judged
        return Flag(
            code=one.code,
            learner=one.learner,
            skill=one.skill,
            scale=judged.scale,
            score=judged.score,
            parts=judged.parts,
            numbers=judged.numbers,
            since=self._since(one),
            clears=self._clears(one),
            said=one.said,
        )

    def _idle(self, learner: int, now: Now) -> Flag | None:
        """Nothing done for two minutes at a tablet that is at work."""
        if now.idle_s is None or now.idle_s < IDLE_S or not now.is_timed:
            return None
        parts = (Part("IDLE_MINUTES", now.idle_s / 60.0), Part("LIMIT", -IDLE_S / 60.0))
        judged = Judged("count", parts, {"idle_s": now.idle_s, "limit_s": IDLE_S})
        _, last = self._rows.ends(learner, self._oldest())
        return Flag(
            code="idle",
            learner=learner,
            skill="",
            scale=judged.scale,
            score=judged.score,
            parts=judged.parts,
            numbers=judged.numbers,
            since=last,
            clears=Clears("any", 1),
        )

    def _judge(self, code: Code, skill: str, past: Past, now: Now) -> Judged | None:
        before = self.ground.before(skill) if skill else ()
        rules = {
            "rapid_guessing": partial(guessing.rapid_guessing, past),
            "gaming": partial(guessing.gaming, past),
            "hint_abuse": partial(guessing.hint_abuse, past),
            "ready": partial(skills.ready, past),
            "stuck_soon": partial(forecast, past, skill, before),
            "wheel_spinning": partial(skills.wheel_spinning, past, skill),
            "misconception": partial(skills.misconception, past, skill, now),
            "prerequisite": partial(skills.prerequisite, past, skill, before, now),
            "forgetting": partial(skills.forgetting, past, skill),
            "help_avoidance": partial(guessing.help_avoidance, past, skill),
        }
        return rules[code]()

    def _since(self, one: _Standing) -> int:
        """The row from which on the rule has held, asked back question by question.

        Of a rule of one skill, at the questions of it.
        """
        since = one.past.rows[-1].hub_seq
        for row in reversed(one.past.rows):
            if not row.is_first or (one.skill and one.skill not in row.skills):
                continue
            before = one.past.until(row.hub_seq)
            judged = self._judge(one.code, one.skill, before, one.now)
            if judged is None or not judged.holds:
                break
            since = row.hub_seq
        return since

    def _clears(self, one: _Standing) -> Clears | None:
        """What clears it, tried on what the log would be then."""
        where = (one.skill,) if one.skill else one.past.rows[-1].skills

        def holds_after(kind: Kind, count: int) -> bool:
            more = supposed(kind, count, where, self.hub_seq)
            oldest = self._oldest(count)
            kept = [row for row in one.past.rows if row.hub_seq > oldest]
            past = _with(kept, more, one.now)
            judged = self._judge(one.code, one.skill, past, one.now)
            return judged is not None and judged.holds

        return clears(one.code, holds_after)

    def _last_said(self, learner: int, code: Code, skill: str) -> Answered | None:
        """The teacher's latest word on such a flag."""
        mine = self._said.get(learner, ())
        return next(
            (one for one in reversed(mine) if (one.code, one.skill) == (code, skill)), None
        )

    def _likely(self, learner: int, past: Past, now: Now) -> Part | None:
        """The forecast for the skill at work where it weighs most, though it is no flag."""
        judged = [
            found
            for skill in _skills(past, AT_WORK)
            if self._last_said(learner, "stuck_soon", skill) is None
            if (found := self._judge("stuck_soon", skill, past, now)) is not None
        ]
        if not judged:
            return None
        most = max(judged, key=lambda one: one.score)
        return Part("stuck_soon", weight("stuck_soon", most.score), most.rows)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A rule that holds of a learner, and what it was asked of."""

    code: Code
    learner: int
    skill: str
    judged: Judged
    past: Past
    now: Now
    said: Says | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found of a learner for one question, until a row or the question changes."""

    key: tuple[int, int, Now]
    flags: list[Flag]
    likely: Part | None


def _with(rows: Sequence[Seen], more: Sequence[Seen], now: Now) -> Past:
    return Past([*rows, *more][-WINDOW:], is_timed=now.is_timed)


def _weightiest(flag: Flag) -> tuple[float, str, str]:
    return -weight(flag.code, flag.score), flag.code, flag.skill


def _asked_of(past: Past) -> Iterator[tuple[Code, str]]:
    """Every rule that can speak, with its skill."""
    if not past.rows:
        return
    for code in WHOLE:
        yield code, ""
    for skill in _skills(past, LATELY):
        for code in EACH:
            yield code, skill


def _skills(past: Past, most: int) -> dict[str, None]:
    """The skills of the latest questions, each once."""
    return dict.fromkeys(skill for one in past.chances[-most:] for skill in one.seen.skills)
