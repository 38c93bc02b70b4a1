"""The hub's voice by HTTP: only texts that it has shown, only to the tablets of the class."""

from __future__ import annotations

import html
import http.client
import json
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hub import cli
from hub.app import Hub
from hub.lesson.tutoring import Problem
from hub.speech import narrator as narrator_module
from hub.speech import speaker
from hub.web.passages import Passage, text
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.hub.conftest import StartHub, local_settings
from tests.hub.voice import fake, hanging, real, tone, until
from tests.media_pack import files, write
from tests.packs import FIRST_ARITHMETIC

Reply = tuple[int, http.client.HTTPMessage, bytes]
StartSpeaking = Callable[[], Hub]
SIGNED = re.compile(r'href="(/aloud/[^"]+)"')


@pytest.fixture
def start_speaking(start_starter: StartHub) -> StartSpeaking:
    """Starts a hub with the starter pack, once its voice is known."""

    def start() -> Hub:
        hub = start_starter()
        assert hub.parts.narrator.is_known(60)
        return hub

    return start


@pytest.fixture
def hub(start_speaking: StartSpeaking) -> Hub:
    assert real()
    return start_speaking()


def ask(hub: Hub, path: str, secret: str, body: object = None, **more: str) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"} | more
    sent = None if body is None else json.dumps(body)
    connection.request("GET" if body is None else "POST", path, sent, headers)
    response = connection.getresponse()
    found = response.status, response.headers, response.read()
    connection.close()
    return found


def secret_of(hub: Hub, class_id: int = 1) -> str:
    return str(hub.devices.pair(class_id, "kiosk")[1])


def session(hub: Hub, secret: str) -> str:
    found: str = json.loads(ask(hub, "/learn/sign-in", secret, {"learner": 1})[2])["session"]
    return found


def shown(hub: Hub, secret: str, item: str = "a07.7", seed: int = 3) -> list[str]:
    """The addresses of all that can be heard on the page of this question."""
    room = hub.classroom.rooms[1]
    room.problems[1] = Problem(room.pack.item_index[item], seed)
    path = f"/learn/task?learner=1&session={session(hub, secret)}&told"
    page = ask(hub, path, secret)[2].decode()
    return [html.unescape(one) for one in SIGNED.findall(page)]


def part(addresses: list[str], wanted: str) -> str:
    return next(one for one in addresses if one.endswith(f"part={wanted}"))


def test_a_question_and_each_option_can_be_heard(hub: Hub) -> None:
    secret = secret_of(hub)
    found = shown(hub, secret)
    assert len(found) == 4
    for path in found:
        status, headers, body = ask(hub, path, secret)
        assert (status, headers["Content-Type"], body[:4]) == (200, "audio/wav", b"RIFF")
        assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert len({ask(hub, path, secret)[2] for path in found}) == len(found)


