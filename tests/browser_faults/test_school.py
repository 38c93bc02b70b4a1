"""Pages of a real browser lose and double nothing while hub, network and tabs fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import browser, chromium
from tests.browser_faults.school import School

__all__ = ["browser", "chromium"]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_answer_is_lost_doubled_or_out_of_order(tmp_path: Path, browser: Browser) -> None:
    tally = School(tmp_path, browser, pages=4, answers=25, seed=1).run()
    assert tally.given >= 100
    assert tally.is_clean, tally


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_browsers_that_forget_are_caught(tmp_path: Path, browser: Browser) -> None:
    tally = School(tmp_path, browser, pages=4, answers=25, seed=1, is_forgetful=True).run()
    assert tally.lost > 0, "the count saw nothing wrong with a browser without a store"
