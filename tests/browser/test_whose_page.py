"""A page belongs to the child that it was drawn for, whose turn it is or what is late."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from hub.app import Hub
from models.domain.pack import starter_path
from tests.browser.scene import DEADLINE_MS, Tablet, attempts, on_same_ports, running
from tests.browser.test_here import is_kept_here
from tests.browser.test_whose import is_at_work, is_before_the_cards, tap
from tests.hub.test_full_disk import LONG, fill

#: Replies to requests whose path begins so come when the test lets them, but for the first few.
HOLD = """([path, letBy]) => {
  const open = XMLHttpRequest.prototype.open, send = XMLHttpRequest.prototype.send;
  let count = 0;
  window.held = [];
  XMLHttpRequest.prototype.open = function (method, to) {
    this.isHeld = to.startsWith(path);
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function () {
    const told = this.onloadend;
    count += this.isHeld ? 1 : 0;
    if (this.isHeld && count > letBy) {
      this.onloadend = () => { window.held.push(told); };
    }
    return send.apply(this, arguments);
  };
}"""
LET_GO = "() => window.held.splice(0).forEach(told => told())"
#: A tablet without sockets, whose answer's reply has no next question, and whose first asking
#: for one is lost.
LOSES_WHAT_COMES = """{
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket { constructor() { super("ws://127.0.0.1:9"); } };
  const open = XMLHttpRequest.prototype.open;
  const text = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "responseText").get;
  let lost = 0;
  XMLHttpRequest.prototype.open = function (method, path) {
    if (path === "/learn/answer") {
      Object.defineProperty(this, "responseText", { get() {
        return text.call(this).replace('"learner":1', '"learner":9');
      } });
    }
    const isLost = path === "/learn/sign-in" && lost === 0;
    lost += isLost ? 1 : 0;
    return open.call(this, method, isLost ? "/nowhere" : path);
  };
}"""
#: Longer than anything here tries by itself.
LATER_MS = 5_000


def shared(page: Page, hub: Hub) -> Tablet:
    """Amani's tablet, with Baraka beside her; it is her turn."""
    tablet = Tablet(page, hub)
    tablet.sit_down()
    page.get_by_role("link", name="Add a friend").click()
    tap(page, "Baraka")
    is_at_work(page, "Baraka")
    page.locator("#together").get_by_role("button", name="Amani").click()
    is_at_work(page, "Amani")
    tablet.takes_the_road("up")
    return tablet


def with_road(page: Page, hub: Hub) -> Tablet:
    """Amani's tablet, which holds questions for the time without the hub."""
    tablet = Tablet(page, hub)
    with page.expect_response("**/learn/ahead*", timeout=DEADLINE_MS):
        tablet.sit_down()
    return tablet


def test_the_garden_and_the_way_back_are_hers_whose_page_it_is(hub: Hub, page: Page) -> None:
    tablet = shared(page, hub)
    for link, back in (("#growth", "Go on"), ("text=Add a friend", "Back")):
        tablet.answer(tablet.right_answer())
        expect(page.locator("#task h1")).to_have_text("Your turn!")
        page.locator(link).click()
        if back == "Go on":
            expect(page.get_by_role("heading", name="My garden")).to_be_visible()
            expect(page.locator(".who .name")).to_have_text("Amani")
        page.get_by_role("link", name=back, exact=True).click()
        expect(page.locator(".bar .who .name")).to_have_text("Amani")
        expect(page.locator("#task h1")).to_have_text("Your turn!")
        page.locator("#task button").click()
        is_at_work(page, "Baraka")
        page.locator("#together").get_by_role("button", name="Amani").click()
        is_at_work(page, "Amani")


def test_a_session_in_a_link_opens_nothing_for_who_left(hub: Hub, page: Page) -> None:
    shared(page, hub)
    link = page.locator("#growth").get_attribute("href") or ""
    page.get_by_role("link", name="I am done").click()
    is_at_work(page, "Baraka")
    for path in (link, link.replace("/garden", "")):
        page.goto(page.url.replace("/here", path))
        expect(page.locator(".who .name")).to_have_text("Baraka")


