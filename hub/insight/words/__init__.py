"""The hub's own words for learners: one table a language, English where a word is missing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from models.domain.locales import PSEUDO, fallback, locale, pseudo_words

TABLES = Path(__file__).parent
LAST_RESORT = "en"


def say(tag: str, key: str, **slots: object) -> str:
    """The words `key` in the language nearest to `tag`; numbers in its own digits.

    Raises KeyError for words that nobody wrote.
    """
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
