"""The teaching report as a picture: gains and harm of each rule, a panel for each law."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.training.pictures import COLOURS, panels
from models.training.teaching.report import Report, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: What the upper and the lower panels show, from 0 on: fields of a row, and their words.
SHOWN = (
    {"gain": "gain, all pupils", "lowest_quartile": "gain, lowest quartile"},
    {"wheel_spin": "share of attempts that spin", "hopeless": "share that is hopeless"},
)


def draw(report: Report, path: Path) -> None:
    """Draws the first trouble of `report`, the clean terms, into `path`.

    Raises `NoPictures` as `models.training.pictures.check_can_draw` does.
    """
    rows = [row for row in report.rows if row.trouble == report.rows[0].trouble]
    with panels(path, len(SHOWN), len(report.laws), (2.6 * len(report.laws) + 1, 6.0)) as grid:
        for fields, line in zip(SHOWN, grid, strict=True):
            highest = max(0.1, *(getattr(row, field) for row in rows for field in fields))
            for axes, (law, words) in zip(line, report.laws.items(), strict=True):
                axes.set_title(f"{law} {words.split(':')[0]}")
                _panel(axes, [row for row in rows if row.law == law], fields)
                axes.set_xlim(0, 1.05 * highest)
                if axes is not line[0]:
                    axes.set_yticklabels([])
            line[0].legend(fontsize="x-small")


def _panel(axes: Axes, rows: Sequence[Row], fields: dict[str, str]) -> None:
    """Two dots a rule, the first rule on top; what lies below 0 is drawn at 0."""
    places = list(range(len(rows)))[::-1]
    # The upper panels have the first two colours, the lower ones the next two.
    first = 0 if "gain" in fields else 2
    for colour, (field, words) in zip(COLOURS[first:], fields.items(), strict=False):
        at = [max(0.0, getattr(row, field)) for row in rows]
        axes.plot(at, places, "o", color=colour, label=words, clip_on=False)
    axes.set_yticks(places, [row.rule for row in rows])
    axes.grid(axis="y", color="#dddddd")
