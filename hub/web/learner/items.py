"""An activity as the lesson's page shows it: question, picture, fields, hints, verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import msgspec
from markupsafe import Markup, escape

from devices.messages import Activity, QuizPlace
from hub.insight.words import say, words
from hub.lesson.grading import grade
from hub.lesson.hands import is_up
from hub.lesson.room import Room
from hub.lesson.rules import CHOICE
from hub.lesson.worked import filled, worked
from hub.replies import example_of, showing_of
from hub.web.learner.fields import keyboard, places, values_of
from hub.web.maths import html
from hub.web.passages import Passage, said_part
from models.domain.carried import Image, Recording
from models.domain.locales import Locale, locale
from models.domain.pieces import Piece, plain
from models.domain.showing import Drawn, Picture, Showing
from models.domain.widgets import Choices, Ordering, Shown, Widget

Pieces = tuple[Piece, ...]
#: What reads a text aloud: a file of the pack, or a text that the hub can say.
Sound = Recording | Passage
#: Where the file of a pack is, for a page: at the hub, or in the page itself.
Address = Callable[[Image | Recording], str]
#: As much of an answer as is repeated to a learner.
LONGEST_GIVEN = 60
#: A taller picture would push the fields off a small screen; drawn ones are no taller.
TALLEST_IMAGE = 320
#: What a drawing says of itself as a file; inside a page a browser does not read it.
_NAMESPACES = re.compile(r' xmlns(:xlink)?="[^"]*"')
# Browsers before Chrome 79 know no shape of an image until it is there: the empty drawing
# below it keeps the room, so that nothing jumps under a finger.
_IMAGE = Markup(
    '<span class="photo"><svg width="{width}" height="{height}" '
    'viewBox="0 0 {width} {height}" aria-hidden="true"></svg>'
    '<img src="{address}" alt="{alt}" width="{width}" height="{height}"></span>'
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question like the one that is asked, worked out; `steps` with their answers."""

    question: Markup
    picture: Picture | None
    advice: Markup
    steps: tuple[tuple[Markup, Markup], ...]
    solved: Markup
    sound: Sound | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked now. `whole` is the question that a step belongs to; `values` what stands
    in the fields already, by their names; `hints` those that were seen; `sounds`
    the words of the question, then of each hint, as somebody or the hub reads them aloud, and
    `option_sounds` those of each option by its id.
    """

    item: str
    seed: int
    step: int
    steps: int
    prompt: Pieces
    widget: Widget
    language: Locale
    whole: Pieces = ()
    picture: Picture | None = None
    hints: tuple[Pieces, ...] = ()
    sounds: tuple[Sound | None, ...] = ()
    option_sounds: Mapping[str, Sound] = field(default_factory=dict)
    whole_sound: Sound | None = None
    has_more_hints: bool = False
    skill: str = ""
    why: str = ""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    example: Example | None = None
    may_appeal: bool = True
    may_choose: bool = False
    is_hand_up: bool = False
    quiz: QuizPlace | None = None

    @property
    def key(self) -> str:
        """The same for the same question, however often it comes; another with an example."""
        return f"{self.item}.{self.seed}.{self.step}" + (".example" if self.example else "")

    @property
    def plain(self) -> str:
        """The question as one line of text."""
        return plain(self.prompt)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was counted, and what the learner is told of it."""

    item: int
    seed: int
    step: int
    answer: str
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Told:
    """What stands below the verdict. `worked` are the steps with their answers."""

    solved: str = ""
    given: str = ""
    worked: tuple[tuple[Markup, Markup], ...] = ()
    sound: Sound | None = None
    worked_sound: Sound | None = None
    asks_why: bool = False
    item: str = ""
    seed: int = 0


def page_words(address: Address) -> dict[str, object]:
    """What templates need to write questions: words of a language, pieces as HTML, fields."""
    return {
        "address": address,
        "say": say,
        "html": html,
        "kind_of": kind_of,
        "picture": partial(picture, address),
        "places": places,
        "keyboard": keyboard,
        "plain": plain,
        "locale": locale,
    }


def asked(room: Room, learner: int, activity: Activity, answer: str | None = None) -> Asked:
    """What `activity` shows to `learner`; `answer` is what its fields hold already."""
    place = room.pack.item_index[activity.item]
    showing = showing_of(room, learner, place, activity.seed)
    template = showing.made.template
    step = template.steps[activity.step - 1] if activity.step else None
    answer_kind, maths = (step.answer, step.maths) if step else (template.answer, {})
    widget = showing.widget(answer_kind, maths)
    passage = _passage(room, showing, activity.step)
    drawn = showing.picture(template.picture, "alt", {})
    if step and step.picture is not None:
        drawn = showing.picture(step.picture, f"step.{step.id}.alt", step.maths)
    hints = showing.hints_of(activity.step)[: activity.hints_seen]
    return Asked(
        item=activity.item,
        seed=activity.seed,
        step=activity.step,
        steps=len(template.steps),
        prompt=showing.prompt(activity.step),
        widget=widget,
        language=showing.locale,
        whole=showing.stem() if step else (),
        picture=drawn,
        hints=hints,
        sounds=_sounds(showing, passage, activity.step),
        option_sounds=_option_sounds(widget, passage),
        whole_sound=passage and passage.at("whole"),
        has_more_hints=activity.hints > len(hints),
        skill=activity.skill,
        why=activity.why,
        values={} if answer is None else values_of(widget, answer),
        example=_example(example_of(room, learner) if activity.example else None, passage),
        may_appeal=room.appeals.reach != "off" and activity.quiz is None,
        may_choose=room.standing(learner).goal == CHOICE and activity.quiz is None,
        is_hand_up=is_up(room.hands, learner),
        quiz=activity.quiz,
    )


