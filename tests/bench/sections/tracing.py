"""Knowledge tracing: EM beside pyBKT's, and what BKT alone and the stack predict."""

from __future__ import annotations

from pathlib import Path

from models.training.measures import auc, calibration_error
from tests.bench.bench import TIME_SLACK, Bench, Rival, short
from tests.bench.inputs import FOLDER, one_skill
from tests.bench.logs import log_path, read_chances, read_split
from tests.bench.sides import Measured, ours
from tests.show import Peer

PYBKT = "pyBKT C++"
START = {"prior": 0.4, "learn": 0.2, "forget": 0.02, "guess": 0.3, "slip": 0.2}
#: Each log, and what pyBKT's default reached there when the bars were set: without peers.
REACHED = {"assist09": 0.7107, "statics11": 0.7003, "ct_bridge06": 0.6990}
#: What the stack must reach there, and how far its promises may be from what happened.
STACK = {"assist09": 0.780, "statics11": 0.825, "ct_bridge06": 0.806}
PROMISES = 0.015
#: What BKT alone may lose to pyBKT before it counts: the noise of the smallest log.
LEEWAY = 0.002
SEED = 42
#: Times have their bars on the largest log: on a small one, what each call costs rules.
TIMED = "assist09"
TIMES = {"whole fit": "<= 0.25", "batched, a response": "<= 0.02"}
STACK_TIMES = {
    "whole fit": "",
    "batched, a response": "<= 0.1",
    "one answer, reasons read": "<= 2",
}
#: Each time among a side's figures, and its unit.
_FIGURES = {
    "whole fit": ("fit_s", 1.0, "s"),
    "batched, a response": ("trace_s", 1e6, "us"),
    "one answer, reasons read": ("answer_s", 1e6, "us"),
}


def measure(bench: Bench) -> None:
    """EM by itself; then each log: fit, batched trace, area under the ROC curve."""
    _em(bench)
    if bench.data:
        for name in REACHED:
            _log(bench, bench.data, name)
        for name, least in STACK.items():
            _stack(bench, bench.data, name, least)


def _em(bench: Bench) -> None:
    arguments = {
        "answers": str(one_skill(learners=2_000, answers=50)),
        "start": START,
        "iterations": 20,
    }
    name = "EM, one thread: responses x iterations a CPU s"
    rival = Rival(PYBKT, "pyBKT", "pybkt_em", arguments)
    measured = bench.measure(name, ours("bkt_em", **arguments), [rival], turns=4)
    if not measured:
        return
    speed = short(1e-6 / measured["ours"].best_s)
    peer = None
    if PYBKT in measured:
        other = measured[PYBKT]
        theirs = short(1e-6 / other.best_s)
        peer = Peer(PYBKT, other.version, theirs, short(speed / theirs))
    bench.show.row(name, speed, "M/s", ">= 40", slack=TIME_SLACK, peer=peer)
    if peer:
        bench.show.row(f"{name}, times {PYBKT}", peer.ratio, "x", ">= 3.5", slack=TIME_SLACK)


def _log(bench: Bench, data: Path, name: str) -> None:
    log = log_path(data, name)
    split = read_split(log)
    shared = {"log": str(log), "seed": SEED}
    own = (FOLDER / f"{name}-ours.f64").absolute()
    other = (FOLDER / f"{name}-pybkt.f64").absolute()
    rival = Rival(
        PYBKT,
        "pyBKT",
        "pybkt_log",
        {**shared, "test": split.held_out_users, "chances": str(other)},
    )
    label = f"BKT alone, {name}"
    guarded = own.with_name(f"{name}-guarded.f64")
    side = ours("bkt_log", **shared, chances=str(own), guarded=str(guarded))
    measured = bench.measure(label, side, [rival], turns=2)
    if not measured:
        return
    reached = REACHED[name]
    version = None
    if PYBKT in measured:
        reached = round(auc(read_chances(other), split.rights), 4)
        version = measured[PYBKT].version
    for what, chances in (
        ("area under the curve", own),
        ("with guards and shrinkage", guarded),
    ):
        area = round(auc(read_chances(chances), split.rights), 4)
        peer = Peer(PYBKT, version, reached, short(area / reached)) if version else None
        must = f">= {reached - LEEWAY:.4f}"
        bench.show.row(f"{label}: {what}", area, "AUC", must, peer=peer)
    for key, must in TIMES.items():
        _time(bench, f"{label}: {key}", measured, key, must if name == TIMED else "")


def _stack(bench: Bench, data: Path, name: str, least: float) -> None:
    log = log_path(data, name)
    own = (FOLDER / f"{name}-stack.f64").absolute()
    label = f"stack, {name}"
    side = ours("stack_log", log=str(log), chances=str(own))
    measured = bench.measure(label, side, [], turns=2)
    if not measured:
        return
    chances, rights = read_chances(own), read_split(log).rights
    area = round(auc(chances, rights), 4)
    bench.show.row(f"{label}: area under the curve", area, "AUC", f">= {least}")
    off = round(calibration_error(chances, rights), 4)
    bench.show.row(f"{label}: expected calibration error", off, "of 1", f"<= {PROMISES}")
    for key, must in STACK_TIMES.items():
        _time(bench, f"{label}: {key}", measured, key, must if name == TIMED else "")


def _time(bench: Bench, name: str, measured: dict[str, Measured], key: str, must: str) -> None:
    figure, scale, unit = _FIGURES[key]
    value = short(measured["ours"].figures[figure] * scale)
    peer = None
    if PYBKT in measured:
        theirs = short(measured[PYBKT].figures[figure] * scale)
        peer = Peer(PYBKT, measured[PYBKT].version, theirs, short(theirs / value))
    bench.show.row(name, value, unit, must, slack=TIME_SLACK, peer=peer)
