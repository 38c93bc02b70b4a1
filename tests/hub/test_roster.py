"""Who is who: devices and their secrets, learners' sessions, the hub's own keys."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hub.app import Hub
from hub.errors import RosterError
from hub.roster.devices import Devices
from hub.roster.hub_keys import HubKeys
from hub.roster.people import PICTURES, People
from hub.store.database import open_reading
from hub.store.writer import Writer
from tests.hub.ground import ready, writing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mangotree.db"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    database = ready(path)
    database.conn.executescript(
        "INSERT INTO packs (id, sha256, body) VALUES (1, '0', x'00');"
        "INSERT INTO classes (id, name, pack, join_code)"
        " VALUES (1, 'One', 1, 'AAAAAA'), (2, 'Two', 1, 'BBBBBB');"
    )
    with writing(database, lambda _: None) as running:
        yield running


@pytest.fixture
def devices(writer: Writer, path: Path) -> Iterator[Devices]:
    reader = open_reading(path)
    found = Devices(writer, reader, hash_for_broker=lambda secret: f"hash of {len(secret)}")
    found.load("00" * 32)
    yield found
    reader.close()


def everyone(writer: Writer, path: Path) -> People:
    with closing(open_reading(path)) as reader:
        people = People(writer, reader)
        people.load()
    return people


def test_a_session_belongs_to_one_learner_on_one_device(devices: Devices) -> None:
    token = devices.session(1, 2)
    assert devices.is_session(token, 1, 2)
    assert not devices.is_session(token, 1, 3)
    assert not devices.is_session(token, 2, 2)
    assert not devices.is_session(devices.session(12, 3), 1, 23)
    assert not devices.is_session(token[:-1], 1, 2)
    assert not devices.is_session("", 1, 2)
    assert not devices.is_session("é" * 32, 1, 2)


def test_a_session_survives_a_restart_and_no_other_hub_knows_it(
    devices: Devices, writer: Writer
) -> None:
    token = devices.session(1, 2)
    devices.load("00" * 32)
    assert devices.is_session(token, 1, 2)
    devices.load("11" * 32)
    assert not devices.is_session(token, 1, 2)


def test_a_devices_secret_is_its_own_and_is_kept_as_a_hash_only(
    devices: Devices, path: Path
) -> None:
    one, secret = devices.pair(1, "One")
    other, other_secret = devices.pair(1, "One")
    assert (devices.by_secret(secret), devices.by_secret(other_secret)) == (one, other)
    assert devices.by_secret(secret + "x") is None
    files = b"".join(file.read_bytes() for file in path.parent.glob("mangotree.db*"))
    assert secret.encode() not in files


def test_a_revoked_device_stays_out_after_a_restart_too(devices: Devices) -> None:
    device, secret = devices.pair(1, "Lost")
    devices.revoke(device.id)
    assert devices.by_secret(secret) is None
    devices.load("00" * 32)
    assert devices.by_secret(secret) is None
    assert devices.all[device.id].is_revoked
    with pytest.raises(RosterError, match="no device 99"):
        devices.revoke(99)


def test_a_tablet_that_is_paired_disturbs_nobody_who_goes_through_them(
    devices: Devices,
) -> None:
    first, _ = devices.pair(1, "Tablet 1")
    shown = iter(devices.all.values())
    devices.pair(1, "Tablet 2")
    assert list(shown) == [first]


def test_the_hubs_own_secrets_are_made_once(writer: Writer, path: Path) -> None:
    with closing(open_reading(path)) as reader:
        keys = HubKeys(writer, reader)
        key = keys.key("session_key")
        assert len(bytes.fromhex(key)) == 32
        assert keys.key("session_key") == key
        assert keys.key("cookie_key") != key


def test_learners_have_pictures_of_their_own_while_they_last(
    writer: Writer, path: Path
) -> None:
    people = everyone(writer, path)
    names = [f"Learner {number}" for number in range(len(PICTURES) + 1)]
    people.add_learners(1, names[:5])
    people.add_learners(1, names[5:])
    pictures = [one.picture for one in people.in_class(1)]
    assert len(set(pictures)) == len(PICTURES)
    assert pictures[-1] == pictures[0]
    assert people.in_class(2) == []
    with pytest.raises(RosterError, match="no class 3"):
        people.add_learners(3, ["Nobody"])
    with pytest.raises(RosterError, match="no learner 999"):
        people.learner(999)


def test_a_class_is_found_by_its_code_however_it_is_typed(writer: Writer, path: Path) -> None:
    people = everyone(writer, path)
    found = people.class_by_code(" aaa AAA ")
    assert found is not None
    assert found.id == 1
    assert people.class_by_code("AAAAAB") is None
    assert people.class_by_code("") is None
    assert people.class_by_code("é") is None


def test_learners_whom_two_phones_add_at_once_are_enrolled_once_each(hub: Hub) -> None:
    hub.people.add_learners(1, ["Wanjiru", "Otieno"])
    phones = [threading.Thread(target=hub.teaching.catch_up) for _ in range(2)]
    with hub.classroom.lock:
        for phone in phones:
            phone.start()
        for phone in phones:
            # Time enough to look who is missing, for one that looks before it is its turn.
            phone.join(0.1)
            assert phone.is_alive()
    for phone in phones:
        phone.join()
    enrolments = "SELECT body FROM events WHERE kind = 'enrol'"
    bodies = hub.writer.call(lambda database: database.conn.execute(enrolments).fetchall())
    enrolled = [learner for body in bodies for learner in json.loads(body[0])["learners"]]
    assert sorted(enrolled) == sorted(one.id for one in hub.people.in_class(1))
    room = hub.classroom.rooms[1]
    assert room.tracer.n_learners == len(room.places) == len(enrolled)
