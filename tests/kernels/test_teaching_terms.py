"""Simulated terms: what they must see, above all harm, and that chance does not decide."""

from __future__ import annotations

from functools import cache

import pytest

from models.training.teaching.chances import stream
from models.training.teaching.course import ITEMS_EACH, SKILLS, drawn_course
from models.training.teaching.laws import Law, Noise
from models.training.teaching.report import LAWS, Design, simulate
from models.training.teaching.rules import RULES, AtRandom, Setting
from models.training.teaching.school import TROUBLES, Case, Outcome, taught
from models.training.teaching.zpdes import CLOSES, WINDOW, Zpdes

A, B, C, D = LAWS
CLEAN = TROUBLES[0]
each_law = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.letter)


@cache
def term(letter: str, rule: str, pupils: int = 60, seed: int = 1, trouble: int = 0) -> Outcome:
    (law,) = (law for law in LAWS if law.letter == letter)
    return taught(Case(law, rule, TROUBLES[trouble], seed, pupils))


@each_law
def test_the_hub_teaches_no_less_than_the_strongest_rule_without_a_model(law: Law) -> None:
    # Sixty pupils of one seed: the bar of 2 % is for the whole report (docs/teaching.md).
    hub, peer = term(law.letter, "hub"), term(law.letter, "ZPDES")
    assert hub.gain > 0.93 * peer.gain


@each_law
def test_those_who_began_lowest_gain_more_than_in_a_fixed_order(law: Law) -> None:
    hub, fixed = term(law.letter, "hub"), term(law.letter, "fixed order")
    assert hub.lowest_quartile > fixed.lowest_quartile
    assert hub.wheel_spin < 0.1


@pytest.mark.parametrize("law", [A, B, C], ids=["A", "B", "C"])
def test_a_rule_that_is_known_to_harm_is_seen_to_harm(law: Law) -> None:
    bad = term(law.letter, "75 % success", 30)
    assert bad.gain < 0.75 * term(law.letter, "hub", 30).gain


class Drill(AtRandom):
    """The hardest item of the last skill, again and again."""

    def choose(self, learner: int, slot: int) -> int:
        del learner, slot
        return SKILLS * ITEMS_EACH - 1


@pytest.mark.parametrize("law", [A, B, C], ids=["A", "B", "C"])
def test_drilling_what_no_pupil_is_ready_for_is_seen_as_wheel_spinning(
    law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RULES, "drill", Drill)
    drilled = taught(Case(law, "drill", CLEAN, 1, 30))
    assert drilled.wheel_spin > 0.3
    assert drilled.hopeless > 0.15
    assert drilled.gain < 0.25 * term(law.letter, "hub", 30).gain


def test_the_same_case_gives_the_same_outcome_and_another_seed_another() -> None:
    assert taught(Case(B, "hub", CLEAN, 1, 10)) == taught(Case(B, "hub", CLEAN, 1, 10))
    assert taught(Case(B, "hub", CLEAN, 1, 10)) != taught(Case(B, "hub", CLEAN, 2, 10))


def test_the_report_is_the_same_for_any_number_of_processes() -> None:
    design = Design((B,), ("random", "fixed order"), (CLEAN,), (1, 2), 5)
    assert simulate(design, processes=1) == simulate(design, processes=2)


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        simulate(Design(rules=()), processes=1)
    with pytest.raises(ValueError, match="at least one"):
        simulate(Design(pupils=0), processes=1)


def test_a_fifth_of_lessons_is_missed_where_pupils_are_absent() -> None:
    (absences,) = (at for at, one in enumerate(TROUBLES) if one.absences)
    whole, missed = (term("B", "fixed order", 30, 1, at) for at in (0, absences))
    assert whole.attempts == 30 * 300
    assert 0.75 < missed.attempts / whole.attempts < 0.85


def test_doubled_slips_lower_what_a_term_can_show() -> None:
    (slips,) = (at for at, one in enumerate(TROUBLES) if one.is_noise_doubled)
    clean, noisy = (term("A", "fixed order", 30, 1, at) for at in (0, slips))
    assert noisy.gain < 0.9 * clean.gain


def test_labels_alone_tell_less_of_items_than_a_calibration() -> None:
    (labels,) = (at for at, one in enumerate(TROUBLES) if one.has_labels_only)
    known, felt = (term("A", "hub", 30, 1, at) for at in (0, labels))
    assert known != felt
    assert term("A", "fixed order", 30, 1, 0) == term("A", "fixed order", 30, 1, labels)


def test_every_rule_gives_items_of_the_course() -> None:
    course = drawn_course(1)
    for name, make in RULES.items():
        pupils = [B.draw(course, Noise(), stream(1, one)) for one in range(2)]
        rule = make(Setting(course, pupils, 300, stream(2, name)))
        for slot in range(300):
            for one in range(2):
                item = rule.choose(one, slot)
                assert 0 <= item < len(course.found)
                rule.saw(one, item, is_right=slot % 3 > 0)


def test_the_bandit_enters_a_skill_only_behind_success_and_leaves_it_with_success() -> None:
    bandit = Zpdes([(), (0,)], stream(1))
    assert {bandit.draw() for _ in range(50)} == {0}
    for _ in range(WINDOW // 2):
        bandit.reward(0, is_right=True)
    assert {bandit.draw() for _ in range(200)} == {0, 1}
    for _ in range(WINDOW):
        bandit.reward(0, is_right=True)
    assert CLOSES <= 1.0
    assert {bandit.draw() for _ in range(50)} == {1}


def test_the_bandit_prefers_the_skill_that_improves() -> None:
    bandit = Zpdes([(), ()], stream(1))
    for is_right in (False, False, False, True, True, True):
        bandit.reward(0, is_right=is_right)
        bandit.reward(1, is_right=False)
    draws = [bandit.draw() for _ in range(400)]
    assert draws.count(0) > 1.5 * draws.count(1)
