"""The published schema of packs: it is the one that the types make, and packs fit it."""

from __future__ import annotations

from models.domain.pack import Skill
from models.domain.schema import FILE, FILES, schema
from tests.repository.tree import ROOT


def test_the_published_schema_is_the_one_that_packs_are_read_by() -> None:
    published = (ROOT / FILE).read_text(encoding="utf-8")
    assert published == schema(), "python -m models.domain.schema writes it anew"


def test_the_schema_has_a_part_for_each_file_of_a_pack() -> None:
    published = schema()
    for name in FILES:
        assert f'"{name}": {{' in published


def test_a_field_that_is_read_stands_in_the_schema() -> None:
    published = schema()
    for field in Skill.__struct_fields__:
        assert f'"{field}"' in published
