"""The kinds of answers that an item can ask for, as an author writes them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from models.domain.names import Id, Leaf, Source

#: What a right value must look like to be simply right.
Form = Literal[
    "any",
    "whole",
    "simplest",
    "fraction",
    "mixed",
    "decimal",
    "percent",
    "collected",
    "expanded",
]

#: What a pad of keys must offer beside the digits.
Key = Literal["minus", "fraction", "decimal", "mixed", "percent"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class _Numeric(_Strict, frozen=True, tag_field="kind", kw_only=True):
    """A number: `value` is an expression; `unit` must be given with it unless empty.

    `shown_unit` stands beside the field, for nobody to type. `places`: exactly so many
    decimals; `tolerance`: how far off a measured value may be. `keys` are wanted on the pad
    beside those of the form, for wrong answers that cannot be typed without.
    """

    value: Source
    unit: str = ""
    shown_unit: str = ""
    places: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None
    tolerance: Source = "0"
    keys: tuple[Key, ...] = ()


class Whole(_Numeric, frozen=True, tag="whole", kw_only=True):
    """A whole number."""

    form: Form = "whole"


class FractionAnswer(_Numeric, frozen=True, tag="fraction", kw_only=True):
    """A fraction, of any form unless `form` says which."""

    form: Form = "any"


class Mixed(_Numeric, frozen=True, tag="mixed", kw_only=True):
    """A mixed number."""

    form: Form = "mixed"


class Decimal(_Numeric, frozen=True, tag="decimal", kw_only=True):
    """A decimal number; as a fraction its value is right and its form is not."""

    form: Form = "decimal"


class ExpressionAnswer(_Strict, frozen=True, tag="expression", tag_field="kind", kw_only=True):
    """An expression, equation or inequality: `value` is text with slots, `{a}x + {b}`."""

    value: Source
    form: Form = "any"


class Option(_Strict, frozen=True, kw_only=True):
    """Something to choose, to order or to match: words by `text`, mathematics, or both.

    `text` is the last part of a text's key; `maths` is a notation. `value` is what it is
    worth where options are ordered or told apart. `misconception` is who would choose it.
    """

    id: Id
    text: Leaf = ""
    maths: Source = ""
    value: Source = ""
    misconception: str = ""


class Choice(_Strict, frozen=True, tag="choice", tag_field="kind", kw_only=True):
    """One option of several, or with `is_multiple` all that are right.

    `right` is an expression that gives the id of the right one, or a tuple of ids. The
    options are shuffled unless `is_ordered`.
    """

    options: Annotated[tuple[Option, ...], msgspec.Meta(min_length=2, max_length=12)]
    right: Source
    is_multiple: bool = False
    is_ordered: bool = False


class Order(_Strict, frozen=True, tag="order", tag_field="kind", kw_only=True):
    """Options to be put in order: by their `value`, up or down, or as they are given."""

    options: Annotated[tuple[Option, ...], msgspec.Meta(min_length=2, max_length=12)]
    by: Literal["ascending", "descending", "given"] = "ascending"


class Pair(_Strict, frozen=True, kw_only=True):
    """Two things that belong together."""

    id: Id
    left: Option
    right: Option


class Match(_Strict, frozen=True, tag="match", tag_field="kind", kw_only=True):
    """Pairs to be found again; the right sides are shuffled."""

    pairs: Annotated[tuple[Pair, ...], msgspec.Meta(min_length=2, max_length=12)]


class NumberLineAnswer(_Strict, frozen=True, tag="number_line", tag_field="kind", kw_only=True):
    """A place on a number line; all are expressions. `step` is where a tap can land.

    Labels are written in `form`, as in mathematics (`d`, `d1`, `mixed`), or with `denominator`
    as fractions that are not simplified.
    """

    value: Source
    start: Source
    end: Source
    step: Source
    label_every: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    form: Literal["", "d", "d1", "d2", "mixed", "percent"] = ""
    denominator: Source = ""


class Logged(_Strict, frozen=True, tag="logged", tag_field="kind"):
    """An item of a response log, known by name only: `1` stands for right, `0` for wrong."""


Single = Whole | FractionAnswer | Mixed | Decimal | ExpressionAnswer | Choice | NumberLineAnswer


class Part(_Strict, frozen=True, kw_only=True):
    """One of several fields; `text` is the last part of the key of the label before it."""

    id: Id
    answer: Single
    text: Leaf = ""


class Parts(_Strict, frozen=True, tag="parts", tag_field="kind", kw_only=True):
    """Several fields that are right together."""

    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=2, max_length=8)]


Answer = Single | Order | Match | Parts | Logged
NUMERIC = (Whole, FractionAnswer, Mixed, Decimal)
