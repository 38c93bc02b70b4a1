"""Pictures of the questions to come are on the tablet before the hub goes away."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from hub.lesson.tutoring import Problem
from tests.browser.scene import Tablet, running
from tests.browser.test_media import IS_SEEN
from tests.media_pack import ARABIC, PICTURE, SOUND, files, item, noise, write
from tests.packs import right

HEAVY = "media/heavy.png"
#: Fetches the first supply, then the second one; what became of each request.
KEPT = """([first, second]) => new Promise(done => {
  const ended = [], proto = XMLHttpRequest.prototype, pictures = mangotree.Pictures();
  const send = proto.send, abort = proto.abort;
  proto.abort = function () {
    ended.push("given up");
    setTimeout(() => pictures.keep(second));
    return abort.call(this);
  };
  proto.send = function (body) {
    this.addEventListener("load", () => {
      if (this.responseType === "blob") { ended.push(this.response.size); }
      if (ended.length === 3) { done(ended); }
    });
    return send.call(this, body);
  };
  pictures.keep(first);
})"""


def pack_at(folder: Path) -> Path:
    """A question without a picture, one with a light and one with a heavy picture."""
    plain = {key: value for key, value in item(1).items() if key != "picture"}
    heavy = item(3) | {"picture": {"kind": "image", "file": "=heavy.png"}}
    items = json.dumps([plain, item(2), heavy]).encode()
    changes = {"items/m.json": items, HEAVY: noise(700, 500)}
    return write(folder, files(**changes))


def test_a_picture_is_seen_while_the_hub_is_away(tmp_path: Path, browser: Browser) -> None:
    with running(tmp_path / "home", pack=pack_at(tmp_path / "source")) as hub:
        tablet = Tablet(browser.new_context().new_page(), hub)
        hub.classroom.rooms[1].problems[1] = Problem(0, 3)
        with tablet.page.expect_event(
            "requestfinished", lambda one: one.url.endswith("/market.png")
        ):
            tablet.sit_down()
            tablet.takes_the_road("up")
            expect(tablet.page.locator(".photo")).to_have_count(0)
        pack = hub.classroom.rooms[1].pack
    tablet.takes_the_road("down")
    page = tablet.page
    for _ in range(len(pack.items)):
        here = page.locator("#item").input_value(), int(page.locator("#seed").input_value())
        if page.locator("img[src$='market.png']").count():
            break
        tablet.answer(int(right(pack, *here)))
        expect(page.locator("#seed")).not_to_have_value(str(here[1]))
    page.wait_for_function(IS_SEEN)
    assert not [one for one in tablet.requests if one.url.endswith(".mp3")]
    page.context.close()


def test_what_weighs_too_much_is_given_up_and_sounds_are_not_fetched(
    tmp_path: Path, browser: Browser
) -> None:
    with running(tmp_path / "home", pack=pack_at(tmp_path / "source")) as hub:
        tablet = Tablet(browser.new_context().new_page(), hub)
        tablet.join()
        expect(tablet.page.locator("#leaf")).to_have_attribute("data-waiting", "0")
        media = hub.classroom.rooms[1].pack.media
        light, arabic, heavy, sound = (
            f"/media/{media[one].version}/{one.removeprefix('media/')}"
            for one in (PICTURE, ARABIC, HEAVY, SOUND)
        )
        first = [f'<a href="{sound}"></a><img src="{light}">', f'<img src="{light}">']
        first += [f'<img src="{heavy}"><img src="{arabic}">']
        second = [f'<img src="{light}"><img src="{arabic}">']
        ended = tablet.page.evaluate(KEPT, [first, second])
        sizes = (len(files()[one]) for one in (PICTURE, ARABIC))
        assert ended == [next(sizes), "given up", next(sizes)]
        assert not [one for one in tablet.requests if one.url.endswith(sound)]
        tablet.page.context.close()
