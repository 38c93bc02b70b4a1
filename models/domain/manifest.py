"""`pack.json`: what a pack is, who made it, under which licence, and the hash of each file."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from models.domain.container import MOST_FILE_BYTES, ArchiveFault
from models.domain.strict_json import decode

#: The newest form of packs that this version reads.
SCHEMA = 1
#: Python's `$` also stands before a last line break.
_END = "$(?!\n)"
_NUMBER = "(0|[1-9][0-9]{0,5})"
_LICENCE = "[A-Za-z0-9][A-Za-z0-9.+-]*"
#: No sign that cannot be seen, or that turns the direction of a line, may stand in a name.
_SEEN = r"[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]"

PackId = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+{_END}",
        max_length=100,
        description="The pack's name in reverse-DNS form, like org.example.fractions.",
    ),
]
Version = Annotated[
    str,
    msgspec.Meta(pattern=rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}{_END}", description="Like 1.2.0."),
]
Licence = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^{_LICENCE}( (AND|OR|WITH) {_LICENCE})*{_END}",
        max_length=100,
        description="An SPDX expression, like CC-BY-4.0.",
    ),
]
Tag = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})*{_END}",
        max_length=35,
        description="A language tag (BCP 47), like sw or pt-BR.",
    ),
]
Line = Annotated[str, msgspec.Meta(pattern=rf"^{_SEEN}+{_END}", max_length=300)]
Sha256 = Annotated[str, msgspec.Meta(pattern=f"^[0-9a-f]{{64}}{_END}")]
Path = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the pack, by its path in the source folder."""

    path: Path
    sha256: Sha256
    bytes: Annotated[int, msgspec.Meta(ge=0, le=MOST_FILE_BYTES)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a pack says of itself; `files` is filled by `mangotree pack build`."""

    id: PackId
    name: Line
    version: Version
    schema: Annotated[int, msgspec.Meta(ge=1)]
    min_hub_version: Version
    licence: Licence
    authors: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1)]
    attribution: tuple[Line, ...] = ()
    source_url: Line | None = None
    default_locale: Tag
    locales: Annotated[tuple[Tag, ...], msgspec.Meta(min_length=1)]
    reading_age: Annotated[int, msgspec.Meta(ge=3, le=18)]
    created: date
    files: tuple[File, ...] = ()


class _Form(msgspec.Struct):
    """What is read first: a newer form may have fields that this version does not know."""

    schema: int


def decode_manifest(body: bytes, file: str) -> Manifest:
    """The manifest in `body`; raises ArchiveFault with its key or line."""
    form = decode(body, _Form, file)
    if form.schema > SCHEMA:
        raise ArchiveFault(
            f"the pack is of form {form.schema}, and this hub reads forms up to {SCHEMA}: "
            "update the hub",
            file=file,
            key="$.schema",
        )
    manifest = decode(body, Manifest, file)
    if manifest.default_locale not in manifest.locales:
        what = f"'{manifest.default_locale}' is not among the locales"
        raise ArchiveFault(what, file=file, key="$.default_locale")
    if len(set(manifest.locales)) < len(manifest.locales):
        raise ArchiveFault("a locale is there twice", file=file, key="$.locales")
    return manifest


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared; "1.10.0" is newer than "1.9.0"."""
    return tuple(int(part) for part in version.split("."))
