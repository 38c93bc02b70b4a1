"""Fields of an answer: what can be typed in them, and how their solutions are written."""

from __future__ import annotations

from typing import Any

import pytest

from models.domain.locales import locale
from models.domain.pack import Pack, Skill
from models.domain.pieces import plain
from models.domain.plain import decode_plain, encode_plain
from models.domain.showing import Showing, show
from models.domain.widgets import NumberField


def asking(answer: dict[str, Any]) -> Pack:
    item = {"id": "k.1", "skills": ["k"], "maths": {"task": "1 + 1"}, "answer": answer}
    decoded: Pack = decode_plain(encode_plain("keys", 1, (Skill("k"),), [item]))
    return decoded


def keys(answer: dict[str, str]) -> tuple[str, ...]:
    field = show(asking(answer), 0, 1, "en").widget
    assert isinstance(field, NumberField)
    return field.keys


@pytest.mark.parametrize("value", ["7 / 6", "1 / 6"])
def test_a_fraction_of_any_form_may_be_typed_as_a_mixed_number(value: str) -> None:
    assert keys({"kind": "fraction", "value": value}) == ("fraction", "mixed", "decimal")


def test_a_form_that_is_asked_for_has_only_its_own_keys() -> None:
    assert keys({"kind": "whole", "value": "7"}) == ()
    assert keys({"kind": "decimal", "value": "7 / 5"}) == ("decimal",)
    assert keys({"kind": "mixed", "value": "7 / 6"}) == ("fraction", "mixed")


@pytest.mark.parametrize(("tag", "arrow"), [("en", "\u2192"), ("ar", "\u2190")])
def test_a_pair_points_the_way_that_its_language_runs(tag: str, arrow: str) -> None:
    sides = {"left": {"id": "l", "maths": "2"}, "right": {"id": "r", "maths": "3"}}
    pack = asking({"kind": "match", "pairs": [{"id": "a", **sides}, {"id": "b", **sides}]})
    made = pack.activity(0, 1)
    solved = plain(Showing(pack, made, locale(tag)).solution(made.template.answer))
    assert solved.count(f" {arrow} ") == 2
