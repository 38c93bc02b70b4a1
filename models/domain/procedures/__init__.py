"""Wrong procedures that can be run: what a learner with a misconception writes.

Each is a pure function of whole numbers and fractions, exact, and gives None where it has no
answer to these arguments. Packs call them by name in the rule of a misconception. Where a rule
has no effect, a procedure gives the right answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from models.domain.procedures import (
    addition,
    algebra,
    clock,
    decimals,
    division,
    fractions,
    integers,
    multiplication,
    place_value,
    subtraction,
)
from models.domain.procedures.digits import Value

__all__ = ["PROCEDURES", "Value"]

_FAMILIES = (
    addition.PROCEDURES,
    algebra.PROCEDURES,
    clock.PROCEDURES,
    decimals.PROCEDURES,
    division.PROCEDURES,
    fractions.PROCEDURES,
    integers.PROCEDURES,
    multiplication.PROCEDURES,
    place_value.PROCEDURES,
    subtraction.PROCEDURES,
)

#: Every procedure by the name that packs use.
PROCEDURES: Mapping[str, Callable[..., Value | None]] = MappingProxyType(
    {procedure.__name__: procedure for family in _FAMILIES for procedure in family}
)
