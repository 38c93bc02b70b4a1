"""The zip that carries a pack, read strictly: one layout, the one that `zipped` writes.

Zip readers disagree about everything that the format leaves open: which of two headers counts,
what lies between entries, which of two equal names wins. Here nothing is open: entries follow
each other from the first byte to the directory, and each header is there twice, equal.
Layout: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple

MOST_FILES = 5_000
MOST_ARCHIVE_BYTES = 64 * 2**20
MOST_FILE_BYTES = 32 * 2**20
MOST_BYTES = 128 * 2**20
#: Deflate reaches 1,032:1; a page of JSON about 15:1, twenty thousand items alike about 60:1.
MOST_RATIO = 200
LONGEST_NAME = 200

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_IN_UTF_8 = 0x800
_ENCRYPTED = 0x1
_FOLDER = 0x10
_STORED, _DEFLATED = 0, 8
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_DRIVE = re.compile(r"^[A-Za-z]:")


class ArchiveFault(ValueError):
    """A pack is refused: `what` is wrong, in which `file` of it, at which key or line."""

    def __init__(
        self, what: str, *, file: str = "", key: str = "", line: int | None = None
    ) -> None:
        place = file if line is None else f"{file}:{line}"
        place = f"{place}: {key}" if place and key else place or key
        super().__init__(f"{place}: {what}" if place else what)
        self.what = what
        self.file = file
        self.key = key
        self.line = line


class Entry(NamedTuple):
    """One file of the zip: its bytes stand packed at `start`; `size` is what they unpack to."""

    name: str
    is_deflated: bool
    crc: int
    packed: int
    size: int
    start: int


def entries(body: bytes) -> dict[str, Entry]:
    """All files of the zip in `body` by name, in their order; nothing is unpacked yet.

    Raises ArchiveFault for whatever `zipped` would not have written so.
    """
    if len(body) > MOST_ARCHIVE_BYTES:
        raise ArchiveFault(f"the file is larger than {_mb(MOST_ARCHIVE_BYTES)}")
    if not body.startswith(b"PK\3\4"):
        raise ArchiveFault("this is no pack: it does not begin as one")
    count, directory, end = _ending(body)
    found: dict[str, Entry] = {}
    at = 0
    for _ in range(count):
        entry, directory = _entry(body, directory, end, at)
        if entry.name in found:
            raise ArchiveFault("is there twice", file=entry.name)
        found[entry.name] = entry
        at = entry.start + entry.packed
    if (at, directory) != (_ending(body)[1], end):
        raise ArchiveFault("bytes that belong to no file stand in it")
    check_names(list(found))
    if sum(entry.size for entry in found.values()) > MOST_BYTES:
        raise ArchiveFault(f"unpacked it is larger than {_mb(MOST_BYTES)}")
    return found


def unpacked(body: bytes, entry: Entry) -> bytes:
    """The file's bytes; what unpacks to more or other than its header says is refused."""
    packed = memoryview(body)[entry.start : entry.start + entry.packed]
    content = _inflated(packed, entry) if entry.is_deflated else bytes(packed)
    if len(content) != entry.size:
        raise ArchiveFault("its header tells another size than it has", file=entry.name)
    if zlib.crc32(content) != entry.crc:
        raise ArchiveFault("its bytes have changed on the way (CRC)", file=entry.name)
    return content


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of `files` in the order given: the same bytes for the same files, always.

    Always on one version of zlib: another may pack the same content otherwise.
    """
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            # No clock and no owner: the first moment that the format can tell.
            told = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            told.create_system = 3
            told.external_attr = (stat.S_IFREG | 0o644) << 16
            told.compress_type = _method(content)
            archive.writestr(told, content, compresslevel=9)
    return out.getvalue()


def check_names(names: list[str]) -> None:
    """Refuses names that leave the folder, mean a device, or meet on another file system."""
    seen: dict[str, str] = {}
    for name in names:
        if (fault := _fault_of(name)) is not None:
            raise ArchiveFault(fault, file=shown(name))
        alike = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if alike in seen:
            raise ArchiveFault(
                f"has the same name as {shown(seen[alike])} on some machines", file=shown(name)
            )
        seen[alike] = name
    for alike, name in seen.items():
        above = alike.rpartition("/")[0]
        while above:
            if above in seen:
                raise ArchiveFault(f"{shown(seen[above])} is a file", file=shown(name))
            above = above.rpartition("/")[0]


def shown(text: str) -> str:
    """`text` as a message may hold it: nothing in it can move a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:LONGEST_NAME]


def _ending(body: bytes) -> tuple[int, int, int]:
    """How many files, where the directory begins, and where it ends."""
    if len(body) < _END.size:
        raise ArchiveFault("it was cut short: copy it again")
    end = len(body) - _END.size
    mark, disk, first_disk, here, count, size, start, comment = _END.unpack_from(body, end)
    if mark != b"PK\5\6":
        raise ArchiveFault("it was cut short, or something stands behind its end")
    if (disk, first_disk, here, comment) != (0, 0, count, 0) or start + size != end:
        raise ArchiveFault("its directory is not where its end says")
    if count > MOST_FILES:
        raise ArchiveFault(f"it holds more than {MOST_FILES:,} files")
    return count, start, end


