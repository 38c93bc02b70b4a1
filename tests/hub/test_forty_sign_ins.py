"""The bell rings: forty children sign in at once, over real HTTP, and all are in at once."""

from __future__ import annotations

import http.client
import threading
import time
from urllib.parse import urlencode

import pytest

from hub.app import Hub
from hub.roster.passwords import Recognised, hash_of
from hub.roster.people import Style
from hub.web.safety import DEVICE_COOKIE
from tests.hub.forms import TOKEN, code

CHILDREN = 40
#: CPU of the whole process, these forty children's own ends of the wire included, in hashes of
#: forty learners' passwords: one takes 25 ms, all are in after 0.3 s. In seconds a slower or
#: busier machine would fail.
MOST_HASHES = 1.0
#: The first time after the hub's start each password is hashed.
MOST_AT_FIRST = 2.5
#: The quietest of so many is taken: other work on the machine costs caches, too.
ROUNDS = 3
OWN = "sleepy goat"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """One child's tablet, on one connection kept open as browsers do."""

    def __init__(self, hub: Hub, learner: int) -> None:
        _, secret = hub.devices.pair(1, "Tablet")
        self.learner = learner
        self.page = ""
        self._cookies = {DEVICE_COOKIE: secret}
        self._connection = http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=60)

    def ask(self, method: str, path: str, **fields: object) -> int:
        """The page behind `path`, and behind what it leads on to."""
        found = TOKEN.search(self.page)
        token = {"csrf_token": found.group(1)} if found else {}
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        body = urlencode(token | fields) if method == "POST" else None
        self._connection.request(method, path, body, HEADERS | {"Cookie": cookies})
        response = self._connection.getresponse()
        self.page = response.read().decode()
        for cookie in response.msg.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self._cookies[name] = value
        if response.status == 302:
            return self.ask("GET", response.headers["Location"])
        return response.status

    def close(self) -> None:
        self._connection.close()


def fields_of(hub: Hub, learner: int, style: Style) -> dict[str, object]:
    """What is sent with the last tap."""
    if style == "password":
        return {"learner": learner, "password": OWN}
    *first, last = code(hub, learner, style).split()
    return {"learner": learner, "code": " ".join(first), "picked": last}


def all_in(hub: Hub, browsers: list[Browser], style: Style) -> tuple[float, float]:
    """The bell rings: CPU seconds until all are in, and the wall seconds of the last one."""
    bell = threading.Barrier(CHILDREN + 1)
    took_s: list[float] = []

    def sign_in(browser: Browser) -> None:
        fields = fields_of(hub, browser.learner, style)
        bell.wait()
        begun_s = time.perf_counter()
        browser.ask("POST", "/learn/sign-in", **fields)
        took_s.append(time.perf_counter() - begun_s)

    threads = [threading.Thread(target=sign_in, args=(one,)) for one in browsers]
    for thread in threads:
        thread.start()
    cpu_s = time.process_time()
    bell.wait()
    for thread in threads:
        thread.join()
    return time.process_time() - cpu_s, max(took_s)


def forty_hashes() -> float:
    """CPU seconds of forty hashes, on this machine as it is now."""
    cpu_s = time.process_time()
    for _ in range(CHILDREN):
        hash_of(OWN)
    return time.process_time() - cpu_s


@pytest.mark.parametrize("style", ["pictures", "pin", "password"])
def test_forty_who_sign_in_at_once_cost_little_more_than_their_hashes(
    hub: Hub, style: Style
) -> None:
    hub.people.set_sign_in(1, style)
    hub.teaching.add_learners(1, [f"Child {number}" for number in range(20)])
    browsers = [Browser(hub, one.id) for one in hub.people.in_class(1)]
    assert len(browsers) == CHILDREN
    hub.door.codes.of_all([one.learner for one in browsers])
    if style == "password":
        for one in browsers:
            hub.door.codes.choose_password(one.learner, OWN)
    if style == "password":
        hashes, last_s = quietest(hub, browsers, style, is_first=True)
        print(f"first_hashes={hashes:.2f} first_last_in_s={last_s:.2f}")
        assert hashes <= MOST_AT_FIRST
    hashes, last_s = quietest(hub, browsers, style)
    for one in browsers:
        one.close()
    print(f"style={style} hashes={hashes:.2f} last_in_s={last_s:.2f}")
    assert hashes <= MOST_HASHES


def quietest(
    hub: Hub, browsers: list[Browser], style: Style, *, is_first: bool = False
) -> tuple[float, float]:
    """The CPU until all are in, in forty hashes of the same moment, and the wall seconds of
    the last one: each as the quietest round has it.
    """
    rounds: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        for one in browsers:
            one.ask("GET", f"/learn/done/{one.learner}")
            one.ask("POST", "/learn/sign-in", learner=one.learner)
            assert 'data-piece="code"' in one.page
        if is_first:
            # As after a start of the hub.
            hub.door.codes._recognised = Recognised()
        hashes_s = forty_hashes()
        cpu_s, last_s = all_in(hub, browsers, style)
        rounds.append((cpu_s / hashes_s, last_s))
        assert all('id="prompt"' in one.page for one in browsers)
    hashes, last_s = (min(column) for column in zip(*rounds, strict=True))
    return hashes, last_s
