"""Passwords on the disk are slow to try, and quick for a class that was let in before."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, extract_parameters

from hub.app import Hub
from hub.roster.passwords import FLOOR, Recognised, hash_of, is_password, is_weak

OWN = "sleepy goat"
#: As hubs kept learners' passwords before: a third of the least that is recommended.
FORMER = PasswordHasher(time_cost=1, memory_cost=12 * 1024, parallelism=1)


def cpu_s(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def test_what_is_kept_costs_what_is_recommended_at_least() -> None:
    cost = extract_parameters(hash_of(OWN))
    assert (cost.type.name, cost.parallelism) == ("ID", 1)
    assert FLOOR[cost.memory_cost] <= cost.time_cost


def test_a_password_that_was_right_is_known_again_without_the_slow_hash() -> None:
    known, stored = Recognised(), hash_of(OWN)
    first = cpu_s(lambda: known.is_password(3, stored, OWN))
    again = cpu_s(lambda: known.is_password(3, stored, OWN))
    assert again < first / 10
    assert known.is_password(3, stored, OWN)


def test_a_wrong_password_is_wrong_before_and_after_a_right_one() -> None:
    known, stored = Recognised(), hash_of(OWN)
    assert not known.is_password(3, stored, "sleepy cow")
    assert known.is_password(3, stored, OWN)
    assert not known.is_password(3, stored, "sleepy cow")
    assert not known.is_password(3, stored, "")


def test_a_new_password_ends_the_old_one_at_once(hub: Hub) -> None:
    codes = hub.door.codes
    codes.choose_password(3, OWN)
    assert codes.is_code(3, "password", OWN)
    codes.choose_password(3, "quick hen")
    assert not codes.is_code(3, "password", OWN)
    assert codes.is_code(3, "password", "quick hen")
    codes.renew(3, "password")
    assert not codes.is_code(3, "password", "quick hen")


def test_one_learners_password_lets_no_other_in() -> None:
    known, stored = Recognised(), hash_of(OWN)
    assert known.is_password(3, stored, OWN)
    assert not known.is_password(4, hash_of("quick hen"), OWN)


@pytest.mark.parametrize("entered", ["", "\0", "x" * 300, "\N{GOAT}"])
def test_any_text_may_be_entered(entered: str) -> None:
    assert not Recognised().is_password(3, hash_of(OWN), entered)
    assert not Recognised().is_password(3, "", entered)
    assert not is_password("no hash", entered)


def test_a_hash_of_weaker_days_lets_in_and_is_replaced(hub: Hub) -> None:
    codes = hub.door.codes
    codes.choose_password(3, OWN)
    former = FORMER.hash(OWN)
    assert is_weak(former)
    hub.writer.call(
        lambda database: database.conn.execute(
            "UPDATE sign_in_codes SET password_hash = ? WHERE learner = 3", (former,)
        )
    )
    codes.load()
    assert not codes.is_code(3, "password", "sleepy cow")
    assert codes.of(3).password_hash == former
    assert codes.is_code(3, "password", OWN)
    kept = codes.of(3).password_hash or ""
    assert kept != former
    assert not is_weak(kept)
    assert codes.is_code(3, "password", OWN)
    codes.load()
    assert codes.of(3).password_hash == kept
