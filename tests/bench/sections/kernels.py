"""The kernels alone, without Python: criterion's medians, from core_rs/bench."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.bench import TIME_SLACK, Bench, short

CRATE = "core_rs/bench/Cargo.toml"
TARGET = Path("build/bench/target")
RESULTS = Path("build/bench/criterion")
LOG = Path("build/bench/logs/criterion.log")
_NS = {"ns": 1.0, "us": 1e3, "ms": 1e6}


@dataclass(frozen=True, slots=True)
class Timed:
    """A criterion benchmark and its row."""

    bench: str
    name: str
    unit: str
    must: str = ""


ROWS = (
    Timed("em/iteration", "Rust: EM, an iteration over 100,000 answers", "ms", "<= 2.5"),
    Timed("live/predict_and_update", "Rust: predict and update, every feature", "ns"),
    Timed("live/bkt_predict_and_update", "Rust: BKT predict and update", "ns", "<= 20"),
    Timed("live/plan_class", "Rust: plan 30 learners, 200 skills, 2,000 items", "ms", "<= 1"),
    Timed("items/eap_and_sd", "Rust: EAP and SD after an answer, 61 nodes", "ns", "<= 100"),
    Timed("items/pick_open_10000", "Rust: pick of 10,000, 3PL", "us", "<= 1"),
    Timed("items/pick_masked_10000", "Rust: pick of 10,000, 3PL, masked", "us", "<= 1"),
    Timed("items/pick_open_100000", "Rust: pick of 100,000, 3PL", "us", "<= 1.5"),
    Timed("items/pick_masked_100000", "Rust: pick of 100,000, 3PL, masked", "us", "<= 1.5"),
    Timed("items/shadow", "Rust: shadow test, 20 of 1,000, quotas", "us", "<= 50"),
    Timed("items/simulate", "Rust: 20 items of 500 to each of 1,000", "ms", "<= 20"),
    Timed("reviews/step", "Rust: FSRS-6, a step", "ns", "<= 100"),
    Timed("reviews/retrievability", "Rust: FSRS-6, what is remembered", "ns"),
)


def measure(bench: Bench) -> None:
    """Runs every benchmark of the crate, then reads the medians that criterion wrote."""
    command = ["cargo", "bench", "--locked", "--manifest-path", CRATE]
    command += ["--target-dir", str(TARGET)]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w", encoding="utf-8") as log:
        done = subprocess.run(
            command,
            env={**os.environ, "CRITERION_HOME": str(RESULTS.absolute())},
            stdout=log,
            stderr=log,
            check=False,
        )
    for row in ROWS:
        estimates = RESULTS / row.bench.replace("/", "_") / "new/estimates.json"
        if done.returncode != 0 or not estimates.is_file():
            bench.show.broken(row.name, f"criterion did not measure it (see {LOG})")
            continue
        median_ns = json.loads(estimates.read_text())["median"]["point_estimate"]
        value = short(median_ns / _NS[row.unit])
        bench.show.row(row.name, value, row.unit, row.must, slack=TIME_SLACK)
