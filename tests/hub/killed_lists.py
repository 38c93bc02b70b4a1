"""Lists taken in and taken back by a hub that is killed at every statement of its database.

`python -m tests.hub.killed_lists POINTS` kills that many times, spread over all points, and
prints what a hub found that was started on the folder afterwards.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec

from hub.app import Hub
from hub.lesson.rebuild import rebuild
from hub.roster.lists.reading import read_list
from hub.store.database import open_reading
from tests.hub.conftest import local_settings
from tests.hub.rosters import RosterSet
from tests.packs import FIRST_ARITHMETIC

#: How a child process ends that found things as they were, as they were to be, or neither.
AS_BEFORE, AS_AFTER, HALF = 10, 11, 12
Deed = Callable[[Hub], object]


class Campaign(msgspec.Struct):
    """What a campaign saw; `half` names the points after which the hub was in between."""

    points: int = 0
    killed: int = 0
    as_before: int = 0
    as_after: int = 0
    half: list[str] = []


def later() -> RosterSet:
    """The sound set a year on: one renamed, one gone, one in another class, one new."""
    made = (
        RosterSet()
        .put("users", 2, "familyName", "Hassan")
        .put("users", 4, "status", "tobedeleted")
    )
    made.put("enrollments", 3, "classSourcedId", "c2")
    made.again("users", 2, sourcedId="u9", givenName="Zuri")
    made.again("classes", 2, sourcedId="c9", title="Standard 6")
    return made.again("enrollments", 2, sourcedId="e9", userSourcedId="u9", classSourcedId="c9")


def take(hub: Hub) -> object:
    """Takes the later set in."""
    return hub.enrolling.take(read_list(later().body(), "set.zip"))


def undo(hub: Hub) -> object:
    """Takes the latest list back."""
    return hub.enrolling.undo(hub.enrolling.latest() or 0)


def take_in_two(hub: Hub) -> object:
    """The same in two transactions: what the campaign has to find out."""
    rename = "UPDATE learners SET name = 'Amina Hassan' WHERE name = 'Amina Juma'"
    hub.writer.call(lambda database: database.conn.execute(rename))
    return take(hub)


def campaign(points: int) -> Campaign:
    """Kills both deeds at `points` points in all; each on a fresh copy of a hub's folder."""
    return _campaign(points // 2, [(take, take), (undo, undo)])


def control(points: int) -> Campaign:
    """The same with a deed that is done in two halves."""
    return _campaign(points, [(take, take_in_two)])


def apart(points: int, *, is_control: bool = False) -> Campaign:
    """The same in a process of its own: it forks, and that wants one thread alone."""
    words = [str(points), *(["--control"] if is_control else [])]
    command = [sys.executable, "-m", "tests.hub.killed_lists", *words]
    done = subprocess.run(command, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Campaign)


def _campaign(points: int, deeds: list[tuple[Deed, Deed]]) -> Campaign:
    """Each deed as it should be, which gives the state to come, and as it is done."""
    found = Campaign()
    with tempfile.TemporaryDirectory() as folder:
        begun = Path(folder) / "begun"
        _run(lambda: _with(begun, _first))
        for number, (deed, as_done) in enumerate(deeds):
            done = Path(folder) / str(number)
            shutil.copytree(begun, done)
            _run(partial(_with, done, deed))
            _kill_at_all(Path(folder), as_done, begun, done, points, found)
            begun = done
    return found


def _first(hub: Hub) -> object:
    pack = hub.teaching.install_pack(FIRST_ARITHMETIC.read_bytes(), where="first")
    return hub.enrolling.take(read_list(RosterSet().body(), "set.zip"), "", pack)


def _kill_at_all(
    folder: Path, deed: Deed, begun: Path, done: Path, points: int, found: Campaign
) -> None:
    before, after = _state_of(begun), _state_of(done)
    copy = folder / "copy"
    shutil.copytree(begun, copy)
    statements = _run(partial(_with, copy, deed))
    shutil.rmtree(copy)
    for number in range(points):
        point = 1 + number * statements // points
        shutil.copytree(begun, copy)
        code = _run(partial(_with, copy, deed, die_at=point))
        found.points += 1
        found.killed += code == -signal.SIGKILL
        judged = _run(lambda: _judged(copy, before, after))
        found.as_before += judged == AS_BEFORE
        found.as_after += judged == AS_AFTER
        if judged not in (AS_BEFORE, AS_AFTER):
            found.half.append(f"{deed.__name__} at {point} of {statements}: {judged}")
        shutil.rmtree(copy)


def _run(work: Callable[[], int]) -> int:
    """What `work` gives, run in a process of its own; -9 where that was killed."""
    child = os.fork()
    if child == 0:
        try:
            code = work()
        except BaseException:  # noqa: BLE001 - the child ends here, whatever it was
            traceback.print_exc()
            code = HALF
        sys.stdout.flush()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _with(home: Path, deed: Deed, *, die_at: int = 0) -> int:
    """How many statements the deed and what it logs took; killed at one of them."""
    hub = _started(home)
    seen = [0]

    def count(_statement: str) -> None:
        seen[0] += 1
        if seen[0] == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    hub.writer.call(lambda database: database.conn.set_trace_callback(count))
    deed(hub)
    hub.writer.call(lambda database: database.conn.set_trace_callback(None))
    hub.stop()
    # What a process can tell as it ends is a byte.
    assert seen[0] < 256
    return seen[0]


def _started(home: Path) -> Hub:
    hub = Hub(home, local_settings())
    hub.start()
    return hub


def _state_of(home: Path) -> bytes:
    """Who is where on a hub's folder, by names."""
    with closing(open_reading(home / "mangotree.db")) as connection:
        people = connection.execute(
            "SELECT l.name, c.name, l.presence, l.source_id FROM learners l"
            " JOIN classes c ON c.id = l.class ORDER BY l.id"
        ).fetchall()
        classes = connection.execute("SELECT name FROM classes ORDER BY id").fetchall()
    return msgspec.json.encode([people, classes])


def _judged(home: Path, before: bytes, after: bytes) -> int:
    """How a hub started anew finds the folder: as before, as after, or in between."""
    hub = _started(home)
    is_whole = all(_is_whole(hub, one) for one in hub.people.classes)
    hub.stop()
    state = _state_of(home)
    if not is_whole or state not in (before, after):
        return HALF
    return AS_AFTER if state == after else AS_BEFORE


def _is_whole(hub: Hub, class_id: int) -> bool:
    """Whether all in the class can work, all others are away, and the log says the same."""
    room = hub.classroom.rooms[class_id]
    here = {one.id for one in hub.people.in_class(class_id)}
    hub.writer.call(lambda _database: None)
    with closing(open_reading(hub.home.database)) as connection:
        replayed, _ = rebuild(connection, class_id)
    is_logged = replayed.save() == room.save()
    return is_logged and here <= room.places.keys() and room.away == room.places.keys() - here


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("points", type=int)
    parser.add_argument("--control", action="store_true")
    asked = parser.parse_args()
    found = (control if asked.control else campaign)(asked.points)
    print(msgspec.json.encode(found).decode())
