"""What a teacher is told of the rule behind wrong answers, on the pack that hubs begin with."""

from __future__ import annotations

import pytest

from hub.insight.diagnosis import Given, suspicions
from hub.lesson.grading import grade
from models.domain.pack import Pack, starter_path
from models.domain.reading import load_pack
from models.domain.solution import bug_answers

RULE = "sub.smaller_from_larger"


@pytest.fixture(scope="module")
def starter() -> Pack:
    return load_pack(starter_path())[0]


def written(pack: Pack, rule: str, place: int, seed: int) -> str:
    """What someone who follows `rule` answers: right where it does not show itself."""
    made = pack.activity(place, seed)
    template = made.template
    wrong = dict(bug_answers(template.bugs, template.answer, made, pack)).get(rule)
    return grade(pack, place, seed, "").expected if wrong is None else wrong


def answers(pack: Pack, rule: str, skill: str, count: int) -> list[Given]:
    """Answers of someone who follows `rule` wherever it shows itself."""
    found: list[Given] = []
    for place, item in enumerate(pack.items):
        if item.skills[0] != skill:
            continue
        verdict = grade(pack, place, 11, written(pack, rule, place, 11))
        found.append(Given(place, 11, 0, verdict.is_right is True, verdict.misconception))
    return found[:count]


def test_someone_who_follows_a_rule_is_found_with_the_answers_that_show_it(
    starter: Pack,
) -> None:
    found = suspicions(starter, answers(starter, RULE, "a05", 9))
    assert found[0].misconception == RULE
    assert found[0].verdict == "rule"
    assert found[0].probability > 0.8
    assert 2 <= found[0].shown <= found[0].asked


def test_a_telling_question_is_one_that_can_be_asked(starter: Pack) -> None:
    (found, *_) = suspicions(starter, answers(starter, RULE, "a05", 9))
    assert found.telling is not None
    assert starter.activity(*found.telling).values


def test_nothing_is_said_of_someone_who_is_right_or_slipped_once(starter: Pack) -> None:
    given = answers(starter, "none", "a05", 9)
    assert suspicions(starter, given) == []
    slip = answers(starter, RULE, "a05", 9)[:1]
    assert suspicions(starter, [*given, *slip]) == []


def test_the_same_answer_to_the_same_question_is_one_sign_and_not_two(starter: Pack) -> None:
    shown = [one for one in answers(starter, RULE, "a05", 9) if one.misconception == RULE]
    assert suspicions(starter, shown[:1] * 6) == []
