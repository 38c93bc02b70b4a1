"""`python -m tests.browser_faults --pages 20 --answers 500 --seed 1`: the run and its count."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser_faults.school import School


def main() -> int:
    """0 when nothing was lost, doubled or out of order, and the states are equal."""
    wanted = argparse.ArgumentParser(prog="python -m tests.browser_faults")
    wanted.add_argument("--pages", type=int, default=4, help="tablets, at most 20 children")
    wanted.add_argument("--answers", type=int, default=25, help="from each tablet")
    wanted.add_argument("--seed", type=int, default=1, help="of the faults")
    wanted.add_argument("--forgetful", action="store_true", help="browsers without a store")
    asked = wanted.parse_args()
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        sys.exit("The pages are tested in Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        school = School(
            Path(folder),
            browser,
            pages=asked.pages,
            answers=asked.answers,
            seed=asked.seed,
            is_forgetful=asked.forgetful,
        )
        tally = school.run()
        browser.close()
    print(*tally.words, sep="\n")
    print(
        f"pages={asked.pages} given={tally.given} stored={tally.stored} lost={tally.lost} "
        f"doubled={tally.doubled} disordered={tally.disordered} equal={tally.is_equal} "
        f"drained_s={tally.drained_s:.1f}"
    )
    print(" ".join(f"{kind}={count}" for kind, count in sorted(tally.faults.items())))
    return 0 if tally.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
