"""The sheet that pictures are drawn on: plain SVG 1.1, its colours, its texts, its limits.

Tablets that never were online keep Chrome 49, and their pages forbid styles in the markup: so
presentation attributes only, `xlink:href`, no script, nothing from outside.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

#: Shown 280 pixels wide at the least, 19 units are 16.6 pixels: the smallest text children get.
WIDTH = 320.0
TEXT = 19.0
MARGIN = 14.0

# Of the learner's page. Outlines and text have a contrast of 3 or more on white; the lighter
# fills always stand inside such an outline.
INK, SOFT, BARK, LEAF = "#1c2b20", "#55624f", "#7a5230", "#0f5128"
CROWN, FRUIT, STONE, RED = "#3f9a4f", "#f2a01e", "#8a8f99", "#b3261e"
PALE_FRUIT, PALE_LEAF, WHITE = "#ffe3a6", "#e0f3df", "#ffffff"
GRID = "#8b8670"

Side = Literal["left", "middle", "right"]


class PictureFault(ValueError):
    """A picture cannot be drawn: which field, what stood there, what may stand there."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        super().__init__(f"{field} is {value!r}; it must be {allowed}")
        self.field, self.value, self.allowed = field, value, allowed


@dataclass(frozen=True, slots=True)
class Style:
    """How one learner's pictures are written.

    `alt` is what a screen reader says. `number` writes whole numbers, and fractions that end
    as decimals, in the learner's digits. `is_rtl` is the direction of the words. `unknown`
    stands for every "?" of a picture.
    """

    alt: str
    number: Callable[[int | Fraction], str]
    is_rtl: bool = False
    unknown: str = "?"
    font_family: str = "system-ui, Roboto, Noto Sans, sans-serif"


def demand(*, ok: bool, field: str, value: object, allowed: str) -> None:
    """Raises `PictureFault` unless `ok`."""
    if not ok:
        raise PictureFault(field, value, allowed)


def within(field: str, value: int | Fraction, low: int, high: int) -> None:
    """Raises `PictureFault` unless `low` <= `value` <= `high`."""
    demand(ok=low <= value <= high, field=field, value=value, allowed=f"{low} to {high}")


def plain_text(field: str, text: str, longest: int = 60) -> None:
    """Raises `PictureFault` for a text that is too long or that XML cannot hold."""
    demand(ok=len(text) <= longest, field=field, value=text, allowed=f"<= {longest} characters")
    bad = any(unicodedata.category(character) in {"Cc", "Cs", "Cn"} for character in text)
    demand(ok=not bad, field=field, value=text, allowed="printable characters")


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT) -> float:
    """The room that a text needs, in units: on the wide side of the fonts tablets carry."""
    # The last letter of an Arabic word has a tail: up to .7 em more than inside a word.
    tail = 0.6 if text and unicodedata.bidirectional(text[-1]) == "AL" else 0.0
    return size * (tail + sum(map(_advance, text)))


def _advance(character: str) -> float:
    """In ems. Digits of DejaVu Sans are .64 wide, Roboto's .56; its m is .97."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"} or character in "mwMW%":
        return 1.0
    if character in "+=<>\N{MINUS SIGN}":
        return 0.84
    if character in " .,:;ijlI'|!":
        return 0.36
    if character in "frt":
        return 0.45
    return 0.7 if character.isupper() else 0.64


def shortened(value: float) -> str:
    """A coordinate with one decimal at most: a tenth of a unit is less than a pixel."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


