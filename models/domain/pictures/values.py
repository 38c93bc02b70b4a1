"""How a value stands in a picture: a whole number, a decimal, a stacked or mixed fraction."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from models.domain.pictures.paper import INK, TEXT, Paper, PictureFault, Style, text_width

_GAP = 5.0
Token = int | str
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Written:
    """A value in the learner's digits: `whole` beside `top` over `bottom`, either may lack."""

    whole: str = ""
    top: str = ""
    bottom: str = ""
    is_negative: bool = False

    @property
    def width(self) -> float:
        """The room it needs, in units."""
        sign = 14.0 if self.is_negative and self.top else 0.0
        gap = _GAP if self.whole and self.top else 0.0
        return sign + text_width(self.whole) + gap + self._stack

    @property
    def _stack(self) -> float:
        return max(text_width(self.top), text_width(self.bottom)) + 4 if self.top else 0.0

    @property
    def height(self) -> float:
        """The room it needs, in units."""
        return 2 * TEXT + 6 if self.top else TEXT

    def draw(self, paper: Paper, x: float, y: float, colour: str = INK) -> None:
        """Draws it with its middle at (x, y)."""
        left = x - self.width / 2
        if self.is_negative and self.top:
            paper.line((left, y), (left + 8, y), colour)
            left += 14
        if self.whole:
            room = text_width(self.whole)
            paper.sign(left + room / 2, y, self.whole, colour=colour)
            left += room + _GAP
        if self.top:
            middle = left + self._stack / 2
            paper.sign(middle, y - TEXT / 2 - 2, self.top, colour=colour)
            paper.line((left, y), (left + self._stack, y), colour)
            paper.sign(middle, y + TEXT / 2 + 3, self.bottom, colour=colour)


def written(
    style: Style, value: Fraction, denominator: int = 0, *, is_mixed: bool = False
) -> Written:
    """A value as a whole number or a decimal, or over `denominator` when one is given.

    Raises `PictureFault` for a value that neither ends as a decimal nor has that denominator.
    """
    if value.denominator == 1:
        return Written(style.number(value.numerator))
    if denominator:
        return _stacked(style, value, denominator, is_mixed=is_mixed)
    if not ends(value):
        raise PictureFault("denominator", 0, f"given, because {value} is no decimal")
    return Written(style.number(value))


def ends(value: Fraction) -> bool:
    """Whether a value can be written as a decimal with an end."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def token(style: Style, label: Token) -> str:
    """A label as it is written: numbers in the learner's digits, "?" as the language has it."""
    if isinstance(label, int):
        return style.number(label)
    return style.unknown if label == UNKNOWN else label


def _stacked(style: Style, value: Fraction, denominator: int, *, is_mixed: bool) -> Written:
    scaled = abs(value) * denominator
    if scaled.denominator != 1:
        raise PictureFault("denominator", denominator, f"a multiple of {value.denominator}")
    whole, top = divmod(scaled.numerator, denominator) if is_mixed else (0, scaled.numerator)
    return Written(
        style.number(whole) if whole else "",
        style.number(top),
        style.number(denominator),
        is_negative=value < 0,
    )
