"""Says what is wrong with a pack before a child finds it, with file, key and line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

import msgspec
from tqdm import tqdm

from hub.errors import PackError
from models.domain.archive import ArchiveFault
from models.domain.faults import PackFault
from models.domain.lint.check import lint
from models.domain.lint.findings import Report
from models.domain.lint.source import read_source


def run(asked: argparse.Namespace) -> int:
    """Prints the findings; 0 where none is an error."""
    path: Path = asked.path
    if not path.exists():
        raise PackError("there is no such folder or file", where=str(path))
    try:
        source = read_source(path)
        # Nothing is drawn where nobody looks, and nothing beside JSON.
        with tqdm(unit="item", desc="Trying each item", disable=asked.json or None) as bar:
            report = lint(
                source,
                seeds=asked.seeds,
                only=asked.item or "",
                on_item=lambda n, of: _move(bar, n, of),
            )
    except (ArchiveFault, PackFault) as error:
        raise PackError(str(error), where=str(path)) from error
    if asked.json:
        print(msgspec.json.format(msgspec.json.encode(report), indent=1).decode())
    else:
        _print(report, str(path))
    return 1 if report.errors else 0


def _move(bar: tqdm[NoReturn], done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)


def _print(report: Report, where: str) -> None:
    for title, found in (("Errors", report.errors), ("Warnings", report.warnings)):
        if found:
            print(f"{title}:")
            for one in found:
                print(f"  {one}")
    errors, warnings = len(report.errors), len(report.warnings)
    counts = f"{errors} {'error' if errors == 1 else 'errors'}, {warnings} "
    counts += "warning" if warnings == 1 else "warnings"
    items = "1 item" if report.items == 1 else f"{report.items} items"
    print(f"{where}: {items}, {report.seeds} seeds each: {counts}.")
