"""The hub's own words: one table a language for learners, and `teacher` for the teachers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from hub.insight.words import teacher
from models.domain.locales import PSEUDO, fallback, locale, pseudo_words

TABLES = Path(__file__).parent
LAST_RESORT = "en"


def say(tag: str, key: str, **slots: teacher.Value) -> str:
    """The words `key` in the language nearest to `tag`; numbers in its own digits.

    Raises KeyError for words that nobody wrote.
    """
    if teacher.is_known(key):
        return teacher.tell(tag, key, slots)
    shaped = {
        name: locale(tag).shaped(str(value)) if isinstance(value, int) else value
        for name, value in slots.items()
    }
    return words(tag)[key].format(**shaped)


@lru_cache(maxsize=32)
def words(tag: str) -> dict[str, str]:
    """All words by key, in the language nearest to `tag`."""
    own = _table(LAST_RESORT)
    if tag in PSEUDO:
        return {key: pseudo(text, tag) for key, text in own.items()}
    found = next((one for one in fallback(tag) if one in languages()), LAST_RESORT)
    return own | _table(found)


def pseudo(text: str, tag: str) -> str:
    """`text` in a pseudo-language, the names in its braces kept."""
    parts = text.replace("{", "}").split("}")
    changed = [
        f"{{{part}}}" if place % 2 else pseudo_words(part, tag) if part.strip() else part
        for place, part in enumerate(parts)
    ]
    return f"[{''.join(changed)}]"


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that have a table."""
    return tuple(sorted(path.stem for path in TABLES.glob("*.json")))


@lru_cache(maxsize=8)
def _table(tag: str) -> dict[str, str]:
    return msgspec.json.decode((TABLES / f"{tag}.json").read_bytes(), type=dict[str, str])
