"""The walk list on the phone: one tap says visited, another takes it back, nothing jumps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from hub.app import Hub
from hub.roster.staff_deeds import SCREEN
from hub.web.safety import TEACHER_COOKIE
from models.domain.pack import starter_path
from tests.browser.scene import IN_A_POCKET, PHONE, Phone, Screen, address, running
from tests.hub.class_of_forty import Forty

ROUNDS = 6


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forty]:
    """A class of forty in which the learners 3 and 30 fail again and again."""
    home = tmp_path_factory.mktemp("walk") / "home"
    with running(home, pack=starter_path()) as hub:
        made = Forty(hub)
        made.open()
        stuck = (made.learners[3], made.learners[30])
        for _ in range(ROUNDS):
            for learner in made.learners:
                made.answers(learner, is_right=learner not in stuck)
        yield made


def phone_of(browser: Browser, hub: Hub, screens: list[Screen], **options: Any) -> Phone:
    """A head teacher's phone, signed in."""
    options.setdefault("viewport", {"width": PHONE[0], "height": PHONE[1]})
    context = browser.new_context(**options)
    teachers = hub.teacher_door.teachers
    known = next(iter(teachers.all), None) or teachers.add("Rehema", "head", (), by=SCREEN)
    token = hub.teacher_door.sessions.begin(known.id)
    context.add_cookies([{"name": TEACHER_COOKIE, "value": token, "url": address(hub)}])
    phone = Phone(context.new_page(), hub)
    screens.append(phone)
    return phone


def name(forty: Forty, place: int) -> str:
    return forty.hub.people.learner(forty.learners[place]).name


def neediest(forty: Forty) -> tuple[int, int]:
    """The two who fail, by their places: first whoever needs a visit more."""

    def need(place: int) -> float:
        return flagging.need(forty.class_id, forty.learners[place]).score

    flagging = forty.hub.parts.flagging
    first, second = sorted((3, 30), key=need, reverse=True)
    return first, second


@pytest.mark.parametrize("has_scripts", [True, False])
def test_one_tap_counts_a_visit_and_another_takes_it_back(
    forty: Forty, browser: Browser, screens: list[Screen], *, has_scripts: bool
) -> None:
    hub, (first, second) = forty.hub, (name(forty, one) for one in neediest(forty))
    visits = hub.classroom.rooms[forty.class_id].visits
    phone = phone_of(browser, hub, screens, java_script_enabled=has_scripts)
    phone.go(f"/teacher/?class={forty.class_id}")
    cards = phone.page.locator("#stops > li:visible")
    expect(cards).to_have_count(3)
    expect(cards.first.locator(".name")).to_have_text(first)
    expect(cards.nth(1).locator(".name")).to_have_text(second)
    before = visits.total
    phone.page.get_by_role("button", name=f"Visited {first}").click()
    expect(phone.page.locator("#foot")).to_contain_text(f"You visited {first}.")
    expect(cards.first.locator(".name")).to_have_text(second)
    assert visits.total == before + 1
    phone.page.get_by_role("button", name="Take that back").click()
    expect(cards.first.locator(".name")).to_have_text(first)
    assert visits.total == before
    phone.page.get_by_role("button", name=f"Not now {first}").click()
    expect(phone.page.locator("#foot")).to_contain_text(f"Not now: {first} comes later.")
    expect(cards.first.locator(".name")).to_have_text(second)
    assert visits.total == before
    phone.page.get_by_role("button", name="Take that back").click()
    expect(cards.first.locator(".name")).to_have_text(first)
    assert phone.sideways() == 0


