"""A hub and a browser for one section of the table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from hub.app import Hub
from hub.web.safety import DEVICE_COOKIE
from models.domain.pack import starter_path
from tests.browser.scene import PHONE, Tablet, address, running
from tests.packs import FIRST_ARITHMETIC


@contextmanager
def classroom(*, is_starter: bool = True) -> Iterator[Hub]:
    """A hub at work, with the starter pack or with plain sums."""
    pack = starter_path() if is_starter else FIRST_ARITHMETIC
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "home", pack=pack) as hub,
    ):
        yield hub


def paired(browser: Browser, hub: Hub, **options: Any) -> BrowserContext:
    """A tablet's browser with nothing in it but the proof that it belongs to the class."""
    options.setdefault("viewport", {"width": PHONE[0], "height": PHONE[1]})
    context = browser.new_context(**options)
    _, secret = hub.devices.pair(1, "A tablet")
    hub.parts.logins_changed()
    cookie = {"name": DEVICE_COOKIE, "value": secret, "url": address(hub)}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context


def tablet_of(context: BrowserContext, hub: Hub) -> Tablet:
    """The context's first page, as a child's tablet."""
    return Tablet(context.new_page(), hub)
