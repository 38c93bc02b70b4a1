"""Makes the one file that carries a pack from the folder that its authors write."""

from __future__ import annotations

import argparse
from pathlib import Path

from hub.commands.pack.whole import check_folder, write_whole
from hub.errors import PackError
from hub.home import Home
from models.domain.archive import ArchiveFault, build, open_archive
from models.domain.signing import Keys, key_id


def run(asked: argparse.Namespace) -> int:
    """Writes `--out`, whole or not at all; 0 when that was done."""
    folder: Path = asked.folder
    if not folder.is_dir():
        raise PackError("there is no such folder", where=str(folder))
    check_folder(asked.out)
    key = Keys(Home(asked.home).keys).own() if asked.key else None
    try:
        body = build(folder, key)
    except ArchiveFault as error:
        raise PackError(str(error), where=str(folder)) from error
    write_whole(asked.out, body)
    manifest = open_archive(body, None).manifest
    print(
        f"{asked.out}: {manifest.id} {manifest.version}, {len(manifest.files)} files, "
        f"{len(body):,} bytes."
    )
    if key is None:
        print("Not signed, so no hub installs it. With --key it is signed by this hub's key.")
    else:
        print(
            f"Signed with this hub's key {key_id(key.verify_key)}. Other hubs must trust it: "
            "mangotree pack keys --show"
        )
    return 0
