"""Adaptive testing: speed of picks, figures on the reference bank, picks that catR makes."""

from __future__ import annotations

import csv
import gzip
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from hub.kernels import cat

#: name, value, unit, what it must be (empty where there is no bar).
Row = tuple[str, float, str, str]

SE = 0.3
#: A safe way below the limit of .25, so that no item goes above .26 by chance.
LIMIT = 0.22
#: Answers to items 1 to 10 of the TCALS bank, as in catR's examples.
ANSWERS = (1, 1, 0, 1, 0, 1, 1, 0, 0, 1)
#: The item that catR gives after them by each rule.
NEXT = {
    "mfi": 19,
    "nearest_b": 15,
    "nearest_peak": 51,
    "mlwi": 49,
    "mpwi": 19,
    "mei": 19,
    "mepv": 19,
    "kl_likelihood": 49,
    "kl": 19,
    "gdi_likelihood": 49,
    "gdi": 19,
}
#: The code of a rule's number, what catR has for item 19, and how far ours may lie from it:
#: catR sums over 33 nodes from -4 to 4, and weighs variances by P at the estimate.
NUMBERS = {
    "mfi": ("INFORMATION", 1.758795544, 0.001),
    "mei": ("EXPECTED_INFORMATION", 1.804301799, 0.001),
    "mepv": ("EXPECTED_VARIANCE", 0.2147021875, 0.002),
}
#: The items that catR starts with at -1, 0 and 1.
FIRST = (19, 63, 80)


def rows(data: Path) -> Iterator[Row]:
    """Each figure; `data` is the folder with `irt/`, whose banks must be there."""
    yield from _speed()
    yield from _reference(data / "irt")
    yield from _catr(data / "irt" / "catR_tcals_bank.csv")


def _speed() -> Iterator[Row]:
    for count, bar in ((10_000, "<= 1"), (100_000, "<= 1.5")):
        bank, chance = _drawn(count), random.Random(2)
        given = [f"i{number}" for number in chance.sample(range(count), 20)]
        batches = [[chance.gauss(0, 1) for _ in range(2000)] for _ in range(21)]
        one = [
            _cpu_us(partial(bank.most_informative, batch, given=given)) / len(batch)
            for batch in batches
        ]
        name = f"most informative item of {count:,}, 20 given (batches)"
        yield name, round(statistics.median(one), 3), "us", bar
    bank = _drawn(10_000)
    for rule, bar in (("mfi", "<= 2"), ("mepv", "<= 300"), ("kl", "<= 300")):
        yield f"next item of 10,000 by {rule}, quotas", _next_us(bank, rule), "us", bar
    small = _drawn(1_000)
    quotas = {"a0": (4, 6), "a1": (2, 9), "a2": (3, 3), "a3": (0, 4)}
    spent = [_cpu_us(lambda: small.shadow(0.3, 25, quotas=quotas), 200) for _ in range(15)]
    yield (
        "shadow test of 1,000 items, 25 long",
        round(statistics.median(spent), 1),
        "us",
        "<= 50",
    )


def _asked(sessions: list[cat.Session]) -> None:
    for session in sessions:
        session.next()


def _next_us(bank: cat.ItemBank, rule: str) -> float:
    """CPU time of one pick: of many sessions at once, each asked anew."""
    stop, quotas = cat.Stop(max=40), {"a1": (3, 9)}
    count = 400 if rule == "mfi" else 12
    sessions = [
        bank.session(stop=stop, rule=rule, quotas=quotas, number=number)
        for number in range(count)
    ]
    spent = []
    chance = random.Random(1)
    for _ in range(12):
        spent.append(_cpu_us(partial(_asked, sessions)) / count)
        for session in sessions:
            pick = session.next()
            if pick is not None:
                session.answer(pick.item, chance.random() < pick.p)
    return round(statistics.median(spent), 2)


