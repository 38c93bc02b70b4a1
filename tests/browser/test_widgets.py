"""Every kind of field, with scripts and without: what is tapped is what the hub reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub.app import Hub
from hub.lesson.tutoring import Problem
from tests.browser.clipping import clipped
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Tablet, attempts, running

PACK = Path(__file__).parents[1] / "widgets_pack.json"
SEED = 3


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=PACK) as started:
        yield started


def tap_options(*texts: str) -> Callable[[Page], None]:
    def tap(page: Page) -> None:
        for text in texts:
            page.locator(".option", has_text=text).first.click()

    return tap


def key_in(keys: str) -> Callable[[Page], None]:
    def tap(page: Page) -> None:
        for key in keys:
            page.locator(".pad .key").get_by_text(key, exact=True).click()

    return tap


def order_taps(page: Page) -> None:
    """The smallest first; one is tapped too early and taken back."""
    for option in ("a", "a", "c", "b", "a"):
        page.locator(f".option[data-id={option}]").click()


def match_taps(page: Page) -> None:
    for pair in ("q", "p"):
        page.locator(f"[data-side=left][data-id={pair}]").click()
        page.locator(f"[data-side=right][data-id={pair}]").click()


def line_taps(page: Page) -> None:
    page.locator(".tick").nth(4).click()
    page.get_by_role("button", name="Further left").click()


def parts_taps(page: Page) -> None:
    key_in("4")(page)
    page.locator("input.number").nth(1).click()
    key_in("2")(page)


def fill(**values: str) -> Callable[[Page], None]:
    def type_in(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"input[name='{name}']").fill(value)

    return type_in


def choose(values: dict[str, str]) -> Callable[[Page], None]:
    def select(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"select[name='{name}']").select_option(value)

    return select


def check(*values: str) -> Callable[[Page], None]:
    def tick(page: Page) -> None:
        for value in values:
            page.locator(f"input[name=answer][value='{value}']").check(force=True)

    return tick


WITH_SCRIPTS = {
    "w01.1": (key_in("6"), None),
    "w01.2": (key_in("3/4"), "3/4"),
    "w01.3": (key_in("5x"), "5x"),
    "w01.4": (tap_options("more"), "more"),
    "w01.5": (tap_options("4", "2"), None),
    "w01.6": (order_taps, "c,b,a"),
    "w01.7": (match_taps, "p=p,q=q"),
    "w01.8": (line_taps, "3"),
    "w01.9": (parts_taps, "tens=4;ones=2"),
}
WITHOUT_SCRIPTS = {
    "w01.2": (fill(answer="3/4"), "3/4"),
    "w01.3": (fill(answer="5x"), "5x"),
    "w01.4": (check("more"), "more"),
    "w01.5": (check("four", "two"), None),
    "w01.6": (choose({"answer:1": "c", "answer:2": "b", "answer:3": "a"}), "c,b,a"),
    "w01.7": (choose({"answer:p": "p", "answer:q": "q"}), "p=p,q=q"),
    "w01.8": (check("3"), "3"),
    "w01.9": (fill(**{"answer.tens": "4", "answer.ones": "2"}), "tens=4;ones=2"),
}


def asks(hub: Hub, tablet: Tablet, item: str) -> None:
    """The tablet shows this item."""
    room = hub.classroom.rooms[1]
    room.problems[1] = Problem(room.pack.item_index[item], SEED)
    tablet.go("/learn")


def test_with_scripts_each_field_is_answered_by_taps(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    for item, (taps, sent) in list(WITH_SCRIPTS.items())[1:]:
        asks(hub, tablet, item)
        tablet.takes_the_road("up")
        taps(tablet.page)
        tablet.page.locator("#ok").click()
        expect(tablet.page.locator("#verdict"), item).to_have_text("Right!")
        tablet.is_safe()
        row = attempts(hub)[-1]
        assert row["is_right"] == 1, item
        assert sent in (None, row["answer"])


def test_without_scripts_each_field_is_a_plain_control(
    hub: Hub, make_tablet: MakeTablet
) -> None:
    tablet = make_tablet(java_script_enabled=False)
    tablet.sit_down()
    for item, (act, sent) in WITHOUT_SCRIPTS.items():
        asks(hub, tablet, item)
        act(tablet.page)
        tablet.page.locator("#ok").click()
        expect(tablet.page.locator("#verdict"), item).to_have_text("Right!")
        row = attempts(hub)[-1]
        assert row["is_right"] == 1, item
        assert sent in (None, row["answer"])


def test_an_empty_field_is_not_sent(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    for item in ("w01.4", "w01.6", "w01.9"):
        asks(hub, tablet, item)
        tablet.takes_the_road("up")
        tablet.page.locator("#ok").click()
        assert tablet.outbox() == []
    assert attempts(hub) == []


def test_words_of_a_pack_are_never_markup(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    asks(hub, tablet, "w01.4")
    expect(tablet.page.locator(".option").get_by_text("more <b>than</b> 2")).to_be_visible()
    assert tablet.page.locator(".option span b").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_problem_goes_by_tries_hints_and_steps_to_its_worked_solution(
    hub: Hub,
    make_tablet: MakeTablet,
    scripts: bool,  # noqa: FBT001  (a parameter of the test)
) -> None:
    tablet = make_tablet(java_script_enabled=scripts)
    tablet.sit_down()
    asks(hub, tablet, "w01.1")
    page = tablet.page
    page.locator("#hint").click()
    expect(page.locator(".hint-words")).to_have_text(["It is the same twice."])
    for wrong in ("71", "72"):
        answer(tablet, wrong, scripts=scripts)
        expect(page.locator("#given")).to_contain_text(f"You wrote {wrong}.")
        if wrong == "71":
            expect(page.locator("#answer")).to_have_value("71")
            expect(page.locator(".hint-words")).to_have_count(1)
    expect(page.locator(".step-of")).to_have_text("Step 1 of 1")
    tablet.go("/learn")
    expect(page.locator(".step-of")).to_have_text("Step 1 of 1")
    for wrong in ("73", "74", "75"):
        answer(tablet, wrong, scripts=scripts)
        expect(page.locator("#given")).to_contain_text(f"You wrote {wrong}.")
    expect(page.locator(".step-of")).to_have_count(0)
    answer(tablet, "76", scripts=scripts)
    expect(page.locator("#example li")).to_have_count(1)
    expect(page.locator("#worked")).to_have_count(0)
    answer(tablet, "77", scripts=scripts)
    expect(page.locator("#worked li")).to_have_count(2)
    expect(page.locator("#example")).to_have_count(0)
    page.locator("#explanation").fill("because <i>twice</i>")
    page.locator("#explain .button").click()
    expect(page.locator("#notice")).to_contain_text("Your teacher can read it.")
    assert [row["step"] for row in attempts(hub)] == [0, 0, 1, 1, 1, 0, 0]


def answer(tablet: Tablet, text: str, *, scripts: bool) -> None:
    """Whatever stood in the field is replaced by `text`, and sent."""
    if not scripts:
        tablet.page.locator("#answer").fill(text)
    else:
        for _ in range(3):
            tablet.page.get_by_role("button", name="Delete the last sign").click()
        key_in(text)(tablet.page)
    tablet.page.locator("#ok").click()


def test_in_arabic_the_page_and_its_pad_speak_arabic(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.set_language(1, "ar")
    tablet.go(f"/join/{hub.people.classes[1].join_code}")
    tablet.page.get_by_role("button", name="Join").click()
    tablet.page.locator(".card").first.click()
    expect(tablet.page.locator(".who .name")).to_be_visible()
    asks(hub, tablet, "w01.1")
    tablet.takes_the_road("up")
    page = tablet.page
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "ar",
        "rtl",
    ]
    made = hub.classroom.rooms[1].pack.activity(0, SEED)
    right = str(2 * int(made.number("a"))).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    key_in(right)(page)
    expect(page.locator("#answer")).to_have_value(right)
    page.locator("#ok").click()
    expect(page.locator("#verdict")).to_have_text("صحيح!")
    tablet.is_said("كل الإجابات محفوظة")


@pytest.mark.parametrize("width", [360, 600])
def test_no_field_is_wider_than_the_screen(
    hub: Hub, make_tablet: MakeTablet, width: int
) -> None:
    tablet = make_tablet(viewport={"width": width, "height": 900})
    tablet.sit_down()
    for item in WITH_SCRIPTS:
        asks(hub, tablet, item)
        assert tablet.sideways() == 0, item
        assert clipped(tablet.page) == [], item
