"""The learner's page opens while the hub is off, goes on, and takes up a hub's new version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Error as BrowserError

from hub.app import Hub
from hub.web import assets
from models.domain.pack import starter_path
from tests.browser.chromium import QUIET
from tests.browser.scene import (
    DEADLINE_MS,
    LOCAL,
    Tablet,
    address,
    attempts,
    on_same_ports,
    running,
)

#: What a tablet waits at most between two tries while the hub is away, its spread included:
#: what it keeps is to be on the hub within 5 s of the hub's return.
LONGEST_WAIT_MS = 4_300
IS_TRIED = """() => sessionStorage.getItem("mangotree.renewed") === "never"
  && performance.getEntriesByType("resource").filter(
    one => one.name.endsWith("/here") && one.responseEnd).length >= 2"""
Restart = Callable[..., BrowserContext]


@pytest.fixture
def restart(browser: Browser, chromium: str, tmp_path: Path) -> Iterator[Restart]:
    """Opens the tablet's browser on its profile; called again, it closes it first.

    `hub.local` is where it is told to be.
    """
    opened: list[BrowserContext] = []

    def begin(hub_local: str = "127.0.0.1") -> BrowserContext:
        args = [*QUIET, f"--host-resolver-rules=MAP hub.local {hub_local}"]
        for context in opened:
            context.close()
        opened[:] = [
            browser.browser_type.launch_persistent_context(
                tmp_path / "profile", executable_path=chromium, args=args
            )
        ]
        return opened[0]

    yield begin
    for context in opened:
        context.close()


def reopened(context: BrowserContext, hub: Hub) -> Tablet:
    """The address that the browser was left at, opened again."""
    tablet = Tablet(context.new_page(), hub)
    tablet.page.goto(f"{address(hub)}/here", wait_until="commit")
    return tablet


def is_kept_here(tablet: Tablet) -> None:
    """Until the browser holds the page itself, and its store the lesson."""
    tablet.page.evaluate(
        """() => new Promise(done => {
          const look = () => {
            const isThere = performance.getEntriesByType("resource").some(
              one => one.name.endsWith("/here") && one.responseEnd);
            if (isThere) { setTimeout(done, 200); } else { setTimeout(look, 50); }
          };
          look();
        })"""
    )


def test_a_browser_started_anew_without_the_hub_shows_the_question_and_keeps_its_answer(
    tmp_path: Path, restart: Restart
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = Tablet(restart().new_page(), hub)
        # Or the child would go on along it instead of resting.
        tablet.has_no_road()
        tablet.sit_down()
        tablet.takes_the_road("up")
        tablet.answer(tablet.right_answer())
        tablet.is_safe()
        is_kept_here(tablet)
        assert tablet.page.url == f"{address(hub)}/here"
        expect(tablet.page.locator("#ok")).to_be_enabled()
        asked = tablet.prompt()
        settings = on_same_ports(hub)
    tablet = reopened(restart(), hub)
    expect(tablet.page.locator(".who .name")).to_have_text("Amani")
    assert tablet.prompt() == asked
    tablet.answer(tablet.right_answer())
    tablet.is_said("1 answer waits on this tablet")
    tablet = reopened(restart(), hub)
    tablet.is_said("1 answer waits on this tablet")
    expect(tablet.page.locator("#rest-words")).to_contain_text("1 answer is kept")
    with running(home, settings) as hub:
        tablet.is_safe()
        assert [row["is_right"] for row in attempts(hub)] == [1, 1]
        expect(tablet.page.locator("#task")).to_be_visible()
        tablet.answer(tablet.right_answer())
        tablet.is_safe()
        assert len(attempts(hub)) == 3


def test_a_tablet_never_waits_long_for_a_hub_that_is_back(hub: Hub, tablet: Tablet) -> None:
    tablet.join()
    tablet.takes_the_road("up")
    waits = tablet.page.evaluate(
        "() => { const one = mangotree.Backoff();"
        " return Array.from({length: 40}, () => one.next()); }"
    )
    assert 0 < waits[0] < 1500
    assert LONGEST_WAIT_MS / 2 < max(waits) <= LONGEST_WAIT_MS


def test_a_reload_that_finds_no_hub_takes_nothing_away(
    tmp_path: Path, restart: Restart
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = Tablet(restart().new_page(), hub)
        tablet.sit_down()
        tablet.takes_the_road("up")
        is_kept_here(tablet)
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    tablet.answer(tablet.right_answer())
    tablet.is_said("1 answer waits on this tablet")
    page = tablet.page
    # The key reloads from the cache while the hub is away.
    with page.expect_event("load"):
        page.keyboard.press("F5")
    tablet.is_said("1 answer waits on this tablet")
    # The browser's own button cannot be helped: it ends at the browser's page of errors.
    with pytest.raises(BrowserError, match="ERR_CONNECTION_REFUSED"):
        page.reload(wait_until="commit")
    tablet = reopened(page.context, hub)
    page = tablet.page
    expect(page.locator(".who .name")).to_have_text("Amani")
    tablet.is_said("1 answer waits on this tablet")
    with pytest.raises(BrowserError, match="ERR_CONNECTION_REFUSED"):
        page.reload(wait_until="commit")
    with running(home, settings) as hub:
        # Its page of errors looks for the hub, and shows the lesson by itself.
        expect(page.locator(".who .name")).to_have_text("Amani", timeout=2 * DEADLINE_MS)
        tablet.is_safe()
        assert [row["is_right"] for row in attempts(hub)] == [1]


def test_a_hub_that_moved_and_kept_its_name_gets_what_was_kept(
    tmp_path: Path, restart: Restart
) -> None:
    home, settings = tmp_path / "home", msgspec.structs.replace(LOCAL, listen="network")
    with running(home, settings) as hub:
        name = f"http://hub.local:{hub.ports.http}"
        tablet = Tablet(restart("127.0.0.1").new_page(), hub)
        tablet.page.goto(f"{name}/join/{hub.people.classes[1].join_code}")
        tablet.page.get_by_role("button", name="Join").click()
        tablet.sign_in("Amani")
        tablet.takes_the_road("up")
        is_kept_here(tablet)
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    tablet.answer(tablet.right_answer())
    tablet.is_said("1 answer waits on this tablet")
    with running(home, settings) as hub:
        tablet = Tablet(restart("127.0.0.2").new_page(), hub)
        tablet.page.goto(f"{name}/here", wait_until="commit")
        tablet.is_safe()
        assert [row["is_right"] for row in attempts(hub)] == [1]
        tablet.takes_the_road("up")


def test_the_cards_open_without_the_hub_and_one_who_sat_here_goes_on(
    tmp_path: Path, restart: Restart
) -> None:
    with running(tmp_path / "home") as hub:
        tablet = Tablet(restart().new_page(), hub)
        tablet.sit_down()
        tablet.takes_the_road("up")
        asked = tablet.prompt()
        tablet.page.get_by_role("link", name="I am done").click()
        expect(tablet.page.get_by_role("heading", name="Who are you?")).to_be_visible()
        is_kept_here(tablet)
    tablet = reopened(restart(), hub)
    expect(tablet.page.get_by_role("heading", name="Who are you?")).to_be_visible()
    tablet.page.get_by_role("button", name="Baraka", exact=True).click()
    expect(tablet.page.locator("#notice")).to_contain_text("can go on when it is back")
    tablet.sign_in("Amani")
    assert tablet.prompt() == asked


def test_what_a_child_typed_survives_a_reload(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    asked = tablet.prompt()
    tablet.type(12)
    tablet.page.reload()
    expect(tablet.page.locator("#answer")).to_have_value("12")
    tablet.takes_the_road("up")
    assert tablet.prompt() == asked
    expect(tablet.page.locator("#answer")).to_have_value("12")


def test_a_hub_with_other_scripts_is_taken_up_once_and_not_before_all_is_safe(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = Tablet(browser.new_context().new_page(), hub)
        tablet.sit_down()
        tablet.takes_the_road("up")
        settings = on_same_ports(hub)
    tablet.answer(tablet.right_answer())
    tablet.is_said("1 answer waits on this tablet")
    monkeypatch.setattr(assets, "_version_of_pages", lambda _: "newer")
    tablet.page.route("**/learn/answer", lambda route: route.abort())
    loads: list[str] = []
    tablet.page.on("load", lambda page: loads.append(page.url))
    with running(home, settings) as hub:
        root = tablet.page.locator("html")
        expect(root).to_have_attribute("data-version", "newer")
        tablet.is_safe()
        assert len(attempts(hub)) == 1
        tablet.takes_the_road("up")
        tablet.answer(tablet.right_answer())
        expect(tablet.page.locator("#verdict")).to_have_text("Right!")
        tablet.is_safe()
        assert len(attempts(hub)) == 2
        assert loads == [f"{address(hub)}/here"]
        tablet.page.context.close()


def test_a_version_that_never_comes_reloads_no_page(hub: Hub, tablet: Tablet) -> None:
    tablet.page.route(
        "**/learn/device",
        lambda route: route.fulfill(json={**route.fetch().json(), "version": "never"}),
    )
    tablet.sit_down()
    tablet.takes_the_road("up")
    loads: list[str] = []
    tablet.page.on("load", lambda page: loads.append(page.url))
    # The page that it holds for later, and the one fresh try to find the other version.
    tablet.page.wait_for_function(IS_TRIED)
    tablet.answer(tablet.right_answer())
    tablet.is_safe()
    assert loads == []
    fresh = [one for one in tablet.requests if one.url.endswith("/here")]
    assert len(fresh) <= 3


def test_the_kept_page_has_the_same_bytes_for_every_learner(hub: Hub, tablet: Tablet) -> None:
    tablet.join()
    seen = {tablet.page.request.get(f"{address(hub)}/here").text()}
    tablet.sign_in("Amani")
    answer = tablet.page.request.get(f"{address(hub)}/here")
    seen.add(answer.text())
    assert len(seen) == 1
    assert "max-age=31536000" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers


def test_the_kept_page_speaks_the_childs_language_without_the_hub(
    tmp_path: Path, browser: Browser
) -> None:
    with running(tmp_path / "home", pack=starter_path()) as hub:
        hub.teaching.set_language(1, "ar")
        tablet = Tablet(browser.new_context().new_page(), hub)
        tablet.go(f"/join/{hub.people.classes[1].join_code}")
        tablet.page.get_by_role("button", name="Join").click()
        tablet.page.locator(".card").first.click()
        expect(tablet.page.locator(".who .name")).to_have_text("Amani")
        is_kept_here(tablet)
    again = reopened(tablet.page.context, hub)
    root = again.page.locator("html")
    expect(root).to_have_attribute("lang", "ar")
    expect(root).to_have_attribute("dir", "rtl")
    again.is_said("كل الإجابات محفوظة")
    again.page.context.close()


def test_a_marked_form_is_answered_in_its_place_or_by_a_whole_page(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.join()
    tablet.takes_the_road("up")
    tablet.page.route(
        "**/learn/code",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<p id="spot">{route.request.post_data}</p>',
        ),
    )
    tablet.page.evaluate(
        """() => {
          const page = new DOMParser().parseFromString(`
            <section id="spot"><form method="post" action="/learn/code" data-piece="spot">
            <input name="a" value="1 &amp; 2"><input type="radio" name="b" value="x">
            <input type="radio" name="b" value="y" checked>
            <button name="go" value="now">Go</button></form></section>`, "text/html");
          document.querySelector("main").appendChild(page.getElementById("spot"));
        }"""
    )
    tablet.page.get_by_role("button", name="Go").click()
    expect(tablet.page.locator("#spot")).to_have_text("a=1%20%26%202&b=y&go=now")
    expect(tablet.page.get_by_role("heading", name="Who are you?")).to_be_visible()
    tablet.sign_in("Baraka")
    assert tablet.page.url == f"{address(hub)}/here"
