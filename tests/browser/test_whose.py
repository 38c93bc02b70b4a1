"""Whose lesson goes on while the hub is away: of those who sit here, and of nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub.app import Hub
from hub.settings import Settings
from hub.web.safety import DEVICE_COOKIE
from tests.browser.scene import Tablet, attempts, on_same_ports, running
from tests.browser.test_away import MOVED_ON, ROAD_MS
from tests.browser.test_here import is_kept_here
from tests.browser.test_store import cut, mend, waits

#: The cards that the page asks for by itself come when the test lets them.
LATE_CARDS = """() => {
  const open = XMLHttpRequest.prototype.open, send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.open = function (method, path) {
    this.isCards = method === "GET" && path === "/";
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function () {
    const told = this.onloadend;
    if (this.isCards) {
      this.onloadend = () => {
        if (this.status === 200 && !window.late) { window.late = told; } else { told(); }
      };
    }
    return send.apply(this, arguments);
  };
}"""
#: The hub was told of all who left.
NOBODY_LEFT = "() => !Object.keys(localStorage).some(key => key.startsWith('mangotree.left'))"
#: Longer than a page waits between two looks at whether the hub is back.
LOOK_MS = 2_500


def joined(page: Page, hub: Hub) -> Tablet:
    """A tablet of the class, at its cards."""
    tablet = Tablet(page, hub)
    tablet.join()
    return tablet


def comes_in(hub: Hub, tablet: Tablet, name: str) -> None:
    """The child taps its card, and its PIN."""
    tap(tablet.page, name)
    learner = next(one for one in hub.people.in_class(1) if one.name == name)
    for digit in hub.door.codes.of(learner.id).pin:
        tablet.page.get_by_role("button", name=digit, exact=True).click()
    is_at_work(tablet.page, name)


def tap(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def is_at_work(page: Page, name: str) -> None:
    expect(page.locator(".bar .who .name")).to_have_text(name)
    expect(page.locator("#task")).to_be_visible()


def is_turned_away(page: Page, name: str) -> None:
    tap(page, name)
    expect(page.locator("#notice")).to_contain_text("The hub is away.")
    expect(page.locator("#notice")).to_contain_text("can go on when it is back")
    expect(page.locator("#notice")).to_contain_text(name)
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def is_before_the_cards(page: Page) -> None:
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def with_pins(hub: Hub) -> Settings:
    hub.people.set_sign_in(1, "pin")
    return on_same_ports(hub)


def seated_by_pin(page: Page, hub: Hub) -> tuple[Tablet, Settings]:
    """Amani's tablet in a class that signs in by PIN."""
    tablet = joined(page, hub)
    settings = with_pins(hub)
    comes_in(hub, tablet, "Amani")
    tablet.takes_the_road("up")
    return tablet, settings


def test_who_left_needs_the_code_again_and_so_the_hub(tmp_path: Path, page: Page) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet, settings = seated_by_pin(page, hub)
        page.get_by_role("link", name="I am done").click()
        is_before_the_cards(page)
        tablet.takes_the_road("up")
    tablet.takes_the_road("down")
    is_turned_away(page, "Amani")
    is_turned_away(page, "Baraka")
    with running(home, settings) as again:
        tablet.takes_the_road("up")
        comes_in(again, tablet, "Amani")
        tablet.answer(tablet.right_answer())
        tablet.is_safe()
        assert [row["learner"] for row in attempts(again)] == [1]


def test_who_gets_up_while_the_hub_is_away_is_gone_for_the_hub_too(
    tmp_path: Path, page: Page
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet, settings = seated_by_pin(page, hub)
        is_kept_here(tablet)
    tablet.takes_the_road("down")
    tablet.answer(tablet.right_answer())
    tablet.is_said("1 answer waits on this tablet")
    page.get_by_role("link", name="I am done").click()
    is_before_the_cards(page)
    tablet.is_said("1 answer waits on this tablet")
    is_turned_away(page, "Amani")
    page.goto(page.url, wait_until="commit")
    is_before_the_cards(page)
    is_turned_away(page, "Amani")
    with running(home, settings) as again:
        tablet.is_safe()
        page.wait_for_function(NOBODY_LEFT)
        assert again.door.seats.at(attempts(again)[0]["device"]).learners == ()
        comes_in(again, tablet, "Amani")
        assert [row["learner"] for row in attempts(again)] == [1]


@pytest.mark.parametrize("is_away", [True, False], ids=["away", "here"])
def test_who_left_before_the_last_answer_came_is_away_for_the_teacher(
    hub: Hub, tablet: Tablet, *, is_away: bool
) -> None:
    page = tablet.page
    cut(tablet)
    tablet.sit_down()
    is_kept_here(tablet)
    if is_away:
        page.context.route("**/learn/done/*", lambda route: route.abort())
    tablet.answer(tablet.right_answer())
    waits(tablet, 1)
    page.get_by_role("link", name="I am done").click()
    is_before_the_cards(page)
    page.context.unroute("**/learn/done/*")
    page.wait_for_timeout(2 * LOOK_MS)
    is_before_the_cards(page)
    mend(tablet)
    tablet.is_safe()
    page.wait_for_function(NOBODY_LEFT)
    assert len(attempts(hub)) == 1
    assert hub.door.seats.at(1).learners == ()
    assert hub.progress.status(1) == "away"
    tablet.complaints.clear()


def test_the_page_of_the_code_stays_though_the_cards_were_asked_for_before_the_tap(
    tmp_path: Path, page: Page
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet, settings = seated_by_pin(page, hub)
        is_kept_here(tablet)
    tablet.takes_the_road("down")
    page.get_by_role("link", name="I am done").click()
    is_before_the_cards(page)
    page.evaluate(LATE_CARDS)
    with running(home, settings):
        page.wait_for_function("() => window.late")
        tap(page, "Amani")
        expect(page.get_by_role("button", name="Start again")).to_be_visible()
        page.evaluate("() => window.late()")
        page.wait_for_timeout(LOOK_MS)
        expect(page.get_by_role("button", name="Start again")).to_be_visible()


def test_friends_take_turns_without_the_hub_and_each_answer_is_its_own(
    tmp_path: Path, page: Page
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = joined(page, hub)
        settings = on_same_ports(hub)
        with page.expect_response("**/learn/ahead*", timeout=ROAD_MS):
            tablet.sign_in("Amani")
            tablet.takes_the_road("up")
        page.get_by_role("link", name="Add a friend").click()
        with page.expect_response("**/learn/ahead*", timeout=ROAD_MS):
            tap(page, "Baraka")
            is_at_work(page, "Baraka")
        tablet.answer(tablet.right_answer())
        expect(page.locator("#task h1")).to_have_text("Your turn!")
        tablet.is_safe()
    tablet.takes_the_road("down")
    page.locator("#task").get_by_role("button", name="Amani").click()
    given = [2]
    for name, other in (("Amani", "Baraka"), ("Baraka", "Amani"), ("Amani", "Baraka")):
        is_at_work(page, name)
        expect(page.locator("#form")).to_be_visible()
        tablet.answer(tablet.right_answer())
        given.append(1 if name == "Amani" else 2)
        tablet.is_said(
            f"{len(given) - 1} answer{'s' * (len(given) > 2)} "
            f"wait{'s' * (len(given) == 2)} on this tablet"
        )
        page.locator("#together").get_by_role("button", name=other).click()
    is_at_work(page, "Baraka")
    with running(home, settings) as again:
        tablet.is_safe()
        rows = attempts(again)
        assert [row["learner"] for row in rows] == given
        assert [row["is_right"] for row in rows] == [1, 1, 1, 1]
        places = {(row["learner"], row["item"], row["seed"]) for row in rows}
        assert len(places) == 4


def test_a_tablet_whose_cookie_was_lost_is_known_again_by_what_it_kept(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.answer(tablet.right_answer())
    tablet.is_safe()
    is_kept_here(tablet)
    tablet.page.context.clear_cookies()
    tablet.page.goto(tablet.page.url)
    is_at_work(tablet.page, "Amani")
    tablet.takes_the_road("up")
    tablet.answer(tablet.right_answer())
    tablet.is_safe()
    assert len({row["device"] for row in attempts(hub)}) == 1
    assert len(attempts(hub)) == 2
    cookies = {one["name"] for one in tablet.page.context.cookies()}
    assert DEVICE_COOKIE in cookies
    tablet.complaints.clear()


def test_a_cookie_that_is_lost_in_the_middle_of_a_lesson_is_not_missed(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.page.context.clear_cookies()
    for count in (1, 2):
        here = tablet.page.locator("#task").get_attribute("data-key") or ""
        tablet.answer(tablet.right_answer())
        tablet.page.evaluate(MOVED_ON, here)
        expect(tablet.page.locator("#form")).to_be_visible()
        tablet.is_safe()
        assert len(attempts(hub)) == count
    tablet.page.get_by_role("link", name="I am done").click()
    is_before_the_cards(tablet.page)
    tablet.sign_in("Baraka")
    tablet.complaints.clear()


def test_a_tablet_that_was_shut_out_does_not_come_back_by_what_it_kept(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    is_kept_here(tablet)
    [device] = hub.devices.all
    hub.devices.revoke(device)
    tablet.page.context.clear_cookies()
    tablet.page.goto(tablet.page.url)
    expect(tablet.page.locator("#trouble")).to_contain_text("shut")
    tablet.complaints.clear()
