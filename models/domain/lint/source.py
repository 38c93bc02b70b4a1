"""A pack as its authors write it, read as far as it goes: what is broken is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from models.domain.archive import (
    MANIFEST,
    MISCONCEPTIONS,
    SKILLS,
    ArchiveFault,
    build,
    open_archive,
)
from models.domain.carried import Carried, media_of
from models.domain.container import MOST_FILE_BYTES, entries, unpacked
from models.domain.lint.findings import Finding
from models.domain.lint.places import nearest, places
from models.domain.manifest import Manifest, decode_manifest
from models.domain.pack import Misconception, Pack, Skill
from models.domain.strict_json import check, decode
from models.domain.template import Template

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written:
    """One item: its template, the file and the place in it, and its fields as they stand."""

    template: Template
    file: str
    path: str
    fields: dict[str, Any] = field(repr=False)


@dataclass
class Source:
    """A pack's files, what could be decoded of them, and the findings so far."""

    files: dict[str, bytes]
    found: set[Finding] = field(default_factory=set)

    @cached_property
    def manifest(self) -> Manifest | None:
        """What the pack says of itself; None where that cannot be read."""
        try:
            check(self.files[MANIFEST], MANIFEST)
            return decode_manifest(self.files[MANIFEST], MANIFEST)
        except KeyError:
            self.error(MANIFEST, "$", "the pack has no such file")
        except ArchiveFault as fault:
            self.fault(fault)
        return None

    @cached_property
    def skills(self) -> tuple[Skill, ...]:
        """The skills, all or none of them."""
        return self._decoded(SKILLS, tuple[Skill, ...]) or ()

    @cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The misconceptions, all or none of them."""
        return self._decoded(MISCONCEPTIONS, tuple[Misconception, ...]) or ()

    @cached_property
    def items(self) -> tuple[Written, ...]:
        """Each item that can be decoded."""
        return tuple(
            item
            for name in sorted(self.files)
            if name.startswith("items/")
            for item in self._items(name)
        )

    @cached_property
    def texts(self) -> dict[str, dict[str, str]]:
        """The texts of each language that the manifest names."""
        tags = self.manifest.locales if self.manifest else ()
        decoded = {tag: self._decoded(f"locales/{tag}.json", dict[str, str]) for tag in tags}
        return {tag: texts for tag, texts in decoded.items() if texts is not None}

    @cached_property
    def pack(self) -> Pack:
        """The pack that all this makes, unchecked."""
        told = self.manifest
        return Pack(
            name=told.name if told else "",
            version=told.version if told else "",
            skills=self.skills,
            bodies=[msgspec.Raw(msgspec.json.encode(one.template)) for one in self.items],
            misconceptions=self.misconceptions,
            locales={tag: partial(self.texts.__getitem__, tag) for tag in self.texts},
            default_locale=self.default_locale,
            pack_id=told.id if told else "",
            media=self.media,
        )

    @cached_property
    def media(self) -> Carried:
        """The pictures and sounds, as they are: what is no such thing is told elsewhere."""
        return media_of(
            (name, hashlib.sha256(body).hexdigest(), partial(self.files.__getitem__, name))
            for name, body in self.files.items()
        )

    @property
    def default_locale(self) -> str:
        """The language that stands in for others."""
        return self.manifest.default_locale if self.manifest else "en"

    def error(self, file: str, path: str, message: str, *, key: str = "") -> None:
        """Notes what no pack may have, at the value `path` of `file`."""
        self._note(file, path, key, message, is_error=True)

    def warning(self, file: str, path: str, message: str, *, key: str = "") -> None:
        """Notes what somebody should look at."""
        self._note(file, path, key, message, is_error=False)

    def fault(self, fault: ArchiveFault) -> None:
        """Notes why a file was refused."""
        if fault.line is None:
            self.error(fault.file, fault.key or "$", fault.what)
        else:
            line = fault.line
            self.found.add(
                Finding(file=fault.file, key="", line=line, message=fault.what, is_error=True)
            )

    def _note(self, file: str, path: str, key: str, message: str, *, is_error: bool) -> None:
        line = nearest(self._places(file), path) or 0
        shown = key or path.removeprefix("$").removeprefix(".")
        self.found.add(
            Finding(file=file, key=shown, line=line, message=message, is_error=is_error)
        )

    def _places(self, file: str) -> dict[str, int]:
        if file not in self._known:
            try:
                self._known[file] = places(self.files.get(file, b"").decode())
            except (ValueError, IndexError):
                # No JSON: that was told where it was decoded.
                self._known[file] = {}
        return self._known[file]

    @cached_property
    def _known(self) -> dict[str, dict[str, int]]:
        return {}

    def _decoded(self, name: str, kind: type[T]) -> T | None:
        body = self.files.get(name)
        if body is None:
            self.error(name, "$", "the pack has no such file")
            return None
        try:
            check(body, name)
            return decode(body, kind, name)
        except ArchiveFault as fault:
            self.fault(fault)
            return None

    def _items(self, name: str) -> Iterator[Written]:
        for at, raw in enumerate(self._decoded(name, list[msgspec.Raw]) or ()):
            fields = msgspec.json.decode(raw)
            named = fields.get("id") if isinstance(fields, dict) else None
            try:
                template = msgspec.convert(fields, Template)
            except msgspec.ValidationError as error:
                what, _, path = str(error).partition(" - at `$")
                rest = path.removesuffix("`")
                self.error(name, f"$[{at}]{rest}", what, key=f"{named or at}{rest}")
                continue
            yield Written(template, name, f"$[{at}]", fields)


def read_source(path: Path) -> Source:
    """The pack in the folder or file `path`; ArchiveFault for a file that is no pack at all."""
    if not path.is_dir():
        body = path.read_bytes()
        archive = open_archive(body, None)
        archive.check()
        files = {name: archive.read(name) for name in archive.names}
        return Source({MANIFEST: unpacked(body, entries(body)[MANIFEST]), **files})
    files = {
        one.relative_to(path).as_posix(): one.read_bytes()
        for pattern in ("*.json", "items/*.json", "locales/*.json", "media/**/*")
        for one in sorted(path.glob(pattern))
        if one.is_file() and not one.is_symlink() and _is_small(one)
    }
    source = Source(files)
    try:
        build(path, None)
    except ArchiveFault as fault:
        # A main file that is missing is told where it is looked for.
        if fault.file in files or fault.file not in (MANIFEST, SKILLS, MISCONCEPTIONS):
            source.fault(fault)
    return source


def _is_small(path: Path) -> bool:
    """Whether it may be in a pack at all: what is larger is refused where one is built."""
    return path.stat().st_size <= MOST_FILE_BYTES


def twice(names: Sequence[str]) -> Iterator[int]:
    """The places at which a name stands again."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield at
        seen.add(name)
