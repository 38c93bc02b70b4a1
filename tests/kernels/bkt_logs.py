"""Logs of answers for the tests of BKT: written out, or drawn from known parameters."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hub.kernels.bkt import Log, Rates
from tests.kernels.twin_bkt import Five


def log_of(*skills: Sequence[str]) -> Log:
    """One row an answer; learner n of a skill has its n-th text of zeros and ones."""
    rows = [
        (learner, skill, int(letter))
        for skill, texts in enumerate(skills)
        for learner, text in enumerate(texts)
        for letter in text
    ]
    learners, numbers, rights = zip(*rows, strict=True) if rows else ((), (), ())
    return Log(learners, numbers, rights, [f"skill {n}" for n in range(len(skills))])


def drawn(chance: Random, five: Five, n: int, longest: int) -> list[str]:
    """The answers of `n` learners with these parameters, 1 to `longest` each."""
    prior, learn, forget, guess, slip = five
    texts = []
    for _ in range(n):
        known = chance.random() < prior
        text = ""
        for _ in range(chance.randint(1, longest)):
            text += "1" if chance.random() < (1 - slip if known else guess) else "0"
            known = chance.random() >= forget if known else chance.random() < learn
        texts.append(text)
    return texts


def random_five(chance: Random) -> Five:
    """Parameters from the whole of what the kernels take, guards aside."""
    prior, learn, forget = (chance.random() for _ in range(3))
    guess, slip = (chance.uniform(0.001, 0.999) for _ in range(2))
    return (prior, learn, forget, guess, slip)


def five_of(rates: Rates) -> Five:
    return (rates.prior, rates.learn, rates.forget, rates.guess, rates.slip)
