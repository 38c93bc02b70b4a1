"""Wrong ways to read a clock and to reckon with hours.

Boulton-Lewis, Wilss & Mutch (1997) describe how children read clocks.

A time is (hour, minute) with hours 1 to 12 and minutes in fives; a duration is in minutes.
"""

from __future__ import annotations


def clock_hands_swapped(h: int, m: int) -> tuple[int, int]:
    """The short hand is read as minutes, the long one as hours: 3:40 is 8:15."""
    return m // 5 or 12, h * 5 % 60


def clock_minutes_as_numeral(h: int, m: int) -> tuple[int, int]:
    """The minute hand's numeral is read as minutes: 3:40 is 3:08."""
    return h, m // 5 or 12


def clock_nearest_hour(h: int, m: int) -> tuple[int, int]:
    """Past the half hour, the hour that the hand is nearest to: 3:40 is 4:40."""
    return (h % 12 + 1, m) if m > 30 else (h, m)


def duration_hundred_minutes(h1: int, m1: int, h2: int, m2: int) -> int:
    """From h1:m1 to h2:m2 as numbers, an hour of 100: 3:50 to 5:10 is 160 minutes."""
    return (100 * h2 + m2) - (100 * h1 + m1)


def duration_smaller_from_larger(h1: int, m1: int, h2: int, m2: int) -> int:
    """Hours apart, minutes apart, the smaller from the larger: 3:50 to 5:10 is 2 h 40 min."""
    return 60 * abs(h2 - h1) + abs(m2 - m1)


PROCEDURES = (
    clock_hands_swapped,
    clock_minutes_as_numeral,
    clock_nearest_hour,
    duration_hundred_minutes,
    duration_smaller_from_larger,
)
