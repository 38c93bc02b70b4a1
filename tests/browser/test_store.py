"""What a tablet keeps outlives the loss of either store, a full one, and a wrong clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Route, expect

from hub.app import Hub
from tests.browser.conftest import MakeTablet
from tests.browser.scene import LOCAL, Tablet, attempts, on_same_ports, running

KEPT = """() => new Promise(done => {
  indexedDB.open("mangotree", 1).onsuccess = event => {
    const database = event.target.result;
    database.transaction(["kept"]).objectStore("kept").getAllKeys().onsuccess = found => {
      database.close();
      done(found.target.result.filter(key => key.startsWith("mangotree.answer.")));
    };
  };
})"""
#: Both stores have the one answer: the newer one a moment after it is on the screen.
IS_KEPT = f"({KEPT})().then(found => found.length === 1)"
FORGET = """() => new Promise(done => {
  indexedDB.deleteDatabase("mangotree").onsuccess = done;
})"""
FILL = """() => {
  let size = 1 << 20;
  while (size >= 1) {
    try { localStorage.setItem("filler" + localStorage.length, "x".repeat(size)); }
    catch (error) { size = Math.floor(size / 2); }
  }
}"""
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new Error("switched off"); },
});"""
#: An old tablet that is busy with something else until `letOpen()` is called. The page's own
#: patience with it is stretched: a slow test is not to be the slower of the two.
HELD_DATABASE = """{
  const open = IDBFactory.prototype.open, later = window.setTimeout, held = [];
  let isHeld = true;
  window.letOpen = () => { isHeld = false; held.forEach(go => go()); };
  window.setTimeout = (work, ms, ...rest) => later(work, ms === 3000 ? 6e5 : ms, ...rest);
  IDBFactory.prototype.open = function (...names) {
    const asked = {};
    const go = () => {
      const real = open.apply(this, names);
      for (const name of ["onsuccess", "onerror", "onupgradeneeded"]) {
        real[name] = event => { asked.result = real.result; asked[name](event); };
      }
    };
    if (isHeld) { held.push(go); } else { later(go, 0); }
    return asked;
  };
}"""
LET_OPEN = "() => window.letOpen()"
NO_DATABASE = "Object.defineProperty(window, 'indexedDB', { value: undefined });"
ROADS = ("**/learn/device", "**/learn/answer")
#: A tablet whose battery was empty: its clock begins anew, and jumps back while it runs.
LOST_CLOCK = """{
  let now = 4102444800000;
  Date.now = () => { now -= 86400000; return Math.max(now, 0); };
}"""


@pytest.fixture
def cut_off(hub: Hub, tablet: Tablet) -> Iterator[Tablet]:
    """A child at work on a tablet that no answer gets away from."""
    cut(tablet)
    tablet.sit_down()
    yield tablet
    tablet.complaints.clear()


def cut(tablet: Tablet) -> None:
    """Neither the socket's address nor an answer gets through; pages do."""
    for path in ROADS:
        tablet.page.context.route(path, lambda route: route.abort())


def mend(tablet: Tablet) -> None:
    for path in ROADS:
        tablet.page.context.unroute(path)


def until(tablet: Tablet, is_so: str) -> None:
    """Until the script `is_so` gives true; the page's rules let no text be run on it."""
    tablet.page.evaluate(
        f"""() => new Promise(done => {{
          const look = () => Promise.resolve({is_so}).then(
            yes => yes ? done() : setTimeout(look, 50));
          look();
        }})"""
    )


def waits(tablet: Tablet, count: int) -> None:
    expect(tablet.page.locator("#leaf")).to_have_attribute("data-waiting", str(count))


def test_an_answer_stands_in_both_stores_until_it_is_receipted(
    hub: Hub, cut_off: Tablet
) -> None:
    cut_off.answer(cut_off.right_answer())
    waits(cut_off, 1)
    until(cut_off, IS_KEPT)
    kept = cut_off.page.evaluate(KEPT)
    assert len(kept) == 1
    assert cut_off.outbox() == kept
    mend(cut_off)
    cut_off.is_safe()
    until(cut_off, f"({KEPT})().then(found => !found.length)")
    assert cut_off.outbox() == []
    assert len(attempts(hub)) == 1


@pytest.mark.parametrize("loss", ["() => localStorage.clear()", FORGET], ids=["old", "new"])
def test_what_one_store_lost_the_other_brings(hub: Hub, cut_off: Tablet, loss: str) -> None:
    cut_off.answer(cut_off.right_answer())
    waits(cut_off, 1)
    until(cut_off, IS_KEPT)
    # A page of the same origin that runs no script of ours.
    cut_off.go("/join/none")
    cut_off.page.evaluate(loss)
    mend(cut_off)
    cut_off.go("/")
    cut_off.is_safe()
    assert [row["is_right"] for row in attempts(hub)] == [1]


