"""The schema beside the messages is the one that they make."""

from __future__ import annotations

from devices.schema import FILE, schema


def test_the_schema_file_is_what_the_messages_say() -> None:
    assert FILE.read_text(encoding="utf-8") == schema(), "run: python -m devices.schema"
