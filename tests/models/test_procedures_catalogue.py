"""The catalogue of misconceptions: every rule runs, shows itself, is told in each language."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from random import Random

import pytest

from tests.models.questions import QUESTIONS
from tests.models.rules import STARTER, Misconception, catalogue, entries

LOCALES = ("en", "sw", "ar")
FIELDS = {
    *("id", "family", "skills", "arguments", "rule", "source"),
    *("confusable_with", "remedy", "prevalence"),
}
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
        assert {"id", "family", "skills", "source"} <= set(entry) <= FIELDS, entry["id"]
        named = {*entry["skills"], *filter(None, [entry.get("remedy")])}
        assert named <= SKILLS, entry["id"]
        others = set(entry.get("confusable_with", ()))
        assert others <= set(ids) - {entry["id"]}, entry["id"]
        assert YEAR.search(entry["source"]), entry["id"]


def rules_of(family: str) -> list[Misconception]:
    """The rules that answer the family's own kind of question."""
    return [rule for rule in catalogue() if rule.family == family]


def test_at_least_sixty_rules_in_eight_families_can_be_run_on_any_question() -> None:
    runnable = {family: rules_of(family) for family in QUESTIONS}
    assert all(runnable.values())
    assert sum(map(len, runnable.values())) >= 60
    assert len(runnable) >= 8


def test_prevalences_are_shares_with_a_source() -> None:
    for entry in entries():
        for known in entry.get("prevalence", []):
            assert 0 < known["value"] < 1
            assert YEAR.search(known["source"])


@pytest.mark.parametrize("family", sorted(QUESTIONS))
def test_every_rule_shows_itself_and_can_be_told_from_its_neighbours(family: str) -> None:
    rules = rules_of(family)
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


def told(locale: str) -> dict[str, str]:
    """What the starter pack says of misconceptions in this language."""
    texts = json.loads((STARTER / "locales" / f"{locale}.json").read_text(encoding="utf-8"))
    return {key: text for key, text in texts.items() if key.startswith("misconception.")}


def _keys() -> set[str]:
    parts = ("title", "teacher", "feedback")
    return {f"misconception.{entry['id']}.{part}" for entry in entries() for part in parts}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_misconception_is_told_in_each_language(locale: str) -> None:
    texts = told(locale)
    assert set(texts) == _keys()
    assert all(text.strip() == text and text for text in texts.values())


@pytest.mark.parametrize("locale", LOCALES)
def test_feedback_is_short_kind_and_holds_no_answer(locale: str) -> None:
    for key, text in told(locale).items():
        if key.endswith(".feedback"):
            assert len(text) <= 160, key
            assert text.endswith((".", "?", "!", "؟")), key
            assert not re.search(r"wrong|mistake|umekosea|خطأ", text, re.IGNORECASE), key


def test_the_arabic_texts_are_arabic_and_no_language_repeats_another() -> None:
    texts = {locale: told(locale) for locale in LOCALES}
    for key, text in texts["ar"].items():
        assert re.search(r"[\u0621-\u064a]", text), key
        assert len({texts[locale][key] for locale in LOCALES}) == len(LOCALES), key
