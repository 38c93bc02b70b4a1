"""Pages and devices lose and double nothing while hub, network and tabs fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import browser, chromium
from tests.browser_faults.school import School, Size

__all__ = ["browser", "chromium"]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_answer_is_lost_doubled_or_out_of_order(tmp_path: Path, browser: Browser) -> None:
    size = Size(clients=8, pages=3, answers=200, gap=8)
    tally = School(tmp_path, browser, size, seed=1).run()
    assert tally.given >= size.answers
    assert tally.given_by_pages > 0
    assert tally.is_clean, tally


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_browsers_that_forget_are_caught(tmp_path: Path, browser: Browser) -> None:
    size = Size(clients=3, pages=3, answers=60, gap=10, is_forgetful=True)
    tally = School(tmp_path, browser, size, seed=1).run()
    assert tally.lost > 0, "the count saw nothing wrong with a browser without a store"
