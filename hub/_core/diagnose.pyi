from collections.abc import Sequence
from typing import Literal, TypeAlias, final

__all__ = ["MOST_OBSERVATIONS", "MOST_RULES", "OPEN_ANSWERS", "SLIPS", "Diagnoser"]

_Rows: TypeAlias = Sequence[Sequence[int]]
_Posterior: TypeAlias = tuple[
    float,
    list[float],
    list[float],
    list[tuple[int, int, float]],
    float,
    float,
    Literal["careful", "rule", "pair", "unstable", "unknown", "undecided"],
    int | None,
]

MOST_OBSERVATIONS: int
MOST_RULES: int
OPEN_ANSWERS: int
SLIPS: list[float]

@final
class Diagnoser:
    def __new__(
        cls,
        n_rules: int,
        *,
        priors: Sequence[float] | None = None,
        pairs: bool = True,
        slips: Sequence[float] | None = None,
    ) -> Diagnoser: ...
    @property
    def n_rules(self) -> int: ...
    def posterior(
        self, predicted: _Rows, given: Sequence[int], choices: Sequence[int] | None = None
    ) -> _Posterior: ...
    def next_item(
        self,
        predicted: _Rows,
        given: Sequence[int],
        candidates: _Rows,
        choices: Sequence[int] | None = None,
        candidate_choices: Sequence[int] | None = None,
    ) -> list[tuple[int, float]]: ...
