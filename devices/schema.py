"""The JSON Schema of the wire, made from the messages themselves."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import msgspec

from devices import messages

FILE = Path(__file__).with_name("messages.schema.json")
MESSAGES = (
    messages.Answer,
    messages.SignIn,
    messages.SignOut,
    messages.AskHint,
    messages.Appeal,
    messages.Hand,
    messages.Hello,
    messages.Next,
    messages.Receipt,
    messages.Refused,
    messages.SignedIn,
    messages.ClassControl,
)


def schema() -> str:
    """The schema of every message, as the file's text."""
    _, parts = msgspec.json.schema_components(MESSAGES, ref_template="#/$defs/{name}")
    for part in parts.values():
        # Python 3.13 takes the indent out of docstrings, earlier ones leave it in.
        part["description"] = inspect.cleandoc(part["description"])
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": parts}
    return json.dumps(whole, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema(), encoding="utf-8")
