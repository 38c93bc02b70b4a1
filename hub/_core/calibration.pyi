from array import array
from collections.abc import Callable, Sequence
from typing import TypeAlias, final

from typing_extensions import Buffer

__all__ = ["Calibration", "ItemDif", "calibrate", "dif", "item_fit"]

# A buffer of numbers (array.array, numpy, bytes) or any sequence of them.
_Column: TypeAlias = Buffer | Sequence[float]
# Answers: a flat column, a two-dimensional buffer, or rows of numbers and None.
_Table: TypeAlias = Buffer | Sequence[float | None] | Sequence[Sequence[float | None] | Buffer]

@final
class Calibration:
    @property
    def a(self) -> array[float]: ...
    @property
    def b(self) -> array[float]: ...
    @property
    def c(self) -> array[float]: ...
    @property
    def se_a(self) -> array[float]: ...
    @property
    def se_b(self) -> array[float]: ...
    @property
    def se_c(self) -> array[float]: ...
    @property
    def answers(self) -> list[int]: ...
    @property
    def standings(self) -> list[str]: ...
    @property
    def group_means(self) -> array[float]: ...
    @property
    def group_sds(self) -> array[float]: ...
    @property
    def group_se_means(self) -> array[float]: ...
    @property
    def group_se_sds(self) -> array[float]: ...
    @property
    def group_learners(self) -> list[int]: ...
    @property
    def log_likelihood(self) -> float: ...
    @property
    def n_parameters(self) -> int: ...
    @property
    def cycles(self) -> int: ...
    @property
    def is_settled(self) -> bool: ...
    @property
    def is_determined(self) -> bool: ...

@final
class ItemDif:
    @property
    def mantel_haenszel(self) -> tuple[float, float, float, float, float, str] | None: ...
    @property
    def logistic(
        self,
    ) -> tuple[float, float, float, float, float, float, float, str] | None: ...
    @property
    def learners(self) -> int: ...
    @property
    def is_matching(self) -> bool: ...

def calibrate(
    table: _Table,
    *,
    n_items: int | None = None,
    model: str = "2pl",
    nodes: int = 61,
    anchors: Sequence[tuple[int, float, float, float]] = ...,
    groups: _Column | None = None,
    n_groups: int = 1,
    prior_ln_a: tuple[float, float] | None = None,
    prior_intercept: tuple[float, float] | None = None,
    prior_c: tuple[float, float] | None = None,
    free_variance: bool = False,
    standard_errors: bool = True,
    threads: int = 1,
    tolerance: float = 1e-05,
    max_cycles: int = 1000,
    on_progress: Callable[[int, float], object] | None = None,
) -> Calibration: ...
def item_fit(
    table: _Table,
    a: _Column,
    b: _Column,
    c: _Column,
    n_free: _Column,
    *,
    n_items: int | None = None,
    populations: Sequence[tuple[float, float, float]],
    nodes: int = 61,
) -> tuple[array[float], list[int], array[float]]: ...
def dif(
    table: _Table,
    groups: _Column,
    *,
    n_items: int | None = None,
    levels: Sequence[int] | None = None,
    purify: bool = False,
) -> list[ItemDif]: ...
