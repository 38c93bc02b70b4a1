"""The forecast's evidence: what it is made of, in numbers worked out by hand."""

from __future__ import annotations

from math import log
from typing import Any

import pytest

from hub.insight.flags import Now
from hub.insight.flags.forecast import Evidence, evidence
from hub.insight.flags.past import SPIN_AFTER
from hub.store.log import Attempt
from models.training.teaching.course import ITEMS_EACH
from tests.hub.test_flags import ONE, answer, small_class, told
from tests.teacher_tier.trouble import heard, skill_id
from tests.teacher_tier.twin_flags import stuck_score

SKILL, OTHER, THIRD = 0, 1, 2


def at(skill: int, hub_seq: int, **changes: Any) -> Attempt:
    """A first answer to a question of `skill`."""
    return answer(hub_seq, item=skill * ITEMS_EACH, **changes)


def found(*rows: Attempt) -> Evidence:
    """The evidence at the first skill after `rows`."""
    return evidence(told(*rows).past(ONE, Now()), skill_id(SKILL), ())


def test_answers_that_were_not_to_be_expected_weigh_by_the_model_s_own_chance() -> None:
    value, rows = found(at(SKILL, 1, p=0.9), at(SKILL, 2, p=0.2, is_right=True))["UNFORESEEN"]
    assert value == pytest.approx(-log(0.1) - log(0.2))
    assert rows == (1, 2)
    sure, _ = found(at(SKILL, 1, p=1.0))["UNFORESEEN"]
    assert sure == pytest.approx(-log(0.02))


def test_a_hint_says_less_of_a_child_that_asks_elsewhere_too() -> None:
    asked = [at(OTHER, seq, hints=1) for seq in range(1, 4)]
    silent = [at(OTHER, seq) for seq in range(1, 4)]
    mine = [at(SKILL, 4, hints=2), at(SKILL, 5)]
    value, rows = found(*asked, *mine)["HINT_HABIT"]
    assert value == pytest.approx(2.4 / 8)
    assert rows == (1, 2, 3)
    value, rows = found(*silent, *mine)["HINT_HABIT"]
    assert value == pytest.approx(-0.6 / 8)
    assert rows == (1, 2, 3)
    assert found(*silent, *mine)["HINT_SHARE"] == (0.5, (4,))


def test_right_answers_elsewhere_tell_nothing_of_hints() -> None:
    rows = [at(OTHER, seq, hints=1, is_right=True) for seq in range(1, 4)]
    assert found(*rows, at(SKILL, 4))["HINT_HABIT"] == (0.0, ())


def test_other_skills_count_by_what_they_came_to_and_not_before() -> None:
    mastered = [at(OTHER, seq, is_right=True) for seq in range(1, 4)]
    open_one = [at(THIRD, seq) for seq in range(4, 4 + SPIN_AFTER - 1)]
    mine = at(SKILL, 40)
    value, rows = found(*mastered, *open_one, mine)["ELSEWHERE"]
    assert value == pytest.approx(0.2 / 3)
    assert rows == (3,)
    spun = at(THIRD, 4 + SPIN_AFTER)
    value, rows = found(*mastered, *open_one, spun, mine)["ELSEWHERE"]
    assert value == pytest.approx((1 - 1.6) / 4)
    assert rows == (3, spun.hub_seq)


def test_the_score_is_that_of_stored_rows_added_up_another_way() -> None:
    compared = 0
    stored: list[Attempt] = []
    for now, row, _ in heard(small_class()):
        stored.append(row)
        if row.hub_seq % 50:
            continue
        skill = row.item // ITEMS_EACH
        judged = now.flags.score(row.learner, "stuck_soon", skill_id(skill), Now())
        if judged is None:
            continue
        mine = [one for one in stored if one.learner == row.learner]
        past = now.flags.past(row.learner, Now())
        quick = {one.hub_seq for one in past.chances if one.is_quick}
        twin = stuck_score(mine, skill, small_class().course, quick)
        assert judged.score == pytest.approx(twin, abs=1e-9)
        compared += 1
    assert compared > 10
