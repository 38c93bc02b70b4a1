"""A child answers: over MQTT, over HTTP, without scripts, and while the hub is away."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub.app import Hub
from hub.web.parts import MqttDoor
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Tablet, attempts, on_same_ports, running


def test_an_answer_travels_by_mqtt_and_leaves_the_outbox_when_it_is_on_disk(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    asked, right = tablet.prompt(), tablet.right_answer()
    tablet.answer(right)
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    expect(tablet.page.locator("#solved .maths")).to_have_text(asked.replace("_", str(right)))
    expect(tablet.page.locator("#answer")).to_have_value("")
    tablet.is_safe()
    assert tablet.outbox() == []
    [row] = attempts(hub)
    assert (row["answer"], row["is_right"], row["device_seq"]) == (str(right), 1, 1)
    assert tablet.posts("/learn/answer") == []
    assert any(b"/up/answer" in frame for frame in tablet.frames)
    # A tablet that is not answered for 3 s sends again.
    assert hub.gateway.counts["answers"] >= 1


def test_a_wrong_answer_is_met_kindly_and_the_next_question_comes_at_once(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    asked, right = tablet.prompt(), tablet.right_answer()
    tablet.answer(right + 1)
    expect(tablet.page.locator("#verdict")).to_have_text("Not yet.")
    expect(tablet.page.locator("#solved .maths")).to_have_text(asked.replace("_", str(right)))
    expect(tablet.page.locator("#given")).to_have_text(f"You wrote {right + 1}.")
    loads = len(tablet.requests)
    # The page asks for the road ahead, and for itself once more, when it had time to.
    later = ("/learn/ahead", "/here")
    for count in range(2, 6):
        tablet.answer(tablet.right_answer())
        expect(tablet.page.locator("#verdict")).to_have_text("Right!")
        tablet.is_safe()
        assert len(attempts(hub)) == count
    # One piece of HTML for each question, and nothing else by HTTP.
    urls = [one.url for one in tablet.requests[loads:]]
    pieces = [url for url in urls if not any(path in url for path in later)]
    assert len(pieces) >= 4
    assert [url for url in pieces if "/learn/task" not in url] == []
    assert [row["device_seq"] for row in attempts(hub)] == [1, 2, 3, 4, 5]


def test_a_keyboard_answers_as_well_as_the_pad(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    keys = tablet.page.keyboard
    keys.type("99")
    keys.press("Backspace")
    keys.press("Backspace")
    keys.type(str(tablet.right_answer()))
    keys.press("Enter")
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")


@pytest.fixture
def swallowing_port() -> Iterator[int]:
    """A port that takes connections and says nothing, as some networks do with sockets."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_an_answer_goes_by_http_where_no_socket_opens(
    hub: Hub, tablet: Tablet, swallowing_port: int
) -> None:
    assert hub.parts.mqtt is not None
    hub.parts.mqtt = MqttDoor(hub.ports.mqtt, swallowing_port, hub.parts.mqtt.version)
    tablet.sit_down()
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    tablet.is_safe()
    [row] = attempts(hub)
    assert row["is_right"] == 1
    assert len(tablet.posts("/learn/answer")) == 1
    assert hub.gateway.counts["answers"] == 0
    assert tablet.outbox() == []


def test_a_tablet_that_asks_before_the_broker_is_open_dials_later(
    hub: Hub, tablet: Tablet
) -> None:
    """So it is in the first moments of each start of the hub."""
    door, hub.parts.mqtt = hub.parts.mqtt, None
    with tablet.page.expect_response("**/learn/device"):
        tablet.sit_down()
    tablet.takes_the_road("down")
    hub.parts.mqtt = door
    tablet.takes_the_road("up")


