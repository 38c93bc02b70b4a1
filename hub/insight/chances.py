"""What a predicted chance rests on, in words: what speaks for it, what against, what if."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

Reasons = Sequence[tuple[str, float]]


class Words(NamedTuple):
    """A code in words: its name in a table, and said where it raises or lowers a chance."""

    name: str
    raises: str
    lowers: str


def _same(name: str, said: str) -> Words:
    """For evidence that is a fact of its own, whichever way it counts."""
    return Words(name, said, said)


#: Every code with which the kernels add up a chance, of the shipped layer and of fitted models.
EVIDENCE = {
    "BIAS": _same("where every question starts", "where every question starts"),
    "MASTERY": Words("mastery", "the skill is coming along", "the skill is not mastered yet"),
    "ABILITY": Words("all skills", "does well overall", "finds much of this hard so far"),
    "SKILL_ABILITY": Words(
        "this skill", "better here than elsewhere", "weaker here than elsewhere"
    ),
    "SKILL_DIFFICULTY": Words("how hard the skill is", "an easy skill", "a hard skill"),
    "ITEM_DIFFICULTY": Words("how hard the question is", "an easy question", "a hard question"),
    "ITEM_DISCRIMINATION": _same(
        "how much the question tells", "it tells apart who knows the skill and who does not"
    ),
    "RECENT_SKILL": Words(
        "latest answers here", "the latest answers here went well", "the latest went wrong here"
    ),
    "LATEST_SKILL": Words("last answer here", "right here last time", "wrong here last time"),
    "RECENT_ALL": Words(
        "latest answers", "the latest answers went well", "the latest answers went wrong"
    ),
    "ITEM_BEFORE": _same("this very question", "met this very question before"),
    "ITEM_RIGHT": _same("this question, right", "had this very question right last time"),
    "ITEM_WRONG": _same("this question, wrong", "had this very question wrong last time"),
    "PRACTICE": _same("practice so far", "the practice here so far"),
    "WINS": _same("right answers here", "the right answers here so far"),
    "MISSES": _same("wrong answers here", "the wrong answers here so far"),
    "MEMORY": Words("memory", "practised not long ago", "not practised for a while"),
    "SPACING": Words("time between", "practised just now", "not practised just now"),
    "NEW_SKILL": _same("first try", "never tried before"),
    "PACE": _same("pace", "how quickly the last answers came"),
    "HINTS": Words("hints", "few hints taken", "hints taken"),
    "TIME": _same("time", "how long ago it was practised"),
    "SEQUENCE": Words(
        "what came before", "it follows well on what came before", "it is a jump"
    ),
}
#: Parts below this move no chance by more than about one in a hundred.
SMALL = 0.05
#: More than so many on one side is no answer to "why".
MOST = 3
#: More answers than this are no answer to "what would change it".
MOST_ANSWERS = 5


def balance(reasons: Reasons) -> str:
    """What speaks for a right answer and what against, the strongest first."""
    told = [(code, part) for code, part in reasons if code != "BIAS" and abs(part) >= SMALL]
    told.sort(key=lambda reason: -abs(reason[1]))
    raising = [EVIDENCE[code].raises for code, part in told if part > 0][:MOST]
    lowering = [EVIDENCE[code].lowers for code, part in told if part < 0][:MOST]
    sides = (("For it", raising), ("Against", lowering))
    return " ".join(f"{side}: {'; '.join(said)}." for side, said in sides if said)


def what_if(chance: float, suppose: Callable[[Sequence[bool]], float]) -> str:
    """The fewest right and wrong answers to it that would change what is said of it.

    `suppose` gives the chance after such answers; what is said here comes true by them.
    """
    parts = []
    for is_right, kind in ((True, "right"), (False, "wrong")):
        for count in range(1, MOST_ANSWERS + 1):
            tenths = in_ten(suppose([is_right] * count))
            if tenths != in_ten(chance):
                answers = "answer" if count == 1 else "answers"
                parts.append(f"{count} {kind} {answers} would make it {tenths} in 10")
                break
    return f"{'; '.join(parts)}." if parts else ""


def in_ten(chance: float) -> int:
    """A chance as people say it: so many in ten."""
    return round(chance * 10)
