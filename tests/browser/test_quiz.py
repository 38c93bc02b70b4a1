"""A quiz in a real browser: begun, paused, resumed, and never in the way of who types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, expect

from hub.app import Hub
from hub.lesson.quiz import Quiz
from models.domain.pack import starter_path
from tests.browser.axe import violations
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Phone, Screen, Tablet, attempts, on_same_ports, running
from tests.browser.test_away import MOVED_ON
from tests.browser.test_quiz_faults import GIVE, WATCH

WAY = ".quiz-way"
#: The page's process ends before its store has written what else it was told.
ONLY_THE_ANSWER_IS_KEPT = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (text, key) {
    return put.call(this, text, key.startsWith("mangotree.latest.") ? "nothing" : key);
  };
}"""
#: The page waits for some seconds before it asks for the road ahead.
AHEAD_MS = 60_000


def key(tablet: Tablet) -> str:
    """Which question is on the screen."""
    return tablet.page.locator("#task").get_attribute("data-key") or ""


def answer(tablet: Tablet, *, is_right: bool = True) -> str:
    """Answers, and waits for what comes; the question that was answered."""
    here, right = key(tablet), tablet.right_answer()
    tablet.answer(right if is_right else right + 1)
    expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", here)
    return here


def begin(hub: Hub, most: int = 6, skills: Sequence[int] = (0, 1, 2)) -> Quiz:
    room = hub.classroom.rooms[1]
    hub.teaching.start_quiz(1, skills, most=most, learners=list(room.places))
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
    broken = violations(tablet.page)
    while tablet.page.locator(WAY).count():
        for part in ("#prompt", "#answer", "#ok"):
            expect(tablet.page.locator(part)).to_be_in_viewport(ratio=1)
        answer(tablet, is_right=len(said) % 2 == 0)
        said.add(tablet.page.locator("#verdict").inner_text())
    assert said == {"Noted."}
    expect(tablet.page.get_by_role("heading", name="You did the quiz!")).to_be_visible()
    expect(tablet.page.locator(".quiz-marks li")).to_have_count(3)
    broken += violations(tablet.page) + violations(phone.page)
    phone.page.get_by_role("link", name="Load again").click()
    expect(phone.page.locator(".quiz-row .whisker")).to_be_visible()
    assert [*broken, *violations(phone.page)] == []
    tablet.page.get_by_role("button", name="Go on").click()
    expect(tablet.page.locator("#ok")).to_be_visible()
    assert tablet.page.locator(WAY).count() == 0
    answer(tablet)
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")


def test_a_paused_quiz_gives_way_to_practice_and_comes_back_as_it_was(
    hub: Hub, tablet: Tablet, make_tablet: MakeTablet
) -> None:
    begin(hub)
    quizzes = hub.classroom.rooms[1].quizzes
    tablet.sit_down()
    tablet.takes_the_road("up")
    answer(tablet)
    here = key(tablet)
    hub.teaching.move_quiz(1, "pause", quizzes.undoable)
    expect(tablet.page.locator(WAY)).to_have_count(0)
    answer(tablet)
    hub.teaching.move_quiz(1, "resume", quizzes.undoable)
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
    tablet.is_safe()
    assert len(attempts(hub)) == 1


def test_a_quiz_goes_on_out_of_reach_and_then_says_to_wait(
    tmp_path: Path, browser: Browser
) -> None:
    home, given = tmp_path / "home", list[str]()
    with running(home) as hub:
        begin(hub, most=20, skills=range(8))
        tablet = Tablet(browser.new_context().new_page(), hub)
        with tablet.page.expect_response("**/learn/ahead*", timeout=AHEAD_MS):
            tablet.sit_down()
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    while tablet.page.locator("#task").is_visible():
        here = key(tablet)
        right = tablet.right_answer()
        tablet.answer(right + len(given) % 2)
        tablet.page.evaluate(MOVED_ON, here)
        given.append(here)
        said = tablet.page.locator("#verdict")
        expect(said).to_have_text("Kept. The hub will look at it.")
    assert 4 <= len(given) < 20
    expect(tablet.page.locator("#rest-words")).to_contain_text(f"{len(given)} answers are kept")
    with running(home, settings) as hub:
        tablet.is_safe()
        expect(tablet.page.locator(WAY)).to_be_visible()
        room = hub.classroom.rooms[1]
        rows = [f"{room.pack.items[one['item']].id}.{one['seed']}.0" for one in attempts(hub)]
        assert rows == given
        open_now = room.quizzes.question(1)
        assert open_now is not None
        assert open_now.nth == len(given) + 1
        assert key(tablet) == f"{room.pack.items[open_now.item].id}.{open_now.seed}.0"
        assert key(tablet) not in given
    tablet.page.context.close()


def test_an_answered_question_is_not_shown_again_by_a_page_that_died_behind_the_tap(
    tmp_path: Path, browser: Browser
) -> None:
    home, seen = tmp_path / "home", list[str]()
    with running(home) as hub:
        begin(hub)
        context = browser.new_context()
        context.expose_function("shown", lambda key, _: seen.append(key))
        tablet = Tablet(context.new_page(), hub)
        with tablet.page.expect_response("**/learn/ahead*", timeout=AHEAD_MS):
            tablet.sit_down()
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    first = key(tablet)
    tablet.page.evaluate(ONLY_THE_ANSWER_IS_KEPT)
    tablet.page.evaluate(GIVE, str(tablet.right_answer()))
    context.add_init_script(WATCH)
    for _ in range(2):
        page = context.new_page()
        page.goto(tablet.page.url)
        tablet.page.close()
        tablet = Tablet(page, hub)
        expect(page.locator("#ok")).to_be_visible()
        assert key(tablet) != first
    with running(home, settings) as again:
        tablet.is_safe()
        assert len(attempts(again)) == 1
        answer(tablet)
        tablet.is_safe()
    assert len(seen) > 1
    assert first not in seen
    context.close()


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