def test_from_the_garden_a_child_goes_on_without_the_hub(tmp_path: Path, page: Page) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = with_road(page, hub)
        is_kept_here(tablet)
        page.locator("#growth").click()
        expect(page.get_by_role("heading", name="My garden")).to_be_visible()
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    page.get_by_role("link", name="Go on", exact=True).click()
    is_at_work(page, "Amani")
    tablet.answer(tablet.right_answer())
    tablet.is_said("1 answer waits on this tablet")
    with running(home, settings) as again:
        tablet.is_safe()
        assert len(attempts(again)) == 1


def test_a_question_that_comes_late_for_one_child_leaves_the_next_childs_page(
    hub: Hub, page: Page
) -> None:
    tablet = shared(page, hub)
    page.evaluate(HOLD, ["/learn/task?learner=1", 0])
    tablet.answer(tablet.right_answer())
    page.wait_for_function("() => window.held.length")
    page.locator("#together").get_by_role("button", name="Baraka").click()
    is_at_work(page, "Baraka")
    key = page.locator("#task").get_attribute("data-key")
    page.evaluate(LET_GO)
    page.wait_for_timeout(LATER_MS)
    is_at_work(page, "Baraka")
    expect(page.locator("#task")).to_have_attribute("data-key", key or "")
    tablet.answer(tablet.right_answer())
    tablet.is_safe()
    assert [row["learner"] for row in attempts(hub)] == [1, 2]


def test_done_tapped_twice_does_not_take_the_next_childs_page_away(
    hub: Hub, page: Page
) -> None:
    tablet = Tablet(page, hub)
    tablet.sit_down()
    page.evaluate(HOLD, ["/learn/done/", 1])
    page.evaluate("() => [1, 2].forEach(() => document.querySelector('a.done').click())")
    is_before_the_cards(page)
    tap(page, "Baraka")
    is_at_work(page, "Baraka")
    page.wait_for_function("() => window.held.length")
    page.evaluate(LET_GO)
    page.wait_for_timeout(LATER_MS)
    is_at_work(page, "Baraka")


def test_who_left_and_came_back_without_the_hub_stays_when_it_is_there(
    tmp_path: Path, page: Page
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = with_road(page, hub)
        is_kept_here(tablet)
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    page.get_by_role("link", name="I am done").click()
    is_before_the_cards(page)
    tap(page, "Amani")
    is_at_work(page, "Amani")
    with running(home, settings) as again:
        tablet.takes_the_road("up")
        page.wait_for_timeout(LATER_MS)
        device = next(iter(again.devices.all))
        assert again.door.seats.at(device).learners == (1,)
        is_at_work(page, "Amani")


def test_an_answer_that_the_disk_cannot_take_keeps_nobody_from_going_on(
    tmp_path: Path, page: Page
) -> None:
    with running(tmp_path / "home", pack=starter_path()) as hub:
        tablet = with_road(page, hub)
        database = fill(hub)
        for _ in range(40):
            hub.classroom.deed(1, "aloud", {"aloud": "off", "padding": LONG})
        first = page.locator("#task").get_attribute("data-key") or ""
        expect(page.locator("#ok")).to_be_enabled()
        tablet.type(999)
        page.locator("#ok").click()
        expect(page.locator("#feedback")).to_have_class("feedback not-yet")
        page.locator("#growth").click()
        page.get_by_role("link", name="Go on", exact=True).click()
        expect(page.locator("#ok")).to_be_visible()
        expect(page.locator("#task")).not_to_have_attribute("data-key", first)
        database.conn.execute("PRAGMA max_page_count = 1000000")
        tablet.is_safe()


def test_at_the_end_of_the_supply_the_hub_is_asked_until_it_answers(
    tmp_path: Path, page: Page
) -> None:
    home = tmp_path / "home"
    page.add_init_script(LOSES_WHAT_COMES)
    with running(home) as hub:
        tablet = Tablet(page, hub)
        tablet.has_no_road()
        tablet.sit_down()
        settings = on_same_ports(hub)
    tablet.answer(tablet.right_answer())
    expect(page.locator("#rest")).to_be_visible()
    with running(home, settings):
        tablet.is_safe()
        expect(page.locator("#ok")).to_be_visible()
