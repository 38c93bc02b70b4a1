"""Forty children sign in at once, each on an own tablet, as a page's form does."""

from __future__ import annotations

import http.cookiejar
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from hub.app import Hub
from hub.web.safety import DEVICE_COOKIE
from tests.browser.scene import address
from tests.show import Peer, Show
from tests.tablet_tier.stage import classroom

TABLETS = 40
#: Kolibri 0.19.5 on an idle machine: all in after 3.8 to 5.6 s.
KOLIBRI_S = 3.8
Opener = urllib.request.OpenerDirector
#: One way to sign in: it is given the browser, the hub's address, the cards' page and the
#: learner, and leaves the learner signed in.
Style = Callable[[Opener, str, str, int], None]


def tap_card(opener: Opener, hub: str, cards: str, learner: int) -> None:
    """The child taps its card."""
    token = cards.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]
    fields = urlencode({"csrf_token": token, "learner": learner}).encode()
    with opener.open(f"{hub}/learn/sign-in", fields, timeout=30) as lesson:
        page = lesson.read().decode()
    if f'data-learner="{learner}"' not in page:
        raise RuntimeError(f"learner {learner} did not come to a lesson")


#: Each way that a class can be set to, by its name.
STYLES: dict[str, Style] = {"a tap on a card": tap_card}


@dataclass(slots=True)
class Seat:
    """A tablet with the class's cards on it."""

    opener: Opener
    cards: str
    learner: int
    took_s: float = -1.0


def rows(show: Show) -> None:
    """From the moment that all tap to the first question of the last one."""
    for name, style in STYLES.items():
        with classroom() as hub:
            seats = sit(hub)
            took = rush(address(hub), seats, style)
        missing = sum(seat.took_s < 0 for seat in seats)
        show.row(f"40 at once by {name}: not in", missing, "learners", "== 0")
        middle = sorted(seat.took_s for seat in seats)[TABLETS // 2]
        peer = Peer("Kolibri", "0.19.5", KOLIBRI_S, round(KOLIBRI_S / took, 1))
        what = f"40 at once by {name}: all at their first question"
        show.row(what, round(took, 2), "s", "<= 1", slack=2.0, peer=peer)
        show.row(f"40 at once by {name}: the median", round(middle, 2), "s")


def sit(hub: Hub) -> list[Seat]:
    """Forty learners, each at a paired tablet that shows the cards."""
    there = len(hub.people.in_class(1))
    hub.teaching.add_learners(1, [f"Child {n}" for n in range(TABLETS - there)])
    seats = []
    for learner in hub.people.in_class(1)[:TABLETS]:
        _, secret = hub.devices.pair(1, f"Tablet {learner.id}")
        seats.append(Seat(_with_cookie(secret), "", learner.id))
    for seat in seats:
        with seat.opener.open(address(hub), timeout=30) as page:
            seat.cards = page.read().decode()
    return seats


def rush(hub: str, seats: list[Seat], style: Style) -> float:
    """All at once; the seconds until the last one is in."""
    gate = threading.Barrier(len(seats) + 1)

    def child(seat: Seat) -> None:
        gate.wait()
        began = time.perf_counter()
        style(seat.opener, hub, seat.cards, seat.learner)
        seat.took_s = time.perf_counter() - began

    threads = [threading.Thread(target=child, args=(seat,)) for seat in seats]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def _with_cookie(secret: str) -> Opener:
    """A browser that holds a paired tablet's proof, and whatever the hub gives it later."""
    jar = http.cookiejar.CookieJar()
    jar.set_cookie(
        http.cookiejar.Cookie(
            version=0,
            name=DEVICE_COOKIE,
            value=secret,
            port=None,
            port_specified=False,
            domain="127.0.0.1",
            domain_specified=False,
            domain_initial_dot=False,
            path="/",
            path_specified=True,
            secure=False,
            expires=None,
            discard=True,
            comment=None,
            comment_url=None,
            rest={},
        )
    )
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
