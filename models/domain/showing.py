"""An activity as it is shown: words, mathematics, picture, fields, hints, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from models.domain.answers import Answer
from models.domain.carried import Image, Recording, first_of, image_names, recording_names
from models.domain.container import ArchiveFault
from models.domain.faults import PackFault
from models.domain.language import LanguageFault
from models.domain.locales import locale
from models.domain.pack import Pack
from models.domain.pictures import Style, draw, read
from models.domain.pieces import Words, plain
from models.domain.solution import slots_filled
from models.domain.speech import speak
from models.domain.template import HINT_LEVELS, Step
from models.domain.widgets import Widget, solution, widget
from models.domain.writing import Pieces, Writing

#: The one kind of picture that is not drawn here: a file from the pack's `media/`.
IMAGE = "image"


class Drawn(msgspec.Struct, frozen=True):
    """A picture: an SVG document, and what it shows in words."""

    svg: str
    alt: str


Picture = Drawn | Image


class StepShown(msgspec.Struct, frozen=True, kw_only=True):
    """One step as it is asked."""

    id: str
    prompt: Pieces
    spoken: str
    widget: Widget
    hints: tuple[Pieces, ...] = ()
    picture: Picture | None = None
    solution: Pieces = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A whole activity. `hints` are those of the question itself, from vague to plain."""

    item: str
    seed: int
    locale: str
    direction: str
    stem: Pieces
    spoken: str
    widget: Widget
    picture: Picture | None = None
    hints: tuple[Pieces, ...] = ()
    steps: tuple[StepShown, ...] = ()
    solution: Pieces = ()


def show(pack: Pack, place: int, seed: int, tag: str) -> Shown:
    """The activity in the language `tag`; PackFault where a text or a value is missing."""
    made = pack.activity(place, seed)
    return Showing(pack, made, locale(pack.spoken(tag))).shown()


