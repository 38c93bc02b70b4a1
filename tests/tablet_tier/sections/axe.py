"""axe-core on every screen: violations by language and way of looking."""

from __future__ import annotations

from collections import Counter

from hub.app import Hub
from tests.browser.axe import LOOKS, violations
from tests.browser.chromium import opened
from tests.browser.scene import PHONE, Tablet
from tests.browser.walk import TAGS, walk, walk_without_scripts
from tests.show import Show
from tests.tablet_tier.stage import classroom


def rows(show: Show) -> None:
    """Screens times looks, and what breaks WCAG 2.2 AA, for each language."""
    with opened() as browser:
        for tag in TAGS:
            with classroom() as hub:
                page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
                seen = _walk(hub, Tablet(page, hub), tag)
                page.close()
                page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
                page.route("**/*.js", lambda route: route.fulfill(body=""))
                seen += _walk(hub, Tablet(page, hub), tag, has_scripts=False)
                page.close()
            screens, found = seen["screens"], seen["violations"]
            show.row(f"axe, {tag}: screens", screens, "screens", ">= 30")
            show.row(f"axe, {tag}: screens x looks", screens * len(LOOKS), "pages")
            show.row(f"axe, {tag}: violations of WCAG 2.2 AA", found, "", "== 0")


def _walk(hub: Hub, tablet: Tablet, tag: str, *, has_scripts: bool = True) -> Counter[str]:
    seen: Counter[str] = Counter()

    def see(screen: str) -> None:
        seen["screens"] += 1
        for look in LOOKS:
            with look.at(tablet.page):
                found = violations(tablet.page)
            seen["violations"] += len(found)
            for one in found:
                print(f"  {tag} {screen} {look.name}: {one}")

    (walk if has_scripts else walk_without_scripts)(hub, tablet, tag, see)
    return seen
