"""The teaching report as a picture: gains and harm of each rule, a panel for each law.

SVG is written by the lines below. PNG needs the package cairosvg, which the hub does not
bring; where it is missing, asking for a PNG is refused before anything is simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from models.training.teaching.report import Report, Row

LEFT, PANEL, GAP, LINE, TOP = 120, 190, 20, 26, 78
ALL, LOWEST, WHEEL, HOPELESS = "#1b5e8c", "#d1495b", "#6b4e9b", "#e08e2b"
LEGEND = (
    (ALL, "gain, all pupils"),
    (LOWEST, "gain, lowest quartile"),
    (WHEEL, "share of attempts that spin"),
    (HOPELESS, "share that is hopeless"),
)


def require_writer(path: Path | None) -> None:
    """Refuses a file that `write` cannot write; raises `ValueError` with what to do."""
    if path is None or path.suffix == ".svg":
        return
    if path.suffix != ".png":
        raise ValueError(f"{path.name}: a plot is a .svg or a .png file")
    if find_spec("cairosvg") is None:
        raise ValueError(f"{path.name}: a PNG needs the package cairosvg; ask for a .svg")


def write(report: Report, path: Path) -> None:
    """Draws the first trouble of `report`, the clean terms, into `path`."""
    require_writer(path)
    picture = drawn(report)
    if path.suffix == ".svg":
        path.write_text(picture, encoding="utf-8")
    else:
        path.write_bytes(import_module("cairosvg").svg2png(bytestring=picture.encode()))


def drawn(report: Report) -> str:
    """The SVG: above, gains from 0; below, shares of attempts from 0."""
    rows = [row for row in report.rows if row.trouble == report.rows[0].trouble]
    rules = list(dict.fromkeys(row.rule for row in rows))
    width = LEFT + len(report.laws) * (PANEL + GAP)
    height = TOP + 2 * (len(rules) * LINE + 60)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="t" font-family="sans-serif" font-size="13">',
        f'<title id="t">Teaching simulation, {escape(report.rows[0].trouble)}: '
        "gains and harm of each rule under each law</title>",
        f'<rect width="{width}" height="{height}" fill="#fffdf6"/>',
        *_legend(),
        *_block(report, rows, rules, TOP, is_gain=True),
        *_block(report, rows, rules, TOP + len(rules) * LINE + 60, is_gain=False),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _legend() -> Iterator[str]:
    for place, (colour, words) in enumerate(LEGEND):
        x = 20 + place * 215
        yield f'<circle cx="{x}" cy="22" r="5" fill="{colour}"/>'
        yield f'<text x="{x + 11}" y="27">{words}</text>'


def _block(
    report: Report, rows: Sequence[Row], rules: Sequence[str], top: int, *, is_gain: bool
) -> Iterator[str]:
    """Two dots a rule in each law's panel, on one scale for all panels."""
    colours = (ALL, LOWEST) if is_gain else (WHEEL, HOPELESS)
    pairs = {(row.law, row.rule): _pair(row, is_gain=is_gain) for row in rows}
    highest = max(0.1, *(max(pair) for pair in pairs.values()))
    for place, rule in enumerate(rules):
        y = top + 24 + place * LINE
        weight = ' font-weight="bold"' if rule == "hub" else ""
        where = f'x="{LEFT - 8}" y="{y + 4}" text-anchor="end"'
        yield f"<text {where}{weight}>{escape(rule)}</text>"
    for number, (law, words) in enumerate(report.laws.items()):
        x = LEFT + number * (PANEL + GAP)
        title = f"{law} {words.split(':')[0]}"
        yield f'<text x="{x}" y="{top + 4}" font-weight="bold">{escape(title)}</text>'
        yield from _axis(x, top + 18 + len(rules) * LINE, highest)
        for place, rule in enumerate(rules):
            y = top + 24 + place * LINE
            yield f'<path d="M{x} {y}h{PANEL - 10}" stroke="#ddd"/>'
            for value, colour in zip(pairs[law, rule], colours, strict=True):
                at = x + max(0.0, value) / highest * (PANEL - 10)
                yield f'<circle cx="{at:.1f}" cy="{y}" r="5" fill="{colour}"/>'


def _pair(row: Row, *, is_gain: bool) -> tuple[float, float]:
    if is_gain:
        return row.gain, row.lowest_quartile
    return row.wheel_spin, row.hopeless


def _axis(x: int, y: int, highest: float) -> Iterator[str]:
    yield f'<path d="M{x} {y - 8}h{PANEL - 10}" stroke="#333"/>'
    yield f'<text x="{x}" y="{y + 8}" font-size="11">0</text>'
    end = x + PANEL - 10
    yield f'<text x="{end}" y="{y + 8}" font-size="11" text-anchor="end">{highest:.2f}</text>'
