"""Whose times are no evidence: followed through a class's log without the rest of its state.

A fit reads years of answers and needs of the teacher's words this one alone. Words begin, end
and are taken back by the very lines that the class at work goes through (`Overrides`).
"""

from __future__ import annotations

from hub.lesson.overrides import Overrides
from hub.store.log import Attempt, Event, Row
from models.domain.pack import Pack


class Exempt:
    """The exemptions of a class; every row of its log comes by, in order."""

    def __init__(self) -> None:
        self._words = Overrides()
        self._enrolled: list[int] = []

    def passed(self, row: Row) -> None:
        """Time goes by, and a word may be spoken, undone or over. Before all else of a row."""
        self._words.passed(row)
        if not isinstance(row, Event):
            return
        if row.kind == "enrol":
            self._enrolled += row.facts["learners"]
        elif row.kind == "group":
            self._words.set_group(row.hub_seq, row.facts["group"], row.facts["learners"])
        elif row.kind == "override" and row.facts["action"] == "exempt":
            self._words.add(row, row.facts)
        elif row.kind == "undo":
            self._words.drop([row.facts["of"]])
            self._words.unset_group(row.facts["of"])

    def moved(self, former: Pack, pack: Pack) -> None:
        """The class goes on with another pack."""
        self._words.moved(former, pack)

    def heard_ms(self, row: Attempt) -> int:
        """How long an answer took that moves a learner model; 0 where that is no evidence.

        Once for each such answer: a word may end after so many of them.
        """
        ms = 0 if self._words.of(row.learner) else row.ms
        self._words.answered(row, self._enrolled)
        return ms
