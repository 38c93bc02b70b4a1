from array import array
from collections.abc import Callable, Sequence
from typing import TypeAlias, final

from typing_extensions import Buffer

__all__ = [
    "Answers",
    "Counts",
    "Fitted",
    "Log",
    "Parameters",
    "Report",
    "Settings",
    "expect",
    "fit",
    "maximise",
    "predict",
    "trace",
]

# A buffer of numbers (array.array, numpy, bytes) or any sequence of them.
_Column: TypeAlias = Buffer | Sequence[float]
# Prior, learn, forget, guess, slip.
_Five: TypeAlias = tuple[float, float, float, float, float]
# Happened, of how many; one a place.
_Shares: TypeAlias = Sequence[Sequence[float]]
_SkillShares: TypeAlias = tuple[_Shares, _Shares, _Shares, _Shares, _Shares, float, float]

@final
class Answers:
    def __new__(
        cls,
        learners: _Column,
        skills: _Column,
        rights: _Column,
        *,
        n_skills: int,
        offsets: _Column | None = None,
        items: _Column | None = None,
        resources: _Column | None = None,
        groups: _Column | None = None,
        n_items: int = ...,
        n_resources: int = ...,
        n_groups: int = ...,
    ) -> Answers: ...
    def __len__(self) -> int: ...
    @property
    def n_opportunities(self) -> int: ...
    @property
    def n_skills(self) -> int: ...

@final
class Log:
    def __new__(
        cls,
        learners: _Column,
        skills: _Column,
        rights: _Column,
        offsets: _Column | None,
        places: tuple[_Column | None, _Column | None, _Column | None],
        counts: Sequence[int],
    ) -> Log: ...

@final
class Settings:
    def __new__(
        cls,
        *,
        forgets: bool,
        guards: bool,
        strength: Sequence[float],
        own_strength: float,
        starts: int,
        start: _Five | None,
        seed: int,
        minimum: int,
        iterations: int,
        tolerance: float,
        threads: int,
        fixed: Sequence[Sequence[float | None]],
        folds: bool,
    ) -> Settings: ...

@final
class Parameters:
    def __new__(
        cls,
        pooled: _Five,
        skills: Sequence[_Five],
        *,
        groups: Sequence[tuple[int, int, float]] = ...,
        resources: Sequence[tuple[int, int, float, float]] = ...,
        items: Sequence[tuple[int, int, float, float]] = ...,
    ) -> Parameters: ...
    @property
    def pooled(self) -> _Five: ...
    @property
    def skills(self) -> list[_Five]: ...
    @property
    def groups(self) -> list[tuple[int, int, float]]: ...
    @property
    def resources(self) -> list[tuple[int, int, float, float]]: ...
    @property
    def items(self) -> list[tuple[int, int, float, float]]: ...

@final
class Report:
    @property
    def answers(self) -> int: ...
    @property
    def sequences(self) -> int: ...
    @property
    def log_likelihood(self) -> float: ...
    @property
    def path(self) -> list[float]: ...
    @property
    def is_settled(self) -> bool: ...
    @property
    def is_pooled(self) -> bool: ...

@final
class Fitted:
    @property
    def parameters(self) -> Parameters: ...
    @property
    def reports(self) -> list[Report]: ...

@final
class Counts:
    def __new__(cls, skills: Sequence[_SkillShares]) -> Counts: ...
    @property
    def skills(self) -> list[_SkillShares]: ...

def fit(
    answers: Answers,
    settings: Settings,
    progress: Callable[[int, int], object] | None = None,
) -> Fitted: ...
def expect(parameters: Parameters, answers: Answers, threads: int = 1) -> Counts: ...
def maximise(parameters: Parameters, counts: Counts, settings: Settings) -> Parameters: ...
def predict(parameters: Parameters, log: Log, *, guarded: bool = True) -> array[float]: ...
def trace(
    parameters: Parameters, log: Log, *, guarded: bool = True
) -> tuple[array[float], array[float]]: ...
