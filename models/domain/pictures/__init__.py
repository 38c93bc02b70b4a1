"""Pictures of primary mathematics, drawn as SVG from a template's variables."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from models.domain.pictures.balances import Balance
from models.domain.pictures.bar_models import Bar, BarModel
from models.domain.pictures.charts import BarChart
from models.domain.pictures.clocks import Clock, DigitalClock
from models.domain.pictures.counters import Array, Coins, Dots, Groups
from models.domain.pictures.figures import Polygon, Rectangle, Ruler
from models.domain.pictures.number_lines import NumberLine
from models.domain.pictures.paper import PictureFault, Style, demand, plain_text
from models.domain.pictures.part_shapes import FractionBar, FractionCircle, Parts
from models.domain.pictures.place_value import BaseTen, HundredGrid, PlaceValueChart
from models.domain.pictures.tallies import Pictogram, Tally

__all__ = [
    "Array", "Balance", "Bar", "BarChart", "BarModel", "BaseTen", "Clock", "Coins",
    "DigitalClock", "Dots", "FractionBar", "FractionCircle", "Groups", "HundredGrid",
    "NumberLine", "Parts", "Pictogram", "Picture", "PictureFault", "PlaceValueChart",
    "Polygon", "Rectangle", "Ruler", "Style", "Tally", "check", "draw", "read",
]  # fmt: skip

Picture = (
    NumberLine | Dots | Array | Groups | Coins
    | FractionBar | FractionCircle | Parts
    | Clock | DigitalClock
    | BarChart | Pictogram | Tally
    | BaseTen | HundredGrid | PlaceValueChart
    | Rectangle | Polygon | Ruler
    | Balance | BarModel
)  # fmt: skip

#: Worked out by the one thread that imports this; two at once end the process (msgspec 0.22).
_MET = msgspec.json.Decoder(Picture)
_LONGEST_ALT = 1000
_LONGEST_FRACTION = 40


def read(fields: Mapping[str, object]) -> Picture:
    """A picture from its fields, as JSON or a template's evaluated variables give them.

    Values are whole numbers, `Fraction`s or texts like "3/4". Raises `PictureFault`.
    """
    try:
        made: Picture = msgspec.convert(_plain(fields), Picture, dec_hook=_fraction)
    except msgspec.ValidationError as fault:
        raise PictureFault(
            "picture", fields.get("kind"), f"as its kind asks: {fault}"
        ) from fault
    check(made)
    return made


def check(picture: Picture) -> None:
    """Raises `PictureFault` for a picture that no style could draw."""
    picture.check()


def draw(picture: Picture, style: Style) -> str:
    """An SVG document as text, the same bytes each time, for a page or a file.

    Raises `PictureFault` for impossible arguments, and where the words of this language do
    not fit: a label is never cut, and never written over another.
    """
    picture.check()
    demand(ok=bool(style.alt.strip()), field="alt", value=style.alt, allowed="given")
    plain_text("alt", style.alt, _LONGEST_ALT)
    return picture.draw(style)


def _plain(value: object) -> Any:
    """Whole `Fraction`s as int: exact arithmetic gives them where a count is asked for."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def _fraction(kind: type, value: object) -> object:
    if isinstance(value, Fraction):
        return value
    if kind is Fraction and isinstance(value, str) and len(value) <= _LONGEST_FRACTION:
        top, _, bottom = value.partition("/")
        if int(bottom or "1"):
            return Fraction(int(top), int(bottom or "1"))
    if kind is Fraction and isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    raise ValueError(f"{value!r} is no number")
