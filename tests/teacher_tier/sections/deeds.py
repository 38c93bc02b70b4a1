"""A hub that is killed in the middle of a teacher's deed: done and logged, or not done."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from hub.app import Hub
from hub.lesson.rebuild import rebuild
from hub.store import log
from hub.store.database import open_reading
from tests.hub.conftest import local_settings
from tests.hub.tablet import pair_with
from tests.hub.test_rules import work
from tests.killed import Player, playing
from tests.packs import FIRST_ARITHMETIC
from tests.show import Show
from tests.teacher_tier.deeds import DEEDS, prepare
from tests.teacher_tier.desk import TOLD, Ended, Round, do

KILLS = 50


@dataclass
class Found:
    """What a campaign saw."""

    killed: int = 0
    done: int = 0
    undone: int = 0
    half: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unhealed: list[str] = field(default_factory=list)


def rows(show: Show) -> None:
    """The rows of this part."""
    with tempfile.TemporaryDirectory(prefix="mangotree-") as folder:
        home = ground(Path(folder) / "home")
        with playing("tests.teacher_tier.desk", Round, Ended) as desk:
            found, weak = Found(), {one: Found() for one in ("early", "piecemeal")}
            for deed in DEEDS:
                kill_at_each_point(desk, home, deed, found)
            kill_at_each_point(desk, home, "pin", weak["early"], weakness="early")
            kill_at_each_point(
                desk, home, "skip for the class", weak["piecemeal"], weakness="piecemeal"
            )
    for fault in (*found.half, *found.lost, *found.unhealed):
        print(f"  {fault}")
    name = f"deeds: killed in the middle of {len(DEEDS)} kinds"
    show.row(name, found.killed, "kills", f">= {KILLS}")
    show.row("deeds: of these done and logged", found.done, "kills", ">= 1")
    show.row("deeds: of these not done", found.undone, "kills", ">= 1")
    show.row("deeds: half done", len(found.half), "kills", "== 0")
    show.row("deeds: told and not on the disk", len(found.lost), "kills", "== 0")
    show.row("deeds: cannot be done once more", len(found.unhealed), "kills", "== 0")
    show.row(
        "deeds: a hub that tells too early is caught", len(weak["early"].lost), "kills", ">= 1"
    )
    show.row(
        "deeds: a hub that works piece by piece is caught",
        len(weak["piecemeal"].half),
        "kills",
        ">= 1",
    )


def ground(home: Path) -> Path:
    """A hub's folder whose class has answered and whose teacher has had a word."""
    hub = Hub(home, local_settings(), demo_pack=FIRST_ARITHMETIC)
    hub.start(demo=True)
    try:
        with pair_with(hub) as tablet:
            work(hub, tablet, 6)
            prepare(hub.teaching)
            work(hub, tablet, 6)
    finally:
        hub.stop()
    return home


def kill_at_each_point(
    desk: Player[Round, Ended], home: Path, deed: str, found: Found, weakness: str = "none"
) -> None:
    """Kills the deed at every point of it, each on a fresh copy, and looks at what is left."""
    before = state_of(home)
    with copied(home) as copy:
        whole = desk.play(Round(str(copy), deed))
        assert not whole.error, whole.error
        after = state_of(copy)
    assert after != before, f"'{deed}' changes nothing"
    order = Round("", deed, weakness)  # type: ignore[arg-type]  # one of those that there are
    with copied(home) as copy:
        points = desk.play(msgspec.structs.replace(order, home=str(copy))).points
    for at, point in enumerate(points):
        with copied(home) as copy:
            ended = desk.play(msgspec.structs.replace(order, home=str(copy), die_at=at))
            found.killed += ended.was_killed
            _judge(copy, deed, ended, (before, after), found, f"{deed}, killed at '{point}'")


def _judge(
    home: Path, deed: str, ended: Ended, states: tuple[bytes, bytes], found: Found, what: str
) -> None:
    try:
        now = state_of(home)
    except (AssertionError, sqlite3.Error, ValueError) as error:
        found.half.append(f"{what}: {error}")
        return
    found.done += now == states[1]
    found.undone += now == states[0]
    if now not in states:
        found.half.append(f"{what}: neither done nor not done")
    if TOLD in ended.points and now != states[1]:
        found.lost.append(f"{what}: the teacher was told")
    if now == states[0]:
        do(home, deed, lambda _: None)
        if state_of(home) == states[0]:
            found.unhealed.append(f"{what}: a second try changes nothing")


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    copy = home.with_name("copy")
    shutil.copytree(home, copy)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def state_of(home: Path) -> bytes:
    """The class as its log makes it, and the groups that it knows by name.

    AssertionError where log, snapshot and roster do not fit together.
    """
    with closing(open_reading(home / "mangotree.db")) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert log.gaps(reader) == 0, "numbers are missing from the log"
        room, compared = rebuild(reader, 1)
        assert compared.is_equal, "a replay says otherwise"
        names = dict(reader.execute("SELECT id, name FROM learner_groups").fetchall())
    nameless = room.words.groups.keys() - names.keys()
    assert not nameless, f"groups without a name: {sorted(nameless)}"
    return room.save()


if __name__ == "__main__":
    SHOW = Show("teacher-deeds")
    rows(SHOW)
    raise SystemExit(0 if SHOW.save() else 1)
