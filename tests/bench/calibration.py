"""Calibration, item fit and DIF on recorded answers: figures with their bars.

Times are CPU seconds of this process, the least of some runs: other work on the machine only
adds to them.
"""

from __future__ import annotations

import csv
import gzip
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hub.kernels.calibration import Calibration, Model, Priors, Table, calibrate, dif, item_fit
from tests.kernels.lsat import LSAT6, LSAT7

#: Name, value, unit, and the bar as `tests.show` reads it; empty where there is none.
Row = tuple[str, float, str, str]
_T = TypeVar("_T")
#: Learners x items, and the seconds allowed.
SYNTHETIC = {"1000x50": 0.06, "5000x100": 0.6}
#: The published fits: answers, model, log-likelihood, b.
PUBLISHED: list[tuple[str, list[tuple[int, ...]], Model, float, str]] = [
    ("LSAT6 1PL", LSAT6, "1pl", -2466.9376, "-3.61527 -1.32242 -0.31763 -1.73009 -2.78017"),
    ("LSAT6 Rasch", LSAT6, "rasch", -2473.0538, "-2.87197 -1.06303 -0.25761 -1.38806 -2.21878"),
    ("LSAT6 2PL", LSAT6, "2pl", -2466.653378, "-3.35881 -1.37006 -0.27967 -1.86638 -3.12591"),
    ("LSAT7 1PL", LSAT7, "1pl", -2664.9009, "-1.84788 -0.78225 -1.44508 -0.51579 -1.97098"),
    ("LSAT7 Rasch", LSAT7, "rasch", -2664.9160, "-1.86309 -0.78859 -1.45678 -0.51986 -1.98752"),
    ("LSAT7 2PL", LSAT7, "2pl", -2658.805114, "-1.87926 -0.74754 -1.05724 -0.63530 -2.52076"),
]
VERBAL_ITEMS = 24


def rows(data: Path) -> Iterator[Row]:
    """Each figure; `data` holds the folder `irt`."""
    for size, seconds in SYNTHETIC.items():
        yield from _synthetic(data / "irt", size, seconds)
    for name, answers, model, log_likelihood, b in PUBLISHED:
        found = calibrate(answers, model=model)
        off = abs(found.log_likelihood - log_likelihood)
        yield f"{name}: log-likelihood off by", off, "", "<= 0.001"
        yield f"{name}: b off by", _furthest(found.b, b.split()), "logits", "<= 0.003"
    yield from _fits()
    yield from _guessing()
    yield from _screens(data / "irt")


def _synthetic(folder: Path, size: str, seconds: float) -> Iterator[Row]:
    with gzip.open(folder / f"synthetic_2pl_{size}.csv.gz", "rt") as lines:
        table = np.array([[int(answer) for answer in line.strip()] for line in lines], np.int8)
    with gzip.open(folder / f"synthetic_2pl_{size}_rmirt.csv.gz", "rt") as lines:
        a, b = np.array([(row["a"], row["b"]) for row in csv.DictReader(lines)], float).T
    answers: Table = memoryview(table.tobytes()).cast("b")
    name, width = f"2PL {size}", table.shape[1]

    def fit(*, standard_errors: bool) -> Calibration:
        return calibrate(answers, n_items=width, standard_errors=standard_errors)

    taken, found = _least(lambda: fit(standard_errors=False), 5)
    yield f"{name}: estimates", taken, "s CPU", f"<= {seconds}"
    yield f"{name}: passes over the answers", found.cycles, "", ""
    taken, found = _least(lambda: fit(standard_errors=True), 3)
    yield f"{name}: estimates and standard errors", taken, "s CPU", f"<= {seconds}"
    off = abs(found.log_likelihood - _log_likelihood(table, a, b))
    yield f"{name}: log-likelihood off R mirt's by", off, "", "<= 0.001"
    yield f"{name}: a off R mirt's by", _furthest(found.a, a), "", "<= 0.003"
    yield f"{name}: b off R mirt's by", _furthest(found.b, b), "logits", "<= 0.003"


