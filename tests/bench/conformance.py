"""Values of catR on a real item bank: curves, information and scores of ten items.

The bank (TCALS 1998, 85 items, 3PL, as catR 3.17 carries it) may not be copied, so this reads
it from the data folder and gives rows for whoever prints them. What needs no data folder is in
tests/kernels/test_irt_*.py and test_memory_*.py.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from hub.kernels.irt import ItemBank, Method, information, probabilities, score

BANK = Path("irt") / "catR_tcals_bank.csv"
#: Answers to the first ten items, and what catR 3.17 says of them.
ANSWERS = [1, 1, 0, 1, 0, 1, 1, 0, 0, 1]
P_AT_0 = (0.9882607651, 0.9561104820, 0.9952553548, 0.9782742796, 0.9324755073)
INFORMATION_AT_0 = (0.05707216668, 0.05641717493, 0.02085668254, 0.1510747821, 0.09640482837)
#: catR prints ten digits.
PRINTED = 1e-9
#: catR stops its searches within 1.2e-4 (R's uniroot), and gives errors at where it stopped.
SEARCHED = 1e-4
ESTIMATES: tuple[tuple[Method, float, float], ...] = (
    ("mle", -1.440197555, 0.5189386608),
    ("map", -1.019100255, 0.407479992),
    ("wle", -1.396652007, 0.511024155),
)
JEFFREYS = -1.257890396
EAP = (-1.149322993, 0.5174543128)

#: A name, our value, the reference and how far both may lie apart.
Row = tuple[str, float, float, float]


def rows(data: Path) -> Iterator[Row]:
    """Each value with its reference; raises FileNotFoundError without the bank."""
    bank = first_ten(data / BANK)
    yield from _curves(bank)
    yield from _scores(bank)


def first_ten(path: Path) -> ItemBank:
    """The first ten items of the bank."""
    with path.open(encoding="utf-8", newline="") as lines:
        read = [row for _, row in zip(range(10), csv.DictReader(lines), strict=False)]
    columns = {name: [float(row[name]) for row in read] for name in "abcd"}
    return ItemBank.binary([str(place) for place in range(1, 11)], **columns)


def _curves(bank: ItemBank) -> Iterator[Row]:
    chances = probabilities(bank, [0.0])[1::2]
    told = information(bank, [0.0])
    for place, (p, i) in enumerate(zip(P_AT_0, INFORMATION_AT_0, strict=True)):
        yield f"catR TCALS item {place + 1}: P(0)", chances[place], p, PRINTED
        yield f"catR TCALS item {place + 1}: I(0)", told[place], i, PRINTED


def _scores(bank: ItemBank) -> Iterator[Row]:
    for method, theta, se in ESTIMATES:
        found = score(bank, [ANSWERS], method=method)
        yield f"catR TCALS: {method}", found.theta[0], theta, SEARCHED
        yield f"catR TCALS: se of {method}", found.se[0], se, SEARCHED
    found = score(bank, [ANSWERS], method="jeffreys")
    yield "catR TCALS: map with Jeffreys' prior", found.theta[0], JEFFREYS, SEARCHED
    # catR sums the posterior over 33 nodes from -4 to 4.
    found = score(bank, [ANSWERS], bounds=(-4, 4), nodes=33)
    yield "catR TCALS: eap", found.theta[0], EAP[0], PRINTED
    yield "catR TCALS: se of eap", found.se[0], EAP[1], PRINTED
