"""A lesson with JavaScript switched off: answers, feedback, a hint, the next question."""

from __future__ import annotations

from playwright.sync_api import expect

from hub.lesson.tutoring import Problem
from tests.browser.chromium import opened
from tests.browser.scene import attempts
from tests.browser.walk import SEED
from tests.packs import right
from tests.show import Show
from tests.tablet_tier.stage import classroom, paired, tablet_of

ITEMS = ("a01.1", "a01.2", "a01.3", "a01.4", "a01.5")


def rows(show: Show) -> None:
    """Five questions answered by plain forms, one of them wrong first, with a hint."""
    with opened() as browser, classroom() as hub:
        tablet = tablet_of(paired(browser, hub, java_script_enabled=False), hub)
        tablet.go("/")
        tablet.page.locator(".card").first.click()
        room = hub.classroom.rooms[1]
        for item in ITEMS:
            room.problems[1] = Problem(room.pack.item_index[item], SEED)
            tablet.go("/learn")
            if item == ITEMS[0]:
                tablet.page.locator("#answer").fill("987")
                tablet.page.locator("#ok").click()
                expect(tablet.page.locator("#feedback")).to_have_class("feedback not-yet")
                tablet.page.locator("#hint").click()
                expect(tablet.page.locator(".hint-words")).to_have_count(1)
            tablet.page.locator("#answer").fill(right(room.pack, item, SEED))
            tablet.page.locator("#ok").click()
            expect(tablet.page.locator("#feedback")).to_have_class("feedback right")
        kept = attempts(hub)
        good = sum(row["is_right"] == 1 for row in kept)
    show.row("without JavaScript: right answers kept", good, "answers", f"== {len(ITEMS)}")
    show.row(
        "without JavaScript: all answers kept", len(kept), "answers", f"== {len(ITEMS) + 1}"
    )
