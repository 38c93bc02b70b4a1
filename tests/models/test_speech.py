"""What a voice says: complete in three languages, honest about the others."""
# Digits and signs of other scripts look like Latin letters, which is what the rule minds.

from __future__ import annotations

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.domain.locales import locale
from models.domain.maths import MathsFault, Value, Words, parse_maths, write
from models.domain.notation import SIGNS
from models.domain.speech import TABLES, Spoken, Table, speak, spoken_languages, table

LANGUAGES = ("en", "sw", "ar")
HALF = Fraction(1, 2)


def spoken(tag: str, notation: str, *values: Value) -> Spoken:
    language = locale(tag)
    return speak([write(parse_maths(notation), values, language, unit=str)], language)


def said(tag: str, notation: str, *values: Value) -> str:
    return spoken(tag, notation, *values).text


@pytest.mark.parametrize(
    ("notation", "values", "en", "sw", "ar"),
    [
        (
            "3 + ? = {x}",
            (12345,),
            "3 plus what number equals 12345",
            "3 kujumlisha namba gani ni sawa na 12345",
            "3 زائد أي عدد يساوي 12345",
        ),
        ("{x:d}", (Fraction(3, 4),), "0 point 7 5", "0 nukta 7 5", "0 فاصلة 7 5"),
        ("{x}", (HALF,), "one half", "nusu", "نصف"),
        ("{x}", (Fraction(3, 4),), "3 quarters", "robo 3", "3 أرباع"),
        ("{x}", (Fraction(-2, 3),), "minus 2 thirds", "hasi theluthi 2", "سالب ثلثان"),
        ("{x}", (Fraction(11, 12),), "11 over 12", "sehemu 11 ya 12", "11 على 12"),
        ("?//4", (), "what number over 4", "sehemu namba gani ya 4", "أي عدد على 4"),
        (
            "{x:mixed}",
            (Fraction(7, 4),),
            "1 and 3 quarters",
            "1 na robo 3",
            "1 و3 أرباع",
        ),
        ("{p:percent}", (HALF,), "50 percent", "asilimia 50", "50 في المئة"),
        ("{a} [cm]", (1,), "1 centimetre", "sentimita 1", "سنتيمتر واحد"),
        ("{a} [cm]", (3,), "3 centimetres", "sentimita 3", "3 سنتيمترات"),
        (
            "{a} [cm2]",
            (3,),
            "3 square centimetres",
            "sentimita za mraba 3",
            "3 سنتيمترات مربعة",
        ),
        ("? [cm]", (), "how many centimetres", "sentimita ngapi", "كم سنتيمترًا"),
        ("{x} [h]", (HALF,), "one half of an hour", "nusu saa", "نصف ساعة"),
        ("-5 [deg]", (), "minus 5 degrees", "nyuzi hasi 5", "سالب 5 درجات"),
        (
            "({x})^2 <= sqrt(9)",
            ("n",),
            "open bracket n close bracket squared is less than or equal to "
            "the square root of 9",
            "fungua mabano n funga mabano kipeo cha 2 ni ndogo kuliko au sawa na "
            "kipeuo cha pili cha 9",
            "افتح القوس n أغلق القوس تربيع أصغر من أو يساوي الجذر التربيعي لـ 9",
        ),
        ("2, 4, ...", (), "2, 4, and so on", "2, 4, na kuendelea", "2، 4، وهكذا"),
        (
            "column({a} - {b} = 9)",
            (17, 8),
            "17 minus 8 equals 9",
            "17 kutoa 8 ni sawa na 9",
            "17 ناقص 8 يساوي 9",
        ),
        ("{t:time}", (185,), "3:05", "3:05", "3:05"),
    ],
)
def test_mathematics_is_said_in_three_languages(
    notation: str, values: tuple[Value, ...], en: str, sw: str, ar: str
) -> None:
    assert tuple(said(tag, notation, *values) for tag in LANGUAGES) == (en, sw, ar)


def test_numbers_in_words_are_said_with_western_digits() -> None:
    assert speak([Words("عدد التلاميذ ١٢٬٣٤٥ تلميذًا")], locale("ar")).text == (
        "عدد التلاميذ 12345 تلميذًا"
    )
    assert speak([Words("Bei ni 2.50, au 3, 4.")], locale("sw")).text == (
        "Bei ni 2 nukta 5 0, au 3, 4."
    )


def test_a_language_without_a_table_speaks_english_mathematics_and_says_so() -> None:
    language = locale("fr")
    sum_ = write(parse_maths("1 + {x:d}"), [HALF], language, unit=str)
    result = speak([Words("Calcule 2,5 : "), sum_], language)
    assert result == Spoken("Calcule 2,5 : 1 plus 0 point 5", "en", is_fallback=True)


def test_a_country_speaks_as_its_language_does() -> None:
    assert spoken("sw-KE", "1 + 2") == Spoken("1 kujumlisha 2", "sw", is_fallback=False)
    assert spoken("en-XA", "1 + 2") == Spoken("1 plus 2", "en", is_fallback=False)


def test_three_languages_have_whole_tables() -> None:
    assert spoken_languages() == set(LANGUAGES)
    english = table("en")
    for tag in LANGUAGES:
        own = table(tag)
        assert own.operators.keys() == set(SIGNS.values())
        assert own.units.keys() == english.units.keys()
        for key, forms in own.units.items():
            assert "other" in forms, (tag, key)
            assert "{n}" in forms["other"], (tag, key)


def test_every_arabic_unit_has_a_form_for_each_category() -> None:
    for key, forms in table("ar").units.items():
        assert forms.keys() == locale("ar").categories | {"part"}, key


def test_a_table_with_a_gap_is_refused() -> None:
    whole = msgspec.json.decode((TABLES / "sw.json").read_bytes())
    del whole["blank"]
    with pytest.raises(msgspec.ValidationError, match="blank"):
        msgspec.convert(whole, type=Table)


def test_a_unit_without_a_name_is_said_as_it_is_written() -> None:
    assert said("en", "{a} [furlong]", 3) == "3 furlong"


@given(some.text(some.sampled_from("{a}x23?()^/*+-=:, []cmsqrt%.d"), max_size=30))
def test_every_line_that_can_be_written_can_be_said(source: str) -> None:
    try:
        notation = parse_maths(source)
        values = [-2] * len(notation.expressions)
        line = write(notation, values, locale("ar"), unit=str)
    except MathsFault:
        return
    result = speak([line], locale("ar"))
    assert result.text
    assert not any(sign in result.text for sign in "×÷−≤≥≠√_٠١٢٣٤٥٦٧٨٩")
