"""The stack: fitting it, tracing with it, asking what would change a prediction.

    model = fit(answers, item_skills=item_skills, n_skills=n_skills, data="class 4, 2026")
    path.write_bytes(encode(model))
    stack = decode(path.read_bytes()).stack()
    chances = stack.trace(learners, items, rights)        # each before its answer
    room = stack.learners(40)
    room.answer(3, 17, True).reasons                      # parts of the logit, exact
    room.changes(3, 18, threshold=0.5)                    # what would bring it over one half

What the parts are and where they come from stands in `core_rs/kernels/src/stack`.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import msgspec
from typing_extensions import Buffer

from hub._core.stack import CODES, COLUMNS, Change, Learners, Prediction, Stack
from hub._core.stack import fit as _fit

__all__ = [
    "CODES",
    "COLUMNS",
    "Answers",
    "Change",
    "Learners",
    "Prediction",
    "Provenance",
    "Stack",
    "StackModel",
    "decode",
    "encode",
    "fit",
]

#: A buffer of numbers (array.array, numpy, bytes) or any sequence of them.
Column: TypeAlias = Buffer | Sequence[float]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Answers:
    """Columns of a log, one entry an answer, each learner's in their order.

    `learners` are any whole numbers, `items` indices from 0, `rights` 0 or 1; `pace_s` seconds
    that the answer took and `hints` how many were taken (NaN: not known), `times_s` seconds of
    a clock that can be trusted. An item of several skills is one row.
    """

    learners: Column
    items: Column
    rights: Column
    pace_s: Column | None = None
    hints: Column | None = None
    times_s: Column | None = None


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a stack was fitted on, and how that went."""

    data: str
    answers: int
    learners: int
    log_loss: float
    shift: float
    slope: float
    variances: dict[str, float]


class StackModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every number of a fitted stack, as its JSON file holds it."""

    format: Literal["mangotree-stack"]
    version: Literal[1]
    n_skills: Count
    item_skills: list[list[Count]]
    has_pace: bool
    has_hints: bool
    has_times: bool
    weights: dict[str, float]
    sequences: list[Count]
    tables: dict[str, list[float]]
    provenance: Provenance

    def stack(self) -> Stack:
        """The stack, ready to predict.

        Raises `ValueError` naming what is missing, too much or out of range, `KeyError` an
        unknown skill.
        """
        if self.weights.keys() != set(COLUMNS):
            wrong = sorted(self.weights.keys() ^ set(COLUMNS))
            raise ValueError(f"weights: {', '.join(wrong)} missing or unknown")
        tables: dict[str, Column] = {name: array("d", t) for name, t in self.tables.items()}
        tables["weights"] = array("d", (self.weights[name] for name in COLUMNS))
        return Stack(
            n_skills=self.n_skills,
            item_skills=self.item_skills,
            has_pace=self.has_pace,
            has_hints=self.has_hints,
            has_times=self.has_times,
            sequences=self.sequences,
            tables=tables,
        )


def fit(
    answers: Answers, *, item_skills: Sequence[Sequence[int]], n_skills: int, data: str
) -> StackModel:
    """The stack that `answers` speak for; `data` says in words what they are.

    `item_skills` holds the skills of every item that will ever be traced; items without an
    answer start from their skills. Raises `ValueError` or `KeyError` naming what does not fit.
    """
    found = _fit(
        n_skills,
        item_skills,
        answers.learners,
        answers.items,
        answers.rights,
        pace_s=answers.pace_s,
        hints=answers.hints,
        times_s=answers.times_s,
    )
    tables = {name: list(numbers) for name, numbers in found.stack.tables().items()}
    has_pace, has_hints, has_times = found.stack.extras
    return StackModel(
        format="mangotree-stack",
        version=1,
        n_skills=n_skills,
        item_skills=[list(skills) for skills in item_skills],
        has_pace=has_pace,
        has_hints=has_hints,
        has_times=has_times,
        weights=dict(zip(COLUMNS, tables.pop("weights"), strict=True)),
        sequences=found.stack.sequences,
        tables=tables,
        provenance=Provenance(
            data=data,
            answers=found.answers,
            learners=found.learners,
            log_loss=found.log_loss,
            shift=found.shift,
            slope=found.slope,
            variances=dict(found.variances),
        ),
    )


def encode(model: StackModel) -> bytes:
    """`model` as JSON; the same model gives the same bytes."""
    return msgspec.json.encode(model)


def decode(text: bytes) -> StackModel:
    """The model in `text`, checked to its last number; `ValueError` says what is wrong."""
    try:
        model = msgspec.json.decode(text, type=StackModel)
        model.stack()
    except (msgspec.DecodeError, KeyError) as error:
        raise ValueError(f"no model of a stack: {error}") from error
    return model
