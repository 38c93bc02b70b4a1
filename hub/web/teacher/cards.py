"""A child to visit in a teacher's words: why, the wrong answer itself, what to ask and say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from hub.insight.flags.telling import sentence
from hub.insight.words import say
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.web.maths import html
from hub.web.teacher.board import State, Stop
from hub.web.teacher.evidence import title
from hub.web.teacher.reading import Reader, Version, reader, skill_by_id
from models.domain.showing import Picture

#: What to ask where nothing was answered wrong.
_ASKS: dict[State, str] = {
    "hand": "walk.ask.hand",
    "stuck": "walk.ask.show",
    "silent": "walk.ask.tablet",
    "idle": "walk.ask.think",
}
#: As much of an answer as a question repeats.
_LONGEST_GIVEN = 24


@dataclass(frozen=True, slots=True)
class Missed:
    """A question and the wrong answer to it, None where there is none yet; `at` is its item,
    seed and step.
    """

    question: Version
    given: Version | None
    picture: Picture | None
    at: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Card:
    """One child to visit; `missed` is None where nothing was answered wrong."""

    learner: Learner
    state: State
    since: str
    why: str
    missed: Missed | None
    ask: str
    tip: Version | None
    visits: int


def card(room: Room, tag: str, stop: Stop) -> Card:
    """`stop` in the language `tag`; the room must stand still meanwhile."""
    found = None if stop.at is None else reader(room, stop.learner.id, *stop.at[:2], tag)
    return Card(
        learner=stop.learner,
        state=stop.state,
        since=_since(tag, stop),
        why=_why(room, tag, stop),
        missed=None if stop.at is None or found is None else _missed(found, stop.at, stop),
        ask=_ask(tag, stop, found),
        tip=_tip(room, tag, stop, found),
        visits=stop.visits,
    )


def _missed(found: Reader, at: tuple[int, int, int], stop: Stop) -> Missed:
    step, row = at[2], stop.wrong
    given = None if row is None else found.given(step, row.answer)[0]
    return Missed(found.question(step)[0], given, found.picture(step), at)


def _since(tag: str, stop: Stop) -> str:
    if stop.hand_min is None:
        return ""
    if stop.has_former_hand:
        since = say(tag, "ago.former_start")
    elif stop.hand_min < 1:
        since = say(tag, "ago.now")
    else:
        since = say(tag, "ago.minutes", n=stop.hand_min)
    return say(tag, "walk.hand", since=since)


def _why(room: Room, tag: str, stop: Stop) -> str:
    """The reason; for a child without trouble, the turn."""
    if stop.need.flag is not None:
        return sentence(
            stop.need.flag,
            tag,
            skill=partial(skill_by_id, room, tag),
            rule=partial(_rule, room, tag),
        )
    return say(tag, f"walk.why.{_reason(stop)}", name=stop.learner.name, n=stop.others_since)


def _reason(stop: Stop) -> str:
    if stop.need.is_silent:
        return "silent"
    if stop.state == "hand":
        return "asks"
    if stop.need.is_in_doubt:
        return "doubt"
    if stop.visits == 0:
        return "never"
    return "turn" if stop.others_since else "well"


def _rule(room: Room, tag: str, rule: str) -> str:
    return title(room.pack, rule, tag)


def _ask(tag: str, stop: Stop, found: Reader | None) -> str:
    """A question to begin with: after the way to the wrong answer, where there is one."""
    if found is None or stop.wrong is None or stop.state == "silent":
        return say(tag, _ASKS.get(stop.state, "walk.ask.proud"))
    given, _ = found.line(stop.wrong.step, stop.wrong.answer)
    if not given.strip("- ") or len(given) > _LONGEST_GIVEN:
        return say(tag, "walk.ask.show")
    return say(tag, "walk.ask.how", given=given)


def _tip(room: Room, tag: str, stop: Stop, found: Reader | None) -> Version | None:
    """What helps: against the wrong rule that the answer shows, else the question's hint."""
    row = stop.wrong
    if found is None or row is None:
        return None
    own = found.own.locale
    note = title(room.pack, row.misconception, tag, "teacher") if row.misconception else ""
    if note:
        return Version(Markup("{}").format(note), own.tag, own.direction)
    hints = found.own.hints_of(row.step)
    # The last one tells the answer.
    return Version(html(hints[0], own), own.tag, own.direction) if len(hints) > 1 else None
