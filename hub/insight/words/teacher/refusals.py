"""Finds a teacher's words for a sentence that was raised in English: what was refused, and why.

An error is one English sentence where it is raised. The English of `fault.json` (our own) and
`outside.json` (SQLite's) is that sentence, with slots for what changes in it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hub.insight.words.teacher import LAST_RESORT, Value, messages
from models.domain.messages import Message, Text

FILES = ("fault.", "outside.")


def understood(sentence: str) -> tuple[str, dict[str, Value]] | None:
    """The key of `sentence` and what stands in its slots; None where nobody wrote its words."""
    for key, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return key, {name: _value(text) for name, text in found.groupdict().items()}
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those without slots first: a slot may hold anything."""
    english = {key: one for key, one in messages(LAST_RESORT).items() if key.startswith(FILES)}
    keys = sorted(english, key=lambda key: len(english[key].slots))
    return tuple((key, _pattern(english[key])) for key in keys)


def _pattern(message: Message) -> re.Pattern[str]:
    parts = (
        re.escape(one.text) if isinstance(one, Text) else f"(?P<{one.name}>.+)"
        for one in message.parts
    )
    return re.compile("".join(parts), re.DOTALL)


def _value(text: str) -> Value:
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    return int(text) if is_number else text
