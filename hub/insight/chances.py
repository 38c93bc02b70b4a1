"""What a predicted chance rests on, in words: what speaks for it, what against, what if."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hub.insight.words import say
from hub.insight.words.teacher import listed

Reasons = Sequence[tuple[str, float]]

#: Every code with which the kernels add up a chance, of the shipped layer and of fitted models.
#: A code's words are three: its name, and what is said where it raises or lowers a chance.
EVIDENCE = (
    "BIAS", "MASTERY", "ABILITY", "SKILL_ABILITY", "SKILL_DIFFICULTY", "ITEM_DIFFICULTY",
    "ITEM_DISCRIMINATION", "RECENT_SKILL", "LATEST_SKILL", "RECENT_ALL", "ITEM_BEFORE",
    "ITEM_RIGHT", "ITEM_WRONG", "PRACTICE", "WINS", "MISSES", "MEMORY", "SPACING", "NEW_SKILL",
    "PACE", "HINTS", "TIME", "SEQUENCE",
)  # fmt: skip
#: Parts below this move no chance by more than about one in a hundred.
SMALL = 0.05
#: More than so many on one side is no answer to "why".
MOST = 3
#: More answers than this are no answer to "what would change it".
MOST_ANSWERS = 5


def name(code: str, tag: str = "en") -> str:
    """What a piece of evidence is called."""
    return say(tag, f"chance.{code}_name")


def balance(reasons: Reasons, tag: str = "en") -> str:
    """What speaks for a right answer and what against, the strongest first."""
    told = [(code, part) for code, part in reasons if code != "BIAS" and abs(part) >= SMALL]
    told.sort(key=lambda reason: -abs(reason[1]))
    raising = [say(tag, f"chance.{code}_raises") for code, part in told if part > 0][:MOST]
    lowering = [say(tag, f"chance.{code}_lowers") for code, part in told if part < 0][:MOST]
    sides = (("for", raising), ("against", lowering))
    return " ".join(
        say(tag, f"chance.{side}", parts=listed(tag, said, ";")) for side, said in sides if said
    )


def what_if(chance: float, suppose: Callable[[Sequence[bool]], float], tag: str = "en") -> str:
    """The fewest right and wrong answers to it that would change what is said of it.

    `suppose` gives the chance after such answers; what is said here comes true by them.
    """
    told = []
    for is_right, key in ((True, "chance.if_right"), (False, "chance.if_wrong")):
        for count in range(1, MOST_ANSWERS + 1):
            tenths = in_ten(suppose([is_right] * count))
            if tenths != in_ten(chance):
                told.append(say(tag, key, n=count, tenths=tenths))
                break
    return " ".join(told)


def in_ten(chance: float) -> int:
    """A chance as people say it: so many in ten."""
    return round(chance * 10)
