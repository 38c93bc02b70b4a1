"""Pictures and recordings of a pack: found by language, measured, and refused where unfit."""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from pathlib import Path

import pytest

from models.domain.carried import Image
from models.domain.container import ArchiveFault
from models.domain.faults import PackFault
from models.domain.images import MOST_SIDE, Size, check_image, image_size
from models.domain.lint.check import lint
from models.domain.lint.findings import Finding
from models.domain.lint.source import read_source
from models.domain.locales import locale
from models.domain.media import check_media
from models.domain.reading import load_pack
from models.domain.recordings import check_recording
from models.domain.showing import Showing, show
from tests.media_pack import (
    ARABIC,
    DRAWING,
    PICTURE,
    SIZE,
    SOUND,
    Files,
    files,
    item,
    jpg,
    mp3,
    noise,
    png,
    svg,
    write,
)

EXIF = b"Exif\0\0II*\0"


def found(folder: Path, contents: Files) -> list[Finding]:
    """What the check says of these files."""
    report = lint(read_source(write(folder, contents)), seeds=3)
    return [*report.errors, *report.warnings]


def told(folder: Path, contents: Files, file: str) -> str:
    return "; ".join(one.message for one in found(folder, contents) if one.file == file)


def items(*changed: dict[str, object]) -> bytes:
    return json.dumps(changed).encode()


@pytest.mark.parametrize(
    ("name", "body", "size"),
    [
        ("a.png", png(30, 20), Size(30, 20)),
        ("a.jpg", jpg(300, 200), Size(300, 200)),
        ("a.jpg", jpg(300, 200, EXIF), Size(300, 200)),
        ("a.svg", svg("0 0 40 30.5"), Size(40, 30)),
        (
            "a.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg" width="7px" height="9"/>',
            Size(7, 9),
        ),
    ],
)
def test_a_picture_tells_how_large_it_is(name: str, body: bytes, size: Size) -> None:
    assert image_size(name, body) == size


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.png", png(3, 3)[:-1], "cut"),
        ("a.png", png(3, 3) + b"<html>", "something follows"),
        ("a.png", png(3, 3).replace(b"IDAT", b"IDAU"), "changed"),
        ("a.png", png(3, 3)[:8], "cut"),
        ("a.png", png(3, 0), "without width"),
        ("a.png", png(MOST_SIDE + 1, 1), "1601 x 1 pixels"),
        ("a.png", png(1_500, 1_500), "no memory"),
        ("a.jpg", jpg(3, 3)[:-1], "end is missing"),
        ("a.jpg", b"\xff\xd8\xff\xd9", "no size"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\0\xff\xd9", "do not follow"),
        ("a.jpg", b"\xff\xd8abcd\xff\xd9", "do not follow"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no viewBox"),
        ("a.svg", b'<!DOCTYPE svg><svg viewBox="0 0 1 1"/>', "DOCTYPE"),
        ("a.svg", b"", "no SVG"),
        ("a.mp3", mp3(), "is no picture"),
    ],
)
def test_what_is_no_whole_picture_of_a_fit_size_is_refused(
    name: str, body: bytes, words: str
) -> None:
    with pytest.raises(ArchiveFault, match=words):
        image_size(name, body)


def test_no_cut_or_changed_byte_of_a_picture_raises_anything_else() -> None:
    for name, body in (("a.png", png(5, 4)), ("a.jpg", jpg(5, 4, EXIF)), ("a.svg", svg())):
        for at in range(len(body)):
            for broken in (body[:at], body[:at] + b"\xff" + body[at + 1 :]):
                with suppress(ArchiveFault):
                    assert image_size(name, broken).width > 0


def test_a_pack_with_a_picture_that_fills_a_tablets_memory_is_refused() -> None:
    check_media("media/a.png", png(*SIZE))
    with pytest.raises(ArchiveFault, match="memory"):
        check_media("media/a.png", png(1_600, 1_600))


def test_what_a_camera_wrote_into_a_photograph_is_seen() -> None:
    check_image("a.jpg", jpg(9, 9, b"http://ns.adobe.com/xap/1.0/\0"))
    with pytest.raises(ArchiveFault, match="often the place"):
        check_image("a.jpg", jpg(9, 9, EXIF))


@pytest.mark.parametrize(
    "body",
    [
        mp3(),
        b"ID3\4\0\0\0\0\1\0" + bytes(128) + mp3(),
        (b"\xff\xf3\x40\xc4" + bytes(100)) * 3,
    ],
)
def test_an_mp3_is_known_by_two_frames_behind_its_tag(body: bytes) -> None:
    check_recording("a.mp3", body)


@pytest.mark.parametrize("packet", [b"\x01vorbis", b"OpusHead"])
def test_an_ogg_is_known_by_the_codec_in_its_first_page(packet: bytes) -> None:
    page = b"OggS\0\2" + bytes(20) + b"\1\x1e" + packet
    check_recording("a.ogg", page)
    with pytest.raises(ArchiveFault, match="Vorbis or Opus"):
        check_recording("a.ogg", page.replace(packet, b"\x80theora"))


@pytest.mark.parametrize(
    "body", [b"", b"ID3", mp3()[:417], b"\xff\xfb\x90\xc4" + bytes(900), b"ID3" + bytes(900)]
)
def test_what_only_begins_like_an_mp3_is_refused(body: bytes) -> None:
    with pytest.raises(ArchiveFault, match="no two frames"):
        check_recording("a.mp3", body)


