"""What comes with time and not with an answer is looked for, through a full disk, too."""

from __future__ import annotations

import threading

import pytest

from hub import keeper
from hub.app import Hub
from hub.errors import StoreFull
from hub.keeper import Keeper
from hub.overriding import Overriding
from tests.hub.conftest import StartHub


def test_each_look_asks_and_a_full_disk_ends_no_looking(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LOOK_EVERY_S", 0.01)
    looks, third = [], threading.Event()

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            third.set()
        raise StoreFull

    looking = Keeper(hub.classroom, hub.writer, on_look=look)
    looking.start()
    assert third.wait(30)
    looking.stop()


def test_a_running_hub_asks_again_and_again_whether_a_teachers_word_is_over(
    start_hub: StartHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LOOK_EVERY_S", 0.01)
    asked, often = [], threading.Event()

    def pass_time(_words: Overriding) -> None:
        asked.append(1)
        if len(asked) > 3:
            often.set()

    monkeypatch.setattr(Overriding, "pass_time", pass_time)
    start_hub()
    assert often.wait(30)
