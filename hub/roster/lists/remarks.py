"""What is to be said of a place in a list, in a person's words; the refusal that says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from hub.errors import RosterError
from models.domain.container import shown

#: So many faults are told with their places, of the rest the number: nobody mends more at once.
MOST_TOLD = 50
#: Of what stands in a list, so much is repeated in a sentence about it.
LONGEST_SHOWN = 40
_FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Remark:
    """A fault, or a note, at `file`, `row` (as a spreadsheet counts, 0 for none) and `field`.

    `code` names its two sentences in `words/*.json`; `facts` fills their places.
    """

    code: str
    file: str = ""
    row: int = 0
    field: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    def words(self, tag: str = "en") -> tuple[str, str]:
        """What is wrong, and what to do, in the language `tag`; KeyError for one without."""
        what, to_do = words(tag)[self.code]
        told = dict(self.facts)
        return what.format_map(told), to_do.format_map(told)

    def place(self, tag: str = "en") -> str:
        """Where it is: file, row, field, as far as there are any."""
        row = "" if not self.row else words(tag)["place.row"][0].format(row=self.row)
        return ", ".join(part for part in (self.file, row, self.field) if part)

    def sentence(self, tag: str = "en") -> str:
        """All of it in one line."""
        place = self.place(tag)
        what, to_do = self.words(tag)
        told = f"{what} {to_do}".rstrip()
        return f"{place}: {told}" if place else told


class ListRefused(RosterError):
    """A list is not taken, and nothing was written: `faults` are the first, `count` is all."""

    def __init__(self, faults: tuple[Remark, ...], count: int) -> None:
        super().__init__("\n".join(sentences(faults, count)))
        self.faults = faults
        self.count = count


class Remarks:
    """Gathers what is said of one list; of faults beyond the most, only the number."""

    def __init__(self) -> None:
        self.told: list[Remark] = []
        self.count = 0

    def add(
        self, code: str, file: str = "", row: int = 0, field: str = "", **facts: object
    ) -> None:
        """One more."""
        self.count += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(remark(code, file, row, field, **facts))

    def refuse_any(self) -> None:
        """Raises ListRefused when there is any."""
        if self.count:
            raise ListRefused(tuple(self.told), self.count)


def remark(code: str, file: str = "", row: int = 0, field: str = "", **facts: object) -> Remark:
    """A remark whose facts are safe to print: of what a list holds, a short and plain part."""
    told = tuple((name, _plain(value)) for name, value in facts.items())
    return Remark(code, _plain(file), row, _plain(field), told)


def refused(
    code: str, file: str = "", row: int = 0, field: str = "", **facts: object
) -> ListRefused:
    """The refusal of a list for one fault."""
    return ListRefused((remark(code, file, row, field, **facts),), 1)


def sentences(faults: tuple[Remark, ...], count: int, tag: str = "en") -> Iterator[str]:
    """A line for each fault that is told, and one for how many more there are."""
    for fault in faults:
        yield fault.sentence(tag)
    if count > len(faults):
        more = count - len(faults)
        yield " ".join(words(tag)["place.more"]).format(more=f"{more:,}")


@cache
def words(tag: str) -> dict[str, tuple[str, str]]:
    """All sentences of a language by code; FileNotFoundError for one that has none."""
    body = (_FOLDER / f"{tag}.json").read_bytes()
    return msgspec.json.decode(body, type=dict[str, tuple[str, str]])


def _plain(value: object) -> str:
    text = shown(str(value))
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
