"""What visits cost the air, and when something is seen, on a slow network and tablet."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from hub.lesson.grading import grade
from models.domain.pack import Pack
from tests.browser.chromium import opened
from tests.browser.scene import Tablet
from tests.packs import right
from tests.show import Peer, Show
from tests.tablet_tier.child import answer_right
from tests.tablet_tier.stage import classroom, paired, tablet_of

#: Forty tablets that share 20 Mbit/s, on a chip a quarter as fast: as Kolibri was measured.
BYTES_A_SECOND = 0.5e6 / 8
LATENCY_MS = 20
SLOWER = 4
KB = 1024
#: Every so manieth item of the pack is asked, with this seed.
EACH = 11
SEED = 3
MOST_NEXT = 2 * KB
PAINT = """() => new Promise(done => {
  const seen = () => performance.getEntriesByName("first-contentful-paint")[0];
  const look = () => seen() ? done(seen().startTime) : setTimeout(look, 20);
  look();
})"""
#: Kolibri 0.19.5 in the same browser, DevTools' own counters, 2026; KiB, requests, seconds.
KOLIBRI = {"cold": (2783, 23, 16.2), "warm": (166, 31, None), "lesson": (2222, 31, 19.3)}


@dataclass(slots=True)
class Spent:
    """What went through the air since the last look; `ahead` is the supply for other times."""

    bytes: int = 0
    requests: int = 0
    ahead: int = 0


class Air:
    """Counts in the browser's own words: bytes as encoded, headers included, and sockets."""

    def __init__(self, page: Page) -> None:
        self._spent = Spent()
        self._ahead: set[str] = set()
        session: CDPSession = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.requestServedFromCache", self._on_kept)
        session.on("Network.loadingFinished", self._on_finished)
        session.on("Network.webSocketCreated", self._on_socket)
        session.on("Network.webSocketFrameSent", self._on_frame)
        session.on("Network.webSocketFrameReceived", self._on_frame)
        session.send("Network.enable")
        self.session = session

    def slow_down(self) -> None:
        """From now on the network and the chip are those of a poor classroom."""
        rate = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        self.session.send(
            "Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS} | rate
        )
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def look(self) -> Spent:
        """What was spent since the last look."""
        spent, self._spent = self._spent, Spent()
        return spent

    def _on_request(self, event: dict[str, Any]) -> None:
        self._spent.requests += 1
        if "/learn/ahead?" in event["request"]["url"]:
            self._ahead.add(event["requestId"])
        self._spent.bytes += event.get("redirectResponse", {}).get("encodedDataLength", 0)

    def _on_kept(self, _event: dict[str, Any]) -> None:
        self._spent.requests -= 1

    def _on_finished(self, event: dict[str, Any]) -> None:
        self._spent.bytes += int(event["encodedDataLength"])
        if event["requestId"] in self._ahead:
            self._spent.ahead += int(event["encodedDataLength"])

    def _on_socket(self, _event: dict[str, Any]) -> None:
        self._spent.requests += 1

    def _on_frame(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        is_text = frame["opcode"] == 1
        body = frame["payloadData"]
        self._spent.bytes += len(body.encode() if is_text else base64.b64decode(body))


def rows(show: Show) -> None:
    """The class's cards and a lesson, first with nothing kept, then again."""
    with opened() as browser, classroom() as hub:
        context = paired(browser, hub)
        tablet = tablet_of(context, hub)
        air = Air(tablet.page)
        air.slow_down()
        first_visit(show, tablet, air)
        second_visit(show, tablet, air)
        next_items(show, tablet, air)
        context.close()


def first_visit(show: Show, tablet: Tablet, air: Air) -> None:
    """Nothing is kept: cards, then the first question, and what goes on behind it."""
    tablet.go("/")
    painted_s = tablet.page.evaluate(PAINT) / 1000
    tablet.takes_the_road("up")
    cards = air.look()
    began_s = time.monotonic()
    tablet.sign_in("Amani")
    expect(tablet.page.locator("#task h1")).to_be_visible()
    lesson_s = time.monotonic() - began_s
    tablet.takes_the_road("up")
    _settle(tablet.page)
    lesson = air.look()
    kilobytes = (cards.bytes + lesson.bytes) / KB
    peers = [_kolibri("cold", column, cards) for column in (0, 1)]
    show.row("first visit, cards", _kb(cards.bytes), "KB", "<= 60", peer=peers[0])
    show.row("first visit, cards: requests", cards.requests, "", "<= 6", peer=peers[1])
    show.row("first visit, up to the first question", round(kilobytes, 1), "KB", "<= 60")
    show.row("first visit, lesson: requests", lesson.requests, "")
    _paint(show, "first paint of the cards, nothing kept", painted_s, "cold")
    peer = _faster(KOLIBRI["lesson"][2], lesson_s)
    name = "from the tap on a card to the first question"
    show.row(name, round(lesson_s, 2), "s", peer=peer)


def second_visit(show: Show, tablet: Tablet, air: Air) -> None:
    """The browser has been here before."""
    tablet.page.get_by_role("link", name="I am done").click()
    expect(tablet.page.get_by_role("heading", name="Who are you?")).to_be_visible()
    tablet.takes_the_road("up")
    air.look()
    tablet.go("/")
    painted_s = tablet.page.evaluate(PAINT) / 1000
    tablet.takes_the_road("up")
    cards = air.look()
    tablet.sign_in("Baraka")
    tablet.takes_the_road("up")
    _settle(tablet.page)
    lesson = air.look()
    peers = [_kolibri("warm", column, cards) for column in (0, 1)]
    show.row("second visit, cards", _kb(cards.bytes), "KB", "<= 6", peer=peers[0])
    show.row("second visit, cards: requests", cards.requests, "", peer=peers[1])
    show.row("second visit, lesson with the road ahead", _kb(lesson.bytes), "KB")
    _paint(show, "first paint of the cards, second visit", painted_s, None)


def next_items(show: Show, tablet: Tablet, air: Air) -> None:
    """From one answer to the next question, all that travels; over questions of every kind.

    The planner's first ones come from one corner of the pack: so the teacher asks for others,
    from all over it, and they come one after the other as hers do.
    """
    learner = int(tablet.page.locator("body").get_attribute("data-learner") or 0)
    wanted = asked_for(tablet.hub.classroom.rooms[1].pack)
    for item in wanted:
        tablet.hub.teaching.ask(learner, item, SEED)
    spent: dict[str, int] = {}
    ahead = 0
    for _ in wanted:
        air.look()
        before = tablet.page.locator("#task").get_attribute("data-key")
        answer_right(tablet)
        expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", before or "")
        tablet.is_safe()
        item = tablet.page.locator("#item").input_value()
        seen = air.look()
        spent[item] = seen.bytes - seen.ahead
        ahead += seen.ahead
    within = sum(count <= MOST_NEXT for count in spent.values())
    heaviest = max(spent, key=lambda item: spent[item])
    show.row(f"next item, all that travels, median of {len(spent)}",
             _kb(median(spent.values())), "KB", "<= 2")  # fmt: skip
    show.row("next item, within 2 KB", round(within / len(spent), 2), "of them")
    show.row(f"next item, the largest ({heaviest})", _kb(spent[heaviest]), "KB")
    show.row("beside it, for a hub that goes away, each item", _kb(ahead / len(spent)), "KB")


def asked_for(pack: Pack) -> list[str]:
    """Items from all over the pack that a child answers as the pack writes its answers."""
    items = (one.id for one in pack.items[::EACH])
    return [
        one
        for one in items
        if grade(pack, pack.item_index[one], SEED, right(pack, one, SEED)).is_right
    ]


def _settle(page: Page) -> None:
    """Until nothing has travelled for a while."""
    page.wait_for_load_state("networkidle")


def _kb(count: float) -> float:
    return round(count / KB, 2)


def _kolibri(visit: str, column: int, spent: Spent) -> Peer:
    value = KOLIBRI[visit][column]
    ours = spent.bytes / KB if column == 0 else spent.requests
    assert value is not None
    return Peer("Kolibri", "0.19.5", value, round(value / max(ours, 1e-9), 1))


def _paint(show: Show, name: str, seconds: float, visit: str | None) -> None:
    peer = _faster(KOLIBRI[visit][2], seconds) if visit else None
    show.row(name, round(seconds, 2), "s", "<= 2.5", slack=2.0, peer=peer)


def _faster(theirs_s: float | None, seconds: float) -> Peer | None:
    if theirs_s is None:
        return None
    return Peer("Kolibri", "0.19.5", theirs_s, round(theirs_s / seconds, 1))
