"""Flags in words: one sentence each, what clears them, and the names of their numbers."""

from __future__ import annotations

from collections.abc import Callable

from hub.insight.flags.flag import Flag
from hub.insight.words import say

#: From here on a wrong rule is likelier than all else that could be behind the answers.
LIKELY = 0.5
#: A skill's or a wrong rule's id in the teacher's language.
Named = Callable[[str], str]


def sentence(flag: Flag, tag: str, *, skill: Named = str, rule: Named = str) -> str:
    """What a teacher reads first, in the language `tag`."""
    numbers = {one.code: one.value for one in flag.parts}
    told: dict[str, int | str] = {"skill": skill(flag.skill)}
    if flag.code == "stuck_soon":
        told["n"] = _whole(flag.numbers["answers"])
    elif flag.code == "wheel_spinning":
        told["n"] = _whole(numbers["OPPORTUNITIES"])
    elif flag.code == "misconception":
        return _misconception(flag, tag, told, rule)
    elif flag.code == "prerequisite":
        told["n"] = round(100 * float(flag.numbers["mastery"]))
        told["before"] = skill(str(flag.numbers["before"]))
    elif flag.code == "help_avoidance":
        told["n"] = _whole(flag.numbers["wrong"])
    elif flag.code == "idle":
        told["n"] = _whole(numbers["IDLE_MINUTES"])
    elif flag.code != "forgetting":
        told = {"n": _said(flag, numbers), "m": _whole(flag.numbers["answers"])}
    return say(tag, f"flag.{flag.code}", **told)


def clearing(flag: Flag, tag: str) -> str:
    """What would clear it, in the language `tag`."""
    if flag.clears is None:
        return say(tag, "flag.clears.none")
    return say(tag, f"flag.clears.{flag.clears.kind}", n=flag.clears.count)


def limit(flag: Flag, tag: str) -> str:
    """What "too quickly" means in a flag that says so; empty in any other."""
    source = flag.numbers.get("limit_from")
    return "" if source is None else say(tag, f"flag.limit.{source}")


def part(code: str, tag: str) -> str:
    """The name of one of a score's numbers."""
    return say(tag, f"flag.part.{code}")


def _misconception(flag: Flag, tag: str, told: dict[str, int | str], rule: Named) -> str:
    """The wrong rule; with its chance among all that could be behind the answers, if known."""
    shown = next(one.value for one in flag.parts if one.code == "SHOWN")
    told |= {"n": _whole(shown), "rule": rule(str(flag.numbers["rule"]))}
    if "chance" not in flag.numbers:
        return say(tag, "flag.misconception", **told)
    chance = float(flag.numbers["chance"])
    key = "flag.misconception_likely" if chance >= LIKELY else "flag.misconception_doubtful"
    return say(tag, key, chance=round(100 * chance), **told)


def _said(flag: Flag, numbers: dict[str, float]) -> int:
    """Of a flag that counts some of the latest answers: how many."""
    if flag.code == "rapid_guessing":
        return _whole(flag.numbers["quick"])
    return _whole(sum(value for code, value in numbers.items() if code != "LIMIT"))


def _whole(number: float | str) -> int:
    return int(float(number))
