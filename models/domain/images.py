"""What a picture's file says of itself: its width and height, and a camera's own notes."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from models.domain.container import ArchiveFault

#: A page's column is 600 pixels wide; the densest cheap tablets draw two to each of them.
#: Unpacked it is 4 bytes a pixel, 7 MB, whatever its file weighs: more fills a small memory.
MOST_SIDE = 1_600
MOST_PIXELS = 1_200 * 1_600
IMAGES = ("png", "jpg", "svg")
#: As much as all that a tablet loads on its first visit: thirty tablets share one radio, and
#: each of them loads the picture when its question comes.
MOST_IMAGE_BYTES = 60 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
#: Of a JPEG: markers that stand alone, and those that begin a picture which browsers draw.
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_FRAMES = frozenset((0xC0, 0xC1, 0xC2))
_SCAN, _END, _APP1 = 0xDA, 0xD9, 0xE1
_NUMBER = re.compile(r"(\d{1,5}(?:\.\d{1,6})?)(?:px)?")


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels, or in a drawing's own units."""

    width: int
    height: int


def image_size(name: str, body: bytes) -> Size:
    """How large the picture `name` (png, jpg or svg) is.

    Raises ArchiveFault for a file that is no such picture, is cut, or is too large to draw.
    """
    suffix = name.rpartition(".")[2]
    measure = {"png": _size_of_png, "jpg": _size_of_jpg, "svg": _size_of_svg}.get(suffix)
    if measure is None:
        raise ArchiveFault(f"is no picture: those are {', '.join(IMAGES)}", file=name)
    size = measure(name, body)
    if not (size.width and size.height):
        raise ArchiveFault("is a picture without width or height", file=name)
    if max(size.width, size.height) > MOST_SIDE or size.width * size.height > MOST_PIXELS:
        raise ArchiveFault(
            f"is {size.width} x {size.height} pixels: a side may have {MOST_SIDE:,}, the whole "
            f"{MOST_PIXELS:,}, or a small tablet has no memory for it",
            file=name,
        )
    return size


def check_image(name: str, body: bytes) -> None:
    """Raises ArchiveFault for a picture that an item should not show: too heavy, or telling.

    A photograph that still carries what its camera wrote tells when, and often where, it was
    taken.
    """
    if len(body) > MOST_IMAGE_BYTES:
        what = f"weighs {len(body):,} bytes, and may weigh {MOST_IMAGE_BYTES:,}"
        raise ArchiveFault(what, file=name)
    image_size(name, body)
    if name.endswith(".jpg") and any(
        marker == _APP1 and content.startswith(b"Exif\0")
        for marker, content in _segments(name, body)
    ):
        what = "still holds what a camera wrote into it, often the place: save it without"
        raise ArchiveFault(what, file=name)


def _size_of_png(name: str, body: bytes) -> Size:
    """From its first chunk, after each chunk's sum was right (PNG, W3C 2003, section 5)."""
    at, size, kind = len(_PNG), None, b""
    while at < len(body) and kind != b"IEND":
        head = body[at : at + 8]
        length, kind = struct.unpack(">I4s", head) if len(head) == 8 else (len(body), b"")
        content, told = body[at + 8 : at + 8 + length], body[at + 8 + length : at + 12 + length]
        if len(told) != 4 or zlib.crc32(kind + content) != int.from_bytes(told, "big"):
            raise ArchiveFault(
                "is no whole png: it is cut, or its bytes have changed", file=name
            )
        if size is None:
            if kind != b"IHDR" or length != 13:
                raise ArchiveFault("is no png: it does not begin with its size", file=name)
            size = Size(*struct.unpack(">II", content[:8]))
        at += 12 + length
    if size is None or kind != b"IEND" or at != len(body):
        raise ArchiveFault("is no whole png: it is cut, or something follows it", file=name)
    return size


def _size_of_jpg(name: str, body: bytes) -> Size:
    """From the header of its frame (ITU-T T.81, B.2.2)."""
    if not body.endswith(b"\xff\xd9"):
        raise ArchiveFault("is no whole jpg: its end is missing", file=name)
    for marker, content in _segments(name, body):
        if marker in _FRAMES and len(content) >= 6:
            height, width = struct.unpack(">HH", content[1:5])
            return Size(width, height)
    raise ArchiveFault("is no jpg that browsers draw: it tells no size", file=name)


def _segments(name: str, body: bytes) -> Iterator[tuple[int, bytes]]:
    """The parts of a JPEG before its pixels: the marker of each, and what it holds."""
    at = 2
    while at + 4 <= len(body):
        if body[at] != 0xFF:
            raise ArchiveFault("is no jpg: its parts do not follow each other", file=name)
        marker = body[at + 1]
        if marker in (_SCAN, _END):
            return
        if marker in _ALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(body[at + 2 : at + 4], "big")
        if length < 2:
            raise ArchiveFault("is no jpg: its parts do not follow each other", file=name)
        yield marker, body[at + 4 : at + 2 + length]
        at += 2 + length


def _size_of_svg(name: str, body: bytes) -> Size:
    root = _root(name, body)
    box = root.get("viewBox", "").replace(",", " ").split()
    sides = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    found = [_NUMBER.fullmatch(one) for one in sides]
    if None in found:
        raise ArchiveFault("has no viewBox, so nobody knows its shape", file=name)
    width, height = (max(1, round(float(one[1]))) for one in found if one)
    return Size(width, height)


class _Found(Exception):
    """The first element: nothing behind it is read."""

    def __init__(self, attributes: dict[str, str]) -> None:
        super().__init__()
        self.attributes = attributes


def _root(name: str, body: bytes) -> dict[str, str]:
    """The attributes of the drawing's first element."""

    def begin(_element: str, attributes: dict[str, str]) -> None:
        raise _Found(attributes)

    def doctype(*_told: object) -> None:
        raise ArchiveFault("holds a DOCTYPE, and entities can fill a memory", file=name)

    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = doctype, begin
    try:
        parser.Parse(body, True)  # noqa: FBT003  (expat's own second argument: this is all)
    except _Found as found:
        return found.attributes
    except expat.ExpatError as error:
        message = expat.errors.messages[error.code]
        raise ArchiveFault(f"is no SVG: {message}", file=name, line=error.lineno) from error
    raise ArchiveFault("is no SVG: it holds nothing", file=name)
