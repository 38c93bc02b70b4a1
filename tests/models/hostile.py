"""Packs that nobody may install, each with the words by which it is to be refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from nacl.signing import SigningKey

from models.domain.signing import sign
from tests.models.raw_zip import Raw, deflated, raw_zip
from tests.models.source import source

#: Fixed, so that the same bytes come out each time. Nobody else's, and worth nothing.
KEY = SigningKey(b"0123456789abcdef0123456789abcdef")
OTHER_KEY = SigningKey(b"fedcba9876543210fedcba9876543210")
MEGABYTE = 2**20
SKILLS_BYTES = len(source()["skills.json"])

Files = dict[str, bytes]


@dataclass(frozen=True)
class Hostile:
    """One attack: how its bytes are made, and what the refusal must say."""

    body: Callable[[], bytes]
    words: str


def signed(files: Files, key: SigningKey = KEY, changes: dict[str, Any] | None = None) -> Files:
    """`files` with a manifest that lists them truly, but for `changes`, and its signature."""
    manifest = json.loads(files["pack.json"])
    contents = {name: body for name, body in files.items() if name != "pack.json"}
    manifest["files"] = [
        {"path": name, "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
        for name, body in contents.items()
    ]
    told = json.dumps(manifest | (changes or {})).encode()
    return {"pack.json": told, "pack.sig.json": sign(told, key), **contents}


def raw(files: Files) -> list[Raw]:
    return [Raw(name.encode(), content) for name, content in files.items()]


def with_file(name: str | bytes, content: bytes = b"[]", **fields: Any) -> bytes:
    """A sound, signed pack and one file more, which the manifest lists."""
    told = name if isinstance(name, bytes) else name.encode()
    files = signed({**source(), told.decode("latin-1"): content})
    files.pop(told.decode("latin-1"))
    return raw_zip([*raw(files), Raw(told, content, **fields)])


def with_content(name: str, content: bytes) -> bytes:
    """A signed pack in which `name` holds `content`."""
    return raw_zip(raw(signed(source() | {name: content})))


def with_entry(place: int, **fields: Any) -> bytes:
    """A sound, signed pack in which one entry is written otherwise."""
    listed = raw(signed(source()))
    listed[place] = replace(listed[place], **fields)
    return raw_zip(listed)


def sound(**changes: Any) -> bytes:
    return raw_zip(raw(signed(source())), **changes)


def told(**changes: Any) -> bytes:
    """A pack, signed by its author, that says `changes` of itself."""
    return raw_zip(raw(signed(source(), changes=changes)))


def stripped() -> bytes:
    return raw_zip([one for one in raw(signed(source())) if one.name != b"pack.sig.json"])


def changed_after_signing() -> bytes:
    files = signed(source())
    files["pack.json"] = files["pack.json"].replace(b"CC-BY-4.0", b"CC0-1.0  ")
    return raw_zip(raw(files))


def swapped_file() -> bytes:
    files = signed(source())
    files["items/add.json"] = files["items/add.json"].replace(b"add.1", b"add.7")
    return raw_zip(raw(files))


def unlisted_file() -> bytes:
    files = signed(source())
    return raw_zip(raw(files | {"media/more.svg": source()["media/line.svg"]}))


def missing_file() -> bytes:
    return raw_zip([one for one in raw(signed(source())) if one.name != b"media/line.svg"])


def quoted_by_two() -> bytes:
    """Two entries of one body: unpacked sizes grow without a byte more on the disk."""
    listed = raw(signed(source()))
    return raw_zip([*listed[:3], replace(listed[3], start=0), *listed[4:]])


def honest_bomb() -> bytes:
    return with_file("items/bomb.json", b" " * MEGABYTE, method=8)


def lying_bomb() -> bytes:
    """Its header tells a small size; what comes out has no end."""
    packed = deflated(b" " * (8 * MEGABYTE))
    return with_file("items/bomb.json", b"[]", method=8, packed=packed, size=2)


def many_files() -> bytes:
    more = {f"items/n{n}.json": b"[]" for n in range(5_001)}
    return raw_zip(raw(signed(source() | more)))


def too_much_in_all() -> bytes:
    """Five files below the limit of one, above it together; a few kilobytes on the disk."""
    packed = deflated(b" " * (31 * MEGABYTE))
    listed = raw(signed(source()))
    for number in range(5):
        fields: dict[str, Any] = {"method": 8, "packed": packed + bytes(200_000)}
        more = Raw(b"items/m%d.json" % number, b"", size=31 * MEGABYTE, crc=0, **fields)
        listed.append(more)
    return raw_zip(listed)


def nested_json() -> bytes:
    return with_content("items/add.json", b"[" * 100_000 + b"]" * 100_000)


def script_drawing(inside: str, head: str = "", attributes: str = "") -> Callable[[], bytes]:
    drawing = f'{head}<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'
    return lambda: with_content("media/line.svg", drawing.encode())


LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'

HOSTILE: dict[str, Hostile] = {
    "empty": Hostile(lambda: b"", "does not begin as one"),
    "shopping list": Hostile(lambda: b"eggs, milk" * 99, "does not begin as one"),
    "cut short": Hostile(lambda: sound()[:-30], "cut short"),
    "only a beginning": Hostile(lambda: b"PK\3\4", "cut short"),
    "bytes behind": Hostile(lambda: sound(behind=b"more"), "something stands behind its end"),
    "bytes before": Hostile(lambda: b"#!/bin/sh\n" + sound(), "does not begin as one"),
    "bytes between": Hostile(
        lambda: with_entry(2, before=b"hidden"), "bytes that belong to no file stand before it"
    ),
    "bytes before the directory": Hostile(
        lambda: sound(gap=b"hidden"), "bytes that belong to no file"
    ),
    "unlisted entry": Hostile(
        lambda: with_entry(3, is_listed=False), "bytes that belong to no file"
    ),
    "shared bytes": Hostile(quoted_by_two, "shares its bytes with another file"),
    "archive's comment": Hostile(
        lambda: sound(comment=b"hello"), "cut short, or something stands behind its end"
    ),
    "several disks": Hostile(lambda: sound(disk=1), "its directory is not where"),
    "wrong count": Hostile(lambda: sound(here=9, count=9), "its directory ends in the middle"),
    "too small a count": Hostile(
        lambda: sound(here=3, count=3), "bytes that belong to no file stand in it"
    ),
    "directory elsewhere": Hostile(lambda: sound(at=4), "its directory is not where"),
    "absolute name": Hostile(lambda: with_file("/etc/passwd"), "begins at a disk's root"),
    "drive letter": Hostile(lambda: with_file("C:/windows.json"), "begins at a disk's root"),
    "name that climbs": Hostile(
        lambda: with_file("items/../../own.key"), "its name leaves the pack's folder"
    ),
    "name with a dot part": Hostile(
        lambda: with_file("items/./a.json"), "its name leaves the pack's folder"
    ),
    "backslash": Hostile(lambda: with_file("items\\..\\a.json"), "holds a backslash"),
    "control sign": Hostile(lambda: with_file("items/a\x1b[2J.json"), "cannot be seen"),
    "turned direction": Hostile(
        lambda: with_file("media/\u202egvs.js".encode(), flags=0x800), "cannot be seen"
    ),
    "name that is no text": Hostile(
        lambda: with_file(b"items/\xff.json", flags=0x800), "its name is no text"
    ),
    "program": Hostile(lambda: with_file("run.sh", b"#!/bin/sh"), "has no place in a pack"),
    "long name": Hostile(lambda: with_file("media/" + "a" * 300 + ".svg"), "longer than 200"),
    "same name twice": Hostile(
        lambda: raw_zip([*raw(signed(source())), Raw(b"skills.json", b"[]")]), "is there twice"
    ),
    "same name in capitals": Hostile(
        lambda: with_file("SKILLS.json"), "has the same name as skills.json"
    ),
    "same name composed otherwise": Hostile(
        lambda: raw_zip(
            [
                *raw(signed(source())),
                Raw("media/é.svg".encode(), flags=0x800),
                Raw("media/e\u0301.svg".encode(), flags=0x800),
            ]
        ),
        "has the same name as media/é.svg",
    ),
    "file as a folder": Hostile(lambda: with_file("skills.json/a"), "skills.json is a file"),
    "folder": Hostile(lambda: with_file("items/", b""), "is a folder"),
    "folder by its mode": Hostile(
        lambda: with_entry(2, attributes=0o040755 << 16), "is a folder"
    ),
    "link": Hostile(
        lambda: with_file("media/a.svg", b"/etc/shadow", attributes=0o120777 << 16), "is a link"
    ),
    "device": Hostile(
        lambda: with_entry(2, attributes=0o060644 << 16), "is a device or a pipe"
    ),
    "pipe": Hostile(lambda: with_entry(2, attributes=0o010644 << 16), "is a device or a pipe"),
    "encrypted": Hostile(lambda: with_entry(2, flags=1), "is encrypted"),
    "sizes behind the bytes": Hostile(
        lambda: with_entry(2, flags=8), "in a way that packs do not use"
    ),
    "other compression": Hostile(
        lambda: with_entry(2, method=14), "by a method (14) that packs do not use"
    ),
    "extra field": Hostile(
        lambda: with_entry(2, extra=b"\1\0\x08\0" + bytes(8)), "holds more than a pack's"
    ),
    "entry's comment": Hostile(lambda: with_entry(2, comment=b"x"), "holds more than a pack's"),
    "two names for one": Hostile(
        lambda: with_entry(2, local={"name": b"other.json1"}), "do not agree"
    ),
    "two sizes": Hostile(lambda: with_entry(2, local={"size": 1}), "do not agree"),
    "stored with two sizes": Hostile(lambda: with_entry(2, size=7), "tells two sizes"),
    "wrong sum": Hostile(
        lambda: with_entry(5, crc=7, local={"crc": 7}), "changed on the way (CRC)"
    ),
    "broken deflate": Hostile(
        lambda: with_entry(5, method=8, packed=b"\xff" * 90), "cannot be unpacked"
    ),
    "zip bomb": Hostile(honest_bomb, "unpacks to more than 200 times its size"),
    "zip bomb that lies": Hostile(lying_bomb, "unpacks to more than its header says"),
    "too much in all": Hostile(too_much_in_all, "unpacked it is larger than 128 MB"),
    "too large a file": Hostile(
        lambda: with_file("media/a.ogg", b"OggS\0" + bytes(33 * MEGABYTE)), "larger than 32 MB"
    ),
    "too large an archive": Hostile(
        lambda: b"PK\3\4" + bytes(64 * MEGABYTE), "the file is larger than 64 MB"
    ),
    "too many files": Hostile(many_files, "holds more than 5,000 files"),
    "zip in a zip": Hostile(lambda: with_content("media/line.svg", sound()), "in an archive"),
    "listed and missing": Hostile(missing_file, "'media/line.svg' is listed and not in"),
    "there and not listed": Hostile(unlisted_file, "is not among the files"),
    "swapped file": Hostile(swapped_file, "its bytes are not those that pack.json lists"),
    "no UTF-8": Hostile(
        lambda: with_content("locales/ar.json", b'{"a": "\xff"}'), "locales/ar.json:1: is no"
    ),
    "no JSON": Hostile(
        lambda: with_content("items/add.json", b"[\n1,\n2,,\n]"), "items/add.json:3: JSON is"
    ),
    "nested JSON": Hostile(nested_json, "is nested deeper than 40"),
    "picture that is a program": Hostile(
        lambda: with_file("media/a.png", b"\x7fELF" + bytes(60)), "is no png"
    ),
    "drawing with a script": Hostile(
        script_drawing("<script>alert(1)</script>"), "holds <script>"
    ),
    "drawing that acts": Hostile(
        script_drawing("<path/>", attributes='onload="alert(1)"'), "a script in 'onload'"
    ),
    "drawing that calls home": Hostile(
        script_drawing('<rect fill="url(http://a.example/x)"/>'), "outside the drawing"
    ),
    "drawing with entities": Hostile(script_drawing("&b;", head=LAUGHS), "holds a DOCTYPE"),
    "unsigned": Hostile(stripped, "the pack is not signed"),
    "foreign key": Hostile(
        lambda: raw_zip(raw(signed(source(), OTHER_KEY))), "this hub does not know the key"
    ),
    "changed after signing": Hostile(changed_after_signing, "the signature is not this pack's"),
    "signature of another pack": Hostile(
        lambda: raw_zip(
            raw(signed(source()) | {"pack.sig.json": signed(source(name="B"))["pack.sig.json"]})
        ),
        "the signature is not this pack's",
    ),
    "signature that is none": Hostile(
        lambda: raw_zip(raw(signed(source()) | {"pack.sig.json": b"{}"})),
        "pack.sig.json: Object missing required field `key`",
    ),
    "newer form": Hostile(lambda: told(schema=2, later=True), "reads forms up to 1"),
    "newer hub": Hostile(
        lambda: told(min_hub_version="99.0.0"), "needs a hub of version 99.0.0 or later"
    ),
    "no licence": Hostile(lambda: told(licence=""), "$.licence"),
    "unknown word": Hostile(lambda: told(run="me"), "unknown field `run`"),
    "no version": Hostile(lambda: told(version="1.2"), "$.version"),
    "id of a path": Hostile(lambda: told(id="../../x"), "$.id"),
    "name that turns": Hostile(lambda: told(name="a\u202eb"), "$.name"),
    "file listed twice": Hostile(
        lambda: told(
            files=[{"path": "skills.json", "sha256": "0" * 64, "bytes": SKILLS_BYTES}] * 2
        ),
        "'skills.json' is there twice",
    ),
    "locale without a file": Hostile(
        lambda: told(locales=["en", "ar", "fr"]), "locales/fr.json: is missing"
    ),
    "file of no locale": Hostile(
        lambda: told(locales=["en"]), "is of a locale that pack.json does not name"
    ),
}
