"""The texts of a lesson that can be heard: named by where they stand, worked out when asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from hub.insight.words import say, words
from hub.lesson.worked import filled, worked
from models.domain.locales import locale
from models.domain.pack import Pack
from models.domain.showing import Showing
from models.domain.widgets import Choices, Fields, Matching, Ordering, Widget
from models.domain.writing import Pieces

#: What ends a sentence, in the scripts that the hub has words for.
_ENDS = (".", "?", "!", ":", "؟", "…")
#: How the name of words that belong to no activity begins.
WORDS = "words."


class Passage(msgspec.Struct, frozen=True):
    """One text of an activity in the language `tag`; `part` says which.

    `asked` with what is to be put in order or matched, `whole`, `hint.N` from 0, `option.ID`,
    `said.WORD.SOLVED.MISCONCEPTION`, `worked`, or `example`. Words of a page that belong to no
    activity are `words.KEY`, and `step` the number in them.
    """

    class_id: int
    tag: str
    item: str
    seed: int
    step: int
    part: str

    def at(self, part: str) -> Passage:
        """Another text of the same activity."""
        return msgspec.structs.replace(self, part=part)


def text(pack: Pack, passage: Passage) -> str:
    """What is said; LookupError, ValueError or PackFault for a text that there is not."""
    if passage.part.startswith(WORDS):
        return say(passage.tag, passage.part.removeprefix(WORDS), minutes=passage.step)
    return _of_activity(pack, passage)


def _of_activity(pack: Pack, passage: Passage) -> str:
    made = pack.activity(pack.item_index[passage.item], passage.seed)
    showing = Showing(pack, made, locale(pack.spoken(passage.tag)))
    part, _, rest = passage.part.partition(".")
    step = passage.step
    if part == "asked":
        return _sentences([showing.prompt(step), *_items(widget_of(showing, step))], showing)
    if part == "whole":
        return showing.spoken(showing.stem())
    if part == "hint":
        return showing.spoken(showing.hints_of(step)[int(rest)])
    if part == "option":
        return showing.spoken(_option(widget_of(showing, step), rest))
    if part == "said":
        return _said(showing, step, rest)
    if part in ("worked", "example"):
        return _worked(showing)
    raise LookupError(passage.part)


def words_of_page(class_id: int, tag: str, key: str, number: int = 0) -> Passage:
    """The words `key` of a page, to be heard."""
    return Passage(class_id, tag, item="page", seed=0, step=number, part=f"{WORDS}{key}")


def said_part(judged: str, reason: str, misconception: str, *, is_solved: bool) -> str:
    """The part that says what an answer was worth, as `hub.replies` words it."""
    word = reason if f"feedback.{reason}" in words("en") else judged
    return f"said.{word}.{int(is_solved)}.{misconception}"


def widget_of(showing: Showing, step: int) -> Widget:
    """The fields of what is asked."""
    steps = showing.made.template.steps
    if not 1 <= step <= len(steps):
        return showing.widget(showing.made.template.answer)
    one = steps[step - 1]
    return showing.widget(one.answer, one.maths)


def _items(widget: Widget) -> Iterable[Pieces]:
    """What has no button of its own beside it."""
    if isinstance(widget, Ordering):
        return [one.pieces for one in widget.options]
    if isinstance(widget, Matching):
        return [one.pieces for one in (*widget.left, *widget.right)]
    if isinstance(widget, Fields):
        return [one.label for one in widget.parts if one.label]
    return []


def _option(widget: Widget, wanted: str) -> Pieces:
    options = widget.options if isinstance(widget, Choices) else ()
    return {one.id: one.pieces for one in options}[wanted]


def _said(showing: Showing, step: int, rest: str) -> str:
    word, is_solved, misconception = rest.split(".", 2)
    tag = showing.locale.tag
    parts = [words(tag)[f"feedback.{word}"]]
    if misconception:
        parts.append(showing.spoken(showing.feedback(misconception)))
    if is_solved == "1":
        parts.append(_solved(showing, step))
    return _joined(parts)


def _solved(showing: Showing, step: int) -> str:
    answer = showing.solved(step)
    whole = filled(showing.prompt(step), answer)
    if whole is not None:
        return showing.spoken(whole)
    return say(showing.locale.tag, "page.right_is", answer=showing.spoken(answer))


def _worked(showing: Showing) -> str:
    one = worked(showing)
    steps = [_joined(map(showing.spoken, pair)) for pair in one.steps]
    end = say(showing.locale.tag, "page.right_is", answer=showing.spoken(one.answer))
    question, advice = showing.spoken(one.question), showing.spoken(one.advice)
    return _joined([question, advice, *steps, end])


def _sentences(texts: Sequence[Pieces], showing: Showing) -> str:
    return _joined(map(showing.spoken, texts))


def _joined(parts: Iterable[str]) -> str:
    """Sentences with a pause between them."""
    found = [one.strip() for one in parts if one.strip()]
    return " ".join(one if one.endswith(_ENDS) else f"{one}." for one in found)
