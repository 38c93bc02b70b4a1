"""Who vouches for a pack: a hub's own key, the keys that it trusts, those it no longer does.

Signatures are Ed25519 (RFC 8032). A key is known by the first twenty digits of the SHA-256 of
its public half: eighty bits that a person can compare.
"""

from __future__ import annotations

import hashlib
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import msgspec
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from models.domain.container import ArchiveFault, shown
from models.domain.strict_json import decode

ID_DIGITS = 20
#: An id is named by so many of its digits or more, where they say enough.
FEWEST_DIGITS = 4
LONGEST_NAME = 60
_HEAD = "mangotree key 1"
_KEY_BYTES = 32
_WHOLE_ID = re.compile(rf"[0-9a-f]{{{ID_DIGITS}}}")


class KeyFault(ValueError):
    """A key is not what it should be, or not there; the message says what to do."""


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`pack.sig.json`: whose key signed the very bytes of `pack.json`."""

    key: Annotated[str, msgspec.Meta(max_length=64)]
    signature: bytes


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that can be handed on: with it others check what its owner signed."""

    name: str
    key: VerifyKey

    @property
    def id(self) -> str:
        """What the key is known by."""
        return key_id(self.key)

    def write(self) -> str:
        """The text of its file; `read_public_key` reads it again."""
        key = b64encode(bytes(self.key)).decode()
        return f"{_HEAD}\nid: {self.id}\nname: {self.name}\nkey: {key}\n"


def key_id(key: VerifyKey) -> str:
    """What a key is known by; nobody can choose it."""
    return hashlib.sha256(bytes(key)).hexdigest()[:ID_DIGITS]


def sign(body: bytes, key: SigningKey) -> bytes:
    """The signature of `body` as a file beside it; `verify` checks it."""
    signature = key.sign(body).signature
    return msgspec.json.encode(_Signature(key_id(key.verify_key), signature)) + b"\n"


def verify(
    body: bytes,
    signature: bytes,
    file: str,
    trusted: Mapping[str, VerifyKey],
    revoked: Collection[str] = (),
) -> str:
    """The id of the trusted key that signed `body`, by the `signature` read from `file`.

    Raises ArchiveFault for a key that is unknown or revoked, and for a signature that is not
    this body's.
    """
    told = decode(signature, _Signature, file)
    if told.key in revoked:
        what = f"the key {shown(told.key)} was revoked on this hub: ask for a newly signed pack"
        raise ArchiveFault(what, file=file)
    if told.key not in trusted:
        what = (
            f"this hub does not know the key {shown(told.key)}. Ask who made the pack for the "
            "key's file, then: mangotree pack keys --trust FILE.pub"
        )
        raise ArchiveFault(what, file=file)
    try:
        trusted[told.key].verify(body, told.signature)
    except (CryptoError, ValueError) as error:
        what = "the signature is not this pack's: somebody changed the pack, or broke its file"
        raise ArchiveFault(what, file=file) from error
    return told.key


def read_public_key(text: str) -> PublicKey:
    """The key that `text` holds; raises KeyFault for anything but the text of a key's file."""
    head, *lines = text.strip().splitlines() or [""]
    fields = dict(line.partition(": ")[::2] for line in lines)
    if head.strip() != _HEAD or set(fields) != {"id", "name", "key"}:
        raise KeyFault(f"This is no key's file: it does not begin with '{_HEAD}'.")
    try:
        key = VerifyKey(b64decode(fields["key"], validate=True))
    except (ValueError, TypeError, CryptoError) as error:
        raise KeyFault("The key in this file is broken: ask for the file again.") from error
    name = fields["name"]
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise KeyFault(f"A key's name has 1 to {LONGEST_NAME} letters.")
    if key_id(key) != fields["id"]:
        raise KeyFault("The id in this file is not its key's: somebody may have changed it.")
    return PublicKey(name, key)


class Keys:
    """The keys of one hub, in a folder that only its owner reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / "own.key"
        self._trusted = folder / "trusted"
        self._revoked = folder / "revoked"

    def own(self) -> SigningKey:
        """The hub's own key, made at its first use."""
        if (key := self._own_if_made()) is not None:
            return key
        draft = _draft(self._folder, bytes(SigningKey.generate()))
        # Whoever else makes one at this moment: the first file that has the name counts.
        with suppress(FileExistsError):
            os.link(draft, self._own)
        draft.unlink()
        _sync_folder(self._folder)
        return SigningKey(self._own.read_bytes())

    def trusted(self) -> dict[str, PublicKey]:
        """Whose packs this hub takes, by the key's id; its own key among them."""
        found = {}
        for path in sorted(self._trusted.glob("*.pub")):
            try:
                key = read_public_key(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise KeyFault(f"{path}: {error} Remove the file, or put it right.") from error
            found[key.id] = key
        if (own := self._own_if_made()) is not None:
            found[key_id(own.verify_key)] = PublicKey("this hub", own.verify_key)
        gone = self.revoked()
        return {one: key for one, key in found.items() if one not in gone}

    def revoked(self) -> frozenset[str]:
        """The ids of keys that are not trusted any more, whatever else is said of them."""
        if not self._revoked.exists():
            return frozenset()
        return frozenset(self._revoked.read_text(encoding="utf-8").split())

    def trust(self, key: PublicKey) -> None:
        """Takes packs of this key from now on; raises KeyFault for one that was revoked."""
        if key.id in self.revoked():
            raise KeyFault(
                f"The key {key.id} was revoked on this hub. If that was an error, take its "
                f"line out of {self._revoked}."
            )
        _replace(self._trusted / f"{key.id}.pub", key.write().encode())

    def revoke(self, digits: str) -> str:
        """Takes nothing of this key any more; the id that `digits` begin.

        An own key that was revoked is put aside, and the next use makes a new one. A key that
        this hub does not know is revoked by its whole id.
        """
        gone = self._named(digits.lower())
        lines = sorted({*self.revoked(), gone})
        _replace(self._revoked, "".join(f"{one}\n" for one in lines).encode())
        self._own_if_made()
        return gone

    def _named(self, digits: str) -> str:
        """The id of the one trusted key that `digits` begin, or a whole id of any key."""
        known = [one for one in self.trusted() if one.startswith(digits)]
        if len(digits) < FEWEST_DIGITS:
            known = []
        if not known and _WHOLE_ID.fullmatch(digits):
            return digits
        if len(known) != 1:
            raise KeyFault(
                f"'{shown(digits)}' names {'more than one key' if known else 'no key'} of this "
                f"hub. Give {FEWEST_DIGITS} digits or more of what `mangotree pack keys` lists."
            )
        return known[0]

    def _own_if_made(self) -> SigningKey | None:
        """The hub's own key; one that was revoked is put aside here, also after a cut."""
        if not self._own.exists():
            return None
        body = self._own.read_bytes()
        if len(body) != _KEY_BYTES:
            raise KeyFault(
                f"{self._own} is broken. Put it back from a copy, or move it away: then the "
                "hub makes a new key, and others must trust that one."
            )
        key = SigningKey(body)
        if (own := key_id(key.verify_key)) in self.revoked():
            with suppress(FileNotFoundError):  # another process put it aside
                self._own.rename(self._folder / f"revoked-{own}.key")
            return None
        return key


def _replace(path: Path, body: bytes) -> None:
    """Writes the whole new file, or leaves the former one: never a part of it."""
    _draft(path.parent, body).replace(path)
    _sync_folder(path.parent)


def _draft(folder: Path, body: bytes) -> Path:
    """A file in `folder` that only its owner reads, with `body` safe on the disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix="draft-", delete=False) as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return Path(file.name)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
