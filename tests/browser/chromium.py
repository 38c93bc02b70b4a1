"""The browser that pages are tested and measured in."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "The pages are tested in Chromium: apt-get install chromium"
# A browser of its own accord looks for updates; a school has no internet.
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    """Where the browser is; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def opened(arguments: Sequence[str] = QUIET) -> Iterator[Browser]:
    """A browser of its own; ends the program where there is none."""
    found = chromium_path()
    if found is None:
        sys.exit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(arguments))
        yield browser
        browser.close()
