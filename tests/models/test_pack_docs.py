"""The pack that the documents write out: it is whole, and does what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from models.domain.archive import build, open_archive
from models.domain.lint.check import lint
from models.domain.lint.source import read_source
from models.domain.signing import Keys
from tests.models.small_pack import Files, write

PAGE = Path(__file__).parents[2] / "docs" / "packs.md"
SEEDS = 40


@pytest.fixture
def files() -> Files:
    """Each file that the page writes out, by the name that stands before it."""
    blocks = re.findall(r"^`([a-z0-9_/]+\.json)`[^`]*?(?:(?!```).)*?```json\n(.*?)```",
                        PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)  # fmt: skip
    return {name: json.loads(text) for name, text in blocks}


def test_the_page_writes_out_every_file_of_a_pack(files: Files) -> None:
    assert list(files) == [
        "pack.json",
        "skills.json",
        "misconceptions.json",
        "items/a05.json",
        "locales/en.json",
    ]


def test_the_written_out_pack_lacks_only_the_items_that_the_page_asks_for(
    files: Files, tmp_path: Path
) -> None:
    report = lint(read_source(write(files, tmp_path)), seeds=SEEDS)
    assert [one.message for one in report.errors] == ["1 item practises it; at least 3 must"]


def test_with_its_item_copied_twice_the_pack_is_clean_and_can_be_signed(
    files: Files, tmp_path: Path
) -> None:
    first: dict[str, Any] = files["items/a05.json"][0]
    files["items/a05.json"] += [
        {**first, "id": f"a05.{n}", "difficulty": n / 2} for n in (2, 3)
    ]
    folder = write(files, tmp_path / "mine")
    assert lint(read_source(folder), seeds=SEEDS).errors == ()
    key = Keys(tmp_path / "keys").own()
    assert open_archive(build(folder, key), None).manifest.name == "Subtraction"
