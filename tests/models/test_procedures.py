"""The wrong procedures: worked by hand, and right where they have no effect."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from models.domain.procedures import PROCEDURES
from models.domain.procedures.subtraction import column_subtraction

F = Fraction
#: Procedure, arguments, what is written; each worked out by hand.
WORKED: list[tuple[str, tuple[Any, ...], Any]] = [
    ("smaller_from_larger", (52, 17), 45),
    ("zero_instead_of_borrow", (52, 17), 40),
    ("borrow_no_decrement", (62, 44), 28),
    ("borrow_across_zero", (305, 9), 206),
    ("borrow_across_zero", (305, 19), 196),
    ("borrow_from_zero", (305, 9), 396),
    ("stops_borrow_at_zero", (305, 9), 306),
    ("zero_minus_digit_is_digit", (140, 21), 121),
    ("zero_minus_digit_is_zero", (140, 21), 120),
    ("digit_minus_zero_is_zero", (57, 20), 30),
    ("digit_minus_itself_is_digit", (48, 28), 28),
    ("double_decrement", (75, 28), 37),
    ("always_borrow_left", (535, 28), 417),
    ("quit_when_bottom_blank", (439, 14), 25),
    ("repeat_last_bottom_digit", (439, 14), 325),
    ("repeat_last_bottom_digit", (139, 24), None),
    ("counts_the_start", (15, 3), 13),
    ("addition_without_carry", (27, 35), 52),
    ("addition_writes_whole_sums", (27, 35), 512),
    ("addition_carries_the_units", (27, 35), 71),
    ("addition_left_aligned", (345, 27), 615),
    ("addition_of_all_digits", (27, 35), 17),
    ("addition_counts_the_start", (7, 4), 10),
    ("multiplication_without_carry", (27, 3), 61),
    ("multiplication_carry_added_first", (27, 3), 121),
    ("multiplication_rows_not_shifted", (23, 45), 207),
    ("multiplication_same_places_only", (23, 45), 815),
    ("multiplication_same_places_only", (23, 4), None),
    ("multiplication_zero_keeps_the_other", (204, 3), 642),
    ("division_each_digit_alone", (74, 3), (21, 1)),
    ("division_drops_inner_zero", (612, 6), (12, 0)),
    ("division_remainder_as_decimal", (17, 5), F(32, 10)),
    ("division_remainder_as_decimal", (15, 5), (3, 0)),
    ("division_remainder_too_large", (17, 5), (2, 7)),
    ("division_right_to_left", (74, 3), (42, 2)),
    ("division_each_digit_alone", (74, 0), None),
    ("written_as_spoken", (305,), 3005),
    ("written_without_zeros", (305,), 35),
    ("written_last_two_swapped", (345,), 354),
    ("digit_face_value", (345, 10), 4),
    ("digit_value_with_the_rest", (345, 10), 45),
    ("digit_place_counted_from_left", (3457, 100), 500),
    ("digit_place_counted_from_left", (34, 100), None),
    ("rounding_always_down", (347, 10), 340),
    ("rounding_always_up", (341, 10), 350),
    ("rounding_in_steps", (347, 100), 400),
    ("rounding_keeps_the_rest", (347, 10), 357),
    ("fraction_larger_numerator", (3, 8, 2, 3), 1),
    ("fraction_larger_denominator", (3, 8, 2, 3), 1),
    ("fraction_smaller_denominator", (1, 3, 7, 8), 1),
    ("fraction_gap", (2, 3, 7, 8), 0),
    ("fraction_larger_numbers", (4, 9, 2, 3), 1),
    ("mixed_number_side_by_side", (2, 1, 3), 7),
    ("mixed_number_side_by_side", (2, 1, 0), None),
    ("decimal_whole_number", (F(463, 100), 2, F(48, 10), 1), 1),
    ("decimal_longer_is_larger", (F(403, 100), 2, F(43, 10), 1), 1),
    ("decimal_zero_makes_small", (F(43, 10), 1, F(408, 100), 2), 1),
    ("decimal_zero_makes_small", (F(463, 100), 2, F(48, 10), 1), 1),
    ("decimal_shorter_is_larger", (F(3, 10), 1, F(47, 100), 2), 1),
    ("decimal_reciprocal", (F(3, 10), 1, F(4, 10), 1), 1),
    ("decimal_money", (F(44502, 10000), 4, F(445, 100), 2), 0),
    ("decimal_whole_number", (F(2), 0, F(31, 10), 1), -1),
    ("decimal_sum_right_aligned", (F(25, 10), 1, F(14, 100), 2), F(39, 100)),
    ("decimal_sum_parts_apart", (F(7, 10), 1, F(5, 10), 1), F(12, 100)),
    ("decimal_scaled_whole_part_only", (F(25, 10), 1), F(205, 10)),
    ("decimal_from_fraction_side_by_side", (1, 4), F(14, 10)),
    ("decimal_from_fraction_digits", (1, 4), F(14, 100)),
    ("integer_larger_magnitude", (-7, 3), 1),
    ("integer_negatives_by_magnitude", (-7, -3), 1),
    ("integer_negatives_by_magnitude", (-7, 3), -1),
    ("integer_sum_sign_of_first", (-3, 5), -8),
    ("integer_sum_two_minuses_plus", (-3, -5), 8),
    ("left_to_right", (9, 2, 3, 4), 40),
    ("addition_before_subtraction", (20, 2, 3, 4), 6),
    ("sum_and_difference_first", (9, 2, 3, 4), 16),
    ("letter_as_digit", (3, 4, 2), 36),
    ("terms_conjoined", (3, 2, 4), (9, 0)),
    ("coefficients_multiplied", (3, 2, 4), (12, 2)),
    ("clock_hands_swapped", (3, 40), (8, 15)),
    ("clock_minutes_as_numeral", (3, 40), (3, 8)),
    ("clock_nearest_hour", (3, 40), (4, 40)),
    ("duration_hundred_minutes", (3, 50, 5, 10), 160),
    ("duration_smaller_from_larger", (3, 50, 5, 10), 160),
    ("duration_smaller_from_larger", (3, 50, 6, 20), 210),
]


@pytest.mark.parametrize(("name", "arguments", "written"), WORKED)
def test_a_procedure_writes_what_was_worked_by_hand(
    name: str, arguments: tuple[Any, ...], written: Any
) -> None:
    assert PROCEDURES[name](*arguments) == written


def test_every_procedure_was_worked_by_hand() -> None:
    assert {name for name, *_ in WORKED} == set(PROCEDURES)


def test_column_subtraction_without_a_bug_subtracts() -> None:
    chance = Random(1)
    for _ in range(2000):
        a = chance.randint(0, 99_999)
        b = chance.randint(0, a)
        assert column_subtraction(a, b) == a - b


def test_subtraction_bugs_have_no_effect_where_nothing_is_borrowed() -> None:
    borrowing = {name for name, *_ in WORKED if "borrow" in name} | {"double_decrement"}
    for name in borrowing:
        assert PROCEDURES[name](987, 123) == 864, name


def test_subtraction_bugs_refuse_what_they_cannot_write() -> None:
    assert PROCEDURES["smaller_from_larger"](3, 5) is None
    assert PROCEDURES["counts_the_start"](-3, -5) is None


def test_whole_numbers_stay_whole_and_nothing_is_a_float() -> None:
    for name, arguments, _ in WORKED:
        written = PROCEDURES[name](*arguments)
        parts = written if isinstance(written, tuple) else (written,)
        assert all(isinstance(part, int | Fraction | None) for part in parts), name
