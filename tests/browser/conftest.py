"""A browser for all tests here, and for each a hub of its own that nobody complains about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.app import Hub
from tests.browser.chromium import MISSING, chromium_path, opened
from tests.browser.scene import DEADLINE_MS, PHONE, Phone, Screen, Tablet, running

MakeTablet = Callable[..., Tablet]
MakePhone = Callable[..., Phone]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    found = chromium_path()
    if found is None:
        pytest.fail(MISSING)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    assert chromium
    expect.set_options(timeout=DEADLINE_MS)
    with opened() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tablet's browser, which outlives the hub."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home") as started:
        yield started


@pytest.fixture
def screens() -> Iterator[list[Screen]]:
    """All screens of a test; at its end none may have complained."""
    opened: list[Screen] = []
    yield opened
    complaints = [line for screen in opened for line in screen.complaints]
    for screen in opened:
        screen.page.context.close()
    assert complaints == []


@pytest.fixture
def make_tablet(browser: Browser, hub: Hub, screens: list[Screen]) -> MakeTablet:
    """Makes tablets; `java_script_enabled=False` and such as Playwright knows them."""

    def make(**options: Any) -> Tablet:
        options.setdefault("viewport", {"width": PHONE[0], "height": PHONE[1]})
        tablet = Tablet(browser.new_context(**options).new_page(), hub)
        screens.append(tablet)
        return tablet

    return make


@pytest.fixture
def tablet(make_tablet: MakeTablet) -> Tablet:
    return make_tablet()


@pytest.fixture
def phone(browser: Browser, hub: Hub, screens: list[Screen]) -> Phone:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    made = Phone(context.new_page(), hub)
    screens.append(made)
    return made