def test_an_item_shows_the_picture_of_its_language(tmp_path: Path) -> None:
    pack, _ = load_pack(write(tmp_path, files()))
    shown = {tag: show(pack, 0, 1, tag).picture for tag in ("en", "ar")}
    assert {tag: one.file for tag, one in shown.items() if isinstance(one, Image)} == {
        "en": PICTURE,
        "ar": ARABIC,
    }
    english, arabic = shown["en"], shown["ar"]
    assert isinstance(english, Image)
    assert isinstance(arabic, Image)
    assert (english.width, english.height, english.alt) == (*SIZE, "A market")
    assert english.version != arabic.version


def test_a_step_shows_the_picture_that_its_values_choose(tmp_path: Path) -> None:
    pack, _ = load_pack(write(tmp_path, files()))
    picture = show(pack, 2, 1, "en").steps[0].picture
    assert isinstance(picture, Image)
    assert (picture.file, picture.width, picture.height) == (DRAWING, 90, 30)


def test_only_the_text_that_was_recorded_is_heard(tmp_path: Path) -> None:
    pack, _ = load_pack(write(tmp_path, files()))
    heard = Showing(pack, pack.activity(0, 1), locale("en")).recordings(0)
    assert [one.file if one else None for one in heard] == [SOUND, None, None, None]
    arabic = Showing(pack, pack.activity(0, 1), locale("ar")).recordings(0)
    assert set(arabic) == {None}


def test_a_text_with_numbers_in_it_is_never_heard_from_a_recording(tmp_path: Path) -> None:
    texts = json.loads(files()["locales/en.json"]) | {"m.stem": "Take {a} away."}
    changed = {"locales/en.json": json.dumps(texts).encode()}
    pack, _ = load_pack(write(tmp_path, files(**changed)))
    assert Showing(pack, pack.activity(0, 1), locale("en")).recordings(0)[0] is None
    assert "slots" in told(tmp_path / "again", files(**changed), SOUND)


def test_a_pack_without_the_picture_that_it_names_is_not_shown(tmp_path: Path) -> None:
    contents = files()
    del contents[PICTURE]
    pack, _ = load_pack(write(tmp_path, contents))
    with pytest.raises(PackFault, match=r"m\.1\.picture: there is no file media/market\.png"):
        show(pack, 0, 1, "en")


def test_a_pack_with_media_is_clean(tmp_path: Path) -> None:
    assert [one for one in found(tmp_path, files()) if one.is_error] == []
    assert not [one for one in found(tmp_path, files()) if one.file.startswith("media/")]


def test_the_check_reads_a_built_file_as_it_reads_a_folder(tmp_path: Path) -> None:
    _, body = load_pack(write(tmp_path / "source", files()))
    (tmp_path / "built.zip").write_bytes(body)
    assert lint(read_source(tmp_path / "built.zip"), seeds=3).errors == ()


FAULTS: dict[str, tuple[dict[str, bytes], str, str]] = {
    "unused": ({"media/other.png": png(9, 9)}, "media/other.png", "nothing shows this file"),
    "heavy": ({PICTURE: noise(280, 280)}, PICTURE, "and may weigh 61,440"),
    "long": ({SOUND: mp3(8)}, SOUND, "and may weigh 122,880"),
    "not a png": ({PICTURE: b"GIF89a" + bytes(30)}, PICTURE, "is no png"),
    "not an mp3": ({SOUND: b"ID3" + bytes(900)}, SOUND, "no two frames"),
    "shapeless": ({DRAWING: svg("0 0 x y")}, DRAWING, "no viewBox"),
    "camera": ({"media/a.jpg": jpg(9, 9, EXIF)}, "media/a.jpg", "save it without"),
    "no such text": ({"media/audio/en/m.no.mp3": mp3()}, "media/audio/en/m.no.mp3", "no text"),
    "no language": ({"media/audio/m.mp3": mp3()}, "media/audio/m.mp3", "LANGUAGE/KEY"),
    "missing": (
        {"items/m.json": items(item(1, picture={"kind": "image", "file": "=no.png"}))},
        "items/m.json",
        "there is no such file in the pack: media/no.png",
    ),
    "a sound": (
        {"items/m.json": items(item(1, picture={"kind": "image", "file": "=a.mp3"})),
         "media/a.mp3": mp3()},
        "items/m.json",
        "is no picture",
    ),
    "more fields": (
        {"items/m.json": items(item(1, picture={"kind": "image", "file": "=a.png", "b": 1}))},
        "items/m.json",
        "has a 'file' alone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_the_check_names_each_fault_at_its_file(name: str, tmp_path: Path) -> None:
    changed, file, words = FAULTS[name]
    assert words in told(tmp_path, files(**changed), file)


def test_a_picture_without_words_for_it_is_an_error(tmp_path: Path) -> None:
    texts = json.loads(files()["locales/ar.json"])
    del texts["m.alt"]
    changed = {"locales/ar.json": json.dumps(texts).encode()}
    assert "the text is missing" in told(tmp_path, files(**changed), "locales/ar.json")


def test_a_length_that_lies_beyond_the_file_is_no_picture() -> None:
    body = png(3, 3)
    with pytest.raises(ArchiveFault, match="cut"):
        image_size("a.png", body[:8] + struct.pack(">I", 2**32 - 1) + body[12:])