def test_a_child_learns_with_javascript_switched_off(hub: Hub, make_tablet: MakeTablet) -> None:
    tablet = make_tablet(java_script_enabled=False)
    tablet.sit_down("Baraka")
    page = tablet.page
    asked, right = tablet.prompt(), tablet.right_answer()
    for verdict, given in (("Right!", right), ("Not yet.", 999)):
        page.get_by_role("textbox", name="Your answer").fill(str(given))
        page.get_by_role("button", name="OK").click()
        expect(page.locator("#verdict")).to_have_text(verdict)
    expect(page.locator("#given")).to_have_text("You wrote 999.")
    assert asked
    rows = attempts(hub)
    assert [row["is_right"] for row in rows] == [1, 0]
    assert [row["device_seq"] for row in rows] == [1, 2]
    page.get_by_role("link", name="I am done").click()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def test_a_page_sent_twice_without_javascript_counts_once(
    hub: Hub, make_tablet: MakeTablet
) -> None:
    tablet = make_tablet(java_script_enabled=False)
    tablet.sit_down()
    tablet.page.get_by_role("textbox", name="Your answer").fill("1")
    tablet.page.get_by_role("button", name="OK").click()
    expect(tablet.page.locator("#verdict")).not_to_be_empty()
    tablet.page.reload()
    expect(tablet.page.locator("#verdict")).not_to_be_empty()
    assert len(attempts(hub)) == 1


def test_an_answer_given_while_the_hub_is_away_is_delivered_once(
    tmp_path: Path, browser: Browser
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = Tablet(browser.new_context().new_page(), hub)
        # Or the child would go on along it instead of resting.
        tablet.has_no_road()
        tablet.sit_down()
        tablet.takes_the_road("up")
        tablet.answer(tablet.right_answer())
        tablet.is_safe()
        expect(tablet.page.locator("#ok")).to_be_enabled()
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#leaf-words")).to_have_text("1 answer waits on this tablet")
    expect(tablet.page.locator("#rest-words")).to_contain_text("kept on this tablet")
    with running(home, settings) as hub:
        tablet.is_safe()
        expect(tablet.page.locator("#notice")).to_be_hidden()
        assert [row["is_right"] for row in attempts(hub)] == [1, 1]
        assert tablet.outbox() == []
        tablet.takes_the_road("up")
        tablet.answer(tablet.right_answer())
        tablet.is_safe()
        assert [row["device_seq"] for row in attempts(hub)] == [1, 2, 3]
        tablet.page.context.close()


def test_an_answer_outlives_its_page_and_goes_before_newer_ones(
    tmp_path: Path, browser: Browser
) -> None:
    home = tmp_path / "home"
    with running(home) as hub:
        tablet = Tablet(browser.new_context().new_page(), hub)
        tablet.sit_down()
        tablet.takes_the_road("up")
        right = tablet.right_answer()
        settings = on_same_ports(hub)
    tablet.answer(right)
    expect(tablet.page.locator("#leaf-words")).to_have_text("1 answer waits on this tablet")
    page = tablet.page.context.new_page()
    tablet.page.close()
    with running(home, settings) as hub:
        later = Tablet(page, hub)
        later.go("/")
        later.is_safe()
        later.sign_in("Baraka")
        later.takes_the_road("up")
        later.answer(later.right_answer())
        later.is_safe()
        rows = attempts(hub)
        assert [row["learner"] for row in rows] == [1, 2]
        assert len({row["boot"] for row in rows}) == 2
        assert [row["device_seq"] for row in rows] == [1, 1]
        page.context.close()


def test_two_windows_of_one_tablet_lose_nothing(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down("Amani")
    other = Tablet(tablet.page.context.new_page(), hub)
    other.go("/")
    other.sign_in("Baraka")
    for _ in range(2):
        for window in (tablet, other):
            window.answer(window.right_answer())
            expect(window.page.locator("#answer")).to_have_value("")
            expect(window.page.locator("#ok")).to_be_enabled()
    tablet.is_safe()
    other.is_safe()
    rows = attempts(hub)
    assert sorted((row["learner"], row["device_seq"]) for row in rows) == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]
    assert len({row["boot"] for row in rows}) == 2


def test_a_tablet_that_was_shut_out_says_so(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    hub.devices.revoke(1)
    hub.parts.logins_changed()
    expect(tablet.page.locator("#trouble")).to_contain_text("shut out of the class")
    tablet.complaints.clear()
