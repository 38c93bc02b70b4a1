from array import array
from collections.abc import Mapping, Sequence
from typing import TypeAlias, final

from typing_extensions import Buffer

from hub._core import answer, bkt, calibration, cat, diagnose, irt, memory, stack

__all__ = [
    "ARITHMETIC",
    "MASTERED",
    "WEIGHT_NAMES",
    "AheadNode",
    "Choice",
    "Evidence",
    "Prediction",
    "Rules",
    "Stated",
    "Traced",
    "Tracer",
    "__version__",
    "answer",
    "bkt",
    "build_profile",
    "calibration",
    "cat",
    "diagnose",
    "irt",
    "memory",
    "stack",
]

# A buffer of numbers (array.array, numpy, bytes) or any sequence of them.
_Column: TypeAlias = Buffer | Sequence[float]

__version__: str
build_profile: str
ARITHMETIC: int
WEIGHT_NAMES: list[str]
MASTERED: float

@final
class Prediction:
    @property
    def p(self) -> float: ...
    @property
    def logit(self) -> float: ...
    @property
    def reasons(self) -> list[tuple[str, float]]: ...

@final
class Traced:
    @property
    def p(self) -> float: ...
    @property
    def logit(self) -> float: ...
    @property
    def reasons(self) -> list[tuple[str, float]]: ...
    @property
    def before(self) -> list[tuple[int, float]]: ...
    @property
    def after(self) -> list[tuple[int, float]]: ...

@final
class Evidence:
    @property
    def attempts(self) -> int: ...
    @property
    def right(self) -> int: ...
    @property
    def recent(self) -> list[bool]: ...
    @property
    def is_mastered(self) -> bool: ...

@final
class Stated:
    @property
    def number(self) -> int: ...
    @property
    def skill(self) -> int: ...
    @property
    def mastery(self) -> float: ...
    @property
    def weight(self) -> float: ...
    @property
    def odds(self) -> float: ...
    @property
    def answers(self) -> int: ...

@final
class Choice:
    @property
    def item(self) -> int: ...
    @property
    def skill(self) -> int: ...
    @property
    def p(self) -> float: ...
    @property
    def score(self) -> float: ...
    @property
    def reasons(self) -> list[tuple[str, float]]: ...
    @property
    def propensity(self) -> float: ...
    @property
    def is_review(self) -> bool: ...
    @property
    def is_step_back(self) -> bool: ...
    @property
    def stuck_skill(self) -> int | None: ...

@final
class Rules:
    @property
    def goal(self) -> str: ...
    @property
    def target(self) -> float: ...
    @property
    def review_every(self) -> int: ...
    @property
    def exploration(self) -> float: ...

@final
class AheadNode:
    @property
    def item(self) -> int: ...
    @property
    def skill(self) -> int: ...
    @property
    def p(self) -> float: ...
    @property
    def score(self) -> float: ...
    @property
    def reasons(self) -> list[tuple[str, float]]: ...
    @property
    def propensity(self) -> float: ...
    @property
    def is_review(self) -> bool: ...
    @property
    def is_step_back(self) -> bool: ...
    @property
    def if_right(self) -> AheadNode | None: ...
    @property
    def if_wrong(self) -> AheadNode | None: ...

@final
class Tracer:
    def __new__(
        cls,
        *,
        skill_params: Sequence[tuple[float, float, float, float, float]],
        prerequisites: Sequence[Sequence[int]],
        item_skills: Sequence[Sequence[int]],
        item_difficulty: _Column,
        weights: Mapping[str, float],
    ) -> Tracer: ...
    @property
    def n_learners(self) -> int: ...
    @property
    def n_skills(self) -> int: ...
    @property
    def n_items(self) -> int: ...
    def add_learner(self) -> int: ...
    def add_learners(self, count: int) -> int: ...
    def use_stack(
        self,
        stack: stack.Stack,
        items: Sequence[int],
        skills: Sequence[int | None],
        *,
        item_doubt: _Column | None = None,
        skill_doubt: float = 0.0,
    ) -> None: ...
    def use_layer(self) -> None: ...
    def answer(
        self,
        learner: int,
        item: int,
        is_right: bool,
        *,
        pace_s: float = ...,
        hints: float = ...,
    ) -> Traced: ...
    def answer_many(
        self, learners: _Column, items: _Column, rights: _Column
    ) -> array[float]: ...
    def predict(self, learner: int, item: int) -> Prediction: ...
    def features(self, learner: int, item: int) -> list[float]: ...
    def weights(self) -> list[float]: ...
    def rules(
        self,
        *,
        pinned: Sequence[int] = ...,
        skipped: Sequence[int] = ...,
        unlocked: Sequence[int] = ...,
        banned_items: Sequence[int] = ...,
        goal: str = "practice",
        target: float | None = None,
        review_every: int | None = None,
        exploration: float = 0.0,
        seed: int = ...,
        learner_id: int | None = None,
    ) -> Rules: ...
    def plan(
        self,
        learner: int,
        rules: Rules | None = None,
        *,
        pinned: Sequence[int] = ...,
        skipped: Sequence[int] = ...,
        unlocked: Sequence[int] = ...,
        banned_items: Sequence[int] = ...,
        target: float | None = None,
    ) -> Choice | None: ...
    def plan_many(
        self, learners: _Column, rules: Rules | Sequence[Rules]
    ) -> list[Choice | None]: ...
    def plan_choices(self, learner: int, rules: Rules) -> list[Choice]: ...
    def odds(self, learner: int, rules: Rules) -> list[tuple[int, float]]: ...
    def parked(self, learner: int) -> list[int]: ...
    def ahead(
        self,
        learner: int,
        item: int,
        rules: Rules | None = None,
        *,
        depth: int = ...,
        further: int = ...,
        pinned: Sequence[int] = ...,
        skipped: Sequence[int] = ...,
        unlocked: Sequence[int] = ...,
        banned_items: Sequence[int] = ...,
        target: float | None = None,
    ) -> AheadNode: ...
    def suppose(self, learner: int, item: int, rights: _Column) -> Prediction: ...
    def mastery(self, learner: int) -> list[float]: ...
    def own_mastery(self, learner: int) -> list[float]: ...
    def state_mastery(
        self, learner: int, skill: int, mastery: float, *, number: int, weight: float = 1.0
    ) -> None: ...
    def withdraw(self, number: int) -> int: ...
    def stated(self, learner: int) -> list[Stated]: ...
    def evidence(self, learner: int, skill: int) -> Evidence: ...
    def set_mastery(self, learner: int, skill: int, mastery: float) -> None: ...
    def answers(self, learner: int) -> int: ...
    def to_bytes(self) -> bytes: ...
    def load_bytes(self, state: bytes) -> None: ...
    def carry(
        self, former: Tracer, skills: list[int | None], items: list[int | None]
    ) -> None: ...
