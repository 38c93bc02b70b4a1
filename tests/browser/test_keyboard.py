"""A lesson by keyboard alone, as a switch or a screen reader drives it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub.app import Hub
from hub.lesson.tutoring import Problem
from hub.roster.people import Style
from models.domain.pack import starter_path
from tests.browser.scene import Tablet, attempts, running
from tests.browser.walk import FIELDS, SEED, come_to_the_cards, open_problem, sit_down
from tests.packs import right

#: More than any screen has stops; who needs more presses than this is caught in a trap.
MOST_STOPS = 80
AT = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const look = getComputedStyle(one.matches(".tick input") ? one.nextElementSibling : one);
  const ring = parseFloat(look.outlineWidth) >= 2 && look.outlineStyle !== "none"
    || look.boxShadow !== "none";
  const all = [...document.querySelectorAll(
    "a[href], button, summary, select, textarea, input")];
  return [all.indexOf(one), ring, one.outerHTML.slice(0, 90)];
}"""
#: Blurring alone leaves the browser at the place where the focus was.
TO_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""
STOPS = """() => [...document.querySelectorAll(
    "a[href], button, summary, select, textarea, input:not([type=hidden])")]
  .filter(one => one.getClientRects().length && !one.disabled && one.tabIndex >= 0
    && one.type !== "radio").length"""


#: A key of a keyboard that the tests' own has not.
PRESS = """key => document.body.dispatchEvent(
  new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}))"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=starter_path()) as started:
        yield started


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until the focus is on what `wanted` selects."""
    for _ in range(MOST_STOPS):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no press of Tab comes to {wanted}")


