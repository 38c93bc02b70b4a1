"""The catalogue of misconceptions: every rule runs, shows itself, is told in each language."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from random import Random

import pytest

from tests.models.questions import QUESTIONS
from tests.models.rules import STARTER, Misconception, catalogue, entries

LOCALES = ("en", "sw", "ar")
FIELDS = {"id", "family", "skills", "arguments", "rule", "source", "confusable_with", "remedy"}
SKILLS = {
    *(f"n{n:02}" for n in range(1, 8)),
    *(f"a{n:02}" for n in range(1, 10)),
    *(f"m{n:02}" for n in range(1, 10)),
    *(f"f{n:02}" for n in range(1, 10)),
    *(f"d{n:02}" for n in range(1, 6)),
    *(f"e{n:02}" for n in range(1, 5)),
    *("i01", "i02", "g01", "g02", "r01", "t01", "s01"),
}
YEAR = re.compile(r"\b(19|20)\d\d\b")


def test_the_catalogue_is_large_and_each_entry_complete() -> None:
    found = entries()
    ids = [entry["id"] for entry in found]
    assert len(set(ids)) == len(ids) >= 60
    assert len({entry["family"] for entry in found}) >= 8
    for entry in found:
        assert FIELDS <= set(entry) <= FIELDS | {"prevalence"}, entry["id"]
        assert set(entry["skills"]) | {entry["remedy"]} <= SKILLS, entry["id"]
        assert set(entry["confusable_with"]) <= set(ids) - {entry["id"]}, entry["id"]
        assert YEAR.search(entry["source"]), entry["id"]


def test_a_family_asks_one_kind_of_question() -> None:
    shapes: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for rule in catalogue():
        shapes[rule.family].add(rule.arguments)
    assert set(shapes) == set(QUESTIONS)
    assert all(len(arguments) == 1 for arguments in shapes.values())


def test_prevalences_are_shares_with_a_source() -> None:
    for entry in entries():
        for known in entry.get("prevalence", []):
            assert 0 < known["value"] < 1
            assert YEAR.search(known["source"])


@pytest.mark.parametrize("family", sorted(QUESTIONS))
def test_every_rule_shows_itself_and_can_be_told_from_its_neighbours(family: str) -> None:
    rules = [rule for rule in catalogue() if rule.family == family]
    chance = Random(family)
    asked = [QUESTIONS[family].ask(chance) for _ in range(300)]
    rights = [QUESTIONS[family].right(arguments) for arguments in asked]
    written = {rule.id: [rule.rule(*arguments) for arguments in asked] for rule in rules}
    for rule in rules:
        shown = _differs(written[rule.id], rights)
        assert shown >= 5, rule.id
        for other in rules:
            if other is not rule:
                apart = _differs(written[rule.id], written[other.id])
                assert apart >= 5, (rule.id, other.id)


def _differs(one: Sequence[object], other: Sequence[object]) -> int:
    return sum(a is not None and a != b for a, b in zip(one, other, strict=True))


def _keys(rules: list[Misconception]) -> set[str]:
    parts = ("title", "teacher", "feedback")
    return {f"misconception.{rule.id}.{part}" for rule in rules for part in parts}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_misconception_is_told_in_each_language(locale: str) -> None:
    path = STARTER / "locales-parts" / f"misconceptions.{locale}.json"
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    assert set(texts) == _keys(catalogue())
    assert all(text.strip() == text and text for text in texts.values())


@pytest.mark.parametrize("locale", LOCALES)
def test_feedback_is_short_kind_and_holds_no_answer(locale: str) -> None:
    path = STARTER / "locales-parts" / f"misconceptions.{locale}.json"
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    for key, text in texts.items():
        if key.endswith(".feedback"):
            assert len(text) <= 160, key
            assert text.endswith((".", "?", "!", "؟")), key
            assert not re.search(r"wrong|mistake|umekosea|خطأ", text, re.IGNORECASE), key


def test_the_arabic_texts_are_arabic_and_no_language_repeats_another() -> None:
    texts = {
        locale: json.loads(
            (STARTER / "locales-parts" / f"misconceptions.{locale}.json").read_text("utf-8")
        )
        for locale in LOCALES
    }
    for key, text in texts["ar"].items():
        assert re.search(r"[\u0621-\u064a]", text), key
        assert len({texts[locale][key] for locale in LOCALES}) == len(LOCALES), key
