"""A pack as large as any that a hub must hold."""

from __future__ import annotations

import json
from typing import Any

from tests.models.source import ITEMS, SKILLS, source

ITEMS_IN_A_FILE = 100


def large_source(items: int) -> dict[str, bytes]:
    """The files of a pack with so many items, and words for each in both languages."""
    files = source()
    del files["items/add.json"]
    for first in range(0, items, ITEMS_IN_A_FILE):
        some = [_item(n) for n in range(first, min(first + ITEMS_IN_A_FILE, items))]
        files[f"items/part-{first:05}.json"] = json.dumps(some).encode()
    words = {f"item.add.{n}.stem": f"How many are {n} and some more?" for n in range(items)}
    for tag in ("en", "ar"):
        files[f"locales/{tag}.json"] = json.dumps(words).encode()
    return files


def _item(number: int) -> dict[str, Any]:
    return ITEMS[0] | {"id": f"add.{number}", "skills": [SKILLS[number % len(SKILLS)]["id"]]}
