from array import array
from collections.abc import Sequence
from typing import TypeAlias, final

from typing_extensions import Buffer

__all__ = ["DEFAULTS", "Model"]

# A buffer of numbers (array.array, numpy, bytes) or any sequence of them.
_Column: TypeAlias = Buffer | Sequence[float]

DEFAULTS: list[float]

@final
class Model:
    def __new__(cls, parameters: _Column) -> Model: ...
    def first(self, rating: float) -> tuple[float, float]: ...
    def step(
        self, stability: float, difficulty: float, elapsed_days: float, rating: float
    ) -> tuple[float, float]: ...
    def retrievability(self, elapsed_days: float, stability: float) -> float: ...
    def interval(self, stability: float, retention: float) -> float: ...
    def first_many(self, ratings: _Column) -> tuple[array[float], array[float]]: ...
    def step_many(
        self,
        stabilities: _Column,
        difficulties: _Column,
        elapsed_days: _Column,
        ratings: _Column,
    ) -> tuple[array[float], array[float]]: ...
    def retrievability_many(
        self, elapsed_days: _Column, stabilities: _Column
    ) -> array[float]: ...
    def interval_many(self, stabilities: _Column, retention: float) -> array[float]: ...
