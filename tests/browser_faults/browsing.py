"""A browser without the parts around its pages: a process and 130 MB less for each tablet."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET

#: Each window of Chromium 156 keeps a page of its own for its address bar and its buttons.
#: Only the last list of features counts, so what the driver leaves out stands here again.
LEFT_OUT = (
    "PreloadTopChromeWebUI", "InitialWebUI", "WebUIToolbar", "WebUILocationBar",
    "WebUIReloadButton", "WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "OptimizationHints",
    "ThirdPartyStoragePartitioning", "NetworkTimeServiceQuerying", "PreconnectToSearch",
)  # fmt: skip
LIGHT = [*QUIET, f"--disable-features={','.join(LEFT_OUT)}"]


@contextmanager
def light_browser() -> Iterator[Browser]:
    """A browser for many pages; ends the program where there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        sys.exit("The pages are tested in Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=LIGHT)
        yield browser
        browser.close()
