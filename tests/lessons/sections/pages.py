"""The starter pack's items in a real browser: how many were looked at, what is cut off."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from hub.web.preview import page
from models.domain.pack import Pack, starter_path
from models.domain.reading import load_pack
from tests.browser.clipping import clipped
from tests.browser.conftest import CHROMIUM, QUIET
from tests.show import Show

TAGS = ("en", "sw", "ar", "en-XA", "ar-XB")
WIDTHS = (360, 600)
SEED = 1


def rows(show: Show) -> None:
    """Items looked at in three languages and two made-up ones, and texts that are cut off."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        show.broken("text cut off", "needs a browser: apt-get install chromium")
        return
    pack, _ = load_pack(starter_path())
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=QUIET)
        counts = [_looked_at(browser, pack, tag, width) for tag in TAGS for width in WIDTHS]
        browser.close()
    show.row("items looked at in a browser", sum(one for one, _ in counts), "items", ">= 300")
    show.row("texts cut off", sum(cut for _, cut in counts), "texts", "== 0")


def _looked_at(browser: Browser, pack: Pack, tag: str, width: int) -> tuple[int, int]:
    """How many items the page shows, and how many of their texts are cut off."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page(pack, range(len(pack.items)), SEED, tag), encoding="utf-8")
        shown = browser.new_page(viewport={"width": width, "height": 900})
        shown.goto(file.as_uri())
        found = clipped(shown)
        count = shown.locator("article").count()
        shown.close()
    for one in found[:10]:
        print(f"  {tag} {width} px: {one}")
    return count, len(found)
