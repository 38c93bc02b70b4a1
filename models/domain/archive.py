"""A pack as one file to carry: made from a source folder, signed, and read with suspicion.

The file is a zip that holds the folder's files. `pack.json` lists each with its hash, and
`pack.sig.json` signs the very bytes of `pack.json`: so all of it is signed.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from nacl.signing import SigningKey, VerifyKey

from models.domain.container import (
    MOST_BYTES,
    MOST_FILE_BYTES,
    MOST_FILES,
    ArchiveFault,
    Entry,
    check_names,
    entries,
    shown,
    unpacked,
    zipped,
)
from models.domain.manifest import File, Manifest, decode_manifest, numbers
from models.domain.media import SUFFIXES, check_media
from models.domain.signing import sign, verify
from models.domain.strict_json import check

__all__ = ["Archive", "ArchiveFault", "Manifest", "build", "is_archive", "open_archive"]

MANIFEST = "pack.json"
SIGNATURE = "pack.sig.json"
SKILLS = "skills.json"
MISCONCEPTIONS = "misconceptions.json"
_PART = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_PLACES = re.compile(
    rf"pack\.json|pack\.sig\.json|skills\.json|misconceptions\.json"
    rf"|items/{_PART}(\.{_PART})*\.json|locales/[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})*\.json"
    rf"|media/({_PART}/)*{_PART}(\.{_PART})*\.({'|'.join(SUFFIXES)})"
)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open pack: what it says of itself, and its files, unpacked one by one when asked.

    `names` leaves the manifest and the signature out; `signer` is the trusted key's id, None
    where no signature was asked for.
    """

    manifest: Manifest
    names: tuple[str, ...]
    signer: str | None
    _body: bytes
    _entries: Mapping[str, Entry]
    _hashes: Mapping[str, str]

    def read(self, name: str) -> bytes:
        """The file's bytes; raises ArchiveFault where they are not those that were signed."""
        if name not in self._hashes:
            raise ArchiveFault("is not in the pack", file=shown(name))
        content = unpacked(self._body, self._entries[name])
        if hashlib.sha256(content).hexdigest() != self._hashes[name]:
            raise ArchiveFault(f"its bytes are not those that {MANIFEST} lists", file=name)
        return content

    def check(self) -> None:
        """Unpacks all files, one by one, and refuses what is not what its name says."""
        for name in self.names:
            content = self.read(name)
            if content.startswith(b"PK"):
                raise ArchiveFault("is an archive in an archive", file=name)
            if name.endswith(".json"):
                check(content, name)
            else:
                check_media(name, content)


def is_archive(body: bytes) -> bool:
    """Whether `body` begins as a pack's file does; it may still be refused."""
    return body.startswith(b"PK")


def open_archive(
    body: bytes,
    trusted: Mapping[str, VerifyKey] | None,
    *,
    revoked: Collection[str] = (),
    hub_version: str | None = None,
) -> Archive:
    """The pack in `body`, signed by one of the `trusted` keys; None: no signature is asked.

    Raises ArchiveFault, naming the file in it, for what packs never hold. Files are checked
    against the signed hashes when they are read: `check` reads all.
    """
    found = entries(body)
    for name in found:
        _check_place(name)
    for name in (MANIFEST, SKILLS, MISCONCEPTIONS):
        if name not in found:
            raise ArchiveFault("is missing", file=name)
    told = unpacked(body, found[MANIFEST])
    signer = None
    if trusted is not None:
        # Before a word of it is believed.
        signer = _signer(body, found, told, trusted, revoked)
    check(told, MANIFEST)
    manifest = decode_manifest(told, MANIFEST)
    if hub_version is not None:
        _check_hub(manifest, hub_version)
    _check_files(manifest, found)
    _check_locales(manifest)
    hashes = {file.path: file.sha256 for file in manifest.files}
    return Archive(manifest, tuple(hashes), signer, body, found, hashes)


