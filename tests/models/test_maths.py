"""Mathematics as tokens: what authors write, what children see, what is refused."""
# Digits and signs of other scripts look like Latin letters, which is what the rule minds.

from __future__ import annotations

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.domain.locales import locale
from models.domain.maths import (
    AnyToken,
    Blank,
    Column,
    Group,
    Maths,
    MathsFault,
    Mixed,
    Number,
    Operator,
    Piece,
    Power,
    Sign,
    StackedFraction,
    Unit,
    Value,
    Variable,
    Words,
    parse_maths,
    plain,
    write,
)

UNITS = {"cm": "cm", "cm^2": "cm²", "deg": "°"}


def maths(notation: str, *values: Value, tag: str = "en") -> Maths:
    return write(parse_maths(notation), values, locale(tag), unit=UNITS.__getitem__)


def line(notation: str, *values: Value, tag: str = "en") -> str:
    return plain([maths(notation, *values, tag=tag)])


def tokens(notation: str, *values: Value) -> tuple[AnyToken, ...]:
    return maths(notation, *values).tokens


HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("notation", "values", "shown"),
    [
        ("{a} + {b} = ?", (3, 4), "3 + 4 = _"),
        ("{a} * {b} / 2 - 1", (3, 4), "3 × 4 ÷ 2 − 1"),
        ("{a} <= {b} < 3 >= 1 != 0", (1, 2), "1 ≤ 2 < 3 ≥ 1 ≠ 0"),
        ("{a}, {b}, ..., ?", (5, 10), "5, 10, …, _"),
        ("{a} : {b}", (2, 3), "2 : 3"),
        ("{x}", (Fraction(-3, 4),), "−3/4"),
        ("{x}", (Fraction(8, 4),), "2"),
        ("{x:d}", (Fraction(3, 4),), "0.75"),
        ("{x:d2}", (Fraction(7, 2),), "3.50"),
        ("{x:d1}", (Fraction(-1, 100),), "0.0"),
        ("{x:mixed}", (Fraction(7, 4),), "1 3/4"),
        ("{x:mixed}", (Fraction(-7, 4),), "−1 3/4"),
        ("{x:mixed}", (Fraction(3, 4),), "3/4"),
        ("{x:mixed}", (4,), "4"),
        ("{x:percent}", (Fraction(3, 40),), "7.5%"),
        ("?% + {a}", (1,), "_% + 1"),
        ("{y:plain}", (20260,), "20260"),
        ("{t:time}", (185,), "3:05"),
        ("{n}//{d}", (6, 8), "6/8"),
        ("{w} {n}//{d}", (1, 6, 8), "1 6/8"),
        ("? 3//?", (), "_ 3/_"),
        ("({a} + 1)//({b}x)", (2, 3), "(2 + 1)/(3x)"),
        ("{x}^{2} + x^2", (5, 2), "5^2 + x^2"),
        ("{x}^2", (-5,), "(−5)^2"),
        ("{x}^2", (HALF,), "(1/2)^2"),
        ("2^-3", (), "2^(−3)"),
        ("sqrt({a}) + pi", (9,), "√(9) + π"),
        ("{a} [cm] + ? [deg]", (3,), "3 cm + _°"),
        ("{a}x + {b}y = 0.50", (1, -1), "x − y = 0.50"),
        ("{a}x", (-1,), "−x"),
        ("{a}x + {b}", (0, 7), "7"),
        ("{b} + {a}x", (7, 0), "7"),
        ("{b} = {a}x", (7, 0), "7 = 0"),
        ("{a}x - {b}", (0, 7), "−7"),
        ("{a}x * 2", (0,), "0x × 2"),
        ("{a}({b} - 2)", (1, 3), "(3 − 2)"),
        ("{a}x", (HALF,), "1/2x"),
        ("{a} + {b}", (5, -3), "5 − 3"),
        ("{a} + ({b})", (5, -3), "5 + (−3)"),
        ("{a} - {b}", (5, -3), "5 − (−3)"),
        ("{a} - {b}x", (5, -3), "5 + 3x"),
        ("{a} * {b}", (-5, -3), "−5 × (−3)"),
        ("-{a}", (-5,), "−(−5)"),
        ("1 + 2 + ... + {n}", (9,), "1 + 2 + … + 9"),
        ("= {n}", (9,), "= 9"),
        ("-{a} + +{b}", (5, 3), "−5 + +3"),
        ("{a}{x} = {y}", (1, "n", "s"), "n = s"),
        ("3 × 4 ÷ 2 − π", (), "3 × 4 ÷ 2 − π"),
    ],
)
def test_a_line_is_written_as_schools_write_it(
    notation: str, values: tuple[Value, ...], shown: str
) -> None:
    assert line(notation, *values) == shown


