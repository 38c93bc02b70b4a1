"""The fitted weights of the prediction layer, read from `stack.json` and checked."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Annotated

import msgspec

STACK_FILE = Path(__file__).with_name("stack.json")

Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
ErrorRate = Annotated[float, msgspec.Meta(gt=0, le=0.5)]


class BktDefaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is assumed of a skill that has no parameters of its own."""

    prior: Chance
    learn: Chance
    forget: Chance
    guess: ErrorRate
    slip: ErrorRate

    def as_tuple(self) -> tuple[float, float, float, float, float]:
        """Prior, learn, forget, guess, slip: the order that the tracer takes."""
        return (self.prior, self.learn, self.forget, self.guess, self.slip)


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the numbers come from; the model card beside the file says it in words."""

    data: str
    method: str
    answers: int
    log_loss: float
    auc: float


class Model(msgspec.Struct, frozen=True):
    """What a class works with, as its log keeps it: the weights, and tracing by default.

    `fitted` is the hash of the fitted model that predicts in the weights' place, if any does.
    `arithmetic` is that of the kernels: a replay by others gives other numbers. `counting` is
    the rule of which answers are evidence, as the hub numbers them; 0 is that of older logs.
    """

    weights: dict[str, float]
    bkt: BktDefaults
    fitted: str | None = None
    arithmetic: int = 0
    counting: int = 0


class Stack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The named weights with the tracing defaults that they were fitted with."""

    name: str
    version: int
    weights: dict[str, float]
    bkt: BktDefaults
    provenance: Provenance


def load_stack(path: Path = STACK_FILE) -> Stack:
    """The stack in `path`; raises `ValueError` with the file's name when it is not one.

    Whether the weights are those that the kernels know is the tracer's to check.
    """
    try:
        stack = msgspec.json.decode(path.read_bytes(), type=Stack)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path.name} is no stack of weights: {error}") from error
    for name, value in stack.weights.items():
        if not isfinite(value):
            raise ValueError(f"{path.name}: weight {name} is {value}, not a finite number")
    return stack
