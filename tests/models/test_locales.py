"""How each language writes numbers: digits, separators, groups, plural categories."""
# ruff: noqa: RUF001 - digits of other scripts look like Latin letters, and are meant

from __future__ import annotations

import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.domain.locales import (
    ZEROS,
    Locale,
    LocaleFault,
    fallback,
    finite_places,
    locale,
    pseudo_words,
)

TAGS = [
    "en",
    "sw",
    "ar",
    "fa",
    "ur",
    "bn",
    "ne",
    "my",
    "hi",
    "am",
    "fr",
    "pt",
    "ha",
    "so",
    "yo",
]


def read(text: str, language: Locale) -> Fraction:
    """The number that `text` writes, by Unicode's own digit values."""
    for sign, plain in ((language.group, ""), (language.decimal, "."), (language.minus, "-")):
        text = text.replace(sign, plain)
    return Fraction("".join(str(unicodedata.decimal(one, one)) for one in text))


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        ("en", 1234, "1234"),
        ("en", 12345, "12,345"),
        ("en", Fraction(-3, 4), "−0.75"),
        ("sw", 1234567, "1,234,567"),
        ("sw-CD", Fraction(1, 2), "0,5"),
        ("ar", 12345, "١٢٬٣٤٥"),
        ("ar", Fraction(3, 4), "٠٫٧٥"),
        ("ar-EG", 907, "٩٠٧"),
        ("ar-MA", Fraction(3, 4), "0,75"),
        ("fa", Fraction(12345, 10), "۱۲۳۴٫۵"),
        ("ur", 12345, "12,345"),
        ("bn", 1234567, "১২,৩৪,৫৬৭"),
        ("ne", 12345, "१२,३४५"),
        ("hi", 1234567890, "1,23,45,67,890"),
        ("my", 10, "၁၀"),
        ("fr", Fraction(123456, 10), "12\u202f345,6"),
    ],
)
def test_each_language_writes_numbers_its_own_way(
    tag: str, value: int | Fraction, text: str
) -> None:
    assert locale(tag).number(value) == text


@given(some.sampled_from(TAGS), some.integers(-(10**12), 10**12), some.integers(0, 6))
def test_a_number_reads_back_from_every_language(tag: str, top: int, places: int) -> None:
    value = Fraction(top, 10**places)
    assert read(locale(tag).number(value), locale(tag)) == value
    assert read(locale(tag).number(value, is_grouped=False), locale(tag)) == value


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(7, 2), 2, "3.50"),
        (3, 2, "3.00"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "−0.13"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(999, 1000), 2, "1.00"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(99_999_5, 10), 0, "100,000"),
    ],
)
def test_places_round_half_away_from_zero(
    value: int | Fraction, places: int, text: str
) -> None:
    assert locale("en").number(value, places=places) == text


def test_a_number_that_never_ends_is_refused_without_places() -> None:
    with pytest.raises(ValueError, match="1/3 never ends"):
        locale("en").number(Fraction(1, 3))


def test_years_stand_without_groups() -> None:
    assert locale("en").number(20260, is_grouped=False) == "20260"


@given(some.integers(-(10**6), 10**6), some.integers(1, 10**4))
def test_finite_places_are_as_few_as_write_the_value(top: int, bottom: int) -> None:
    value = Fraction(top, bottom)
    places = finite_places(value)
    if places is None:
        assert (value * 10**40).denominator != 1
    else:
        assert (value * 10**places).denominator == 1
        assert places == 0 or (value * 10 ** (places - 1)).denominator != 1


def test_times_of_day_have_two_digits_of_minutes() -> None:
    assert locale("en").time(185) == "3:05"
    assert locale("ar").time(12 * 60 + 30) == "١٢:٣٠"
    with pytest.raises(ValueError, match="-1 minutes"):
        locale("en").time(-1)


@pytest.mark.parametrize(
    ("value", "category"),
    [
        (0, "zero"),
        (1, "one"),
        (2, "two"),
        (3, "few"),
        (10, "few"),
        (11, "many"),
        (99, "many"),
        (100, "other"),
        (103, "few"),
        (Fraction(1, 2), "other"),
        (Fraction(4, 2), "two"),
    ],
)
def test_arabic_tells_six_categories_apart(value: int | Fraction, category: str) -> None:
    assert locale("ar").plural(value) == category


def test_a_language_says_which_categories_it_has() -> None:
    assert locale("ar").categories == {"zero", "one", "two", "few", "many", "other"}
    assert locale("sw").categories == {"one", "other"}
    assert locale("my").categories == {"other"}
    assert locale("en").plural(Fraction(1, 3)) == "other"
    assert locale("fr").plural(Fraction(3, 2)) == "one"


def test_a_language_says_where_its_lines_begin() -> None:
    rtl = {tag for tag in TAGS if locale(tag).direction == "rtl"}
    assert rtl == {"ar", "fa", "ur"}


def test_lists_part_their_numbers_where_the_comma_is_taken() -> None:
    assert [locale(tag).list_separator for tag in ("en", "fr", "ar", "ur")] == [
        ",",
        ";",
        "،",
        "،",
    ]
    assert [locale(tag).percent for tag in ("en", "ar", "fa")] == ["%", "٪", "٪"]


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
def test_every_map_of_digits_is_ten_digits_in_order(zero: str) -> None:
    digits = [chr(ord(zero) + n) for n in range(10)]
    assert [unicodedata.decimal(one) for one in digits] == list(range(10))


@pytest.mark.parametrize("tag", ["xx", "", "EN", "en_US", "../sw", "sw-ke", "zzz-KE", "e" * 99])
def test_an_unknown_language_is_refused_by_name(tag: str) -> None:
    with pytest.raises(LocaleFault, match=f"'{tag}'"):
        locale(tag)


def test_a_country_that_nobody_listed_writes_as_its_language_does() -> None:
    assert locale("sw-ZW").number(12345) == "12,345"
    assert locale("sw-ZW").tag == "sw-ZW"


def test_words_fall_back_from_the_country_to_the_language() -> None:
    assert fallback("sw-KE") == ("sw-KE", "sw")
    assert fallback("zh-Hant-TW") == ("zh-Hant-TW", "zh-Hant", "zh")
    assert fallback("ar-XB") == ("ar-XB", "en")


def test_the_pseudo_languages_write_english_numbers() -> None:
    assert locale("en-XA").number(12345) == locale("ar-XB").number(12345) == "12,345"
    assert locale("ar-XB").direction == "rtl"
    assert locale("ar-XB").plural(2) == "other"


@given(some.text(some.sampled_from("abcdefghijklmnopqrstuvwxyzABC ,.3"), max_size=200))
def test_the_accented_language_is_two_fifths_longer(words: str) -> None:
    letters = sum(one.isalpha() for one in words)
    assert len(pseudo_words(words, "en-XA")) == len(words) + 2 * letters // 5


def test_the_reversed_language_turns_each_word_and_nothing_else() -> None:
    assert pseudo_words("I ate 3, you 4", "ar-XB") == (
        "\u202eI\u202c \u202eate\u202c 3, \u202eyou\u202c 4"
    )
    with pytest.raises(LocaleFault, match="'sw' is no pseudo-language"):
        pseudo_words("mango", "sw")
