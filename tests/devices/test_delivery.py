"""When which answer is sent, with time as an argument."""

from __future__ import annotations

import math
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest

from devices.delivery import Delivery
from devices.messages import Receipt, Refused
from devices.outbox import Draft, Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Desk:
    """A delivery, its outbox, and a clock that a test sets."""

    def __init__(self, outbox: Outbox, window: int = 4) -> None:
        self.outbox = outbox
        self.delivery = Delivery(outbox, Random(1), window=window, resend_s=3.0)
        self.now = 1000.0

    def give(self, count: int) -> None:
        for _ in range(count):
            self.delivery.enqueue(
                self.outbox.add(Draft(learner=1, session="s", item="i", seed=1, answer="x"))
            )

    def due(self, after_s: float = 0.0) -> list[int]:
        self.now += after_s
        return [answer.device_seq for answer in self.delivery.due(self.now)]

    def receipt(self, upto: int) -> None:
        self.delivery.receipted(Receipt(self.outbox.boot, upto), self.now)

    def complain(self, seq: int, expected: int) -> None:
        refusal = Refused(
            reason="out_of_sequence",
            boot=self.outbox.boot,
            device_seq=seq,
            expected=expected,
        )
        self.delivery.refused(refusal, self.now)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    outbox = Outbox(tmp_path / "outbox", synchronous="NORMAL")
    yield Desk(outbox)
    outbox.close()


def test_only_a_window_of_answers_is_in_flight(desk: Desk) -> None:
    desk.give(10)
    assert desk.due() == [1, 2, 3, 4]
    desk.receipt(2)
    assert desk.due() == [5, 6]


def test_nothing_is_sent_twice_before_its_time(desk: Desk) -> None:
    desk.give(3)
    assert desk.due() == [1, 2, 3]
    assert desk.due(after_s=2.3) == []
    assert desk.due(after_s=1.4) == [1]


def test_while_receipts_come_nothing_is_sent_again(desk: Desk) -> None:
    desk.give(4)
    desk.due()
    for upto in (1, 2, 3):
        assert desk.due(after_s=2.3) == []
        desk.receipt(upto)
    assert desk.due(after_s=2.3) == []


def test_receipts_for_others_do_not_keep_an_answer_back_for_ever(desk: Desk) -> None:
    desk.give(1)
    lost = desk.outbox.boot
    desk.due()
    assert desk.outbox.rekey(lost, 1) == 1  # an older boot, for as long as this test runs
    desk.delivery.restart()
    assert desk.due() == [1]
    sent_again_after = math.inf
    for _ in range(40):
        desk.delivery.receipted(Receipt(lost, 1), desk.now)
        desk.now += 1.0
        sent = desk.delivery.due(desk.now)
        if sent:
            sent_again_after = desk.now - 1000.0
            break
    assert sent_again_after <= 36.0


def test_silence_brings_one_answer_then_two_then_four(desk: Desk) -> None:
    desk.give(4)
    desk.due()
    sent = [desk.due(after_s=desk.delivery.deadline() - desk.now) for _ in range(4)]
    assert sent == [[1], [1, 2], [1, 2, 3, 4], [1, 2, 3, 4]]


def test_a_receipt_that_ends_a_silence_brings_the_stale_ones_at_a_doubling_pace(
    tmp_path: Path,
) -> None:
    with closing(Outbox(tmp_path / "many", synchronous="NORMAL")) as outbox:
        desk = Desk(outbox, window=16)
        desk.give(16)
        desk.due()
        assert desk.due(after_s=4.0) == [1]
        desk.receipt(1)
        assert desk.due(after_s=0.1) == [2, 3]
        desk.receipt(3)
        assert desk.due(after_s=0.1) == [4, 5, 6, 7]
        desk.receipt(7)
        assert desk.due(after_s=0.1) == [8, 9, 10, 11, 12, 13, 14, 15]
        desk.receipt(15)
        assert desk.due(after_s=0.1) == [16]


