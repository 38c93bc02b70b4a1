"""A child who knows every answer, with fingers and keys only."""

from __future__ import annotations

from tests.browser.scene import Tablet
from tests.packs import right


def answer_right(tablet: Tablet) -> None:
    """Answers what the first class's tablet asks, and sends it."""
    page = tablet.page
    item = page.locator("#item").get_attribute("value") or ""
    seed = int(page.locator("#seed").get_attribute("value") or 0)
    text = right(tablet.hub.classroom.rooms[1].pack, item, seed)
    kind = page.locator("#form .widget").first.get_attribute("data-kind")
    _BY_KIND.get(kind or "", _type)(tablet, text)
    page.locator("#ok").click()


def _type(tablet: Tablet, text: str) -> None:
    tablet.page.keyboard.type(text)


def _pick(tablet: Tablet, text: str) -> None:
    for value in text.split(","):
        tablet.page.locator(f"input[name=answer][value='{value}']").check(force=True)


def _order(tablet: Tablet, text: str) -> None:
    for value in text.split(","):
        tablet.page.locator(f".option[data-id='{value}']").click()


def _match(tablet: Tablet, text: str) -> None:
    for pair in text.split(","):
        for side, value in zip(("left", "right"), pair.split("="), strict=True):
            tablet.page.locator(f"[data-side={side}][data-id='{value}']").click()


def _parts(tablet: Tablet, text: str) -> None:
    for part in text.split(";"):
        name, value = part.split("=")
        tablet.page.locator(f"input[name='answer.{name}']").click()
        tablet.page.keyboard.type(value)


_BY_KIND = {
    "choice": _pick,
    "number_line": _pick,
    "order": _order,
    "match": _match,
    "parts": _parts,
}
