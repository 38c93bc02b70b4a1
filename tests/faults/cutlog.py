"""Reads the recorder's log: what was changed below the folder and not synced since."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: A file over its life: inodes are used again, so each new file on one counts up.
Key = tuple[int, int]

_MAGIC = b"MGTCUT\r\n"
_HEADER = struct.Struct("<8sIIQQQQQ")  # struct header in record.h


@dataclass(frozen=True, slots=True)
class Record:
    at: int
    kind: str
    inode: int
    offset: int
    size: int
    span: int
    path: bytes
    data: bytes


def records(log: Path) -> Iterator[Record]:
    """The whole records of a log, in order; one that a kill tore is left out.

    Former bytes are logged before they change; a change of names right after it, so one whose
    record is torn counts as durable, which a power cut allows too.
    """
    raw = log.read_bytes()
    at = raw.find(_MAGIC)
    while 0 <= at <= len(raw) - _HEADER.size:
        _, kind, path_length, inode, offset, size, span, length = _HEADER.unpack_from(raw, at)
        data_at = at + _HEADER.size + path_length
        end = data_at + length
        if _is_boundary(raw, end):
            path, data = raw[at + _HEADER.size : data_at], raw[data_at:end]
            yield Record(at, chr(kind), inode, offset, size, span, path, data)
            at = raw.find(_MAGIC, end)
        else:
            at = raw.find(_MAGIC, at + 1)


def _is_boundary(raw: bytes, end: int) -> bool:
    """Whether a record may end here: the next one or the log's end comes, or a torn magic."""
    rest = raw[end : end + 2 * len(_MAGIC)]
    next_one = rest.find(_MAGIC)
    torn = rest if next_one < 0 else rest[:next_one]
    return end <= len(raw) and _MAGIC.startswith(torn)


@dataclass(frozen=True, slots=True)
class Name:
    """A name that came (C, L), went (U) or moved (N), with what it meant before."""

    at: int
    kind: str
    path: Path
    old_path: Path | None
    key: Key
    mode: int
    content: bytes
    #: Folders whose sync this still waits for.
    folders: set[Path]

    def touches(self, path: Path) -> bool:
        """Whether the name is that path, was it, or is a folder above it."""
        return path.is_relative_to(self.path) or path == self.old_path


@dataclass(slots=True)
class Unsynced:
    """What was changed and not synced, after following a log from its start."""

    #: The processes that loaded the recorder, by their ids then.
    processes: set[int] = field(default_factory=set)
    images: dict[Key, list[Record]] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)
    lives: dict[int, int] = field(default_factory=dict)
    unseen: set[Path] = field(default_factory=set)
    _kept: list[bytes] = field(default_factory=list)

    def follow(self, record: Record) -> None:
        follow: Callable[[Record], None] = {
            "B": self._loaded,
            "W": self._image,
            "C": self._created,
            "L": self._named,
            "K": self._keep,
            "U": self._unlinked,
            "N": self._renamed,
            "S": self._file_synced,
            "D": self._folder_synced,
            "A": self._all_synced,
            "M": self._not_seen,
        }[record.kind]
        follow(record)

    def _loaded(self, record: Record) -> None:
        self.processes.add(record.inode)

    def _image(self, record: Record) -> None:
        self.images.setdefault(self._key(record.inode), []).append(record)

    def _created(self, record: Record) -> None:
        self.lives[record.inode] = self.lives.get(record.inode, 0) + 1
        self._named(record)

    def _named(self, record: Record) -> None:
        path, key = _path(record.path), self._key(record.inode)
        self.names.append(Name(record.at, record.kind, path, None, key, 0, b"", {path.parent}))

    def _keep(self, record: Record) -> None:
        if record.offset == 0:  # a kill may have left the pieces of another file
            self._kept.clear()
        self._kept.append(record.data)

    def _unlinked(self, record: Record) -> None:
        self._went(record, _path(record.path), None)

    def _renamed(self, record: Record) -> None:
        old, new = map(_path, record.path.split(b"\0"))
        self._went(record, new, old)

    def _went(self, record: Record, path: Path, old: Path | None) -> None:
        folders = {path.parent} | ({old.parent} if old else set())
        key, content, mode = self._key(record.inode), b"".join(self._kept), record.offset
        self._kept.clear()
        if record.size <= 1:  # that was its last link: the inode may come to be another file
            self.lives[record.inode] = self.lives.get(record.inode, 0) + 1
        self.names.append(Name(record.at, record.kind, path, old, key, mode, content, folders))

    def _file_synced(self, record: Record) -> None:
        """Linux makes a new file's name durable with it, and what led to that name."""
        key, until = self._key(record.inode), record.offset
        if key in self.images:
            self.images[key] = [image for image in self.images[key] if image.at >= until]
        created = [n.path for n in self.names if (n.kind, n.key) == ("C", key) and n.at < until]
        for path in created:
            self.names = [n for n in self.names if n.at >= until or not n.touches(path)]

    def _folder_synced(self, record: Record) -> None:
        folder = _path(record.path)
        for name in self.names:
            if name.at < record.offset:
                name.folders.discard(folder)
        self.names = [name for name in self.names if name.folders]

    def _all_synced(self, record: Record) -> None:
        for key, images in self.images.items():
            self.images[key] = [image for image in images if image.at >= record.offset]
        self.names = [name for name in self.names if name.at >= record.offset]

    def _not_seen(self, record: Record) -> None:
        self.unseen.add(_path(record.path))

    def _key(self, inode: int) -> Key:
        return inode, self.lives.get(inode, 0)


def _path(raw: bytes) -> Path:
    return Path(os.fsdecode(raw))
