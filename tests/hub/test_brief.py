"""A page is told which question is next; what it fetches as HTML does not travel twice."""

from __future__ import annotations

import http.client
from contextlib import closing

import pytest

from devices.messages import Activity, Hello, Next, Receipt, encode
from hub.app import Hub
from tests.hub.conftest import StartHub
from tests.hub.tablet import Tablet, asked, right_answer


@pytest.fixture
def hub(start_starter: StartHub) -> Hub:
    return start_starter()


def says_hello(hub: Hub, tablet: Tablet, *, is_page: bool) -> None:
    """Says it, and waits until the hub has heard."""
    tablet.send(encode(Hello([9], is_page)), leaf="hello")
    tablet.hear(Receipt, lambda one: one.boot == 9)


def wrong(tablet: Tablet, given: Activity) -> Next:
    return tablet.reply(tablet.answer(given, "999999"))


def test_a_page_is_told_the_question_without_its_words(hub: Hub, tablet: Tablet) -> None:
    whole = asked(tablet.sign_in(1))
    says_hello(hub, tablet, is_page=True)
    reply = tablet.reply(tablet.answer(whole, right_answer(hub, whole)))
    given = asked(reply)
    assert given == Activity(item=given.item, seed=given.seed)
    assert (reply.is_right, reply.verdict, reply.feedback) == (True, None, "Right!")
    assert reply.mastery_before is None
    assert reply.mastery_after is not None
    assert len(encode(reply)) < 200
    # By its name the page fetches the rest: it is what the hub would have said.
    full = hub.classroom.start(hub.devices.all[tablet.device], 1).activity
    assert full is not None
    assert (full.item, full.seed, full.step) == (given.item, given.seed, given.step)
    assert full.reasons


def test_a_page_hears_a_verdict_that_is_neither_right_nor_wrong(
    hub: Hub, tablet: Tablet
) -> None:
    first = asked(tablet.sign_in(1))
    says_hello(hub, tablet, is_page=True)
    reply = tablet.reply(tablet.answer(first, "what?"))
    assert (reply.is_right, reply.verdict) == (None, "unreadable")
    assert wrong(tablet, first).expected == ""


def test_whoever_is_no_page_hears_words_and_reasons(hub: Hub, tablet: Tablet) -> None:
    says_hello(hub, tablet, is_page=True)
    assert asked(tablet.sign_in(1)).prompt == ""
    says_hello(hub, tablet, is_page=False)
    reply = wrong(tablet, asked(tablet.sign_in(1)))
    assert asked(reply).prompt
    assert reply.verdict == "wrong"
    assert reply.mastery_before is not None
    assert asked(tablet.sign_in(2)).reasons


def test_a_hello_of_a_former_page_is_no_page() -> None:
    assert encode(Hello([7])) == b'{"boots":[7]}'


def piece(hub: Hub, asides: str = "") -> tuple[str, dict[str, str]]:
    """What learner 1's question is drawn as, for a page with these buttons; and its head."""
    device, secret = hub.devices.pair(1, "kiosk")
    session = hub.devices.session(device.id, 1)
    path = f"/learn/task?learner=1&session={session}&told&asides={asides}"
    with closing(http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=60)) as road:
        road.request("GET", path, headers={"Authorization": f"Bearer {secret}"})
        response = road.getresponse()
        return response.read().decode(), dict(response.headers)


def test_the_buttons_below_a_question_travel_only_to_a_page_without_them(hub: Hub) -> None:
    whole, head = piece(hub)
    assert 'class="asides"' in whole
    assert 'data-of="en"' in whole
    assert 'class="asides"' not in piece(hub, "en")[0]
    assert 'id="why"' in piece(hub, "en")[0]
    hub.teaching.set_language(1, "sw")
    assert 'data-of="sw"' in piece(hub, "en")[0]
    assert not {"Server", "Vary", "Via"} & set(head)


def test_a_piece_by_itself_is_a_text_that_runs_nothing(hub: Hub) -> None:
    _, head = piece(hub)
    assert head["Content-Type"] == "text/plain; charset=utf-8"
    assert head["X-Content-Type-Options"] == "nosniff"
    assert head["Cache-Control"] == "no-store"


def test_a_page_whose_appeals_were_switched_off_gets_the_other_buttons(hub: Hub) -> None:
    hub.teaching.set_reach(1, "off")
    shown = piece(hub, "en")[0]
    assert 'class="asides"' in shown
    assert 'id="too-hard"' not in shown
    assert 'class="asides"' not in piece(hub, "en-")[0]
