"""Activities as they are shown: texts filled, pictures drawn, options apart, nothing told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from models.domain.answers import Answer, Choice, Match, Order
from models.domain.lint.answers import without_units
from models.domain.lint.leaves import key_of
from models.domain.lint.subject import Asked, Subject
from models.domain.pieces import plain
from models.domain.showing import IMAGE, Showing
from models.domain.template import HINT_LEVELS
from models.domain.widgets import Choices, Fields, Matching, Ordering, Widget
from models.domain.writing import Pieces

T = TypeVar("T")
#: With its alternative text; a page of pictures must come quickly over a poor radio link.
MOST_PICTURE_BYTES = 6_656
#: Fewer different questions, and a learner knows them by heart.
FEW_QUESTIONS = 8
#: Words of one sentence for each year of the reading age: a rule of thumb of our own.
WORDS_A_YEAR = 2
_SENTENCE = re.compile(r"[.?!؟。।]+(?:\s|$)")


def check_shown(subject: Subject, asked: Asked, showing: Showing) -> None:
    """Everything of one question or step that is seen and heard in one activity."""
    stem = _tried(subject, asked.path, showing, lambda: _question(showing, asked))
    right = _tried(
        subject, f"{asked.path}.answer", showing, partial(showing.solution, asked.answer)
    )
    check_options(subject, asked, showing)
    if stem is None or right is None:
        return
    if showing.made is subject.sample[0]:
        _check_spoken(subject, asked, showing, stem)
        _check_length(subject, asked, showing, plain(stem))
    _check_hints(subject, asked, showing, right)
    _check_picture(subject, asked, showing, plain(stem), without_units(right))


def check_options(subject: Subject, asked: Asked, showing: Showing) -> None:
    """No two options look the same."""
    path = f"{asked.path}.answer"
    widget = _tried(subject, path, showing, lambda: showing.widget(asked.answer, asked.maths))
    for texts in [] if widget is None else _rows(widget):
        doubled = [text for text, times in Counter(texts).items() if times > 1]
        if doubled:
            what = "two options look the same"
            _count(subject, path, what, showing, f"'{doubled[0]}'")


def has_options(answer: Answer) -> bool:
    """Whether something is tapped that must look different."""
    return isinstance(answer, Choice | Order | Match)


def check_feedback(subject: Subject, names: set[str], showings: list[Showing]) -> None:
    """What a learner hears of a misconception does not hold the answer."""
    for name in sorted(names):
        told = 0
        key = f"misconception.{name}.feedback"
        if not any("{" in texts.get(key, "") for texts in subject.source.texts.values()):
            continue
        for showing in showings:
            shown = _tried(subject, "", showing, partial(_feedback, showing, name))
            told += shown is not None and _gives_away(*shown)
        if showings and told * 2 > len(showings):
            tag = showings[0].locale.tag
            message = "the feedback holds the right answer: it must only say what to look at"
            subject.source.error(f"locales/{tag}.json", f"$.{key}", message, key=key)


def check_variety(subject: Subject, showings: list[Showing]) -> None:
    """Enough different questions come of the seeds."""
    seen: set[str] = set()
    least = min(FEW_QUESTIONS, len(showings))
    for showing in showings:
        try:
            seen.add(_signature(subject, showing))
        except ValueError:
            return
        if len(seen) >= least:
            return
    if showings:
        message = f"{len(showings)} seeds make {len(seen)} different questions only"
        subject.warning(".draw" if subject.template.draw else "", message)


def _signature(subject: Subject, showing: Showing) -> str:
    template = subject.template
    picture = showing._worked_fields(template.picture) if template.picture else {}
    widget = showing.widget(template.answer)
    rows = sorted(text for row in _rows(widget) for text in row)
    return f"{plain(showing.stem())} {picture} {rows}"


def _feedback(showing: Showing, name: str) -> tuple[str, str, str]:
    feedback, stem = plain(showing.feedback(name)), plain(showing.stem())
    return feedback, stem, without_units(showing.solved(0))


def _question(showing: Showing, asked: Asked) -> Pieces:
    if not asked.leaf:
        return showing.stem()
    return showing.text(f"{asked.leaf}prompt", asked.maths)


def _check_spoken(subject: Subject, asked: Asked, showing: Showing, stem: Pieces) -> None:
    spoken = _tried(subject, asked.path, showing, lambda: showing.spoken(stem))
    if spoken is not None and not spoken.strip():
        _count(subject, asked.path, "nothing to read aloud", showing, "")


def _check_length(subject: Subject, asked: Asked, showing: Showing, stem: str) -> None:
    most = WORDS_A_YEAR * subject.template.reading_age
    longest = max((len(one.split()) for one in _SENTENCE.split(stem)), default=0)
    if longest > most:
        end = f"{asked.leaf}prompt" if asked.leaf else subject.template.stem
        tag = showing.locale.tag
        key = key_of(subject.template, end, subject.source.texts[tag]) or end
        age = subject.template.reading_age
        message = f"a sentence of {longest} words; at {age} years {most} are enough"
        subject.source.warning(f"locales/{tag}.json", f"$.{key}", message, key=key)


def _check_hints(subject: Subject, asked: Asked, showing: Showing, right: Pieces) -> None:
    for level in HINT_LEVELS:
        end = f"{asked.leaf}hint.{level}"
        if not showing.texts.has(end):
            continue
        hint = _tried(
            subject,
            asked.path,
            showing,
            partial(showing.text, end, asked.maths, {"answer": right}),
        )
        if level == HINT_LEVELS[-1] and hint is not None:
            told = without_units(hint)
            if without_units(right).strip() not in told:
                what = f"'{end}' does not hold the answer as it is displayed"
                _count(subject, asked.path, what, showing, f"'{told}', '{plain(right)}'")


def _check_picture(
    subject: Subject, asked: Asked, showing: Showing, stem: str, right: str
) -> None:
    if asked.picture is None or not showing.texts.has(f"{asked.leaf}alt"):
        return
    path, end = f"{asked.path}.picture", f"{asked.leaf}alt"
    if asked.picture.get("kind") == IMAGE:
        # Its file is looked at where files are.
        alt = _tried(subject, path, showing, lambda: plain(showing.text(end, asked.maths)))
    else:
        drawn = _tried(
            subject, path, showing, lambda: showing.picture(asked.picture, end, asked.maths)
        )
        alt = None if drawn is None else drawn.alt
        size = 0 if drawn is None else len(drawn.svg.encode())
        if size > MOST_PICTURE_BYTES:
            what = f"larger than {MOST_PICTURE_BYTES:,} bytes"
            _count(subject, path, what, showing, f"{size:,}")
    # Counted: now and then a number of the picture is the answer by chance.
    if alt is not None and _gives_away(alt, stem, right):
        tag = showing.locale.tag
        end = f"{asked.leaf}alt"
        key = key_of(subject.template, end, subject.source.texts[tag]) or end
        subject.given_away[tag, key] += 1


def tell_given_away(subject: Subject) -> None:
    """Notes alternative texts that hold the answer in most activities."""
    for (tag, key), times in subject.given_away.items():
        if times * 2 > len(subject.sample):
            message = f"{subject.template.id}: whoever hears it hears the answer"
            subject.source.warning(f"locales/{tag}.json", f"$.{key}", message, key=key)


def _rows(widget: Widget) -> list[list[str]]:
    """The texts that must differ, row by row."""
    if isinstance(widget, Choices | Ordering):
        return [[plain(one.pieces) for one in widget.options]]
    if isinstance(widget, Matching):
        return [[plain(one.pieces) for one in side] for side in (widget.left, widget.right)]
    if isinstance(widget, Fields):
        return [row for part in widget.parts for row in _rows(part.widget)]
    return []


def _gives_away(text: str, stem: str, right: str) -> bool:
    """Whether `text` holds the right answer, and the question itself does not."""
    return _holds(text, right) and not _holds(stem, right)


def _holds(text: str, number: str) -> bool:
    """Whether `number` stands in `text` by itself: 5 does not stand in 15."""
    number = number.strip()
    if not any(sign.isdecimal() for sign in number):
        return False
    return re.search(rf"(?<![\d.,/]){re.escape(number)}(?![\d/]|[.,]\d)", text) is not None


def _count(subject: Subject, path: str, what: str, showing: Showing, detail: str) -> None:
    subject.count(path, what, showing.made, tag=showing.locale.tag, detail=detail)


def _tried(subject: Subject, path: str, showing: Showing, work: Callable[[], T]) -> Any:
    """What `work` gives; None where it cannot be shown, which is counted."""
    try:
        return work()
    except (ValueError, TypeError) as error:
        told = str(error)
        # Missing and broken texts are told where the texts are looked through.
        if not told.startswith("locales/") and "nothing was given for" not in told:
            _count(subject, path, "cannot be shown", showing, told)
        return None