def build(folder: Path, key: SigningKey | None) -> bytes:
    """The file that carries the pack in `folder`, signed with `key` where one is given.

    The manifest's `files` and the signature are made anew. Raises ArchiveFault for links,
    odd names and whatever else `open_archive` would refuse.
    """
    contents = {
        name: path.read_bytes()
        for name, path in sorted(_source(folder))
        if name not in (MANIFEST, SIGNATURE)
    }
    if not (folder / MANIFEST).is_file():
        raise ArchiveFault(f"is missing: {folder} is no pack's source folder", file=MANIFEST)
    source = (folder / MANIFEST).read_bytes()
    check(source, MANIFEST)
    files = tuple(
        File(path=name, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
        for name, content in contents.items()
    )
    manifest = msgspec.structs.replace(decode_manifest(source, MANIFEST), files=files)
    told = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    head = {MANIFEST: told} | ({} if key is None else {SIGNATURE: sign(told, key)})
    body = zipped(head | contents)
    open_archive(body, None).check()
    return body


def _signer(
    body: bytes,
    found: Mapping[str, Entry],
    told: bytes,
    trusted: Mapping[str, VerifyKey],
    revoked: Collection[str],
) -> str:
    if SIGNATURE not in found:
        raise ArchiveFault(
            "the pack is not signed, so nobody vouches for it: ask for a signed one, or build "
            "it with a key: mangotree pack build FOLDER --out FILE.mpack --key",
            file=SIGNATURE,
        )
    return verify(told, unpacked(body, found[SIGNATURE]), SIGNATURE, trusted, revoked)


def _check_place(name: str) -> None:
    if not _PLACES.fullmatch(name):
        raise ArchiveFault(
            f"has no place in a pack. It holds {MANIFEST}, {SKILLS}, {MISCONCEPTIONS}, "
            f"items/*.json, locales/*.json and media/* ({', '.join(SUFFIXES)})",
            file=shown(name),
        )


def _check_hub(manifest: Manifest, hub_version: str) -> None:
    if numbers(manifest.min_hub_version) > numbers(hub_version):
        raise ArchiveFault(
            f"the pack needs a hub of version {manifest.min_hub_version} or later, and this is "
            f"{hub_version}: update the hub",
            file=MANIFEST,
            key="$.min_hub_version",
        )


def _check_files(manifest: Manifest, found: Mapping[str, Entry]) -> None:
    """Each file is listed, with its size, and each that is listed is there."""
    listed: dict[str, File] = {}
    for place, file in enumerate(manifest.files):
        key = f"$.files[{place}].path"
        if file.path in listed:
            raise ArchiveFault(f"'{shown(file.path)}' is there twice", file=MANIFEST, key=key)
        listed[file.path] = file
        entry = found.get(file.path)
        if entry is None or file.path in (MANIFEST, SIGNATURE):
            what = f"'{shown(file.path)}' is listed and not in the pack"
            raise ArchiveFault(what, file=MANIFEST, key=key)
        if entry.size != file.bytes:
            raise ArchiveFault(f"has another size than {MANIFEST} lists", file=file.path)
    for name in found:
        if name not in listed and name not in (MANIFEST, SIGNATURE):
            raise ArchiveFault(f"is not among the files that {MANIFEST} lists", file=name)


def _check_locales(manifest: Manifest) -> None:
    """Each locale has its file, and there are questions."""
    paths = {file.path for file in manifest.files}
    there = {path for path in paths if path.startswith("locales/")}
    told = {f"locales/{tag}.json" for tag in manifest.locales}
    for path in sorted(told - there):
        raise ArchiveFault(f"is missing, and {MANIFEST} names its locale", file=path)
    for path in sorted(there - told):
        raise ArchiveFault(f"is of a locale that {MANIFEST} does not name", file=path)
    if not any(path.startswith("items/") for path in paths):
        raise ArchiveFault("is missing: a pack without items asks nothing", file="items/*.json")


def _source(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each file below `folder` with its name in the pack."""
    count = size = 0
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        mode = path.lstat()
        if stat.S_ISLNK(mode.st_mode):
            raise ArchiveFault("is a link: put the file itself there", file=shown(name))
        if not stat.S_ISREG(mode.st_mode):
            raise ArchiveFault("is no plain file", file=shown(name))
        check_names([name])
        _check_place(name)
        count, size = count + 1, size + mode.st_size
        if mode.st_size > MOST_FILE_BYTES:
            raise ArchiveFault(f"is larger than {MOST_FILE_BYTES // 2**20} MB", file=name)
        if count > MOST_FILES or size > MOST_BYTES:
            most = f"{MOST_FILES:,} files and {MOST_BYTES // 2**20} MB"
            raise ArchiveFault(f"{folder} holds more than a pack may: {most}")
        yield name, path


def _walk(folder: Path) -> Iterator[Path]:
    """All that is no folder below `folder`; a link is not followed, wherever it leads."""
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)
