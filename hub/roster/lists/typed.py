"""Names that a teacher typed or pasted, one a line: numbers, bullets and doubled blanks go."""

from __future__ import annotations

from collections.abc import Iterable

from hub.roster.lists.names import folded, is_formula, name_fault, tidy_line
from hub.roster.lists.remarks import Remark, Remarks, refused, remark
from hub.roster.lists.wanted import Pupil, Reading

#: More names than any class has, so that a book pasted by mistake is told at once.
MOST_TYPED = 2_000
#: Two commas and more in one line alone: the names stand beside each other, not below.
_COMMAS = ",،;؛"


def read_typed(text: str) -> Reading:
    """The learners named in `text`; raises ListRefused with every line that is no name."""
    lines = _lines(text)
    faults = Remarks()
    pupils = []
    for row, line in enumerate(lines, 1):
        name = tidy_line(line)
        if not name:
            continue
        fault = ("cell.formula", {"sign": name[0]}) if is_formula(name) else name_fault(name)
        if fault is not None:
            faults.add(fault[0], row=row, **fault[1])
        pupils.append(Pupil(name, "", row))
    if len(pupils) > MOST_TYPED:
        raise refused("typed.many", rows=f"{len(pupils):,}", most=f"{MOST_TYPED:,}")
    faults.refuse_any()
    if not pupils:
        raise refused("typed.empty")
    return Reading(tuple(pupils), notes=tuple(namesakes(pupils)))


def namesakes(pupils: Iterable[Pupil]) -> list[Remark]:
    """A note for each learner who has the name of an earlier one of the same class."""
    seen: dict[tuple[str, str], Pupil] = {}
    notes = []
    for one in pupils:
        first = seen.setdefault((one.group, folded(one.name)), one)
        if first is not one and not (one.source_id and first.source_id):
            notes.append(
                remark("note.namesake", one.file, one.row, name=one.name, first=first.row)
            )
    return notes


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    filled = [line for line in lines if line.strip()]
    if len(filled) == 1:
        only = filled[0].translate({ord(sign): "," for sign in _COMMAS})
        if only.count(",") >= 2:
            return only.split(",")
    return lines
