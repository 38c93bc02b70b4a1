"""What must be true of either broker, whoever connects and whatever it sends."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

import pytest

from devices.messages import MAX_PAYLOAD_BYTES, class_topic, down_topic, state_topic, up_topic
from hub.broker.access import may
from hub.broker.base import HUB, Broker
from hub.errors import BrokerError
from tests.wire.client import DEADLINE_S, Client, refused
from tests.wire.conftest import MakeBroker, School

LogIn = Callable[..., Client]

ANSWER_1, ANSWER_2 = up_topic(1, "answer"), up_topic(2, "answer")
NEXT_1, NEXT_2 = down_topic(1, "next"), down_topic(2, "next")


def test_a_wrong_password_is_refused(broker: Broker) -> None:
    assert "ot authorized" in refused(Client(broker, "1", "wrong"))


def test_an_unknown_name_is_refused(broker: Broker) -> None:
    assert "ot authorized" in refused(Client(broker, "99", "wrong"))


def test_someone_without_a_name_is_refused(broker: Broker) -> None:
    assert "ot authorized" in refused(Client(broker, None))


def test_an_answer_of_a_device_reaches_the_hub(hub: Client, log_in: LogIn) -> None:
    with log_in("1") as device:
        device.publish(ANSWER_1, b"7")
    assert hub.next().payload == b"7"


def test_answers_reach_the_hub_in_the_order_in_which_they_were_sent(
    hub: Client, log_in: LogIn
) -> None:
    sent = [str(number).encode() for number in range(300)]
    with log_in("1") as device:
        for payload in sent:
            device.publish(ANSWER_1, payload)
    assert [hub.next().payload for _ in sent] == sent


def test_only_what_the_rules_allow_reaches_the_hub(
    hub: Client, log_in: LogIn, school: School
) -> None:
    me = school.logins["1"]
    own = [up_topic(1, leaf) for leaf in ("answer", "event", "hello")]
    forged = [
        ANSWER_2,
        state_topic(2),
        NEXT_1,
        NEXT_2,
        class_topic(7),
        "mangotree/1/dev/1/up/x",
    ]
    topics = [*forged, *own, "mangotree/1/dev/1/up/answer/more", "mangotree/1/dev/01/up/answer"]
    with log_in("1") as device:
        for topic in topics:
            device.publish(topic, b"said")
        device.publish(ANSWER_1, b"last")
    heard = [message.topic for message in hub.until(ANSWER_1, b"last")]
    assert heard == [topic for topic in topics if may(me, "write", topic)] == own


def test_what_the_hub_sends_reaches_that_device_only(hub: Client, log_in: LogIn) -> None:
    with log_in("1") as one, log_in("2") as two:
        one.subscribe(NEXT_1)
        two.subscribe(NEXT_2)
        hub.publish(NEXT_1, b"for one")
        hub.publish(NEXT_2, b"for two")
        assert one.next().payload == b"for one"
        assert two.next().payload == b"for two"
        assert one.messages.empty()


@pytest.mark.parametrize("a_filter", [NEXT_2, ANSWER_2, "#", "mangotree/1/dev/+/down/next"])
def test_a_device_that_listens_to_another_hears_nothing_of_it(
    hub: Client, log_in: LogIn, a_filter: str
) -> None:
    with log_in("1") as spy, log_in("2") as other:
        spy.subscribe(a_filter)
        spy.subscribe(down_topic(1, "receipt"))
        hub.publish(NEXT_2, b"not yours")
        other.publish(ANSWER_2, b"not yours")
        hub.publish(down_topic(1, "receipt"), b"yours")
        assert spy.until(down_topic(1, "receipt"), b"yours") == []


def test_a_device_that_connects_is_not_handed_what_was_kept_for_others(
    hub: Client, log_in: LogIn
) -> None:
    hub.publish(class_topic(7), b"practice", retain=True)
    with log_in("2") as neighbour:
        neighbour.publish(state_topic(2), b"online", retain=True)
        neighbour.subscribe(class_topic(7))
        assert neighbour.next().payload == b"practice"
        with log_in("3") as stranger:
            stranger.subscribe(down_topic(3, "next"))
            hub.publish(down_topic(3, "next"), b"first")
            assert stranger.until(down_topic(3, "next"), b"first") == []


def test_a_revoked_device_is_cut_off_and_stays_out(
    broker: Broker, log_in: LogIn, school: School
) -> None:
    with log_in("1") as device, log_in("2") as other:
        del school.logins["1"]
        broker.reload()
        assert device.is_gone.wait(DEADLINE_S)
        assert "ot authorized" in refused(log_in("1"))
        assert not other.is_gone.is_set()


def test_a_device_that_was_just_paired_gets_in_at_once(
    broker: Broker, log_in: LogIn, school: School
) -> None:
    for number in range(20, 40):
        school.add(str(number), 7)
        broker.reload()
        with log_in(str(number)) as device:
            device.publish(up_topic(number, "hello"))


def test_a_device_that_vanishes_is_offline_for_those_who_come_later(
    hub: Client, log_in: LogIn
) -> None:
    device = log_in("1", will=(state_topic(1), b"offline"))
    device.connect()
    device.publish(state_topic(1), b"online", retain=True)
    assert hub.next().payload == b"online"
    device.drop()
    assert hub.next().payload == b"offline"
    assert hub.subscribe(state_topic(1)) == [True]
    late = hub.next()
    assert (late.payload, late.retain) == (b"offline", True)


def test_a_device_that_is_there_is_online_for_those_who_come_later(
    hub: Client, log_in: LogIn
) -> None:
    with log_in("1") as device:
        device.publish(state_topic(1), b"online", retain=True)
        assert not hub.next().retain
        hub.subscribe(state_topic(1))
        late = hub.next()
        assert (late.payload, late.retain) == (b"online", True)


def test_a_device_that_falls_silent_is_offline(
    hub: Client, broker: Broker, school: School
) -> None:
    secret = school.secrets["1"]
    with silent_device(broker, secret, keep_alive_s=1):
        message = hub.next()
    assert (message.topic, message.payload) == (state_topic(1), b"offline")


def test_a_device_that_comes_back_ends_its_dead_connection_and_is_online(
    hub: Client, log_in: LogIn
) -> None:
    will = (state_topic(1), b"offline")
    with log_in("1", will=will) as before:
        before.publish(state_topic(1), b"online", retain=True)
        with log_in("1", will=will) as after:
            after.publish(state_topic(1), b"online", retain=True)
            states = [hub.next().payload for _ in range(3)]
            assert before.is_gone.wait(DEADLINE_S)
    assert states == [b"online", b"offline", b"online"]


def test_a_last_will_in_the_name_of_another_is_never_heard(
    hub: Client, log_in: LogIn, school: School
) -> None:
    """The embedded broker refuses the connection, Mosquitto drops the will."""
    forger = log_in("1", will=(ANSWER_2, b"forged"))
    if not forger.connect().is_failure:
        forger.drop()
    forger.close()
    with log_in("2") as device:
        device.publish(ANSWER_2, b"true")
    assert hub.until(ANSWER_2, b"true") == []


@pytest.mark.parametrize("secret", ["wrong", None])
def test_nobody_ends_the_hubs_connection_by_taking_its_name(
    broker: Broker, hub: Client, log_in: LogIn, school: School, secret: str | None
) -> None:
    thief = Client(broker, "1", secret or school.secrets["1"], client_id=HUB)
    thief.connect()
    thief.close()
    with log_in("2") as device:
        device.publish(ANSWER_2, b"heard")
    assert hub.next().payload == b"heard"
    assert not hub.is_gone.is_set()


def test_the_state_of_a_class_reaches_who_comes_late_and_no_other_class(
    hub: Client, log_in: LogIn
) -> None:
    hub.publish(class_topic(7), b"pause", retain=True)
    hub.publish(class_topic(8), b"practice", retain=True)
    with log_in("1") as late, log_in("3") as other_class:
        late.subscribe(class_topic(7))
        assert late.next().payload == b"pause"
        other_class.subscribe(class_topic(7))
        other_class.subscribe(class_topic(8))
        assert other_class.next().payload == b"practice"
        assert other_class.messages.empty()


def test_a_device_that_changed_class_hears_the_new_one_only(
    broker: Broker, hub: Client, log_in: LogIn, school: School
) -> None:
    with log_in("1") as device:
        device.subscribe(class_topic(7))
        school.move("1", 8)
        broker.reload()
    with log_in("1") as device:
        device.subscribe(class_topic(7))
        device.subscribe(class_topic(8))
        hub.publish(class_topic(7), b"old")
        hub.publish(class_topic(8), b"new")
        assert device.next().payload == b"new"


def test_a_payload_over_the_limit_never_reaches_the_hub_and_the_others_go_on(
    hub: Client, log_in: LogIn
) -> None:
    device = log_in("1")
    device.connect()
    device.throw(ANSWER_1, b"x" * (MAX_PAYLOAD_BYTES + 1))
    with log_in("2") as other:
        other.publish(ANSWER_2, b"y" * MAX_PAYLOAD_BYTES)
    assert hub.until(ANSWER_2, b"y" * MAX_PAYLOAD_BYTES) == []
    device.close()


def test_a_packet_of_a_megabyte_ends_the_connection_that_sends_it(
    hub: Client, log_in: LogIn
) -> None:
    with log_in("1") as device, log_in("2") as other:
        device.throw(ANSWER_1, b"x" * 1024 * 1024)
        assert device.is_gone.wait(DEADLINE_S)
        other.publish(ANSWER_2, b"fine")
        assert hub.next().payload == b"fine"


def test_a_browser_speaks_through_a_websocket(
    broker: Broker, hub: Client, log_in: LogIn
) -> None:
    if broker.websocket_port is None:
        pytest.fail("the installed Mosquitto has no WebSocket; Debian 12 and 13 have it")
    with log_in("1", transport="websockets") as browser:
        browser.subscribe(NEXT_1)
        browser.publish(ANSWER_1, b"7")
        assert hub.next().payload == b"7"
        hub.publish(NEXT_1, b"right")
        assert browser.next().payload == b"right"


def test_a_port_that_is_taken_is_an_error_that_names_it(
    kind: str, make_broker: MakeBroker
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(BrokerError, match=f"port {taken}"):
            make_broker(kind, port=taken).start()
        with pytest.raises(BrokerError, match=f"port {taken}"):
            make_broker(kind, websocket_port=taken).start()


def test_a_broker_that_was_stopped_leaves_nothing_behind(
    kind: str, make_broker: MakeBroker, school: School
) -> None:
    before = set(threading.enumerate())
    broker = make_broker(kind, websocket_port=0)
    broker.start()
    pids, ports = broker.pids, [broker.port, broker.websocket_port]
    with Client(broker, "1", school.secrets["1"]) as device:
        broker.stop()
        assert device.is_gone.wait(DEADLINE_S)
    assert not broker.is_alive
    assert set(threading.enumerate()) == before
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port or 0), DEADLINE_S)


def test_a_broker_starts_again_on_the_same_port_after_a_stop(
    kind: str, make_broker: MakeBroker, school: School
) -> None:
    broker = make_broker(kind)
    for _ in range(2):
        broker.start()
        with Client(broker, "1", school.secrets["1"]) as device:
            device.publish(ANSWER_1)
        broker.stop()


def silent_device(broker: Broker, secret: str, *, keep_alive_s: int) -> socket.socket:
    """Device 1, connected with a last will, which then says nothing; MQTT 3.1.1 by hand."""

    def field(data: bytes) -> bytes:
        return len(data).to_bytes(2, "big") + data

    will = field(state_topic(1).encode()) + field(b"offline")
    login = field(b"1") + field(secret.encode())
    head = field(b"MQTT") + bytes([4, 0xC6]) + keep_alive_s.to_bytes(2, "big")
    body = head + field(b"silent") + will + login
    opened = socket.create_connection((broker.host, broker.port), DEADLINE_S)
    opened.sendall(bytes([0x10, len(body)]) + body)
    assert opened.recv(4) == b"\x20\x02\x00\x00"
    return opened
