"""The items of a QTI package (a zip with imsmanifest.xml), or of one item's file."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from models.domain.container import (
    MOST_ARCHIVE_BYTES,
    MOST_BYTES,
    MOST_FILE_BYTES,
    MOST_FILES,
    MOST_RATIO,
    ArchiveFault,
    check_names,
    shown,
)
from models.domain.exchange.report import ExchangeFault, Refused
from models.domain.exchange.safe_xml import Node, read_xml

MANIFEST = "imsmanifest.xml"
#: Below this a file of one sign repeated is no bomb, whatever its ratio.
SMALL = 64 * 1024
_ITEM = re.compile(r"imsqti_item_xml.*")
_TAGGED = re.compile(r"(skill|difficulty):(.+)")


@dataclass(frozen=True, slots=True)
class Source:
    """One item's file: its bytes, and what the manifest tells of it."""

    name: str
    body: bytes
    told: Mapping[str, str] = field(default_factory=dict)


class Package:
    """The files of a zip by name; each is unpacked when it is asked for, within limits."""

    def __init__(self, body: bytes) -> None:
        if len(body) > MOST_ARCHIVE_BYTES:
            raise ExchangeFault(f"the file is larger than {MOST_ARCHIVE_BYTES // 2**20} MB")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise ExchangeFault(f"this is no zip: {error}") from error
        files = [one for one in self._zip.infolist() if not one.is_dir()]
        self._check(files)
        self._files = {one.filename: one for one in files}

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str) -> bytes:
        """The file's bytes; Refused where it is not there or cannot be unpacked."""
        entry = self._files.get(name)
        if entry is None:
            raise Refused(f"file '{shown(name)}'", "is not in the package")
        try:
            with self._zip.open(entry) as packed:
                # One byte more than it may have: a header that tells too little is found.
                body = packed.read(entry.file_size + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            NotImplementedError,
            OSError,
        ) as error:
            raise Refused(f"file '{shown(name)}'", f"cannot be unpacked: {error}") from error
        if len(body) != entry.file_size:
            raise Refused(f"file '{shown(name)}'", "has another size than it tells")
        return body

    def items(self) -> Iterator[Source | Refused]:
        """Each item that the manifest lists, in its order; Refused for one that is missing."""
        if MANIFEST not in self:
            raise ExchangeFault(f"there is no {MANIFEST} in the zip: it is no QTI package")
        try:
            manifest = read_xml(self.read(MANIFEST))
        except Refused as refused:
            raise ExchangeFault(f"{MANIFEST}: {refused}") from refused
        for resource in manifest.each("resource"):
            href = posixpath.normpath(unquote(resource.get("href")))
            if not _ITEM.match(resource.get("type")):
                continue
            try:
                yield Source(href, self.read(href), _told(resource))
            except Refused as refused:
                yield refused

    def _check(self, files: list[zipfile.ZipInfo]) -> None:
        if len(files) > MOST_FILES:
            raise ExchangeFault(f"it holds more than {MOST_FILES:,} files")
        if sum(one.file_size for one in files) > MOST_BYTES:
            raise ExchangeFault(f"unpacked it is larger than {MOST_BYTES // 2**20} MB")
        for one in files:
            is_bomb = one.file_size > max(MOST_RATIO * one.compress_size, SMALL)
            if one.file_size > MOST_FILE_BYTES or is_bomb:
                raise ExchangeFault(f"{shown(one.filename)}: unpacks to more than it may")
        try:
            check_names([one.filename for one in files])
        except ArchiveFault as fault:
            raise ExchangeFault(str(fault)) from fault


def _told(resource: Node) -> dict[str, str]:
    """Skill and difficulty, where the manifest's metadata tells them as keywords."""
    found = {}
    for keyword in resource.each("keyword"):
        tagged = _TAGGED.fullmatch(keyword.text)
        if tagged is not None:
            found[tagged[1]] = tagged[2]
    return found
