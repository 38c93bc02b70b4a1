"""The buttons below a question: reasons, too easy, too hard, the raised hand; by every road."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from devices.messages import Answer
from hub.app import Hub
from hub.overriding import Whom
from hub.web.teacher import board
from models.domain.pack import starter_path
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Phone, Tablet, on_same_ports, running
from tests.hub.evening import wait_for
from tests.hub.tablet import asked, right_answer

#: How long the hub may wait on purpose before it pushes: half of the second that is promised.
LONGEST_WAIT_S = 0.5
TARGET_PX = 64


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=starter_path()) as started:
        warm(started)
        yield started


def warm(hub: Hub) -> None:
    """Amani answered four questions right: there is easier and harder for her then."""
    device = hub.devices.pair(1, "A tablet")[0]
    reply = hub.classroom.start(device, 1)
    for seq in range(1, 5):
        now = asked(reply)
        sent = Answer(
            boot=1,
            device_seq=seq,
            learner=1,
            session=hub.devices.session(device.id, 1),
            item=now.item,
            seed=now.seed,
            step=now.step,
            answer=right_answer(hub, now),
        )
        reply = hub.classroom.answer(device, sent)


def chance(hub: Hub, tablet: Tablet) -> float:
    """How likely Amani answers what is on the screen right."""
    room = hub.classroom.rooms[1]
    item = room.pack.item_index[tablet.page.locator("#item").input_value()]
    return room.tracer.predict(room.places[1], item).p


def key(tablet: Tablet) -> str:
    return tablet.page.locator("#task").get_attribute("data-key") or ""


@pytest.mark.parametrize("has_scripts", [True, False])
@pytest.mark.parametrize(("says", "sign"), [("Too hard", 1), ("Too easy", -1)])
def test_the_next_question_is_clearly_easier_or_harder_and_nothing_counts(
    hub: Hub, make_tablet: MakeTablet, says: str, sign: int, *, has_scripts: bool
) -> None:
    tablet = make_tablet(java_script_enabled=has_scripts)
    tablet.sit_down()
    before, p, state = (
        key(tablet),
        chance(hub, tablet),
        hub.classroom.rooms[1].tracer.to_bytes(),
    )
    tablet.page.get_by_role("button", name=says).click()
    expect(tablet.page.locator("#notice")).to_contain_text("Your teacher sees what you said.")
    expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", before)
    assert sign * (chance(hub, tablet) - p) > 0.05
    assert hub.classroom.rooms[1].tracer.to_bytes() == state
    expect(tablet.page.locator("#why")).to_contain_text("You said that the last one was")


def test_who_may_choose_gets_another_kind_at_a_tap(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.words.set_goal(1, Whom(1), "choice")
    tablet.sit_down()
    before, item = key(tablet), tablet.page.locator("#item").input_value()
    tablet.page.get_by_role("button", name="Another kind").click()
    expect(tablet.page.locator("#notice")).to_contain_text("another kind of question")
    expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", before)
    room = hub.classroom.rooms[1]
    now = tablet.page.locator("#item").input_value()
    assert room.pack.item_index[now] not in room.of_its_kind(room.pack.item_index[item])


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_reasons_open_below_the_buttons(
    make_tablet: MakeTablet, *, has_scripts: bool
) -> None:
    tablet = make_tablet(java_script_enabled=has_scripts)
    tablet.sit_down()
    why = tablet.page.locator("#why")
    expect(why).to_be_hidden()
    tablet.page.get_by_text("Why this one?").click()
    expect(why).to_be_visible()
    expect(why).to_contain_text("in 10 like this should be right")


def test_every_button_is_large_enough_for_a_child(tablet: Tablet) -> None:
    tablet.sit_down()
    buttons = tablet.page.locator(".aside")
    expect(buttons).to_have_count(4)
    for one in buttons.all():
        box = one.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TARGET_PX
    assert tablet.sideways() == 0


def test_a_hand_is_pushed_to_the_phone_at_once_and_one_tap_takes_it_down(
    tablet: Tablet, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By itself the hub looks again in an hour: what comes before was pushed.
    monkeypatch.setattr(board, "BEAT_S", 3600.0)
    assert board.PUSH_EVERY_S <= LONGEST_WAIT_S
    phone.sign_in()
    tablet.sit_down()
    tablet.takes_the_road("up")
    # Both pages run on one clock: when the hand was tapped, and when the phone showed it.
    phone.page.evaluate(
        """() => {
          const stops = document.getElementById("stops");
          new MutationObserver(() => {
            window.shownAt = window.shownAt || (stops.querySelector(".hand") && Date.now());
          }).observe(stops, {attributes: true, childList: true, subtree: true});
        }"""
    )
    tablet.page.evaluate(
        "document.getElementById('hand').addEventListener('click',"
        " () => { window.tappedAt = Date.now(); })"
    )
    asked = len(phone.requests)
    tablet.page.get_by_role("button", name="I need help").click()
    expect(tablet.page.get_by_role("button", name="Hand is up")).to_be_visible()
    hand = phone.page.locator("#stops .hand")
    expect(hand).to_contain_text("hand up, less than a minute ago")
    expect(hand.locator(".missed")).not_to_be_empty()
    expect(phone.row("Amani").locator(".status")).to_have_text("hand up")
    took_ms = phone.page.evaluate("window.shownAt") - tablet.page.evaluate("window.tappedAt")
    print(f"hand_to_phone_ms={took_ms}")
    assert took_ms > 0
    # A card's picture is fetched; nothing else is asked for.
    assert [one.url for one in phone.requests[asked:] if "/drawn/" not in one.url] == []
    hand.get_by_role("button", name="Visited Amani").click()
    expect(hand).to_have_count(0)
    expect(tablet.page.get_by_role("button", name="I need help")).to_be_visible()


def test_without_scripts_a_hand_goes_up_and_is_taken_down_by_the_child(
    hub: Hub, make_tablet: MakeTablet
) -> None:
    tablet = make_tablet(java_script_enabled=False)
    tablet.sit_down()
    before = key(tablet)
    tablet.page.get_by_role("button", name="I need help").click()
    assert [one.learner for one in hub.classroom.rooms[1].hands] == [1]
    tablet.page.get_by_role("button", name="Hand is up").click()
    expect(tablet.page.get_by_role("button", name="I need help")).to_be_visible()
    assert hub.classroom.rooms[1].hands == []
    assert key(tablet) == before


def test_a_hand_raised_while_the_hub_is_away_goes_up_when_it_is_back(
    make_tablet: MakeTablet, tmp_path: Path
) -> None:
    home = tmp_path / "away"
    with running(home, pack=starter_path()) as hub:
        tablet = make_tablet()
        tablet.hub = hub
        tablet.sit_down()
        tablet.takes_the_road("up")
        settings = on_same_ports(hub)
    tablet.page.get_by_role("button", name="Too hard").click()
    notice = tablet.page.locator("#notice")
    expect(notice).to_have_text("The hub does not answer. Try again in a moment.")
    tablet.page.get_by_role("button", name="I need help").click()
    expect(notice).to_contain_text("Your hand goes up as soon as it is back.")
    expect(tablet.page.get_by_role("button", name="Hand is up")).to_be_visible()
    with running(home, settings) as hub:
        expect(notice).to_be_hidden()
        assert [one.learner for one in hub.classroom.rooms[1].hands] == [1]
        tablet.page.get_by_role("button", name="Hand is up").click()
        expect(tablet.page.get_by_role("button", name="I need help")).to_be_visible()
        wait_for(lambda: hub.classroom.rooms[1].hands == [])
    tablet.complaints.clear()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_teacher_sees_an_appeal_overrules_it_and_sets_its_limits(
    hub: Hub, make_tablet: MakeTablet, phone: Phone, *, has_scripts: bool
) -> None:
    tablet = make_tablet(java_script_enabled=has_scripts)
    tablet.sit_down()
    before = key(tablet)
    tablet.page.get_by_role("button", name="Too hard").click()
    expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", before)
    phone.sign_in()
    expect(phone.row("Amani").get_by_text("too hard")).to_be_visible()
    phone.go("/teacher/learner/1")
    said = phone.page.locator("#appealed li")
    expect(said).to_contain_text("It was put aside for one of")
    said.get_by_role("button", name="Overrule").click()
    expect(said).to_contain_text("you overruled that")
    expect(said.get_by_role("button")).to_have_count(0)
    assert phone.sideways() == 0
    phone.go("/teacher/")
    form = phone.page.locator("form", has=phone.page.locator("#reach"))
    form.locator("#reach").select_option("off")
    form.get_by_role("button").click()
    expect(phone.page.locator("#reach")).to_have_value("off")
    assert phone.sideways() == 0
    tablet.go("/learn")
    expect(tablet.page.get_by_role("button", name="I need help")).to_be_visible()
    expect(tablet.page.get_by_role("button", name="Too hard")).to_have_count(0)
    assert key(tablet) == before


def test_a_forged_deed_of_the_teacher_is_refused(hub: Hub, phone: Phone) -> None:
    url = f"http://127.0.0.1:{hub.ports.http}/teacher"
    off: dict[str, Any] = {"reach": "off"}
    for path in ("/learner/1/hand", "/class/1/appeals"):
        stranger = phone.page.request.post(url + path, form=off, max_redirects=0)
        assert stranger.status in {302, 400, 403}
    assert hub.classroom.rooms[1].appeals.reach == "far"
    phone.sign_in()
    token = phone.page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    for path, reach in (
        ("/learner/99/hand", "off"),
        ("/class/1/appeals", "everywhere"),
        ("/class/9/appeals", "off"),
    ):
        form: dict[str, Any] = {"reach": reach, "csrf_token": token}
        refused = phone.page.request.post(url + path, form=form)
        assert refused.status in {400, 404}
    assert hub.classroom.rooms[1].appeals.reach == "far"
    phone.complaints.clear()
