"""Reasons as sentences: every code of the kernels is spoken or known to be silent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from devices.messages import Verdict
from hub.insight.explain import CLEAR_PROGRESS, LANES, SILENT, feedback, why
from hub.kernels import Tracer
from models.learner.weights import load_stack

PLAN = Path(__file__).parents[2] / "core_rs/kernels/src/plan"
SKILL = (0.3, 0.12, 0.01, 0.2, 0.1)


@pytest.fixture
def tracer() -> Tracer:
    """Three skills, each built on the one before, with two items each; one learner."""
    tracer = Tracer(
        skill_params=[SKILL] * 3,
        prerequisites=[[], [0], [1]],
        item_skills=[[0], [0], [1], [1], [2], [2]],
        item_difficulty=[0.0] * 6,
        weights=load_stack().weights,
    )
    tracer.add_learner()
    return tracer


def said(tracer: Tracer, **rules: list[int]) -> str:
    choice = tracer.plan(0, **rules)  # type: ignore[arg-type]  # each rule is a list of skills
    assert choice is not None
    assert sum(number for _, number in choice.reasons) == pytest.approx(choice.score, abs=1e-9)
    assert choice.reasons[0][0] in LANES
    assert {code for code, _ in choice.reasons[1:]} <= SILENT
    return why(choice.reasons, skill=f"skill {choice.skill}", p=choice.p)


def test_every_code_of_the_kernels_has_a_sentence_or_is_silent_on_purpose() -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted(PLAN.glob("*.rs"))]
    codes = {code for source in sources for code in re.findall(r'"([A-Z_]+)"', source)}
    assert codes == set(LANES) | SILENT


def test_a_pinned_skill_is_the_teachers_word(tracer: Tracer) -> None:
    assert said(tracer, pinned=[2]).startswith("Your teacher chose skill 2 for you. About ")


def test_the_next_skill_is_something_to_be_ready_for(tracer: Tracer) -> None:
    assert said(tracer).startswith("You are ready for skill 0. About ")


def test_progress_is_praised_when_there_is_some(tracer: Tracer) -> None:
    for is_right in (False, False, False, True):
        tracer.answer(0, 0, is_right)
    assert said(tracer).startswith("You are ready for skill 0.")
    tracer.answer(0, 1, is_right=True)
    assert said(tracer).startswith("You are getting better at skill 0. About ")


def test_a_review_says_that_it_is_time_to_look_again(tracer: Tracer) -> None:
    tracer.set_mastery(0, 0, 0.99)
    tracer.answer(0, 0, is_right=True)
    for _ in range(40):
        choice = tracer.plan(0)
        assert choice is not None
        if choice.is_review:
            break
        tracer.answer(0, 3, is_right=False)
    assert said(tracer).startswith("It is time to look at skill 0 again, so that it stays.")


def test_a_review_that_is_not_due_is_a_review_all_the_same(tracer: Tracer) -> None:
    for skill in range(3):
        tracer.set_mastery(0, skill, 0.99)
    choice = tracer.plan(0)
    assert choice is not None
    assert choice.reasons[0] == ("REVIEW", 0.0)
    assert said(tracer).startswith("It is time to look at skill ")


def test_a_step_back_says_what_it_is_for(tracer: Tracer) -> None:
    tracer.set_mastery(0, 0, 0.99)
    for _ in range(10):
        tracer.answer(0, 2, is_right=False)
    choice = tracer.plan(0)
    assert choice is not None
    assert choice.is_step_back
    assert said(tracer).startswith("A step back to skill 0, to make the next one easier.")


def test_a_trial_says_that_something_is_tried_out(tracer: Tracer) -> None:
    trials = []
    for seed in range(40):
        choice = tracer.plan(0, tracer.rules(exploration=0.2, seed=seed))
        assert choice is not None
        if choice.reasons[0][0] == "TRIAL":
            trials.append(why(choice.reasons, skill="Sums", p=choice.p))
    assert trials
    assert trials[0].startswith("Something to try out in Sums: you help to find out")


def test_what_a_goal_adds_to_a_score_is_silent(tracer: Tracer) -> None:
    tracer.set_mastery(0, 0, 0.9)
    tracer.answer(0, 0, is_right=False)
    tracer.set_mastery(0, 0, 0.9)
    tracer.set_mastery(0, 1, 0.9)
    codes = set()
    for goal in ("support", "accelerate"):
        choice = tracer.plan(0, tracer.rules(goal=goal, skipped=[1, 2]))
        assert choice is not None
        assert sum(n for _, n in choice.reasons) == pytest.approx(choice.score, abs=1e-9)
        codes |= {code for code, _ in choice.reasons}
        assert why(choice.reasons, skill="Sums", p=0.8).startswith("You are ready for Sums.")
    assert {"BEGUN", "KNOWN"} <= codes


def test_a_skill_that_rested_is_looked_at_again_when_nothing_else_is_left(
    tracer: Tracer,
) -> None:
    for _ in range(10):
        tracer.answer(0, 0, is_right=False)
    assert said(tracer).startswith("skill 0 rested for a while. Have another look at it.")


@pytest.mark.parametrize("lane", LANES)
def test_every_lane_reads_as_sentences_and_tells_the_chance(lane: str) -> None:
    sentence = why([(lane, 0.0), ("DIFFICULTY", -0.1)], skill="Sums", p=0.72)
    assert "Sums" in sentence
    assert sentence.endswith(". About 7 in 10 like this should be right.")


def test_an_unknown_code_is_an_error_and_not_an_empty_sentence() -> None:
    with pytest.raises(KeyError):
        why([("MOOD", 1.0)], skill="Sums", p=0.5)


def test_only_clear_progress_is_called_so() -> None:
    reasons = [("FRINGE", 1.0), ("PROGRESS", CLEAR_PROGRESS - 0.01)]
    assert why(reasons, skill="Sums", p=0.5).startswith("You are ready for Sums.")


def test_each_verdict_has_its_words_and_a_reason_says_more() -> None:
    words = [feedback(judged) for judged in get_args(Verdict)]
    assert len(set(words)) == len(words) == 5
    assert feedback("wrong_form", "not_simplest") != feedback("wrong_form")
