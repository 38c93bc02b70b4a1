"""What the learner's page holds in memory: JavaScript's heap, and its process."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.show import Peer, Show
from tests.tablet_tier.child import answer_right
from tests.tablet_tier.stage import browsing, classroom, paired, tablet_of

ANSWERS = 20
MB = 1e6
#: Kolibri 0.19.5's learner page with no content in it, 2026.
KOLIBRI_HEAP_MB = 11.9


def rows(show: Show) -> None:
    """After twenty answers, beside an empty page in the same browser."""
    with browsing() as browser, classroom(is_starter=False) as hub:
        empty = browser.new_page()
        empty.goto("about:blank")
        bare = _private_mb(browser)
        context = paired(browser, hub)
        tablet = tablet_of(context, hub)
        tablet.go("/")
        tablet.sign_in("Amani")
        for _ in range(ANSWERS):
            answer_right(tablet)
            tablet.is_safe()
        heap = _metric(tablet.page, "JSHeapUsedSize") / MB
        total = _metric(tablet.page, "JSHeapTotalSize") / MB
        ratio = round(KOLIBRI_HEAP_MB / heap, 1)
        peer = Peer("Kolibri", "0.19.5", KOLIBRI_HEAP_MB, ratio)
        show.row("JavaScript heap used after 20 answers", round(heap, 1), "MB", peer=peer)
        show.row("JavaScript heap reserved", round(total, 1), "MB")
        show.row("elements and texts on the page", _metric(tablet.page, "Nodes"), "nodes")
        # Two processes more or one: what the tab's own adds to an empty tab's is the page.
        page_mb = max(_private_mb(browser).values()) - max(bare.values())
        show.row(
            "process of the page, more than an empty one's", round(page_mb, 1), "MB", "<= 30"
        )
        context.close()


def _metric(page: Page, name: str) -> float:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    found = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in found if one["name"] == name))


def _private_mb(browser: Browser) -> dict[int, float]:
    """By process, the memory of each renderer that no other process shares."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    pids = [one["id"] for one in told["processInfo"] if one["type"] == "renderer"]
    return {pid: _private_of(pid) for pid in pids}


def _private_of(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    kilobytes = [line.split()[1] for line in lines if line.startswith("Private_")]
    return sum(map(int, kilobytes)) * 1024 / MB
