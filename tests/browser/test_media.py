"""Pictures and recordings of a pack on the tablet: seen in shape, heard or said silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from hub.app import Hub
from hub.lesson.tutoring import Problem
from hub.speech.narrator import Narrator
from hub.speech.shelf import Shelf
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
#: A browser that plays nothing before a tap, as those of 2016 do.
REFUSING = """
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  return window.isTapped ? play.call(this)
    : Promise.reject(new DOMException("a tap is needed", "NotAllowedError"));
};
"""
#: What sounds goes on until it is stopped, or until the page is told to let it end: a look at
#: a sound of one second may come too late.
LASTING = """
const sounds = [];
const playOnce = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  this.loop = !window.isEnding;
  sounds.push(this);
  return playOnce.call(this);
};
window.letEnd = () => {
  window.isEnding = true;
  sounds.forEach(one => { one.loop = false; });
};
"""
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
    with tablet.page.expect_request("**/media/**"):
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
    expect(picture).to_have_js_property("naturalWidth", SIZE[0])
    expect(tablet.page.get_by_role("link", name="Listen")).to_be_visible()


def test_a_recording_is_heard_at_a_tap_and_a_tap_stops_it(hub: Hub, tablet: Tablet) -> None:
    tablet.page.add_init_script(LASTING)
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
    # It ends by itself, and nothing was to be said.
    tablet.page.evaluate("letEnd()")
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


def test_what_nobody_recorded_the_hub_says(hub: Hub, tablet: Tablet) -> None:
    assert hub.parts.narrator.is_known(60)
    tablet.page.add_init_script(LASTING)
    tablet.sit_down()
    hub.teaching.set_language(1, "ar")
    asks(hub, tablet, "m.1")
    expect(tablet.page.get_by_role("img", name="سوق")).to_be_visible()
    listen = tablet.page.locator("#asked .listen")
    listen.click()
    # It ends by itself: the browser plays what the hub made.
    expect(listen).to_have_class("button listen is-playing")
    tablet.page.evaluate("letEnd()")
    expect(listen).to_have_class("button listen")
    expect(tablet.page.locator("#notice")).to_be_hidden()
    assert [one for one in tablet.requests if "/aloud/" in one.url]


def test_a_text_without_any_voice_says_so(
    hub: Hub, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub.parts, "narrator", Narrator(None, Shelf(hub.home.sounds)))
    tablet.sit_down()
    hub.teaching.set_language(1, "ar")
    asks(hub, tablet, "m.1")
    expect(tablet.page.locator("#asked")).to_contain_text("لا صوت هنا")
    assert tablet.page.locator("a.listen").count() == 0


def test_a_question_is_read_by_itself_after_a_first_tap(hub: Hub, tablet: Tablet) -> None:
    assert hub.parts.narrator.is_known(60)
    hub.teaching.set_aloud(1, "self")
    tablet.page.add_init_script(LASTING)
    tablet.join()
    # The tap on the card is the tap that a browser waits for.
    tablet.sign_in("Amani")
    expect(tablet.page.locator("#asked .listen")).to_have_class("button listen is-playing")
    tablet.takes_the_road("up")
    assert len([one for one in tablet.requests if one.url.endswith(".mp3")]) == 1
    key = tablet.page.locator("#task").get_attribute("data-key") or ""
    pack = hub.classroom.rooms[1].pack
    item, seed = (tablet.page.locator(f"#{one}").input_value() for one in ("item", "seed"))
    tablet.answer(int(right(pack, item, int(seed))))
    expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", key)
    expect(tablet.page.locator("#asked .listen")).to_have_class("button listen is-playing")


def test_a_browser_that_waits_for_a_tap_is_not_told_a_fault(
    hub: Hub, make_tablet: MakeTablet
) -> None:
    assert hub.parts.narrator.is_known(60)
    hub.teaching.set_aloud(1, "self")
    tablet = make_tablet()
    tablet.page.add_init_script(LASTING)
    tablet.page.add_init_script(REFUSING)
    tablet.sit_down()
    listen = tablet.page.locator("#asked .listen")
    expect(listen).to_have_class("button listen is-wanted")
    expect(tablet.page.locator("#notice")).to_be_hidden()
    tablet.page.evaluate("window.isTapped = true")
    tablet.page.locator("#prompt").click()
    expect(listen).to_have_class("button listen is-playing")


def test_without_scripts_a_link_leads_to_the_sound(hub: Hub, make_tablet: MakeTablet) -> None:
    assert hub.parts.narrator.is_known(60)
    tablet = make_tablet(java_script_enabled=False)
    tablet.sit_down()
    asks(hub, tablet, "m.2")
    path = tablet.page.locator("#asked .listen").get_attribute("href") or ""
    sound = tablet.page.request.get(address(hub) + path)
    assert sound.headers["content-type"] in ("audio/wav", "audio/mpeg")
    assert len(sound.body()) > 1000


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
