"""A small pack as its author writes it: the files of a source folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MANIFEST: dict[str, Any] = {
    "id": "org.example.sums",
    "name": "Sums",
    "version": "1.2.0",
    "schema": 1,
    "min_hub_version": "0.1.0",
    "licence": "CC-BY-4.0",
    "authors": ["An author"],
    "default_locale": "en",
    "locales": ["en", "ar"],
    "reading_age": 7,
    "created": "2026-01-31",
}
SKILLS = [{"id": "add", "name": "Adding"}]
ITEMS = [
    {
        "id": f"add.{n}",
        "skills": ["add"],
        "draw": {"a": f"range(1, {n + 9})", "b": "range(1, 9)"},
        "maths": {"task": "{a} + {b} = ?"},
        "answer": {"kind": "whole", "value": "a + b"},
    }
    for n in range(1, 6)
]
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'


def source(**changes: Any) -> dict[str, bytes]:
    """All files by name; `changes` go into the manifest."""
    return {
        "pack.json": _json(MANIFEST | changes),
        "skills.json": _json(SKILLS),
        "misconceptions.json": b"[]",
        "items/add.json": _json(ITEMS),
        "locales/en.json": _json({"item.add.1.stem": "How many?"}),
        "locales/ar.json": _json({"item.add.1.stem": "كم؟"}),
        "media/line.svg": DRAWING,
    }


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """The files in `folder`, which is made."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
