"""The starter pack's items in a real browser: how many were looked at, what is cut off."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser

from hub.web.preview import preview
from models.domain.locales import PSEUDO
from models.domain.pack import Pack, starter_path
from models.domain.reading import load_pack
from tests.browser.chromium import chromium_path, opened
from tests.browser.clipping import clipped
from tests.show import Show

TAGS = ("en", "sw", "ar", "en-XA", "ar-XB")
WIDTHS = (360, 600)
SEED = 1


class Looked(NamedTuple):
    """Items on a page, texts cut off, and items that could not be drawn at all."""

    items: int
    cut: int
    refused: int


def rows(show: Show) -> None:
    """Items looked at in three languages and two made-up ones, and texts that are cut off."""
    if chromium_path() is None:
        show.broken("text cut off", "needs a browser: apt-get install chromium")
        return
    pack, _ = load_pack(starter_path())
    with opened() as browser:
        seen = [(tag, _looked_at(browser, pack, tag, one)) for tag in TAGS for one in WIDTHS]
    show.row("items looked at in a browser", sum(one.items for _, one in seen), "", ">= 300")
    show.row("texts cut off", sum(one.cut for _, one in seen), "texts", "== 0")
    real = sum(one.refused for tag, one in seen if tag not in PSEUDO)
    show.row("items that cannot be drawn, three languages", real, "items", "== 0")
    longer = max(one.refused for tag, one in seen if tag in PSEUDO)
    show.row("pictures refused with words 40 % longer", longer, "items")


def _looked_at(browser: Browser, pack: Pack, tag: str, width: int) -> Looked:
    """What the page of all items shows at one width."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        made = preview(pack, range(len(pack.items)), SEED, tag)
        file.write_text(made.text, encoding="utf-8")
        shown = browser.new_page(viewport={"width": width, "height": 900})
        shown.goto(file.as_uri())
        found = clipped(shown)
        count = shown.locator("article").count()
        shown.close()
    for one in found[:10]:
        print(f"  {tag} {width} px: {one}")
    for one in made.left_out:
        print(f"  {tag}: not drawn: {one}")
    return Looked(count, len(found), len(made.left_out))