def told(room: Room, learner: int, given: Given) -> Told:
    """What `learner` reads of an answer: the right one once it is told, and the way to it."""
    if room.quizzes.hides(learner, given.item, given.seed):
        return Told()
    showing = showing_of(room, learner, given.item, given.seed)
    problem = room.problems.get(learner)
    is_over = problem is None or (problem.item, problem.seed) != (given.item, given.seed)
    is_shown = is_over or (problem is not None and given.step in problem.done)
    template = showing.made.template
    passage = _passage(room, showing, given.step)
    solved = _solved(showing, given) if given.is_right or is_shown else Markup()
    return Told(
        solved=solved,
        given=Markup() if given.is_right else _given(showing, given),
        worked=_worked(showing) if is_over and given.is_right is False else (),
        sound=passage and passage.at(_said(showing, given, is_solved=bool(solved))),
        worked_sound=passage and passage.at("worked"),
        asks_why=is_over and template.asks_why,
        item=template.id,
        seed=given.seed,
    )


def _said(showing: Showing, given: Given, *, is_solved: bool) -> str:
    """Which words the answer got, as the hub's voice names them."""
    pack, tag = showing.pack, showing.locale.tag
    place = pack.item_index[showing.made.template.id]
    verdict = grade(pack, place, given.seed, given.answer, step=given.step, tag=tag)
    why = verdict.reason, verdict.misconception
    return said_part(verdict.judged, *why, is_solved=is_solved)


def _example(showing: Showing | None, passage: Passage | None) -> Example | None:
    if showing is None:
        return None
    one, language = worked(showing), showing.locale
    sentence = escape(words(language.tag)["page.right_is"])
    return Example(
        question=html(one.question, language),
        picture=one.picture,
        advice=html(one.advice, language),
        steps=tuple((html(p, language), html(a, language)) for p, a in one.steps),
        solved=sentence.format(answer=html(one.answer, language)),
        sound=passage
        and msgspec.structs.replace(passage, seed=showing.made.seed, step=0, part="example"),
    )


def _passage(room: Room, showing: Showing, step: int) -> Passage | None:
    """Where the hub's voice finds what is asked; None where the teacher switched it off."""
    if room.aloud == "off":
        return None
    made = showing.made
    where = (made.template.id, made.seed, step)
    return Passage(room.class_id, showing.locale.tag, *where, part="asked")


def _sounds(showing: Showing, passage: Passage | None, step: int) -> tuple[Sound | None, ...]:
    """A recording wins: somebody who knows the words read them."""
    recorded = showing.recordings(step)
    names = ("asked", *(f"hint.{at}" for at in range(len(recorded) - 1)))
    return tuple(
        one or (passage and passage.at(name)) for one, name in zip(recorded, names, strict=True)
    )


def _option_sounds(widget: Widget, passage: Passage | None) -> Mapping[str, Sound]:
    if passage is None or not isinstance(widget, Choices):
        return {}
    return {one.id: passage.at(f"option.{one.id}") for one in widget.options}


def kind_of(widget: Widget) -> str:
    """Which field it is: `number`, `choice`, `order`..."""
    return str(widget.__struct_config__.tag)


def picture(address: Address, shown: Picture) -> Markup:
    """The picture to put into a page; an image at its own shape before it is there.

    What is drawn comes from `models.domain.pictures`, which escapes every text it is given.
    """
    if isinstance(shown, Drawn):
        inside = _NAMESPACES.sub("", shown.svg, count=2)
        return Markup(inside)  # noqa: S704  (escaped there; nobody sent any of it)
    height = min(TALLEST_IMAGE, shown.height)
    width = max(1, round(shown.width * height / shown.height))
    return _IMAGE.format(address=address(shown), alt=shown.alt, width=width, height=height)


def _solved(showing: Showing, given: Given) -> Markup:
    """The question with its answer in place of the blank; else the answer in a sentence."""
    language = showing.locale
    answer = showing.solved(given.step)
    prompt = showing.prompt(given.step)
    whole = filled(prompt, answer) if len(prompt) == 1 else None
    if whole is not None:
        return html(whole, language)
    if given.is_right:
        return Markup()
    sentence = escape(words(language.tag)["page.right_is"])
    return sentence.format(answer=html(answer, language))


def _given(showing: Showing, given: Given) -> Markup:
    template = showing.made.template
    step = template.steps[given.step - 1] if 1 <= given.step <= len(template.steps) else None
    widget = showing.widget(
        step.answer if step else template.answer, step.maths if step else {}
    )
    tag = showing.locale.tag
    if not isinstance(widget, Choices | Ordering):
        if kind_of(widget) in ("match", "parts"):
            return Markup()
        text = Markup('<bdi dir="ltr">{}</bdi>').format(given.answer[:LONGEST_GIVEN])
        return escape(words(tag)["page.given"]).format(given=text)
    chosen = _chosen(widget.options, given.answer, showing.locale)
    return escape(words(tag)["page.chosen"]).format(given=chosen) if chosen else Markup()


def _chosen(options: Sequence[Shown], answer: str, language: Locale) -> Markup:
    by_id = {one.id: one for one in options}
    found = [by_id[one].pieces for one in answer.split(",") if one in by_id]
    return Markup(", ").join(html(pieces, language) for pieces in found)


def _worked(showing: Showing) -> tuple[tuple[Markup, Markup], ...]:
    """Every step with its answer, the whole at the end; nothing where there are no steps."""
    one, language = worked(showing), showing.locale
    if not one.steps:
        return ()
    lines = (*one.steps, (one.question, one.answer))
    return tuple((html(prompt, language), html(answer, language)) for prompt, answer in lines)
