"""Every page at its sizes: nothing sideways, targets for small fingers, headings in order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from devices.messages import Answer
from hub.app import Hub
from hub.insight.progress import IDLE_S
from tests.browser.scene import Phone, Screen, Tablet
from tests.packs import right

PICTURES = Path(__file__).resolve().parents[2] / "build" / "screenshots"
SIZES = {"360": (360, 640), "800": (800, 1280), "1024": (1024, 600)}
SMALL_FINGER = 64
SMALL = """() => [...document.querySelectorAll(
    "a, button, summary, input:not([type=hidden]), .option")]
  .filter(one => one.tagName !== "INPUT" || !one.closest("label"))
  .map(one => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && Math.min(box.width, box.height) < %d)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
LEVELS = """() => [...document.querySelectorAll("h1, h2, h3, h4")]
  .filter(one => one.offsetParent).map(one => Number(one.tagName[1]))"""
UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), progress")]
  .filter(one => !one.labels?.length && !one.getAttribute("aria-label")
    && !document.getElementById(one.getAttribute("aria-labelledby"))
    && !one.getAttribute("aria-hidden")).map(one => one.outerHTML)"""


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def look(screen: Screen, name: str, size: str, *, least: int = 0) -> None:
    """Checks the page's shape, and keeps a picture of it for people."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    screen.page.screenshot(path=PICTURES / f"{name}-{size}.png", full_page=True)
    assert screen.sideways() == 0, name
    levels = screen.page.evaluate(LEVELS)
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels)), levels
    assert screen.page.evaluate(UNNAMED) == []
    assert screen.page.evaluate("document.querySelectorAll('main').length") == 1
    if least:
        assert screen.page.evaluate(SMALL % least) == [], name


def test_the_learners_pages_keep_their_shape(
    hub: Hub, browser: Browser, size: str, screens: list[Screen]
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    tablet = Tablet(context.new_page(), hub)
    screens.append(tablet)
    tablet.go(f"/join/{hub.people.classes[1].join_code}")
    look(tablet, "join", size, least=SMALL_FINGER)
    tablet.join()
    look(tablet, "cards", size, least=SMALL_FINGER)
    tablet.sign_in("Chausiku")
    tablet.takes_the_road("up")
    tablet.type(1)
    look(tablet, "lesson", size, least=SMALL_FINGER)
    tablet.page.keyboard.press("Backspace")
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    tablet.is_safe()
    look(tablet, "right", size, least=SMALL_FINGER)
    tablet.answer(tablet.right_answer() + 1)
    expect(tablet.page.locator("#verdict")).to_have_text("Not yet.")
    tablet.is_safe()
    tablet.page.get_by_text("Why this one?").click()
    look(tablet, "feedback", size, least=SMALL_FINGER)
    hub.teaching.set_state(1, "pause")
    expect(tablet.page.get_by_role("heading", name="Time for a pause")).to_be_visible()
    look(tablet, "paused", size, least=SMALL_FINGER)


def test_the_question_and_ok_fit_a_small_screen_without_scrolling(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.answer(tablet.right_answer() + 1)
    expect(tablet.page.locator("#verdict")).to_have_text("Not yet.")
    for part in ("#prompt", "#answer", "#ok"):
        expect(tablet.page.locator(part)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_teachers_pages_keep_their_shape(
    hub: Hub, browser: Browser, size: str, screens: list[Screen], scheme: str
) -> None:
    set_to_work(hub)
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    phone = Phone(context.new_page(), hub)
    screens.append(phone)
    name = f"{size}-{scheme}"
    phone.go("/teacher/")
    look(phone, "sign-in", name)
    phone.sign_in()
    expect(phone.row("Zuri")).to_be_visible()
    look(phone, "live", name)
    phone.go("/teacher/learner/1")
    phone.page.get_by_text("The exact reasons").click()
    look(phone, "learner", name)
    phone.go("/teacher/tablets/1")
    phone.page.get_by_text("Shut out", exact=True).first.click()
    look(phone, "tablets", name)


def test_a_tablet_in_the_dark_keeps_its_shape(
    hub: Hub, browser: Browser, screens: list[Screen]
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, color_scheme="dark", contrast="more"
    )
    tablet = Tablet(context.new_page(), hub)
    screens.append(tablet)
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.answer(tablet.right_answer() + 1)
    expect(tablet.page.locator("#verdict")).to_have_text("Not yet.")
    look(tablet, "lesson-dark", "360", least=SMALL_FINGER)


def test_right_to_left_pages_keep_their_shape(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.page.evaluate("document.documentElement.dir = 'rtl'")
    look(tablet, "lesson-rtl", "360", least=SMALL_FINGER)


def set_to_work(hub: Hub) -> None:
    """Twenty learners on five tablets, each further than the one before; some gone quiet."""
    tablets = [hub.devices.pair(1, f"Tablet {number}")[0] for number in range(1, 6)]
    for place, learner in enumerate(hub.people.in_class(1)[:17]):
        device = tablets[place % 5]
        for count in range(place * 2):
            item, right = asked(hub, learner.id)
            hub.classroom.answer(
                device,
                Answer(
                    device_seq=count + 1,
                    boot=learner.id,
                    learner=learner.id,
                    session=hub.devices.session(device.id, learner.id),
                    item=item[0],
                    seed=item[1],
                    answer=str(right + (1 if count % 4 == place % 3 else 0)),
                ),
            )
        hub.progress.on_sign_in(learner.id, device.id)
    for learner in hub.people.in_class(1)[6:9]:
        seen = hub.progress.of(learner.id)
        assert seen is not None
        seen.at_s -= 2 * IDLE_S
    hub.progress.on_state(tablets[4].id, is_online=False)
    hub.teaching.override(hub.people.in_class(1)[0].id, "pin", 2)
    hub.teaching.override(hub.people.in_class(1)[0].id, "skip", 3)
    hub.devices.revoke(tablets[1].id)


def asked(hub: Hub, learner: int) -> tuple[tuple[str, int], int]:
    """The learner's next activity as item and seed, and its right answer."""
    room = hub.classroom.rooms[1]
    choice = room.choose(learner)
    assert choice is not None
    item, seed = room.pack.items[choice.item], room.seed(learner)
    return (item.id, seed), int(right(room.pack, item.id, seed))