def stops(page: Page) -> list[tuple[int, bool, str]]:
    """Where Tab leads from the page's beginning to its end."""
    page.evaluate(TO_THE_TOP)
    found: list[tuple[int, bool, str]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(AT)
        if at is None:
            return found
        found.append(tuple(at))
    return found


@pytest.mark.parametrize(
    "field", ["whole number", "choice", "number line", "match", "order", "parts"]
)
def test_tab_comes_to_everything_in_order_and_out_again(
    hub: Hub, tablet: Tablet, field: str
) -> None:
    tablet.sit_down()
    place = hub.classroom.rooms[1].pack.item_index[FIELDS[field]]
    open_problem(hub, tablet, Problem(place, SEED))
    seen = stops(tablet.page)
    order = [place for place, _, _ in seen]
    assert order == sorted(set(order))
    assert [text for _, has_ring, text in seen if not has_ring] == []
    assert tablet.page.evaluate(STOPS) <= len(seen) < MOST_STOPS


def choose(page: Page) -> None:
    tab_to(page, ".option input")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")


def step_along(page: Page) -> None:
    tab_to(page, ".tick input")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")


def put_in_order(page: Page) -> None:
    buttons = page.locator("button.option")
    tab_to(page, "button.option")
    for place in range(buttons.count()):
        page.keyboard.press("Enter" if place % 2 else "Space")
        page.keyboard.press("Tab")


def match(page: Page) -> None:
    lefts = page.locator("button[data-side=left]").count()
    for place in range(lefts):
        for side in ("left", "right"):
            page.evaluate(TO_THE_TOP)
            tab_to(page, f"[data-side={side}]:nth-child({place + 1})")
            page.keyboard.press("Space")


def fill_the_parts(page: Page) -> None:
    """A switch has no digits: it goes to the pad for each of them."""
    for place in range(page.locator("input.number").count()):
        page.evaluate(TO_THE_TOP)
        tab_to(page, f".part:nth-of-type({place + 1}) input")
        page.keyboard.press("Space")
        page.keyboard.press("Space")


ACTS = {
    "a01.6": choose,
    "a01.7": step_along,
    "a01.8": match,
    "a04.5": put_in_order,
    "a05.2": fill_the_parts,
}


@pytest.mark.parametrize("item", ACTS)
def test_each_field_is_answered_by_keys_alone(hub: Hub, tablet: Tablet, item: str) -> None:
    tablet.sit_down()
    place = hub.classroom.rooms[1].pack.item_index[item]
    open_problem(hub, tablet, Problem(place, SEED))
    ACTS[item](tablet.page)
    tab_to(tablet.page, "#ok")
    tablet.page.keyboard.press("Enter")
    expect(tablet.page.locator("#verdict")).not_to_be_empty()
    tablet.is_safe()
    assert len(attempts(hub)) == 1


def test_a_whole_lesson_goes_by_keys_alone(hub: Hub, tablet: Tablet) -> None:
    page, keys = tablet.page, tablet.page.keyboard
    tablet.join()
    page.evaluate(TO_THE_TOP)
    tab_to(page, ".card:nth-of-type(2)")
    keys.press("Enter")
    expect(page.locator("#task h1")).to_be_visible()
    learner = int(page.locator("body").get_attribute("data-learner") or 0)
    place = hub.classroom.rooms[1].pack.item_index["a01.1"]
    hub.classroom.rooms[1].problems[learner] = Problem(place, SEED)
    tablet.go("/learn")
    tablet.takes_the_road("up")
    tab_to(page, "#hint")
    keys.press("Enter")
    expect(page.locator(".hint-words")).to_have_count(1)
    page.evaluate(TO_THE_TOP)
    tab_to(page, "input.number")
    keys.type(right(hub.classroom.rooms[1].pack, "a01.1", SEED))
    keys.press("Enter")
    expect(page.locator("#feedback")).to_have_class("feedback right")
    tablet.is_safe()
    tab_to(page, "#ask-why")
    keys.press("Enter")
    expect(page.locator("#why")).to_be_visible()
    page.evaluate(TO_THE_TOP)
    tab_to(page, "a.done")
    keys.press("Enter")
    expect(page.locator(".card").first).to_be_visible()
    assert [row["is_right"] for row in attempts(hub)] == [1]


@pytest.mark.parametrize("style", ["pictures", "pin", "password"])
def test_a_child_signs_in_by_tab_and_space_alone(
    hub: Hub, tablet: Tablet, style: Style
) -> None:
    hub.people.set_sign_in(1, style)
    tablet.join()
    page, code = tablet.page, hub.door.codes.of(2)
    page.evaluate(TO_THE_TOP)
    tab_to(page, ".card[value='2']")
    page.keyboard.press("Space")
    expect(page.locator("#code-form")).to_be_visible()
    seen = stops(page)
    assert [text for _, has_ring, text in seen if not has_ring] == []
    assert page.evaluate(STOPS) <= len(seen) < MOST_STOPS
    page.evaluate(TO_THE_TOP)
    if style == "password":
        tab_to(page, "#password")
        page.keyboard.type(code.first_password or "")
        tab_to(page, "#code-form .go")
        page.keyboard.press("Space")
        expect(page.locator("#rule")).to_be_visible()
        return
    for sign in code.pictures.split() if style == "pictures" else code.pin:
        page.evaluate(TO_THE_TOP)
        tab_to(page, f".pick[value='{sign}']")
        page.keyboard.press("Space")
    expect(page.locator("#task h1")).to_be_visible()


def test_the_four_buttons_and_a_friends_turn_go_by_keys_alone(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down("Amani")
    page, keys, room = tablet.page, tablet.page.keyboard, hub.classroom.rooms[1]
    room.problems[2] = Problem(room.pack.item_index["a01.1"], SEED)
    tab_to(page, "#hand")
    keys.press("Space")
    expect(page.locator("#hand")).to_have_attribute("data-up", "1")
    before = page.locator("#task").get_attribute("data-key") or ""
    page.evaluate(TO_THE_TOP)
    tab_to(page, "#too-easy, #too-hard")
    keys.press("Enter")
    expect(page.locator("#task")).not_to_have_attribute("data-key", before)
    tab_to(page, "#together a")
    keys.press("Enter")
    expect(page.locator(".card[value='2']")).to_be_visible()
    tab_to(page, ".card[value='2']")
    keys.press("Space")
    expect(page.locator(".who .name")).to_have_text("Baraka")
    expect(page.locator("#task h1")).to_be_visible()
    tablet.takes_the_road("up")
    keys.type(right(room.pack, "a01.1", SEED))
    keys.press("Enter")
    expect(page.locator(".whose")).to_be_visible()
    tab_to(page, ".whose")
    keys.press("Space")
    expect(page.locator(".who .name")).to_have_text("Amani")


def test_what_a_keyboard_types_stands_in_the_digits_of_the_language(
    hub: Hub, tablet: Tablet
) -> None:
    hub.teaching.set_language(1, "ar")
    come_to_the_cards(hub, tablet)
    sit_down(tablet)
    open_problem(hub, tablet, Problem(hub.classroom.rooms[1].pack.item_index["d01.1"], SEED))
    answer, keys = tablet.page.locator("#answer"), tablet.page.keyboard
    keys.type("-90.5")
    for digit in ("\N{ARABIC-INDIC DIGIT SEVEN}", "\N{EXTENDED ARABIC-INDIC DIGIT SIX}"):
        tablet.page.evaluate(PRESS, digit)
    expect(answer).to_have_value("\N{MINUS SIGN}٩٠٫٥٧٦")
    for _ in range(7):
        keys.press("Backspace")
    fraction = Fraction(right(hub.classroom.rooms[1].pack, "d01.1", SEED))
    keys.type(str(float(fraction)))
    keys.press("Enter")
    expect(tablet.page.locator("#feedback")).to_have_class("feedback right")
    expect(tablet.page.locator("#leaf")).to_have_attribute("data-waiting", "0")
    assert [row["is_right"] for row in attempts(hub)] == [1]
