"""Sounds that were made, kept on the disk up to a size; what was not heard for longest goes."""

from __future__ import annotations

import logging
import re
import shutil
import threading
import zlib
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

#: 6,000 questions of 3 s each.
LIMIT_BYTES = 200 * 2**20
#: What must stay free for answers: the same figure at which `mangotree doctor` warns, and half.
SPARE_BYTES = 300 * 2**20
_NAME = re.compile(r"([0-9a-f]{32})-([0-9a-f]{8})\.wav")


class Shelf:
    """One folder of sounds by key; safe from any thread.

    A file's name holds its checksum: one that the power took half of is thrown away when it
    is asked for, so that no write has to wait for the disk that answers wait for.
    """

    def __init__(
        self, folder: Path, *, limit: int = LIMIT_BYTES, spare: int = SPARE_BYTES
    ) -> None:
        self._folder = folder
        self._limit = limit
        self._spare = spare
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Path, int]] = OrderedDict()
        self._heard: set[str] = set()
        self.size = 0

    def start(self) -> None:
        """Reads what is there, oldest first; a folder that cannot be had keeps nothing."""
        try:
            self._folder.mkdir(exist_ok=True)
            found = [(one.stat(), one) for one in self._folder.iterdir()]
        except OSError as error:
            logger.warning("sounds_not_kept error=%s", error.strerror)
            return
        for stat, path in sorted(found, key=lambda one: one[0].st_mtime):
            name = _NAME.fullmatch(path.name)
            if name is None:
                # A draft that a cut left; what is no file stays, and is not counted.
                with suppress(OSError):
                    path.unlink(missing_ok=True)
                continue
            self._kept[name[1]] = (path, stat.st_size)
            self.size += stat.st_size

    def get(self, key: str) -> bytes | None:
        """The sound; None where it is not there, or not whole."""
        with self._lock:
            if key not in self._kept:
                return None
            path, _ = self._kept[key]
            try:
                body = path.read_bytes()
            except OSError:
                body = b""
            if path.name != _name(key, body):
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            self._mark(key, path)
            return body

    def put(self, key: str, body: bytes) -> bool:
        """Keeps the sound, whole or not at all; False where the disk has no room for it."""
        with self._lock:
            path = self._folder / _name(key, body)
            draft = path.with_suffix(".new")
            try:
                self._make_room(len(body))
                if shutil.disk_usage(self._folder).free < self._spare + len(body):
                    return False
                draft.write_bytes(body)
                draft.replace(path)
            except OSError as error:
                logger.warning("sound_not_kept error=%s", error.strerror)
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
                return False
            self._kept[key] = (path, len(body))
            self.size += len(body)
            return True

    def _make_room(self, wanted: int) -> None:
        while self._kept and self.size + wanted > self._limit:
            self._drop(next(iter(self._kept)))
        while self._kept and shutil.disk_usage(self._folder).free < self._spare + wanted:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        path, size = self._kept.pop(key)
        self.size -= size
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def _mark(self, key: str, path: Path) -> None:
        """Once a start, so that the next start knows what was heard lately."""
        if key not in self._heard:
            self._heard.add(key)
            with suppress(OSError):
                path.touch()


def _name(key: str, body: bytes) -> str:
    return f"{key}-{zlib.crc32(body):08x}.wav"
