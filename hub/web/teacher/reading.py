"""A question and its answer as a teacher reads them: words, not ids, in one language or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hub.lesson.room import Room
from hub.web.maths import html
from models.domain.faults import PackFault
from models.domain.locales import Locale, locale
from models.domain.pieces import Piece, Words, plain
from models.domain.showing import Picture, Showing
from models.domain.widgets import (
    Choices,
    Fields,
    Line,
    Matching,
    Ordering,
    Shown,
    Widget,
)

Pieces = tuple[Piece, ...]
#: As much of what was typed as a page repeats, and as much of any answer as is looked at.
LONGEST_TYPED = 60
LONGEST = 600
#: Between two that belong together; the same from either side, for Arabic.
PAIRED = Words(" \N{LEFT RIGHT ARROW} ")
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Version:
    """Something as one language writes it."""

    words: Markup
    tag: str
    direction: str


#: The teacher's language first, then the learner's where it says it in another way.
Versions = tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer: words and mathematics of the pack, or what a learner typed."""

    pieces: Pieces
    typed: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """One activity in the teacher's language, and in the learner's where it is another."""

    showings: tuple[Showing, ...]

    @property
    def own(self) -> Showing:
        """The teacher's."""
        return self.showings[0]

    def question(self, step: int) -> Versions:
        """What was asked (`step` 0: the whole)."""
        return self._versions(lambda one: (Part(one.prompt(step)),))

    def given(self, step: int, text: str) -> Versions:
        """The answer `text`, whoever sent it: nothing in it is trusted."""
        return self._versions(lambda one: _parts(_widget(one, step), text[:LONGEST]))

    def picture(self, step: int) -> Picture | None:
        """What is drawn beside the question, in the teacher's language."""
        template = self.own.made.template
        if 1 <= step <= len(template.steps):
            one = template.steps[step - 1]
            if one.picture is not None:
                return self.own.picture(one.picture, f"step.{one.id}.alt", one.maths)
        return self.own.picture(template.picture, "alt", {})

    def line(self, step: int, text: str) -> tuple[str, bool]:
        """The answer as a line of text, and whether it was typed."""
        parts = _parts(_widget(self.own, step), text[:LONGEST])
        return _plain(parts, self.own.locale), parts[0].typed is not None

    def _versions(self, parts_of: Callable[[Showing], Sequence[Part]]) -> Versions:
        found: dict[str, Version] = {}
        for one in self.showings:
            parts, language = parts_of(one), one.locale
            words = _drawn(parts, language)
            version = Version(words, language.tag, language.direction)
            found.setdefault(_plain(parts, language), version)
        return tuple(found.values())


def reader(room: Room, learner: int, item: int, seed: int, tag: str = "en") -> Reader | None:
    """The activity for a teacher who reads `tag`; None where this seed makes none."""
    pack = room.pack
    tags = dict.fromkeys(pack.spoken(one) for one in (tag, room.language(learner)))
    try:
        made = pack.activity(item, seed)
        showings = tuple(Showing(pack, made, locale(tag)) for tag in tags)
        for one in showings:
            one.stem()
    except PackFault:
        return None
    return Reader(showings)


def skill_name(room: Room, skill: int, tag: str) -> str:
    """What a skill is called in the teacher's language, or the one nearest to it."""
    return room.pack.skill_name(skill, room.pack.spoken(tag))


def skill_by_id(room: Room, tag: str, skill: str) -> str:
    """The same by its id; one that the class's pack no longer has keeps its id."""
    place = room.pack.skill_index.get(skill)
    return skill if place is None else skill_name(room, place, tag)


def _widget(showing: Showing, step: int) -> Widget:
    template = showing.made.template
    if not 1 <= step <= len(template.steps):
        return showing.widget(template.answer)
    one = template.steps[step - 1]
    return showing.widget(one.answer, one.maths)


def _parts(widget: Widget, text: str) -> tuple[Part, ...]:
    """The answer in the order in which it was given."""
    found: tuple[Part, ...] | None = None
    if isinstance(widget, Choices | Ordering):
        found = _options(widget.options, text.split(","))
    elif isinstance(widget, Matching):
        found = _pairs(widget, text.split(","))
    elif isinstance(widget, Fields):
        found = _fields(widget, text)
    elif isinstance(widget, Line):
        label = next((one.label for one in widget.ticks if one.value == text), ())
        found = (Part(label),) if label else None
    # What no option has for an id is shown as it came.
    return found or (Part((), text),)


def _options(options: Sequence[Shown], ids: Sequence[str]) -> tuple[Part, ...] | None:
    by_id = {one.id: one.pieces for one in options}
    found = [by_id.get(one.strip()) for one in ids]
    return tuple(Part(one) for one in found if one is not None) if None not in found else None


def _pairs(widget: Matching, given: Sequence[str]) -> tuple[Part, ...] | None:
    left = {one.id: one.pieces for one in widget.left}
    right = {one.id: one.pieces for one in widget.right}
    parts: list[Part] = []
    for one in given:
        first, _, second = (text.strip() for text in one.partition("="))
        if first not in left or second not in right:
            return None
        parts.append(Part((*left[first], PAIRED, *right[second])))
    return tuple(parts)


def _fields(widget: Fields, text: str) -> tuple[Part, ...]:
    named = (one.partition("=") for one in text.split(";"))
    given = {name.strip(): value for name, _, value in named}
    parts: list[Part] = []
    for field in widget.parts:
        label = (*field.label, Words(" ")) if field.label else ()
        own = _parts(field.widget, given.get(field.id, ""))
        parts += [Part((*label, *one.pieces), one.typed) for one in own]
    return tuple(parts)


def _drawn(parts: Sequence[Part], language: Locale) -> Markup:
    drawn = [_one(part, language) for part in parts]
    if len(drawn) == 1:
        return drawn[0]
    chip = Markup('<span class="chip">{}</span>')
    return Markup(" ").join(chip.format(one) for one in drawn)


def _one(part: Part, language: Locale) -> Markup:
    words = html(part.pieces, language)
    if part.typed is None:
        return words
    text = part.typed.strip()[:LONGEST_TYPED] or NOTHING
    return words + Markup('<bdi dir="ltr">{}</bdi>').format(text)


def _plain(parts: Sequence[Part], language: Locale) -> str:
    has_marks = language.direction == "rtl"
    return f"{language.list_separator} ".join(
        plain(one.pieces, has_marks=has_marks)
        + ("" if one.typed is None else one.typed.strip()[:LONGEST_TYPED] or NOTHING)
        for one in parts
    )
