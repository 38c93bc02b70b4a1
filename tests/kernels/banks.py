"""Item banks for tests of adaptive testing: made from a seed, or the reference bank."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path

from hub.kernels import cat
from tests.kernels.twin_cat import Item

GOLDEN = Path(__file__).parent / "golden"
LEAVES = ("algebra/linear", "algebra/roots", "geometry", None)


def items(count: int, seed: int) -> list[Item]:
    """Items of three parameters in nested areas."""
    chance = random.Random(seed)
    return [
        Item(
            chance.lognormvariate(0.1, 0.3),
            chance.gauss(0.0, 1.2),
            0.2 * chance.random(),
            1.0,
            chance.choice(LEAVES),
        )
        for _ in range(count)
    ]


def named(count: int) -> list[str]:
    return [f"i{number}" for number in range(count)]


def bank(
    items: list[Item],
    *,
    enemies: list[list[str]] | None = None,
    eligibility: list[float] | None = None,
) -> cat.ItemBank:
    return cat.ItemBank(
        named(len(items)),
        a=[item.a for item in items],
        b=[item.b for item in items],
        c=[item.c for item in items],
        d=[item.d for item in items],
        area=[item.area for item in items],
        enemies=enemies or [],
        eligibility=eligibility,
    )


def reference() -> tuple[list[Item], list[float]]:
    """The synthetic reference bank (500 items, 2PL) and its 1,000 examinees."""
    rows = [[float(cell) for cell in row] for row in _rows("bank500_2pl.csv.gz")]
    thetas = [float(row[0]) for row in _rows("thetas_1000.csv.gz")]
    return [Item(a, b, c, d) for a, b, c, d in rows], thetas


def _rows(name: str) -> list[list[str]]:
    with gzip.open(GOLDEN / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
