"""Simple items from a teacher's table: one row an item, or one language of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from models.domain.container import ArchiveFault, shown
from models.domain.exchange.draft import Draft, Wrong, hints, message, option_ids, tidy
from models.domain.exchange.pictures import image_name
from models.domain.exchange.report import ExchangeFault, Notes, Refused
from models.domain.exchange.source import Gathered
from models.domain.exchange.typed import KINDS, Reads, number_answer, typed_answer

COLUMNS = (
    "id", "skill", "question", "answer", "kind", "options", "wrong",
    "hint1", "hint2", "hint3", "locale", "difficulty", "image", "alt",
)  # fmt: skip
NEEDED = ("skill", "question", "answer")
#: As packs: 20,000 items are the most that a hub is measured with.
MOST_ROWS = 20_000
MOST_BYTES = 32 * 2**20
#: Gives the file of this name that stands beside the table; Refused where there is none.
Beside = Callable[[str], bytes]
_MISCONCEPTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `number` as a spreadsheet counts it."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"row {self.number}" + (f" ({self['id']})" if self["id"] else "")


def nothing_beside(name: str) -> bytes:
    """For a table that came without its folder."""
    raise Refused(f"file '{shown(name)}'", "is not beside the table")


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The pictures that rows name, taken in by their bytes."""

    beside: Beside
    taken: dict[str, bytes] = field(default_factory=dict)

    def fields(self, row: Row) -> dict[str, Any]:
        """The item's picture; nothing where the row names none."""
        if not row["image"]:
            return {}
        try:
            body = self.beside(row["image"])
            name = image_name(row["image"], body)
        except (Refused, ArchiveFault) as fault:
            raise Refused("column image", str(fault)) from fault
        self.taken[name] = body
        return {"picture": {"kind": "image", "file": f"={name}"}}


def read_table(
    body: bytes, locale: str, reads: Reads, notes: Notes, beside: Beside = nothing_beside
) -> Gathered:
    """The items of a table in CSV; rows that cannot be taken stand in `notes`.

    Raises ExchangeFault where the file itself is not one.
    """
    drafts: dict[str, Draft] = {}
    wrong: dict[str, Wrong] = {}
    pictures = _Pictures(beside)
    for row in _rows(body):
        key = row["id"] or f"row {row.number}"
        try:
            if key in drafts:
                drafts[key] = _translated(drafts[key], row, locale)
            else:
                draft = _draft(row, locale, reads, wrong, notes)
                drafts[key] = replace(draft, fields={**draft.fields, **pictures.fields(row)})
        except Refused as refused:
            notes.whole(row.name, refused)
    return Gathered(tuple(drafts.values()), tuple(wrong.values()), media=pictures.taken)


