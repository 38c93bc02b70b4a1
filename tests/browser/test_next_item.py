"""The next question brings what changes; what stands below every question stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hub.app import Hub
from models.domain.pack import starter_path
from tests.browser.scene import Tablet, running
from tests.hub.evening import wait_for
from tests.tablet_tier.child import answer_right


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=starter_path()) as started:
        yield started


def goes_on(tablet: Tablet) -> str:
    """Answers right; gives the piece of HTML that brought the next question."""
    key = tablet.page.locator("#task").get_attribute("data-key") or ""
    # Keys are for the question only while no button has them.
    tablet.page.evaluate("document.activeElement.blur()")
    with tablet.page.expect_response("**/learn/task*") as brought:
        answer_right(tablet)
    expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", key)
    return str(brought.value.text())


def test_the_buttons_below_stay_with_the_next_question_and_work(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    page = tablet.page
    page.get_by_text("Why this one?").click()
    expect(page.locator("#why")).to_be_visible()
    assert 'class="asides"' not in goes_on(tablet)
    expect(page.locator(".aside")).to_have_count(4)
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#ask-why")).not_to_have_attribute("aria-expanded", "true")
    page.get_by_role("button", name="I need help").click()
    expect(page.get_by_role("button", name="Hand is up")).to_be_visible()
    wait_for(lambda: [one.learner for one in hub.classroom.rooms[1].hands] == [1])
    goes_on(tablet)
    expect(page.get_by_role("button", name="Hand is up")).to_be_visible()
    here = page.locator("#task").get_attribute("data-key") or ""
    page.get_by_role("button", name="Too easy").click()
    expect(page.locator("#task")).not_to_have_attribute("data-key", here)
    expect(page.locator(".aside")).to_have_count(4)


def test_a_kept_question_opens_with_its_buttons(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    goes_on(tablet)
    here = tablet.page.locator("#task").get_attribute("data-key") or ""
    tablet.page.reload()
    expect(tablet.page.locator("#task")).to_have_attribute("data-key", here)
    expect(tablet.page.locator(".aside")).to_have_count(4)
    expect(tablet.page.locator("#asked .listen .speaker")).to_be_visible()


def test_appeals_that_the_teacher_switched_off_leave_with_the_next_question(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    hub.teaching.set_reach(1, "off")
    assert 'class="asides"' in goes_on(tablet)
    expect(tablet.page.locator(".aside")).to_have_count(2)
    assert 'class="asides"' not in goes_on(tablet)
    expect(tablet.page.locator(".aside")).to_have_count(2)
