"""What tablets are told of their class while several people say what it is to do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from devices.messages import ClassControl, ClassState
from hub.app import Hub
from tests.hub.tablet import DEADLINE_S, told

Lock = Any


class OtherPhone:
    """Says `state` in the moment in which the hub is about to tell a class something.

    That goes on once the other word is said, or has to wait for its turn.
    """

    def __init__(self, hub: Hub, state: ClassState) -> None:
        self._hub, self._state = hub, state
        self._lock: Lock = hub.classroom.lock
        self._publish: Callable[..., None] = hub.gateway._publish
        self._thread = threading.Thread(target=self._say)
        self._is_begun = threading.Event()
        self._is_said_or_waits = threading.Event()

    def publish(self, topic: str, message: msgspec.Struct, *, retain: bool = False) -> None:
        """In place of the gateway's own."""
        if isinstance(message, ClassControl) and not self._is_begun.is_set():
            self._is_begun.set()
            self._thread.start()
            assert self._is_said_or_waits.wait(DEADLINE_S)
        self._publish(topic, message, retain=retain)

    def __enter__(self) -> None:
        """In place of the classroom's lock."""
        if not self._lock.acquire(blocking=False):
            if threading.current_thread() is self._thread:
                self._is_said_or_waits.set()
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def wait(self) -> None:
        """Until the other phone was answered."""
        assert self._is_said_or_waits.wait(DEADLINE_S)
        self._thread.join(DEADLINE_S)
        assert not self._thread.is_alive()

    def _say(self) -> None:
        self._hub.teaching.set_state(1, self._state)
        self._is_said_or_waits.set()


@pytest.fixture
def other_phone(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> Callable[[ClassState], OtherPhone]:
    def make(state: ClassState) -> OtherPhone:
        made = OtherPhone(hub, state)
        monkeypatch.setattr(hub.classroom, "lock", made)
        monkeypatch.setattr(hub.gateway, "_publish", made.publish)
        return made

    return make


def cut(hub: Hub) -> None:
    """The hub loses its own connection to the broker, and comes back by itself."""
    client = hub.gateway._client
    assert client is not None
    opened = client.socket()
    assert isinstance(opened, socket.socket)
    opened.shutdown(socket.SHUT_RDWR)


def test_of_two_phones_at_once_tablets_are_told_what_holds(
    hub: Hub, other_phone: Callable[[ClassState], OtherPhone]
) -> None:
    other = other_phone("practice")
    hub.teaching.set_state(1, "pause")
    other.wait()
    assert hub.classroom.rooms[1].state == "practice"
    assert told(hub) == "practice"


def test_a_word_while_the_hub_comes_back_to_its_broker_holds(
    hub: Hub, other_phone: Callable[[ClassState], OtherPhone]
) -> None:
    hub.teaching.set_state(1, "pause")
    assert told(hub) == "pause"
    other = other_phone("practice")
    cut(hub)
    other.wait()
    assert hub.gateway._connected.wait(DEADLINE_S)
    assert told(hub) == "practice"


def test_a_word_that_waited_for_the_broker_does_not_outlive_a_later_one(hub: Hub) -> None:
    client, is_back = hub.gateway._client, threading.Event()
    assert client is not None
    go, come = client.on_disconnect, client.on_connect
    assert go is not None
    assert come is not None

    def gone(*told: Any) -> None:
        go(*told)
        hub.teaching.set_state(1, "pause")

    def back(*told: Any) -> None:
        hub.teaching.set_state(1, "practice")
        come(*told)
        is_back.set()

    client.on_disconnect, client.on_connect = gone, back
    cut(hub)
    assert is_back.wait(DEADLINE_S)
    client.on_disconnect, client.on_connect = go, come
    assert hub.gateway._connected.wait(DEADLINE_S)
    assert told(hub) == "practice"
