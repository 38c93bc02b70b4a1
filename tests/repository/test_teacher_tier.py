"""The teacher's tier names every section that stands in its folder, and no other."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.teacher_tier import SECTIONS, sections

FOLDER = Path(sections.__file__).parent


def test_every_section_that_is_there_is_named() -> None:
    there = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert there <= set(SECTIONS), there - set(SECTIONS)
    assert len(SECTIONS) == len(set(SECTIONS))


def test_every_section_that_is_named_is_there_and_has_rows() -> None:
    for name in SECTIONS:
        section = import_module(f"tests.teacher_tier.sections.{name}")
        assert callable(section.rows), name
