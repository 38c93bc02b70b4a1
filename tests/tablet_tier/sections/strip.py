"""A film strip of a lesson in three languages, for people to look at: build/show only."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from hub.app import Hub
from hub.insight.words import say
from hub.lesson.tutoring import Problem
from models.domain.pack import starter_path
from tests.browser.chromium import opened
from tests.browser.scene import Tablet, on_same_ports, running
from tests.browser.walk import LONG, SEED, TAGS, WRONG
from tests.packs import right
from tests.show import FOLDER, Show
from tests.tablet_tier.stage import paired

STRIP = "tablet_strip.png"
STYLE = """body { margin: 0; padding: 12px; background: #333; width: max-content; }
div { display: flex; } figure { margin: 6px; } figcaption { color: #fff; font: 18px sans-serif }
img { width: 270px; border-radius: 8px; }"""
Frames = list[tuple[str, bytes]]


def rows(show: Show) -> None:
    """One PNG: a row for each language, from the cards to "all safe"."""
    with opened() as browser:
        strips = {tag: _lesson(browser, tag) for tag in TAGS}
        FOLDER.mkdir(parents=True, exist_ok=True)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_content(_sheet(strips))
        page.screenshot(path=FOLDER / STRIP, full_page=True)
        page.close()
    print(f"  {FOLDER / STRIP}")
    show.row("pictures in the film strip", sum(map(len, strips.values())), "pictures", "== 27")


def _lesson(browser: Browser, tag: str) -> Frames:
    frames: Frames = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with running(home, pack=starter_path()) as hub:
            hub.teaching.set_language(1, tag)
            context = paired(browser, hub)
            tablet = Tablet(context.new_page(), hub)
            _with_the_hub(hub, tablet, frames)
            settings = on_same_ports(hub)
        tablet.takes_the_road("down")
        _answer_alone(tablet, frames, tag)
        with running(home, settings, pack=starter_path()):
            tablet.is_said(say(tag, "page.safe"))
            expect(tablet.page.locator("#notice")).to_be_hidden()
            _take(tablet, frames, "the hub is back: all safe")
            context.close()
    return frames


def _with_the_hub(hub: Hub, tablet: Tablet, frames: Frames) -> None:
    page, room = tablet.page, hub.classroom.rooms[1]
    tablet.go("/")
    expect(page.locator("#leaf-words")).not_to_be_empty()
    _take(tablet, frames, "cards")
    room.problems[1] = Problem(room.pack.item_index[LONG], SEED)
    page.locator(".card").first.click()
    tablet.takes_the_road("up")
    expect(page.locator("#task h1")).to_be_visible()
    _take(tablet, frames, "the question")
    page.keyboard.type(WRONG)
    page.locator("#ok").click()
    expect(page.locator("#feedback")).to_have_class("feedback not-yet")
    expect(page.locator("#ok")).to_be_enabled()
    _take(tablet, frames, "not yet")
    page.locator("#hint").click()
    expect(page.locator(".hint-words")).to_have_count(1)
    _take(tablet, frames, "a hint", is_whole=True)
    for _ in WRONG:
        page.keyboard.press("Backspace")
    page.keyboard.type(right(room.pack, LONG, SEED))
    _take(tablet, frames, "typed")
    page.locator("#ok").click()
    expect(page.locator("#feedback")).to_have_class("feedback right")
    with page.expect_response("**/learn/ahead*"):
        tablet.is_said(say(room.language(1), "page.safe"))
        _take(tablet, frames, "right, and safe")


def _answer_alone(tablet: Tablet, frames: Frames, tag: str) -> None:
    page = tablet.page
    if page.locator("#task input.number").count():
        page.keyboard.type(WRONG)
    else:
        page.locator("#task .option, #task .tick").first.click()
    page.locator("#ok").click()
    tablet.is_said(say(tag, "page.waits_one"))
    expect(page.locator("#notice")).to_have_text(say(tag, "page.away"))
    expect(page.locator("body")).to_have_attribute("data-late", "")
    _take(tablet, frames, "the hub is off: it goes on")
    page.locator(".asides").scroll_into_view_if_needed()
    _take(tablet, frames, "further down: what waits")


def _take(tablet: Tablet, frames: Frames, caption: str, *, is_whole: bool = False) -> None:
    if is_whole:
        tablet.page.locator(".hint-words").scroll_into_view_if_needed()
    frames.append((caption, tablet.page.screenshot()))
    tablet.page.evaluate("window.scrollTo(0, 0)")


def _sheet(strips: dict[str, Frames]) -> str:
    rows = []
    for tag, frames in strips.items():
        figures = "".join(
            f"<figure><figcaption>{tag}: {caption}</figcaption>"
            f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}"></figure>'
            for caption, png in frames
        )
        rows.append(f"<div>{figures}</div>")
    return f"<style>{STYLE}</style>{''.join(rows)}"