@dataclass(frozen=True)
class Showing(Writing):
    """One activity on its way to one language: its question, fields, hints, steps, picture."""

    def shown(self) -> Shown:
        """Everything at once."""
        template = self.made.template
        stem = self.stem()
        return Shown(
            item=template.id,
            seed=self.made.seed,
            locale=self.locale.tag,
            direction=self.locale.direction,
            stem=stem,
            spoken=self.spoken(stem),
            widget=self.widget(template.answer),
            picture=self.picture(template.picture, "alt", {}),
            hints=self.hints("hint", template.answer, {}),
            steps=tuple(self.step(one) for one in template.steps),
            solution=self.solution(template.answer),
        )

    def stem(self) -> Pieces:
        """The question; the bare mathematics `task` in a pack without words."""
        template = self.made.template
        if self.texts.has(template.stem):
            return self.text(template.stem)
        if "task" in template.maths:
            return (self.maths(template.maths["task"]),)
        if template.is_logged:
            return (Words("1 / 0"),)
        raise PackFault(f"{template.id}: there is no text '{template.stem}' and no 'task'")

    def prompt(self, step: int) -> Pieces:
        """The question (`step` 0) or the words of a step, from 1."""
        steps = self.made.template.steps
        if not 1 <= step <= len(steps):
            return self.stem()
        one = steps[step - 1]
        return self.text(f"step.{one.id}.prompt", one.maths)

    def hints_of(self, step: int) -> tuple[Pieces, ...]:
        """The hints to the whole, or to a step."""
        leaf, answer, maths = self._asked(step)
        return self.hints(leaf, answer, maths)

    def count_hints(self, step: int) -> int:
        """How many hints there are, without their words."""
        return len(self._hint_leaves(step))

    def solved(self, step: int) -> Pieces:
        """The right answer to the whole, or to a step."""
        return self.solution(self._asked(step)[1])

    def spoken(self, pieces: Pieces) -> str:
        """What read-aloud says of `pieces`."""
        return speak(pieces, self.locale).text

    def recordings(self, step: int) -> tuple[Recording | None, ...]:
        """Who reads aloud what is asked, then each hint to it; None where nobody does."""
        steps = self.made.template.steps
        is_step = 1 <= step <= len(steps)
        asked = f"step.{steps[step - 1].id}.prompt" if is_step else self.made.template.stem
        return tuple(map(self._recording, (asked, *self._hint_leaves(step))))

    def step(self, step: Step) -> StepShown:
        """One step, its words beginning with `step.ID.`."""
        leaf = f"step.{step.id}"
        prompt = self.text(f"{leaf}.prompt", step.maths)
        return StepShown(
            id=step.id,
            prompt=prompt,
            spoken=self.spoken(prompt),
            widget=self.widget(step.answer, step.maths),
            hints=self.hints(f"{leaf}.hint", step.answer, step.maths),
            picture=self.picture(step.picture, f"{leaf}.alt", step.maths),
            solution=self.solution(step.answer),
        )

    def hints(self, leaf: str, answer: Answer, maths: Mapping[str, str]) -> tuple[Pieces, ...]:
        """The hints that there are, from pointing to the answer itself."""
        more = {"answer": self.solution(answer)}
        return tuple(
            self.text(f"{leaf}.{level}", maths, more)
            for level in HINT_LEVELS
            if self.texts.has(f"{leaf}.{level}")
        )

    def widget(self, answer: Answer, maths: Mapping[str, str] | None = None) -> Widget:
        """The fields that `answer` asks for."""
        try:
            return widget(self, answer, maths or {})
        except LanguageFault as error:
            raise PackFault(f"{self.made.template.id}.answer: {error}") from error

    def solution(self, answer: Answer) -> Pieces:
        """The right answer as it is written."""
        try:
            return solution(self, answer)
        except LanguageFault as error:
            raise PackFault(f"{self.made.template.id}.answer: {error}") from error

    def picture(
        self, fields: Mapping[str, Any] | None, leaf: str, maths: Mapping[str, str]
    ) -> Picture | None:
        """What is drawn or shown beside the question."""
        if fields is None:
            return None
        alt = plain(self.text(leaf, maths))
        if fields.get("kind") == IMAGE:
            return self._image(fields, alt)
        style = Style(
            alt=alt,
            number=self.locale.number,
            is_rtl=self.locale.direction == "rtl",
            unknown="؟" if self.locale.tag.startswith("ar") else "?",
        )
        try:
            return Drawn(draw(read(self._worked_fields(fields)), style), alt)
        except (LanguageFault, ValueError) as error:
            raise PackFault(f"{self.made.template.id}.picture: {error}") from error

    def image_name(self, fields: Mapping[str, Any]) -> str:
        """Which file `media/NAME` a picture of the kind `image` names in this activity."""
        try:
            worked = self._worked_fields(fields)
        except LanguageFault as error:
            raise PackFault(f"{self.made.template.id}.picture: {error}") from error
        name = worked.get("file")
        if set(worked) != {"kind", "file"} or not isinstance(name, str):
            told = "an image has a 'file' alone, as \"=market.png\""
            raise PackFault(f"{self.made.template.id}.picture: {told}")
        return name

    def _image(self, fields: Mapping[str, Any], alt: str) -> Image:
        name = self.image_name(fields)
        names = image_names(name, self.locale.tag, self.pack.default_locale)
        found = first_of(self.pack.media, names)
        where = f"{self.made.template.id}.picture"
        if found is None:
            raise PackFault(f"{where}: there is no file media/{name} in the pack")
        if not alt.strip():
            raise PackFault(f"{where}: its alternative text is empty")
        try:
            size = found.size
        except ArchiveFault as fault:
            raise PackFault(f"{where}: {fault}") from fault
        return Image(found.name, found.version, size.width, size.height, alt)

    def _recording(self, leaf: str) -> Recording | None:
        """A text with slots has none: it says other numbers each time, a recording does not."""
        place = self.texts.place(leaf)
        found = None if place is None else first_of(self.pack.media, recording_names(*place))
        if found is None or self.texts.message(leaf).slots:
            return None
        return Recording(found.name, found.version)

    def _hint_leaves(self, step: int) -> tuple[str, ...]:
        """The ends of the keys of the hints that there are."""
        leaf = self._asked(step)[0]
        ends = (f"{leaf}.{level}" for level in HINT_LEVELS)
        return tuple(one for one in ends if self.texts.has(one))

    def _asked(self, step: int) -> tuple[str, Answer, Mapping[str, str]]:
        """The end of the hints' keys, the answer, and notations of what is asked."""
        template = self.made.template
        if not 1 <= step <= len(template.steps):
            return "hint", template.answer, {}
        one = template.steps[step - 1]
        return f"step.{one.id}.hint", one.answer, one.maths

    def _worked_fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: value if key == "kind" else self._worked(value)
            for key, value in fields.items()
        }

    def _worked(self, field: Any) -> Any:
        """A picture's field: text is an expression, `@KEY` a text, `=TEXT` itself."""
        if isinstance(field, dict):
            return self._worked_fields(field)
        if isinstance(field, list):
            return tuple(self._worked(one) for one in field)
        if not isinstance(field, str):
            return field
        if field.startswith("@"):
            return plain(self.words(field[1:]))
        if field.startswith("="):
            return slots_filled(field[1:], self.made)
        return self.made.value(field)
