"""The first evening on a real phone screen: an empty hub, twelve names, a ready class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from hub.app import Hub
from hub.roster import drafts
from hub.web.tongue import COOKIE
from models.domain.pack import starter_path
from tests.browser.axe import LOOKS, violations
from tests.browser.clipping import clipped
from tests.browser.scene import PHONE, Phone, Screen, address, running
from tests.packs import FIRST_ARITHMETIC

TWELVE = (
    "Amina Juma", "Neema Otieno", "Baraka Mushi", "Zawadi Achieng", "Juma Hassan",
    "Rehema Ally", "Daudi Komba", "Fatuma Said", "Kito Mwangi", "Lulu Nyambura", "Musa Bakari",
    "محمد علي",
)  # fmt: skip
#: From the first page after the password to the class that is ready.
TAPS = 9
#: Where the steps of class 1 are, and what comes of them.
STEPS = (
    "first", "first/language", "first/class", "class/1/name", "first/1/learners",
    "first/1/sign-in", "first/1/goal", "first/1/tablets", "first/1/cards", "first/1/wall",
    "first/school",
)  # fmt: skip


#: Colours are the same in every language.
LOOKS_SEEN = {"en": ("360", "360 dark"), "sw": ("360",), "ar": ("360",)}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A hub that nobody has used yet."""
    with running(tmp_path / "home", demo=False, pack=starter_path()) as started:
        yield started


class Hand:
    """A teacher's finger: counts what it taps."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.click()


def sign_in(phone: Phone) -> None:
    """With the code from the hub's screen, up to the first page after it."""
    phone.go(f"/teacher/sign-in?code={phone.hub.teacher_door.new_one_time_code()}")
    phone.page.get_by_role("button", name="Sign in").click()
    phone.page.get_by_label("Your name").fill("Rehema")
    phone.page.get_by_label("New password").fill("three quiet words")
    phone.page.get_by_role("button", name="Keep this password").click()
    expect(phone.page).to_have_url(re.compile("/teacher/first/language$"))


@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_empty_hub_is_a_ready_class_in_nine_taps(
    hub: Hub, browser: Browser, screens: list[Screen], *, has_scripts: bool
) -> None:
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=has_scripts
    )
    phone, hand = Phone(context.new_page(), hub), Hand()
    screens.append(phone)
    sign_in(phone)
    page = phone.page
    hand.tap(page.locator("main").get_by_role("button", name="Kiswahili"))
    page.get_by_label("Jina la darasa").fill("Darasa la 4 B")
    hand.tap(page.get_by_role("button", name="Endelea"))
    page.get_by_label("Majina, moja kwa kila mstari").fill("\n".join(TWELVE))
    hand.tap(page.get_by_role("button", name="Liangalie kwanza"))
    expect(page.locator(".names li")).to_have_count(12)
    assert hub.people.in_class(1) == []
    hand.tap(page.get_by_role("button", name="Ndiyo, fanya"))
    expect(page.get_by_role("status")).to_contain_text("Wanafunzi 12 wameingia.")
    hand.tap(page.get_by_role("button", name="Picha tatu"))
    hand.tap(page.get_by_role("button", name="Mazoezi"))
    expect(page.locator("#again")).to_contain_text("Bado hakuna kishikwambi")
    hub.devices.pair(1, "Tablet")
    if not has_scripts:
        page.reload()
    expect(page.locator("#again")).to_contain_text("Kishikwambi 1 kimejiunga")
    hand.tap(page.get_by_role("link", name="Endelea", exact=True))
    hand.tap(page.get_by_role("button", name="Tengeneza kadi 12"))
    expect(page.locator(".printed-card")).to_have_count(12)
    page.go_back()
    hand.tap(page.get_by_role("link", name="Hatua 7 kati ya 7"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Darasa la 4 B iko tayari")
    assert hand.taps == TAPS
    assert [one.name for one in hub.people.in_class(1)] == list(TWELVE)


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_every_step_fits_a_small_screen_and_breaks_no_rule(
    hub: Hub, phone: Phone, tag: str
) -> None:
    sign_in(phone)
    body = FIRST_ARITHMETIC.read_bytes()
    hub.teaching.add_class(
        "Darasa la 4 B", hub.teaching.install_pack(body, where="a pack"), list(TWELVE)
    )
    phone.page.context.add_cookies([{"name": COOKIE, "value": tag, "url": address(hub)}])
    found = list[str]()

    def see(screen: str) -> None:
        expect(phone.page.locator("html")).to_have_attribute("lang", tag)
        found.extend(f"{screen}: {one}" for one in clipped(phone.page))
        for look in (one for one in LOOKS if one.name in LOOKS_SEEN[tag]):
            with look.at(phone.page):
                found.extend(f"{screen}, {look.name}: {one}" for one in violations(phone.page))
        assert phone.sideways() == 0, screen

    for path in STEPS:
        phone.go(f"/teacher/{path}")
        see(path)
    for name, names in (("faults", "=cmd\nNeema|Otieno"), ("a list", "Saada\nSaada")):
        drafts.keep(hub.writer, 1, "", names.encode())
        phone.go("/teacher/first/1/learners")
        see(name)
    assert found == []


def test_the_sheet_for_the_wall_and_eleven_cards_print_on_one_and_two_pages(
    hub: Hub, phone: Phone
) -> None:
    sign_in(phone)
    body = FIRST_ARITHMETIC.read_bytes()
    long_names = [f"Mwanafunzi mwenye jina refu sana la {one}" for one in TWELVE[:11]]
    hub.teaching.add_class(
        "Darasa la nne la shule ya msingi ya Mtakuja, mkondo wa pili",
        hub.teaching.install_pack(body, where="a pack"), long_names,
    )  # fmt: skip
    phone.go("/teacher/first/1/wall")
    expect(phone.page.locator("[data-print]")).to_be_visible()
    assert pages_of(phone) == 1
    phone.page.evaluate("window.print = () => { window.wasPrinted = true; }")
    phone.page.locator("[data-print]").click()
    assert phone.page.evaluate("window.wasPrinted")
    phone.go("/teacher/first/1/cards")
    phone.page.locator("main form button").click()
    expect(phone.page.locator(".printed-card")).to_have_count(11)
    expect(phone.page.locator("[data-print]")).to_be_visible()
    assert pages_of(phone) == 2


def pages_of(phone: Phone) -> int:
    """How many sheets of A4 the page fills on paper."""
    return phone.page.pdf(format="A4").count(b"/Type /Page\n")
