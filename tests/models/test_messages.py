"""Messages: slots, plurals, choices, quotes, and what is refused with its place."""
# Digits and signs of other scripts look like Latin letters, which is what the rule minds.

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.domain.locales import MINUS, locale
from models.domain.maths import Maths, Number, Sign, StackedFraction, Words, plain
from models.domain.messages import (
    DEEPEST,
    Argument,
    MessageFault,
    fill,
    parse,
    pseudo,
)

MANGOES = "{n, plural, =0 {no mangoes} one {# mango} other {# mangoes}}"
ARABIC = (
    "{n, plural, zero {لا تفاح} one {تفاحة} two {تفاحتان} few {# تفاحات} "
    "many {# تفاحة} other {# تفاحة}}"
)


def text(message: str, tag: str = "en", **arguments: Argument) -> str:
    return plain(fill(parse(message), arguments, locale(tag)))


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "no mangoes"), (1, "1 mango"), (12345, "12,345 mangoes"), (Fraction(2), "2 mangoes")],
)
def test_a_plural_follows_its_number(count: int | Fraction, words: str) -> None:
    assert text(f"Amina has {MANGOES}.", n=count) == f"Amina has {words}."


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "لا تفاح"),
        (1, "تفاحة"),
        (2, "تفاحتان"),
        (3, "٣ تفاحات"),
        (11, "١١ تفاحة"),
        (100, "١٠٠ تفاحة"),
    ],
)
def test_arabic_has_six_plurals_and_its_own_digits(count: int, words: str) -> None:
    assert text(ARABIC, "ar", n=count) == words


def test_an_exact_branch_goes_before_a_category() -> None:
    assert text("{n, plural, one {one} =1 {exactly one} other {more}}", n=1) == "exactly one"


def test_a_missing_category_takes_the_last_resort() -> None:
    assert text("{n, plural, one {# a} other {# b}}", "ar", n=2) == "٢ b"


def test_a_plural_stands_inside_a_select() -> None:
    message = (
        "{who, select, girl {She has {n, plural, one {# pen} other {# pens}}} "
        "other {They have {n, plural, one {# pen} other {# pens}}}}"
    )
    assert text(message, who="girl", n=1) == "She has 1 pen"
    assert text(message, who="boy", n=4) == "They have 4 pens"
    assert parse(message).slots == {"who", "n"}
    assert parse(message).plurals == {"n"}
    assert parse(message).selects == {"who": {"girl", "other"}}


def test_the_inner_plural_owns_the_count_sign() -> None:
    message = "{a, plural, other {# and {b, plural, other {#}}}}"
    assert text(message, a=2, b=5) == "2 and 5"


def test_a_count_sign_that_no_plural_owns_is_a_sign() -> None:
    assert text("Room #{n}", n=4) == "Room #4"


def test_a_count_sign_in_a_select_in_a_plural_is_refused() -> None:
    message = "{n, plural, other {{g, select, other {# cups}}}}"
    with pytest.raises(MessageFault, match=r"write \{n\}") as caught:
        parse(message)
    assert caught.value.position == message.index("#")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Don't", "Don't"),
        ("Don''t", "Don't"),
        ("a '{b}' c", "a {b} c"),
        ("'{it''s}'", "{it's}"),
        ("end'", "end'"),
        ("{n, plural, other {'#' is #}}", "# is 7"),
        ("'#' is {n}", "'#' is 7"),
        ("'{'{n}'}'", "{7}"),
    ],
)
def test_quotes_follow_icu(message: str, words: str) -> None:
    assert text(message, n=7) == words


@pytest.mark.parametrize(
    ("message", "position"),
    [
        ("a {", 3),
        ("a {n", 4),
        ("a } b", 2),
        ("{}", 1),
        ("{n, number}", 4),
        ("{n, plural}", 10),
        ("{n, plural, one {a}}", 19),
        ("{n, plural, other {a} other {b}}", 22),
        ("{n, plural, single {a} other {b}}", 12),
        ("{n, plural, =x {a} other {b}}", 13),
        ("{n, plural, =" + "9" * 3000 + " {a} other {b}}", 13),
        ("{n, plural, other a}", 18),
        ("{n, plural, other {a}", 21),
        ("{g, select, a {b}}", 17),
        ("an '{open quote", 3),
        ("{n, plural, offset:1 other {#}}", 12),
    ],
)
def test_a_bad_message_is_refused_with_its_place(message: str, position: int) -> None:
    with pytest.raises(MessageFault) as caught:
        parse(message)
    assert caught.value.position == position
    assert f"character {position + 1}" in str(caught.value)


