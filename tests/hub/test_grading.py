"""Reading what children write: any script's digits, and nothing that is not a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.lesson.grading import LONGEST_NUMBER, Verdict, grade, read_whole_number
from models.domain.pack import Item
from models.domain.templates import Difference, Product

SCRIPTS = {
    "Latin": "0123456789",
    "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩",
    "Persian": "۰۱۲۳۴۵۶۷۸۹",
    "Devanagari": "०१२३४५६७८९",
    "Bengali": "০১২৩৪৫৬৭৮৯",
    "full width": "\N{FULLWIDTH DIGIT ZERO}\N{FULLWIDTH DIGIT ONE}",
}
READ = {
    "7": 7,
    " 12 ": 12,
    "1 000": 1000,
    "1\N{NO-BREAK SPACE}000": 1000,
    "1\N{NARROW NO-BREAK SPACE}000": 1000,
    "007": 7,
    "-3": -3,
    "\N{MINUS SIGN}3": -3,
    "- 3": -3,
    "-0": 0,
    "٤٢": 42,
    "४२": 42,
    "৪২": 42,
    "-٤٢": -42,
    "4٢": 42,
    "9" * LONGEST_NUMBER: 10**LONGEST_NUMBER - 1,
}
UNREADABLE = [
    "",
    " ",
    "-",
    "--3",
    "+3",
    "3-",
    "seven",
    "1,000",
    "1.0",
    "1e3",
    "0x10",
    "½",
    "²",
    "\N{ROMAN NUMERAL SEVEN}",
    "\N{CIRCLED DIGIT SEVEN}",
    "3 apples",
    "\0",
    "nan",
    "9" * (LONGEST_NUMBER + 1),
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_digit_of_a_script_is_read(script: str) -> None:
    for number, digit in enumerate(SCRIPTS[script]):
        assert read_whole_number(digit) == number
        assert read_whole_number(f"{SCRIPTS[script][1]}{digit}") == 10 + number


@pytest.mark.parametrize("text", READ)
def test_a_number_is_read_as_it_was_meant(text: str) -> None:
    assert read_whole_number(text) == READ[text]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_whole_number_is_not_guessed_at(text: str) -> None:
    assert read_whole_number(text) is None


@given(st.text() | st.text("0123456789-\N{MINUS SIGN} ٣५৭", max_size=20))
def test_any_text_is_a_number_of_at_most_twelve_digits_or_none(text: str) -> None:
    number = read_whole_number(text)
    assert number is None or abs(number) < 10**12


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.sampled_from(list(SCRIPTS.values())[:5]))
def test_a_number_written_in_any_script_is_that_number(number: int, digits: str) -> None:
    written = "".join(digits[int(one)] for one in str(abs(number)))
    assert read_whole_number(f"-{written}" if number < 0 else written) == number


def test_the_verdict_comes_from_template_and_seed_alone() -> None:
    item = Item(id="i", skills=("s",), template=Product(a=(3, 3), b=(4, 4)))
    assert grade(item, 5, "12") == Verdict(is_right=True, expected="12")
    assert grade(item, 5, "١٢") == Verdict(is_right=True, expected="12")
    assert grade(item, 5, "13") == Verdict(is_right=False, expected="12")
    assert grade(item, 5, "-12") == Verdict(is_right=False, expected="12")
    assert grade(item, 5, "twelve") == Verdict(is_right=None, expected="12")


@given(st.integers(0, 2**53 - 1), st.text(max_size=512))
def test_grading_never_fails_whatever_is_answered(seed: int, answer: str) -> None:
    item = Item(id="i", skills=("s",), template=Difference(a=(0, 10_000), b=(0, 10_000)))
    verdict = grade(item, seed, answer)
    assert grade(item, seed, verdict.expected).is_right is True
