"""A group on a small phone without scripts: made, told something, seen, taken back."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from hub.app import Hub
from tests.browser.scene import Screen
from tests.browser.test_walk import phone_of


def test_a_group_is_made_told_something_and_taken_back_without_scripts(
    hub: Hub, browser: Browser, screens: list[Screen]
) -> None:
    phone = phone_of(browser, hub, screens, java_script_enabled=False)
    room = hub.classroom.rooms[1]
    phone.go("/teacher/?class=1")
    phone.page.get_by_role("link", name="Groups").click()
    phone.page.get_by_label("Name of the group").fill("Owls")
    for name in ("Amani", "Baraka"):
        phone.page.get_by_role("checkbox", name=name).check()
    phone.page.get_by_role("button", name="Make the group").click()
    expect(phone.page.get_by_role("heading", name="Owls")).to_be_visible()
    assert phone.sideways() == 0

    phone.page.get_by_role("link", name="Say something for this group").click()
    hard = phone.page.get_by_role("region", name="Easier or harder")
    hard.get_by_label("Of 100 answers").select_option("85")
    hard.get_by_role("button", name="Use it").click()
    expect(phone.page.get_by_text("about 85 should be right")).to_be_visible()
    assert [room.standing(one).target for one in (1, 2, 3)] == [0.85, 0.85, None]
    assert phone.sideways() == 0

    phone.page.get_by_role("link", name="Amani").click()
    told = phone.page.get_by_role("region", name="Said of groups and the class")
    expect(told).to_contain_text("for the group Owls")
    assert phone.sideways() == 0
    told.get_by_role("link", name="Owls").click()
    phone.page.get_by_role("button", name="Take it back: Of 100 answers").click()
    expect(phone.page.get_by_text("taken back")).to_be_visible()
    assert room.standing(1).target is None

    phone.page.get_by_role("button", name="Take it back: In the group").click()
    expect(phone.page.get_by_text("There are no groups yet.")).to_be_visible()
    assert room.words.groups == {}
