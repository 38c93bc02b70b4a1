"""A hub killed in the middle of a list: all of it is there afterwards, or nothing."""

from __future__ import annotations

import pytest

from tests.hub.killed_lists import apart


@pytest.mark.slow
def test_a_list_is_there_whole_or_not_at_all_after_a_kill() -> None:
    found = apart(4)
    assert found.half == []
    assert (found.points, found.as_before + found.as_after) == (4, 4)


@pytest.mark.slow
def test_the_campaign_finds_a_list_that_is_done_in_two_halves() -> None:
    assert apart(4, is_control=True).half
