"""The files that a pack carries beside its words: found by name and language, known by hash."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec

from models.domain.images import Size, image_size
from models.domain.locales import fallback
from models.domain.recordings import SOUNDS

FOLDER = "media"
#: As many digits of a hash as tell the files of a hub apart, whoever makes them.
VERSION_DIGITS = 32
MIMETYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "svg": "image/svg+xml",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
}


@dataclass(frozen=True)
class MediaFile:
    """One file of `media/`: its `name` in the pack, and the hash of its bytes, in hex.

    `read` raises ArchiveFault where the bytes are not those that were listed.
    """

    name: str
    sha256: str
    read: Callable[[], bytes]

    @property
    def version(self) -> str:
        """Changes with the bytes."""
        return self.sha256[:VERSION_DIGITS]

    @property
    def mimetype(self) -> str:
        """What it is, for a browser."""
        return MIMETYPES[self.name.rpartition(".")[2]]

    @cached_property
    def size(self) -> Size:
        """A picture's width and height; ArchiveFault for what is none."""
        return image_size(self.name, self.read())


class Image(msgspec.Struct, frozen=True):
    """A picture from `media/` as it is shown: its `file`, its pixels, and its words."""

    file: str
    version: str
    width: int
    height: int
    alt: str


class Recording(msgspec.Struct, frozen=True):
    """A sound from `media/`: somebody reads the words aloud that it stands beside."""

    file: str
    version: str


Carried = Mapping[str, MediaFile]


def image_names(name: str, tag: str, default: str) -> tuple[str, ...]:
    """Where the picture `name` may be in the language `tag`, best first.

    A picture with words in it has a file for each language: `media/ar/NAME`.
    """
    own = tuple(f"{FOLDER}/{one}/{name}" for one in fallback(tag))
    return (*own, f"{FOLDER}/{name}", f"{FOLDER}/{default}/{name}")


def recording_names(tag: str, key: str) -> tuple[str, ...]:
    """Where the text `key` of the language `tag` may be, read aloud by somebody."""
    return tuple(f"{FOLDER}/audio/{tag}/{key}.{suffix}" for suffix in SOUNDS)


def first_of(carried: Carried, names: tuple[str, ...]) -> MediaFile | None:
    """The first of `names` that is there."""
    return next((carried[one] for one in names if one in carried), None)


def recorded(name: str) -> tuple[str, str] | None:
    """The language and the key whose text the file `name` says; None for other files."""
    folders, _, last = name.rpartition("/")
    key, _, suffix = last.rpartition(".")
    above, _, tag = folders.rpartition("/")
    return (tag, key) if above == f"{FOLDER}/audio" and suffix in SOUNDS else None


def media_of(names: Iterator[tuple[str, str, Callable[[], bytes]]]) -> dict[str, MediaFile]:
    """The files of `media/` among (name, hash, reader)."""
    return {
        name: MediaFile(name, digest, read)
        for name, digest, read in names
        if name.startswith(f"{FOLDER}/")
    }
