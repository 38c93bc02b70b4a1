"""A child signs in on the real page: pictures, PIN, the teacher's word, friends in turn."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.app import Hub
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Phone, Screen, Tablet, attempts, on_same_ports, running

NAMES = {"fish": "Fish", "sun": "Sun", "tree": "Tree", "ball": "Ball", "house": "House",
         "cup": "Cup"}  # fmt: skip
WITH_AND_WITHOUT = pytest.mark.parametrize("page_is", ["scripted", "plain"])


def tap_card(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def tap_pictures(page: Page, pictures: str) -> None:
    for name in pictures.split():
        page.get_by_role("button", name=NAMES[name], exact=True).click()


def is_at_work(page: Page, name: str) -> None:
    expect(page.locator(".who .name")).to_have_text(name)
    expect(page.locator("#form")).to_be_visible()


@WITH_AND_WITHOUT
def test_three_pictures_open_and_others_do_not(
    hub: Hub, make_tablet: MakeTablet, page_is: str
) -> None:
    hub.people.set_sign_in(1, "pictures")
    tablet = make_tablet(java_script_enabled=page_is == "scripted")
    page = tablet.page
    tablet.join()
    tap_card(page, "Chausiku")
    pictures = hub.door.codes.of(3).pictures
    expect(page.get_by_role("heading", name="Tap your three pictures")).to_be_visible()
    tap_pictures(page, " ".join(reversed(pictures.split())))
    expect(page.locator(".told-code")).to_contain_text("Not quite.")
    expect(page.locator(".slot.is-full")).to_have_count(0)
    tap_pictures(page, pictures)
    is_at_work(page, "Chausiku")
    # With scripts only whole codes travel: the card, a wrong code, the right one.
    assert len(tablet.posts("/learn/sign-in")) == (3 if page_is == "scripted" else 7)
    page.reload()
    is_at_work(page, "Chausiku")


def test_a_pin_is_tapped_in_the_digits_of_the_language(hub: Hub, tablet: Tablet) -> None:
    hub.people.set_sign_in(1, "pin")
    tablet.join()
    page = tablet.page
    tap_card(page, "Daudi")
    for digit in hub.door.codes.of(4).pin:
        page.get_by_role("button", name=digit, exact=True).click()
    is_at_work(page, "Daudi")


def test_the_teacher_lets_a_child_in_from_the_phone(
    hub: Hub, tablet: Tablet, phone: Phone
) -> None:
    hub.people.set_sign_in(1, "pictures")
    phone.sign_in()
    tablet.join()
    tap_card(tablet.page, "Esha")
    tablet.page.get_by_role("button", name="I forgot: call my teacher").click()
    expect(tablet.page.locator(".told-code")).to_contain_text("Your teacher knows.")
    waiting = phone.page.locator("#waiting")
    expect(waiting).to_contain_text("Esha needs help signing in")
    waiting.get_by_role("button", name="Let Esha in").click()
    is_at_work(tablet.page, "Esha")
    expect(phone.page.locator("#asides")).not_to_contain_text("Esha")


@WITH_AND_WITHOUT
def test_two_friends_share_a_tablet_and_each_answer_hands_it_over(
    hub: Hub, make_tablet: MakeTablet, page_is: str
) -> None:
    tablet = make_tablet(java_script_enabled=page_is == "scripted")
    page = tablet.page
    tablet.sit_down("Amani")
    page.get_by_role("link", name="Add a friend").click()
    expect(page.get_by_role("heading", name="Who works with you?")).to_be_visible()
    expect(page.get_by_role("button", name="Amani", exact=True)).to_have_count(0)
    tap_card(page, "Baraka")
    for name, other in (("Baraka", "Amani"), ("Amani", "Baraka"), ("Baraka", "Amani")):
        is_at_work(page, name)
        if page_is == "scripted":
            tablet.takes_the_road("up")
            tablet.answer(tablet.right_answer())
        else:
            page.get_by_role("textbox", name="Your answer").fill(str(tablet.right_answer()))
            page.get_by_role("button", name="OK").click()
        expect(page.locator("#verdict")).to_have_text("Right!")
        expect(page.locator("#task h1")).to_have_text("Your turn!")
        page.keyboard.press("Enter")
        page.locator("#task").get_by_role("button", name=other).click()
    is_at_work(page, "Amani")
    if page_is == "scripted":
        tablet.is_safe()
    assert [row["learner"] for row in attempts(hub)] == [2, 1, 2]
    page.locator("#together").get_by_role("link", name="Leave Amani").click()
    is_at_work(page, "Baraka")
    page.get_by_role("link", name="I am done").click()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def test_a_reload_a_restart_and_a_new_browser_window_find_the_child_where_it_was(
    tmp_path: Path, browser: Browser
) -> None:
    with running(tmp_path / "home") as hub:
        hub.people.set_sign_in(1, "pictures")
        context = browser.new_context()
        tablet = Tablet(context.new_page(), hub)
        tablet.join()
        tap_card(tablet.page, "Kito")
        tap_pictures(tablet.page, hub.door.codes.of(11).pictures)
        is_at_work(tablet.page, "Kito")
        settings = on_same_ports(hub)
        tablet.page.close()
    # A browser forgets such cookies when the tablet is switched off.
    context.clear_cookies(name="session")
    with running(tmp_path / "home", settings) as hub:
        tablet = Tablet(context.new_page(), hub)
        tablet.go("/learn")
        is_at_work(tablet.page, "Kito")
        tablet.takes_the_road("up")
        tablet.answer(tablet.right_answer())
        tablet.is_safe()
        assert [row["learner"] for row in attempts(hub)] == [11]
        context.close()


def test_a_printed_card_opens_with_one_tap(hub: Hub, tablet: Tablet) -> None:
    hub.people.set_sign_in(1, "pictures")
    [token] = hub.door.codes.new_cards([6])
    tablet.join()
    tablet.go(f"/card/{token}")
    tap_card(tablet.page, "Farida")
    is_at_work(tablet.page, "Farida")
    tablet.takes_the_road("up")


def test_the_cards_to_print_fill_two_sheets(hub: Hub, phone: Phone) -> None:
    phone.sign_in()
    phone.page.get_by_role("link", name="Sign-in").click()
    phone.page.get_by_text("Print cards for all").click()
    phone.page.get_by_role("button", name="Yes, new cards for all").click()
    expect(phone.page.locator(".printed-card")).to_have_count(20)
    assert phone.page.pdf(format="A4").count(b"/Type /Page\n") == 2


def test_a_class_of_fifty_scrolls_and_every_card_is_big(
    hub: Hub, tablet: Tablet, screens: list[Screen]
) -> None:
    hub.teaching.add_learners(1, [f"Child {number}" for number in range(30)])
    tablet.join()
    cards = tablet.page.locator(".card")
    expect(cards).to_have_count(50)
    boxes = [one.bounding_box() for one in cards.all()]
    assert all(box and min(box["width"], box["height"]) >= 64 for box in boxes)
    pictures = tablet.page.locator(".card .picture").all_text_contents()
    assert len(set(pictures)) == 50
    tap_card(tablet.page, "Child 29")
    is_at_work(tablet.page, "Child 29")
