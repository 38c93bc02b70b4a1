"""Which texts an item needs, and where it finds them in each language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.domain.answers import NUMERIC, Answer, Choice, Match, Option, Order, Parts
from models.domain.lint.subject import Subject
from models.domain.making import Made
from models.domain.solution import slots_filled
from models.domain.template import HINT_LEVELS, Template

_UNIT = re.compile(r"\[([A-Za-z][A-Za-z0-9^/_-]{0,23})\]")


@dataclass(frozen=True, slots=True)
class Leaf:
    """The end of a text's key, and the slots that the text may have."""

    end: str
    slots: frozenset[str]
    is_hint: bool = False


def leaves(subject: Subject) -> Iterator[Leaf]:
    """Every text that the item shows by the end of its key."""
    template = subject.template
    slots = frozenset((*template.maths, *template.words, *template.draw, *template.let))
    if _has_stem(subject):
        yield Leaf(template.stem, slots)
    for asked in subject.asked():
        own = slots | frozenset(asked.maths)
        if asked.leaf:
            yield Leaf(f"{asked.leaf}prompt", own)
        if asked.picture is not None:
            yield Leaf(f"{asked.leaf}alt", own)
        for level in HINT_LEVELS:
            yield Leaf(f"{asked.leaf}hint.{level}", own | {"answer"}, is_hint=True)
        for end in _labels(asked.answer):
            yield Leaf(end, own)


def key_of(template: Template, end: str, texts: Mapping[str, str]) -> str:
    """The key under which the text stands; empty where it is missing."""
    keys = (f"{template.id}.{end}", f"{template.skills[0]}.{end}")
    return next((key for key in keys if key in texts), "")


def units(template: Template) -> set[str]:
    """The units in its mathematics and beside its fields."""
    answers = [template.answer, *(step.answer for step in template.steps)]
    notations = [*template.maths.values()]
    for step in template.steps:
        notations += step.maths.values()
    found: set[str] = set()
    for answer in answers:
        if isinstance(answer, Parts):
            answers.extend(one.answer for one in answer.parts)
        notations += [option.maths for option in options(answer)]
        if isinstance(answer, NUMERIC):
            found |= {answer.unit, answer.shown_unit}
    found.update(unit for notation in notations for unit in _UNIT.findall(notation))
    return found - {""}


def word_keys(template: Template, made: Made) -> set[str]:
    """The whole keys of the words that this activity puts into slots and pictures."""
    sources = list(template.words.values())
    for picture in (template.picture, *(step.picture for step in template.steps)):
        sources += _keys_in(picture)
    return {slots_filled(source, made) for source in sources}


def options(answer: Answer) -> list[Option]:
    """Everything to tap, to order or to match."""
    if isinstance(answer, Choice | Order):
        return list(answer.options)
    if isinstance(answer, Match):
        return [side for pair in answer.pairs for side in (pair.left, pair.right)]
    return []


def _has_stem(subject: Subject) -> bool:
    """Bare mathematics needs no words, but where one language has them, all need them."""
    template = subject.template
    if "task" not in template.maths:
        return True
    return any(key_of(template, template.stem, t) for t in subject.source.texts.values())


def _labels(answer: Answer) -> Iterator[str]:
    for option in options(answer):
        if option.text:
            yield option.text
    for part in answer.parts if isinstance(answer, Parts) else ():
        if part.text:
            yield part.text
        yield from _labels(part.answer)


def _keys_in(field: Any) -> list[str]:
    if isinstance(field, dict):
        return [key for one in field.values() for key in _keys_in(one)]
    if isinstance(field, list):
        return [key for one in field for key in _keys_in(one)]
    return [field[1:]] if isinstance(field, str) and field.startswith("@") else []
