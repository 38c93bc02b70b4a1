"""What the learner's page holds in memory: JavaScript's heap, and its process."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import opened
from tests.show import Peer, Show
from tests.tablet_tier.child import answer_right
from tests.tablet_tier.stage import classroom, paired, tablet_of

ANSWERS = 20
MB = 1e6
#: Kolibri 0.19.5's learner page with no content in it, 2026.
KOLIBRI_HEAP_MB = 11.9
LOOKS = 5
BUSY = "() => { const end = performance.now() + 1000; while (performance.now() < end) {} }"


def rows(show: Show) -> None:
    """After twenty answers."""
    with opened() as browser, classroom(is_starter=False) as hub:
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
        page_mb = round(_private_mb(browser, tablet.page), 1)
        show.row("the page's process, all that is its own", page_mb, "MB", "<= 30")
        context.close()


def _metric(page: Page, name: str) -> float:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    found = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in found if one["name"] == name))


def _private_mb(browser: Browser, page: Page) -> float:
    """What the process of `page` shares with no other, once its garbage is collected."""
    session = browser.new_browser_cdp_session()
    told = session.send("SystemInfo.getProcessInfo")["processInfo"]
    pids = [one["id"] for one in told if one["type"] == "renderer"]
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    before = {pid: _ticks(pid) for pid in pids}
    # Nothing names a page's process; the one that works while the page does is it.
    page.evaluate(BUSY)
    mine = max(pids, key=lambda pid: _ticks(pid) - before[pid])
    found = []
    for _ in range(LOOKS):
        page.wait_for_timeout(1000)
        found.append(_private_of(mine))
    return min(found)


def _ticks(pid: int) -> int:
    """The processor time that the process took so far, in the system's ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _private_of(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    kilobytes = [line.split()[1] for line in lines if line.startswith("Private_")]
    return sum(map(int, kilobytes)) * 1024 / MB
