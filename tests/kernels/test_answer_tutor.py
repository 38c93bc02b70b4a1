"""Answers as the text boxes of mathematics tutors take them: each one can be read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hub.kernels.answer import check

ANSWERS = Path(__file__).with_name("tutor_answers.txt")


def answers() -> list[str]:
    """The answers, one on each line of the file."""
    return ANSWERS.read_text("utf-8").splitlines()


def is_read(text: str) -> bool:
    """Whether an answer is read and equals itself."""
    try:
        return check(text, text).verdict == "right"
    except ValueError:
        return False


def test_answers_of_tutors_are_read_and_equal_themselves() -> None:
    known = answers()
    assert len(known) == len(set(known)) >= 300
    missed = [text for text in known if not is_read(text)]
    assert len(missed) <= 0.03 * len(known), missed


def test_no_answer_of_them_is_taken_for_the_one_after_it() -> None:
    known = [text for text in answers() if is_read(text)]
    verdicts = [check(one, other).verdict for one, other in pairwise(known)]
    assert verdicts.count("right") <= 0.1 * len(known)
    whole = [text for text in known if text.lstrip("-").isdigit()]
    assert len(whole) >= 4
    for one in whole:
        for other in whole:
            assert (check(one, other).verdict == "right") == (int(one) == int(other))