def test_while_a_finger_is_down_tiles_change_and_cards_wait(
    forty: Forty, browser: Browser, screens: list[Screen]
) -> None:
    hub, worst = forty.hub, neediest(forty)[0]
    phone = phone_of(browser, hub, screens)
    phone.go(f"/teacher/?class={forty.class_id}")
    page = phone.page
    cards = page.locator("#stops > li:visible .name")
    expect(cards.first).to_have_text(name(forty, worst))
    page.mouse.move(180, 300)
    page.mouse.down()
    undo = hub.teaching.visit(forty.learners[worst], "visited")
    hub.progress.changed()
    other = forty.learners[10]
    for _ in range(5):
        forty.answers(other, is_right=False)
    expect(page.locator(f"#learner-{other} .marks")).to_have_text("✗✗✗✗✗")
    expect(cards.first).to_have_text(name(forty, worst))
    page.mouse.up()
    expect(cards.first).not_to_have_text(name(forty, worst))
    hub.teaching.undo(forty.class_id, undo)
    hub.progress.changed()
    expect(page.locator("#foot")).not_to_contain_text("You visited")


def test_a_page_that_was_in_a_pocket_keeps_no_card_of_who_left_meanwhile(
    forty: Forty, browser: Browser, screens: list[Screen]
) -> None:
    hub = forty.hub
    phone = phone_of(browser, hub, screens)
    phone.go(f"/teacher/?class={forty.class_id}")
    cards = phone.page.locator("#stops > li:visible")
    expect(cards).to_have_count(3)
    phone.page.evaluate(IN_A_POCKET, arg=True)
    seats = {one: hub.progress.of(one) for one in forty.learners}
    for learner in forty.learners:
        hub.progress.on_sign_out(learner)
    phone.page.evaluate(IN_A_POCKET, arg=False)
    expect(phone.page.locator(f"#learner-{forty.learners[3]}")).to_have_class("row tile away")
    expect(cards).to_have_count(0)
    for learner, seen in seats.items():
        assert seen is not None
        hub.progress.on_sign_in(learner, seen.device)
    expect(cards).to_have_count(3)


def test_a_tap_on_a_tile_opens_the_child_and_all_forty_fit_the_screen(
    forty: Forty, browser: Browser, screens: list[Screen]
) -> None:
    phone = phone_of(browser, forty.hub, screens)
    phone.go(f"/teacher/?class={forty.class_id}")
    tiles = phone.page.locator(".tiles > li")
    expect(tiles).to_have_count(40)
    box = phone.page.locator(".tiles").bounding_box()
    assert box is not None
    assert box["height"] <= PHONE[1]
    clipped = """() => [...document.querySelectorAll('.tile .status')]
      .filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"""
    for tag in ("en", "sw", "ar"):
        url = address(forty.hub)
        phone.page.context.add_cookies(
            [{"name": "mangotree_language", "value": tag, "url": url}]
        )
        phone.go(f"/teacher/?class={forty.class_id}")
        assert phone.sideways() == 0
        assert phone.page.evaluate(clipped) == []
    tiles.nth(3).click()
    expect(phone.page.locator(".person .name")).to_have_text(name(forty, 3))


def test_a_word_on_a_visit_that_was_not_asked_for_is_refused(
    forty: Forty, browser: Browser, screens: list[Screen]
) -> None:
    hub = forty.hub
    phone = phone_of(browser, hub, screens)
    phone.go(f"/teacher/?class={forty.class_id}")
    token = phone.page.locator("#word input[name=csrf_token]").get_attribute("value") or ""
    url = f"{address(hub)}/teacher/class/{forty.class_id}/visit"
    before = hub.classroom.rooms[forty.class_id].visits.save()
    forms: list[dict[str, Any]] = [
        {"word": f"visited {forty.learners[0]}"},
        {"word": "visited 1", "csrf_token": token},
        {"word": "visited", "csrf_token": token},
        {"word": f"undo {forty.learners[0]}", "csrf_token": token},
        {"word": "visited ٣", "csrf_token": token},
        {"undo": "1", "csrf_token": token},
    ]
    for form in forms:
        assert phone.page.request.post(url, form=form).status in {400, 404}
    assert hub.classroom.rooms[forty.class_id].visits.save() == before
    for path in ("0/1/0", "99999/1/0", f"0/{2**52}/0", "0/1/99"):
        drawn = f"{address(hub)}/teacher/class/{forty.class_id}/drawn/{path}"
        assert phone.page.request.get(drawn).status in {200, 404}
