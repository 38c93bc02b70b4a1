"""The same answers in the same order to a hub of its own that nothing happens to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from devices.messages import Answer
from hub.app import Hub
from hub.lesson.models import Models
from hub.lesson.packs import Packs
from hub.lesson.rebuild import resume
from hub.store import log
from hub.store.database import open_reading
from hub.store.log import Attempt
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.browser.scene import running

CLASS = 1
#: Answers between two looks at the disk: a fraction of those that may wait for it.
AT_ONCE = 500
#: What the hub found, said and chose for an answer; the rest is when and where it came.
FOUND = ("learner", "item", "answer", "is_right", "p", "next_item", "judged", "misconception")


@dataclass(frozen=True, slots=True)
class Apart:
    """How far the two are apart: answers that came out otherwise, and states at the end."""

    answers: int
    states: int


def compare(disturbed: Path, fresh: Path, learners: list[str]) -> Apart:
    """Gives what stands in `disturbed` to a new hub in `fresh`, through the door of answers.

    The hub of `disturbed` was stopped in order: it is compared as its next start finds it.
    """
    with closing(open_reading(disturbed / "mangotree.db")) as connection:
        rows = attempts(connection)
        ended = resume(connection, CLASS, Models(connection), Packs(connection))
        devices = connection.execute("SELECT max(id) FROM devices").fetchone()[0]
    with running(fresh, demo=False) as hub:
        _, body = load_pack(starter_path())
        pack = hub.teaching.install_pack(body, where="the starter pack")
        hub.teaching.add_class("A class", pack, learners)
        for number in range(devices):
            hub.devices.pair(CLASS, f"tablet {number}")
        for number, row in enumerate(rows):
            # No class is as quick as this loop: its disk must come along.
            if number % AT_ONCE == 0:
                hub.writer.settle()
            give(hub, row)
        room = hub.classroom.rooms[CLASS]
        is_same = (ended.hub_seq, ended.save()) == (room.hub_seq, room.save())
    with closing(open_reading(fresh / "mangotree.db")) as connection:
        again = attempts(connection)
    pairs = zip(rows, again, strict=True)
    return Apart(sum(found(one) != found(other) for one, other in pairs), int(not is_same))


def attempts(connection: sqlite3.Connection) -> list[Attempt]:
    """All answers of the log, in its order."""
    rows: Iterator[log.Row] = log.read(connection, CLASS)
    return [row for row in rows if isinstance(row, Attempt)]


def give(hub: Hub, row: Attempt) -> None:
    """The answer as its device sent it."""
    room, device = hub.classroom.rooms[CLASS], hub.devices.all[row.device]
    sent = Answer(
        device_seq=row.device_seq,
        boot=row.boot,
        learner=row.learner,
        session=hub.devices.session(row.device, row.learner),
        item=room.pack.items[row.item].id,
        seed=row.seed,
        answer=row.answer,
        step=row.step,
        ms=row.ms,
        hints=row.hints,
        tries=row.tries,
        at=row.at,
    )
    hub.classroom.answer(device, sent)


def found(row: Attempt) -> tuple[object, ...]:
    """What the hub made of an answer."""
    return tuple(getattr(row, name) for name in FOUND)
