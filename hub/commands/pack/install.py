"""Takes a pack in: examines it, puts it beside the former one, and lets classes use it."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

from sqlite_utils import Database
from tqdm import tqdm

from hub.commands.door import ask
from hub.errors import HubError, PackError
from hub.home import OFFERED, Home
from hub.lesson.pack_install import Incoming, examine, put, read_back, want
from hub.store.database import open_writing
from hub.store.migrations import migrate
from models.domain.container import MOST_ARCHIVE_BYTES
from models.domain.signing import Keys

START_FIRST = "Start the hub once with ./start, or name its folder with --home."
#: The hub tries each item anew: 3 ms each on a server's core, some times that on a Pi.
LONGEST_S = 1_800.0


def run(asked: argparse.Namespace) -> int:
    """Installs; 0 when the pack is there, whole and tried."""
    home = Home(asked.home)
    if not home.database.exists():
        raise HubError(f"There is no hub's data in {asked.home}. {START_FIRST}")
    new = _examined(asked.file, Keys(home.keys))
    told = f"{new.manifest.id} {new.manifest.version}"
    hub = home.running()
    if hub is None:
        with _opened(home) as database:
            take(database, new, asked.classes, allow_older=asked.allow_older)
    else:
        with _offered(asked.home, new.body) as path:
            fields: dict[str, object] = {
                "path": path,
                "where": new.where,
                "classes": asked.classes,
            }
            fields |= {"allow_older": asked.allow_older}
            ask(hub, "/control/pack", fields, timeout_s=LONGEST_S)
    print(f"Installed: {told}, {len(new.pack.items)} items, signed by {new.signer}.")
    print(_who_uses(asked.classes, is_running=hub is not None))
    return 0


def take(
    database: Database,
    new: Incoming,
    classes: Sequence[int],
    *,
    allow_older: bool = False,
) -> None:
    """What an install does to the database of a hub that does not run."""
    migrate(database)
    pack = put(database, new, for_classes=classes, allow_older=allow_older)
    read_back(database, pack, new)
    want(database, classes, pack)


def _examined(file: Path, keys: Keys) -> Incoming:
    if file.is_dir():
        how = "mangotree pack build FOLDER --out FILE.mpack --key"
        raise PackError(f"this is a folder. Make its file first: {how}", where=str(file))
    if not file.is_file():
        raise PackError("there is no such file", where=str(file))
    with file.open("rb") as opened:
        # One byte more than it may have: a file without end must not fill the memory.
        body = opened.read(MOST_ARCHIVE_BYTES + 1)
    # Only on a terminal: in a script's output a bar is a thousand lines.
    with tqdm(unit="item", desc="Trying each item", delay=1, disable=None) as bar:
        return examine(body, keys, where=file.name, on_item=lambda n, of: _move(bar, n, of))


def _move(bar: tqdm[NoReturn], done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)


@contextmanager
def _opened(home: Home) -> Iterator[Database]:
    home.open()
    with closing(home):
        database = open_writing(home.database)
        with closing(database.conn):
            yield database


@contextmanager
def _offered(home: Path, body: bytes) -> Iterator[str]:
    """A file for the hub to read, in the one folder that it can see wherever it runs."""
    prefix, suffix = OFFERED.split("{}")
    with tempfile.NamedTemporaryFile(dir=home, prefix=prefix, suffix=suffix) as file:
        file.write(body)
        file.flush()
        # Whoever may run this command may be another user than the hub; the folder is private.
        Path(file.name).chmod(0o644)
        yield file.name


def _who_uses(classes: Sequence[int], *, is_running: bool) -> str:
    if not classes:
        return "No class works with it yet: add --class N, as often as there are classes."
    named = f"{'Class' if len(classes) == 1 else 'Classes'} {', '.join(map(str, classes))}"
    when = "now" if is_running else "the hub's next start"
    return f"{named}: at work with it from {when} on."
