from array import array
from collections.abc import Sequence
from typing import TypeAlias, final

from typing_extensions import Buffer

__all__ = ["AT_HIGH", "AT_LOW", "FLAT", "NODES", "NO_ANSWERS", "Bank"]

# A buffer of numbers (array.array, numpy, bytes) or any sequence of them.
_Column: TypeAlias = Buffer | Sequence[float]

AT_LOW: int
AT_HIGH: int
NO_ANSWERS: int
FLAT: int
NODES: int

@final
class Bank:
    def __new__(cls, items: Sequence[tuple[str, Sequence[float]]]) -> Bank: ...
    @property
    def n_items(self) -> int: ...
    @property
    def categories(self) -> int: ...
    def probabilities(self, thetas: _Column) -> array[float]: ...
    def expected(self, thetas: _Column) -> array[float]: ...
    def information(self, thetas: _Column) -> array[float]: ...
    def score(
        self,
        answers: _Column,
        *,
        method: str,
        prior: tuple[float, float],
        bounds: tuple[float, float],
        nodes: int,
        is_observed: bool,
    ) -> tuple[array[float], array[float], bytes]: ...
    def overall_fit(
        self,
        answers: _Column,
        *,
        model: str,
        population: tuple[float, float],
        is_sd_free: bool,
        nodes: int,
    ) -> tuple[float, int, float, float, int]: ...
