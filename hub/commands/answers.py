"""The answers that a command works on: a file's, or this hub's own log."""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from tqdm import tqdm

from hub.errors import HubError
from hub.home import Home
from hub.lesson.packs import class_packs
from hub.store import log
from hub.store.database import open_reading
from hub.store.log import Attempt
from models.domain.pack import Pack
from models.domain.response_log import Response, read_responses
from models.training.records import Records, as_records


def answers(asked: argparse.Namespace) -> tuple[Records, str]:
    """The records, and in words where they are from; a bar shows how far reading is."""
    if asked.file is not None:
        rows = read_responses(asked.file)
        bar = tqdm(rows, unit="answer", desc="Reading", delay=1, leave=False, disable=None)
        return as_records(bar), asked.file.name
    home = Home(asked.home)
    if not home.database.exists():
        raise HubError(f"There is no hub's data in {asked.home}. Name a file, or --home.")
    with closing(open_reading(home.database)) as connection:
        connection.execute("BEGIN")
        return _of_hub(connection), "this hub's log"


def _of_hub(connection: sqlite3.Connection) -> Records:
    """All classes' answers. Items of packs that differ are told apart by the pack's name."""
    packs = class_packs(connection)
    names = {pack.name for pack in packs.values()}
    prefix = {
        class_id: f"{pack.name}/" if len(names) > 1 else "" for class_id, pack in packs.items()
    }
    items = [
        (prefix[class_id] + item.id, [prefix[class_id] + skill for skill in item.skills])
        for class_id, pack in packs.items()
        for item in pack.items
    ]
    return as_records(
        (
            response
            for class_id, pack in packs.items()
            for response in _of_class(connection, class_id, pack, prefix[class_id])
        ),
        items,
    )


def _of_class(
    connection: sqlite3.Connection, class_id: int, pack: Pack, prefix: str
) -> Iterator[Response]:
    for row in log.read(connection, class_id):
        if isinstance(row, Attempt) and row.is_right is not None:
            item = pack.items[row.item]
            yield Response(
                # The learner's number, never the name: nothing here needs to know who it is.
                user=str(row.learner),
                item=prefix + item.id,
                skills=tuple(prefix + skill for skill in item.skills),
                is_right=row.is_right == 1,
                ms=row.ms,
                hints=row.hints,
                time_s=float(row.wall_s) if row.clock_trusted else None,
            )