def test_an_answer_given_in_a_silence_is_sent_at_once(desk: Desk) -> None:
    desk.give(2)
    desk.due()
    desk.due(after_s=4.0)
    desk.give(1)
    assert desk.due() == [3]


def test_patience_doubles_up_to_half_a_minute_and_a_receipt_resets_it(desk: Desk) -> None:
    desk.give(2)
    desk.due()
    waits = []
    for _ in range(8):
        waits.append(desk.delivery.deadline() - desk.now)
        desk.due(after_s=waits[-1])
    assert waits[0] < waits[1] < waits[2] < waits[3]
    assert 24.0 <= waits[-1] <= 36.0
    desk.receipt(1)
    assert desk.delivery.deadline() - desk.now <= 3.6


def test_without_answers_there_is_nothing_to_wait_for(desk: Desk) -> None:
    assert desk.due() == []
    assert desk.delivery.deadline() == math.inf
    desk.give(1)
    desk.due()
    desk.receipt(1)
    assert desk.due() == []
    assert desk.delivery.deadline() == math.inf


def test_a_new_connection_sends_everything_again(desk: Desk) -> None:
    desk.give(3)
    desk.due()
    desk.delivery.restart()
    assert desk.due() == [1, 2, 3]


def test_a_gap_is_filled_from_where_the_hub_waits(desk: Desk) -> None:
    desk.give(4)
    desk.due()
    for seq in (3, 4):
        desk.complain(seq, expected=2)
    assert desk.due() == []
    assert desk.due(after_s=2.0) == [2, 3, 4]


def test_many_complaints_about_one_gap_cause_one_resending(desk: Desk) -> None:
    desk.give(4)
    desk.due()
    rounds = desk.delivery.rounds
    for seq in (2, 3, 4):
        desk.complain(seq, expected=1)
    assert desk.due(after_s=2.0) == [1, 2, 3, 4]
    assert desk.delivery.rounds == rounds + 1


def test_a_missing_number_that_is_asked_for_twice_brings_a_fresh_boot(desk: Desk) -> None:
    desk.give(4)
    desk.due()
    desk.receipt(2)
    old = desk.outbox.boot
    desk.complain(3, expected=1)
    assert desk.due(after_s=2.0) == [3, 4]
    assert desk.outbox.boot == old
    desk.complain(3, expected=1)
    assert desk.outbox.boot != old
    assert desk.due(after_s=2.0) == [1, 2]


def test_a_complaint_that_a_receipt_overtook_brings_no_fresh_boot(desk: Desk) -> None:
    desk.give(4)
    desk.due()
    old = desk.outbox.boot
    desk.receipt(2)
    desk.complain(4, expected=2)
    desk.receipt(3)
    desk.due(after_s=2.0)
    desk.complain(4, expected=2)
    assert desk.outbox.boot == old


def test_a_complaint_about_a_boot_that_is_done_changes_nothing(desk: Desk) -> None:
    desk.give(1)
    desk.due()
    desk.receipt(1)
    desk.complain(1, expected=1)
    assert desk.delivery.deadline() == math.inf


def test_a_busy_hub_is_left_alone_for_as_long_as_it_asked(desk: Desk) -> None:
    desk.give(2)
    desk.due()
    busy = Refused(reason="hub_full", boot=desk.outbox.boot, device_seq=2, retry_ms=5000)
    desk.delivery.refused(busy, desk.now)
    desk.give(1)
    assert desk.due(after_s=4.9) == []
    assert desk.due(after_s=0.2) == [1, 2, 3]  # the first one's patience ended meanwhile


def test_a_hopeless_answer_leaves_and_the_rest_goes_on(desk: Desk) -> None:
    desk.give(2)
    desk.due()
    refusal = Refused(reason="too_large", boot=desk.outbox.boot, device_seq=1)
    moved = desk.delivery.refused(refusal, desk.now)
    assert moved is not None
    assert moved.device_seq == 1
    assert [a.device_seq for a in desk.outbox.pending()] == [2]
