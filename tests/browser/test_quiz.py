"""A quiz in a real browser: begun, paused, resumed, and never in the way of who types."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from hub.app import Hub
from hub.lesson.quiz import Quiz
from models.domain.pack import starter_path
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Phone, Screen, Tablet, attempts, running

WAY = ".quiz-way"


def key(tablet: Tablet) -> str:
    """Which question is on the screen."""
    return tablet.page.locator("#task").get_attribute("data-key") or ""


def answer(tablet: Tablet, *, is_right: bool = True) -> str:
    """Answers, and waits for what comes; the question that was answered."""
    here, right = key(tablet), tablet.right_answer()
    tablet.answer(right if is_right else right + 1)
    expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", here)
    return here


def begin(hub: Hub, most: int = 6) -> Quiz:
    room = hub.classroom.rooms[1]
    hub.teaching.start_quiz(1, [0, 1, 2], most=most, learners=list(room.places))
    quiz = room.quizzes.at_hand
    assert quiz is not None
    return quiz


def test_a_quiz_reaches_the_tablet_at_once_and_ends_in_a_friendly_page(
    hub: Hub, tablet: Tablet, phone: Phone
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    phone.sign_in()
    phone.page.get_by_role("link", name="Quiz", exact=True).click()
    phone.page.get_by_label("At most").select_option("4")
    phone.page.get_by_role("button", name="Begin the quiz").click()
    expect(tablet.page.locator(WAY)).to_be_visible()
    said: set[str] = set()
    while tablet.page.locator(WAY).count():
        for part in ("#prompt", "#answer", "#ok"):
            expect(tablet.page.locator(part)).to_be_in_viewport(ratio=1)
        answer(tablet, is_right=len(said) % 2 == 0)
        said.add(tablet.page.locator("#verdict").inner_text())
    assert said == {"Noted."}
    expect(tablet.page.get_by_role("heading", name="You did the quiz!")).to_be_visible()
    expect(tablet.page.locator(".quiz-marks li")).to_have_count(3)
    phone.page.get_by_role("link", name="Load again").click()
    expect(phone.page.locator(".quiz-row .whisker")).to_be_visible()
    tablet.page.get_by_role("button", name="Go on").click()
    expect(tablet.page.locator("#ok")).to_be_visible()
    assert tablet.page.locator(WAY).count() == 0
    answer(tablet)
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")


def test_a_paused_quiz_gives_way_to_practice_and_comes_back_as_it_was(
    hub: Hub, tablet: Tablet, make_tablet: MakeTablet
) -> None:
    begin(hub)
    tablet.sit_down()
    tablet.takes_the_road("up")
    answer(tablet)
    here = key(tablet)
    hub.teaching.move_quiz(1, "pause")
    expect(tablet.page.locator(WAY)).to_have_count(0)
    answer(tablet)
    hub.teaching.move_quiz(1, "resume")
    expect(tablet.page.locator("#task")).to_have_attribute("data-key", here)
    other = make_tablet()
    other.sit_down()
    assert key(other) == here
    answer(other, is_right=False)
    expect(other.page.locator("#verdict")).to_have_text("Noted.")


def test_who_is_typing_is_not_interrupted_when_a_quiz_begins(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    here, right = key(tablet), tablet.right_answer()
    tablet.type(right)
    begin(hub)
    tablet.page.wait_for_function("!document.getElementById('ok').disabled")
    assert key(tablet) == here
    tablet.page.get_by_role("button", name="OK").click()
    expect(tablet.page.locator(WAY)).to_be_visible()
    assert len(attempts(hub)) == 1


def test_a_quiz_speaks_the_childs_language_and_fits(
    tmp_path: Path, browser: Browser, screens: list[Screen]
) -> None:
    with running(tmp_path / "home", pack=starter_path()) as hub:
        begin(hub)
        context = browser.new_context(viewport={"width": 360, "height": 640})
        tablet = Tablet(context.new_page(), hub)
        screens.append(tablet)
        tablet.sit_down()
        for tag, words in (("sw", "Jaribio: swali la"), ("ar", "اختبار قصير: السؤال")):
            hub.teaching.set_language(1, tag, [1])
            tablet.go("/learn")
            way = tablet.page.locator(WAY)
            expect(way).to_have_attribute("aria-label", re.compile(words))
            assert tablet.sideways() == 0
