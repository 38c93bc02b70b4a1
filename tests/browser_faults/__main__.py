"""`python -m tests.browser_faults --answers 10000`: the run of a class, and its count."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import opened
from tests.browser_faults.browsing import LIGHT
from tests.browser_faults.school import School, Size


def main() -> int:
    """0 when nothing was lost, doubled or out of order, and the states are equal."""
    asked = arguments()
    # Ended from outside, it ends its hub, its devices and its browser, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    size = Size(
        clients=asked.pages if asked.forgetful else asked.clients,
        pages=asked.pages,
        answers=asked.answers,
        gap=asked.gap,
        is_forgetful=asked.forgetful,
    )
    with tempfile.TemporaryDirectory() as folder, opened(LIGHT) as browser:
        tally = School(Path(folder), browser, size, seed=asked.seed).run()
    print(*tally.lines(), sep="\n")
    return 0 if tally.is_clean else 1


def arguments() -> argparse.Namespace:
    """What was asked for."""
    wanted = argparse.ArgumentParser(prog="python -m tests.browser_faults")
    wanted.add_argument("--clients", type=int, default=40, help="pages and devices together")
    wanted.add_argument("--pages", type=int, default=8, help="browser pages among them")
    wanted.add_argument("--answers", type=int, default=10_000, help="from all of them")
    wanted.add_argument("--gap", type=int, default=30, help="answers between two faults")
    wanted.add_argument("--seed", type=int, default=1, help="of the faults")
    wanted.add_argument(
        "--forgetful", action="store_true", help="pages alone, browsers without a store"
    )
    return wanted.parse_args()


if __name__ == "__main__":
    sys.exit(main())
