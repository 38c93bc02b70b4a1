"""Shows that the check finds what is planted in a pack, and what is in the starter pack."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from models.domain.lint.check import SEEDS, lint
from models.domain.lint.source import read_source
from models.domain.pack import starter_path
from tests.models.small_pack import clean, linted
from tests.models.test_lint import ERRORS, WARNINGS
from tests.show import Show


def rows(show: Show) -> None:
    """All rows of this part; about a minute and a half."""
    _planted(show)
    _starter(show)


def _planted(show: Show) -> None:
    """Each planted fault must be found; a pack without one must pass."""
    found = 0
    for breaks, _, _, message in (*ERRORS.values(), *WARNINGS.values()):
        files = clean()
        files["items/s.json"][2]["let"] = {"d": "a - b"}
        breaks(files)
        with tempfile.TemporaryDirectory(prefix="mangotree-") as folder:
            report = linted(files, Path(folder))
        found += any(message in one.message for one in (*report.errors, *report.warnings))
    missed = len(ERRORS) + len(WARNINGS) - found
    show.row("lint: kinds of planted faults found", found, "kinds")
    show.row("lint: kinds of planted faults missed", missed, "kinds", "== 0")
    with tempfile.TemporaryDirectory(prefix="mangotree-") as folder:
        errors = len(linted(clean(), Path(folder)).errors)
    show.row("lint: errors in a clean pack", errors, "errors", "== 0")


def _starter(show: Show) -> None:
    began = time.process_time()
    report = lint(read_source(starter_path()), seeds=SEEDS)
    took_s = time.process_time() - began
    show.row("lint: templates of the starter pack, 200 seeds each", report.items, "templates")
    show.row("lint: errors in the starter pack", len(report.errors), "errors", "== 0")
    show.row("lint: warnings in the starter pack", len(report.warnings), "warnings")
    show.row("lint: the starter pack", round(took_s, 1), "s CPU", "<= 90", slack=2.0)
