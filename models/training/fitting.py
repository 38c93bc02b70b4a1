"""Fits a model to a log, names its items and skills, and judges it beside what is in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan

from hub.kernels import Tracer
from hub.kernels.stack import Answers, StackModel, fit
from models.learner.fitted import FittedModel, Judged
from models.learner.weights import load_stack
from models.training.judging import judged
from models.training.records import PARTS, Records, parted

#: With fewer, a fit tells more of chance than of learners: 30 learners' first days.
FEWEST_ANSWERS = 500
FEWEST_LEARNERS = 10
FEWEST_HELD_OUT = 2
#: Fewer learners than this say more of themselves than of two models: all are judged by then,
#: each part by a fit to the others.
FEW_HELD_OUT = 30


class TooLittle(Exception):
    """A log is too short to learn from; says what is missing."""


def fit_model(
    records: Records,
    data: str,
    on_step: Callable[[str], object] = lambda _: None,
    *,
    with_times: bool = False,
) -> FittedModel:
    """A model of all learners but those held out, by whom it is judged.

    `data` says in words what it was fitted on; `on_step` hears what is done next. `with_times`
    takes the clock as evidence, too. Raises TooLittle for a log that is too short, or that
    lacks the time of an answer then.
    """
    if with_times:
        _check_times(records)
    known, held = parted(records)
    _check_enough(known, held)
    on_step("Fitting")
    stack = _fit(known, data, with_times=with_times)
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

    Raises TooLittle when it knows none of them, or needs the time of one that has none.
    """
    kept = _in_terms_of(model, records.picked(_known_rows(model, records)))
    return kept, _traced(model.stack, kept)


def judge_both(
    model: FittedModel, other: FittedModel, records: Records
) -> tuple[Judged, Judged]:
    """How the two predict the answers of `records` to items that both know.

    Each has seen all the answers that it can read; raises TooLittle as `predictions` does.
    """
    both = set(_known_rows(model, records)) & set(_known_rows(other, records))
    if not both:
        raise TooLittle("The two models have no item of this log in common.")
    one, two = (_judged_on(each, records, both) for each in (model, other))
    return one, two


def judge_in_use(records: Records) -> Judged:
    """How the shipped weights predict the learners held out, after a class at work on the rest.

    They learn items and skills as they go, so they met all others' answers before.
    """
    known, held = parted(records)
    return _judged(_shipped_chances(known, held), held)


def judge_in_turn(
    records: Records, on_step: Callable[[str], object] = lambda _: None, *, with_times: bool
) -> tuple[Judged, Judged]:
    """How fits and the shipped weights predict all learners, each from the others' answers."""
    judged_rows: list[tuple[Records, Sequence[float], Sequence[float]]] = []
    for part in range(PARTS):
        on_step(f"Judging part {part + 1} of {PARTS}")
        known, held = parted(records, part)
        if known and held:
            stack = _fit(known, "", with_times=with_times)
            shipped = _shipped_chances(known, held)
            judged_rows.append((held, _traced(stack, held), shipped))
    rights = [is_right for held, *_ in judged_rows for is_right in held.rights]
    learners = [learner for held, *_ in judged_rows for learner in held.learner]
    by_fit = [p for _, chances, _ in judged_rows for p in chances]
    as_shipped = [p for _, _, chances in judged_rows for p in chances]
    return judged(by_fit, rights, learners), judged(as_shipped, rights, learners)


def _fit(known: Records, data: str, *, with_times: bool) -> StackModel:
    return fit(
        _answers(known, with_times=with_times),
        item_skills=known.item_skills,
        n_skills=len(known.skills),
        data=data,
    )


def _shipped_chances(known: Records, held: Records) -> Sequence[float]:
    shipped = load_stack()
    tracer = Tracer(
        skill_params=[shipped.bkt.as_tuple()] * len(known.skills),
        prerequisites=[[]] * len(known.skills),
        item_skills=known.item_skills,
        item_difficulty=[0.0] * len(known.items),
        weights=shipped.weights,
    )
    tracer.add_learners(len(known.users))
    tracer.answer_many(known.learner, known.item, known.right)
    return tracer.answer_many(held.learner, held.item, held.right)


def _check_enough(known: Records, held: Records) -> None:
    learners, others = len(set(known.learner)), len(set(held.learner))
    if len(known) < FEWEST_ANSWERS or learners < FEWEST_LEARNERS or others < FEWEST_HELD_OUT:
        raise TooLittle(
            f"There are {len(known)} answers of {learners} learners to learn from, and "
            f"{others} learners to judge by. A fit needs {FEWEST_ANSWERS} answers of "
            f"{FEWEST_LEARNERS} learners, and {FEWEST_HELD_OUT} others; about one learner in "
            "five is kept to judge by. Go on with the model in use for now."
        )


def _check_times(records: Records) -> None:
    missing = sum(map(isnan, records.times_s))
    if missing:
        raise TooLittle(
            f"Of {len(records)} answers {missing} have no time of a clock that can be trusted. "
            "Fit without --times."
        )


def _known_rows(model: FittedModel, records: Records) -> list[int]:
    known = set(model.items)
    rows = [row for row, item in enumerate(records.item) if records.items[item] in known]
    if not rows:
        raise TooLittle("The model knows none of the items in this log.")
    return rows


def _in_terms_of(model: FittedModel, known: Records) -> Records:
    """`known` with the model's numbers of the items in place of the log's."""
    places = {item: place for place, item in enumerate(model.items)}
    for row, item in enumerate(known.item):
        known.item[row] = places[known.items[item]]
    return known


def _judged_on(model: FittedModel, records: Records, wanted: set[int]) -> Judged:
    rows = _known_rows(model, records)
    chances = _traced(model.stack, _in_terms_of(model, records.picked(rows)))
    picked = [chance for row, chance in zip(rows, chances, strict=True) if row in wanted]
    return _judged(picked, records.picked(sorted(wanted)))


def _answers(records: Records, *, with_times: bool) -> Answers:
    """The columns; one of which nothing is known stays out, so that none is made up."""

    def known(column: Sequence[float]) -> Sequence[float] | None:
        return None if all(map(isnan, column)) else column

    return Answers(
        records.learner,
        records.item,
        records.right,
        pace_s=known(records.pace_s),
        hints=known(records.hints),
        times_s=records.times_s if with_times else None,
    )


def _traced(stack: StackModel, records: Records) -> Sequence[float]:
    """Chances before each answer, from all the evidence that the stack was fitted with."""
    if stack.has_times:
        _check_times(records)
    return stack.stack().trace(
        records.learner,
        records.item,
        records.right,
        pace_s=records.pace_s if stack.has_pace else None,
        hints=records.hints if stack.has_hints else None,
        times_s=records.times_s if stack.has_times else None,
    )


def _judged(chances: Sequence[float], records: Records) -> Judged:
    return judged(chances, records.rights, records.learner)
