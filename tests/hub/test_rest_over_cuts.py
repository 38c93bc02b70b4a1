"""Breaks and a day's limit over a cut of power: what a page or set clocks can tell."""

from __future__ import annotations

from typing import Any

import pytest

from hub.clock import Clock
from hub.lesson.rebuild import rebuild
from hub.lesson.rest import MOST_MS, NIGHT_MS, Rule
from hub.store.log import Attempt
from tests.hub.conftest import StartHub
from tests.hub.tablet import asked, pair_with, right_answer
from tests.hub.test_rest import BREAKS, DAY, MIN, answered, at, rest_of, resting, work


def by_page(at_ms: int, page_ms: int, boot: int = 1, **fields: Any) -> Attempt:
    """An answer of a page whose clock shows `page_ms`, whatever the hub's does."""
    return answered(at_ms, MIN, boot, at=10**12 + page_ms, **fields)


@pytest.mark.parametrize(
    ("gap_ms", "left_ms"), [(2 * MIN, 18 * MIN), (NIGHT_MS - 1, 18 * MIN), (NIGHT_MS, 29 * MIN)]
)
def test_a_page_that_went_on_over_a_cut_says_whether_it_is_the_same_day(
    gap_ms: int, left_ms: int
) -> None:
    rests = resting(DAY)
    for minute in range(1, 12):
        rests.answered(by_page(minute * MIN, minute * MIN), is_open=False)
    rests.answered(by_page(MIN, 11 * MIN + gap_ms, boot=2), is_open=False)
    assert rests.left(1, at(MIN, boot=2)).day_ms == left_ms
    # Another page's clock may have stood still at night.
    rests.answered(by_page(2 * MIN, 12 * MIN + gap_ms, boot=3, device=7), is_open=False)
    assert rests.left(1, at(2 * MIN, boot=3)).day_ms == 29 * MIN


def test_a_short_cut_is_no_break_where_the_page_went_on() -> None:
    for gap_ms, left_ms in ((2 * MIN, 4 * MIN), (4 * MIN, 14 * MIN)):
        rests = resting(BREAKS)
        for minute in range(1, 11):
            rests.answered(by_page(minute * MIN, minute * MIN), is_open=False)
        rests.answered(by_page(MIN, 10 * MIN + gap_ms, boot=2), is_open=False)
        assert rests.left(1, at(MIN, boot=2)).break_ms == left_ms


def test_clocks_that_were_set_carry_the_day_over_a_start_and_one_set_back_does_not() -> None:
    rests = resting(DAY)
    work(rests, 10)
    rests.answered(answered(11 * MIN, MIN, wall_s=50_000, clock_trusted=1), is_open=False)
    for wall_s, left_ms in (
        (50_300, 19 * MIN),
        (50_000 + NIGHT_MS // 1000, 30 * MIN),
        (49_000, 30 * MIN),
    ):
        now = at(MIN, boot=2, wall_s=wall_s, trusted=1)
        assert rests.left(1, now).day_ms == left_ms
    assert rests.left(1, at(MIN, boot=2, wall_s=50_300)).day_ms == 30 * MIN


def test_what_a_tablet_kept_over_night_is_yesterdays_work() -> None:
    rests = resting(DAY)
    for minute in range(1, 21):
        rests.answered(by_page(MIN, minute * MIN), is_open=False)
    rests.answered(by_page(MIN, 21 * MIN + NIGHT_MS), is_open=False)
    assert rests.left(1, at(MIN)).day_ms == 29 * MIN


def test_a_cut_of_power_does_not_give_a_day_back_to_a_page_that_went_on(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    hub.teaching.set_rest(1, Rule(day_s=180))
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        first = tablet.answer(now, right_answer(hub, now), ms=MOST_MS, at=10**12)
        now = asked(tablet.reply(first))
        second = tablet.next_answer(
            now, right_answer(hub, now), ms=MOST_MS, at=10**12 + 5 * MIN
        )
        assert tablet.receipt(first).upto == 1
    hub.stop()
    hub = start_hub(clock=Clock(wall=lambda: 0.0))
    device = hub.devices.all[tablet.device]
    assert rest_of(hub.classroom.answer(device, second)).why == "day"
    assert hub.classroom.resting(1)[1].why == "day"
    hub.writer.settle()
    room, found = rebuild(hub.reader, 1)
    assert found.is_equal
    assert room.rests.save() == hub.classroom.rooms[1].rests.save()
