"""Rebuilds what the hub believes from its log alone, and compares it bit for bit."""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from functools import partial
from typing import NoReturn

from tqdm import tqdm

from hub.errors import HubError
from hub.home import Home
from hub.lesson.rebuild import Rebuilt, rebuild
from hub.lesson.room import Room
from hub.store import log, snapshots
from hub.store.database import open_reading, open_writing


def run(asked: argparse.Namespace) -> int:
    """With `--verify` only compares (0 when all is equal); else writes fresh snapshots too."""
    home = Home(asked.home)
    if not home.database.exists():
        raise HubError(f"There is no hub's data in {asked.home}.")
    if asked.verify:
        with closing(open_reading(home.database)) as connection:
            return _verify(connection)
    home.open()
    with closing(home):
        database = open_writing(home.database)
        with closing(database.conn):
            for room, _ in _rebuilt(database.conn):
                snapshots.save(database, room.class_id, room.hub_seq, room.save())
    print("The snapshots now follow from the log.")
    return 0


def _verify(connection: sqlite3.Connection) -> int:
    # One read transaction: a running hub may write on, this sees one moment.
    connection.execute("BEGIN")
    is_equal = True
    for _, found in _rebuilt(connection):
        is_equal &= found.is_equal
        print(_sentence(found))
    twice, missing = log.doubled(connection), log.gaps(connection)
    print(f"Answers twice in the log: {twice}. Missing numbers: {missing}.")
    is_equal &= twice == 0 and missing == 0
    print("Equal, bit for bit." if is_equal else "NOT equal: see docs/faults.md.")
    return 0 if is_equal else 1


def _rebuilt(connection: sqlite3.Connection) -> list[tuple[Room, Rebuilt]]:
    classes = [row[0] for row in connection.execute("SELECT id FROM classes ORDER BY id")]
    last = log.last_seq(connection)
    found = []
    for class_id in classes:
        with tqdm(total=last, unit="row", desc=f"Class {class_id}", delay=1) as bar:
            found.append(rebuild(connection, class_id, partial(_move, bar)))
    return found


def _move(bar: tqdm[NoReturn], seq: int) -> None:
    bar.update(seq - bar.n)


def _sentence(found: Rebuilt) -> str:
    snapshot = "no snapshot yet"
    if found.snapshot_seq is not None:
        word = "equal" if found.is_snapshot_equal else "DIFFERENT"
        snapshot = f"snapshot at {found.snapshot_seq} {word}"
    earlier = ""
    if found.earlier:
        earlier = (
            f" ({found.earlier} of them first traced by an earlier version, and anew since)"
        )
    return (
        f"Class {found.class_id}: {found.attempts} answers{earlier} and {found.events} events "
        "replayed; "
        f"{found.other_predictions} predictions or choices differ; {snapshot}."
    )