class Paper:
    """Collects the elements of one picture; `finished` gives the SVG."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._body: list[str] = []
        self._defined: dict[str, str] = {}

    def element(self, tag: str, content: str = "", /, **attributes: str | float) -> None:
        """Adds one element; `stroke_width=2` becomes `stroke-width="2"`."""
        self._body.append(_markup(tag, content, attributes))

    def line(
        self, start: tuple[float, float], end: tuple[float, float],
        colour: str = INK, width: float = 2,
    ) -> None:  # fmt: skip
        """A straight line with round ends."""
        (x1, y1), (x2, y2) = start, end
        self.path(f"M{_at(x1, y1)}L{_at(x2, y2)}", colour=colour, width=width)

    def path(
        self, course: str, *, fill: str = "none", colour: str = INK, width: float = 2
    ) -> None:
        """A path as SVG writes it."""
        self.element(
            "path", d=course, fill=fill, stroke=colour, stroke_width=width,
            stroke_linecap="round", stroke_linejoin="round",
        )  # fmt: skip

    def box(
        self, x: float, y: float, width: float, height: float, *,
        fill: str = WHITE, colour: str = INK, line: float = 2, radius: float = 0,
    ) -> None:  # fmt: skip
        """A rectangle by its upper left corner."""
        corner = {"rx": radius} if radius else {}
        self.element(
            "rect", x=x, y=y, width=width, height=height, fill=fill, stroke=colour,
            stroke_width=line, **corner,
        )  # fmt: skip

    def circle(
        self, x: float, y: float, radius: float, *,
        fill: str = WHITE, colour: str = INK, line: float = 2,
    ) -> None:  # fmt: skip
        """A circle by its middle."""
        self.element(
            "circle", cx=x, cy=y, r=radius, fill=fill, stroke=colour, stroke_width=line
        )

    def hatching(self, fill: str = PALE_FRUIT, colour: str = BARK) -> str:
        """A fill of slanted lines, told from a plain one without colour."""
        lines = (
            f'<rect width="8" height="8" fill="{fill}"/>'
            f'<path d="M1.5 0V8" stroke="{colour}" stroke-width="2.5"/>'
        )
        name = self.define(
            "pattern", lines, "hatch", width=8, height=8,
            patternUnits="userSpaceOnUse", patternTransform="rotate(45)",
        )  # fmt: skip
        return f"url(#{name})"

    def define(self, tag: str, content: str, name: str, /, **attributes: str | float) -> str:
        """Keeps something for later use; gives its id, which no other picture has."""
        # A NUL stands for the picture's own digest, which is known at the end.
        own = f"\0{name}"
        self._defined[name] = _markup(tag, content, {"id": own, **attributes})
        return own

    def use(self, name: str, x: float, y: float) -> None:
        """Draws what was defined under that id, moved to (x, y)."""
        self._body.append(used(name, x, y))

    def words(
        self, x: float, y: float, text: str, *, side: Side = "middle", size: float = TEXT,
        colour: str = INK, is_bold: bool = False,
    ) -> None:  # fmt: skip
        """A text in the learner's language; `side` says which part of it stands at x."""
        self._text(x, y, text, side, size, colour, is_bold=is_bold, is_rtl=self.style.is_rtl)

    def sign(
        self, x: float, y: float, text: str, *, side: Side = "middle", size: float = TEXT,
        colour: str = INK, is_bold: bool = False, halo: str = "",
    ) -> None:  # fmt: skip
        """A number or another piece of mathematics: left to right in every language.

        A `halo` of that colour keeps it legible across a line.
        """
        self._text(x, y, text, side, size, colour, is_bold=is_bold, is_rtl=False, halo=halo)

    def _text(
        self, x: float, y: float, text: str, side: Side, size: float, colour: str, *,
        is_bold: bool, is_rtl: bool, halo: str = "",
    ) -> None:  # fmt: skip
        if not text:
            return
        ends = ("end", "start") if is_rtl else ("start", "end")
        anchor = {"left": ends[0], "middle": "middle", "right": ends[1]}[side]
        given: dict[str, str | float] = {"x": x, "y": y + 0.36 * size}
        if anchor != "middle":
            given["text_anchor"] = anchor
        if size != TEXT:
            given["font_size"] = size
        if colour != INK:
            given["fill"] = colour
        if is_bold:
            given["font_weight"] = "bold"
        if halo:
            given |= {"stroke": halo, "stroke_width": 5, "paint_order": "stroke"}
        given["direction"] = "rtl" if is_rtl else "ltr"
        self.element("text", escape(text), **given)

    def finished(self, height: float) -> str:
        """The whole document, on its own white sheet: it stands on a dark page as well."""
        style = self.style
        drawn = "".join(self._body)
        kept = "".join(self._defined.values())
        defs = f"<defs>{kept}</defs>" if kept else ""
        font = (
            f' font-family={quoteattr(style.font_family)} font-size="{shortened(TEXT)}"'
            ' text-anchor="middle"'
        )
        if "<text" not in drawn + kept:
            font = ""
        text = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' viewBox="0 0 {shortened(WIDTH)} {shortened(height)}" role="img"'
            f" aria-label={quoteattr(style.alt)}>{defs}"
            f'<rect x="1" y="1" width="{shortened(WIDTH - 2)}" height="{shortened(height - 2)}"'
            f' rx="12" fill="{WHITE}" stroke="#cfc6ad" stroke-width="2"/>'
            f'<g{font} fill="{INK}">{drawn}</g></svg>'
        )
        digest = hashlib.sha256(text.encode()).hexdigest()[:7]
        return text.replace("\0", f"p{digest}")


def used(name: str, x: float, y: float) -> str:
    """The markup that draws a definition moved to (x, y)."""
    return f'<use xlink:href="#{name}" x="{shortened(x)}" y="{shortened(y)}"/>'


def course(points: list[tuple[float, float]], *, is_closed: bool = False) -> str:
    """The path through some points."""
    return "M" + "L".join(_at(x, y) for x, y in points) + ("Z" if is_closed else "")


def _at(x: float, y: float) -> str:
    return f"{shortened(x)} {shortened(y)}"


def _markup(tag: str, content: str, attributes: dict[str, str | float]) -> str:
    given = "".join(
        f" {key.replace('_', '-')}="
        + (quoteattr(value) if isinstance(value, str) else f'"{shortened(value)}"')
        for key, value in attributes.items()
    )
    return f"<{tag}{given}>{content}</{tag}>" if content else f"<{tag}{given}/>"
