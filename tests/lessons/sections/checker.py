"""The answer checker against its bars: beside sympy, fuzzed, timed, in ten locales' digits."""

from __future__ import annotations

from random import Random
from time import process_time, thread_time_ns

from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from hub.kernels.answer import Conventions, check
from tests.kernels.expressions import pairs
from tests.kernels.test_answer_fuzz import cost, strange
from tests.show import Show

SEED = 4
PAIRS = 100_000
STRANGE = 1_000_000
#: Both halves stop here, in CPU seconds, and say how far they came.
BUDGET_S = 50.0
#: A digit of each script, in the order of `LOCALES`.
ZEROS = (
    "0٠۰\N{DEVANAGARI DIGIT ZERO}\N{BENGALI DIGIT ZERO}\N{GURMUKHI DIGIT ZERO}"
    "\N{TAMIL DIGIT ZERO}\N{MYANMAR DIGIT ZERO}\N{KHMER DIGIT ZERO}0"
)
LOCALES = ("fr", "ar_EG", "fa", "ne", "bn", "pa", "ta", "my", "km", "sw")


def rows(show: Show) -> None:
    """One row for each bar."""
    beside_sympy(show)
    fuzzed(show)
    digits(show)


def beside_sympy(show: Show) -> None:
    """False accepts and rejects on random pairs, and what a check costs."""
    began, count, same, accepted, rejected, unread = process_time(), 0, 0, 0, 0, 0
    times: list[int] = []
    for pair in pairs(SEED, PAIRS):
        if process_time() - began > BUDGET_S:
            break
        count += 1
        start = thread_time_ns()
        try:
            is_right = check(pair.given, pair.expected).verdict == "right"
        except ValueError:
            unread += 1
            continue
        times.append(thread_time_ns() - start)
        same += pair.is_same
        accepted += is_right and not pair.is_same
        rejected += pair.is_same and not is_right
    times.sort()
    show.row("checker: random pairs beside sympy", count, "pairs")
    show.row("checker: expected answers too large to read", unread, "pairs")
    show.row("checker: false accepts", accepted, "pairs", "== 0")
    show.row("checker: false rejects", round(100 * rejected / same, 4), "%", "<= 0.1")
    show.row("checker: p50 of random pairs", times[len(times) // 2] / 1e3, "us")
    show.row("checker: p99 of random pairs", times[len(times) * 99 // 100] / 1e3, "us")


def fuzzed(show: Show) -> None:
    """Strange input: none may stop the checker or keep it busy."""
    random, began, count, slowest = Random(SEED), process_time(), 0, 0
    while count < STRANGE and process_time() - began < BUDGET_S:
        slowest = max(slowest, cost(strange(random)))
        count += 1
    show.row("checker: strange inputs", count, "inputs")
    show.row("checker: slowest strange input", slowest / 1e6, "ms", "<= 5")


def digits(show: Show) -> None:
    """Numbers as ten locales write them, in their own digits."""
    random, wrong = Random(SEED), 0
    for locale, zero in zip(LOCALES, ZEROS, strict=True):
        conventions = Conventions(get_decimal_symbol(locale), get_group_symbol(locale))
        table = {ord("0") + value: chr(ord(zero) + value) for value in range(10)}
        for _ in range(200):
            number = random.randint(0, 10**8) / 100
            written = format_decimal(number, locale=locale).translate(table)
            told = check(written, f"{number:.2f}", conventions=conventions, tolerance="0.001")
            wrong += told.verdict != "right"
    show.row("checker: numbers of ten locales misread", wrong, "of 2,000", "== 0")
