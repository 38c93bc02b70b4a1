"""Adaptive tests beside catsim and mirt: picks, abilities, shadow tests, whole simulations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.bench import Bench, Rival, short
from tests.bench.inputs import item_bank, reference_bank
from tests.bench.sides import Measured, ours
from tests.show import Peer

#: Items, the bar in us, and how many picks make a turn of ours, of mirt, of catsim.
PICKS = ((10_000, "<= 1", (1_000, 200, 20)), (100_000, "<= 1.5", (1_000, 40, 4)))
QUOTAS = [[2, 6]] * 5
LENGTH = 20
#: A standard error that no test of 20 items reaches: the test ends by its length.
NEVER = 0.01
SEED = 1
#: catsim takes 30 ms an examinee; a mean length over 100 is good to .5.
FEW = 100


def measure(bench: Bench) -> None:
    """Each piece of an adaptive test, then tests of a fixed and of a needed length."""
    for items, must, picks in PICKS:
        _pick(bench, item_bank(items), items, must, picks)
    _ability(bench)
    _shadow(bench, item_bank(1_000))
    _fixed_length(bench, item_bank(500))
    if bench.data:
        _needed_length(bench, reference_bank(bench.data / "irt"))


def _pick(bench: Bench, bank: Path, items: int, must: str, picks: Sequence[int]) -> None:
    def arguments(count: int) -> dict[str, object]:
        return {"bank": str(bank), "c": False, "picks": count}

    own, mirt, catsim = map(arguments, picks)
    name = f"2PL, {items:,} items: the most informative"
    rivals = [
        Rival("mirt", "mirt", "mirt_pick", mirt),
        Rival("catsim", "catsim", "catsim_pick", catsim),
    ]
    measured = bench.times(name, ours("pick", **own), "us", must, rivals=rivals, is_middle=True)
    for rival in ("mirt", "catsim"):
        if rival in measured:
            same = measured["ours"].figures["first"] == measured[rival].figures["first"]
            bench.show.row(f"{name}, {rival} picks the same", int(same), "of 1", "== 1")


def _ability(bench: Bench) -> None:
    bench.times(
        "EAP and SD of 20 answers, 61 nodes, a learner",
        ours("ability", updates=2_000),
        "us",
        rivals=[
            Rival("mirt", "mirt", "mirt_ability", {"updates": 2_000}),
            Rival("catsim, ML", "catsim", "catsim_ability", {"updates": 300}),
        ],
    )


def _shadow(bench: Bench, bank: Path) -> None:
    shared = {"bank": str(bank), "quotas": QUOTAS, "length": LENGTH}
    bench.times(
        "shadow test: 20 of 1,000 items, 5 areas with quotas",
        ours("shadow", **shared, picks=200),
        "us",
        "<= 50",
        rivals=[Rival("mirt, MILP", "mirt", "mirt_shadow", {**shared, "picks": 3})],
        turns=3,
    )


def _fixed_length(bench: Bench, bank: Path) -> None:
    shared = {"bank": str(bank), "longest": LENGTH, "se": NEVER, "seed": SEED}
    bench.times(
        "20 items of 500 to each of 1,000: an examinee",
        ours("tests", **shared, examinees=1_000),
        "us",
        "<= 20",
        rivals=[
            Rival("mirt", "mirt", "mirt_tests", {**shared, "examinees": 1_000}),
            Rival("catsim", "catsim", "catsim_tests", {**shared, "examinees": 30}),
        ],
        turns=3,
    )


def _needed_length(bench: Bench, bank: Path) -> None:
    shared = {"bank": str(bank), "longest": 100, "se": 0.3, "seed": SEED}
    name = "reference bank, to SE .3: an examinee"
    rivals = [
        Rival("mirt", "mirt", "mirt_tests", {**shared, "examinees": 1_000}),
        Rival("catsim", "catsim", "catsim_tests", {**shared, "examinees": FEW}),
    ]
    side = ours("tests", **shared, examinees=1_000)
    measured = bench.times(name, side, "us", rivals=rivals, turns=2)
    if measured:
        _figure(
            bench,
            "reference bank, to SE .3: mean length",
            measured,
            ("length", "items", "<= 15.1"),
        )
        _figure(
            bench,
            "reference bank, to SE .3: RMSE of ability",
            measured,
            ("rmse", "logits", "<= 0.3"),
        )


def _figure(
    bench: Bench, name: str, measured: Mapping[str, Measured], figure: tuple[str, str, str]
) -> None:
    key, unit, must = figure
    value = short(measured["ours"].figures[key])
    others = [rival for rival in measured if rival != "ours"]
    peers = []
    for rival in others:
        theirs = short(measured[rival].figures[key])
        peers.append(Peer(rival, measured[rival].version, theirs, short(theirs / value)))
    bench.show.row(name, value, unit, must, peer=peers[0] if peers else None)
    for peer in peers[1:]:
        bench.show.row(f"{name}, beside {peer.name}", value, unit, peer=peer)
