from array import array
from collections.abc import Mapping, Sequence
from typing import TypeAlias, final

from typing_extensions import Buffer

__all__ = [
    "MOST_ANSWERS",
    "MOST_CUTS",
    "MOST_QUOTAS",
    "MOST_RANDOMESQUE",
    "ItemBank",
    "Pick",
    "Session",
    "Shadow",
    "Simulated",
    "Stop",
]

# A buffer of numbers (array.array, numpy, bytes) or any sequence of them.
_Column: TypeAlias = Buffer | Sequence[float]

MOST_ANSWERS: int
MOST_CUTS: int
MOST_QUOTAS: int
MOST_RANDOMESQUE: int

@final
class Stop:
    def __new__(
        cls,
        *,
        max: int,  # noqa: A002 - the field's own word, and the kernel's
        min: int = 0,  # noqa: A002 - the field's own word, and the kernel's
        se: float | None = None,
        cuts: Sequence[float] = ...,
        confidence: float | None = None,
        zone: float | None = None,
        error: float | None = None,
    ) -> Stop: ...

@final
class Pick:
    @property
    def item(self) -> str: ...
    @property
    def information(self) -> float: ...
    @property
    def p(self) -> float: ...
    @property
    def propensity(self) -> float: ...
    @property
    def reasons(self) -> list[tuple[str, float]]: ...

@final
class Shadow:
    @property
    def items(self) -> list[str]: ...
    @property
    def information(self) -> float: ...
    @property
    def gap(self) -> float: ...

@final
class Simulated:
    @property
    def theta(self) -> array[float]: ...
    @property
    def se(self) -> array[float]: ...
    @property
    def lengths(self) -> array[int]: ...
    @property
    def items(self) -> array[int]: ...
    @property
    def rights(self) -> array[int]: ...
    @property
    def done(self) -> list[str]: ...
    @property
    def exposure(self) -> array[float]: ...

@final
class Session:
    def next(self) -> Pick | None: ...
    def answer(self, item: str, right: int) -> None: ...
    @property
    def theta(self) -> float: ...
    @property
    def se(self) -> float: ...
    @property
    def done(self) -> str | None: ...
    @property
    def category(self) -> int: ...
    @property
    def owed(self) -> int: ...
    @property
    def answers(self) -> list[tuple[str, bool]]: ...
    @property
    def posterior(self) -> tuple[array[float], array[float]]: ...
    def to_bytes(self) -> bytes: ...

@final
class ItemBank:
    def __new__(
        cls,
        ids: Sequence[str],
        *,
        a: _Column,
        b: _Column,
        c: _Column | None = None,
        d: _Column | None = None,
        area: Sequence[str | None] | None = None,
        enemies: Sequence[Sequence[str]] = ...,
        eligibility: _Column | None = None,
    ) -> ItemBank: ...
    @property
    def n_items(self) -> int: ...
    @property
    def ids(self) -> list[str]: ...
    @property
    def eligibility(self) -> array[float] | None: ...
    @property
    def fingerprint(self) -> int: ...
    def most_informative(
        self, thetas: _Column, *, given: Sequence[str] = ...
    ) -> array[int]: ...
    def shadow(
        self,
        theta: float,
        length: int,
        *,
        quotas: Mapping[str, tuple[int, int]] = ...,
        given: Sequence[str] = ...,
    ) -> Shadow | None: ...
    def session(
        self,
        *,
        stop: Stop,
        prior: tuple[float, float] = ...,
        rule: str = "mfi",
        quotas: Mapping[str, tuple[int, int]] = ...,
        randomesque: int = 1,
        seed: int = 0,
        number: int = 0,
        given: Sequence[tuple[str, int]] = ...,
    ) -> Session: ...
    def restore(self, state: bytes) -> Session: ...
    def simulate(
        self,
        thetas: _Column,
        *,
        stop: Stop,
        prior: tuple[float, float] = ...,
        rule: str = "mfi",
        quotas: Mapping[str, tuple[int, int]] = ...,
        randomesque: int = 1,
        seed: int = 0,
        threads: int = 1,
    ) -> Simulated: ...
    def limit_exposure(
        self,
        limit: float,
        thetas: _Column,
        *,
        stop: Stop,
        prior: tuple[float, float] = ...,
        rule: str = "mfi",
        quotas: Mapping[str, tuple[int, int]] = ...,
        randomesque: int = 1,
        seed: int = 0,
        threads: int = 1,
        rounds: int = 20,
    ) -> ItemBank: ...
