"""The ten seconds: what a phone of 360 x 640 shows of a class of forty, with no tap at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from hub.app import Hub
from hub.roster.staff_deeds import SCREEN
from hub.web.safety import TEACHER_COOKIE
from models.domain.pack import starter_path
from tests.browser.chromium import opened
from tests.browser.scene import PHONE, Phone, address, running
from tests.hub.class_of_forty import WRONG, Forty
from tests.show import Show

#: Kept for whoever wants to look; not in the repository.
PICTURES = Path("build/screenshots")
SIZES = {"360": PHONE, "600": (600, 960), "1280": (1280, 800)}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
}
ANSWERS = 6
#: The place of the child in trouble: neither the first of the class nor the last.
STUCK = 27
PARTS = (".name", ".why", ".missed", ".wrong", ".ask")
#: What part of each of these of the first card lies on the first screen, from 0 to 1. One look
#: at all of them, which no push comes between.
SEEN = """parts => parts.map(part => {
  const element = document.querySelector("#stops > li " + part);
  const box = element.getBoundingClientRect();
  const high = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
  const wide = Math.min(box.right, innerWidth) - Math.max(box.left, 0);
  const top = document.elementFromPoint(
    Math.max(1, box.left + box.width / 2), Math.max(1, Math.min(box.bottom, innerHeight) - 2));
  const is_covered = !top || !(element.contains(top) || top.contains(element));
  return is_covered ? 0 : Math.max(0, high) * Math.max(0, wide) / (box.width * box.height);
})"""


def rows(show: Show) -> None:
    """A class of forty with one child who is clearly stuck."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "home", pack=starter_path()) as hub,
        opened() as browser,
    ):
        forty = Forty(hub)
        forty.open()
        stuck = work(forty)
        name = hub.people.learner(stuck).name
        screen = signed_in(browser, hub)
        screen.go(f"/teacher/?class={forty.class_id}")
        page = screen.page
        card = page.locator("#stops > li").first
        show.row("glance: taps after sign-in", 0, "taps", "== 0")
        is_first = card.locator(".name").inner_text() == name
        show.row("glance: the first card is the child in trouble", int(is_first), "", "== 1")
        card.wait_for()
        for part, seen in zip(PARTS, page.evaluate(SEEN, PARTS), strict=True):
            show.row(f"glance: {part} on the first screen", round(seen, 2), "", ">= 1")
        is_given = WRONG in card.locator(".wrong").inner_text()
        show.row("glance: with the wrong answer itself", int(is_given), "", "== 1")
        _grid(show, page)
        shown_ms = float(page.evaluate("performance.now()"))
        print(f"  the page stood after {shown_ms:.0f} ms")
        show.row("glance: wider than the screen", screen.sideways(), "px", "== 0")
        show.row("glance: complaints of the browser", len(screen.complaints), "", "== 0")
        keep_pictures(page)


def work(forty: Forty) -> int:
    """Everybody answers rightly but one; gives who."""
    stuck = forty.learners[STUCK]
    for _ in range(ANSWERS):
        for learner in forty.learners:
            forty.answers(learner, is_right=learner != stuck)
    return stuck


def signed_in(browser: Browser, hub: Hub) -> Phone:
    """The phone of a teacher who is signed in."""
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    door = hub.teacher_door
    teacher = door.teachers.add("Rehema", "head", (), by=SCREEN)
    token = door.sessions.begin(teacher.id)
    context.add_cookies([{"name": TEACHER_COOKIE, "value": token, "url": address(hub)}])
    return Phone(context.new_page(), hub)


def _grid(show: Show, page: Page) -> None:
    tiles = page.locator(".tiles > li")
    show.row("glance: children on the grid", tiles.count(), "tiles", ">= 40")
    box = page.locator(".tiles").bounding_box()
    height = 0 if box is None else round(box["height"])
    show.row("glance: height of forty tiles", height, "px", f"<= {PHONE[1]}")
    script = """() => Math.min(...[...document.querySelectorAll(".tile a")]
      .map(one => Math.min(one.offsetWidth, one.offsetHeight)))"""
    show.row("glance: smallest side of a tile", page.evaluate(script), "px", ">= 44")


def keep_pictures(page: Page) -> None:
    """The page at its sizes and looks, the first screen and the whole."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for look, how in LOOKS.items():
            page.emulate_media(**how)
            page.screenshot(path=PICTURES / f"glance-{size}-{look}.png")
            path = PICTURES / f"glance-{size}-{look}-whole.png"
            page.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    rows(Show("teacher-glance"))
