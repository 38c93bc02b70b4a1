"""The keys of a number's field: each right form can be typed, and none gives a form away."""

from __future__ import annotations

import pytest

from models.domain.pack import Skill
from models.domain.plain import decode_plain, encode_plain
from models.domain.showing import show
from models.domain.widgets import NumberField


def keys(answer: dict[str, str]) -> tuple[str, ...]:
    item = {"id": "k.1", "skills": ["k"], "maths": {"task": "1 + 1"}, "answer": answer}
    pack = decode_plain(encode_plain("keys", 1, (Skill("k"),), [item]))
    field = show(pack, 0, 1, "en").widget
    assert isinstance(field, NumberField)
    return field.keys


@pytest.mark.parametrize("value", ["7 / 6", "1 / 6"])
def test_a_fraction_of_any_form_may_be_typed_as_a_mixed_number(value: str) -> None:
    assert keys({"kind": "fraction", "value": value}) == ("fraction", "mixed", "decimal")


def test_a_form_that_is_asked_for_has_only_its_own_keys() -> None:
    assert keys({"kind": "whole", "value": "7"}) == ()
    assert keys({"kind": "decimal", "value": "7 / 5"}) == ("decimal",)
    assert keys({"kind": "mixed", "value": "7 / 6"}) == ("fraction", "mixed")
