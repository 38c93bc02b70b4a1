"""Runs the sections of a tier that has a browser, and keeps what they measured."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from playwright.sync_api import expect

from hub.kernels import require_release
from tests.browser.scene import DEADLINE_MS
from tests.show import Show


def run(tier: str, sections: Sequence[str], says: str) -> int:
    """The table of `tests/TIER_tier`; 1 when a bar is missed beyond its slack.

    Each section is a module of its `sections` with `rows(show)`.
    """
    parser = argparse.ArgumentParser(description=says.split("\n", maxsplit=1)[0])
    parser.add_argument("--only", nargs="+", choices=sections, default=list(sections))
    asked = parser.parse_args()
    require_release()
    expect.set_options(timeout=DEADLINE_MS)
    show = Show(tier)
    for name in asked.only:
        print(f"-- {name}", flush=True)
        import_module(f"tests.{tier}_tier.sections.{name}").rows(show)
    show.sum_up()
    return 0 if show.save() else 1
