"""Draws curves into SVG or PNG files, for whoever would rather look.

matplotlib does the drawing. It is an extra, never on the hub: `pip install mangotree[plots]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from models.training.curves import Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Diagrams, row after row.
Grid: TypeAlias = "Sequence[Sequence[Axes]]"
FORMATS = (".svg", ".png")
#: Told apart by those who see no red or green (Okabe & Ito 2008).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")


class NoPictures(Exception):
    """A picture was asked for that cannot be drawn here; says why and what to do."""


def check_can_draw(path: Path) -> None:
    """Raises NoPictures before long work, not after it: a wrong ending, no matplotlib."""
    if path.suffix not in FORMATS:
        raise NoPictures(f"{path}: a picture's name ends in {' or '.join(FORMATS)}.")
    try:
        import matplotlib  # noqa: F401, PLC0415  (an extra; only whoever draws needs it)
    except ImportError as error:
        raise NoPictures(
            "Drawing needs matplotlib, which is not here. Run: pip install mangotree[plots]"
        ) from error


def draw_calibration(path: Path, curves: Mapping[str, Sequence[Point]]) -> None:
    """Promised against kept success, one line for each name; the diagonal is the ideal."""
    with _axes(path, "What was promised, and what came") as axes:
        axes.plot((0, 1), (0, 1), color="#999999", linewidth=1, linestyle=":")
        for colour, (name, points) in zip(COLOURS, curves.items(), strict=False):
            promised = [point.promised for point in points]
            kept = [point.kept for point in points]
            axes.plot(promised, kept, marker="o", color=colour, label=name)
        axes.set(xlabel="chance of a right answer, predicted", ylabel="share right")
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")


def draw_learning(path: Path, points: Sequence[Point]) -> None:
    """Success by opportunity, as it was and as it was predicted."""
    with _axes(path, "Success by opportunity on a skill") as axes:
        at = [point.at for point in points]
        axes.plot(at, [point.kept for point in points], marker="o", color=COLOURS[0])
        axes.plot(at, [point.promised for point in points], color=COLOURS[1], linestyle="--")
        axes.legend(("answers", "predicted"))
        axes.set_xticks([place for place in at if place == 1 or place % 5 == 0])
        axes.set(xlabel="opportunity", ylabel="share right", ylim=(0, 1))


@contextmanager
def panels(path: Path, rows: int, columns: int, inches: tuple[float, float]) -> Iterator[Grid]:
    """`rows` x `columns` empty diagrams, written to `path` when they are filled.

    Raises NoPictures as `check_can_draw` does.
    """
    check_can_draw(path)
    from matplotlib import rc_context  # noqa: PLC0415  (see check_can_draw)
    from matplotlib.figure import Figure  # noqa: PLC0415  (see check_can_draw)

    # Text stays text, and the same curves give the same bytes.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "mangotree"}):
        figure = Figure(figsize=inches, layout="constrained")
        places = range(1, rows * columns + 1)
        grid = [figure.add_subplot(rows, columns, place) for place in places]
        yield [grid[row * columns : (row + 1) * columns] for row in range(rows)]
        stamp = {"Date": None} if path.suffix == ".svg" else {}
        figure.savefig(path, metadata=stamp, dpi=150)


@contextmanager
def _axes(path: Path, title: str) -> Iterator[Axes]:
    with panels(path, 1, 1, (6.4, 4.8)) as grid:
        axes = grid[0][0]
        axes.set_title(title)
        yield axes
        if axes.get_legend() is None and axes.get_legend_handles_labels()[1]:
            axes.legend()
