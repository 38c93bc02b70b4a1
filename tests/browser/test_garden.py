"""The child's own garden: one tap away, in its language, without a number or a rank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hub.app import Hub
from models.domain.pack import starter_path
from tests.browser.axe import violations
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Tablet, running

TITLES = {"en": "My garden", "sw": "Bustani yangu", "ar": "حديقتي"}
WIDTHS = (360, 600, 1280)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=starter_path()) as started:
        yield started


def grow(hub: Hub, answers: int = 6) -> None:
    """Amani has worked on two skills: one of them is mastered, one has begun."""
    room = hub.classroom.rooms[1]
    place = room.places[1]
    first, other = (room.pack.item_index[one] for one in ("a01.1", "n01.1"))
    for _ in range(answers * 4):
        room.tracer.answer(place, first, is_right=True)
    room.tracer.answer(place, other, is_right=False)


def test_the_tree_leads_to_the_garden_and_back(hub: Hub, tablet: Tablet) -> None:
    grow(hub)
    tablet.sit_down()
    asked = tablet.prompt()
    tablet.page.locator("#growth").click()
    expect(tablet.page.get_by_role("heading", name="My garden")).to_be_visible()
    can = tablet.page.locator("h2", has_text="You can")
    expect(can).to_be_visible()
    expect(tablet.page.locator(".trees li")).to_have_count(2)
    words = tablet.page.locator("main").inner_text()
    # No number and no other child: nothing that could be compared.
    assert not re.search(r"\d", words)
    assert "Baraka" not in words
    tablet.page.get_by_role("link", name="Go on").click()
    expect(tablet.page.locator("#prompt")).to_have_attribute("data-plain", asked)


def test_a_new_garden_says_how_it_begins(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.page.locator("#growth").click()
    expect(tablet.page.locator("main")).to_contain_text("the first tree begins to grow")


@pytest.mark.parametrize("tag", TITLES)
def test_the_garden_works_without_scripts_and_in_each_language(
    hub: Hub, make_tablet: MakeTablet, tag: str
) -> None:
    grow(hub)
    tablet = make_tablet(java_script_enabled=False)
    tablet.sit_down()
    hub.teaching.set_language(1, tag)
    tablet.page.reload()
    tablet.page.locator("#growth").click()
    expect(tablet.page.get_by_role("heading", name=TITLES[tag])).to_be_visible()
    expect(tablet.page.locator(".trees .tree")).to_have_count(2)
    for width in WIDTHS:
        tablet.page.set_viewport_size({"width": width, "height": 800})
        boxes = [one.bounding_box() for one in tablet.page.locator(".trees li").all()]
        assert all(box and 0 <= box["x"] <= width - box["width"] for box in boxes)


def test_the_garden_breaks_no_rule(hub: Hub, tablet: Tablet) -> None:
    grow(hub)
    tablet.sit_down()
    tablet.page.locator("#growth").click()
    expect(tablet.page.get_by_role("heading", name="My garden")).to_be_visible()
    assert violations(tablet.page) == []
    assert tablet.sideways() == 0


def test_without_the_hub_the_child_stays_at_its_question(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.page.context.set_offline(True)
    tablet.page.locator("#growth").click()
    expect(tablet.page.locator("#notice")).to_contain_text("The hub does not answer")
    expect(tablet.page.locator("#prompt")).to_be_visible()
    tablet.page.context.set_offline(False)
    tablet.complaints.clear()


def test_a_wrong_answer_does_not_shrink_the_tree_on_the_screen(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tree = tablet.page.locator("#tree")
    before = int(tree.get_attribute("data-size") or 0)
    room = hub.classroom.rooms[1]
    skill = room.pack.item_skills[room.next_item(1) or 0][0]
    mastery = room.mastery(1, skill)
    tablet.page.evaluate("document.querySelector('#form').noValidate = true")
    choice = tablet.page.locator("#form input[type=radio]")
    if choice.count():
        choice.first.check(force=True)
    else:
        tablet.type(99)
    tablet.page.get_by_role("button", name="OK").click()
    expect(tablet.page.locator("#verdict")).not_to_be_empty()
    tablet.is_safe()
    assert room.mastery(1, skill) != mastery
    assert int(tree.get_attribute("data-size") or 0) >= before
