"""Two published tables of answers: five items of the Law School Admission Test, 1,000 each.

Bock & Lieberman 1970, Psychometrika 35:179-197 (section 6 and section 7): how many candidates
gave each of the 32 patterns, from all wrong to all right.
"""

from __future__ import annotations

from itertools import product

_SECTION_6 = (
    "3 6 2 11 1 1 3 4 1 8 0 16 0 3 2 15 10 29 14 81 3 28 15 80 16 56 21 173 11 61 28 298"
)
_SECTION_7 = (
    "12 19 1 7 3 19 3 17 10 5 3 7 7 23 8 28 7 39 11 34 14 51 15 90 6 25 7 35 18 136 32 308"
)


def rows(counts: str) -> list[tuple[int, ...]]:
    """Each candidate's answers."""
    patterns = product((0, 1), repeat=5)
    pairs = zip(patterns, map(int, counts.split()), strict=True)
    return [pattern for pattern, count in pairs for _ in range(count)]


LSAT6 = rows(_SECTION_6)
LSAT7 = rows(_SECTION_7)
