"""Measures the teacher's side on hubs and in a browser; writes build/show/teacher.json.

    python -m tests.teacher_tier [--only SECTION...]

Ends with 1 where a bar is missed; a time may miss its own by twice, for machines are shared.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from playwright.sync_api import expect

from hub.kernels import require_release
from tests.browser.scene import DEADLINE_MS
from tests.show import Show
from tests.teacher_tier import SECTIONS


def main() -> int:
    """The table; 1 when a bar is missed beyond its slack."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    asked = parser.parse_args()
    require_release()
    expect.set_options(timeout=DEADLINE_MS)
    show = Show("teacher")
    for name in asked.only:
        print(f"-- {name}", flush=True)
        import_module(f"tests.teacher_tier.sections.{name}").rows(show)
    show.sum_up()
    return 0 if show.save() else 1


if __name__ == "__main__":
    raise SystemExit(main())
