"""Who is who: devices and their secrets, sessions, the teacher's code and password."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from hub.app import Hub
from hub.errors import NotAllowed, RosterError
from hub.roster.devices import Devices
from hub.roster.people import CODE_ALPHABET, PICTURES, People
from hub.roster.teacher import LOCKED_S, SHORTEST_PASSWORD, TRIES, Teacher
from hub.store.database import open_reading
from hub.store.writer import Writer
from tests.hub.ground import ready, writing

PHONE = "10.0.0.7"
PASSWORD = "mango mango"


class Watch:
    """A monotonic clock that moves when a test says so."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


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


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def teacher(writer: Writer, path: Path, watch: Watch) -> Iterator[Teacher]:
    reader = open_reading(path)
    yield Teacher(writer, reader, monotonic=watch)
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


def test_a_code_lets_one_teacher_in_once(teacher: Teacher) -> None:
    code = teacher.new_one_time_code()
    assert set(code) <= set(CODE_ALPHABET)
    assert teacher.sign_in(f" {code[:4].lower()} {code[4:]}", source=PHONE) is True
    with pytest.raises(NotAllowed):
        teacher.sign_in(code, source=PHONE)


def test_a_new_code_makes_the_one_before_void(teacher: Teacher) -> None:
    old, new = teacher.new_one_time_code(), teacher.new_one_time_code()
    with pytest.raises(NotAllowed):
        teacher.sign_in(old, source=PHONE)
    assert teacher.sign_in(new, source=PHONE) is True


def test_of_two_who_enter_one_code_at_once_one_comes_in(teacher: Teacher) -> None:
    code, gate = teacher.new_one_time_code(), threading.Barrier(2)

    def enter(source: str) -> bool:
        gate.wait()
        try:
            return teacher.sign_in(code, source=source)
        except NotAllowed:
            return False

    with ThreadPoolExecutor(2) as phones:
        assert sorted(phones.map(enter, ["one", "two"])) == [False, True]


def test_a_password_is_the_teachers_own(teacher: Teacher) -> None:
    assert not teacher.has_password
    teacher.set_password(PASSWORD)
    assert teacher.has_password
    assert teacher.sign_in(PASSWORD, source=PHONE) is False
    for wrong in ("", PASSWORD.upper(), PASSWORD + " "):
        with pytest.raises(NotAllowed, match="neither the password nor the code"):
            teacher.sign_in(wrong, source=PHONE)


def test_a_password_that_is_too_short_is_refused_and_the_old_one_stays(
    teacher: Teacher,
) -> None:
    teacher.set_password(PASSWORD)
    with pytest.raises(RosterError, match=f"at least {SHORTEST_PASSWORD} characters"):
        teacher.set_password("m" * (SHORTEST_PASSWORD - 1))
    assert teacher.sign_in(PASSWORD, source=PHONE) is False
    teacher.set_password("m" * SHORTEST_PASSWORD)


def test_after_five_wrong_tries_the_right_password_must_wait_a_minute(
    teacher: Teacher, watch: Watch
) -> None:
    teacher.set_password(PASSWORD)
    for _ in range(TRIES):
        with pytest.raises(NotAllowed, match="neither"):
            teacher.sign_in("guess", source=PHONE)
    with pytest.raises(NotAllowed, match="Wait a minute") as caught:
        teacher.sign_in(PASSWORD, source=PHONE)
    assert caught.value.retry_s == LOCKED_S
    assert teacher.sign_in(PASSWORD, source="10.0.0.8") is False
    watch.now_s += LOCKED_S
    assert teacher.sign_in(PASSWORD, source=PHONE) is False


def test_the_right_password_forgives_the_wrong_tries(teacher: Teacher) -> None:
    teacher.set_password(PASSWORD)
    for _ in range(3):
        for _ in range(TRIES - 1):
            with pytest.raises(NotAllowed, match="neither"):
                teacher.sign_in("guess", source=PHONE)
        assert teacher.sign_in(PASSWORD, source=PHONE) is False


def test_codes_and_passwords_are_hashed_as_a_small_board_can_bear(teacher: Teacher) -> None:
    teacher.set_password(PASSWORD)
    teacher.new_one_time_code()
    for name in ("teacher_password", "one_time_code"):
        stored = teacher.secret(name)
        assert stored is not None
        assert stored.startswith("$argon2id$v=19$m=12288,t=3,p=1$")


def test_the_hubs_own_secrets_are_made_once(teacher: Teacher) -> None:
    key = teacher.secret_or_new("session_key")
    assert len(bytes.fromhex(key)) == 32
    assert teacher.secret_or_new("session_key") == key
    assert teacher.secret_or_new("cookie_key") != key


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
