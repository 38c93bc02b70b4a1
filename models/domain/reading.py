"""Opens packs: a file to carry, a source folder, or one JSON text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from models.domain.archive import Archive, ArchiveFault, build, is_archive, open_archive
from models.domain.carried import media_of
from models.domain.faults import PackFault
from models.domain.pack import Misconception, Pack, Skill, Texts, check_pack
from models.domain.plain import decode_plain

T = TypeVar("T")


def decode_pack(body: bytes) -> Pack:
    """The pack in `body`, whose signature was asked for when it came in, not here.

    Raises PackFault with the file and the key that is wrong.
    """
    if not is_archive(body):
        return decode_plain(body)
    try:
        return pack_of_archive(open_archive(body, None))
    except ArchiveFault as error:
        raise PackFault(str(error)) from error


def load_pack(path: Path) -> tuple[Pack, bytes]:
    """The pack in the file or source folder `path`, and the bytes that carry it."""
    try:
        body = build(path, None) if path.is_dir() else path.read_bytes()
    except ArchiveFault as error:
        raise PackFault(str(error)) from error
    return decode_pack(body), body


def pack_of_archive(archive: Archive) -> Pack:
    """The pack that `archive` holds; the words of a language are read when it is spoken."""
    manifest = archive.manifest
    items = [
        raw
        for name in archive.names
        if name.startswith("items/")
        for raw in _decoded(archive, name, list[msgspec.Raw])
    ]
    return check_pack(
        Pack(
            name=manifest.name,
            version=manifest.version,
            skills=_decoded(archive, "skills.json", tuple[Skill, ...]),
            bodies=items,
            misconceptions=_decoded(archive, "misconceptions.json", tuple[Misconception, ...]),
            locales={tag: _texts(archive, tag) for tag in manifest.locales},
            default_locale=manifest.default_locale,
            pack_id=manifest.id,
            media=media_of(
                (file.path, file.sha256, partial(archive.read, file.path))
                for file in manifest.files
            ),
        )
    )


def _texts(archive: Archive, tag: str) -> Callable[[], Texts]:
    def load() -> Texts:
        return _decoded(archive, f"locales/{tag}.json", dict[str, str])

    return load


def _decoded(archive: Archive, name: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(archive.read(name), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackFault(f"{name}: {error}") from error
