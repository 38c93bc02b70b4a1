"""Misconceptions: which wrong rule a learner uses, from the answers so far, and what to ask.

```python
family = Diagnoser(3)  # three rules for one kind of question
# Items asked: the class of answers each rule leads to; 0 is right, -1 a rule without effect.
found = family.posterior(predicted=[[1, 2, 0], [1, 0, 2]], given=[1, 1])
found.verdict, found.rule  # "rule", 0
family.next_item([[1, 2, 0]], [1], candidates=[[1, 1, 2], [1, 2, 3]])  # (number, bits)
```

The caller numbers the classes of each item: equal answers, equal class; an answer that no rule
leads to gets a number that no rule has. The model stands in core_rs/kernels/src/diagnose.rs.
A bad value raises ValueError that names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from hub._core import diagnose
from hub._core.diagnose import MOST_OBSERVATIONS, MOST_RULES, OPEN_ANSWERS

__all__ = [
    "MOST_OBSERVATIONS",
    "MOST_RULES",
    "OPEN_ANSWERS",
    "SLIPS",
    "Diagnoser",
    "Diagnosis",
    "Verdict",
]

Verdict = Literal["careful", "rule", "pair", "unstable", "unknown", "undecided"]

#: Slip rates that are thought of, each as likely as the others.
SLIPS = tuple(diagnose.SLIPS)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Posterior probabilities, and what they say in one word.

    `rules`: of holding each rule at all, alone, in a pair or now and then; `singles`: of using
    it always and alone; `pairs`: the likeliest, as rule, rule, probability; `unknown`: of a
    rule that is none of these; `rule`: the one that the verdict speaks of. The verdict is
    `undecided` until 0.8 is reached and two answers show the rule, or three that none foresees.
    """

    careful: float
    rules: tuple[float, ...]
    singles: tuple[float, ...]
    pairs: tuple[tuple[int, int, float], ...]
    unstable: float
    unknown: float
    verdict: Verdict
    rule: int | None


@dataclass(frozen=True, slots=True)
class Diagnoser:
    """A family of rules that compete for the same kind of question; shared freely.

    `priors`: the share of learners that hold each rule, below 1 in all; without it, half of the
    learners hold one of them. `pairs`: whether two rules at once are thought of.
    """

    n_rules: int
    priors: Sequence[float] | None = None
    pairs: bool = True
    slips: Sequence[float] = SLIPS
    family: diagnose.Diagnoser = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        family = diagnose.Diagnoser(
            self.n_rules, priors=self.priors, pairs=self.pairs, slips=self.slips
        )
        object.__setattr__(self, "family", family)

    def posterior(
        self,
        predicted: Sequence[Sequence[int]],
        given: Sequence[int],
        *,
        choices: Sequence[int] | None = None,
    ) -> Diagnosis:
        """What the answers say, in any order.

        `predicted[t][r]` is the class that rule r leads to on the t-th item, `given[t]` the
        class of the answer; `choices[t]` how many answers the item offers, 0 where the learner
        may write any (the same as leaving `choices` out).
        """
        careful, rules, singles, pairs, unstable, unknown, verdict, rule = (
            self.family.posterior(predicted, given, choices)
        )
        return Diagnosis(
            careful=careful,
            rules=tuple(rules),
            singles=tuple(singles),
            pairs=tuple(pairs),
            unstable=unstable,
            unknown=unknown,
            verdict=verdict,
            rule=rule,
        )

    def next_item(
        self,
        predicted: Sequence[Sequence[int]],
        given: Sequence[int],
        candidates: Sequence[Sequence[int]],
        *,
        choices: Sequence[int] | None = None,
        candidate_choices: Sequence[int] | None = None,
    ) -> list[tuple[int, float]]:
        """All candidates as (number, expected bits), the most telling first."""
        return self.family.next_item(predicted, given, candidates, choices, candidate_choices)
