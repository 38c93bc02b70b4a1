"""The answer checker against its bars: beside sympy, fuzzed, timed, in ten locales' digits."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random
from time import thread_time_ns

from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from hub.kernels.answer import Conventions, check
from tests.kernels.expressions import pairs
from tests.kernels.test_answer_fuzz import cost, strange
from tests.kernels.test_answer_tutor import answers, is_read
from tests.show import Show

SEED = 4
PAIRS = 100_000
STRANGE = 1_000_000
PROCESSES = 2
#: How many times longer a check takes where others use the processor, too (measured: 2.8).
BUSY = 3.0
#: Pieces of the work, each with a seed of its own.
PIECES = 20
#: A digit of each script, in the order of `LOCALES`.
ZEROS = (
    "0٠۰\N{DEVANAGARI DIGIT ZERO}\N{BENGALI DIGIT ZERO}\N{GURMUKHI DIGIT ZERO}"
    "\N{TAMIL DIGIT ZERO}\N{MYANMAR DIGIT ZERO}\N{KHMER DIGIT ZERO}0"
)
LOCALES = ("fr", "ar_EG", "fa", "ne", "bn", "pa", "ta", "my", "km", "sw")


@dataclass(slots=True)
class Beside:
    """What one piece of the random pairs came to."""

    same: int = 0
    accepted: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    unread: int = 0
    times: list[int] = field(default_factory=list)


def rows(show: Show) -> None:
    """One row for each bar; about three minutes of processor time."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        beside_sympy(show, list(pool.map(beside, range(PIECES))))
        fuzzed(show, list(pool.map(fuzz, range(PIECES))))
    digits(show)
    tutors(show)


def beside(piece: int) -> Beside:
    """One piece of the pairs: false accepts and rejects, and what each check costs."""
    found = Beside()
    for pair in pairs(SEED * PIECES + piece, PAIRS // PIECES):
        try:
            took, is_right = timed(pair.given, pair.expected)
        except ValueError:
            # The other side holds a number too large to be an expected answer.
            found.unread += 1
            continue
        found.times.append(took)
        found.same += pair.is_same
        if is_right and not pair.is_same:
            found.accepted.append(f"{pair.given} | {pair.expected}")
        if pair.is_same and not is_right:
            found.rejected.append(f"{pair.given} | {pair.expected}")
    return found


def timed(given: str, expected: str) -> tuple[int, bool]:
    """The processor time of a check, the shorter of two, and whether the answer is right."""
    began = thread_time_ns()
    is_right = check(given, expected).verdict == "right"
    middle = thread_time_ns()
    check(given, expected)
    return min(middle - began, thread_time_ns() - middle), is_right


def beside_sympy(show: Show, found: list[Beside]) -> None:
    """The pairs of all pieces."""
    times = [took for each in found for took in each.times]
    same = sum(each.same for each in found)
    accepted = [text for each in found for text in each.accepted]
    rejected = [text for each in found for text in each.rejected]
    for text in (accepted + rejected)[:10]:
        print("  otherwise than sympy:", text)
    unread = sum(each.unread for each in found)
    show.row("checker: random pairs beside sympy", len(times) + unread, "pairs", ">= 100000")
    show.row("checker: of them one value in two ways", same, "pairs")
    show.row("checker: expected answers too large to read", unread, "pairs")
    show.row("checker: false accepts", len(accepted), "pairs", "== 0")
    share = round(100 * len(rejected) / same, 4)
    show.row("checker: false rejects", share, "%", "<= 0.1")
    costs(show, "random pairs", times)


def costs(show: Show, what: str, times: list[int]) -> None:
    """Half of the checks and all but a hundredth are faster than these."""
    times.sort()
    show.row(f"checker: p50 of {what}", times[len(times) // 2] / 1e3, "us")
    last = times[len(times) * 99 // 100] / 1e3
    show.row(f"checker: p99 of {what}", last, "us", "<= 50", slack=BUSY)


def fuzz(piece: int) -> tuple[int, int, int]:
    """Strange inputs of one piece, how many stopped the checker, and the slowest in ns."""
    random, stopped, slowest = Random(SEED * PIECES + piece), 0, 0
    for _ in range(STRANGE // PIECES):
        given = strange(random)
        try:
            slowest = max(slowest, cost(given))
        except BaseException as stop:
            # A panic of the core comes as this, and is no Exception.
            if type(stop).__name__ != "PanicException":
                raise
            stopped += 1
    return STRANGE // PIECES, stopped, slowest


def fuzzed(show: Show, found: list[tuple[int, int, int]]) -> None:
    """Strange input: none may stop the checker or keep it busy."""
    counts, stopped, slowest = zip(*found, strict=True)
    show.row("checker: strange inputs", sum(counts), "inputs", ">= 1000000")
    show.row("checker: panics", sum(stopped), "inputs", "== 0")
    show.row("checker: slowest strange input", round(max(slowest) / 1e6, 3), "ms", "<= 5")


def digits(show: Show) -> None:
    """Numbers as ten locales write them, in their own digits."""
    random, wrong = Random(SEED), 0
    for locale, zero in zip(LOCALES, ZEROS, strict=True):
        conventions = Conventions(get_decimal_symbol(locale), get_group_symbol(locale))
        table = {ord("0") + value: chr(ord(zero) + value) for value in range(10)}
        for _ in range(200):
            number = random.randint(0, 10**8) / 100
            written = format_decimal(number, locale=locale).translate(table)
            told = check(written, f"{number:.2f}", conventions=conventions)
            wrong += told.verdict != "right"
    show.row("checker: numbers of ten locales misread", wrong, "of 2,000", "== 0")


def tutors(show: Show) -> None:
    """Answers as tutors' text boxes take them."""
    known = answers()
    share = round(100 * sum(map(is_read, known)) / len(known), 1)
    show.row("checker: answers of tutors read and equal to themselves", share, "%", ">= 97")
    times = [timed(text, text)[0] for _ in range(5) for text in known if is_read(text)]
    costs(show, "answers of tutors", times)
