"""Published values and reference fits: what the kernels must give, within what tolerance.

The modules that compute them stand beside this folder; each knows its sources.
"""

from __future__ import annotations

from itertools import chain

from tests.bench import adaptive, calibration, conformance
from tests.bench.bench import TIME_SLACK, Bench, short

#: Units of time, whose rows have slack.
TIMES = {"s", "ms", "us", "ns"}


def measure(bench: Bench) -> None:
    """Every row of conformance, calibration and adaptive tests; all need the data folder."""
    if bench.data is None:
        return
    for name, value, reference, tolerance in conformance.rows(bench.data):
        off = short(abs(value - reference))
        bench.show.row(f"{name}, off by", off, "", f"<= {tolerance:g}")
    for name, value, unit, must in chain(
        calibration.rows(bench.data), adaptive.rows(bench.data)
    ):
        slack = TIME_SLACK if TIMES & set(unit.split()) else 1.0
        bench.show.row(name, short(value), unit, must, slack=slack)
