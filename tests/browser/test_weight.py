"""What the first visit of a tablet costs the class's air: bytes and requests, page by page."""

from __future__ import annotations

import gzip
import hashlib
import re
from importlib.resources import files
from typing import Any

import pytest

from hub.app import Hub
from tests.browser.scene import Tablet

FIRST_VISIT_BYTES = 60 * 1024
REQUESTS_A_PAGE = 6
VENDORED_BYTES = 10 * 1024


#: What a page asks for some seconds after it stands, when the class has had its own.
LATER = ("/learn/ahead", "/here")


class Air:
    """All that a visit takes from the network; what the browser's cache gives is free."""

    def __init__(self, tablet: Tablet) -> None:
        self.bytes = 0
        self.requests: list[str] = []
        self._later: set[str] = set()
        session = tablet.page.context.new_cdp_session(tablet.page)
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.webSocketCreated", lambda event: self._add(event["url"]))
        session.on("Network.loadingFinished", self._on_finished)
        session.send("Network.enable")

    def page(self) -> list[str]:
        """The requests since the last call."""
        seen, self.requests = self.requests, []
        return seen

    def _on_request(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if any(path in url for path in LATER):
            self._later.add(event["requestId"])
            return
        self._add(url)
        self.bytes += event.get("redirectResponse", {}).get("encodedDataLength", 0)

    def _add(self, url: str) -> None:
        """A socket that a busy machine let wait too long is dialled again."""
        is_again = url in self.requests and ("/learn/device" in url or url.startswith("ws:"))
        if not is_again:
            self.requests.append(url)

    def _on_finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._later:
            self.bytes += event["encodedDataLength"]


def test_a_first_visit_costs_at_most_60_kilobytes_and_6_requests_a_page(
    hub: Hub, tablet: Tablet
) -> None:
    air = Air(tablet)
    code = hub.people.classes[1].join_code
    tablet.go(f"/join/{code}")
    join = air.page()
    tablet.page.get_by_role("button", name="Join").click()
    tablet.takes_the_road("up")
    cards = air.page()
    tablet.sign_in("Amani")
    tablet.takes_the_road("up")
    lesson = air.page()
    assert 0 < len(join) <= REQUESTS_A_PAGE
    # The form that was sent, and the page that it led to, with all that belongs to it.
    assert len([url for url in cards if not url.endswith("/join")]) <= REQUESTS_A_PAGE
    assert len([url for url in lesson if not url.endswith("/sign-in")]) <= REQUESTS_A_PAGE
    print(f"first_visit_bytes={air.bytes} requests={len(join)}+{len(cards)}+{len(lesson)}")
    assert 15_000 < air.bytes <= FIRST_VISIT_BYTES


@pytest.fixture
def client() -> bytes:
    return files("devices.tablet").joinpath("vendor/paho-mqtt-min.js").read_bytes()


def test_the_vendored_client_is_the_one_that_its_note_names(client: bytes) -> None:
    note = files("devices.tablet").joinpath("vendor/VENDORED.md").read_text(encoding="utf-8")
    named = re.search(r"`paho-mqtt-min\.js` \| `([0-9a-f]{64})`", note)
    assert named is not None
    assert hashlib.sha256(client).hexdigest() == named.group(1)


def test_the_vendored_client_is_small(client: bytes) -> None:
    assert len(gzip.compress(client)) <= VENDORED_BYTES
