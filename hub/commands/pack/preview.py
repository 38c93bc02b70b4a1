"""Shows a pack's items as a tablet will, on one page that needs nothing else."""

from __future__ import annotations

import argparse
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

from hub.commands.pack.whole import check_folder
from hub.errors import HubError, PackError
from hub.web.preview import preview
from models.domain.faults import PackFault
from models.domain.locales import PSEUDO
from models.domain.pack import Pack
from models.domain.reading import load_pack

WIDTH = 600
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def run(asked: argparse.Namespace) -> int:
    """Writes the page, and with `--png` a picture of each item; 0 when all could be shown."""
    out: Path = asked.out or Path("preview.html")
    check_folder(out)
    if not asked.pack.exists():
        raise PackError("there is no such folder or file", where=str(asked.pack))
    try:
        pack, _ = load_pack(asked.pack)
        places = _places(pack, asked.item)
        tag = _tag(pack, asked.locale)
        made = preview(pack, places, asked.seed, tag)
    except PackFault as error:
        raise PackError(str(error), where=str(asked.pack)) from error
    out.write_text(made.text, encoding="utf-8")
    print(f"{out}: {_counted(made.count, 'item')} in {tag}, seed {asked.seed}.")
    for fault in made.left_out:
        print(f"Cannot be shown: {fault}")
    if asked.png is not None:
        drawn = _counted(_draw(out, asked.png), "picture")
        print(f"{asked.png}: {drawn}, {WIDTH} px wide.")
    return 1 if made.left_out else 0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _places(pack: Pack, item: str | None) -> list[int]:
    if item is None:
        return list(range(len(pack.items)))
    if item not in pack.item_index:
        raise PackFault(f"there is no item '{item}'")
    return [pack.item_index[item]]


def _tag(pack: Pack, tag: str | None) -> str:
    known = (*pack.locales, *PSEUDO)
    if tag is not None and tag not in known:
        raise PackFault(f"it does not speak '{tag}'; it speaks {', '.join(known)}")
    return tag or pack.default_locale


def _draw(out: Path, folder: Path) -> int:
    """A picture of each item by a real browser; how many."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        playwright: Any = import_module("playwright.sync_api")
    except ImportError:
        browser = None
    if browser is None:
        raise HubError(
            "Pictures need a browser and the package that drives it. The page is written; for "
            "the pictures: apt-get install chromium, then pip install playwright."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with playwright.sync_playwright() as driver:
        options = ["--headless=new", "--no-sandbox", "--disable-gpu"]
        opened = driver.chromium.launch(executable_path=browser, args=options)
        shown = opened.new_page(viewport={"width": WIDTH, "height": 900})
        shown.goto(out.resolve().as_uri())
        articles = shown.locator("article.previewed").all()
        for article in articles:
            name = str(article.get_attribute("id")).removeprefix("item-")
            article.screenshot(path=folder / f"{name}.png")
        opened.close()
    return len(articles)
