from array import array
from collections.abc import Sequence
from typing import TypeAlias, final

from typing_extensions import Buffer

# A buffer of numbers (array.array, numpy, bytes) or any sequence of them.
_Column: TypeAlias = Buffer | Sequence[float]

__all__ = ["CODES", "COLUMNS", "Change", "Fit", "Learners", "Prediction", "Stack", "fit"]

CODES: list[str]
COLUMNS: list[str]

@final
class Prediction:
    @property
    def p(self) -> float: ...
    @property
    def logit(self) -> float: ...
    @property
    def reasons(self) -> list[tuple[str, float]]: ...

@final
class Change:
    @property
    def factor(self) -> str: ...
    @property
    def amount(self) -> float: ...
    @property
    def item(self) -> int: ...
    @property
    def p(self) -> float: ...

@final
class Learners:
    def predict(self, learner: int, item: int, *, time_s: float = ...) -> Prediction: ...
    def answer(
        self,
        learner: int,
        item: int,
        is_right: bool,
        *,
        pace_s: float = ...,
        hints: float = ...,
        time_s: float = ...,
    ) -> Prediction: ...
    def changes(
        self,
        learner: int,
        item: int,
        *,
        threshold: float = 0.5,
        practice: int | None = None,
        time_s: float = ...,
    ) -> list[Change]: ...

@final
class Stack:
    def __new__(
        cls,
        *,
        n_skills: int,
        item_skills: Sequence[Sequence[int]],
        has_pace: bool,
        has_hints: bool,
        has_times: bool,
        sequences: Sequence[int],
        tables: dict[str, _Column],
    ) -> Stack: ...
    @property
    def sequences(self) -> list[int]: ...
    @property
    def extras(self) -> tuple[bool, bool, bool]: ...
    def tables(self) -> dict[str, array[float]]: ...
    def trace(
        self,
        learners: _Column,
        items: _Column,
        rights: _Column,
        *,
        pace_s: _Column | None = None,
        hints: _Column | None = None,
        times_s: _Column | None = None,
    ) -> array[float]: ...
    def learners(self, count: int) -> Learners: ...

@final
class Fit:
    @property
    def stack(self) -> Stack: ...
    @property
    def answers(self) -> int: ...
    @property
    def learners(self) -> int: ...
    @property
    def log_loss(self) -> float: ...
    @property
    def variances(self) -> list[tuple[str, float]]: ...
    @property
    def shift(self) -> float: ...
    @property
    def slope(self) -> float: ...

def fit(
    n_skills: int,
    item_skills: Sequence[Sequence[int]],
    learners: _Column,
    items: _Column,
    rights: _Column,
    *,
    pace_s: _Column | None = None,
    hints: _Column | None = None,
    times_s: _Column | None = None,
) -> Fit: ...
