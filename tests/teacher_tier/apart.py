"""Flags taken apart: does what clears them clear them, do stored rows give the same score."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hub.clock import Moment
from hub.insight.flags import Clears, Flag, Flags, Now
from hub.insight.flags.clearing import UNHURRIED_MS
from hub.insight.flags.projection import SPAN
from hub.store import log
from hub.store.database import open_reading, open_writing
from hub.store.log import Attempt
from hub.store.migrations import begin_boot
from models.training.teaching.course import ITEMS_EACH
from models.training.teaching.trouble import Taught
from tests.teacher_tier.trouble import CLASS, ground
from tests.teacher_tier.twin_flags import stuck_score

#: One child in so many: a flag's answers are tried on flags of their own.
EVERY = 4


@dataclass(slots=True)
class Apart:
    """How many flags were tried, how many cleared by their answers and not by one fewer.

    `furthest`: the most that a score was off that was computed anew from stored rows;
    `compared`: how many were.
    """

    flags: int = 0
    cleared: int = 0
    fewest: int = 0
    furthest: float = 0.0
    compared: int = 0


def take_apart(flags: Flags, class_: Taught, stored: Sequence[Attempt], apart: Apart) -> None:
    """Every flag in force of some children, after the rows `stored`."""
    read = _from_disk(stored)
    again = Flags(ground(class_.course))
    again.hear_all(read)
    learners = sorted({row.learner for row in stored})[::EVERY]
    for learner in learners:
        oldest = again.hub_seq - SPAN
        mine = [one for one in read if one.learner == learner and one.hub_seq > oldest]
        found = again.of(learner)
        for flag, other in zip(flags.of(learner), found, strict=True):
            _try_clearing(flags, flag, apart)
            apart.furthest = max(apart.furthest, abs(flag.score - other.score))
            apart.compared += 1
            if flag.code == "stuck_soon":
                past = again.past(learner, Now())
                quick = {one.hub_seq for one in past.chances if one.is_quick}
                twin = stuck_score(mine, int(flag.skill[1:]), class_.course, quick)
                apart.furthest = max(apart.furthest, abs(twin - flag.score))


def _from_disk(rows: Sequence[Attempt]) -> list[Attempt]:
    """The same rows, out of the log of a real store."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hub.db"
        database = open_writing(path)
        with closing(database.conn):
            begin_boot(database, Moment(0, 0, is_trusted=False))
            database.conn.execute("BEGIN")
            log.insert(database.conn, list(rows))
            database.conn.execute("COMMIT")
        with closing(open_reading(path)) as connection:
            return [row for row in log.read(connection, CLASS) if isinstance(row, Attempt)]


def _try_clearing(flags: Flags, flag: Flag, apart: Apart) -> None:
    apart.flags += 1
    if flag.clears is not None:
        apart.cleared += not _is_left(flags, flag, flag.clears, fewer=0)
        apart.fewest += _is_left(flags, flag, flag.clears, fewer=1)


def _is_left(flags: Flags, flag: Flag, clears: Clears, *, fewer: int) -> bool:
    """Whether the flag is in force after such answers came as rows of the log, `fewer` less."""
    after = _copied(flags, flag.learner)
    skill = flag.skill or flags.past(flag.learner, Now()).rows[-1].skills[0]
    for number in range(1, clears.count - fewer + 1):
        after.hear(_answer(flags.hub_seq + number, flag.learner, int(skill[1:]), clears))
    left = after.of(flag.learner)
    return any((one.code, one.skill) == (flag.code, flag.skill) for one in left)


def _copied(flags: Flags, learner: int) -> Flags:
    """Flags of their own that heard the same of `learner` and of the class's times."""
    found = Flags(flags.ground)
    found.hub_seq = flags.hub_seq
    found._rows._rows = {learner: flags._rows._rows[learner].copy()}
    found._pace = copy(flags._pace)
    found._pace._times = flags._pace._times.copy()
    return found


def _answer(hub_seq: int, learner: int, skill: int, clears: Clears) -> Attempt:
    return Attempt(
        hub_seq=hub_seq,
        class_id=CLASS,
        device=1,
        boot=1,
        device_seq=hub_seq,
        learner=learner,
        item=skill * ITEMS_EACH,
        seed=-hub_seq,
        answer=f"supposed {hub_seq}",
        is_right=int(clears.kind == "right"),
        step=0,
        ms=UNHURRIED_MS,
        hints=0,
        tries=1,
        at=0,
        hub_boot=1,
        monotonic_ms=0,
        wall_s=0,
        clock_trusted=0,
        p=0.5,
        next_item=None,
    )
