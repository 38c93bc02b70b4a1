"""The JSON Schema of a pack's files, made from the types that read them."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import msgspec

from models.domain.manifest import Manifest
from models.domain.pack import Misconception, Skill
from models.domain.template import Template

FILE = Path("docs/pack.schema.json")
#: What each file of a pack holds.
FILES = {
    "pack.json": Manifest,
    "skills.json": tuple[Skill, ...],
    "misconceptions.json": tuple[Misconception, ...],
    "items": tuple[Template, ...],
    "locales": dict[str, str],
}


def schema() -> str:
    """The schema of every file, as the published file's text."""
    files, parts = msgspec.json.schema_components(FILES.values(), ref_template="#/$defs/{name}")
    for part in parts.values():
        # Python 3.13 takes the indent out of docstrings, earlier ones leave it in.
        part["description"] = inspect.cleandoc(part["description"])
    named = dict(zip(FILES, files, strict=True))
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The files of a pack: check each against #/$defs/ and its name",
        "$defs": parts | named,
    }
    return json.dumps(whole, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema(), encoding="utf-8")
