"""An item's words: looked up under its own id, then under its skill's, language by language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from models.domain.faults import PackFault
from models.domain.messages import Message, MessageFault, parse
from models.domain.pack import Pack


@dataclass(frozen=True, slots=True)
class Texts:
    """The words below `prefixes`, nearest first, in the language `tag`."""

    pack: Pack
    prefixes: tuple[str, ...]
    tag: str

    def has(self, leaf: str) -> bool:
        """Whether there is a text that ends in `leaf`."""
        return self._found(leaf) is not None

    def message(self, leaf: str) -> Message:
        """The text that ends in `leaf`; PackFault names the key that is missing."""
        found = self._found(leaf)
        if found is None:
            where = " or ".join(f"'{prefix}.{leaf}'" for prefix in self.prefixes)
            raise PackFault(f"locales/{self.tag}.json: there is no text {where}")
        return _parsed(*found)

    def place(self, leaf: str) -> tuple[str, str] | None:
        """The language and the key of the text that ends in `leaf`; None for none."""
        for prefix in self.prefixes:
            found = self._tag_of(f"{prefix}.{leaf}")
            if found is not None:
                return found, f"{prefix}.{leaf}"
        return None

    def shared(self, key: str) -> Message | None:
        """The text under the whole key; None where nobody wrote it."""
        found = self._looked_up(key)
        return None if found is None else _parsed(*found)

    def unit(self, key: str) -> str:
        """How the unit is written; as it is where no text says otherwise."""
        found = self._looked_up(f"unit.{key}")
        return key if found is None else found[1]

    def _found(self, leaf: str) -> tuple[str, str] | None:
        place = self.place(leaf)
        return None if place is None else self._looked_up(place[1])

    def _looked_up(self, key: str) -> tuple[str, str] | None:
        tag = self._tag_of(key)
        if tag is None:
            return None
        return f"locales/{tag}.json, {key}", self.pack.texts(tag)[key]

    def _tag_of(self, key: str) -> str | None:
        for tag in dict.fromkeys((self.tag, self.pack.default_locale)):
            if self.pack.texts(tag).get(key) is not None:
                return tag
        return None


def has_hints(pack: Pack, item: str, skill: str) -> bool:
    """Whether the item has words that help; asked of the pack's own language."""
    return Texts(pack, (item, skill), pack.default_locale).has("hint.pointing")


@lru_cache(maxsize=8192)
def _parsed(where: str, text: str) -> Message:
    try:
        return parse(text)
    except MessageFault as error:
        raise PackFault(f"{where}: {error}") from error
