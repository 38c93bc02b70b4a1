"""The twin of a problem: the same item with other numbers, to be shown worked out."""

from __future__ import annotations

from models.domain.faults import PackFault
from models.domain.locales import locale
from models.domain.making import make
from models.domain.pack import Pack
from models.domain.pieces import plain
from models.domain.showing import Showing

#: Seeds of one pack; those of the class's next pack follow, so that an answer that comes late
#: is graded by the pack that asked.
SEEDS = 1 << 31
#: Seeds that are tried. Of an item that gives another answer once in ten, 97 of 100 problems
#: find a twin; more would make one answer wait.
TRIES = 32
#: Odd, and so no seed is met twice: 2^31 by the golden ratio, which spreads what is counted.
_STRIDE = 0x4F1BBCDD


def find_twin(pack: Pack, place: int, seed: int) -> int | None:
    """The seed of a twin of the activity, always the same one; None where there is none.

    Its answer is never the problem's, as it is read in the pack's own language: a child would
    copy it. So an item that always has one answer has no twin.
    """
    if not pack.template(place).draw:
        return None
    own = _answer(pack, place, seed)
    first = seed - seed % SEEDS
    for at in range(1, TRIES + 1):
        twin = first + (seed + at * _STRIDE) % SEEDS
        if _answer(pack, place, twin) not in (None, own):
            return twin
    return None


def spread(learner: int, count: int) -> int:
    """A seed below `SEEDS` for activity number `count`; neighbours are far apart."""
    mixed = learner * 0x9E3779B97F4A7C15 + count
    mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    return mixed >> 33


def _answer(pack: Pack, place: int, seed: int) -> str | None:
    """The right answer as it is read; None for a seed that makes no activity."""
    language = locale(pack.spoken(pack.default_locale))
    try:
        return plain(Showing(pack, make(pack.template(place), seed), language).solved(0))
    except PackFault:
        return None
