"""How much a learner needs a visit, as one number, and why, as one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from hub.insight.progress import Seen
from hub.insight.words import say

#: As many wrong answers in a row as make a row of them.
STUCK_AT = 3
#: Struggle weighs more than any idleness: teachers left alone go to the idle, while help that
#: follows struggle is what goes with learning (Jin et al. 2025).
STRUGGLE, IDLE, SILENT = 2.0, 1.0, 0.9


@dataclass(frozen=True, slots=True)
class Need:
    """`code` names the reason, empty for none; `skill` is the id of the skill in trouble."""

    score: float = 0.0
    code: str = ""
    number: int = 0
    skill: str = ""
    is_stuck: bool = False

    def sentence(self, tag: str) -> str:
        """The reason in the language `tag`; empty where there is none."""
        return say(tag, f"walk.why.{self.code}", n=self.number) if self.code else ""


def need(seen: Seen, status: str, idle_min: int) -> Need:
    """What is known of a learner who is here."""
    wrong = _wrong_in_a_row(seen)
    if wrong >= STUCK_AT:
        return Need(STRUGGLE + wrong, "wrong", wrong, is_stuck=True)
    if status == "silent":
        return Need(SILENT, "silent")
    if status == "idle":
        return Need(IDLE, "idle", idle_min)
    return Need()


def _wrong_in_a_row(seen: Seen) -> int:
    count = 0
    for mark in reversed(seen.recent):
        if mark is not False:
            break
        count += 1
    return count