def test_an_answer_that_is_found_late_still_goes_first(hub: Hub, cut_off: Tablet) -> None:
    cut_off.answer(cut_off.right_answer())
    waits(cut_off, 1)
    until(cut_off, IS_KEPT)
    cut_off.go("/join/none")
    cut_off.page.evaluate("() => localStorage.clear()")
    mend(cut_off)
    cut_off.page.add_init_script(HELD_DATABASE)
    cut_off.go("/learn")
    cut_off.answer(cut_off.right_answer())
    waits(cut_off, 1)
    cut_off.page.evaluate(LET_OPEN)
    cut_off.is_safe()
    rows = attempts(hub)
    assert len(rows) == 2
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


def test_what_is_cleared_while_the_page_lives_is_written_again(
    hub: Hub, cut_off: Tablet
) -> None:
    cut_off.answer(cut_off.right_answer())
    waits(cut_off, 1)
    [key] = cut_off.outbox()
    cut_off.page.evaluate(FORGET)
    cut_off.page.evaluate("localStorage.clear()")
    until(cut_off, f"localStorage.getItem('{key}') !== null")
    until(cut_off, f"({KEPT})().then(found => found[0] === '{key}')")
    mend(cut_off)
    cut_off.is_safe()
    assert len(attempts(hub)) == 1


def test_a_full_old_store_leaves_the_new_one_to_carry(hub: Hub, cut_off: Tablet) -> None:
    cut_off.page.evaluate(FILL)
    cut_off.answer(cut_off.right_answer())
    waits(cut_off, 1)
    assert cut_off.outbox() == []
    until(cut_off, IS_KEPT)
    expect(cut_off.page.locator("#trouble")).to_be_hidden()
    mend(cut_off)
    cut_off.is_safe()
    assert len(attempts(hub)) == 1


def test_two_full_stores_are_said_plainly_and_the_answer_still_goes(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.page.evaluate(FILL)
    # As a database does that has no room: the transaction is given up.
    tablet.page.evaluate(
        "() => { IDBObjectStore.prototype.put = function () { this.transaction.abort(); }; }"
    )
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tablet.page.route("**/learn/answer", hold)
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#trouble")).to_contain_text("cannot keep answers")
    # Lets go what is held; a page that waited long sends again, and that shall pass, too.
    tablet.page.unroute("**/learn/answer", hold)
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    tablet.is_safe()
    expect(tablet.page.locator("#trouble")).to_be_hidden()
    assert [row["is_right"] for row in attempts(hub)] == [1]


@pytest.mark.parametrize("missing", [NO_STORAGE, NO_DATABASE], ids=["old", "new"])
def test_where_one_store_is_switched_off_the_other_keeps_over_a_reload(
    hub: Hub, make_tablet: MakeTablet, missing: str
) -> None:
    tablet = make_tablet()
    tablet.page.add_init_script(missing)
    cut(tablet)
    tablet.sit_down()
    tablet.answer(tablet.right_answer())
    waits(tablet, 1)
    if missing == NO_STORAGE:
        until(tablet, IS_KEPT)
    expect(tablet.page.locator("#trouble")).to_be_hidden()
    mend(tablet)
    tablet.go("/")
    tablet.is_safe()
    assert len(attempts(hub)) == 1
    tablet.complaints.clear()


def test_without_any_store_a_child_learns_all_the_same(
    hub: Hub, make_tablet: MakeTablet
) -> None:
    tablet = make_tablet()
    tablet.page.add_init_script(NO_STORAGE + NO_DATABASE)
    tablet.sit_down()
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    tablet.is_safe()
    assert len(attempts(hub)) == 1
    # The vendored client wants the older store; without it answers go by HTTP.
    tablet.complaints.clear()


def test_a_clock_that_jumps_holds_no_answer_back(hub: Hub, make_tablet: MakeTablet) -> None:
    tablet = make_tablet()
    tablet.page.add_init_script(LOST_CLOCK)
    cut(tablet)
    tablet.sit_down()
    tablet.answer(tablet.right_answer())
    waits(tablet, 1)
    mend(tablet)
    tablet.is_safe()
    assert len(attempts(hub)) == 1
    tablet.complaints.clear()


def test_a_hub_with_another_address_leaves_the_answers_told_and_safe_under_the_old(
    tmp_path: Path, browser: Browser
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = Tablet(browser.new_context().new_page(), hub)
        tablet.sit_down()
        tablet.takes_the_road("up")
        settings = on_same_ports(hub)
    tablet.answer(tablet.right_answer())
    waits(tablet, 1)
    with running(home, msgspec.structs.replace(LOCAL)) as moved:
        elsewhere = Tablet(tablet.page.context.new_page(), moved)
        elsewhere.go("/")
        elsewhere.is_safe()
        waits(tablet, 1)
    with running(home, settings) as hub:
        tablet.page.bring_to_front()
        tablet.is_safe()
        assert len(attempts(hub)) == 1
        tablet.page.context.close()