def test_a_message_nested_without_end_is_refused() -> None:
    with pytest.raises(MessageFault, match=f"more than {DEEPEST}"):
        parse("{n, select, other {" * 200)


@pytest.mark.parametrize(
    ("message", "arguments", "problem"),
    [
        ("Hi {name}", {}, "'name'"),
        (MANGOES, {}, "'n'"),
        (MANGOES, {"n": "three"}, "'n' must be a number"),
        ("{g, select, other {x}}", {"g": 3}, "'g' must be one word"),
    ],
)
def test_filling_asks_for_what_is_missing(
    message: str, arguments: dict[str, Argument], problem: str
) -> None:
    with pytest.raises(MessageFault, match=problem):
        fill(parse(message), arguments, locale("en"))


def test_mathematics_goes_in_as_it_is_and_words_are_joined() -> None:
    sum_ = Maths((Number("1"),))
    pieces = fill(
        parse("{who} has {x} of {sum}, {n}."),
        {"who": "Juma", "x": Fraction(-3, 4), "sum": sum_, "n": 5},
        locale("sw"),
    )
    assert [type(one) for one in pieces] == [Words, Maths, Words, Maths, Words]
    assert pieces[0] == Words("Juma has ")
    assert pieces[3:] == (sum_, Words(", 5."))
    assert isinstance(pieces[1], Maths)
    assert pieces[1].tokens[1] == StackedFraction((Number("3"),), (Number("4"),))


def test_a_minus_stays_on_the_left_of_its_number_among_arabic_words() -> None:
    pieces = fill(parse("{n} {m}"), {"n": -7, "m": 7}, locale("ar"))
    seven = locale("ar").number(7)
    assert pieces == (Maths((Sign(MINUS), Number(seven))), Words(f" {seven}"))


def test_several_pieces_go_into_one_slot() -> None:
    choices = (Words("1 or "), Maths((Number("2"),)), Words("?"))
    pieces = fill(parse("Is it {choices} Say."), {"choices": choices}, locale("en"))
    assert pieces == (Words("Is it 1 or "), Maths((Number("2"),)), Words("? Say."))


def test_an_empty_message_has_no_pieces() -> None:
    assert fill(parse(""), {}, locale("en")) == ()


def test_missing_categories_are_named_for_each_language() -> None:
    assert parse(MANGOES).missing_categories(locale("en")) == ()
    assert parse(MANGOES).missing_categories(locale("sw")) == ()
    missing = parse(MANGOES).missing_categories(locale("ar"))
    assert missing == (("n", "few"), ("n", "many"), ("n", "two"))
    assert parse(ARABIC).missing_categories(locale("ar")) == ()
    exact = "{n, plural, =0 {a} =1 {b} =2 {c} few {d} many {e} other {f}}"
    assert parse(exact).missing_categories(locale("ar")) == ()
    assert parse("{n, plural, =1 {a} other {b}}").missing_categories(locale("fr")) == (
        ("n", "many"),
        ("n", "one"),
    )


def test_the_pseudo_language_changes_words_and_keeps_slots() -> None:
    message = pseudo(parse(f"{{name}} has {MANGOES} '{{}}'"), "en-XA")
    assert message.slots == {"name", "n"}
    shown = plain(fill(message, {"name": "Amina", "n": 1}, locale("en-XA")))
    assert shown.startswith("[Amina ĥ")
    assert shown.endswith("{}]")
    assert "1 ɱ" in shown
    assert "mango" not in shown


NAMES = some.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
PARTS = some.one_of(
    some.text(some.characters(exclude_characters="{}'#", codec="utf-8"), max_size=12).map(
        lambda words: (words, None)
    ),
    NAMES.map(lambda name: (f"{{{name}}}", name)),
)


@given(some.lists(PARTS, max_size=12))
def test_filling_never_loses_a_slot(parts: list[tuple[str, str | None]]) -> None:
    names = [name for _, name in parts if name]
    message = parse("".join(source for source, _ in parts))
    arguments = {name: f"<{place}>" for place, name in enumerate(dict.fromkeys(names))}
    assert message.slots == set(names)
    shown = plain(fill(message, arguments, locale("en")))
    assert shown == "".join(arguments[name] if name else source for source, name in parts)


@given(some.text(some.sampled_from("{}',#= n plural,select other one x\n"), max_size=60))
def test_any_text_is_a_message_or_a_fault_inside_it(source: str) -> None:
    try:
        slots = parse(source).slots
    except MessageFault as fault:
        position = fault.position
    else:
        position = 0
        assert all(name in source for name in slots)
    assert 0 <= position <= len(source)
