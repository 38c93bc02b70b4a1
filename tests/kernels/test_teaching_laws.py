"""The laws that simulated pupils learn by: what each theory says must be seen in its pupils."""

from __future__ import annotations

from statistics import fmean

import pytest

from models.training.teaching import course as courses
from models.training.teaching.chances import stream
from models.training.teaching.course import Course, drawn_course, with_wrong_edges
from models.training.teaching.laws import Law, Noise, Pupil
from models.training.teaching.report import LAWS

RIGHT, WRONG = True, False
COURSE = drawn_course(5)
A, B, C, D = LAWS
ROOT, LEAF = 0, courses.SKILLS - 1
each_law = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.letter)


QUIET = Noise()


def pupils(law: Law, count: int = 60, *, noise: Noise = QUIET) -> list[Pupil]:
    return [law.draw(COURSE, noise, stream(3, law.letter, one)) for one in range(count)]


def practised(pupil: Pupil, skill: int, count: int, *, is_right: bool = RIGHT) -> Pupil:
    for _ in range(count):
        pupil.practise(skill, 0.0, is_right=is_right)
    return pupil


def mean_competence(some: list[Pupil], skill: int) -> float:
    return fmean(pupil.competence(skill) for pupil in some)


@each_law
def test_practice_raises_and_nights_lower_what_a_class_knows(law: Law) -> None:
    some = pupils(law)
    before = mean_competence(some, ROOT)
    for pupil in some:
        practised(pupil, ROOT, 8)
    after = mean_competence(some, ROOT)
    for pupil in some:
        pupil.rest(60)
    assert after > before + 0.1
    assert mean_competence(some, ROOT) < after - 0.03


@each_law
def test_a_chance_lies_between_guess_and_slip_and_falls_with_difficulty(law: Law) -> None:
    noise = Noise(0.2, 0.1)
    for pupil in pupils(law, 20, noise=noise):
        for skill in range(COURSE.skills):
            easy, middling, hard = (pupil.chance(skill, one) for one in (-2.0, 0.0, 2.0))
            assert easy > middling > hard > 0.0
            assert 0.2 - 1e-9 <= middling <= 0.9 + 1e-9


@each_law
def test_doubled_noise_moves_chances_and_not_what_is_known(law: Law) -> None:
    clean, noisy = pupils(law), pupils(law, noise=Noise().doubled())
    assert mean_competence(clean, 3) == mean_competence(noisy, 3)
    assert max(pupil.chance(3) for pupil in noisy) < max(pupil.chance(3) for pupil in clean)


@each_law
def test_the_same_seed_gives_the_same_pupil(law: Law) -> None:
    one, other = (practised(pupils(law, 1)[0], ROOT, 4) for _ in range(2))
    assert [one.chance(skill) for skill in range(COURSE.skills)] == [
        other.chance(skill) for skill in range(COURSE.skills)
    ]


@pytest.mark.parametrize("law", [A, B, C], ids=["A", "B", "C"])
def test_missing_prerequisites_slow_learning_down(law: Law) -> None:
    (before, *_) = COURSE.prerequisites[LEAF]
    gains = {}
    for prepares in (False, True):
        some = pupils(law, 120)
        for pupil in some:
            if prepares:
                for skill in range(LEAF):
                    practised(pupil, skill, 25)
        old = mean_competence(some, LEAF)
        for pupil in some:
            practised(pupil, LEAF, 5)
        gains[prepares] = mean_competence(some, LEAF) - old
        assert mean_competence(some, before) > 0.0
    assert gains[True] > 1.5 * gains[False]


def test_insight_comes_at_one_blow() -> None:
    seen = {pupil.competence(ROOT) for pupil in pupils(B)}
    assert seen == {0.0, 1.0}


def test_growth_is_fastest_where_the_pupil_is_half_sure() -> None:
    grown = []
    for difficulty in (-4.0, 0.0, 4.0):
        (pupil,) = pupils(A, 1)
        half = difficulty + 2.0 * (pupil.competence(ROOT) - 0.5)
        pupil.practise(ROOT, half, is_right=RIGHT)
        grown.append(pupil.competence(ROOT))
    assert grown[1] > max(grown[0], grown[2])


def test_spaced_practice_outlasts_massed_practice_in_memory() -> None:
    massed, spaced = pupils(C), pupils(C)
    for pupil in massed:
        practised(pupil, ROOT, 10)
        pupil.rest(5)
    for pupil in spaced:
        for _ in range(5):
            practised(pupil, ROOT, 2)
            pupil.rest(1)
    for pupil in massed + spaced:
        pupil.rest(7)
    assert mean_competence(spaced, ROOT) > mean_competence(massed, ROOT) + 0.02


def test_right_answers_leave_stronger_memories_than_wrong_ones() -> None:
    right, wrong = pupils(C), pupils(C)
    for pupil in right:
        practised(pupil, ROOT, 5)
    for pupil in wrong:
        practised(pupil, ROOT, 5, is_right=WRONG)
    assert mean_competence(right, ROOT) > mean_competence(wrong, ROOT) + 0.02


def test_failing_again_and_again_disheartens_until_the_next_day() -> None:
    cheerful, beaten = pupils(D), pupils(D)
    for pupil in cheerful:
        practised(pupil, ROOT, 6, is_right=RIGHT)
    for pupil in beaten:
        practised(pupil, ROOT, 6, is_right=WRONG)
    assert mean_competence(beaten, ROOT) < mean_competence(cheerful, ROOT)
    rested, tired = pupils(D), pupils(D)
    for pupil in rested + tired:
        practised(pupil, LEAF, 8, is_right=WRONG)
    for pupil in rested:
        pupil.rest(1)
    before = mean_competence(rested, ROOT), mean_competence(tired, ROOT)
    for pupil in rested + tired:
        practised(pupil, ROOT, 1)
    gained = [
        mean_competence(some, ROOT) - old
        for some, old in zip((rested, tired), before, strict=True)
    ]
    assert gained[0] > 2.0 * gained[1]


def test_wrong_edges_change_what_is_told_and_not_what_is_true() -> None:
    told = with_wrong_edges(COURSE, 0.2, 7)
    assert told.prerequisites == COURSE.prerequisites
    wrong, edges = changed(told)
    assert 0 < wrong < edges / 2
    whole, edges = changed(with_wrong_edges(COURSE, 1.0, 7))
    assert whole > 0.8 * edges
    assert changed(with_wrong_edges(COURSE, 0.0, 7))[0] == 0


def changed(course: Course) -> tuple[int, int]:
    pairs = zip(course.prerequisites, course.told, strict=True)
    kept = [set(true) & set(told) for true, told in pairs]
    edges = sum(map(len, course.prerequisites))
    return edges - sum(map(len, kept)), edges


def test_a_course_can_be_taught_in_its_order() -> None:
    for seed in range(20):
        course = with_wrong_edges(drawn_course(seed), 0.5, seed)
        for graph in (course.prerequisites, course.told):
            assert all(one < skill for skill, before in enumerate(graph) for one in before)
