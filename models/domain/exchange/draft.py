"""An item on its way into a pack, in no format any more: its fields, and its words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.domain.exchange.report import Refused
from models.domain.notation import MathsFault, parse_maths

_NO_ID = re.compile(r"[^a-z0-9]+")
#: Words of a plain bottom-out hint, and of two hints before it, where the source has none.
PLAIN_HINTS = {
    "en": (
        "Read the question again, slowly. What is asked for?",
        "Write down what you know. Then do one small step.",
        "The answer is {answer}.",
    ),
    "sw": (
        "Soma swali tena, polepole. Unaulizwa nini?",
        "Andika unachojua. Kisha fanya hatua moja ndogo.",
        "Jibu ni {answer}.",
    ),
    "ar": (
        "اقرأ السؤال مرة أخرى بتمهل. ما المطلوب؟",
        "اكتب ما تعرفه، ثم قم بخطوة صغيرة واحدة.",
        "الجواب هو {answer}.",
    ),
}
LEVELS = ("pointing", "teaching", "bottom_out")


@dataclass(frozen=True, slots=True)
class Draft:
    """One item: `name` as its source calls it, `fields` as a template's, without its id.

    `texts` are messages by language and by the end of their key.
    """

    name: str
    skills: tuple[str, ...]
    fields: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A misconception that a source names: its id and what a learner hears."""

    id: str
    feedback: str = ""


@dataclass(slots=True)
class Words:
    """Puts words together with mathematics in slots, which are kept by name."""

    maths: dict[str, str] = field(default_factory=dict)

    def slot(self, notation: str) -> str:
        """The slot of `notation`; Refused where it is no mathematics of ours."""
        try:
            parse_maths(notation)
        except MathsFault as error:
            raise Refused(f"mathematics '{notation[:60]}'", str(error)) from error
        if len(notation) > 300:  # names.Source
            raise Refused("mathematics", "is longer than 300 signs")
        for name, known in self.maths.items():
            if known == notation:
                return f"{{{name}}}"
        name = f"m{len(self.maths) + 1}"
        self.maths[name] = notation
        return f"{{{name}}}"


def message(words: str) -> str:
    """`words` as a message says them: quotes and braces mean nothing else."""
    return words.replace("'", "''").replace("{", "'{'").replace("}", "'}'")


def tidy(text: str) -> str:
    """`text` on one line."""
    return " ".join(text.split())


def slug(text: str, fallback: str) -> str:
    """`text` as part of a name: small ASCII letters and digits, - between."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NO_ID.sub("-", plain).strip("-")[:40] or fallback


def option_ids(names: Sequence[str]) -> list[str]:
    """An id for each of `names` as a source calls them; o1, o2 where those do not serve."""
    ids = [re.sub(r"[^a-z0-9_-]", "-", one.removeprefix("id_").lower()) for one in names]
    if len(set(ids)) == len(ids) and all(1 <= len(one) <= 24 for one in ids):
        return ids
    return [f"o{place + 1}" for place in range(len(ids))]


def hints(given: Sequence[str], tag: str, leaf: str = "hint") -> dict[str, str]:
    """Three hints from as many messages as there are; plain ones of the language for the rest.

    The first points, the last of three or more tells the answer, those between teach.
    """
    plain = PLAIN_HINTS.get(tag.partition("-")[0], ("", "", "{answer}"))
    told = [one for one in given if one]
    middle = " ".join(told[1:-1] if len(told) > 2 else told[1:])
    last = told[-1] if len(told) > 2 else ""
    if last and "{answer}" not in last:
        last = f"{last} {plain[2]}"
    three = (told[0] if told else plain[0], middle or plain[1], last or plain[2])
    return {f"{leaf}.{level}": text for level, text in zip(LEVELS, three, strict=True) if text}
