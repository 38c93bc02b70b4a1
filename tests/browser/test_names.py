"""Whatever a learner is called, every page shows it as a name and stays in shape."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from hub.app import Hub
from tests.browser.scene import Phone, Screen, Tablet, attempts

NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    'O\'Brien "the 3rd" {{ 7 * 7 }} ${7*7} &amp;',
    "Wolfeschlegelsteinhausenbergerdorff" * 6,
    "أمينة بنت محمد الطويلة جدا",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil\N{POP DIRECTIONAL FORMATTING}",
    "Zoë 🧒🏾",
)


def watch_for_dialogs(*screens: Screen) -> list[str]:
    opened: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    for screen in screens:
        screen.page.on("dialog", on_dialog)
    return opened


@pytest.mark.parametrize("place", range(len(NAMES)))
def test_a_strange_name_does_no_harm_on_any_page(
    hub: Hub, tablet: Tablet, phone: Phone, place: int
) -> None:
    name = NAMES[place]
    [learner] = hub.teaching.add_learners(1, [name])
    dialogs = watch_for_dialogs(tablet, phone)
    phone.sign_in()
    tablet.join()
    assert tablet.sideways() == 0
    tablet.page.locator(f"button[value='{learner.id}']").click()
    expect(tablet.page.locator(".who .name")).to_have_text(name)
    tablet.takes_the_road("up")
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    tablet.is_safe()
    assert tablet.sideways() == 0
    row = phone.page.locator(f"#learner-{learner.id}")
    expect(row.locator(".marks")).to_have_text("✓")
    expect(row.locator(".name")).to_have_text(name)
    assert phone.sideways() == 0
    row.locator(".name").click()
    expect(phone.page.locator(".person .name")).to_have_text(name)
    assert phone.sideways() == 0
    assert dialogs == []
    assert len(attempts(hub)) == 1
