"""A form whose session ended, in a browser: what was written can be copied, in any size."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hub.app import Hub
from hub.insight.words import say
from tests.browser.axe import Look, violations
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Phone
from tests.browser.test_axe import speak
from tests.browser.walk import TAGS

WHY = "Amehesabu mbuzi kila jioni; yeye ni mwangalifu sana na hajakosea hata mara moja"
LOOKS = (Look("360"), Look("360 dark", scheme="dark"))


@pytest.mark.parametrize("tag", TAGS)
def test_a_reason_written_in_a_session_that_ended_can_be_copied(
    hub: Hub, phone: Phone, tag: str
) -> None:
    phone.sign_in()
    speak(phone, tag)
    phone.go("/teacher/learner/1/word")
    phone.page.locator("#why-goal").fill(WHY)
    (me,) = hub.teacher_door.teachers.all
    hub.teacher_door.sessions.end_all(me.id)
    phone.page.locator("form", has=phone.page.locator("#why-goal")).locator("button").click()
    written = phone.page.get_by_role("textbox", name=say(tag, "trouble.written"))
    expect(written).to_have_value(WHY)
    expect(phone.page.get_by_text(say(tag, "trouble.ended_means"))).to_be_visible()
    for look in LOOKS:
        with look.at(phone.page):
            assert phone.sideways() == 0
            assert violations(phone.page) == []
    phone.page.get_by_role("link", name=say(tag, "sign_in.enter")).click()
    expect(phone.page.get_by_label(say(tag, "sign_in.password"))).to_be_visible()
    # Chromium itself complains of a page that comes with 403.
    phone.complaints.clear()


@pytest.mark.parametrize("tag", TAGS)
def test_a_page_that_is_not_there_leads_a_child_to_the_start(
    hub: Hub, make_tablet: MakeTablet, tag: str
) -> None:
    tablet = make_tablet(java_script_enabled=tag != "sw", locale=tag)
    tablet.go("/nowhere")
    expect(tablet.page.get_by_text(say(tag, "page.trouble_missing"))).to_be_visible()
    if tag != "sw":
        for look in LOOKS:
            with look.at(tablet.page):
                assert tablet.sideways() == 0
                assert violations(tablet.page) == []
    tablet.page.get_by_role("link", name=say(tag, "page.to_start")).click()
    expect(tablet.page.get_by_label(say(tag, "page.join_code"))).to_be_visible()
    tablet.complaints.clear()
