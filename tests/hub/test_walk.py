"""The walk list: hands, then struggle, then idleness; and attention that is shared fairly."""

from __future__ import annotations

import random

import pytest

from hub.web.teacher.walk import PLACES, TURN, Candidate, next_three, score


def child(learner: int, need: float = 0.0, **fields: int) -> Candidate:
    return Candidate(learner, need, fields.get("others", 0), fields.get("raised", 0))


def listed(*here: Candidate) -> list[int]:
    return [one.learner for one in next_three(here)]


def test_hands_come_first_in_the_order_in_which_they_went_up() -> None:
    here = [child(1, 50.0), child(2, raised=9), child(3), child(4, raised=4)]
    assert listed(*here) == [4, 2, 1]


def test_more_need_comes_before_less_and_class_order_breaks_ties() -> None:
    assert listed(child(1), child(2, 3.0), child(3, 0.9), child(4, 5.0)) == [4, 2, 3]
    assert listed(child(3), child(1), child(2), child(4)) == [3, 1, 2]


def test_who_was_just_visited_is_left_out_unless_a_hand_is_up() -> None:
    alone = Candidate(1, 9.0, 0, is_left_alone=True)
    asks = Candidate(2, 0.0, 0, raised=5, is_left_alone=True)
    assert listed(alone, asks, child(3)) == [2, 3]
    assert listed() == []


def test_a_round_of_visits_to_others_weighs_as_much_as_idleness() -> None:
    assert score(child(1, 2.0, others=20), 40) == pytest.approx(2.0 + TURN / 2)
    assert listed(child(1, 0.9), child(2, others=4), child(3), child(4)) == [2, 1, 3]


def test_the_third_place_is_kept_for_whoever_a_whole_round_passed_by() -> None:
    stuck = [child(one, 8.0) for one in range(1, 6)]
    assert listed(*stuck, child(6, others=5)) == [1, 2, 3]
    assert listed(*stuck, child(6, others=6)) == [1, 2, 6]
    hands = [child(one, raised=one) for one in range(1, 6)]
    assert listed(*hands, child(6, others=60)) == [1, 2, 3]


def test_nobody_waits_for_ever_and_every_child_is_listed_once_at_most() -> None:
    rng = random.Random(5)
    needs = {one: rng.choice([0.0, 0.0, 0.0, 1.0, 6.0, 9.0]) for one in range(40)}
    at, longest = dict.fromkeys(needs, 0), 0
    for total in range(600):
        here = [child(one, need, others=total - at[one]) for one, need in needs.items()]
        found = listed(*here)
        assert len(set(found)) == PLACES
        # The teacher goes to one of the three, mostly to the first.
        visited = found[rng.choice([0, 0, 0, 1, 2])]
        at[visited] = total + 1
        longest = max(longest, *(total + 1 - one for one in at.values()))
    assert min(at.values()) > 0
    # A fair queue of forty that gets one visit in five: nobody waits longer than that takes.
    assert longest <= 40 * 5 + 40
