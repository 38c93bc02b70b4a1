"""What fails once is tried again: a tablet that the network left alone for a moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from hub.app import Hub
from hub.web import assets
from hub.web.safety import DEVICE_COOKIE
from tests.browser.scene import Tablet, attempts, on_same_ports, running
from tests.browser.test_here import is_kept_here
from tests.browser.test_store import HELD_DATABASE, LET_OPEN, waits
from tests.browser.test_whose import is_at_work, is_before_the_cards, tap

DEVICE, HERE = "**/learn/device", "**/here"
MANY = 1_000_000
#: All states that the page's link to the hub ever had.
ROADS = """{
  window.roads = [];
  new MutationObserver(() => {
    window.roads.push(document.body && document.body.getAttribute("data-road"));
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-road"] });
}"""
#: A browser without the client for sockets: answers go by HTTP, and nothing dials again.
NO_CLIENT = "Object.defineProperty(window, 'Paho', { get() {}, set() {} });"
#: What a page does some seconds after it stands it does at once.
SOON = """{
  const later = window.setTimeout;
  window.setTimeout = (work, ms, ...rest) => later(work, ms === 20000 ? 200 : ms, ...rest);
}"""


def heals(request: Request) -> bool:
    """Whether the tablet asks to be known again by the secret that it kept."""
    return "authorization" in request.headers


def drop(
    tablet: Tablet, path: str, is_meant: Callable[[Request], bool], *, most: int = 1
) -> list[str]:
    """Loses the first `most` of these requests on the way; gives those that were lost."""
    lost: list[str] = []

    def handle(route: Route) -> None:
        if is_meant(route.request) and len(lost) < most:
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    tablet.page.context.route(path, handle)
    return lost


def lose_cookie(tablet: Tablet) -> None:
    tablet.page.context.clear_cookies(name=DEVICE_COOKIE)


def at_work(tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    is_kept_here(tablet)


def was_never_shut_out(tablet: Tablet) -> None:
    tablet.takes_the_road("up")
    roads = tablet.page.evaluate("() => window.roads")
    assert "up" in roads
    assert "refused" not in roads


def test_a_secret_that_one_store_alone_has_is_waited_for(hub: Hub, tablet: Tablet) -> None:
    at_work(tablet)
    here = tablet.page.url
    # A page of the same origin that runs no script of ours.
    tablet.go("/join/none")
    tablet.page.evaluate("() => localStorage.clear()")
    lose_cookie(tablet)
    tablet.page.add_init_script(HELD_DATABASE + ROADS)
    with tablet.page.expect_response(DEVICE):
        tablet.page.goto(here)
    tablet.page.evaluate(LET_OPEN)
    is_at_work(tablet.page, "Amani")
    was_never_shut_out(tablet)
    tablet.answer(tablet.right_answer())
    tablet.is_safe()
    assert len(attempts(hub)) == 1
    tablet.complaints.clear()


def test_a_store_that_opens_late_brings_the_page_while_the_hub_is_away(
    tmp_path: Path, page: Page
) -> None:
    with running(tmp_path / "home") as hub:
        tablet = Tablet(page, hub)
        at_work(tablet)
        here = page.url
    tablet.takes_the_road("down")
    # The page's patience has an end, which comes at once.
    page.add_init_script(HELD_DATABASE.replace("6e5", "0"))
    page.goto(here)
    with page.expect_request("**/learn"):
        pass
    page.evaluate(LET_OPEN)
    is_at_work(page, "Amani")
    expect(page.locator("#prompt")).to_be_visible()


def test_a_link_whose_healing_was_lost_once_heals_later(hub: Hub, tablet: Tablet) -> None:
    at_work(tablet)
    lose_cookie(tablet)
    lost = drop(tablet, DEVICE, heals)
    tablet.page.add_init_script(ROADS)
    tablet.page.goto(tablet.page.url)
    is_at_work(tablet.page, "Amani")
    was_never_shut_out(tablet)
    assert len(lost) == 1
    tablet.answer(tablet.right_answer())
    tablet.is_safe()
    assert len(attempts(hub)) == 1
    tablet.complaints.clear()


def test_an_answer_whose_healing_was_lost_goes_later(hub: Hub, tablet: Tablet) -> None:
    page = tablet.page
    page.add_init_script(NO_CLIENT)
    tablet.sit_down()
    tablet.takes_the_road("down")
    lose_cookie(tablet)
    drop(tablet, DEVICE, heals, most=MANY)
    with page.expect_event("requestfailed", heals):
        tablet.answer(tablet.right_answer())
    waits(tablet, 1)
    expect(page.locator("#trouble")).to_be_hidden()
    page.context.unroute(DEVICE)
    tablet.is_safe()
    assert len(attempts(hub)) == 1
    tablet.complaints.clear()


@pytest.mark.parametrize("name", [DEVICE_COOKIE, None], ids=["device", "all"])
def test_a_tap_whose_healing_was_lost_does_not_lead_to_the_code_of_the_class(
    hub: Hub, tablet: Tablet, name: str | None
) -> None:
    tablet.join()
    tablet.takes_the_road("up")
    tablet.page.context.clear_cookies(**({"name": name} if name else {}))
    drop(tablet, DEVICE, heals, most=MANY)
    tap(tablet.page, "Amani")
    expect(tablet.page.locator("#notice")).to_contain_text("Amani")
    is_before_the_cards(tablet.page)
    tablet.page.context.unroute(DEVICE)
    tablet.sign_in("Amani")
    assert len(hub.devices.all) == 1
    tablet.complaints.clear()


def test_new_scripts_that_did_not_come_at_once_come_later(
    tmp_path: Path, tablet: Tablet, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(tablet)
    lost = drop(tablet, HERE, bool)
    settings = on_same_ports(hub)
    hub.stop()
    monkeypatch.setattr(assets, "_version_of_pages", lambda _: "newer")
    with running(tmp_path / "home", settings):
        expect(tablet.page.locator("html")).to_have_attribute("data-version", "newer")
        tablet.takes_the_road("up")
    assert len(lost) == 1
    tablet.complaints.clear()


def test_a_page_that_could_not_be_kept_at_once_is_kept_later(tablet: Tablet) -> None:
    lost: list[str] = []

    def handle(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort()

    tablet.page.add_init_script(SOON)
    tablet.page.route("**/here", handle)
    with tablet.page.expect_response("**/here"):
        tablet.join()
    assert len(lost) == 1
    tablet.complaints.clear()
