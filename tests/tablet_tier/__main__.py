"""Measures the learner's page in a real browser; writes build/show/tablet.json.

    python -m tests.tablet_tier [--only SECTION...]

Ends with 1 where a bar is missed; a time may miss its own by twice, for machines are shared.
"""

from __future__ import annotations

from tests.tier import run

#: In order; each is a module with `rows(show)`.
SECTIONS = ("visit", "memory", "floor", "axe", "plain", "rush", "faults", "strip")

if __name__ == "__main__":
    raise SystemExit(run("tablet", SECTIONS, __doc__))