def _reference(folder: Path) -> Iterator[Row]:
    columns = _columns(folder / "bank500_2pl.csv.gz")
    thetas = _columns(folder / "thetas_1000.csv.gz")["theta"]
    ids = [f"i{number}" for number in range(len(columns["a"]))]
    bank = cat.ItemBank(ids, a=columns["a"], b=columns["b"])
    fixed = cat.Stop(max=20)
    bank.simulate(thetas, stop=fixed)  # curves are tabled at their first use
    spent = [_cpu_us(lambda: bank.simulate(thetas, stop=fixed, seed=1)) for _ in range(9)]
    name = "1,000 examinees x 20 items, bank of 500"
    yield name, round(statistics.median(spent) / 1000, 1), "ms", "<= 20"
    stop = cat.Stop(max=100, se=SE)
    yield from _errors("to SE .3", bank, thetas, stop, ("<= 15.1", "<= 0.300", "<= 0.01"))
    chance = random.Random(7)
    crowd = [chance.gauss(0, 1) for _ in range(1000)]
    spared = bank.limit_exposure(LIMIT, crowd, stop=stop, seed=3, rounds=20)
    yield from _errors("to SE .3, exposure limited", spared, thetas, stop, ("<= 16.5", "", ""))
    highest = [
        max(spared.simulate(thetas, stop=stop, seed=seed).exposure) for seed in range(10)
    ]
    yield (
        "highest exposure of an item (mean of 10 runs)",
        round(statistics.mean(highest), 3),
        "",
        "<= 0.26",
    )


def _errors(
    name: str,
    bank: cat.ItemBank,
    thetas: list[float],
    stop: cat.Stop,
    musts: tuple[str, str, str],
) -> Iterator[Row]:
    """Ten runs of 1,000 examinees: one run's RMSE alone is off by .007."""
    lengths: list[int] = []
    errors: list[float] = []
    for seed in range(10):
        tests = bank.simulate(thetas, stop=stop, seed=seed)
        lengths.extend(tests.lengths)
        errors.extend(ours - true for ours, true in zip(tests.theta, thetas, strict=True))
    rmse = statistics.fmean(error * error for error in errors) ** 0.5
    yield f"mean length {name}", round(statistics.fmean(lengths), 2), "items", musts[0]
    yield f"RMSE {name}", round(rmse, 4), "logits", musts[1]
    yield f"bias {name} (absolute)", round(abs(statistics.fmean(errors)), 4), "logits", musts[2]


def _catr(path: Path) -> Iterator[Row]:
    """The next item after ten answers, as catR 3.17 gives it on its TCALS bank."""
    columns = _columns(path)
    ids = [f"{number}" for number in range(1, len(columns["a"]) + 1)]
    a, b, c, d = (columns[name] for name in "abcd")
    bank = cat.ItemBank(ids, a=a, b=b, c=c, d=d)
    given = [(f"{number}", right) for number, right in enumerate(ANSWERS, start=1)]
    for rule, item in NEXT.items():
        pick = bank.session(stop=cat.Stop(max=40), rule=rule, given=given).next()
        yield f"catR's next item by {rule}", float(pick.item if pick else 0), "", f"== {item}"
        if pick and rule in NUMBERS:
            code, number, bound = NUMBERS[rule]
            off = abs(dict(pick.reasons)[code] - number)
            yield f"catR's number of {rule}, difference", round(off, 6), "", f"<= {bound}"
    first = bank.session(stop=cat.Stop(max=40)).next()
    yield "catR's first item", float(first.item if first else 0), "", "== 63"
    for theta, item, at in zip((-1.0, 0.0, 1.0), FIRST, range(3), strict=True):
        before = [str(number) for number in FIRST[:at]]
        (found,) = bank.most_informative([theta], given=before)
        yield f"catR's first item at {theta:g}", float(ids[found]), "", f"== {item}"


def _drawn(count: int) -> cat.ItemBank:
    chance = random.Random(count)
    return cat.ItemBank(
        [f"i{number}" for number in range(count)],
        a=[chance.lognormvariate(0.1, 0.3) for _ in range(count)],
        b=[chance.gauss(0.0, 1.2) for _ in range(count)],
        c=[0.2 * chance.random() for _ in range(count)],
        area=[f"a{number % 5}" for number in range(count)],
    )


def _columns(path: Path) -> dict[str, list[float]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    return {
        name: [float(row[name]) for row in table] for name in table[0] if name in "abcd theta"
    }


def _cpu_us(call: Callable[[], object], times: int = 1) -> float:
    before = time.process_time_ns()
    for _ in range(times):
        call()
    return (time.process_time_ns() - before) / 1000 / times