def _log_likelihood(
    table: NDArray[np.int8], a: NDArray[np.float64], b: NDArray[np.float64]
) -> float:
    """Of a 2PL under N(0, 1), by numpy: what the estimates of R mirt are worth."""
    thetas = np.linspace(-6, 6, 61)
    weights = np.exp(-(thetas**2) / 2)
    logits = a[:, None] * (thetas - b[:, None])
    logs = table @ logits - np.logaddexp(0, logits).sum(axis=0)
    logs += np.log(weights / weights.sum())
    top = logs.max(axis=1, keepdims=True)
    return float(np.sum(top[:, 0] + np.log(np.exp(logs - top).sum(axis=1))))


def _fits() -> Iterator[Row]:
    six, seven = calibrate(LSAT6), calibrate(LSAT7)
    ours = [fit.s_x2 for fit in item_fit(LSAT6, six)]
    yield (
        "LSAT6 S-X2 off by",
        _furthest(ours, [0.450, 1.691, 0.666, 0.175, 0.111]),
        "",
        "<= 0.01",
    )
    ours = [fit.s_x2 for fit in item_fit(LSAT7, seven)]
    yield (
        "LSAT7 S-X2 off by",
        _furthest(ours, [4.751, 14.453, 1.273, 5.236, 0.941]),
        "",
        "<= 0.01",
    )
    errors = _furthest(seven.se_a, [0.177, 0.169, 0.321, 0.134, 0.151])
    yield "LSAT7 2PL: standard errors of a off by", errors, "", "<= 0.01"


def _guessing() -> Iterator[Row]:
    three = calibrate(LSAT7, model="3pl", priors=Priors())
    off = abs(three.log_likelihood + 2658.0545)
    yield "LSAT7 3PL: log-likelihood off by", off, "", "<= 0.001"
    item = (three.a[1], three.b[1], three.c[1])
    yield "LSAT7 3PL: item 2 off by", _furthest(item, (1.951, -0.042, 0.298)), "", "<= 0.003"
    more = calibrate(LSAT6, model="3pl", priors=Priors()).log_likelihood
    yield "LSAT6 3PL above 2PL by", more - calibrate(LSAT6).log_likelihood, "", ">= 0"


def _screens(folder: Path) -> Iterator[Row]:
    random = np.random.default_rng(1)
    abilities = random.normal(size=(1000, 1))
    chances = 1 / (1 + np.exp(-1.2 * (abilities - np.linspace(-2, 2, 32))))
    table = (random.random((1000, 32)) < chances).astype(np.int8)
    answers: Table = memoryview(table.tobytes()).cast("b")
    is_focal = [bool(number % 2) for number in range(1000)]
    taken, _ = _least(lambda: dif(answers, is_focal, n_items=32), 5)
    yield "DIF screen, 32 items x 1,000", taken * 1e3, "ms CPU", "<= 5"
    verbal, is_male = _verbal(folder / "difR_verbal.csv")
    taken, screen = _least(lambda: dif(verbal, is_male, n_items=VERBAL_ITEMS), 5)
    yield "DIF screen of the verbal items", taken * 1e3, "ms CPU", ""
    sizes = [item.mantel_haenszel.size for item in screen if item.mantel_haenszel]
    yield "verbal items of ETS class B or C", len(sizes) - sizes.count("A"), "items", ""


def _verbal(file: Path) -> tuple[Table, list[bool]]:
    with file.open(encoding="utf-8") as lines:
        header, *records = csv.reader(lines)
    gender = header.index("Gender")
    answers = [int(value) for record in records for value in record[:VERBAL_ITEMS]]
    return answers, [record[gender] == "1" for record in records]


def _least(work: Callable[[], _T], times: int) -> tuple[float, _T]:
    """The least CPU seconds of some runs, and what the last one gave."""
    seconds = []
    for _ in range(times):
        before = time.process_time()
        found = work()
        seconds.append(time.process_time() - before)
    return min(seconds), found


def _furthest(ours: object, theirs: object) -> float:
    one: NDArray[np.float64] = np.asarray(ours, dtype=float)
    return float(np.max(np.abs(one - np.asarray(theirs, dtype=float))))
