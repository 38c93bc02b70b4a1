"""Installations killed at every point, and what must be true of the hub's folder then."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlite_utils import Database

from hub.app import Hub
from hub.commands.pack.install import take
from hub.lesson.pack_install import examine
from hub.lesson.packs import check_parameters, trial
from hub.store.database import open_writing
from models.domain.archive import build
from models.domain.pack import sha256
from models.domain.reading import decode_pack
from models.domain.signing import Keys
from tests.hub.conftest import local_settings
from tests.killed import Player, playing
from tests.lessons.installer import Ended, Round
from tests.models.source import source, write


@dataclass(frozen=True)
class Ground:
    """A hub's folder whose class 1 works with `old`, and the file of the pack to come."""

    home: Path
    file: Path
    old: str
    new: str


@dataclass
class Found:
    """What a campaign saw."""

    rounds: int = 0
    killed: int = 0
    points: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    with_old: int = 0
    with_new: int = 0


def ground(folder: Path) -> Ground:
    """A hub that has had a class, with version 1.2.0 in use, and version 1.3.0 as a file."""
    home = folder / "home"
    hub = Hub(home, local_settings())
    hub.start(demo=True)
    hub.stop()
    key = Keys(home / "keys").own()
    old = build(write(folder / "old", source()), key)
    new = build(write(folder / "new", source(version="1.3.0", name="New sums")), key)
    put_in(home, old)
    (folder / "new.mpack").write_bytes(new)
    return Ground(home, folder / "new.mpack", sha256(old), sha256(new))


def put_in(home: Path, body: bytes) -> None:
    """Installs a pack where no hub runs, and lets class 1 work with it."""
    with closing(open_writing(home / "mangotree.db").conn) as connection:
        take(Database(connection), examine(body, Keys(home / "keys"), where="it"), [1])


def kill_at_each_point(ground: Ground, folder: Path, times: int, **order: Any) -> Found:
    """Kills `times` installations at every point of one, each on a fresh copy."""
    found = Found()
    with playing("tests.lessons.installer", Round, Ended) as installer:
        whole = _round(installer, ground, folder, found, **order)
        found.points = whole.points
        for point in range(len(whole.points)):
            for _ in range(times):
                _round(installer, ground, folder, found, die_at=point, **order)
    return found


def kill_at_any_time(
    ground: Ground, folder: Path, times: int, seed: int, **order: Any
) -> Found:
    """Kills installations at random moments, also within a write to the disk."""
    found, random = Found(), Random(seed)
    longest_s = 0.06
    with playing("tests.lessons.installer", Round, Ended) as installer:
        for _ in range(times):
            after_s = random.uniform(0.0, longest_s)
            _round(installer, ground, folder, found, die_after_s=after_s, **order)
    return found


def _round(
    installer: Player[Round, Ended], ground: Ground, folder: Path, found: Found, **order: Any
) -> Ended:
    home = folder / "copy"
    shutil.copytree(ground.home, home)
    try:
        ended = installer.play(Round(home=str(home), file=str(ground.file), **order))
        found.rounds += 1
        found.killed += ended.was_killed
        is_whole = not ended.was_killed and not ended.error
        fault = ended.error or _fault(home, ground, found, is_whole=is_whole)
    finally:
        shutil.rmtree(home)
    if fault:
        last = ended.points[-1] if ended.points else "nothing"
        found.faults.append(f"killed at '{last}': {fault}")
    return ended


def _fault(home: Path, ground: Ground, found: Found, *, is_whole: bool) -> str:
    """What is wrong with the folder that was left; empty where the class can go on."""
    try:
        used = pack_in_use(home, ground)
    except (ValueError, sqlite3.Error, AssertionError) as error:
        return f"{type(error).__name__}: {error}"
    found.with_old += used == ground.old
    found.with_new += used == ground.new
    if is_whole and used != ground.new:
        return "it ended well, and the class has the old pack"
    put_in(home, ground.file.read_bytes())
    return "" if pack_in_use(home, ground) == ground.new else "a second try did not heal it"


def pack_in_use(home: Path, ground: Ground) -> str:
    """The hash of the pack that class 1 is to work with; it was tried as a hub would.

    Raises AssertionError, ValueError or sqlite3.Error for one that cannot be worked with.
    """
    with closing(open_writing(home / "mangotree.db").conn) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        row = connection.execute(
            "SELECT sha256, body FROM packs WHERE id ="
            " (SELECT coalesce(wanted_pack, pack) FROM classes WHERE id = 1)"
        ).fetchone()
    assert row is not None, "the class has no pack"
    digest, body = row
    assert digest in {ground.old, ground.new}, "the class has another pack"
    assert sha256(body) == digest, "the pack's bytes are not its own"
    pack = decode_pack(body)
    check_parameters(pack)
    trial(pack)
    return str(digest)
