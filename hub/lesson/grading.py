"""Grades an answer again from template and seed; the tablet's own verdict is not asked."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from models.domain.pack import Item
from models.domain.templates import question

#: Ten digits reach every number of every template, with room for a child's slip.
LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer was worth; `is_right` is None where it could not be read."""

    is_right: bool | None
    expected: str


def grade(item: Item, seed: int, answer: str) -> Verdict:
    """The verdict on `answer` to the activity that `seed` makes of `item`."""
    expected = question(item.template, seed).answer
    given = read_whole_number(answer)
    return Verdict(None if given is None else given == expected, str(expected))


def read_whole_number(text: str) -> int | None:
    """The whole number that `text` writes in any script's digits; None where it is none."""
    sign = 1
    digits = "".join(text.split())
    if digits[:1] in ("-", "\N{MINUS SIGN}"):
        sign, digits = -1, digits[1:]
    if not 1 <= len(digits) <= LONGEST_NUMBER:
        return None
    number = 0
    for character in digits:
        value = unicodedata.decimal(character, -1)
        if value < 0:
            return None
        number = number * 10 + value
    return sign * number
