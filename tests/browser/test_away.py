"""While the hub is away a child goes on along the kept road; nothing is lost or repeated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub.app import Hub
from hub.lesson.keys import fnv1a
from hub.settings import Settings
from tests.browser.scene import DEADLINE_MS, Tablet, attempts, on_same_ports, running

#: A road is asked for some seconds after the question, and a busy machine takes its time.
ROAD_MS = DEADLINE_MS
#: More answers than any road holds.
MOST_AWAY = 80
IS_KEPT = """() => new Promise(done => {
  const look = () => { indexedDB.open("mangotree", 1).onsuccess = event => {
    const database = event.target.result;
    const kept = database.transaction(["kept"]).objectStore("kept");
    kept.getAllKeys().onsuccess = found => {
      database.close();
      const walked = found.target.result.filter(key => /latest.walked/.test(key));
      if (walked.length) { done(); } else { setTimeout(look, 50); }
    };
  }; };
  look();
})"""
MOVED_ON = """here => new Promise(done => {
  const look = () => {
    const task = document.getElementById("task");
    if (task.hidden || task.dataset.key !== here) { done(); } else { setTimeout(look, 20); }
  };
  look();
})"""


@contextmanager
def with_road(home: Path, browser: Browser) -> Iterator[tuple[Tablet, Settings]]:
    """A child at work, the road ahead kept on its tablet, and the hub gone."""
    with running(home) as hub:
        tablet = Tablet(browser.new_context().new_page(), hub)
        tablet.sit_down()
        tablet.takes_the_road("up")
        tablet.page.evaluate(IS_KEPT)
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    yield tablet, settings
    tablet.page.context.close()


def answer(tablet: Tablet, *, is_right: bool) -> tuple[str, str]:
    """Answers, and waits for the next question: the question, and the tablet's verdict."""
    here = tablet.page.locator("#task").get_attribute("data-key") or ""
    right = tablet.right_answer()
    tablet.answer(right if is_right else right + 1)
    tablet.page.evaluate(MOVED_ON, here)
    return here, tablet.page.locator("#verdict").inner_text()


def test_a_child_goes_on_until_the_road_ends_and_the_hub_counts_the_same(
    tmp_path: Path, browser: Browser
) -> None:
    home = tmp_path / "home"
    with with_road(home, browser) as (tablet, settings):
        task = tablet.page.locator("#task")
        said: list[tuple[str, str]] = []
        while task.is_visible() and len(said) < MOST_AWAY:
            said.append(answer(tablet, is_right=len(said) % 3 != 1))
        assert 10 <= len(said) < MOST_AWAY
        assert len({key for key, _ in said}) == len(said)
        told = [words == "Right!" for _, words in said]
        assert told == [at % 3 != 1 for at in range(len(said))]
        rest = tablet.page.locator("#rest-words")
        expect(rest).to_contain_text(f"{len(said)} answers are kept on this tablet")
        with running(home, settings) as hub:
            tablet.is_safe()
            rows = attempts(hub)
            assert [f"{item_of(hub, row)}.{row['seed']}.{row['step']}" for row in rows] == [
                key for key, _ in said
            ]
            assert [row["is_right"] == 1 for row in rows] == told
            expect(task).to_be_visible()
            assert (task.get_attribute("data-key") or "") not in {key for key, _ in said}


def test_the_open_question_is_finished_first_when_the_hub_is_back(
    tmp_path: Path, browser: Browser
) -> None:
    home = tmp_path / "home"
    with with_road(home, browser) as (tablet, settings):
        keys = [answer(tablet, is_right=True)[0] for _ in range(3)]
        expect(tablet.page.locator("#notice")).to_contain_text("The hub is away")
        expect(tablet.page.locator("#help")).to_be_hidden()
        here = tablet.page.locator("#task").get_attribute("data-key") or ""
        tablet.type(1)
        with running(home, settings) as hub:
            tablet.is_safe()
            expect(tablet.page.locator("#notice")).to_be_hidden()
            assert tablet.page.locator("#task").get_attribute("data-key") == here
            expect(tablet.page.locator("#answer")).to_have_value("1")
            tablet.page.get_by_role("button", name="Delete").click()
            keys.append(answer(tablet, is_right=True)[0])
            keys.append(answer(tablet, is_right=True)[0])
            tablet.is_safe()
            assert len(attempts(hub)) == 5
    assert here == keys[3]
    assert all(one != other for one, other in pairwise(keys))


def test_a_page_loaded_anew_on_the_road_shows_where_it_was(
    tmp_path: Path, browser: Browser
) -> None:
    with with_road(tmp_path / "home", browser) as (tablet, _):
        first = answer(tablet, is_right=True)[0]
        here = tablet.page.locator("#task").get_attribute("data-key") or ""
        assert here != first
        page = tablet.page.context.new_page()
        page.goto(tablet.page.url)
        tablet.page.close()
        again = Tablet(page, tablet.hub)
        expect(page.locator("#task")).to_have_attribute("data-key", here)
        again.is_said("1 answer waits on this tablet")
        assert answer(again, is_right=False) == (here, "Not yet.")


@pytest.mark.parametrize(
    "text", ["", "add-10|7|0|12", "x|1|0|\N{ARABIC LETTER BEH} =\N{SEEDLING}"]
)
def test_both_ends_make_the_same_key(hub: Hub, tablet: Tablet, text: str) -> None:
    tablet.join()
    expect(tablet.page.locator("#leaf")).to_have_attribute("data-waiting", "0")
    assert tablet.page.evaluate("text => mangotree.keyOf(text)", text) == fnv1a(text)


def item_of(hub: Hub, row: dict[str, int]) -> str:
    """The name of the item that a row of the log is about."""
    return str(hub.classroom.rooms[1].pack.items[row["item"]].id)
