"""A pack's pictures and recordings by HTTP: for those who may see lessons, and nothing else."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.app import Hub
from hub.lesson.packs import trial
from hub.web.preview import preview
from models.domain.faults import PackFault
from models.domain.reading import load_pack
from tests.hub.conftest import local_settings
from tests.media_pack import DRAWING, PICTURE, SOUND, files, mp3, png, write
from tests.packs import FIRST_ARITHMETIC

Reply = tuple[int, http.client.HTTPMessage, bytes]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    folder = write(tmp_path / "source", files())
    started = Hub(tmp_path / "home", local_settings(), demo_pack=folder)
    started.start(demo=True)
    yield started
    started.stop()


@pytest.fixture
def secret(hub: Hub) -> str:
    return str(hub.devices.pair(1, "kiosk")[1])


def get(hub: Hub, path: str, secret: str = "", **more: str) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=60)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    connection.request(
        "GET", path, headers=headers | {k.replace("_", "-"): v for k, v in more.items()}
    )
    response = connection.getresponse()
    found = response.status, response.headers, response.read()
    connection.close()
    return found


def address(hub: Hub, name: str) -> str:
    file = hub.classroom.rooms[1].pack.media[name]
    return f"/media/{file.version}/{name.removeprefix('media/')}"


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [(PICTURE, "image/png"), (SOUND, "audio/mpeg"), (DRAWING, "image/svg+xml; charset=utf-8")],
)
def test_a_tablet_gets_a_file_to_be_kept_for_good(
    hub: Hub, secret: str, name: str, mimetype: str
) -> None:
    status, headers, body = get(hub, address(hub, name), secret)
    assert (status, body) == (200, files()[name])
    assert headers["Content-Type"] == mimetype
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert int(headers["Content-Length"]) == len(body)


def test_nobody_without_a_paired_tablet_gets_anything(hub: Hub, secret: str) -> None:
    for stranger in ("", "no secret", secret[:-1]):
        status, headers, body = get(hub, address(hub, PICTURE), stranger)
        assert (status, headers["Cache-Control"]) == (403, "no-store")
        assert b"PNG" not in body


def test_a_tablet_that_was_shut_out_gets_nothing_more(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "kiosk")
    assert get(hub, address(hub, PICTURE), secret)[0] == 200
    hub.devices.revoke(device.id)
    assert get(hub, address(hub, PICTURE), secret)[0] == 403


def test_a_tablet_sees_the_files_of_its_own_class_alone(hub: Hub) -> None:
    other = hub.teaching.install_pack(FIRST_ARITHMETIC.read_bytes(), where="other")
    elsewhere = hub.teaching.add_class("Other", other, ["Ada"])
    _, secret = hub.devices.pair(elsewhere.id, "kiosk")
    assert get(hub, address(hub, PICTURE), secret)[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "pack.json", "../pack.json", "%2e%2e/pack.json", "..%2fitems/m.json", "items/m.json",
        "../locales/en.json", "/etc/passwd", "%2fetc%2fpasswd", "market.png/../../pack.json",
        "market.png%00.svg", "nothing.png", "", "ar", "media/market.png", "..\\pack.json",
    ],
)  # fmt: skip
def test_nothing_else_of_a_pack_can_be_reached(hub: Hub, secret: str, path: str) -> None:
    version = hub.classroom.rooms[1].pack.media[PICTURE].version
    status, _, body = get(hub, f"/media/{version}/{path}", secret)
    assert status in (400, 404, 308)
    assert b"org.example.market" not in body
    assert b"root:" not in body


def test_another_version_is_not_there_rather_than_another_picture(
    hub: Hub, secret: str
) -> None:
    path = address(hub, PICTURE)
    for version in ("0" * 32, "", hub.classroom.rooms[1].pack.media[SOUND].version):
        assert get(hub, f"/media/{version}/market.png", secret)[0] in (404, 308)
    assert get(hub, path, secret)[0] == 200


def test_the_address_changes_with_the_bytes_and_with_nothing_else(tmp_path: Path) -> None:
    packs = [
        load_pack(write(tmp_path / f"{at}", files(**{PICTURE: body})))[0]
        for at, body in enumerate((png(9, 9), png(9, 9), png(9, 9, shade=1)))
    ]
    first, same, other = (one.media[PICTURE].version for one in packs)
    assert first == same != other


def test_a_sound_is_given_in_parts_to_who_asks_so(hub: Hub, secret: str) -> None:
    status, headers, body = get(hub, address(hub, SOUND), secret, Range="bytes=4-9")
    assert (status, body) == (206, mp3()[4:10])
    assert headers["Content-Range"] == f"bytes 4-9/{len(mp3())}"
    assert get(hub, address(hub, SOUND), secret, Range="bytes=9999999-")[0] == 416


def test_a_file_that_is_there_already_is_not_sent_again(hub: Hub, secret: str) -> None:
    _, headers, _ = get(hub, address(hub, PICTURE), secret)
    status, _, body = get(hub, address(hub, PICTURE), secret, If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"")


def test_a_drawing_travels_packed(hub: Hub, secret: str) -> None:
    _, headers, body = get(hub, address(hub, DRAWING), secret, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == files()[DRAWING]


def test_a_pack_whose_picture_is_missing_fails_its_trial(tmp_path: Path) -> None:
    contents = files()
    del contents[PICTURE]
    pack, _ = load_pack(write(tmp_path, contents))
    with pytest.raises(PackFault, match=r"media/market\.png"):
        trial(pack)


def test_a_preview_holds_its_pictures_and_sounds_itself(tmp_path: Path) -> None:
    pack, _ = load_pack(write(tmp_path, files()))
    text = preview(pack, range(len(pack.items)), 1, "en").text
    assert text.count('src="data:image/png;base64,') == 3
    assert text.count('src="data:image/svg+xml;base64,') == 1
    assert text.count('src="data:audio/mpeg;base64,') == 3
    assert 'alt="A market" width="400" height="100"' in text
    assert not re.search(r'(src|href)="/', text)
