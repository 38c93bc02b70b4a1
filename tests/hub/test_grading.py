"""Grading: every kind of answer, from template and seed alone; nothing is guessed at."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.lesson.grading import grade
from models.domain.pack import Pack
from models.domain.plain import decode_plain

OPTIONS = [
    {"id": "a", "maths": "{a}"},
    {"id": "b", "maths": "{a + 1}"},
    {"id": "c", "maths": "9"},
]
ORDERED = [
    {"id": one, "maths": value, "value": value} for one, value in zip("xyz", "312", strict=True)
]
ANSWERS: dict[str, dict[str, Any]] = {
    "whole": {"kind": "whole", "value": "a * 4"},
    "simplest": {"kind": "fraction", "value": "a / 4", "form": "simplest"},
    "mixed": {"kind": "mixed", "value": "7 / 4"},
    "decimal": {"kind": "decimal", "value": "a / 4"},
    "length": {"kind": "whole", "value": "a", "unit": "cm"},
    "algebra": {"kind": "expression", "value": "{a}x + 2"},
    "choice": {"kind": "choice", "options": OPTIONS, "right": "'a'"},
    "several": {
        "kind": "choice",
        "options": OPTIONS,
        "right": "('c', 'a')",
        "is_multiple": True,
    },
    "order": {"kind": "order", "options": ORDERED},
    "match": {
        "kind": "match",
        "pairs": [
            {"id": one, "left": {"id": one, "maths": one}, "right": {"id": one, "maths": one}}
            for one in "12"
        ],
    },
    "line": {"kind": "number_line", "value": "a / 4", "start": "0", "end": "1", "step": "1/4"},
    "parts": {
        "kind": "parts",
        "parts": [
            {"id": "q", "answer": {"kind": "whole", "value": "a"}},
            {"id": "r", "answer": {"kind": "choice", "options": OPTIONS, "right": "'b'"}},
        ],
    },
}
BUG = {"misconception": "times.as_plus", "with": ["a", "4"]}


def pack() -> Pack:
    """One item of each kind; `a` is 3 for every seed."""
    return decode_plain(
        msgspec.json.encode(
            {
                "name": "Kinds",
                "version": 1,
                "skills": [{"id": "s", "name": "S"}],
                "misconceptions": [
                    {
                        "id": "times.as_plus",
                        "family": "times",
                        "source": "made up for tests",
                        "arguments": ["a", "b"],
                        "rule": "a + b",
                    }
                ],
                "items": [
                    {
                        "id": kind,
                        "skills": ["s"],
                        "draw": {"a": "range(3, 3)"},
                        "maths": {"task": "?"},
                        "answer": answer,
                        "bugs": [BUG] if kind == "whole" else [],
                    }
                    for kind, answer in ANSWERS.items()
                ],
            }
        )
    )


PACK = pack()
JUDGED = [
    ("whole", "12", "right"),
    ("whole", "١٢", "right"),
    ("whole", " १२ ", "right"),
    ("whole", "13", "wrong"),
    ("whole", "-12", "wrong"),
    ("whole", "twelve", "unreadable"),
    ("whole", "", "unreadable"),
    ("simplest", "3/4", "right"),
    ("simplest", "6/8", "wrong_form"),
    ("simplest", "4/3", "wrong"),
    ("mixed", "1 3/4", "right"),
    ("mixed", "7/4", "wrong_form"),
    ("decimal", "0.75", "right"),
    ("decimal", "3/4", "wrong_form"),
    ("length", "3 cm", "right"),
    ("length", "3", "wrong_form"),
    ("length", "4 cm", "wrong"),
    ("length", "4 kg", "wrong"),
    ("length", "4 bananas", "unreadable"),
    ("algebra", "2+3x", "right"),
    ("algebra", "5x", "wrong"),
    ("choice", "a", "right"),
    ("choice", "b", "wrong"),
    ("choice", "a,b", "unreadable"),
    ("choice", "z", "unreadable"),
    ("several", "c,a", "right"),
    ("several", "a", "wrong"),
    ("order", "y,z,x", "right"),
    ("order", "x,y,z", "wrong"),
    ("order", "x,y", "unreadable"),
    ("match", "2=2,1=1", "right"),
    ("match", "1=2,2=1", "wrong"),
    ("match", "1=1", "unreadable"),
    ("line", "3/4", "right"),
    ("line", "1/4", "wrong"),
    ("parts", "q=3;r=b", "right"),
    ("parts", "r=b; q=3", "right"),
    ("parts", "q=3;r=a", "wrong"),
    ("parts", "q=;r=b", "unreadable"),
]


def judged(kind: str, answer: str, tag: str = "en", seed: int = 5) -> str:
    """The verdict's name."""
    return grade(PACK, PACK.item_index[kind], seed, answer, tag=tag).judged


@pytest.mark.parametrize(("kind", "answer", "verdict"), JUDGED)
def test_an_answer_of_each_kind_is_judged(kind: str, answer: str, verdict: str) -> None:
    assert judged(kind, answer) == verdict


def test_only_right_and_wrong_are_evidence() -> None:
    found = [grade(PACK, 0, 5, answer).is_right for answer in ("12", "13", "no", "12/1")]
    assert found == [True, False, None, None]


def test_a_decimal_is_read_as_its_language_writes_it() -> None:
    assert judged("decimal", "0,75", tag="sw-KE") in ("right", "ambiguous")
    assert judged("decimal", "٠٫٧٥", tag="ar") == "right"
    assert judged("decimal", "0,75", tag="fr") == "right"


def test_a_wrong_answer_names_the_rule_that_gives_it() -> None:
    assert grade(PACK, 0, 5, "7").misconception == "times.as_plus"
    assert grade(PACK, 0, 5, "٧", tag="ar").misconception == "times.as_plus"
    assert grade(PACK, 0, 5, "8").misconception == ""
    assert grade(PACK, 0, 5, "12").misconception == ""


def test_a_number_in_groups_is_compared_with_wrong_rules_in_its_own_language() -> None:
    for tag, million in (("de", "1.234.567"), ("fr", "1 234 567"), ("en", "1,234,567")):
        found = grade(PACK, 0, 5, million, tag=tag)
        assert (found.judged, found.misconception) == ("wrong", ""), tag


@pytest.mark.parametrize("kind", ANSWERS)
def test_what_the_hub_expects_is_right(kind: str) -> None:
    place = PACK.item_index[kind]
    expected = grade(PACK, place, 5, "").expected
    if kind not in ("decimal", "mixed"):
        assert grade(PACK, place, 5, expected).judged == "right"


@given(
    st.sampled_from(list(ANSWERS)),
    st.sampled_from(["en", "de", "fr", "ar", "bn", "sw"]),
    st.integers(0, 2**53 - 1),
    st.text(max_size=512) | st.text("0123456789-+=;,/.xabqr ٣५৭", max_size=60),
)
def test_grading_never_fails_whatever_is_answered(
    kind: str, tag: str, seed: int, answer: str
) -> None:
    assert judged(kind, answer, tag=tag, seed=seed) in (
        "right",
        "wrong",
        "wrong_form",
        "unreadable",
        "ambiguous",
    )
