"""A pack with pictures and recordings of its own, all of them made here."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

Files = dict[str, bytes]
PICTURE, ARABIC, SOUND = "media/market.png", "media/ar/market.png", "media/audio/en/m.stem.mp3"
DRAWING = "media/line.svg"
SIZE = (400, 100)
MANIFEST = {
    "id": "org.example.market",
    "name": "Market",
    "version": "1.0.0",
    "schema": 1,
    "min_hub_version": "0.1.0",
    "licence": "CC-BY-4.0",
    "authors": ["Somebody"],
    "attribution": ["Somebody, CC BY 4.0"],
    "default_locale": "en",
    "locales": ["en", "ar"],
    "reading_age": 7,
    "created": "2026-01-02",
}
_HINTS = {"pointing": "Look.", "teaching": "Count.", "bottom_out": "{answer}."}
_ARABIC_HINTS = {"pointing": "انظر.", "teaching": "عد.", "bottom_out": "{answer}."}


def png(width: int, height: int, shade: int = 120) -> bytes:
    """A grey picture of that size."""
    return _png(width, height, bytes([shade]) * width * height)


def noise(width: int, height: int) -> bytes:
    """A picture that no packing makes smaller: a linear congruence gives each pixel."""
    state, pixels = 1, bytearray()
    for _ in range(width * height):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        pixels.append(state >> 16 & 255)
    return _png(width, height, bytes(pixels))


def mp3(seconds: float = 1.0) -> bytes:
    """Silence: frames of MPEG 1 layer III, 128 kbit/s at 44.1 kHz, with nothing in them."""
    frame = b"\xff\xfb\x90\xc4" + bytes(413)
    return frame * round(seconds * 44_100 / 1_152)


def jpg(width: int, height: int, *notes: bytes) -> bytes:
    """The parts of a photograph up to its pixels, and its end; `notes` as a camera writes."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    parts = [(0xE1, note) for note in notes] + [(0xC0, frame), (0xDA, b"\x01\x01\0\0\x3f\0")]
    segments = (struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body for mark, body in parts)
    return b"\xff\xd8" + b"".join(segments) + b"\0\xff\xd9"


def svg(box: str = "0 0 90 30") -> bytes:
    """A line."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">'
    return f'{head}<path d="M0 0h9" stroke="#000"/></svg>'.encode()


def files(**changes: bytes) -> Files:
    """The source folder: three items, one with a step that has a picture of its own."""
    return {
        "pack.json": _json(MANIFEST),
        "skills.json": _json([{"id": "m"}]),
        "misconceptions.json": b"[]",
        "items/m.json": _json([item(1), item(2), item(3) | {"steps": [_step()]}]),
        "locales/en.json": _json(_texts("How many stalls do you see?", "A market", _HINTS)),
        "locales/ar.json": _json(_texts("كم كشكا ترى؟", "سوق", _ARABIC_HINTS)),
        PICTURE: png(*SIZE),
        ARABIC: png(*SIZE, shade=200),
        DRAWING: svg(),
        SOUND: mp3(),
        **changes,
    }


def item(number: int, **fields: Any) -> dict[str, Any]:
    """An item that shows the picture."""
    return {
        "id": f"m.{number}",
        "skills": ["m"],
        "reading_age": 7,
        "difficulty": number - 2.0,
        "draw": {"a": "range(1, 30)"},
        "picture": {"kind": "image", "file": "=market.png"},
        "answer": {"kind": "whole", "value": "a"},
        **fields,
    }


def write(folder: Path, contents: Files) -> Path:
    """The files in `folder`."""
    for name, body in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


def _step() -> dict[str, Any]:
    picture = {"kind": "image", "file": "'line.svg' if a > 0 else 'none.svg'"}
    return {"id": "one", "answer": {"kind": "whole", "value": "a"}, "picture": picture}


def _texts(stem: str, alt: str, hints: dict[str, str]) -> dict[str, str]:
    texts = {"m.stem": stem, "m.alt": alt, "skill.m.name": alt, "skill.m.description": alt}
    texts |= {"m.step.one.prompt": stem, "m.step.one.alt": alt}
    for leaf in ("hint", "step.one.hint"):
        texts |= {f"m.{leaf}.{level}": text for level, text in hints.items()}
    return texts


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _png(width: int, height: int, pixels: bytes) -> bytes:
    rows = (b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
