"""Forty pages and devices through kills, cuts, reloads and closed tabs: nothing lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.browser.chromium import opened
from tests.browser_faults.browsing import LIGHT
from tests.browser_faults.school import School, Size
from tests.show import Show

SIZE = Size(clients=40, pages=8, answers=10_000)
SEED = 5
MOST_MINUTES = 30


def rows(show: Show) -> None:
    """The whole run of its full size; `python -m tests.browser_faults` does others."""
    with tempfile.TemporaryDirectory() as folder, opened(LIGHT) as browser:
        tally = School(Path(folder), browser, SIZE, seed=SEED).run()
    for line in tally.lines():
        print(f"  {line}")
    show.row("faults: answers given", tally.given, "answers", f">= {SIZE.answers}")
    show.row("faults: of them by pages in the browser", tally.given_by_pages, "answers")
    show.row("faults: of them by devices", tally.given_by_devices, "answers")
    show.row("faults: of all kinds", tally.faults.total(), "faults", ">= 200")
    show.row("faults: answers lost", tally.lost, "answers", "== 0")
    show.row("faults: answers doubled", tally.doubled, "answers", "== 0")
    show.row("faults: answers out of order", tally.disordered, "answers", "== 0")
    show.row("faults: answers refused for good", tally.refused, "answers", "== 0")
    show.row("faults: states equal to an undisturbed run", int(tally.is_equal), "", "== 1")
    show.row("faults: answers that came out otherwise", tally.answers_apart, "", "== 0")
    show.row("faults: states differing", tally.states_apart, "", "== 0")
    took = round(tally.worked_s / 60, 1)
    show.row("faults: the run took", took, "min", f"<= {MOST_MINUTES}", slack=4)
    drained_s = round(tally.pages_drained_s, 1)
    show.row("faults: pages drained after the hub is back", drained_s, "s", "<= 5", slack=3)
