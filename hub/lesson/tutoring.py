"""The inner loop: one problem from its question to its end, by tries, hints and steps.

A wrong answer may be tried again; after the second one the problem falls into its steps, and
when these are done the whole is asked once more. A step that fails three times is told. Where
that did not help, a twin (the same item, another seed) stands beside the question, worked out,
and the question is asked a last time; only then its own solution is told. VanLehn (2006), "The
behavior of tutoring systems", calls this the inner loop.

The twin stands before a last try because a solution read after the last one taught novices no
more than none: van Gog, Kester and Paas (2011), problem-example against example-problem pairs.
It comes after the steps, not in their place: whom the steps help needs no more to read, and
examples add to tutored steps (Salden, Koedinger, Renkl, Aleven and McLaren 2010).

Everything here is a function of the log's rows: a hub that stops in the middle of a problem
goes on in the middle of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from models.domain.template import HINT_LEVELS

#: Wrong answers to the whole until its steps are asked; to one step until it is told.
WHOLE_TRIES = 2
STEP_TRIES = 3
#: As many hints as there are levels: the last one is the answer.
BOTTOM_OUT = len(HINT_LEVELS)
Stage = Literal["whole", "steps", "again", "example"]
#: Gives the seed of the problem's twin; None where it has none.
FindTwin = Callable[[], int | None]


class Problem(msgspec.Struct, frozen=True, array_like=True):
    """Where a learner stands in one activity.

    `tries` counts wrong answers to the whole, `step_tries` and `hints` (levels seen) those to
    what is asked now: 0 is the whole, else a step from 1. `done` are steps answered or told.
    `is_counted`: the first answer to the whole came, and moved the learner model. `twin` is
    the seed of the worked example, in the stage that shows one.
    """

    item: int
    seed: int
    stage: Stage = "whole"
    tries: int = 0
    step_tries: int = 0
    hints: int = 0
    now: int = 0
    done: tuple[int, ...] = ()
    is_counted: bool = False
    twin: int | None = None

    @property
    def is_told(self) -> bool:
        """Whether the answer to what is asked now was given away."""
        return self.hints >= BOTTOM_OUT


class Evidence(msgspec.Struct, frozen=True):
    """What an answer says of the learner: right or not, after how many hints."""

    is_right: bool
    hints: int


def evidence(problem: Problem, *, step: int, is_right: bool | None) -> Evidence | None:
    """What the learner model hears of an answer; None for nothing.

    Only the first answer to the whole that could be read counts: later ones had help. After
    the last hint a right answer shows that the hint was read, so it counts as not known.
    """
    if is_right is None or step or problem.is_counted:
        return None
    return Evidence(is_right and not problem.is_told, problem.hints)


def after_hint(problem: Problem, step: int, level: int) -> Problem:
    """The problem once the hints up to `level` (from 1) of `step` were seen."""
    if step != problem.now or level <= problem.hints:
        return problem
    return msgspec.structs.replace(problem, hints=min(level, BOTTOM_OUT))


def after_answer(
    problem: Problem, n_steps: int, find_twin: FindTwin, *, step: int, is_right: bool | None
) -> Problem | None:
    """The problem after an answer to `step` (0: the whole); None once it is over.

    `find_twin` is asked only where the example comes next.
    """
    if is_right is None:
        return problem
    if step == 0:
        return None if is_right else _after_wrong(problem, n_steps, find_twin)
    if problem.stage != "steps" or not 1 <= step <= n_steps or step in problem.done:
        return problem
    tries = problem.step_tries + 1 if step == problem.now else 1
    if is_right or tries >= STEP_TRIES:
        return _with_done(problem, n_steps, step)
    return msgspec.structs.replace(problem, now=step, step_tries=tries)


def _after_wrong(problem: Problem, n_steps: int, find_twin: FindTwin) -> Problem | None:
    """The problem after a wrong answer to the whole."""
    tries = problem.tries + 1
    if problem.stage == "steps":
        # It was on its way when the steps began: they stay as they are.
        return problem
    if problem.stage == "whole":
        if tries < WHOLE_TRIES and not problem.is_told:
            return msgspec.structs.replace(problem, tries=tries, is_counted=True)
        if n_steps:
            return Problem(problem.item, problem.seed, "steps", tries, now=1, is_counted=True)
    twin = None if problem.stage == "example" else find_twin()
    if twin is None:
        return None
    return msgspec.structs.replace(
        problem, stage="example", tries=tries, is_counted=True, twin=twin
    )


def _with_done(problem: Problem, n_steps: int, step: int) -> Problem:
    done = tuple(sorted({*problem.done, step}))
    left = [one for one in range(1, n_steps + 1) if one not in done]
    stage: Stage = "steps" if left else "again"
    return msgspec.structs.replace(
        problem, stage=stage, now=left[0] if left else 0, done=done, step_tries=0, hints=0
    )
