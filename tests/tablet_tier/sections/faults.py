"""Real pages through kills, cuts, reloads and closed tabs: nothing lost, nothing doubled."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.browser_faults.school import School
from tests.show import Show
from tests.tablet_tier.stage import browsing

PAGES = 6
ANSWERS = 40
SEED = 5


def rows(show: Show) -> None:
    """A short run; `python -m tests.browser_faults` does long ones."""
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        school = School(Path(folder), browser, pages=PAGES, answers=ANSWERS, seed=SEED)
        tally = school.run()
    for word in tally.words:
        print(f"  {word}")
    show.row("faults: answers given", tally.given, "answers", f">= {PAGES * ANSWERS}")
    show.row("faults: of all kinds", sum(tally.faults.values()), "faults", ">= 10")
    show.row("faults: answers lost", tally.lost, "answers", "== 0")
    show.row("faults: answers doubled", tally.doubled, "answers", "== 0")
    show.row("faults: answers out of order", tally.disordered, "answers", "== 0")
    show.row("faults: states equal to an undisturbed run", int(tally.is_equal), "", "== 1")
    show.row(
        "faults: drained after the hub is back", round(tally.drained_s, 1), "s", "<= 5", slack=2
    )
