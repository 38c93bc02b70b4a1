"""The hub's page on a real phone: its clock, its greeting, the way without scripts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from devices.messages import Hello, encode
from hub.app import Hub
from tests.browser.axe import violations
from tests.browser.scene import SMALL, Phone, address, running
from tests.hub.tablet import asked, pair_with

PICTURES = Path(__file__).resolve().parents[2] / "build" / "screenshots"
IS_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
AHEAD_S = 3 * 3600


def test_the_phone_sees_that_the_clocks_differ_and_sets_the_hubs(
    phone: Phone, hub: Hub
) -> None:
    hub.clock.wall = lambda: time.time() - AHEAD_S
    phone.sign_in()
    phone.page.get_by_role("link", name="The hub").click()
    expect(phone.page.get_by_text("This phone shows another time:")).to_be_visible()
    assert not phone.page.get_by_label("Day and time now").is_visible()
    phone.page.get_by_role("button", name="Set the clock from this phone").click()
    expect(phone.page.get_by_role("button", name="Take this back")).to_be_visible()
    assert not phone.page.get_by_text("This phone shows another time:").is_visible()
    assert abs(hub.clock.now().wall_s - time.time()) < 60


def test_the_clock_can_be_typed_without_scripts(browser: Browser, hub: Hub) -> None:
    context = browser.new_context(viewport=SMALL, java_script_enabled=False)
    phone = Phone(context.new_page(), hub)
    phone.sign_in()
    phone.go("/teacher/hub")
    phone.page.get_by_label("Day and time now").fill("2027-03-01T11:30")
    phone.page.get_by_role("button", name="Set the clock").click()
    expect(phone.page.get_by_text("2027-03-01 11:30")).to_be_visible()
    context.close()


def test_the_greeting_counts_the_tablets_as_they_come(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path / "home") as hub, pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        tablet.receipt(tablet.answer(asked(reply), "7"))
        hub.health.is_serving = False
    with running(tmp_path / "home") as hub:
        context = browser.new_context(viewport=SMALL)
        phone = Phone(context.new_page(), hub)
        phone.sign_in()
        greeting = phone.page.locator("#greeting")
        expect(greeting).to_contain_text("1 answer is safe, none is lost.")
        expect(greeting).to_contain_text("Tablets that are back: 0 of 1.")
        with tablet.at(hub.ports.mqtt) as again:
            again.seq = 1
            again.send(encode(Hello([1], waiting=1)), leaf="hello")
            again.answer(asked(again.sign_in(1)), "8")
            expect(greeting).to_contain_text("The tablet is back.")
        expect(greeting).to_contain_text("1 answer that had waited on a tablet has come in")
        phone.page.get_by_role("button", name="I have read this").click()
        expect(phone.page.locator("#greeting")).to_have_count(0)
        context.close()


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_the_page_stands_in_its_width_and_breaks_no_rule(
    tag: str, browser: Browser, tmp_path: Path
) -> None:
    with running(tmp_path / "home") as hub:
        hub.health.is_serving = False
    with running(tmp_path / "home") as hub:
        context = browser.new_context(viewport=SMALL)
        phone = Phone(context.new_page(), hub)
        phone.sign_in()
        context.add_cookies([{"name": "mangotree_language", "value": tag, "url": address(hub)}])
        phone.go("/teacher/")
        expect(phone.page.locator(".greeting")).to_be_visible()
        phone.go("/teacher/hub")
        for summary in phone.page.locator("main summary").all():
            summary.click()
        PICTURES.mkdir(parents=True, exist_ok=True)
        phone.page.screenshot(path=PICTURES / f"hub-{tag}-360.png", full_page=True)
        assert phone.page.evaluate(IS_WIDE) is False
        assert violations(phone.page) == []
        context.close()
