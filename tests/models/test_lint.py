"""The check of a pack: a clean one passes, and each kind of fault is told with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.domain.archive import build
from models.domain.faults import PackFault
from models.domain.lint.check import lint
from models.domain.lint.places import places
from models.domain.lint.source import read_source
from tests.models.small_pack import Files, clean, linted, write

Break = Callable[[Files], object]
ITEM, CHOICE, COUNTING = 0, 1, 2
EN, AR, ITEMS = "locales/en.json", "locales/ar.json", "items/s.json"
DRAWN = {"n": "range(1, 5)"}


def item(place: int, **fields: Any) -> Break:
    return lambda files: files[ITEMS][place].update(fields)


def text(file: str, **texts: str) -> Break:
    return lambda files: files[file].update({k.replace("__", "."): t for k, t in texts.items()})


def without(file: str, key: str) -> Break:
    return lambda files: files[file].pop(key)


def rule(place: int, **fields: Any) -> Break:
    return lambda files: files["misconceptions.json"][place].update(fields)


def option(place: int, **fields: Any) -> Break:
    return lambda files: files[ITEMS][CHOICE]["answer"]["options"][place].update(fields)


def skills(*told: dict[str, Any]) -> Break:
    return lambda files: files.update({"skills.json": [{"id": "s"}, *told]})


def answered(**fields: Any) -> Break:
    return item(ITEM, answer=fields, steps=[], bugs=[])


LINE = {"kind": "number_line", "start": "0", "end": "100", "step": "1"}
ORDER = {"kind": "order", "options": [{"id": "a", "maths": "{a}", "value": "1"}] * 2}
ROUNDED = {"end": "1", "step": "1 / 16", "form": "d1"}
HALF = [{"misconception": "adds", "value": "a + 1 / 2"}]
SELF = [{"misconception": "adds", "value": "a - b"}]
TWINS = [{"misconception": "adds", "value": "a"}, {"misconception": "reversed", "value": "a"}]
LONG = "The children take {b} from {a} and then write down what is left over of it"

ERRORS: dict[str, tuple[Break, str, str, str]] = {
    "no draw fits": (item(ITEM, where=["a > 100"]), ITEMS, "s.1.where", "no draw of 400"),
    "a draw from nothing": (item(ITEM, draw={"a": "3"}), ITEMS, "s.1.draw", "neither range"),
    "no key for a rule": (item(ITEM, bugs=HALF), ITEMS, "s.1.bugs[0]", "add 'fraction' or"),
    "a place rounded": (
        answered(**LINE | ROUNDED, value="1 / 4"), ITEMS, "s.1.answer", "displayed as '0.3'",
    ),
    "two places, one label": (
        answered(**LINE | ROUNDED, value="1 / 2"), ITEMS, "s.1.answer", "two ticks are",
    ),
    "no right answer": (answered(kind="whole", value="c"), ITEMS, "s.1.answer", "no right"),
    "half": (
        answered(kind="whole", value="a / (2 * a)"), ITEMS, "s.1.answer", "not taken as right",
    ),
    "a place off the line": (
        answered(**LINE, value="a + 1/2"), ITEMS, "s.1.answer", "where a tap can land",
    ),
    "an order with a tie": (answered(**ORDER), ITEMS, "s.1.answer", "have one value"),
    "no option is right": (
        lambda files: files[ITEMS][CHOICE]["answer"].update(right="'z'"),
        ITEMS, "s.2.answer", "no option",
    ),
    "options alike": (option(2, maths="{a - b}"), ITEMS, "s.2.answer", "look the same"),
    "a bug that is right": (item(ITEM, bugs=SELF), ITEMS, "s.1.bugs[0]", "never shows itself"),
    "bugs alike": (item(ITEM, bugs=TWINS), ITEMS, "s.1.bugs[1]", "always gives the same"),
    "a bug of nobody": (
        item(ITEM, bugs=[{"misconception": "x", "value": "1"}]),
        ITEMS, "s.1.bugs[0].misconception", "there is no misconception 'x'",
    ),
    "a right distractor": (
        option(0, misconception="reversed"), ITEMS, "s.2.answer.options[0]", "never shows",
    ),
    "a field nobody knows": (item(ITEM, colour="red"), ITEMS, "s.1", "unknown field"),
    "an item twice": (item(CHOICE, id="s.1"), ITEMS, "s.1", "has this id already"),
    "a function's name": (item(ITEM, let={"digit": "1"}), ITEMS, "s.1.let.digit", "a function"),
    "a skill unknown": (item(ITEM, skills=["s", "t"]), ITEMS, "s.1.skills[1]", "no skill 't'"),
    "a picture too many": (
        item(COUNTING, picture={"kind": "array", "rows": "a - 9", "columns": "b"}),
        ITEMS, "s.3.picture", "cannot be shown",
    ),
    "a text missing": (without(AR, "s.stem"), AR, "s.1.stem", "the text is missing"),
    "a hint missing": (
        without(EN, "s.step.ones.hint.teaching"), EN, "s.1.step.ones.hint.teaching", "missing",
    ),
    "an alt missing": (without(AR, "s.3.alt"), AR, "s.3.alt", "missing"),
    "a name missing": (without(AR, "skill.s.name"), AR, "skill.s.name", "missing"),
    "a brace open": (text(EN, s__stem="{a"), EN, "s.stem", "here should stand"),
    "a slot of nobody": (text(EN, s__stem="{zz} {task}"), EN, "s.stem", "nothing that s.1 has"),
    "plurals missing": (
        text(AR, s__stem="{a, plural, other {#}} {task}"), AR, "s.stem", "no branch 'few'",
    ),
    "a hint that tells": (
        text(EN, s__hint__pointing="It is {answer}"), EN, "s.hint.pointing", "gives the answer",
    ),
    "a last hint that does not tell": (
        text(EN, s__hint__bottom_out="Look again"), ITEMS, "s.1", "does not hold the answer",
    ),
    "a feedback that tells": (
        text(EN, misconception__adds__feedback="{answer}"),
        EN, "misconception.adds.feedback", "gives the answer away",
    ),
    "a circle": (
        skills({"id": "t", "prerequisites": ["u"]}, {"id": "u", "prerequisites": ["t"]}),
        "skills.json", "t.prerequisites", "it needs itself: t < u < t",
    ),
    "a skill too early": (
        skills({"id": "t", "prerequisites": ["u"]}, {"id": "u"}),
        "skills.json", "t.prerequisites", "'u' must stand before it",
    ),
    "a skill without items": (skills({"id": "t"}), "skills.json", "t", "0 items practise it"),
    "a rule with a stranger": (rule(0, rule="a + c"), "misconceptions.json", "adds", "'c'"),
    "rules that are one": (
        rule(1, rule="b + a"), "misconceptions.json", "adds.confusable_with", "no item tells",
    ),
}  # fmt: skip

WARNINGS: dict[str, tuple[Break, str, str, str]] = {
    "no reading age": (
        lambda files: files[ITEMS][ITEM].pop("reading_age"), ITEMS, "s.1", "'reading_age'",
    ),
    "few questions": (
        item(COUNTING, draw={"a": "range(5, 6)", "b": "range(1, 2)"}),
        ITEMS, "s.3.draw", "different questions only",
    ),
    "a bug that seldom shows": (
        item(ITEM, bugs=[{"misconception": "adds", "value": "a if a < 50 else a - b"}]),
        ITEMS, "s.1.bugs[0]", "shows itself in",
    ),
    "few items": (lambda _files: None, "skills.json", "s", "3 items practise it"),
    "all equally hard": (
        lambda files: [one.update(difficulty=0.0) for one in files[ITEMS]],
        "skills.json", "s", "equally hard",
    ),
    "a skill alone": (skills({"id": "t"}), "skills.json", "t", "nothing comes before it"),
    "a rule of no item": (
        lambda files: files["misconceptions.json"].append(
            {"id": "idle", "family": "f", "source": "Somebody 1999"}
        ),
        "misconceptions.json", "idle", "no item can show it",
    ),
    "an unused text": (text(EN, s__9__stem="Hello"), EN, "s.9.stem", "nothing shows"),
    "a digit in words": (text(EN, s__hint__teaching="Add 10"), EN, "s.hint.teaching", "digit"),
    "two scripts": (text(AR, s__hint__teaching="كلمة ten"), AR, "s.hint.teaching", "script"),
    "a long sentence": (text(EN, s__stem=LONG), EN, "s.stem", "a sentence of"),
    "an alt that tells": (
        text(EN, s__3__alt="There are {d}"), EN, "s.3.alt", "hears the answer",
    ),
    "no thanks": (without("pack.json", "attribution"), "pack.json", "attribution", "nobody"),
    "a closed licence": (
        lambda files: files["pack.json"].update(licence="LicenseRef-Closed"),
        "pack.json", "licence", "may not let schools",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_told_with_file_key_and_line(name: str, tmp_path: Path) -> None:
    breaks, file, key, message = ERRORS[name]
    files = clean()
    breaks(files)
    found = [str(one) for one in linted(files, tmp_path).errors]
    assert any(one.startswith(f"{file}:") and f" {key}" in one and message in one
               for one in found), found  # fmt: skip


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_is_told_with_file_key_and_line(name: str, tmp_path: Path) -> None:
    breaks, file, key, message = WARNINGS[name]
    files = clean()
    files[ITEMS][COUNTING]["let"] = {"d": "a - b"}
    breaks(files)
    found = linted(files, tmp_path).warnings
    told = [str(one) for one in found]
    assert any(one.file == file and one.key == key and one.line and message in one.message
               for one in found), told  # fmt: skip


def test_a_clean_pack_has_no_error(tmp_path: Path) -> None:
    report = linted(clean(), tmp_path)
    assert report.errors == ()
    assert [one.key for one in report.warnings] == ["s"]


def test_the_file_of_a_pack_is_checked_as_its_folder_is(tmp_path: Path) -> None:
    folder = write(clean(), tmp_path / "folder")
    file = tmp_path / "small.mpack"
    file.write_bytes(build(folder, None))
    assert lint(read_source(file), seeds=5).errors == ()


def test_the_line_is_the_one_of_the_key(tmp_path: Path) -> None:
    files = clean()
    item(ITEM, bugs=SELF)(files)
    (fault,) = linted(files, tmp_path).errors
    lines = (tmp_path / ITEMS).read_text(encoding="utf-8").splitlines()
    assert lines[fault.line - 2].strip() == '"bugs": ['
    assert lines[fault.line].strip() == '"misconception": "adds",'


def test_a_file_that_is_no_json_is_told_and_the_rest_is_checked(tmp_path: Path) -> None:
    files = clean()
    files["skills.json"] = '[\n{"id": }]'
    files[ITEMS][ITEM]["bugs"] = SELF
    told = [str(one) for one in linted(files, tmp_path).errors]
    assert any(one.startswith("skills.json:2: ") for one in told)
    assert any("never shows itself" in one for one in told)


def untyped(files: Files, folder: Path) -> list[str]:
    """The keys that are wanting, as the check tells them; no error beside."""
    report = linted(files, folder)
    assert report.errors == ()
    told = [one.message for one in report.warnings if "cannot be typed" in one.message]
    return sorted(one.rpartition("add ")[2].partition(" to")[0] for one in told)


def test_a_rule_that_needs_a_key_now_and_then_is_a_warning_until_the_key_is_there(
    tmp_path: Path,
) -> None:
    files = clean()
    item(ITEM, bugs=[{"misconception": "adds", "value": "(a - 60) / 3"}])(files)
    assert untyped(files, tmp_path) == ["'fraction'", "'minus'"]
    answer = {"kind": "whole", "value": "a - b", "keys": ["minus", "fraction"]}
    item(ITEM, answer=answer)(files)
    assert untyped(files, tmp_path) == []


def test_a_fault_of_many_seeds_is_told_once(tmp_path: Path) -> None:
    files = clean()
    answered(kind="whole", value="c")(files)
    told = [one for one in linted(files, tmp_path).errors if "no right answer" in one.message]
    assert len(told) == 1
    assert "seed 1; 10 times in all" in told[0].message


def test_one_item_alone_can_be_looked_at(tmp_path: Path) -> None:
    files = clean()
    item(ITEM, bugs=SELF)(files)
    source = read_source(write(files, tmp_path))
    assert lint(source, seeds=5, only="s.2").errors == ()
    with pytest.raises(PackFault, match=r"no item 's\.9'"):
        lint(source, seeds=5, only="s.9")


def test_findings_stand_in_the_order_of_their_files_and_keys(tmp_path: Path) -> None:
    files = clean()
    files["locales/en.json"] = {}
    found = linted(files, tmp_path).errors
    assert len(found) > 10
    assert list(found) == sorted(found, key=lambda one: (one.file, one.key, one.line))


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_every_value_of_a_json_text_is_found_at_its_line(indent: int | None) -> None:
    value: dict[str, object] = {"a.b": [1, {"c": "x]},:"}, []], "d": {"e": {}}, 'q"': None}
    found = places(json.dumps(value, indent=indent))
    assert {"$", "$.a.b", "$.a.b[0]", "$.a.b[1].c", "$.a.b[2]", "$.d.e", '$.q"'} == {*found} - {
        "$.a.b[1]",
        "$.d",
    }
    if indent is None:
        assert set(found.values()) == {1}
    else:
        assert found["$.a.b[1].c"] == 5
        assert found["$.d.e"] == 10
