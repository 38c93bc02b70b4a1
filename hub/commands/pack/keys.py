"""Whose packs a hub takes: lists the keys, trusts one more, revokes one, shows its own."""

from __future__ import annotations

import argparse
from pathlib import Path

from hub.home import Home
from hub.settings import load_settings
from models.domain.container import shown
from models.domain.signing import KeyFault, Keys, PublicKey, read_public_key

#: A key's file has four short lines.
MOST_BYTES = 1_000


def run(asked: argparse.Namespace) -> int:
    """Does what was asked; 0 when that was done."""
    keys = Keys(Home(asked.home).keys)
    if asked.trust is not None:
        _trust(keys, asked.trust)
    elif asked.revoke is not None:
        print(f"Revoked: {keys.revoke(asked.revoke)}. Packs that it signed are refused now.")
        print("Those that are installed already go on; mangotree pack list marks them.")
    elif asked.show:
        print(PublicKey(_name(asked.home), keys.own().verify_key).write(), end="")
    else:
        _list(keys)
    return 0


def _trust(keys: Keys, file: Path) -> None:
    with file.open("rb") as opened:
        body = opened.read(MOST_BYTES + 1)
    try:
        key = read_public_key(body[:MOST_BYTES].decode("utf-8"))
    except ValueError as error:
        raise KeyFault(f"{file}: {error}") from error
    keys.trust(key)
    print(f"Trusted: {key.id} {key.name}. Compare the number with its owner's, by phone say.")


def _list(keys: Keys) -> None:
    trusted = keys.trusted()
    for one, key in trusted.items():
        print(f"{one}  {key.name}")
    for one in sorted(keys.revoked()):
        print(f"{one}  REVOKED")
    if not trusted:
        print("No key is trusted yet: mangotree pack keys --trust FILE.pub")


def _name(home: Path) -> str:
    """What the hub calls itself, as a key's file may hold it."""
    return shown(load_settings(home).hub_name)