def _entry(body: bytes, directory: int, end: int, at: int) -> tuple[Entry, int]:
    """The file whose header stands at `directory`, and where the next header begins."""
    if directory + _CENTRAL.size > end:
        raise ArchiveFault("its directory ends in the middle")
    fields = _CENTRAL.unpack_from(body, directory)
    mark, _, _, flags, method, _, _, crc, packed, size, length, extra, comment = fields[:13]
    disk, _, attributes, start = fields[13:]
    after = directory + _CENTRAL.size + length
    if mark != b"PK\1\2" or after > end:
        raise ArchiveFault("its directory is broken")
    raw = body[directory + _CENTRAL.size : after]
    name = _name(raw, flags)
    _check_kind(name, flags, method, attributes)
    if extra or comment or disk:
        raise ArchiveFault("its header holds more than a pack's", file=shown(name))
    _check_place(name, start, at)
    _check_sizes(name, method, packed, size)
    data = _data_start(body, start, (flags, method, crc, packed, size), raw)
    if data + packed > end:
        raise ArchiveFault("ends behind the archive", file=shown(name))
    return Entry(name, method == _DEFLATED, crc, packed, size, data), after


def _name(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _IN_UTF_8 else "ascii")
    except UnicodeDecodeError as error:
        told = shown(raw.decode("latin-1"))
        raise ArchiveFault("its name is no text", file=told) from error


def _check_kind(name: str, flags: int, method: int, attributes: int) -> None:
    mode = attributes >> 16
    fault = None
    if flags & _ENCRYPTED:
        fault = "is encrypted"
    elif flags & ~_IN_UTF_8:
        fault = "is written in a way that packs do not use"
    elif method not in (_STORED, _DEFLATED):
        fault = f"is packed by a method ({method}) that packs do not use"
    elif stat.S_ISLNK(mode):
        fault = "is a link, and packs hold files only"
    elif name.endswith("/") or attributes & _FOLDER or stat.S_ISDIR(mode):
        fault = "is a folder, and packs hold files only"
    elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        fault = "is a device or a pipe, and packs hold files only"
    if fault is not None:
        raise ArchiveFault(fault, file=shown(name))


def _check_place(name: str, start: int, at: int) -> None:
    if start < at:
        raise ArchiveFault("shares its bytes with another file", file=shown(name))
    if start > at:
        raise ArchiveFault("bytes that belong to no file stand before it", file=shown(name))


def _check_sizes(name: str, method: int, packed: int, size: int) -> None:
    if size > MOST_FILE_BYTES:
        raise ArchiveFault(f"is larger than {_mb(MOST_FILE_BYTES)}", file=shown(name))
    if method == _STORED and packed != size:
        raise ArchiveFault("its header tells two sizes", file=shown(name))
    if size > MOST_RATIO * packed:
        raise ArchiveFault(
            f"unpacks to more than {MOST_RATIO} times its size", file=shown(name)
        )


def _data_start(body: bytes, start: int, told: tuple[int, ...], raw: bytes) -> int:
    """Where the file's bytes begin; its own header must say what the directory says."""
    if start + _LOCAL.size > len(body):
        raise ArchiveFault("ends behind the archive", file=shown(raw.decode("latin-1")))
    fields: tuple[int, ...] = _LOCAL.unpack_from(body, start)
    mark, _, flags, method, _, _, *sizes, length, extra = fields
    after = start + _LOCAL.size + length
    here = (mark, flags, method, *sizes, extra, body[start + _LOCAL.size : after])
    if here != (b"PK\3\4", *told, 0, raw):
        raise ArchiveFault(
            "its header and the directory do not agree", file=shown(raw.decode("latin-1"))
        )
    return after


def _inflated(packed: memoryview, entry: Entry) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # One byte more than it may have: a header that tells too little is caught here.
        content = inflater.decompress(packed, entry.size + 1)
    except zlib.error as error:
        raise ArchiveFault("cannot be unpacked: its bytes have changed", file=entry.name) from (
            error
        )
    if len(content) > entry.size:
        raise ArchiveFault("unpacks to more than its header says", file=entry.name)
    if not inflater.eof or inflater.unused_data:
        raise ArchiveFault("cannot be unpacked: its bytes have changed", file=entry.name)
    return content


def _method(content: bytes) -> int:
    """Deflate where it makes a file smaller, and not so small that it would be a bomb."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = len(packer.compress(content) + packer.flush())
    return _DEFLATED if packed < len(content) <= MOST_RATIO * packed else _STORED


def _fault_of(name: str) -> str | None:
    parts = name.split("/")
    if not name or len(name) > LONGEST_NAME:
        return f"its name is empty or longer than {LONGEST_NAME} letters"
    if _CONTROL.search(name):
        return "a sign that cannot be seen is in its name"
    if "\\" in name:
        return "its name holds a backslash"
    if name.startswith("/") or _DRIVE.match(name):
        return "its name begins at a disk's root"
    if ".." in parts or "." in parts or "" in parts:
        return "its name leaves the pack's folder"
    return None


def _mb(size: int) -> str:
    return f"{size // 2**20} MB"