def test_a_page_drawn_before_the_voice_is_known_is_heard_once_it_is(
    tmp_path: Path, start_starter: StartHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_calm = tmp_path / "calm"
    busy = f"while [ ! -e {is_calm} ]; do sleep 0.05; done"
    fake(tmp_path, f"cat {tone(tmp_path)}", busy=busy)
    monkeypatch.setattr(narrator_module, "LOOKS_S", (600.0,))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    hub = start_starter()
    try:
        secret = secret_of(hub)
        english = part(shown(hub, secret), "asked")
        status, headers, _ = ask(hub, english, secret)
        assert (status, headers["Retry-After"]) == (503, "2")
        hub.teaching.set_language(1, "sw")
        swahili = part(shown(hub, secret), "asked")
    finally:
        is_calm.touch()
    assert hub.parts.narrator.is_known(60)
    assert ask(hub, english, secret)[2][:4] == b"RIFF"
    # Where the program turns out to have no voice, the next page says so.
    status, headers, _ = ask(hub, swahili, secret)
    assert (status, headers["Retry-After"]) == (503, None)
    assert shown(hub, secret) == []


def test_what_is_there_already_is_not_sent_again_and_parts_are(hub: Hub) -> None:
    secret = secret_of(hub)
    path = part(shown(hub, secret), "asked")
    _, headers, whole = ask(hub, path, secret)
    assert ask(hub, path, secret, **{"If-None-Match": headers["ETag"]})[::2] == (304, b"")
    status, _, some = ask(hub, path, secret, Range="bytes=4-9")
    assert (status, some) == (206, whole[4:10])


def test_nobody_hears_a_text_that_no_page_has_shown(hub: Hub) -> None:
    secret = secret_of(hub)
    path = part(shown(hub, secret), "asked")
    seal = path.split("/")[2].split(".wav")[0]
    assert ask(hub, path, secret)[0] == 200
    forged = [
        path.replace("part=asked", "part=hint.2"),
        path.replace("part=asked", "part=worked"),
        path.replace("seed=3", "seed=4"),
        path.replace("item=a07.7", "item=a07.1"),
        path.replace("tag=en", "tag=sw"),
        path.replace(seal, "0" * len(seal)),
        path.replace(seal, "%C3%A9"),
        path.replace("seed=3", "seed=x"),
        path.replace("seed=3", "seed=-1"),
        *(path.replace("seed=3", f"seed={'9' * digits}") for digits in (30, 4000, 5000)),
        path.replace("item=a07.7", "item=%ff%00"),
        path.split("?")[0],
        path + "&text=hello&part=hint.2&seed=9",
    ]
    given = [ask(hub, one, secret)[0] for one in forged[:-1]]
    assert given == [404] * len(given)
    # What is added to an address is not looked at.
    assert ask(hub, forged[-1], secret)[2] == ask(hub, path, secret)[2]


def test_a_stranger_and_another_class_hear_nothing(hub: Hub) -> None:
    other = hub.teaching.install_pack(FIRST_ARITHMETIC.read_bytes(), where="other")
    elsewhere = hub.teaching.add_class("Other", other, ["Ada"])
    path = part(shown(hub, secret_of(hub)), "asked")
    assert ask(hub, path, "no secret")[0] == 403
    assert ask(hub, path, secret_of(hub, elsewhere.id))[0] == 404


def test_a_tablet_that_asks_without_end_is_slowed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine 70 requests take longer than the bucket needs to fill again.
    monkeypatch.setattr(hub.parts.listening, "_monotonic", lambda: 0.0)
    secret = secret_of(hub)
    path = part(shown(hub, secret), "asked")
    found = [ask(hub, path, secret) for _ in range(70)]
    assert found[0][0] == 200
    assert (found[-1][0], found[-1][1]["Retry-After"]) == (429, "1")
    assert ask(hub, path, secret_of(hub))[0] == 200


def test_a_recording_wins_over_the_hub(tmp_path: Path) -> None:
    folder = write(tmp_path / "source", files())
    hub = Hub(tmp_path / "home", local_settings(), demo_pack=folder)
    hub.start(demo=True)
    try:
        assert hub.parts.narrator.is_known(60)
        secret = secret_of(hub)
        room = hub.classroom.rooms[1]
        room.problems[1] = Problem(0, 3, hints=1)
        page = ask(hub, f"/learn/task?learner=1&session={session(hub, secret)}", secret)[2]
        assert b"m.stem.mp3" in page
        assert b"part=asked" not in page
        assert b"part=hint.0" in page
    finally:
        hub.stop()


def test_a_teacher_may_switch_the_hubs_voice_off_and_it_stays_off(
    start_speaking: StartSpeaking,
) -> None:
    hub = start_speaking()
    secret = secret_of(hub)
    hub.teaching.set_aloud(1, "off")
    assert shown(hub, secret) == []
    hub.stop()
    again = start_speaking()
    assert again.classroom.rooms[1].aloud == "off"
    assert shown(again, secret) == []
    again.teaching.set_aloud(1, "tap")
    assert len(shown(again, secret)) == 4


def test_feedback_is_heard_in_the_words_that_stand_there(hub: Hub) -> None:
    secret = secret_of(hub)
    token = session(hub, secret)
    room = hub.classroom.rooms[1]
    room.problems[1] = Problem(room.pack.item_index["a01.1"], 3)
    answer = {"boot": 1, "device_seq": 1, "learner": 1, "session": token, "item": "a01.1",
              "seed": 3, "answer": "99"}  # fmt: skip
    said = json.loads(ask(hub, "/learn/answer", secret, answer)[2])["next"]["feedback"]
    page = ask(hub, f"/learn/task?learner=1&session={token}&told", secret)[2].decode()
    (path,) = [html.unescape(one) for one in SIGNED.findall(page) if "part=said" in one]
    assert ask(hub, path, secret)[0] == 200
    spoken = re.search(r"part=(said[^&]*)", path)
    assert spoken is not None
    assert text(room.pack, Passage(1, "en", "a01.1", 3, 0, spoken[1])).startswith(said)


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_every_text_of_the_starter_can_be_said(tag: str) -> None:
    pack, _ = load_pack(starter_path())
    for place in range(0, len(pack.items), 5):
        item = pack.items[place].id
        steps = len(pack.template(place).steps)
        for step in range(steps + 1):
            asked = Passage(1, tag, item, 5, step, "asked")
            for one in ("asked", "whole", "worked", "hint.0", "said.right.1."):
                said = text(pack, asked.at(one))
                assert said.strip()
                # No markup, no blank or slot left, nothing that a voice would name.
                assert not re.search(r"[_{}<>\\\[\]#^]|\bNone\b", said), (item, one, said)


def test_answers_go_on_while_the_voice_hangs(
    tmp_path: Path, start_speaking: StartSpeaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert real()
    hub = start_speaking()
    # A speaker that hangs until it is ended, whatever time the answer takes.
    monkeypatch.setattr(speaker, "__file__", str(hanging(tmp_path)))
    monkeypatch.setattr(hub.parts.narrator, "_limit_s", 600.0)
    secret = secret_of(hub)
    paths = shown(hub, secret)
    waiting = [
        threading.Thread(target=ask, args=(hub, paths[at % 4], secret)) for at in range(16)
    ]
    for thread in waiting:
        thread.start()
    until((tmp_path / "hangs").exists)
    answer = {"boot": 1, "device_seq": 1, "learner": 1, "session": session(hub, secret),
              "item": "a07.7", "seed": 3, "answer": "x"}  # fmt: skip
    assert ask(hub, "/learn/answer", secret, answer)[0] == 200
    assert hub.parts.narrator._running is not None
    hub.parts.narrator.stop()
    for thread in waiting:
        thread.join(60)
        assert not thread.is_alive()


def test_the_doctor_says_what_is_read_aloud(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    (hub.home.path / "settings.toml").write_text("http_port = 0\n")
    assert cli.main(["doctor", "--home", str(hub.home.path)]) in (0, 1)
    assert "espeak-ng reads the lessons aloud in ar, en, sw." in capsys.readouterr().out


def test_the_doctor_says_which_language_has_no_voice(
    tmp_path: Path,
    hub: Hub,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake(tmp_path, f"cat {tone(tmp_path)}")
    monkeypatch.setenv("PATH", str(tmp_path))
    cli.main(["doctor", "--home", str(hub.home.path)])
    said = capsys.readouterr().out
    assert "espeak-ng has no voice for ar, sw." in said
    assert "espeak-ng reads the lessons aloud in en." in said


def test_the_doctor_calls_no_voice_no_fault(
    start_hub: StartHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = start_hub()
    monkeypatch.setenv("PATH", "")
    cli.main(["doctor", "--home", str(hub.home.path)])
    said = capsys.readouterr().out
    assert "[ look ] espeak-ng is not installed" in said
