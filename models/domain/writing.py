"""An activity's texts and mathematics in one language, its values in their slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.domain.faults import PackFault
from models.domain.language import LanguageFault
from models.domain.locales import Locale
from models.domain.making import Made
from models.domain.maths import write
from models.domain.messages import MessageFault, fill
from models.domain.notation import MathsFault, parse_maths
from models.domain.pack import Pack
from models.domain.pieces import Maths, Piece
from models.domain.solution import slots_filled
from models.domain.texts import Texts

Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Writing:
    """What is written of one activity in one language."""

    pack: Pack
    made: Made
    locale: Locale

    @cached_property
    def texts(self) -> Texts:
        """This item's words."""
        template = self.made.template
        return Texts(self.pack, (template.id, template.skills[0]), self.locale.tag)

    def text(
        self,
        leaf: str,
        maths: Mapping[str, str] | None = None,
        more: Mapping[str, Pieces] | None = None,
    ) -> Pieces:
        """The text of this item that ends in `leaf`, with its slots filled."""
        return self._filled(leaf, self.texts.message(leaf), maths or {}, more or {})

    def maths(self, notation: str) -> Maths:
        """Mathematics with the activity's values in its slots."""
        try:
            parsed = parse_maths(notation)
            values = [self._written(one) for one in parsed.expressions]
            return write(parsed, values, self.locale, unit=self.texts.unit)
        except (MathsFault, LanguageFault, ValueError) as error:
            raise PackFault(f"{self.made.template.id}, '{notation}': {error}") from error

    def feedback(self, misconception: str) -> Pieces:
        """What a learner hears who followed this wrong rule; nothing where nobody wrote it."""
        key = f"misconception.{misconception}.feedback"
        message = self.texts.shared(key)
        return () if message is None else self._filled(key, message, {}, {})

    def words(self, source: str) -> Pieces:
        """The words of a key that may depend on the values: `fruit.{k}`."""
        key = slots_filled(source, self.made)
        message = self.texts.shared(key)
        if message is None:
            raise PackFault(f"{self.made.template.id}: there is no text '{key}'")
        return self._filled(key, message, {}, {})

    def _filled(
        self,
        leaf: str,
        message: Any,
        maths: Mapping[str, str],
        more: Mapping[str, Pieces],
    ) -> Pieces:
        try:
            return fill(message, self._arguments(message.slots, maths, more), self.locale)
        except (MessageFault, LanguageFault) as error:
            raise PackFault(f"{self.made.template.id}.{leaf}: {error}") from error

    def _arguments(
        self,
        slots: frozenset[str],
        maths: Mapping[str, str],
        more: Mapping[str, Pieces],
    ) -> dict[str, Any]:
        """What stands in each slot: a notation, words by key, or a variable."""
        template = self.made.template
        found: dict[str, Any] = {}
        for slot in slots:
            if slot in more:
                found[slot] = more[slot]
            elif slot in maths or slot in template.maths:
                found[slot] = self.maths(maths.get(slot) or template.maths[slot])
            elif slot in template.words:
                found[slot] = self.words(template.words[slot])
            elif slot in self.made.values:
                found[slot] = self._written(slot)
        return found

    def _written(self, source: str) -> Any:
        value = self.made.value(source)
        if isinstance(value, bool | tuple) or value is None:
            raise LanguageFault(f"'{source}' is {value!r}, which cannot be written")
        return value