def test_each_part_of_a_line_is_a_token_of_its_own() -> None:
    assert tokens("{a}x - {b:mixed} = ? [cm]", -2, Fraction(5, 3)) == (
        Sign("−"),
        Number("2"),
        Variable("x"),
        Operator("−"),
        Mixed((Number("1"),), (Number("2"),), (Number("3"),)),
        Operator("="),
        Blank(),
        Unit("cm", "cm"),
    )
    assert tokens("{n}//4 + {x}^2", 3, -1) == (
        StackedFraction((Number("3"),), (Number("4"),)),
        Operator("+"),
        Power((Group((Sign("−"), Number("1"))),), (Number("2"),)),
    )


def test_only_the_digits_and_separators_change_with_the_language() -> None:
    notation, values = "{a} + {x} = ?, {d:d}, {p:percent}", (12345, HALF, HALF, HALF)
    assert line(notation, *values, tag="ar") == "١٢٬٣٤٥ + ١/٢ = _، ٠٫٥، ٥٠٪"
    assert line(notation, *values, tag="fr") == "12\u202f345 + 1/2 = _; 0,5; 50%"
    kinds = [
        [type(one) for one in maths(notation, *values, tag=t).tokens] for t in ("ar", "sw")
    ]
    assert kinds[0] == kinds[1]


def test_marks_keep_arabic_sums_in_order_and_can_be_left_out() -> None:
    pieces: list[Piece] = [Words("احسب "), maths("{a} - {b}", 5, 3, tag="ar")]
    assert plain(pieces) == "احسب ٥ − ٣"
    assert plain(pieces, has_marks=True) == "احسب \u2066\u202d٥ − ٣\u202c\u2069"


def test_columns_align_by_place() -> None:
    (column,) = tokens("column({a} - {b} = {c})", 103, Fraction(7, 2), Fraction(199, 2))
    assert column == Column(
        rows=(("1", "0", "3", "", ""), ("", "", "3", ".", "5")),
        operator="−",
        result=("", "9", "9", ".", "5"),
    )
    assert tokens("column({a} * {b})", 12345, 67) == (
        Column((("1", "2", "3", "4", "5"), ("", "", "", "6", "7")), "×", ()),
    )
    (sum_,) = tokens("column({a:d2} + 0.5 + {b})", 2, 30)
    assert isinstance(sum_, Column)
    assert len({len(row) for row in sum_.rows}) == 1
    assert line("column({a} - {b} = {c})", 50, 8, 42) == "50 − 8 = 42"


@given(some.integers(0, 10**7), some.integers(0, 10**7), some.integers(0, 3))
def test_a_column_holds_its_numbers_digit_for_digit(a: int, b: int, places: int) -> None:
    x, y = Fraction(a, 10**places), Fraction(b)
    (column,) = maths("column({x} + {y})", x, y, tag="ar").tokens
    assert isinstance(column, Column)
    written = [locale("ar").number(one, is_grouped=False) for one in (x, y)]
    assert ["".join(row) for row in column.rows] == written
    units = [
        place
        for row, text in zip(column.rows, written, strict=True)
        for place in [next(n for n, one in enumerate(row) if one) + len(text.split("٫")[0])]
    ]
    assert len(set(units)) == 1


