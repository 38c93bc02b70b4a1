"""Who wants to lose an answer: older copies of the hub, two windows, stores that refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub.app import Hub
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Tablet, attempts, on_same_ports, running
from tests.browser.test_store import FILL, NO_STORAGE, cut, mend, waits

#: As private windows of some browsers have it: the store is there, and opens for nobody.
PRIVATE = (
    "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"
)
#: As others have it: it fails a moment later.
REFUSED = """{
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function () {
    const request = open.call(this, "other");
    Object.defineProperty(request, "onsuccess", { set(done) {
      request.addEventListener("success", () => request.onerror && request.onerror()); } });
    return request;
  };
}"""
#: A battery was changed: the year before.
A_YEAR_BACK = """{
  const now = Date.now;
  Date.now = () => now() - 365 * 86400 * 1000;
}"""


def test_answers_after_a_hub_was_restored_from_an_older_copy_arrive(
    tmp_path: Path, page: Page
) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    with running(home) as hub:
        tablet = Tablet(page, hub)
        tablet.sit_down()
        tablet.takes_the_road("up")
        tablet.answer(tablet.right_answer())
        tablet.is_safe()
        settings = on_same_ports(hub)
    shutil.copytree(home, copy)
    with running(home, settings):
        tablet.takes_the_road("up")
        for count in (2, 3):
            answer_the_next(tablet)
            tablet.is_safe()
            assert len(attempts(hub)) == count
    with running(copy, settings) as older:
        tablet.takes_the_road("up")
        assert len(attempts(older)) == 1
        answer_the_next(tablet)
        tablet.is_safe()
        rows = attempts(older)
        assert [row["is_right"] for row in rows] == [1, 1]
        # The hub waits for numbers that are gone: the answer came under a fresh one.
        assert (rows[1]["device_seq"], rows[1]["boot"] != rows[0]["boot"]) == (1, True)


def answer_the_next(tablet: Tablet) -> None:
    expect(tablet.page.locator("#ok")).to_be_enabled()
    tablet.answer(tablet.right_answer())


def test_two_windows_that_answer_at_the_same_moment_lose_nothing_and_count_once(
    hub: Hub, tablet: Tablet
) -> None:
    cut(tablet)
    tablet.sit_down()
    other = Tablet(tablet.page.context.new_page(), hub)
    other.go("/learn")
    asked = tablet.prompt()
    assert other.prompt() == asked
    right = tablet.right_answer()
    for window, number in ((tablet, right), (other, right + 1)):
        window.type(number)
    for window in (tablet, other):
        window.page.evaluate("() => { document.getElementById('ok').click(); }")
    waits(tablet, 2)
    mend(tablet)
    tablet.is_safe()
    other.is_safe()
    rows = attempts(hub)
    assert sorted(row["answer"] for row in rows) == sorted([str(right), str(right + 1)])
    assert len({(row["item"], row["seed"]) for row in rows}) == 1
    assert len({row["boot"] for row in rows}) == 2
    assert hub.classroom.rooms[1].answers(1) == 1
    tablet.complaints.clear()


@pytest.mark.parametrize("how", [PRIVATE, REFUSED], ids=["at-once", "later"])
def test_a_private_window_keeps_answers_in_what_it_has(
    hub: Hub, make_tablet: MakeTablet, how: str
) -> None:
    tablet = make_tablet()
    tablet.page.add_init_script(how)
    cut(tablet)
    tablet.sit_down()
    tablet.answer(tablet.right_answer())
    waits(tablet, 1)
    expect(tablet.page.locator("#trouble")).to_be_hidden()
    tablet.go("/")
    waits(tablet, 1)
    mend(tablet)
    tablet.is_safe()
    assert len(attempts(hub)) == 1
    tablet.complaints.clear()


def test_a_private_window_without_room_says_that_it_can_keep_nothing(
    hub: Hub, make_tablet: MakeTablet
) -> None:
    tablet = make_tablet()
    tablet.page.add_init_script(PRIVATE + NO_STORAGE)
    cut(tablet)
    tablet.sit_down()
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#trouble")).to_contain_text("cannot keep answers")
    waits(tablet, 1)
    mend(tablet)
    tablet.is_safe()
    expect(tablet.page.locator("#trouble")).to_be_hidden()
    assert len(attempts(hub)) == 1
    tablet.complaints.clear()


def test_a_store_that_is_cleared_between_answer_and_receipt_holds_nothing_back(
    hub: Hub, tablet: Tablet
) -> None:
    """The page alone remembers: full stores, cleared ones, and a clock a year back."""
    tablet.page.add_init_script(A_YEAR_BACK)
    cut(tablet)
    tablet.sit_down()
    tablet.page.evaluate(FILL)
    tablet.answer(tablet.right_answer())
    waits(tablet, 1)
    tablet.page.evaluate("localStorage.clear()")
    tablet.page.evaluate(
        "() => { IDBObjectStore.prototype.put = function () { this.transaction.abort(); }; }"
    )
    tablet.page.evaluate("() => { indexedDB.deleteDatabase('mangotree'); }")
    mend(tablet)
    tablet.is_safe()
    rows = attempts(hub)
    assert [row["is_right"] for row in rows] == [1]
    assert rows[0]["at"] < rows[0]["wall_s"] * 1000 - 300 * 86400 * 1000
    tablet.complaints.clear()
