"""Published values and reference fits: what the kernels must give, within what tolerance.

The modules that compute them stand beside this folder; each knows its sources.
"""

from __future__ import annotations

from tests.bench import calibration, conformance
from tests.bench.bench import TIME_SLACK, Bench, short

#: Units of time, whose rows have slack.
TIMES = {"s", "ms", "us", "ns"}


def measure(bench: Bench) -> None:
    """Every row of conformance and of calibration that the data folder allows."""
    if bench.data is None:
        return
    for name, value, reference, tolerance in conformance.rows(bench.data):
        off = short(abs(value - reference))
        bench.show.row(f"{name}, off by", off, "", f"<= {tolerance:g}")
    for name, value, unit, must in calibration.rows(bench.data):
        slack = TIME_SLACK if TIMES & set(unit.split()) else 1.0
        bench.show.row(name, short(value), unit, must, slack=slack)
