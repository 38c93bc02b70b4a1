"""The teacher asks a question with one tap, and judges an explanation; without scripts, too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from devices.messages import Answer
from hub.app import Hub
from models.domain.pack import starter_path
from tests.browser.scene import PHONE, Phone, Screen, Tablet, address, running
from tests.hub.test_diagnosis import RULE, answers, written

HOSTILE = "\u202e<img src=x onerror=alert(1)> لأنني عددت"
MakePhone = Callable[..., Phone]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=starter_path()) as started:
        follow_a_rule(started)
        yield started


@pytest.fixture
def make_phone(browser: Browser, hub: Hub, screens: list[Screen]) -> MakePhone:
    def make(**options: Any) -> Phone:
        options.setdefault("viewport", {"width": PHONE[0], "height": PHONE[1]})
        phone = Phone(browser.new_context(**options).new_page(), hub)
        screens.append(phone)
        return phone

    return make


def follow_a_rule(hub: Hub) -> None:
    """Amani answers as someone who takes the smaller digit from the larger, in Arabic."""
    pack = hub.classroom.rooms[1].pack
    device = hub.devices.pair(1, "A tablet")[0]
    hub.teaching.set_language(1, "ar", [1])
    for seq, one in enumerate(answers(pack, RULE, "a05", 4), 1):
        session = hub.devices.session(device.id, 1)
        sent = Answer(
            boot=1,
            device_seq=seq,
            learner=1,
            session=session,
            item=pack.items[one.item].id,
            seed=one.seed,
            answer=written(pack, RULE, one.item, one.seed),
        )
        hub.classroom.answer(device, sent, is_urgent=True)
    hub.teaching.override(1, "pin", 0)  # so that nothing is open
    hub.writer.call(lambda _database: None)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_telling_question_is_asked_with_one_tap_and_taken_back_with_another(
    hub: Hub, make_phone: MakePhone, make_tablet: Callable[..., Tablet], *, has_scripts: bool
) -> None:
    phone = make_phone(java_script_enabled=has_scripts)
    phone.sign_in()
    phone.go("/teacher/learner/1")
    behind = phone.page.locator("#behind")
    behind.get_by_text("A question to be surer").click()
    behind.get_by_role("button", name="Ask this next").click()
    expect(phone.page).to_have_url(re.compile(r"/teacher/learner/1#next$"))
    wishes = phone.page.locator("#next .wish")
    expect(wishes).to_have_count(1)
    expect(behind.get_by_text("▼ asked next")).to_be_visible()
    wishes.get_by_role("button", name="Take it back").click()
    expect(wishes).to_have_count(0)
    behind.get_by_text("A question to be surer").click()
    behind.get_by_role("button", name="Ask this next").click()
    expect(wishes).to_have_count(1)
    (wish,) = [one for one in hub.teaching.overrides(1) if one.action == "ask"]
    tablet = make_tablet(java_script_enabled=has_scripts)
    tablet.sit_down()
    room = hub.classroom.rooms[1]
    expect(tablet.page.locator("#item")).to_have_value(room.pack.items[wish.item].id)
    expect(tablet.page.locator("#seed")).to_have_value(str(wish.seed))
    assert phone.sideways() == 0


def test_a_forged_or_foreign_ask_is_refused(hub: Hub, make_phone: MakePhone) -> None:
    phone = make_phone()
    url = f"{address(hub)}/teacher/learner/1/override"
    fields: dict[str, Any] = {"action": "ask", "item": "a05.1", "seed": "1"}
    stranger = phone.page.request.post(url, form=fields, max_redirects=0)
    assert stranger.status == 400
    phone.sign_in()
    phone.go("/teacher/learner/1")
    assert phone.page.request.post(url, form=fields, max_redirects=0).status == 400
    token = phone.page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    for changed in ({"item": "none"}, {"seed": "-1"}, {"seed": "x"}, {"seed": "9" * 30}):
        form = {**fields, **changed, "csrf_token": token}
        assert phone.page.request.post(url, form=form).status == 400
    assert all(one.action != "ask" for one in hub.teaching.overrides(1))
    form = {**fields, "csrf_token": token}
    assert phone.page.request.post(url, form=form, max_redirects=0).status == 302
    assert [one.action for one in hub.teaching.overrides(1)] == ["pin", "ask"]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_explanation_is_judged_judged_anew_and_not_judged_again(
    hub: Hub, make_phone: MakePhone, *, has_scripts: bool
) -> None:
    facts = {"learner": 1, "item": 0, "seed": 5, "text": HOSTILE}
    hub.classroom.deed(1, "why", facts)
    hub.writer.call(lambda _database: None)
    phone = make_phone(java_script_enabled=has_scripts)
    phone.sign_in()
    phone.go("/teacher/learner/1")
    said = phone.page.locator("#said li")
    expect(said.locator(".words")).to_have_text(HOSTILE)
    expect(said.locator("img")).to_have_count(0)
    pressed = said.locator("[aria-pressed=true]")
    said.get_by_role("button", name="partly").click()
    expect(pressed).to_have_text(["✓ partly"])
    said.get_by_role("button", name="clear reason").click()
    expect(pressed).to_have_text(["✓ clear reason"])
    pressed.click()
    expect(pressed).to_have_count(0)
