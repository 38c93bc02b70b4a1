"""Names in a line beside each other: in one row, or in two or three when they are long."""

from __future__ import annotations

from itertools import pairwise

from models.domain.pictures.paper import (
    MARGIN,
    SOFT,
    TEXT,
    WIDTH,
    Paper,
    PictureFault,
    text_width,
)

_AIR = 5.0
_ROW = TEXT + 6


def rows_needed(field: str, names: tuple[str, ...], middles: list[float]) -> int:
    """In how many rows the names stand without touching; refuses those that need four."""
    for rows in (1, 2, 3):
        if all(_is_clear(names[i::rows], middles[i::rows]) for i in range(rows)):
            return rows
    raise PictureFault(field, names, "shorter, or fewer: they touch each other")


def height_of(rows: int) -> float:
    """The room that so many rows need, in units."""
    return rows * _ROW


def draw_names(
    paper: Paper, names: tuple[str, ...], middles: list[float], top: float, *, rows: int,
    is_above: bool = False,
) -> None:  # fmt: skip
    """Writes each name at its place; a thin line leads to one that stands farther away."""
    for place, (name, x) in enumerate(zip(names, middles, strict=True)):
        away = place % rows
        row = rows - 1 - away if is_above else away
        y = top + (row + 0.5) * _ROW
        if away:
            near = (top + rows * _ROW, y + 11) if is_above else (top, y - 11)
            paper.line((x, near[0]), (x, near[1]), SOFT, 1)
        paper.words(_inside(x, name), y, name)


def _is_clear(names: tuple[str, ...], middles: list[float]) -> bool:
    spans = sorted(
        (_inside(x, name) - text_width(name) / 2, _inside(x, name) + text_width(name) / 2)
        for name, x in zip(names, middles, strict=True)
    )
    fits = all(left >= MARGIN / 2 and right <= WIDTH - MARGIN / 2 for left, right in spans)
    pairs = pairwise(spans)
    return fits and all(right + _AIR <= left for (_, right), (left, _) in pairs)


def _inside(x: float, name: str) -> float:
    """The middle of a name, moved so that the name stays on the sheet."""
    half = text_width(name) / 2 + MARGIN / 2
    return min(max(x, half), WIDTH - half)
