"""Fits a model to a log, names its items and skills, and judges it beside what is in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from pathlib import Path
from typing import Literal

import msgspec

from hub.kernels import Tracer
from hub.kernels.stack import Answers, StackModel, fit
from models.learner.weights import load_stack
from models.training.judging import Judged, judged
from models.training.records import Records, parted

#: With fewer, a fit tells more of chance than of learners: 30 learners' first days.
FEWEST_ANSWERS = 500
FEWEST_LEARNERS = 10
FEWEST_HELD_OUT = 2


class TooLittle(Exception):
    """A log is too short to learn from; says what is missing."""


class FittedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fitted stack with the names of its items and skills, as its file holds it."""

    format: Literal["mangotree-model"]
    version: Literal[1]
    items: tuple[str, ...]
    skills: tuple[str, ...]
    stack: StackModel
    held_out: Judged


def fit_model(
    records: Records, data: str, on_step: Callable[[str], object] = lambda _: None
) -> FittedModel:
    """A model of all learners but those held out, by whom it is judged.

    `data` says in words what it was fitted on; `on_step` hears what is done next. Raises
    TooLittle for a log that is too short.
    """
    known, held = parted(records)
    _check_enough(known, held)
    on_step("Fitting")
    stack = fit(
        _answers(known),
        item_skills=records.item_skills,
        n_skills=len(records.skills),
        data=data,
    )
    on_step("Judging")
    return FittedModel(
        format="mangotree-model",
        version=1,
        items=tuple(records.items),
        skills=tuple(records.skills),
        stack=stack,
        held_out=_judged(_traced(stack, held), held),
    )


def predictions(model: FittedModel, records: Records) -> tuple[Records, Sequence[float]]:
    """Chances before each answer to an item that `model` knows, and those answers.

    Raises TooLittle when it knows none of them.
    """
    places = {item: place for place, item in enumerate(model.items)}
    known = [row for row, item in enumerate(records.item) if records.items[item] in places]
    if not known:
        raise TooLittle("The model knows none of the items in this log.")
    kept = records.picked(known)
    for row, item in enumerate(kept.item):
        kept.item[row] = places[records.items[item]]
    return kept, _traced(model.stack, kept)


def judge(model: FittedModel, records: Records) -> Judged:
    """How `model` predicts `records`, as far as it knows their items."""
    kept, chances = predictions(model, records)
    return _judged(chances, kept)


def judge_in_use(records: Records) -> Judged:
    """How the shipped weights predict the learners held out, after a class at work on the rest.

    They learn items and skills as they go, so they met all others' answers before.
    """
    shipped = load_stack()
    tracer = Tracer(
        skill_params=[shipped.bkt.as_tuple()] * len(records.skills),
        prerequisites=[[]] * len(records.skills),
        item_skills=records.item_skills,
        item_difficulty=[0.0] * len(records.items),
        weights=shipped.weights,
    )
    tracer.add_learners(len(records.users))
    known, held = parted(records)
    tracer.answer_many(known.learner, known.item, known.right)
    return _judged(tracer.answer_many(held.learner, held.item, held.right), held)


def read_model(path: Path) -> FittedModel:
    """The model in `path`, checked; raises `ValueError` naming the file and what is wrong."""
    try:
        model = msgspec.json.decode(path.read_bytes(), type=FittedModel)
        model.stack.stack()
    except (msgspec.DecodeError, ValueError, KeyError) as error:
        raise ValueError(f"{path} is no fitted model: {error}") from error
    if (len(model.items), len(model.skills)) != (
        len(model.stack.item_skills),
        model.stack.n_skills,
    ):
        raise ValueError(f"{path} is no fitted model: it names other items than it has")
    return model


def write_model(model: FittedModel, path: Path) -> None:
    """Writes the model whole or not at all; the same model gives the same bytes."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(msgspec.json.encode(model) + b"\n")
    part.replace(path)


def _check_enough(known: Records, held: Records) -> None:
    learners, others = len(set(known.learner)), len(set(held.learner))
    if len(known) < FEWEST_ANSWERS or learners < FEWEST_LEARNERS or others < FEWEST_HELD_OUT:
        raise TooLittle(
            f"There are {len(known)} answers of {learners} learners to learn from, and "
            f"{others} learners to judge by. A fit needs {FEWEST_ANSWERS} answers of "
            f"{FEWEST_LEARNERS} learners, and {FEWEST_HELD_OUT} others; about one learner in "
            "five is kept to judge by. Go on with the model in use for now."
        )


def _answers(records: Records) -> Answers:
    """The columns; one of which nothing is known stays out, so that none is made up."""

    def known(column: Sequence[float]) -> Sequence[float] | None:
        return None if all(map(isnan, column)) else column

    return Answers(
        records.learner,
        records.item,
        records.right,
        pace_s=known(records.pace_s),
        hints=known(records.hints),
        times_s=records.times_s
        if records.times_s and not any(map(isnan, records.times_s))
        else None,
    )


def _traced(stack: StackModel, records: Records) -> Sequence[float]:
    columns = _answers(records)
    return stack.stack().trace(
        columns.learners,
        columns.items,
        columns.rights,
        pace_s=columns.pace_s if stack.has_pace else None,
        hints=columns.hints if stack.has_hints else None,
        times_s=columns.times_s if stack.has_times else None,
    )


def _judged(chances: Sequence[float], records: Records) -> Judged:
    return judged(chances, records.rights, records.learner)
