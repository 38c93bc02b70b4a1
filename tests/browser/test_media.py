"""Pictures and recordings of a pack on the tablet: seen in shape, heard or said silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from hub.app import Hub
from hub.lesson.tutoring import Problem
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Phone, Tablet, address, running
from tests.browser.test_widgets import asks
from tests.media_pack import PICTURE, SIZE, files, write
from tests.packs import right

SHAPE = """() => {
  const box = one => document.querySelector(one).getBoundingClientRect();
  const [room, image, form] = [box(".photo svg"), box(".photo img"), box("#form")];
  return [room.width, room.height, image.width, image.height, form.top];
}"""
IS_SEEN = """() => {
  const image = document.querySelector(".photo img");
  return image.complete && image.naturalWidth > 0;
}"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    folder = write(tmp_path / "source", files())
    with running(tmp_path / "home", pack=folder) as started:
        yield started


def test_a_picture_has_its_room_before_it_comes(hub: Hub, tablet: Tablet) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tablet.page.route("**/media/**", hold)
    hub.classroom.rooms[1].problems[1] = Problem(0, 3)
    tablet.sit_down()
    expect(tablet.page.locator(".photo")).to_be_visible()
    before = tablet.page.evaluate(SHAPE)
    assert before[0] / before[1] == pytest.approx(SIZE[0] / SIZE[1], rel=0.02)
    assert before[:2] == before[2:4]
    assert before[0] <= 360
    assert len(held) == 1
    for one in held:
        one.continue_()
    tablet.page.wait_for_function(IS_SEEN)
    assert tablet.page.evaluate(SHAPE) == before
    assert tablet.sideways() == 0


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_picture_is_seen_with_and_without_scripts(
    hub: Hub, make_tablet: MakeTablet, *, has_scripts: bool
) -> None:
    tablet = make_tablet(java_script_enabled=has_scripts)
    tablet.sit_down()
    asks(hub, tablet, "m.1")
    picture = tablet.page.get_by_role("img", name="A market")
    expect(picture).to_be_visible()
    with tablet.page.expect_response("**/media/**") as got:
        tablet.page.reload()
    assert got.value.status == 200
    expect(tablet.page.get_by_role("link", name="Listen")).to_be_visible()


def test_a_recording_is_heard_at_a_tap_and_a_tap_stops_it(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    asks(hub, tablet, "m.1")
    tablet.takes_the_road("up")
    assert not [one for one in tablet.requests if one.url.endswith(".mp3")]
    listen = tablet.page.locator(".listen")
    listen.click()
    expect(listen).to_have_class("button listen is-playing")
    listen.click()
    expect(listen).to_have_class("button listen")
    listen.click()
    expect(listen).to_have_class("button listen is-playing")
    # A second long: it ends by itself, and nothing was to be said.
    expect(listen).to_have_class("button listen")
    expect(tablet.page.locator("#notice")).to_be_hidden()
    assert [one.url for one in tablet.requests if one.url.endswith(".mp3")]


def test_a_recording_that_does_not_come_says_so(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    asks(hub, tablet, "m.1")
    tablet.takes_the_road("up")
    tablet.page.route("**/*.mp3", lambda route: route.fulfill(status=404))
    tablet.page.locator(".listen").click()
    expect(tablet.page.locator("#notice")).to_contain_text("cannot be heard now")
    expect(tablet.page.locator(".listen")).to_have_class("button listen")
    tablet.complaints.clear()


def test_a_text_that_nobody_recorded_has_nothing_to_tap(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    hub.teaching.set_language(1, "ar")
    asks(hub, tablet, "m.1")
    expect(tablet.page.get_by_role("img", name="سوق")).to_be_visible()
    assert tablet.page.locator(".listen").count() == 0


def test_the_next_question_brings_its_picture_without_a_new_page(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    asks(hub, tablet, "m.1")
    tablet.takes_the_road("up")
    pack = hub.classroom.rooms[1].pack
    key = tablet.page.locator("#task").get_attribute("data-key")
    tablet.answer(int(right(pack, "m.1", 3)))
    expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", key or "")
    tablet.page.wait_for_function(IS_SEEN)


def test_a_teacher_sees_pictures_and_a_stranger_none(hub: Hub, phone: Phone) -> None:
    file = hub.classroom.rooms[1].pack.media[PICTURE]
    path = f"{address(hub)}/media/{file.version}/market.png"
    assert phone.page.request.get(path).status == 403
    phone.sign_in()
    assert phone.page.request.get(path).body() == files()[PICTURE]
