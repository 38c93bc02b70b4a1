"""A board without a clock: order and receipts come from numbers, dates are only labels."""

from __future__ import annotations

import time
from functools import partial

import pytest

from hub.clock import EARLIEST_PLAUSIBLE_S, LATEST_PLAUSIBLE_S, Clock
from hub.lesson.rebuild import rebuild
from tests.hub.conftest import StartHub
from tests.hub.tablet import asked, pair_with, right_answer

YEAR_S = 365.25 * 24 * 3600
TODAY_S = time.time()


@pytest.mark.parametrize("wall_s", [0.0, TODAY_S + 30 * YEAR_S], ids=["1970", "ahead"])
def test_a_hub_in_a_wrong_year_keeps_order_and_receipts_and_trusts_no_date(
    wall_s: float, start_hub: StartHub
) -> None:
    # The day before was a good one; then the clock's battery was empty.
    hub = start_hub()
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        for _ in range(3):
            sent = tablet.answer(asked(reply), right_answer(hub, asked(reply)))
            reply = tablet.reply(sent)
    hub.stop()
    hub = start_hub(clock=Clock(wall=lambda: wall_s))
    with tablet.at(hub.ports.mqtt) as again:
        again.seq = 3
        assert again.sign_in(1).activity == reply.activity
        for _ in range(3):
            sent = again.answer(asked(reply), right_answer(hub, asked(reply)))
            reply = again.reply(sent)
            assert again.receipt(sent).upto == sent.device_seq
    rows = hub.writer.call(
        lambda database: database.conn.execute(
            "SELECT device_seq, hub_boot, clock_trusted, wall_s FROM attempts ORDER BY hub_seq"
        ).fetchall()
    )
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row[1] for row in rows] == [1, 1, 1, 2, 2, 2]
    assert [row[2] for row in rows] == [1, 1, 1, 0, 0, 0]
    assert {row[3] for row in rows[3:]} == {int(wall_s)}
    assert rebuild(hub.reader, 1)[1].is_equal


def test_a_clock_that_jumps_while_the_hub_runs_moves_no_monotonic_time() -> None:
    wall = iter([TODAY_S, 0.0, TODAY_S + YEAR_S])
    clock = Clock(wall=lambda: next(wall))
    moments = [clock.now() for _ in range(3)]
    assert [one.is_trusted for one in moments] == [True, False, True]
    monotonic = [one.monotonic_ms for one in moments]
    assert monotonic == sorted(monotonic)
    assert monotonic[-1] < 60_000


def test_a_date_is_believed_between_2025_and_2045() -> None:
    seconds = [EARLIEST_PLAUSIBLE_S, EARLIEST_PLAUSIBLE_S + 1]
    seconds += [LATEST_PLAUSIBLE_S - 1, LATEST_PLAUSIBLE_S]
    trusted = [Clock(wall=partial(float, at_s)).now().is_trusted for at_s in seconds]
    assert trusted == [False, True, True, False]
    assert [time.gmtime(at_s).tm_year for at_s in seconds] == [2025, 2025, 2044, 2045]
