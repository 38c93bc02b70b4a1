"""The texts as they stand: each is there in each language, can be read, and is used."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from models.domain.lint.graph import misconceptions_of
from models.domain.lint.leaves import Leaf, key_of, leaves, units, word_keys
from models.domain.lint.source import Source
from models.domain.lint.subject import Subject
from models.domain.locales import LocaleFault, locale
from models.domain.messages import Choice, Message, MessageFault, Part, Text, parse

#: What a skill and a misconception say of themselves.
SKILL_ENDS = ("name", "description")
MISCONCEPTION_ENDS = ("title", "teacher", "feedback")


@dataclass
class Words:
    """The texts of all languages, parsed, and which of them are used."""

    source: Source
    parsed: dict[str, dict[str, Message]] = field(default_factory=dict)
    used: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    missing: defaultdict[tuple[str, str, str], list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def read(self) -> None:
        """Reads each text, and notes what is wrong with it by itself."""
        for tag, texts in self.source.texts.items():
            self.parsed[tag] = {}
            script = _script_of(texts)
            for key, text in texts.items():
                try:
                    self.parsed[tag][key] = parse(text)
                except MessageFault as fault:
                    self.source.error(_file(tag), f"$.{key}", str(fault), key=key)
                    continue
                self._check_text(tag, key, script)

    def need_item(self, subject: Subject) -> None:
        """Looks up every text of an item in every language."""
        template = subject.template
        for tag, texts in self.source.texts.items():
            for leaf in leaves(subject):
                key = key_of(template, leaf.end, texts)
                if key:
                    self._check_slots(tag, key, leaf, template.id)
                else:
                    self.missing[tag, template.skills[0], leaf.end].append(template.id)
            for unit in units(template):
                self._need(tag, f"unit.{unit}", template.id)
            for key in self._word_keys(subject):
                self._need(tag, key, template.id)
            slots = {*template.maths, *template.words, *template.draw, *template.let}
            for name in misconceptions_of(template):
                key = f"misconception.{name}.feedback"
                if key in texts:
                    self._check_slots(tag, key, Leaf(key, frozenset(slots)), template.id)

    def need_whole(self) -> None:
        """The texts of skills and misconceptions; then what is missing, and what is unused."""
        for tag in self.source.texts:
            for skill in self.source.skills:
                for end in SKILL_ENDS:
                    self._need(tag, f"skill.{skill.id}.{end}", "")
            for one in self.source.misconceptions:
                for end in MISCONCEPTION_ENDS:
                    self._need(tag, f"misconception.{one.id}.{end}", "")

    def tell_missing(self) -> None:
        """Notes what items look for in vain."""
        for (tag, skill, end), items in self.missing.items():
            one = f"{items[0]}.{end}"
            also = f", for {', '.join(items)}" if len(items) > 1 else ""
            message = f"the text is missing; '{skill}.{end}' would do as well{also}"
            self.source.error(_file(tag), "$", message, key=one)

    def tell_unused(self) -> None:
        """Notes texts that nothing asks for."""
        for tag, texts in self.source.texts.items():
            for key in texts.keys() - self.used[tag]:
                message = "nothing shows this text"
                self.source.warning(_file(tag), f"$.{key}", message, key=key)

    def _need(self, tag: str, key: str, item: str) -> None:
        self.used[tag].add(key)
        if not self.source.texts[tag].get(key):
            message = "the text is missing" + (f", and {item} shows it" if item else "")
            self.source.error(_file(tag), "$", message, key=key)

    def _word_keys(self, subject: Subject) -> set[str]:
        found: set[str] = set()
        for made in subject.made:
            try:
                found |= word_keys(subject.template, made)
            except ValueError as error:
                subject.count(".words", "no key of a text", made, detail=str(error))
        return found

    def _check_slots(self, tag: str, key: str, leaf: Leaf, item: str) -> None:
        self.used[tag].add(key)
        message = self.parsed[tag].get(key)
        if message is None:
            return
        if "answer" in message.slots and not key.endswith("hint.bottom_out"):
            told = "{answer} gives the answer away here: only hint.bottom_out may"
            self.source.error(_file(tag), f"$.{key}", told, key=key)
        for slot in sorted(message.slots - leaf.slots - {"answer"}):
            told = f"{{{slot}}} is nothing that {item} has"
            self.source.error(_file(tag), f"$.{key}", told, key=key)

    def _check_text(self, tag: str, key: str, script: str) -> None:
        file, path, message = _file(tag), f"$.{key}", self.parsed[tag][key]
        try:
            language = locale(tag)
        except LocaleFault as fault:
            self.source.error("pack.json", "$.locales", str(fault))
            return
        for slot, category in message.missing_categories(language):
            told = f"the plural of {{{slot}}} has no branch '{category}'"
            self.source.error(file, path, told, key=key)
        told = "".join(_words(message.parts))
        if not told.strip() and not message.slots:
            self.source.error(file, path, "the text is empty", key=key)
        if any(sign.isdecimal() for sign in told):
            note = "a digit stands in the words: a slot writes it as the language does"
            self.source.warning(file, path, note, key=key)
        strange = {sign for sign in told if _script(sign) not in ("", script)}
        if strange and key.partition(".")[0] != "unit":
            note = f"letters of another script among the words: {' '.join(sorted(strange))}"
            self.source.warning(file, path, note, key=key)


def _file(tag: str) -> str:
    return f"locales/{tag}.json"


def _words(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Text):
            yield part.text
        elif isinstance(part, Choice):
            for _, inner in part.branches:
                yield from _words(inner)


def _script_of(texts: Mapping[str, str]) -> str:
    """The script that most letters of a language's plain texts are of."""
    plain = (text for text in texts.values() if "{" not in text)
    count = Counter(script for text in plain for sign in text if (script := _script(sign)))
    return count.most_common(1)[0][0] if count else ""


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    return unicodedata.name(sign, "").partition(" ")[0] if sign.isalpha() else ""
