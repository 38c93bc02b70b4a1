"""The E-step and M-step of BKT once more, in plain loops: slow, readable, and equal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import log

#: Prior, learn, forget, guess, slip.
Five = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Answer:
    """One answer, with the ids that may have parameters of their own."""

    is_right: bool
    item: int = 0
    resource: int = 0


@dataclass
class Shares:
    """How often something happened, of how often it could have, by id."""

    happened: dict[int, float] = field(default_factory=dict)
    of: dict[int, float] = field(default_factory=dict)

    def add(self, key: int, happened: float, of: float) -> None:
        self.happened[key] = self.happened.get(key, 0.0) + happened
        self.of[key] = self.of.get(key, 0.0) + of

    def rate(self, key: int) -> float:
        return self.happened[key] / self.of[key]


@dataclass
class Counted:
    prior: Shares = field(default_factory=Shares)
    learn: Shares = field(default_factory=Shares)
    forget: Shares = field(default_factory=Shares)
    guess: Shares = field(default_factory=Shares)
    slip: Shares = field(default_factory=Shares)
    log_likelihood: float = 0.0

    def five(self) -> Five:
        """The M-step without priors, for one id."""
        kinds = (self.prior, self.learn, self.forget, self.guess, self.slip)
        prior, learn, forget, guess, slip = (kind.rate(0) for kind in kinds)
        return (prior, learn, forget, guess, slip)


def expect(
    sequences: Iterable[Sequence[Answer]],
    prior: float,
    learning: Callable[[int], tuple[float, float]],
    noise: Callable[[int], tuple[float, float]],
    group: int = 0,
) -> Counted:
    """The E-step; `learning` gives learn and forget of a resource, `noise` guess and slip."""
    counted = Counted()
    for sequence in sequences:
        _walk(sequence, prior, learning, noise, counted, group)
    return counted


def plain(answers: str) -> list[Answer]:
    """A sequence written as zeros and ones."""
    return [Answer(letter == "1") for letter in answers]


def expect_plain(texts: Iterable[str], five: Five) -> Counted:
    prior, learn, forget, guess, slip = five
    sequences = [plain(text) for text in texts]
    return expect(sequences, prior, lambda _: (learn, forget), lambda _: (guess, slip))


def seen(answer: Answer, known: int, noise: tuple[float, float]) -> float:
    guess, slip = noise
    right = 1 - slip if known else guess
    return right if answer.is_right else 1 - right


def moved(before: int, after: int, learning: tuple[float, float]) -> float:
    learn, forget = learning
    change = forget if before else learn
    return change if before != after else 1 - change


def _walk(
    sequence: Sequence[Answer],
    prior: float,
    learning: Callable[[int], tuple[float, float]],
    noise: Callable[[int], tuple[float, float]],
    counted: Counted,
    group: int,
) -> None:
    """Rabiner's scaled forward and backward passes, state 0 not known, 1 known."""
    n = len(sequence)
    chance = [[seen(answer, k, noise(answer.item)) for k in (0, 1)] for answer in sequence]
    ahead, scales = [], []
    now = [1 - prior, prior]
    for at, answer in enumerate(sequence):
        joint = [now[k] * chance[at][k] for k in (0, 1)]
        scales.append(sum(joint))
        ahead.append([part / sum(joint) for part in joint])
        step = learning(answer.resource)
        now = [sum(ahead[at][b] * moved(b, a, step) for b in (0, 1)) for a in (0, 1)]
    behind = [[1.0, 1.0] for _ in sequence]
    for at in reversed(range(n - 1)):
        step = learning(sequence[at].resource)
        for b in (0, 1):
            to = [moved(b, a, step) * chance[at + 1][a] * behind[at + 1][a] for a in (0, 1)]
            behind[at][b] = sum(to) / scales[at + 1]
    counted.log_likelihood += sum(log(scale) for scale in scales)
    counted.prior.add(group, ahead[0][1] * behind[0][1], 1.0)
    for at, answer in enumerate(sequence):
        unknown, known = (ahead[at][k] * behind[at][k] for k in (0, 1))
        counted.guess.add(answer.item, unknown if answer.is_right else 0.0, unknown)
        counted.slip.add(answer.item, 0.0 if answer.is_right else known, known)
        if at == n - 1:
            continue
        step = learning(answer.resource)
        pair = [
            ahead[at][b] * moved(b, a, step) * chance[at + 1][a] * behind[at + 1][a]
            for b, a in ((0, 1), (1, 0))
        ]
        counted.learn.add(answer.resource, pair[0] / scales[at + 1], unknown)
        counted.forget.add(answer.resource, pair[1] / scales[at + 1], known)


def filtered(five: Five, mastery: float, *, is_right: bool) -> tuple[float, float]:
    """P(right) and then mastery after the answer by Bayes' rule."""
    _, learn, forget, guess, slip = five
    known = min(max(mastery, 0.001), 0.999)
    right = known * (1 - slip) + (1 - known) * guess
    weighed = known * (1 - slip) / right if is_right else known * slip / (1 - right)
    return right, weighed * (1 - forget) + (1 - weighed) * learn
