"""Keys of a hub: its own stays its owner's, others are trusted and revoked by their files."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.domain.container import ArchiveFault
from models.domain.signing import (
    ID_DIGITS,
    KeyFault,
    Keys,
    PublicKey,
    key_id,
    read_public_key,
    sign,
    verify,
)
from tests.models.hostile import KEY, OTHER_KEY

SCHOOL = PublicKey("School by the lake", KEY.verify_key)
OTHER = PublicKey("Other", OTHER_KEY.verify_key)
TRUSTED = {SCHOOL.id: KEY.verify_key}


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def test_a_signature_tells_whose_it_is() -> None:
    assert verify(b"body", sign(b"body", KEY), "it", TRUSTED) == SCHOOL.id


@pytest.mark.parametrize(
    ("body", "signature", "words"),
    [
        (b"other", sign(b"body", KEY), "the signature is not this pack's"),
        (b"body", sign(b"body", OTHER_KEY), "does not know the key"),
        (
            b"body",
            sign(b"body", OTHER_KEY).replace(OTHER.id.encode(), SCHOOL.id.encode()),
            "the signature is not this pack's",
        ),
        (
            b"body",
            b'{"key":"%s","signature":"AAAA"}' % SCHOOL.id.encode(),
            "the signature is not this pack's",
        ),
        (b"body", b'{"key":"\\u001b[2J","signature":""}', r"does not know the key \?\[2J"),
        (b"body", b"", "Input data was truncated"),
    ],
)
def test_a_signature_of_something_else_is_refused(
    body: bytes, signature: bytes, words: str
) -> None:
    with pytest.raises(ArchiveFault, match=words):
        verify(body, signature, "pack.sig.json", TRUSTED)


def test_a_hub_makes_its_own_key_once_and_keeps_it_to_itself(
    keys: Keys, tmp_path: Path
) -> None:
    assert keys.trusted() == {}
    first = keys.own()
    assert keys.own() == first == Keys(tmp_path / "keys").own()
    assert list(keys.trusted()) == [key_id(first.verify_key)]
    assert stat.S_IMODE((tmp_path / "keys" / "own.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["own.key"]


def test_two_who_need_the_first_key_at_once_get_the_same_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: bytes(Keys(tmp_path).own()), range(16)))
    assert len(set(made)) == 1


def test_a_broken_own_key_is_named_and_not_replaced(keys: Keys, tmp_path: Path) -> None:
    keys.own()
    (tmp_path / "keys" / "own.key").write_bytes(b"short")
    with pytest.raises(KeyFault, match=r"own\.key is broken"):
        keys.own()
    assert (tmp_path / "keys" / "own.key").read_bytes() == b"short"


def test_a_key_travels_as_a_text_that_people_can_read() -> None:
    text = SCHOOL.write()
    assert text.splitlines()[1:3] == [f"id: {SCHOOL.id}", "name: School by the lake"]
    assert len(SCHOOL.id) == ID_DIGITS
    assert read_public_key(text) == SCHOOL
    assert read_public_key(text.replace("\n", "\r\n")) == SCHOOL


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("mangotree key 1", "mangotree key 9", "This is no key's file"),
        ("name: ", "title: ", "This is no key's file"),
        ("key: ", "key: ?", "is broken"),
        ("key: ", "key: QUJD", "is broken"),
        (SCHOOL.id, OTHER.id, "The id in this file is not its key's"),
        ("School", "\x1b[2J", "A key's name has"),
        ("School", "S" * 60, "A key's name has"),
    ],
)
def test_a_changed_key_file_is_refused(old: str, new: str, words: str) -> None:
    assert old in SCHOOL.write()
    with pytest.raises(KeyFault, match=words):
        read_public_key(SCHOOL.write().replace(old, new))


@pytest.mark.parametrize("text", ["", "\n", "\x00", "mangotree key 1"])
def test_what_is_no_key_file_is_refused(text: str) -> None:
    with pytest.raises(KeyFault, match="This is no key's file"):
        read_public_key(text)


def test_several_keys_are_trusted_beside_each_other(keys: Keys) -> None:
    keys.trust(SCHOOL)
    keys.trust(OTHER)
    keys.trust(SCHOOL)
    assert keys.trusted() == {SCHOOL.id: SCHOOL, OTHER.id: OTHER}


def test_a_revoked_key_stays_revoked_whoever_brings_it(keys: Keys) -> None:
    keys.trust(SCHOOL)
    keys.trust(OTHER)
    assert keys.revoke(SCHOOL.id[:6]) == SCHOOL.id
    assert list(keys.trusted()) == [OTHER.id]
    assert keys.revoked() == {SCHOOL.id}
    with pytest.raises(KeyFault, match="was revoked on this hub"):
        keys.trust(SCHOOL)


def test_a_key_that_never_came_can_be_revoked_by_its_whole_id(keys: Keys) -> None:
    assert keys.revoke(SCHOOL.id) == SCHOOL.id
    with pytest.raises(KeyFault):
        keys.trust(SCHOOL)


def test_an_own_key_that_was_revoked_is_put_aside_and_a_new_one_made(
    keys: Keys, tmp_path: Path
) -> None:
    first = key_id(keys.own().verify_key)
    assert keys.revoke(first) == first
    assert keys.trusted() == {}
    second = key_id(keys.own().verify_key)
    assert first != second
    assert list(keys.trusted()) == [second]
    assert (tmp_path / "keys" / f"revoked-{first}.key").exists()


@pytest.mark.parametrize("digits", ["", "abc", "zzzz", "../../../../etc/pass", "x" * 21])
def test_digits_that_name_no_key_revoke_nothing(digits: str, keys: Keys) -> None:
    keys.trust(SCHOOL)
    with pytest.raises(KeyFault, match="names no key"):
        keys.revoke(digits)
    assert list(keys.trusted()) == [SCHOOL.id]


def test_a_broken_file_among_the_trusted_is_named(keys: Keys, tmp_path: Path) -> None:
    keys.trust(SCHOOL)
    (tmp_path / "keys" / "trusted" / "bad.pub").write_text("hello")
    with pytest.raises(KeyFault, match=r"bad\.pub: This is no key's file.* Remove the file"):
        keys.trusted()


def test_an_own_key_is_not_used_after_a_cut_within_its_revocation(
    keys: Keys, tmp_path: Path
) -> None:
    gone = key_id(keys.own().verify_key)
    (tmp_path / "keys" / "revoked").write_text(f"{gone}\n", encoding="utf-8")
    assert key_id(keys.own().verify_key) != gone
    assert (tmp_path / "keys" / f"revoked-{gone}.key").exists()
    assert gone not in keys.trusted()
