"""Writes a file that a command makes, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from hub.errors import PackError


def check_folder(path: Path) -> None:
    """Raises PackError where `path` can have no file, before anybody has waited for it."""
    if path.is_dir():
        raise PackError("this is a folder; name a file in it", where=str(path))
    if not path.parent.is_dir():
        raise PackError("there is no such folder to write to", where=str(path.parent))


def write_whole(path: Path, body: bytes) -> None:
    """A cut leaves what was there before, never a part of the new file."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        draft = Path(file.name)
        try:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            draft.chmod(0o644)
            draft.replace(path)
        except BaseException:
            draft.unlink()
            raise