@pytest.mark.parametrize(
    ("notation", "position"),
    [
        ("", 0),
        ("{a", 0),
        ("{}", 0),
        ("{a:roman}", 0),
        ("3 4", 2),
        ("3 + * 4", 4),
        ("* 4", 0),
        ("3 * = 4", 4),
        ("3 + ", 4),
        ("(3 + 4", 0),
        ("3 + 4)", 5),
        ("()", 0),
        ("3 //", 4),
        ("// 3", 0),
        ("x^", 2),
        ("3 mangoes", 2),
        ("[c m]", 0),
        ("007", 0),
        ("3 $ 4", 2),
        ("column({a})", 0),
        ("column({a} / {b})", 11),
        ("column({a} + x)", 14),
        ("column({a} + {b}", 16),
        ("(" * 600, 500),
        ("(" * 400, 9),
    ],
)
def test_a_bad_notation_is_refused_with_its_place(notation: str, position: int) -> None:
    with pytest.raises(MathsFault) as caught:
        parse_maths(notation)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("notation", "values", "problem"),
    [
        ("{a} + {b}", (1,), "1 values for 2"),
        ("1 + {x:d}", (Fraction(1, 3),), "never ends"),
        ("{t:time}", (HALF,), "no time of day"),
        ("{t:time}", (-1,), "no time of day"),
        ("{x:d}", ("n",), "'n' is no number"),
        ("{a}{b}", (1, 2), "two numbers need a sign"),
        ("column({a} - {b})", (3, -1), "from 0 up"),
        ("column({a} - {b})", (3, "n"), "from 0 up"),
        ("column({a} - {b:mixed})", (3, HALF), "from 0 up"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    notation: str, values: tuple[Value, ...], problem: str
) -> None:
    with pytest.raises(MathsFault, match=problem):
        maths(notation, *values)


def test_a_unit_that_nobody_named_is_refused_by_its_key() -> None:
    with pytest.raises(KeyError, match="furlong"):
        maths("{a} [furlong]", 1)


def test_expressions_come_in_their_order() -> None:
    notation = parse_maths("{a * 2 + b} + {gcd(a, b):mixed} = { c :d2}")
    assert notation.expressions == ("a * 2 + b", "gcd(a, b)", "c")


def test_pieces_travel_as_short_lists_and_come_back_equal() -> None:
    pieces: tuple[Piece, ...] = (
        Words("Find "),
        maths("{x:mixed} + sqrt({a}^2) - column({a} + 4) = ? [cm]", Fraction(7, 4), 3, 2),
    )
    body = msgspec.json.encode(pieces)
    assert body.startswith(b'[["words","Find "],["maths",[["mixed",[["number","1"]],')
    assert msgspec.json.decode(body, type=tuple[Piece, ...]) == pieces


@given(some.text(some.sampled_from("{a}x23?()^/*+-=:, []cmsqrt%.d"), max_size=30))
def test_any_text_is_mathematics_or_a_fault_inside_it(source: str) -> None:
    try:
        notation = parse_maths(source)
        write(notation, [-2] * len(notation.expressions), locale("en"), unit=str)
    except MathsFault as fault:
        position = fault.position
    else:
        position = 0
    assert 0 <= position <= len(source)


@given(some.fractions(max_denominator=99), some.sampled_from(["", ":mixed"]))
def test_a_fraction_keeps_its_value_and_its_sign_outside(value: Fraction, form: str) -> None:
    shown = line("{x" + form + "}", value)
    size = sum(Fraction(part) for part in shown.replace("−", "").replace(",", "").split())
    assert shown.startswith("−") == (value < 0)
    assert size == abs(value)
