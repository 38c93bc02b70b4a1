"""Lists the packs that a hub holds: which, from whom, how large, who uses it, since when."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import UTC, datetime

from hub.commands.pack.install import START_FIRST
from hub.errors import HubError
from hub.home import Home
from hub.lesson.packs import Held, held
from hub.store.database import open_reading
from models.domain.signing import Keys

SHORT = 8
WIDEST_ID = 40


def run(asked: argparse.Namespace) -> int:
    """Prints a row for each pack; always 0."""
    home = Home(asked.home)
    if not home.database.exists():
        raise HubError(f"There is no hub's data in {asked.home}. {START_FIRST}")
    keys = Keys(home.keys)
    names = {one: key.name for one, key in keys.trusted().items()}
    names |= dict.fromkeys(keys.revoked(), "REVOKED")
    with closing(open_reading(home.database)) as connection:
        connection.execute("BEGIN")
        packs = held(connection)
        width = max([len(_id(pack)) for pack in packs] + [len("pack")]) + 2
        print(
            f"{'pack':{width}}{'version':10}{'items':>7}  {'classes':12}{'since':12}signed by"
        )
        for pack in packs:
            print(_row(pack, width, names.get(pack.signer or "")).rstrip())
    return 0


def _row(pack: Held, width: int, name: str | None) -> str:
    items = "" if pack.items is None else str(pack.items)
    classes = ", ".join(map(str, pack.classes)) or "-"
    signer = "(this machine)" if pack.signer is None else pack.signer[:SHORT]
    told = signer if name is None else f"{signer} {name}"
    what = f"{_id(pack):{width}}{pack.version or '':10}{items:>7}"
    return f"{what}  {classes:12}{_since(pack):12}{told}"


def _id(pack: Held) -> str:
    return (pack.pack_id or f"({pack.digest[:SHORT]})")[:WIDEST_ID]


def _since(pack: Held) -> str:
    """The day on which it came: a label, as good as the hub's clock was."""
    if pack.came_s is None:
        return "-"
    return datetime.fromtimestamp(pack.came_s, tz=UTC).strftime("%Y-%m-%d")
