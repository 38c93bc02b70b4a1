"""What the teacher's pages say: as much in every language, numbers and names in place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import pytest

import hub
from hub.insight import words as learners
from hub.insight.words import say
from hub.insight.words.teacher import TABLES, figure, isolated, listed, tell
from hub.insight.words.teacher.refusals import understood
from models.domain.locales import locale
from models.domain.messages import Message, MessageFault, Text, parse

LANGUAGES = ("en", "sw", "ar")


def table(tag: str) -> dict[str, str]:
    """Every word of a language as its files have it."""
    found: dict[str, str] = {}
    for path in sorted((TABLES / tag).glob("*.json")):
        words = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        assert not found.keys() & words.keys(), path
        found |= words
    return found


def messages(tag: str) -> dict[str, Message]:
    return {key: parse(text) for key, text in table(tag).items()}


def test_every_language_says_all_that_another_says() -> None:
    for tag in ("sw", "ar"):
        assert sorted(table(tag)) == sorted(table("en")), tag


def test_a_word_stands_in_the_file_that_its_key_begins_with() -> None:
    for tag in LANGUAGES:
        for path in (TABLES / tag).glob("*.json"):
            words = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
            assert [key for key in words if key.split(".")[0] != path.stem] == []


def test_no_word_of_a_teacher_is_a_learners_too() -> None:
    assert not table("en").keys() & learners.words("en").keys()


def test_every_language_has_the_same_slots_plurals_and_choices() -> None:
    english = messages("en")
    for tag in ("sw", "ar"):
        for key, own in messages(tag).items():
            assert own.slots == english[key].slots, (tag, key)
            assert own.selects == english[key].selects, (tag, key)
            assert own.plurals <= english[key].slots, (tag, key)


def test_every_plural_has_a_form_for_every_number() -> None:
    missing = {
        (tag, key): found
        for tag in LANGUAGES
        for key, one in messages(tag).items()
        if (found := one.missing_categories(locale(tag)))
    }
    assert missing == {}


def test_no_words_are_left_in_english() -> None:
    english = table("en")
    for tag in ("sw", "ar"):
        own = table(tag)
        same = {key for key, one in messages("en").items() if own[key] == english[key]}
        assert {key for key in same if has_words(messages("en")[key])} == set()


def has_words(message: Message) -> bool:
    return any(isinstance(one, Text) and re.search("[a-z]", one.text) for one in message.parts)


def test_a_span_of_time_is_counted_as_each_language_counts() -> None:
    # One number of each of CLDR's categories for Arabic: zero, one, two, few, many, other.
    assert [tell("ar", "ago.minutes", {"n": n}) for n in (1, 2, 3, 11, 100)] == [
        "قبل دقيقة",
        "قبل دقيقتين",
        "قبل ٣ دقائق",
        "قبل ١١ دقيقة",
        "قبل ١٠٠ دقيقة",
    ]
    assert tell("sw", "ago.minutes", {"n": 1}) == "dakika 1 iliyopita"
    assert tell("sw", "ago.minutes", {"n": 12}) == "dakika 12 zilizopita"
    assert tell("en", "ago.days", {"n": 1}) == "1 day ago"
    assert say("en", "ago.days", n=2) == "2 days ago"
    assert say("fr", "ago.days", n=2) == "2 days ago"


def test_a_number_with_places_has_the_languages_digits_and_its_sign_before_it() -> None:
    assert figure("en", -0.0125, 3) == "\N{MINUS SIGN}0.013"
    assert figure("en", 0.5, 3, is_signed=True) == "+0.500"
    assert figure("ar", -0.5, 1) == "\u2066\N{MINUS SIGN}٠٫٥\u2069"
    assert figure("ar", 1234.5, 1) == "1234.5".translate(str.maketrans("12345.", "١٢٣٤٥٫"))


def test_names_in_a_row_have_the_languages_comma() -> None:
    assert listed("sw", ["Amani", "Baraka"]) == "Amani, Baraka"
    assert listed("ar", ["أماني", "بركة"]) == "أماني، بركة"


@pytest.mark.parametrize("name", ["\u2069\u202eAmani", "Amani\u2068", "\u2067"])
def test_a_name_cannot_turn_the_words_around_it(name: str) -> None:
    bare = name.translate(dict.fromkeys(map(ord, "\u2067\u2068\u2069\u202e")))
    assert isolated(name, "ltr") == f"\u2068{bare}\u2069"
    assert isolated("\u2066\u202d3 + 4\u202c\u2069", "rtl") == (
        "\u2068\u2066\u202d3 + 4\u202c\u2069\u2069"
    )


def test_only_what_may_run_the_other_way_is_set_apart() -> None:
    for text in ("Amani", "6 × 7", ""):
        assert isolated(text, "ltr") == text
    for text in ("Amani", "6 × 7"):
        assert isolated(text, "rtl") == f"\u2068{text}\u2069"
    assert isolated("أماني", "rtl") == "أماني"
    assert isolated("أماني", "ltr")[1:-1] == "أماني"


def test_words_that_nobody_wrote_and_slots_left_empty_are_refused() -> None:
    with pytest.raises(KeyError):
        say("ar", "ago.never")
    with pytest.raises(MessageFault, match="nothing was given for 'n'"):
        tell("ar", "ago.days", {})


def test_a_pseudo_language_shows_what_is_not_a_word_of_the_table() -> None:
    assert tell("en-XA", "ago.days", {"n": 2}).startswith("[")
    assert tell("ar-XB", "menu.sign_out", {}) != tell("en", "menu.sign_out", {})


def raised() -> set[str]:
    """Every sentence that the hub's code holds, `{}` for what changes in it."""
    found = set()
    for path in Path(hub.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (one.value if isinstance(one, ast.Constant) else "{}"
                         for one in node.values)  # fmt: skip
                found.add("".join(map(str, parts)))
    return found


def test_the_english_of_a_refusal_is_a_sentence_that_the_hub_raises() -> None:
    english = {key: text for key, text in table("en").items() if key.startswith("fault.")}
    known = raised()
    assert [
        text for text in english.values() if re.sub(r"{\w+}", "{}", text) not in known
    ] == []


def test_a_refusal_is_understood_with_what_stands_in_it() -> None:
    assert understood("There is no class 7.") == ("fault.no_class_n", {"n": 7})
    assert understood("The hub cannot write to its disk: database or disk is full.") == (
        "fault.disk",
        {"why": "database or disk is full"},
    )
    hostile = "The class has a group called <b>\n{x} already. Choose another."
    assert understood(hostile) == ("fault.group_taken", {"name": "<b>\n{x}"})
    assert understood("Nobody wrote words for this.") is None
