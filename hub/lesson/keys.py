"""What a tablet out of reach can tell by itself of an answer, without knowing the right one.

It gets hashes of what counts as right, as it would be typed. They hide it from a glance, and
not from someone who tries all numbers; the hub grades again in any case.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations, product
from typing import Literal

import msgspec

from hub.lesson.grading import Asked, asked, grade
from models.domain.answers import (
    NUMERIC,
    Answer,
    Choice,
    ExpressionAnswer,
    Logged,
    NumberLineAnswer,
    Parts,
)
from models.domain.locales import Locale
from models.domain.making import Made
from models.domain.pack import Pack
from models.domain.pieces import plain
from models.domain.showing import Showing
from models.domain.solution import is_typed, right_answer
from models.domain.widgets import Line

#: More ways to write one answer than this are not told to a tablet.
MOST = 24
_FNV_OFFSET, _FNV_PRIME = 0x811C9DC5, 0x01000193


class Keys(msgspec.Struct, frozen=True):
    """`keys` are hashes of right answers; an answer that has none of them is wrong where
    `sure` says so: `all`, only `whole` numbers, or for `none`.
    """

    keys: tuple[str, ...]
    sure: Literal["all", "whole", "none"]


def keys_of(pack: Pack, item: int, seed: int, showing: Showing, step: int = 0) -> Keys:
    """The keys to one activity, for the language of `showing`."""
    one = asked(pack, item, seed, step)
    head = f"{one.made.template.id}|{seed}|{step}|"
    candidates = dict.fromkeys(_candidates(one.answer, one.made, showing, step))
    tag = showing.locale.tag
    right = {
        fnv1a(head + as_typed(text, showing.locale))
        for text in islice(candidates, MOST)
        if grade(pack, item, seed, text, step=step, tag=tag).judged == "right"
    }
    return Keys(tuple(sorted(right)), _sure(one) if right else "none")


def fnv1a(text: str) -> str:
    """FNV-1a, 32 bit, of the text in UTF-8, as eight hex digits (Fowler, Noll and Vo, 1991)."""
    found = _FNV_OFFSET
    for byte in text.encode():
        found = (found ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return f"{found:08x}"


def as_typed(text: str, language: Locale) -> str:
    """`text` with ASCII digits and sign, one space for several: what a tablet hashes."""
    digits = {ord(digit): str(at) for at, digit in enumerate(language.digits)}
    return " ".join(text.translate(digits | {ord("\N{MINUS SIGN}"): "-"}).split())


def _candidates(answer: Answer, made: Made, showing: Showing, step: int) -> Iterator[str]:
    if isinstance(answer, Logged):
        return
    expected = right_answer(answer, made)
    yield expected
    if isinstance(answer, Choice) and answer.is_multiple:
        yield from map(",".join, islice(permutations(expected.split(",")), MOST))
    elif isinstance(answer, Parts):
        each = [
            [f"{part.id}={text}" for text in _ways(part.answer, made, showing)]
            for part in answer.parts
        ]
        yield from map(";".join, islice(product(*each), MOST))
    elif is_typed(answer):
        yield plain(showing.solved(step))
        yield from _ways(answer, made, showing)


def _ways(answer: Answer, made: Made, showing: Showing) -> Iterator[str]:
    """How the right answer to one field may be given."""
    yield right_answer(answer, made)
    if isinstance(answer, NumberLineAnswer):
        widget = showing.widget(answer, {})
        if isinstance(widget, Line):
            yield from (tick.value for tick in widget.ticks)
    elif isinstance(answer, (*NUMERIC, ExpressionAnswer)):
        yield plain(showing.solution(answer))


def _sure(one: Asked) -> Literal["all", "whole", "none"]:
    """What is wrong for certain when no key fits."""
    answer = one.answer
    if isinstance(answer, NUMERIC):
        return "none" if one.made.number(answer.tolerance) else "whole"
    return "none" if isinstance(answer, Parts | ExpressionAnswer) else "all"
