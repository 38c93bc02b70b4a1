"""Shows that a pack comes in whole or not at all, whoever is killed and whatever comes."""

from __future__ import annotations

import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path

from hub.errors import PackError
from hub.lesson.pack_install import examine
from models.domain.archive import build, open_archive
from models.domain.signing import Keys, PublicKey
from tests.hub.ground import ready
from tests.lessons.killed_installs import Found, ground, kill_at_any_time, kill_at_each_point
from tests.models.hostile import HOSTILE, KEY
from tests.models.large import large_source
from tests.models.source import write
from tests.show import Show

KILLS = 50
RANDOM_KILLS = 300
ITEMS = 20_000


def rows(show: Show) -> None:
    """All rows of this part; about three minutes."""
    with tempfile.TemporaryDirectory(prefix="mangotree-") as folder:
        _kills(show, Path(folder))
        _hostile(show, Path(folder))
        _large(show, Path(folder))


def _kills(show: Show, folder: Path) -> None:
    here = ground(folder / "kills")
    for road in ("command", "writer"):
        found = kill_at_each_point(here, folder, KILLS, road=road)
        name = f"pack install, {road}: killed at {len(found.points)} points, {KILLS} times each"
        show.row(name, found.killed, "kills", f">= {KILLS * len(found.points)}")
        _bar(show, f"pack install, {road}: hubs left without a working pack", found)
    _bar(
        show,
        f"pack install: {RANDOM_KILLS} killed at random moments, without a working pack",
        kill_at_any_time(here, folder, RANDOM_KILLS, seed=1),
    )
    for weakness in ("in place", "early"):
        weak = kill_at_each_point(here, folder, 2, weakness=weakness)
        show.row(f"a weak installer ({weakness}) is caught", len(weak.faults), "hubs", ">= 1")


def _bar(show: Show, name: str, found: Found) -> None:
    show.row(name, len(found.faults), "hubs", "== 0")


def _hostile(show: Show, folder: Path) -> None:
    """Each is offered to a hub that trusts its signer: only what it is can refuse it."""
    home = folder / "hostile"
    Keys(home / "keys").trust(PublicKey("An author", KEY.verify_key))
    ready(home / "mangotree.db").conn.close()
    before = _bytes(home)
    refused = named = 0
    for hostile in HOSTILE.values():
        try:
            examine(hostile.body(), Keys(home / "keys"), where="it.mpack")
        except PackError as error:
            refused += 1
            named += hostile.words in str(error)
    show.row("hostile archives refused", refused, f"of {len(HOSTILE)}", f"== {len(HOSTILE)}")
    show.row("... by a sentence that names the cause", named, "", f"== {len(HOSTILE)}")
    show.row("... files of the hub changed by them", int(_bytes(home) != before), "", "== 0")
    taken = sum(_is_taken_by_a_usual_reader(one.body()) for one in HOSTILE.values())
    show.row("hostile archives that a usual zip reader takes", taken, "", ">= 20")


def _large(show: Show, folder: Path) -> None:
    write(folder / "large", large_source(ITEMS))
    body = build(folder / "large", KEY)
    show.row(f"a pack of {ITEMS:,} items: its file", len(body), "bytes")
    trusted = {PublicKey("A", KEY.verify_key).id: KEY.verify_key}
    began_s = time.process_time()
    archive = open_archive(body, trusted)
    for name in archive.names:
        archive.read(name)
    show.row("... opened and each file read", _since(began_s), "s CPU", "<= 2", slack=3)
    began_s = time.process_time()
    archive.check()
    show.row("... each file checked", _since(began_s), "s CPU")


def _since(began_s: float) -> float:
    return round(time.process_time() - began_s, 3)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _is_taken_by_a_usual_reader(body: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(body)) as usual:
            return all(usual.open(one).read(2**20) is not None for one in usual.infolist()[:20])
    except Exception:  # noqa: BLE001  (whatever it raises, it has refused)
        return False
