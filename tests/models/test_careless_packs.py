"""What a careless or a hostile author can write: refused in words, soon, in little room."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub.lesson.packs import trial
from models.domain.archive import build
from models.domain.faults import PackFault
from models.domain.language import MOST_VALUES, LanguageFault, expression
from models.domain.lint.places import places
from models.domain.locales import locale
from models.domain.messages import LONGEST, MessageFault, parse
from models.domain.pictures import PictureFault, Style, draw, read
from models.domain.reading import decode_pack
from models.domain.showing import show
from models.domain.solution import bug_answers
from models.domain.strict_json import check
from models.domain.template import Template
from tests.models.small_pack import Files, clean, linted, write

ITEMS = "items/s.json"
STYLE = Style(alt="Bars", number=locale("en").number)
LINE = {"kind": "number_line", "value": "a", "start": "0", "end": "100", "step": "1"}

WORD = {"kind": "whole", "value": "a", "tolerance": "'x'"}
CARELESS: dict[str, tuple[str, Any, str]] = {
    "a range in steps of nothing": ("draw", {"a": "range(3, 9, 0)"}, "holds no number"),
    "a line in steps of nothing": ("answer", LINE | {"step": "0"}, "no length"),
    "a line of a million places": ("answer", LINE | {"step": "1/10000"}, "more than 201"),
    "a line with nothing below": ("answer", LINE | {"denominator": "0"}, "no denominator"),
    "a line from a word": ("answer", LINE | {"start": "'x'"}, "not a number"),
    "a tolerance of a word": ("answer", WORD, "tolerance"),
    "a tolerance of a word in a part": (
        "answer", {"kind": "parts", "parts": [{"id": x, "answer": WORD} for x in "xy"]}, "tol",
    ),
    "a rule of nobody": ("bugs", [{"misconception": "z", "value": "1"}], "conception 'z'"),
    "a rule that is no number": (
        "bugs", [{"misconception": "adds", "value": "a < b"}], "adds: False is no number",
    ),
    "a rule with too little": (
        "bugs", [{"misconception": "adds", "with": ["a"]}], "takes 2 arguments",
    ),
    "a step without an answer": (
        "steps", [{"id": "ones", "answer": {"kind": "whole", "value": "c"}}], "no value here",
    ),
    "no skill": ("skills", [], "length >= 1"),
    "a thousand tests": ("where", ["a > b"] * 1000, "length <= 60"),
    "a thousand variables": ("let", {f"v{n}": "a" for n in range(1000)}, "length <= 60"),
}  # fmt: skip


@pytest.mark.parametrize("name", CARELESS)
def test_a_careless_item_is_told_and_never_installed(name: str, tmp_path: Path) -> None:
    field, told_so, words = CARELESS[name]
    files = _changed(**{field: told_so})
    told = "\n".join(str(one) for one in linted(files, tmp_path).errors)
    assert "s.1" in told or "$[0]" in told, told
    with pytest.raises(PackFault, match=words):
        trial(decode_pack(build(tmp_path, None)))


def test_an_item_that_one_language_cannot_show_is_not_installed(tmp_path: Path) -> None:
    files = clean()
    files["locales/ar.json"]["s.stem"] = "{c}"
    with pytest.raises(PackFault, match="nothing was given for 'c'"):
        trial(decode_pack(build(write(files, tmp_path), None)))


def test_a_rule_without_a_value_costs_no_child_its_answer(tmp_path: Path) -> None:
    bugs = [
        {"misconception": "adds", "value": "1 / 0"},
        {"misconception": "reversed", "value": "7"},
    ]
    files = _changed(bugs=bugs)
    pack = decode_pack(build(write(files, tmp_path), None))
    made = pack.activity(0, 1)
    found = list(bug_answers(made.template.bugs, made.template.answer, made, pack))
    assert found == [("reversed", "7")]


def test_whatever_cannot_be_shown_is_a_fault_of_the_pack(tmp_path: Path) -> None:
    files = _changed(answer=LINE | {"step": "0"})
    pack = decode_pack(build(write(files, tmp_path), None))
    with pytest.raises(PackFault, match=r"s\.1\.answer: the line has no length"):
        show(pack, 0, 1, "en")


@pytest.mark.parametrize("body", ['"' + "x" * 2**20 + '"', '"' + "\\n" * 2**19 + '"'])
def test_one_long_text_takes_no_more_room_than_it_is_long(body: str) -> None:
    assert _most(lambda: check(body.encode(), "locales/en.json")) < 4 * len(body)
    assert _most(lambda: places(body)) < 8 * len(body)


def test_a_long_name_is_not_written_out_for_each_place_below_it() -> None:
    body = '{"' + "k" * 100_000 + '": [' + ",\n".join(["1"] * 1000) + "]}"
    found: dict[str, int] = {}
    assert _most(lambda: found.update(places(body))) < 2**21
    assert {path: line for path, line in found.items() if path[:1] == "$"} == {"$": 1}


@pytest.mark.parametrize("source", ["-" * 250 + "1", "~" * 250 + "1", "1" + " + 1" * 70])
def test_an_expression_ends_alike_however_deep_its_caller(source: str) -> None:
    assert _below(600, lambda: _value(source + " ")) == _value(source)


def test_an_expression_of_too_many_parts_is_refused() -> None:
    assert "has more than 80 parts inside each other" in str(_value("-" * 90 + "1"))


@pytest.mark.parametrize(
    "source",
    [
        "left_to_right(1, 0, 10**9, 'x')",
        "num('1e999999999')",
        "decimal_scaled_whole_part_only(2, 10**9)",
        "decimal_whole_number(1, 10**9, 1, 1)",
        "decimal_sum_right_aligned(1, 1, 2, 10**9)",
        "addition_without_carry(-1, 2)",
        "mixed_number_side_by_side(2, -1, 3)",
        "max('a', 'b')",
    ],
)
def test_a_function_refuses_what_no_procedure_works_on(source: str) -> None:
    def refused() -> None:
        with pytest.raises(LanguageFault):
            expression(source)({})

    assert _most(refused) < 2**17


def test_lists_of_lists_do_not_fill_the_memory() -> None:
    values: dict[str, Any] = {"t": (1, 2)}
    twelve = expression("(" + ", ".join(["t"] * 12) + ")")
    values["t"] = twelve(values)
    values["t"] = twelve(values)
    with pytest.raises(LanguageFault, match=f"more than {MOST_VALUES} values"):
        twelve(values)


@pytest.mark.parametrize("sign", ["\\ud800", "\\0", "\\u202e"])
def test_a_text_of_an_expression_can_be_seen(sign: str) -> None:
    with pytest.raises(LanguageFault, match="cannot be seen"):
        expression(f"'{sign}'")


def test_a_text_without_end_is_refused_at_once() -> None:
    assert parse("x" * LONGEST).parts
    with pytest.raises(MessageFault, match="longer than 4,000 characters"):
        parse("{n, plural, other {#}}" * LONGEST)


@pytest.mark.parametrize("horizontal", [False, True])
def test_a_bar_chart_of_giant_numbers_is_refused(*, horizontal: bool) -> None:
    fields = {"kind": "bar_chart", "labels": ["a"], "values": [20], "horizontal": horizontal}
    with pytest.raises(PictureFault, match="shorter numbers"):
        draw(read({**fields, "step": 10**30}), STYLE)


def test_a_number_above_a_bar_stays_in_its_lane() -> None:
    fields = {"kind": "bar_chart", "labels": list("abcde"), "step": 100_000}
    with pytest.raises(PictureFault, match="bars are narrow"):
        draw(read({**fields, "values": [800_000] * 5, "show_values": True}), STYLE)


def test_a_logged_item_needs_no_words() -> None:
    body = b'{"id": "a", "skills": ["s"], "answer": {"kind": "logged"}}'
    assert msgspec.json.decode(body, type=Template).is_logged


def _changed(**fields: Any) -> Files:
    files = clean()
    files[ITEMS][0].update(fields)
    return files


def _most(work: Callable[[], object]) -> int:
    """The most memory that `work` holds at any moment, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _value(source: str) -> object:
    try:
        return expression(source)({})
    except LanguageFault as fault:
        return str(fault).removeprefix(f"'{source}'")


def _below(frames: int, work: Callable[[], object]) -> object:
    return work() if frames == 0 else _below(frames - 1, work)
