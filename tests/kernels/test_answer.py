"""The answer checker through its door: verdicts, forms, units, locales, places of faults."""

from __future__ import annotations

import pytest

from hub.kernels.answer import (
    MOST_SIGNS,
    Conventions,
    Form,
    Unread,
    check,
    check_batch,
    read,
    same,
)

ENGLISH = Conventions(".", ",")
FRENCH = Conventions(",", " ")
GERMAN = Conventions(",", ".")
ARABIC = Conventions("٫", "٬")


@pytest.mark.parametrize(
    ("given", "expected", "form", "reason"),
    [
        ("6/8", "3/4", "simplest", "not_simplest"),
        ("0.75", "3/4", "fraction", "not_fraction"),
        ("7/4", "7/4", "mixed", "not_mixed"),
        ("1/2", "0.5", "decimal", "not_decimal"),
        ("6/2", "3", "whole", "not_whole"),
        ("0.25", "25%", "percent", "not_percent"),
        ("3x + 2x + 5", "5x+5", "collected", "not_collected"),
        ("2(x+1)", "2x+2", "expanded", "not_expanded"),
        ("√8", "2sqrt(2)", "simplest", "not_simplest"),
        ("2x = 8", "x=4", "simplest", "not_solved"),
    ],
)
def test_a_right_value_in_another_form_is_told_apart(
    given: str, expected: str, form: Form, reason: str
) -> None:
    told = check(given, expected, form=form)
    assert (told.verdict, told.reason) == ("wrong_form", reason)
    assert check(expected, expected, form=form).verdict == "right" or form == "mixed"


@pytest.mark.parametrize(
    ("given", "verdict", "reason"),
    [
        ("12 cm", "right", ""),
        ("12cm", "right", ""),
        ("0.12 m", "wrong_form", "unit_wrong"),
        ("12", "wrong_form", "unit_missing"),
        ("12 kg", "wrong", "unit_wrong"),
        ("13 cm", "wrong", ""),
    ],
)
def test_a_unit_that_is_asked_for_is_looked_at(given: str, verdict: str, reason: str) -> None:
    told = check(given, "12", unit="cm")
    assert (told.verdict, told.reason) == (verdict, reason)


def test_decimal_places_and_tolerance_are_judged() -> None:
    assert check("0.75", "0.75", places=2).verdict == "right"
    assert check("0.750", "0.75", places=2).reason == "places"
    assert check("3.14", "pi", places=2).verdict == "right"
    assert check("3.15", "pi", places=2).verdict == "wrong"
    assert check("9.9", "10", tolerance="0.1").verdict == "right"
    assert check("9.89", "10", tolerance="0.1").verdict == "wrong"


@pytest.mark.parametrize(
    ("given", "expected", "conventions", "verdict"),
    [
        ("0,75", "0.75", FRENCH, "right"),
        ("٠٫٧٥", "0.75", ARABIC, "right"),
        ("\N{DEVANAGARI DIGIT ZERO}.७५", "0.75", ENGLISH, "right"),
        ("1,234", "1234", ENGLISH, "right"),
        ("12,34,567", "1234567", ENGLISH, "right"),
        ("1.234", "1234", GERMAN, "right"),
        ("1,234", "1.234", ENGLISH, "ambiguous"),
        ("0,75", "0.75", ENGLISH, "ambiguous"),
        ("1.234", "1.234", GERMAN, "ambiguous"),
        ("1,234", "5", ENGLISH, "wrong"),
        ("1\u202f234,5", "1234.5", FRENCH, "right"),
        ("(2,3)", "(2,3)", FRENCH, "right"),
    ],
)
def test_numbers_are_read_as_the_locale_writes_them(
    given: str, expected: str, conventions: Conventions, verdict: str
) -> None:
    assert check(given, expected, conventions=conventions).verdict == verdict


@pytest.mark.parametrize(
    ("given", "at", "reason"),
    [
        ("", -1, "empty"),
        ("3 +", 3, "missing_operand"),
        ("2 § 3", 2, "unexpected"),
        ("banana", 0, "unknown_word"),
        ("(1+2", 0, "not_closed"),
        ("1/0", 0, "division_by_zero"),
        ("1" * (MOST_SIGNS + 1), MOST_SIGNS, "too_long"),
        ("(" * 60 + "1" + ")" * 60, 24, "too_deep"),
        ("9" * 40, 0, "too_large"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(given: str, at: int, reason: str) -> None:
    told = check(given, "1")
    assert (told.verdict, told.at, told.reason) == ("unreadable", at, reason)


def test_a_tower_of_powers_is_never_worked_out() -> None:
    assert check("9^9^9", "1").verdict in {"wrong", "unreadable"}


def test_what_was_understood_reads_the_same_again() -> None:
    for text in ("6/8", "x+1+x", "√8", "x = 4", "(-∞, 3]", "2, -2", "sin(2x)", "(x+1)/(y+2)"):
        plain = read(text)
        assert isinstance(plain, str)
        assert read(plain) == plain
    assert read("6/8") == read("¾") == "3/4"
    assert read("3 +") == Unread(3, "missing_operand")


def test_a_clock_shows_one_time_and_not_a_ratio() -> None:
    assert check("2:30", "2:30", unit="clock").verdict == "right"
    assert check("1:15", "2:30", unit="clock").verdict == "wrong"


def test_an_expected_answer_that_cannot_be_read_is_the_authors_fault() -> None:
    with pytest.raises(ValueError, match="expected is 3 \\+"):
        check("3", "3 +")
    with pytest.raises(ValueError, match="unit is furlongs"):
        check("3", "3", unit="furlongs")
    with pytest.raises(ValueError, match="entries"):
        check_batch(["1"], [])


def test_many_answers_are_checked_as_one_is() -> None:
    told = check_batch(["3/4", "3/5"], ["0.75", "0.75"])
    assert [each.verdict for each in told] == ["right", "wrong"]
    given, expected = ["x+1", "y", "1/3", "2(x+1)/2"], ["x+1", "x+1", "0.5", "x+1"]
    assert check_batch(given, expected) == [
        check(one, other) for one, other in zip(given, expected, strict=True)
    ]
    assert same("2(x+1)", "2x+2")
    assert not same("x", "y")
