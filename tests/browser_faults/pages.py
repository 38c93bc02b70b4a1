"""Tablets in a real browser: each its own store, page and children, and its own faults."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Error, Page

from tests.browser_faults.client import Client

CHILD = Path(__file__).with_name("child.js")
#: A browser that forgets everything with its page: what the count must be seen to catch.
FORGETFUL = """
Object.defineProperty(window, "localStorage", { value: null });
Object.defineProperty(window, "indexedDB", { value: undefined });
"""
FORGET = {
    "forget_old": "localStorage.clear()",
    "forget_new": "indexedDB.deleteDatabase('mangotree')",
}
WAITING = """() => {
  const leaf = document.getElementById("leaf");
  return leaf ? Number(leaf.dataset.waiting) : 1;
}"""
OPENING_MS = 5000
#: A machine that others use, too, is slow; nothing is measured yet.
SITTING_DOWN_MS = 120_000
TAP_MS, TAPS = 10_000, 12
#: A child that sees no lesson opens the address again after so long.
LOOK_AGAIN_S = 2.0
#: A crowded radio: bytes a second, and what each piece waits.
THROTTLED = {"downloadThroughput": 20_000, "uploadThroughput": 20_000, "latency": 400}
FREE = {"downloadThroughput": -1, "uploadThroughput": -1, "latency": 0}


class Seat:
    """A tablet and who sits at it; its page may be gone for a while."""

    def __init__(self, browser: Browser, client: Client, address: str) -> None:
        self.client = client
        self._context = browser.new_context()
        self._address = address
        self._page: Page | None = None
        self._free_s = 0.0
        self._is_offline = False
        self._wire: CDPSession | None = None
        self._looked_s = 0.0

    def sit_down(
        self, join_code: str, may_answer: Callable[[], int], *, is_forgetful: bool
    ) -> None:
        """Pairs the tablet; its children tap their cards."""
        told = self.client.told
        self._context.expose_function("told", lambda text: told.append(json.loads(text)))
        self._context.expose_function("may_answer", may_answer)
        self._context.add_init_script(path=CHILD)
        if is_forgetful:
            self._context.add_init_script(FORGETFUL)
        self._page = page = self._context.new_page()
        page.goto(f"{self._address}/join/{join_code}", timeout=SITTING_DOWN_MS)
        tap(page, "form button:not([value])", ".card")
        for nth, learner in enumerate(self.client.learners):
            card = f".card[value='{learner}']"
            if nth:
                tap(page, "a[href^='/learn/friend']", card)
            tap(page, card, "body.lesson #task")

    def close(self) -> None:
        """The tablet goes."""
        with suppress(Error):
            self._context.close()

    def wait(self, for_ms: int) -> None:
        """Lets the browser work."""
        assert self._page is not None
        self._page.wait_for_timeout(for_ms)

    def cut(self, for_s: float) -> None:
        """No network for this tablet alone."""
        self._free_s = time.monotonic() + for_s
        self._is_offline = True
        self._context.set_offline(True)

    def throttle(self, for_s: float) -> None:
        """A slow network for this tablet alone, as the browser's own tools make it."""
        assert self._page is not None
        self._free_s = time.monotonic() + for_s
        with suppress(Error):
            self._wire = self._context.new_cdp_session(self._page)
            self._wire.send("Network.emulateNetworkConditions", THROTTLED | {"offline": False})

    def disturb(self, kind: str, *, can_reload: bool) -> None:
        """What happens to the page: loaded anew, closed and opened, a store cleared."""
        assert self._page is not None
        with suppress(Error):
            if kind in FORGET:
                self._page.evaluate(f"() => {{ {FORGET[kind]}; }}")
            elif kind == "reload" and can_reload and not self._is_offline:
                self._page.reload(wait_until="commit", timeout=OPENING_MS)
            else:
                old = self._page
                self._page = self._context.new_page()
                old.close()
        self._bring_back()

    def look(self) -> None:
        """Ends what has lasted long enough; a page that could not be loaded is opened again."""
        now_s = time.monotonic()
        if self._free_s and now_s >= self._free_s:
            self.free()
        if now_s >= self._looked_s + LOOK_AGAIN_S:
            self._bring_back()

    def free(self) -> None:
        """The tablet has its network back."""
        self._free_s = 0.0
        if self._is_offline:
            self._is_offline = False
            self._context.set_offline(False)
        if self._wire is not None:
            with suppress(Error):
                self._wire.send("Network.emulateNetworkConditions", FREE | {"offline": False})
                self._wire.detach()
            self._wire = None

    def count_waiting(self) -> int:
        """How many answers its leaf calls not yet safe; one where no leaf is seen."""
        assert self._page is not None
        with suppress(Error):
            self.client.waiting = int(self._page.evaluate(WAITING))
        return self.client.waiting

    def _bring_back(self) -> None:
        """A page that could not be loaded is opened at its address, as a child would."""
        assert self._page is not None
        self._looked_s = time.monotonic()
        with suppress(Error):
            if not self._page.evaluate("() => Boolean(window.mangotree)"):
                address = f"{self._address}/here"
                self._page.goto(address, wait_until="commit", timeout=OPENING_MS)


def tap(page: Page, what: str, shows: str) -> None:
    """Taps `what` until `shows` is there, as a child does when a hub is slow to answer."""
    for _ in range(TAPS):
        if page.locator(shows).count():
            return
        with suppress(Error):
            page.locator(what).first.click(timeout=TAP_MS)
        with suppress(Error):
            page.locator(shows).first.wait_for(state="attached", timeout=TAP_MS)
    raise RuntimeError(f"{what} was tapped {TAPS} times, and {shows} never came: {page.url}")
