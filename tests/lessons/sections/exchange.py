"""Shows that the starter pack goes out as QTI 3.0 and comes back as it was."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from models.domain.exchange.qti_writing import write_qti
from models.domain.exchange.report import Notes
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.models.exchange_ground import packed, qti, quiet, right, sendable, without_names
from tests.show import Show


def rows(show: Show) -> None:
    """All rows of this part; about ten seconds."""
    pack, _ = load_pack(starter_path())
    total, same, began = 0, 0, time.process_time()
    for tag in pack.locales:
        made = write_qti(pack, tag, 1, Notes(), quiet)
        with tempfile.TemporaryDirectory(prefix="mangotree-") as folder:
            back = packed(qti(made.body, Notes(), tag), Path(folder) / "back", Notes(), tag)
        places = sendable(pack)
        total += len(places)
        for at, place in enumerate(places[: len(back.items)]):
            own = without_names(right(pack, place), pack, place)
            same += without_names(right(back, at), back, at) == own
    spent = time.process_time() - began
    name = "starter pack to QTI 3.0 and back: right answers that are the same"
    show.row(name, same, f"of {total}", f"== {total}")
    show.row("items that QTI cannot ask", len(pack.items) - len(sendable(pack)), "items")
    show.row("an item out and back", round(1000 * spent / total, 2), "ms CPU")
