"""A pack as one file: the same bytes from the same source, and no hostile one is read."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from models.domain.archive import Archive, ArchiveFault, build, open_archive
from models.domain.container import entries, unpacked
from models.domain.signing import key_id
from tests.models.hostile import HOSTILE, KEY, OTHER_KEY, signed
from tests.models.source import source, write

TRUSTED = {key_id(KEY.verify_key): KEY.verify_key}
FUZZED = 1_500


def checked(body: bytes) -> Archive:
    archive = open_archive(body, TRUSTED, hub_version="0.1.0")
    archive.check()
    return archive


def test_a_folder_becomes_a_file_that_gives_every_file_back(tmp_path: Path) -> None:
    files = source()
    archive = checked(build(write(tmp_path, files), KEY))
    assert archive.signer == key_id(KEY.verify_key)
    assert archive.manifest.version == "1.2.0"
    assert {name: archive.read(name) for name in archive.names} == {
        name: body for name, body in files.items() if name != "pack.json"
    }


def test_the_same_source_makes_the_same_bytes(tmp_path: Path) -> None:
    first = build(write(tmp_path / "one", source()), KEY)
    turned = dict(reversed(source().items()))
    again = build(write(tmp_path / "two", turned), KEY)
    os.utime(tmp_path / "two" / "skills.json", (1, 1))
    assert first == again == build(tmp_path / "two", KEY)


def test_a_pack_that_was_taken_apart_can_be_built_again(tmp_path: Path) -> None:
    body = build(write(tmp_path / "one", source()), KEY)
    with zipfile.ZipFile(BytesIO(body)) as usual:
        usual.extractall(tmp_path / "two")
    assert build(tmp_path / "two", KEY) == body


def test_an_unsigned_pack_opens_where_no_signature_is_asked(tmp_path: Path) -> None:
    body = build(write(tmp_path, source()), None)
    assert open_archive(body, None).signer is None
    with pytest.raises(ArchiveFault, match="is not signed"):
        open_archive(body, TRUSTED)


def test_a_revoked_key_is_named_as_revoked(tmp_path: Path) -> None:
    body = build(write(tmp_path, source()), KEY)
    with pytest.raises(ArchiveFault, match="was revoked on this hub"):
        open_archive(body, {}, revoked={key_id(KEY.verify_key)})


def test_several_signers_can_be_trusted_at_once(tmp_path: Path) -> None:
    both = {key_id(key.verify_key): key.verify_key for key in (KEY, OTHER_KEY)}
    write(tmp_path, source())
    for key in (KEY, OTHER_KEY):
        assert open_archive(build(tmp_path, key), both).signer == key_id(key.verify_key)


def test_a_file_of_another_pack_is_not_given(tmp_path: Path) -> None:
    archive = checked(build(write(tmp_path, source()), KEY))
    for name in ("pack.json", "pack.sig.json", "items/gone.json", "../own.key"):
        with pytest.raises(ArchiveFault, match="is not in the pack"):
            archive.read(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pack_is_refused_by_the_right_words(name: str) -> None:
    body = HOSTILE[name].body()
    with pytest.raises(ArchiveFault) as caught:
        checked(body)
    assert HOSTILE[name].words in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["zip bomb", "zip bomb that lies", "too much in all"])
def test_a_bomb_takes_no_more_memory_than_its_own_file(name: str) -> None:
    body = HOSTILE[name].body()
    tracemalloc.start()
    with pytest.raises(ArchiveFault):
        checked(body)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**20


def test_no_changed_byte_of_a_signed_pack_goes_unseen(tmp_path: Path) -> None:
    """Each bit counts, but for the two clocks and the versions that nobody reads."""
    body = build(write(tmp_path, source()), KEY)
    files = {name: checked(body).read(name) for name in checked(body).names}
    random = Random(3)
    refused = 0
    for _ in range(FUZZED):
        changed = bytearray(body)
        changed[random.randrange(len(body))] ^= 1 << random.randrange(8)
        try:
            archive = checked(bytes(changed))
        except ArchiveFault:
            refused += 1
            continue
        assert {name: archive.read(name) for name in archive.names} == files
    assert refused > 0.8 * FUZZED


def test_no_scrap_of_a_pack_is_taken_and_nothing_else_is_raised(tmp_path: Path) -> None:
    body = build(write(tmp_path, source()), KEY)
    random = Random(5)
    for _ in range(FUZZED):
        start, length, to = (random.randrange(len(body)) for _ in range(3))
        scrap = body[:to] + body[start : start + length] + body[random.randrange(len(body)) :]
        with pytest.raises(ArchiveFault):
            checked(scrap)


def test_a_link_in_the_source_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "pack", source())
    (tmp_path / "secret").write_text("the answers")
    (tmp_path / "pack" / "media" / "a.svg").symlink_to(tmp_path / "secret")
    with pytest.raises(ArchiveFault, match=r"media/a\.svg: is a link"):
        build(tmp_path / "pack", KEY)


def test_a_linked_folder_in_the_source_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "pack", source())
    (tmp_path / "pack" / "media" / "more").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(ArchiveFault, match="media/more: is a link"):
        build(tmp_path / "pack", KEY)


def test_a_pipe_in_the_source_does_not_stop_the_build(tmp_path: Path) -> None:
    write(tmp_path, source())
    os.mkfifo(tmp_path / "media" / "a.svg")
    with pytest.raises(ArchiveFault, match=r"media/a\.svg: is no plain file"):
        build(tmp_path, KEY)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("README.md", "README.md: has no place in a pack"),
        ("items/.hidden.json", "has no place in a pack"),
        ("items/a b.json", "has no place in a pack"),
        ("items/a\\b.json", "holds a backslash"),
        ("items/a\n.json", "cannot be seen"),
    ],
)
def test_an_odd_name_in_the_source_is_refused(name: str, words: str, tmp_path: Path) -> None:
    write(tmp_path, {**source(), name: b"[]"})
    with pytest.raises(ArchiveFault, match=words):
        build(tmp_path, KEY)


@pytest.mark.parametrize("name", ["pack.json", "skills.json", "misconceptions.json"])
def test_a_source_without_its_main_files_is_refused(name: str, tmp_path: Path) -> None:
    files = source()
    del files[name]
    with pytest.raises(ArchiveFault, match=f"{name}: is missing"):
        build(write(tmp_path, files), KEY)


def test_a_source_that_asks_nothing_is_refused(tmp_path: Path) -> None:
    files = source()
    del files["items/add.json"]
    with pytest.raises(ArchiveFault, match="a pack without items asks nothing"):
        build(write(tmp_path, files), KEY)


def test_a_fault_names_file_and_key(tmp_path: Path) -> None:
    with pytest.raises(ArchiveFault) as caught:
        build(write(tmp_path, source(reading_age="seven")), KEY)
    assert (caught.value.file, caught.value.key) == ("pack.json", "$.reading_age")


def test_a_file_that_hardly_shrinks_or_shrinks_too_well_is_stored(tmp_path: Path) -> None:
    ogg = b"OggS\0" + bytes(300_000)
    body = build(write(tmp_path, source() | {"media/still.ogg": ogg}), KEY)
    found = entries(body)
    assert not found["media/still.ogg"].is_deflated
    assert found["items/add.json"].is_deflated
    assert unpacked(body, found["media/still.ogg"]) == ogg


def test_a_signed_pack_written_by_another_hand_is_read_the_same(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as usual:
        for name, content in signed(source()).items():
            usual.writestr(name, content)
    assert checked(out.getvalue()).read("skills.json") == source()["skills.json"]
