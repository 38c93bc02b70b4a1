"""The teacher's phone: in with the one-time code, the class live, the deeds, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub.app import Hub
from hub.insight.words.teacher import figure
from hub.roster.changing import Changing
from hub.web.teacher import board
from tests.browser.conftest import MakeTablet
from tests.browser.scene import IN_A_POCKET, Phone, Tablet, attempts, running

#: How long the hub may wait on purpose before it pushes: half of the second that is promised.
LONGEST_WAIT_S = 0.5


def test_a_teacher_comes_in_with_the_code_once_and_then_with_the_password(
    hub: Hub, phone: Phone
) -> None:
    phone.sign_in("three quiet words")
    page = phone.page
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Your password").fill("a wrong one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Your password").fill("three quiet words")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Demo class")).to_be_visible()
    phone.complaints.clear()


def test_the_address_on_the_hubs_screen_brings_the_code_along(hub: Hub, phone: Phone) -> None:
    phone.go(f"/teacher/sign-in?code={hub.teacher_door.new_one_time_code()}")
    phone.page.get_by_role("button", name="Sign in").click()
    expect(phone.page.get_by_label("New password")).to_be_visible()


def test_a_row_changes_as_soon_as_the_answer_is_there(
    hub: Hub, phone: Phone, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By itself the hub looks again in an hour: what comes before was pushed.
    monkeypatch.setattr(board, "BEAT_S", 3600.0)
    assert board.PUSH_EVERY_S <= LONGEST_WAIT_S
    phone.sign_in()
    tablet.sit_down()
    tablet.takes_the_road("up")
    expect(phone.row("Amani").locator(".status")).to_have_text("working")
    # Both pages run on one clock: when OK was tapped, and when the row showed it.
    phone.page.evaluate(
        """() => {
          const row = document.getElementById("learner-1");
          new MutationObserver(() => {
            const marks = row.querySelector(".marks").textContent;
            window.changedAt = window.changedAt || (marks && Date.now());
          }).observe(row, {childList: true, subtree: true});
        }"""
    )
    tablet.page.evaluate(
        "document.getElementById('ok').addEventListener('click',"
        " () => { window.tappedAt = Date.now(); })"
    )
    asked = len(phone.requests)
    tablet.answer(tablet.right_answer())
    expect(phone.row("Amani").locator(".marks")).to_have_text("✓")
    took_ms = phone.page.evaluate("window.changedAt") - tablet.page.evaluate("window.tappedAt")
    print(f"answer_to_phone_ms={took_ms}")
    assert took_ms > 0
    assert len(phone.requests) == asked
    tablet.answer(tablet.right_answer() + 1)
    expect(phone.row("Amani").locator(".marks")).to_have_text("✓✗")
    expect(phone.page.locator("#stop-1 .missed")).to_contain_text("✗")


def test_a_pause_reaches_the_tablet_and_ends_by_itself(
    hub: Hub, phone: Phone, tablet: Tablet
) -> None:
    phone.sign_in()
    tablet.sit_down()
    tablet.takes_the_road("up")
    asked = tablet.prompt()
    phone.page.get_by_role("button", name="Pause the class").click()
    expect(phone.page.locator("#tally")).to_contain_text("Paused")
    expect(tablet.page.get_by_role("heading", name="Time for a pause")).to_be_visible()
    expect(tablet.page.locator("#task")).to_be_hidden()
    phone.page.get_by_role("button", name="Let the class go on").click()
    expect(tablet.page.locator("#task")).to_be_visible()
    assert tablet.prompt() == asked
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")


def test_who_sits_down_in_a_paused_class_gets_a_question_when_it_goes_on(
    hub: Hub, phone: Phone, tablet: Tablet
) -> None:
    phone.sign_in()
    phone.page.get_by_role("button", name="Pause the class").click()
    expect(phone.page.locator("#tally")).to_contain_text("Paused")
    tablet.sit_down()
    expect(tablet.page.get_by_role("heading", name="Time for a pause")).to_be_visible()
    tablet.takes_the_road("up")
    phone.page.get_by_role("button", name="Let the class go on").click()
    expect(tablet.page.locator("#task")).to_be_visible()
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")


def test_a_page_without_javascript_looks_again_by_itself_in_a_pause(
    hub: Hub, make_tablet: MakeTablet
) -> None:
    tablet = make_tablet(java_script_enabled=False)
    hub.teaching.set_state(1, "pause")
    tablet.sit_down()
    expect(tablet.page.get_by_role("heading", name="Time for a pause")).to_be_visible()
    hub.teaching.set_state(1, "practice")
    expect(tablet.page.locator("#task")).to_be_visible()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_pinned_skill_comes_next_and_an_undo_takes_it_back(
    hub: Hub, phone: Phone, make_tablet: MakeTablet, *, has_scripts: bool
) -> None:
    pinned = "Times tables up to 10"
    tablet = make_tablet(java_script_enabled=has_scripts)
    phone.sign_in()
    phone.page.get_by_role("link", name="Amani").click()
    skill = phone.page.get_by_role("listitem").filter(has_text=pinned)
    skill.get_by_role("button", name="Pin", exact=True).click()
    expect(skill.get_by_text("▼ pinned")).to_be_visible()
    expect(phone.page.locator(".sentence")).to_contain_text(pinned)
    tablet.sit_down()
    assert "\N{MULTIPLICATION SIGN}" in tablet.prompt()
    expect(tablet.page.locator("#why")).to_contain_text("Your teacher chose")
    skill.get_by_role("button", name="Unpin").click()
    expect(skill.get_by_text("▼ pinned")).to_be_hidden()
    if has_scripts:
        tablet.takes_the_road("up")
        tablet.answer(tablet.right_answer())
    else:
        tablet.page.get_by_role("textbox", name="Your answer").fill(str(tablet.right_answer()))
        tablet.page.get_by_role("button", name="OK").click()
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    expect(tablet.page.locator("#why")).not_to_contain_text("Your teacher chose")
    assert "\N{MULTIPLICATION SIGN}" not in tablet.prompt()
    tablet.is_safe()
    assert len(attempts(hub)) == 1


def test_the_reasons_on_the_learners_page_are_the_exact_numbers(hub: Hub, phone: Phone) -> None:
    phone.sign_in()
    phone.page.get_by_role("link", name="Baraka").click()
    phone.page.get_by_text("The exact reasons").click()
    room = hub.classroom.rooms[1]
    choice = room.choose(2)
    assert choice is not None
    chance = room.tracer.predict(room.places[2], choice.item)
    why_this, how_likely = phone.page.locator("table").all()
    expect(why_this.locator("td")).to_have_text(
        [figure("en", number, 3, is_signed=True) for _, number in choice.reasons]
    )
    parts = [number for _, number in chance.reasons if number]
    assert sum(parts) == pytest.approx(chance.logit, abs=1e-12)
    expect(how_likely.locator("td")).to_have_text(
        [figure("en", number, 3, is_signed=True) for number in [*parts, chance.logit]]
    )


def test_a_tablet_is_shut_out_only_after_a_second_tap(
    hub: Hub, phone: Phone, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    phone.sign_in()
    phone.page.get_by_role("link", name="Tablets").click()
    sure = phone.page.get_by_role("button", name="Yes, shut this tablet out")
    expect(sure).to_be_hidden()
    phone.page.get_by_text("Shut out", exact=True).click()
    sure.click()
    expect(phone.page.get_by_text("✗ shut out")).to_be_visible()
    assert hub.devices.all[1].is_revoked
    expect(tablet.page.locator("#trouble")).to_contain_text("shut out of the class")
    tablet.complaints.clear()


def test_the_live_page_says_when_it_has_lost_the_hub(tmp_path: Path, browser: Browser) -> None:
    with running(tmp_path / "home") as hub:
        phone = Phone(browser.new_context().new_page(), hub)
        phone.sign_in()
        expect(phone.page.locator("#lost")).to_be_hidden()
    expect(phone.page.locator("#lost")).to_be_visible()
    phone.page.context.close()


@pytest.mark.parametrize("is_in_a_pocket", [False, True])
def test_who_left_or_came_while_the_page_stood_open_is_told_of(
    hub: Hub, phone: Phone, *, is_in_a_pocket: bool
) -> None:
    changing = Changing(hub.people, hub.writer, hub.teaching.catch_up)
    phone.sign_in()
    tile, told = phone.page.locator("#learner-1"), phone.page.locator("#changed")
    if is_in_a_pocket:
        phone.page.evaluate(IN_A_POCKET, arg=True)
    changing.archive(1)
    if is_in_a_pocket:
        phone.page.evaluate(IN_A_POCKET, arg=False)
    expect(told).to_be_visible()
    expect(tile).to_have_class("row tile away")
    told.get_by_role("link").click()
    expect(tile).to_have_count(0)
    expect(told).to_be_hidden()
    changing.bring_back(1)
    expect(told).to_be_visible()


def test_trouble_with_the_disk_stands_at_the_top(hub: Hub, phone: Phone) -> None:
    hub.writer.trouble = "the disk is full"
    phone.sign_in()
    expect(phone.page.locator("#trouble")).to_contain_text("the disk is full")
