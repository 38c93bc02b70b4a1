"""Calibrates items from a log into a bank for adaptive tests, and says which ones misbehave."""

from __future__ import annotations

import argparse
from array import array
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from hub.commands.answers import answers
from hub.errors import HubError
from hub.kernels import require_release
from hub.kernels.calibration import DEFAULT_3PL, Calibration, Priors, calibrate
from hub.kernels.irt import Binary, ItemBank, write_bank
from models.training.records import Records

#: A class's answers alone let some items run off to the ends of the scale: ln a as Mislevy
#: (1986), the intercept wide enough for any item that is worth asking.
PRIORS = {
    "2pl": Priors(ln_a=(0.0, 0.5), intercept=(0.0, 2.0)),
    "3pl": Priors(ln_a=DEFAULT_3PL.ln_a, intercept=(0.0, 2.0), c=DEFAULT_3PL.c),
}
#: A difficulty less certain than a learner's ability at the start tells nothing of anyone.
LARGEST_SE_B = 1.0
UNSETTLED = "the answers do not settle it"
WHY = {
    "few_answers": "too few answers",
    "all_right": "nobody was wrong",
    "all_wrong": "nobody was right",
    "unanswered": "no answer",
    "reversed": "the able do worse on it: look at its key",
    "out_of_range": UNSETTLED,
    "guess_at_bound": "its guessing is not settled",
}
#: 2PL items settle from about so many answers on; with fewer the list would be noise.
FEWEST_LEARNERS = 30


def run(asked: argparse.Namespace) -> int:
    """0 when a bank was written."""
    require_release()
    if asked.minimum < 2:
        raise HubError(f"--minimum must be 2 or more, not {asked.minimum}.")
    records, source = answers(asked)
    items, table = first_answers(records, asked.minimum)
    learners = len(table) // max(len(items), 1)
    if len(items) < 3 or learners < FEWEST_LEARNERS:
        raise HubError(
            f"In {source}, {len(items)} items have {asked.minimum} first answers or more, by "
            f"{learners} learners. A bank needs 3 items and {FEWEST_LEARNERS} learners."
        )
    with tqdm(desc="Calibrating", unit="cycle", delay=1, leave=False, disable=None) as bar:
        found = calibrate(
            table,
            n_items=len(items),
            model=asked.model,
            priors=PRIORS.get(asked.model, Priors(intercept=(0.0, 2.0))),
            on_progress=lambda cycle, _: _move(bar, cycle),
        )
    names = [records.items[item] for item in items]
    _show(names, found, len(records.items) - len(items), asked.minimum)
    return _write(asked.out, names, found)


def first_answers(records: Records, minimum: int) -> tuple[list[int], array[int]]:
    """Items with `minimum` learners or more, and learners x items of first answers, flat.

    Only the first answer counts: a later one tells of learning, not of the item. -1 is none.
    """
    met: dict[tuple[int, int], int] = {}
    for learner, item, right in zip(records.learner, records.item, records.right, strict=True):
        met.setdefault((learner, item), right)
    counts: dict[int, int] = {}
    for _, item in met:
        counts[item] = counts.get(item, 0) + 1
    items = sorted(item for item, count in counts.items() if count >= minimum)
    column = {item: place for place, item in enumerate(items)}
    rows = {learner: row for row, learner in enumerate(dict.fromkeys(who for who, _ in met))}
    table = array("b", [-1]) * (len(rows) * len(items))
    for (learner, item), right in met.items():
        if item in column:
            table[rows[learner] * len(items) + column[item]] = right
    return items, table


def is_usable(found: Calibration, place: int) -> bool:
    """Whether a test may lean on the item."""
    return found.flags[place] == "estimated" and found.se_b[place] <= LARGEST_SE_B


def _move(bar: tqdm[NoReturn], cycle: int) -> None:
    bar.update(cycle - bar.n)


def _show(names: list[str], found: Calibration, left_out: int, minimum: int) -> None:
    print(f"{'item':24}{'a':>8}{'b':>8}{'c':>8}{'se a':>8}{'se b':>8}{'answers':>9}")
    for place, name in enumerate(names):
        numbers = (found.a, found.b, found.c, found.se_a, found.se_b)
        cells = "".join(f"{column[place]:8.3f}" for column in numbers)
        remark = "" if is_usable(found, place) else WHY.get(found.flags[place], UNSETTLED)
        print(f"{name[:23]:24}{cells}{found.answers[place]:9}  {remark}".rstrip())
    if left_out:
        print(f"{left_out} items with fewer than {minimum} first answers were left out.")
    if not found.converged:
        print(f"Not settled after {found.cycles} cycles: take the numbers as a first guess.")
    print(f"Log-likelihood {found.log_likelihood:.3f}, {found.cycles} cycles.")


def _write(out: Path, names: list[str], found: Calibration) -> int:
    good = [place for place in range(len(names)) if is_usable(found, place)]
    if not good:
        print("Not written: no item is usable. Gather more answers first.")
        return 1
    bank = ItemBank(
        tuple(Binary(names[at], found.a[at], found.b[at], found.c[at]) for at in good)
    )
    write_bank(bank, out)
    print(f"Written: {out}, {len(good)} items.")
    return 0
