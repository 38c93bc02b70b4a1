"""Zips as an attacker writes them: every field of every header can be set."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from typing import Any

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
FILE_MODE = 0o100644 << 16


@dataclass(frozen=True)
class Raw:
    """One entry; what is None is as it should be. `local` changes the first header only."""

    name: bytes
    content: bytes = b""
    flags: int = 0
    method: int = 0
    attributes: int = FILE_MODE
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    start: int | None = None
    before: bytes = b""
    local: dict[str, Any] | None = None
    is_listed: bool = True

    @property
    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.content) if self.method == 8 else self.content

    def fields(self) -> tuple[int, ...]:
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        size = len(self.content) if self.size is None else self.size
        return (self.flags, self.method, 0, 33, crc, len(self.body), size)

    def header(self) -> bytes:
        told = replace(self, **(self.local or {}))
        head = LOCAL.pack(b"PK\3\4", 20, *told.fields(), len(told.name), len(told.extra))
        return head + told.name + told.extra

    def listing(self, start: int) -> bytes:
        lengths = (len(self.name), len(self.extra), len(self.comment))
        at = start if self.start is None else self.start
        told = (0x0314, 20, *self.fields(), *lengths, 0, 0, self.attributes, at)
        return CENTRAL.pack(b"PK\1\2", *told) + self.name + self.extra + self.comment


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def raw_zip(
    entries: list[Raw],
    *,
    gap: bytes = b"",
    behind: bytes = b"",
    comment: bytes = b"",
    **end: int,
) -> bytes:
    """The zip; `gap` stands before the directory, `behind` after the end."""
    body, listings = b"", b""
    for entry in entries:
        body += entry.before
        start = len(body)
        body += entry.header() + entry.body
        if entry.is_listed:
            listings += entry.listing(start)
    body += gap
    count = sum(entry.is_listed for entry in entries)
    told = {"disk": 0, "here": count, "count": count, "size": len(listings), "at": len(body)}
    told |= end
    closing = (told["disk"], 0, told["here"], told["count"], told["size"], told["at"])
    return body + listings + END.pack(b"PK\5\6", *closing, len(comment)) + comment + behind
