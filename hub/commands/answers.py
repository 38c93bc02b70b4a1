"""The answers that a command works on: a file's, or this hub's own log."""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from tqdm import tqdm

from hub.errors import HubError
from hub.home import Home
from hub.lesson.exempt import Exempt
from hub.lesson.inner_loop import InnerLoop
from hub.lesson.packs import Packs, class_packs
from hub.store import log
from hub.store.database import open_reading
from hub.store.log import Event
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
    packs = Packs(connection)
    worked = {one: _packs_of(connection, packs, one) for one in class_packs(connection)}
    names = {pack.name for used in worked.values() for pack in used}
    items = {
        _named(pack, item.id, names): [_named(pack, skill, names) for skill in item.skills]
        for used in worked.values()
        for pack in used
        for item in pack.items
    }
    return as_records(
        (
            response
            for class_id, used in worked.items()
            for response in _of_class(connection, class_id, used, names)
        ),
        list(items.items()),
    )


def _packs_of(connection: sqlite3.Connection, packs: Packs, class_id: int) -> list[Pack]:
    """The packs that a class worked with, in order."""
    select = (
        "SELECT body ->> 'pack' FROM events WHERE kind = 'pack' AND class = ? ORDER BY hub_seq"
    )
    later = connection.execute(select, (class_id,)).fetchall()
    return [packs.begun(class_id), *(packs[row[0]] for row in later)]


def _named(pack: Pack, name: str, names: set[str]) -> str:
    return f"{pack.name}/{name}" if len(names) > 1 else name


def _of_class(
    connection: sqlite3.Connection, class_id: int, used: list[Pack], names: set[str]
) -> Iterator[Response]:
    """Each answer as it moved the learner model; later tries at the same question did not.

    Right is what the model heard as right: an answer after the last hint was not. `hints` are
    those that were seen, by whichever road they were asked for. How long it took is not known
    of whom the teacher took out of rules of time, for as long as that holds.
    """
    number, exempt = 0, Exempt()
    loop = InnerLoop(used[0])
    for row in log.read(connection, class_id):
        exempt.passed(row)
        if isinstance(row, Event):
            if row.kind == "pack":
                number += 1
                loop = loop.with_pack(used[number], row.hub_seq)
                exempt.moved(used[number - 1], used[number])
            else:
                loop.noted(row)
            continue
        said = loop.answered(row)
        if said is not None:
            pack = used[number]
            item = pack.items[row.item]
            yield Response(
                # The learner's number, never the name: nothing here needs to know who it is.
                user=str(row.learner),
                item=_named(pack, item.id, names),
                skills=tuple(_named(pack, skill, names) for skill in item.skills),
                is_right=said.is_right,
                ms=exempt.heard_ms(row),
                hints=said.hints,
                time_s=float(row.wall_s) if row.clock_trusted else None,
            )
