"""What a teacher would say where schools differ or pupils slip: one decision each."""

from __future__ import annotations

import pytest

from hub.kernels.answer import Form, Verdict, check

#: Given, expected, form, unit, verdict, reason.
DECISIONS: list[tuple[str, str, Form, str, Verdict, str]] = [
    # An improper fraction is a mixed number of the same value unless one of them is asked for.
    ("4/3", "1 1/3", "any", "", "right", ""),
    ("1 1/3", "4/3", "any", "", "right", ""),
    ("4/3", "1 1/3", "simplest", "", "right", ""),
    ("1 1/3", "4/3", "simplest", "", "right", ""),
    ("4/3", "1 1/3", "mixed", "", "wrong_form", "not_mixed"),
    ("1 1/3", "4/3", "mixed", "", "right", ""),
    ("1 1/3", "4/3", "fraction", "", "wrong_form", "not_fraction"),
    ("8/6", "4/3", "fraction", "", "right", ""),
    ("8/6", "4/3", "simplest", "", "wrong_form", "not_simplest"),
    ("1 2/6", "4/3", "simplest", "", "wrong_form", "not_simplest"),
    ("1 2/6", "4/3", "mixed", "", "right", ""),
    ("11/3", "1 1/3", "any", "", "wrong", ""),
    ("0 4/3", "1 1/3", "mixed", "", "wrong_form", "not_mixed"),
    ("2/3", "2/3", "mixed", "", "right", ""),
    ("-1 1/3", "-4/3", "any", "", "right", ""),
    ("-2/3", "-4/3", "any", "", "wrong", ""),
    ("1+1/3", "1 1/3", "any", "", "right", ""),
    ("1+1/3", "1 1/3", "mixed", "", "wrong_form", "not_mixed"),
    ("1⅓", "4/3", "mixed", "", "right", ""),
    ("1.33", "4/3", "any", "", "wrong", ""),
    ("4÷3", "4/3", "any", "", "right", ""),
    # A whole number as a fraction.
    ("6/1", "6", "any", "", "right", ""),
    ("6/1", "6", "whole", "", "wrong_form", "not_whole"),
    ("12/2", "6", "simplest", "", "wrong_form", "not_simplest"),
    ("6.0", "6", "any", "", "right", ""),
    ("6.0", "6", "whole", "", "wrong_form", "not_whole"),
    ("6", "6", "fraction", "", "right", ""),
    ("007", "7", "whole", "", "right", ""),
    # Signs of fractions.
    ("3/-4", "-3/4", "any", "", "right", ""),
    ("-3/-4", "3/4", "any", "", "right", ""),
    ("--3", "3", "any", "", "right", ""),
    # A ratio compares; it is no number, and a fraction is no ratio.
    ("1:15", "1/15", "any", "", "ambiguous", "two_readings"),
    ("1:15", "1 1/4", "any", "", "wrong", ""),
    ("1:15", "1.15", "any", "", "wrong", ""),
    ("6:2", "3", "any", "", "ambiguous", "two_readings"),
    ("1:15", "1:15", "any", "", "right", ""),
    ("2:30", "1:15", "any", "", "right", ""),
    ("2:30", "1:15", "simplest", "", "wrong_form", "not_simplest"),
    ("15:1", "1:15", "any", "", "wrong", ""),
    ("1/15", "1:15", "any", "", "wrong_form", "not_ratio"),
    ("1 to 15", "1:15", "simplest", "", "right", ""),
    ("0.5:7.5", "1:15", "any", "", "right", ""),
    ("0.5:7.5", "1:15", "simplest", "", "wrong_form", "not_simplest"),
    ("2:4:6", "1:2:3", "any", "", "right", ""),
    ("2:4:6", "1:2:3", "simplest", "", "wrong_form", "not_simplest"),
    ("1:2:3", "1:6", "any", "", "wrong", ""),
    ("1:3", "1:2:3", "any", "", "wrong", ""),
    ("12:4+1", "4", "any", "", "right", ""),
    # A time of day is neither.
    ("1:15", "1:15", "any", "clock", "right", ""),
    ("01:15", "1:15", "any", "clock", "right", ""),
    ("2:30", "1:15", "any", "clock", "wrong", ""),
    ("1.25", "1:15", "any", "clock", "unreadable", "unexpected"),
    # Percent, decimals, fractions.
    ("25%", "1/4", "any", "", "right", ""),
    ("25", "25%", "any", "%", "wrong_form", "unit_missing"),
    ("1/4", "25%", "any", "%", "wrong_form", "not_percent"),
    ("25", "1/4", "any", "", "wrong", ""),
    ("0.3", "1/3", "any", "", "wrong", ""),
    (".5", "1/2", "decimal", "", "right", ""),
    ("0.50", "1/2", "decimal", "", "right", ""),
    # Units and money.
    ("1.5 m", "150 cm", "any", "", "right", ""),
    ("1.5 m", "150", "any", "cm", "wrong_form", "unit_wrong"),
    ("$5", "5", "any", "", "wrong_form", "unit_unexpected"),
    ("500 cents", "$5", "any", "", "right", ""),
    ("90 min", "1 h 30 min", "any", "", "right", ""),
    ("1.3 h", "1 h 30 min", "any", "", "wrong", ""),
    # Half of x, or one over two x.
    ("1/2x", "x/2", "any", "", "right", ""),
    ("1/2x", "1/(2x)", "any", "", "ambiguous", "two_readings"),
    # Order counts in a pair and not in a list of solutions.
    ("(3,2)", "(2,3)", "any", "", "wrong", ""),
    ("3, 2", "2, 3", "any", "", "right", ""),
    ("2, 3", "(2,3)", "any", "", "wrong_form", "brackets"),
    ("2, 2, 3", "2, 3", "any", "", "wrong", ""),
]


@pytest.mark.parametrize(("given", "expected", "form", "unit", "verdict", "reason"), DECISIONS)
def test_an_answer_is_judged_as_a_teacher_would(
    given: str, expected: str, form: Form, unit: str, verdict: Verdict, reason: str
) -> None:
    told = check(given, expected, form=form, unit=unit)
    assert (told.verdict, told.reason) == (verdict, reason)


def test_there_are_sixty_decisions_and_no_two_about_one_answer() -> None:
    assert len({row[:4] for row in DECISIONS}) == len(DECISIONS) >= 60
