"""Measures the kernels beside their peers; prints the table, writes build/show/bench.json.

    python -m tests.bench [--data DIR] [--no-peers] [--only SECTION...]

Ends with 1 where a figure of what is right or wrong misses its bar, or a time does by more
than twice.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from hub.kernels import require_release
from tests.bench.bench import Bench
from tests.bench.peers import NoPeers, Peers, find_peers
from tests.bench.sections import (
    adaptive_tests,
    calibrating,
    kernels,
    live,
    references,
    reviews,
    teaching,
    tracing,
)
from tests.show import Show

SECTIONS = {
    "tracing": tracing.measure,
    "live": live.measure,
    "tests": adaptive_tests.measure,
    "calibration": calibrating.measure,
    "reviews": reviews.measure,
    "teaching": teaching.measure,
    "references": references.measure,
    "kernels": kernels.measure,
}
DATA = Path("../shared/data")


def main() -> int:
    """The table; 1 when a bar is missed beyond its slack."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--no-peers", action="store_true", help="measure only ourselves")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    asked = parser.parse_args()
    require_release()
    show = Show("bench")
    peers = _peers(show, is_wanted=not asked.no_peers)
    data = asked.data if asked.data.is_dir() else None
    if data is None:
        show.skip("everything on recorded answers", f"no data in {asked.data}")
    bench = Bench(show, data, peers)
    for section in asked.only:
        print(f"-- {section}")
        SECTIONS[section](bench)
    show.sum_up()
    return 0 if show.save() else 1


def _peers(show: Show, *, is_wanted: bool) -> Peers | None:
    if not is_wanted:
        show.skip("every peer's figure", "--no-peers")
        return None
    try:
        return find_peers()
    except NoPeers as error:
        show.skip("every peer's figure", str(error))
        return None


if __name__ == "__main__":
    raise SystemExit(main())
