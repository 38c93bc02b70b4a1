"""Writes a pack as a QTI 3.0 package, for other learning systems."""

from __future__ import annotations

import argparse
from pathlib import Path

from hub.commands.pack.import_ import progress, tell
from hub.commands.pack.whole import check_folder, write_whole
from hub.errors import PackError
from models.domain.exchange.qti_writing import write_qti
from models.domain.exchange.report import Notes, Report
from models.domain.faults import PackFault
from models.domain.reading import load_pack


def run(asked: argparse.Namespace) -> int:
    """Writes `--out` and tells what QTI has no place for; 0 when that was done."""
    source: Path = asked.source
    if not source.exists():
        raise PackError("there is no such file or folder", where=str(source))
    check_folder(asked.out)
    if asked.report is not None:
        check_folder(asked.report)
    try:
        pack, _ = load_pack(source)
    except PackFault as error:
        raise PackError(str(error), where=str(source)) from error
    tag = asked.locale or pack.default_locale
    if pack.locales and tag not in pack.locales:
        raise PackError(f"it speaks {', '.join(pack.locales)}, not '{tag}'", where=str(source))
    notes = Notes()
    with progress("Writing each item") as on_item:
        made = write_qti(pack, tag, asked.seeds, notes, on_item)
    write_whole(asked.out, made.body)
    tell(Report(source.name, made.items, tuple(notes.rows)), asked.report)
    each = "1 activity" if asked.seeds == 1 else f"{asked.seeds} activities"
    print(f"{asked.out}: {len(made.body):,} bytes, {each} of each item.")
    return 0