def _rows(body: bytes) -> Iterable[Row]:
    lines = csv.reader(io.StringIO(_text(body)), _dialect(body))
    head: list[str] = []
    try:
        for number, cells in enumerate(lines, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if not head:
                head = _head(cells)
                continue
            if number > MOST_ROWS:
                raise ExchangeFault(f"the table has more than {MOST_ROWS:,} rows: split it")
            if any(cell.strip() for cell in cells[len(head) :]):
                raise ExchangeFault(f"row {number}: there are more cells than column names")
            yield Row(number, dict(zip(head, map(tidy, cells), strict=False)))
    except csv.Error as error:
        raise ExchangeFault(f"row {lines.line_num}: {error}") from error
    if not head:
        raise ExchangeFault("the table is empty: its first row names the columns")


def _text(body: bytes) -> str:
    if len(body) > MOST_BYTES:
        raise ExchangeFault(f"the table is larger than {MOST_BYTES // 2**20} MB: split it")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = body.decode("utf-16", "replace").encode()
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ExchangeFault(
            f"line {line}: this is no UTF-8; it may be Windows-1252. Save it again as "
            "'CSV UTF-8', so that no letter is lost"
        ) from error


class _Dialect(csv.excel):
    strict = True


class _Semicolons(_Dialect):
    delimiter = ";"


class _Tabs(_Dialect):
    delimiter = "\t"


def _dialect(body: bytes) -> type[csv.Dialect]:
    """By what parts the names of the columns; none of them holds any such sign."""
    first = _text(body).lstrip().partition("\n")[0]
    return max((_Dialect, _Semicolons, _Tabs), key=lambda one: first.count(one.delimiter))


def _head(cells: list[str]) -> list[str]:
    head = [cell.strip().lower() for cell in cells]
    while head and not head[-1]:
        head.pop()
    for place, name in enumerate(head, start=1):
        if name not in COLUMNS:
            known = ", ".join(COLUMNS)
            raise ExchangeFault(
                f"row 1, column {place}: no column is '{name}'. There are {known}"
            )
        if head.index(name) != place - 1:
            raise ExchangeFault(f"row 1, column {place}: '{name}' is there twice")
    for name in NEEDED:
        if name not in head:
            raise ExchangeFault(f"row 1: the column '{name}' is missing")
    return head


def _draft(row: Row, locale: str, reads: Reads, wrong: dict[str, Wrong], notes: Notes) -> Draft:
    for column in NEEDED:
        if not row[column]:
            raise Refused(f"column {column}", "is empty")
    named = dict(_wrong(row, wrong))
    answer, options = _answer(row, named, reads)
    fields: dict[str, Any] = {"answer": answer, "difficulty": _difficulty(row)}
    if answer["kind"] not in ("choice", "expression"):
        fields["bugs"] = _bugs(row, named, notes)
    elif answer["kind"] == "expression":
        for text in named:
            notes.part(row.name, f"wrong answer '{text}'", "only of numbers and choices kept")
    texts = _texts(row, row["locale"] or locale, options, has_picture=bool(row["image"]))
    return Draft(row.name, (row["skill"],), fields, {row["locale"] or locale: texts})


def _answer(
    row: Row, named: Mapping[str, str], reads: Reads
) -> tuple[dict[str, Any], dict[str, str]]:
    kind = row["kind"].lower() or ("choice" if row["options"] else "")
    if kind in ("choice", "text-choice"):
        return _choice(row, named)
    if kind not in ("", *KINDS):
        known = ", ".join(("choice", "text-choice", *KINDS))
        raise Refused("column kind", f"there is no '{kind}'; there are {known}")
    try:
        answer = _typed(row["answer"], kind, reads)
    except Refused as refused:
        raise Refused("column answer", str(refused)) from refused
    return answer, {}


def _typed(text: str, kind: str, reads: Reads) -> dict[str, Any]:
    if kind == "expression":
        if not reads(text):
            raise Refused(f"'{text}'", "the answer checker cannot read it")
        return {"kind": "expression", "value": text}
    answer = number_answer(text) if kind else typed_answer(text, reads)
    if kind in ("", "number"):
        return answer
    if kind == "whole" and "/" in answer["value"]:
        raise Refused(f"'{text}'", "is no whole number")
    return {"kind": kind, "value": answer["value"]}


def _choice(row: Row, named: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    told = _parted(row["options"]) or [*_parted(row["answer"]), *named]
    right = [row["answer"]] if row["answer"] in told else _parted(row["answer"])
    for one in right:
        if one not in told:
            raise Refused("column options", f"the answer '{one}' is not among them")
    told = list(dict.fromkeys([*told, *named]))
    if not 2 <= len(told) <= 12:
        raise Refused("column options", f"{len(told)} of them, and there must be 2 to 12")
    ids = dict(
        zip(told, option_ids([f"o{place + 1}" for place in range(len(told))]), strict=True)
    )
    options = [
        {"id": ids[one], "text": f"option.{ids[one]}"}
        | ({"misconception": named[one]} if named.get(one) and one not in right else {})
        for one in told
    ]
    chosen = tuple(ids[one] for one in right)
    answer = {
        "kind": "choice",
        "options": options,
        "right": repr(chosen[0] if len(chosen) == 1 else chosen),
        "is_multiple": len(chosen) > 1,
    }
    return answer, {f"option.{ids[one]}": message(one) for one in told}


def _wrong(row: Row, known: dict[str, Wrong]) -> Iterable[tuple[str, str]]:
    """Wrong answers, each with its misconception or "": `12 = sub.smaller: feedback`."""
    for one in _parted(row["wrong"]):
        text, equals, told = one.rpartition(" = ")
        if not equals:
            yield one, ""
            continue
        name, _, feedback = (part.strip() for part in told.partition(":"))
        if not _MISCONCEPTION.fullmatch(name) or len(name) > 64:
            raise Refused("column wrong", f"'{name}' is no name like sub.smaller_from_larger")
        if not known.get(name, Wrong(name)).feedback:
            known[name] = Wrong(name, feedback)
        yield text.strip(), name


def _bugs(row: Row, named: Mapping[str, str], notes: Notes) -> list[dict[str, str]]:
    bugs = []
    for text, name in named.items():
        if not name:
            notes.part(row.name, f"wrong answer '{text}'", "names no misconception")
            continue
        try:
            bugs.append({"misconception": name, "value": number_answer(text)["value"]})
        except Refused as refused:
            raise Refused("column wrong", str(refused)) from refused
    return bugs


def _difficulty(row: Row) -> float:
    told = row["difficulty"].replace(",", ".")
    try:
        found = float(told or 0)
    except ValueError as error:
        raise Refused("column difficulty", f"'{told}' is no number") from error
    if not -6 <= found <= 6:
        raise Refused("column difficulty", "is from -6 (very easy) to 6 (very hard)")
    return found


def _translated(draft: Draft, row: Row, locale: str) -> Draft:
    tag = row["locale"] or locale
    if tag in draft.texts:
        raise Refused("column id", f"'{row['id']}' is there twice in '{tag}'")
    if not row["question"]:
        raise Refused("column question", "is empty")
    told = _parted(row["options"])
    known = draft.fields["answer"].get("options", ())
    if len(told) != len(known):
        why = f"has {len(told)}, and the first row of this id has {len(known)}"
        raise Refused("column options", why)
    options = {one["text"]: message(text) for one, text in zip(known, told, strict=True)}
    has_picture = "picture" in draft.fields
    texts = {**draft.texts, tag: _texts(row, tag, options, has_picture=has_picture)}
    return Draft(draft.name, draft.skills, draft.fields, texts)


def _texts(
    row: Row, tag: str, options: Mapping[str, str], *, has_picture: bool
) -> dict[str, str]:
    if has_picture and not row["alt"]:
        raise Refused("column alt", "is empty: say what the picture shows, without the answer")
    if row["alt"] and not has_picture:
        raise Refused("column alt", "tells of a picture, and column image names none")
    alt = {"alt": message(row["alt"])} if has_picture else {}
    given = [message(row[f"hint{number}"]) for number in (1, 2, 3)]
    return {"stem": message(row["question"]), **hints(given, tag), **options, **alt}


def _parted(cell: str) -> list[str]:
    return [one.strip() for one in cell.split(";") if one.strip()]
