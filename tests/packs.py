"""Packs that tests play: sums with known answers, in the form of the first hubs."""

from __future__ import annotations

from pathlib import Path

from models.domain.pack import Pack
from models.domain.plain import decode_plain
from models.domain.solution import right_answer

#: Fourteen skills of whole-number arithmetic, three items each.
FIRST_ARITHMETIC = Path(__file__).with_name("first_arithmetic.json")
STARTER = decode_plain(FIRST_ARITHMETIC.read_bytes())


def right(pack: Pack, item: str, seed: int) -> str:
    """The right answer to the activity that `seed` makes of `item`."""
    made = pack.activity(pack.item_index[item], seed)
    return right_answer(made.template.answer, made)
