"""The files of a zip that somebody else made: any zip program's, nothing that could do harm."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from hub.roster.lists.remarks import refused

MOST_ZIP_BYTES = 16 * 2**20
MOST_FILES = 60
MOST_FILE_BYTES = 16 * 2**20
MOST_BYTES = 32 * 2**20
#: Deflate reaches 1,032:1, rows of identifiers about 12:1, the same row again and again 100:1.
MOST_RATIO = 200
_ENCRYPTED = 0x1
_LINK = 0o120000
#: What computers add by themselves, and no list needs.
_ADDED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


def unzipped(body: bytes, file: str) -> dict[str, bytes]:
    """Each file's bytes by its name; raises ListRefused before anything large is unpacked."""
    if len(body) > MOST_ZIP_BYTES:
        raise refused("zip.large", file, most=f"{MOST_ZIP_BYTES // 2**20} MB")
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            return _read(archive, file)
    except _BROKEN as error:
        raise refused("zip.broken", file) from error


def _read(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    entries = [one for one in archive.infolist() if not _is_added(one.filename)]
    if len(entries) > MOST_FILES:
        raise refused("zip.many", file, files=f"{len(entries):,}", most=MOST_FILES)
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        _check(entry, file)
        if entry.filename in found:
            raise refused("zip.twice", entry.filename)
        found[entry.filename] = _unpacked(archive, entry, min(left, MOST_FILE_BYTES))
        left -= len(found[entry.filename])
    return found


def _is_added(name: str) -> bool:
    return name.startswith(_ADDED) or name.endswith(_ADDED)


def _check(entry: zipfile.ZipInfo, file: str) -> None:
    name = entry.filename
    if "\\" in name or name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise refused("zip.path", file, field=name, name=name)
    if "/" in name:
        raise refused("zip.folder", file, field=name, name=name)
    if not name.isprintable() or not name:
        raise refused("zip.name", file)
    if entry.flag_bits & _ENCRYPTED:
        raise refused("zip.locked", name)
    if (entry.external_attr >> 16) & 0o170000 == _LINK:
        raise refused("zip.link", name)
    if (
        entry.file_size > MOST_FILE_BYTES
        or entry.file_size > MOST_RATIO * entry.compress_size + 1000
    ):
        raise refused("zip.bomb", name, most=f"{MOST_FILE_BYTES // 2**20} MB")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes, counted while they come: a header may tell too little."""
    with archive.open(entry) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise refused("zip.bomb", entry.filename, most=f"{most // 2**20} MB")
    return content
