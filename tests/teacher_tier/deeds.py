"""What a teacher does to a class, one deed each, on a class where some was done before."""

from __future__ import annotations

from collections.abc import Callable

from hub.lesson.rest import Rule
from hub.overriding import CLASS, Note, Whom
from hub.teaching import Teaching

#: What `prepared` leaves behind, in the order of the log.
PREPARED = ("pin", "mastery", "group", "pace")
NAMES = {"first": "Red", "second": "Blue"}


#: What is done, as a page does it.
Deed = Callable[[Teaching], object]


def prepare(teaching: Teaching) -> None:
    """Words of each kind that a later deed changes or takes back."""
    words = teaching.words
    teaching.override(1, "pin", 3)
    words.set_mastery(1, Whom(1), 0, "known", Note(reason="Counts goats"))
    group, _ = words.set_group(1, [2, 3], name=NAMES["first"])
    words.set_pace(1, Whom(group=group), 65, Note(answers=5))


def _undo(action: str) -> Deed:
    def does(teaching: Teaching) -> None:
        [one] = [one for one in teaching.overrides(1) if one.action == action]
        teaching.undo(1, one.hub_seq)

    return does


def _group(teaching: Teaching) -> int:
    return next(iter(teaching.words.groups.all))


def _undo_group(teaching: Teaching) -> None:
    teaching.words.set_group(1, [1], group=_group(teaching))


_WHY = Note(reason="Saw it on paper", by=2, days=3)

DEEDS: dict[str, Deed] = {
    "pin": lambda it: it.override(2, "pin", 4, _WHY),
    "skip for the class": lambda it: it.words.set_skill(1, CLASS, "skip", 1),
    "unlock": lambda it: it.override(3, "unlock", 10),
    "park": lambda it: it.words.set_skill(1, CLASS, "park", 2, Note(answers=9)),
    "ban": lambda it: it.words.ban(1, Whom(group=_group(it)), "add20.1", _WHY),
    "mastery": lambda it: it.words.set_mastery(1, Whom(2), 0, 40, Note(reason="Asked her")),
    "mastery of the class": lambda it: it.words.set_mastery(
        1, CLASS, 1, "not_yet", Note(reason="Test")
    ),
    "goal": lambda it: it.words.set_goal(1, Whom(1), "support", _WHY),
    "pace": lambda it: it.words.set_pace(1, CLASS, 70),
    "exemption": lambda it: it.words.exempt(1, Whom(3), _WHY),
    "a new group": lambda it: it.words.set_group(1, [1, 2], name=NAMES["second"]),
    "a group's learners": _undo_group,
    "undo a pin": _undo("pin"),
    "undo a mastery": _undo("mastery"),
    "undo a group's pace": _undo("pace"),
    "ask a question": lambda it: it.ask(1, "count10.2", 7),
    "pause": lambda it: it.set_state(1, "pause"),
    "breaks": lambda it: it.set_rest(1, Rule(600, 120, 0)),
    "read aloud": lambda it: it.set_aloud(1, "self"),
    "limits of appeals": lambda it: it.set_reach(1, "off"),
    "a visit": lambda it: it.visit(1, "visited"),
    "a quiz": lambda it: it.start_quiz(1, (0, 1), most=4, learners=[1, 2]),
}
