"""Has a PDF made by a process of its own: what it needs in memory is gone when it ends."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from hub.errors import NoPaper
from hub.paper.fonts import ALL
from hub.paper.job import Job

logger = logging.getLogger(__name__)

#: A class of sixty takes 1.5 s of a fast core; a Raspberry Pi at work is allowed much more.
LIMIT_S = 60.0
#: Who waits longer for another teacher's file has tapped again. Each who waits holds a thread.
PATIENCE_S = 10.0
#: Where `python -m hub.paper` finds the very hub that asks.
_ROOT = Path(__file__).parents[2]


class Printer:
    """Makes one file at a time: a hub's memory has room for one such process."""

    def __init__(self, *, limit_s: float = LIMIT_S, patience_s: float = PATIENCE_S) -> None:
        self._limit_s = limit_s
        self._patience_s = patience_s
        self._turn = threading.Lock()

    def made(self, job: Job) -> bytes:
        """The PDF of `job`; raises NoPaper."""
        missing = next((font for font in ALL if not font.path.is_file()), None)
        if missing is not None:
            raise NoPaper(
                f"The hub lacks the font {missing.package} for this file. Print from the "
                "browser instead; a technician can install the font."
            )
        if not self._turn.acquire(timeout=self._patience_s):
            raise NoPaper("Another file to print is being made. Try again in a minute.")
        try:
            return self._run(msgspec.json.encode(job))
        finally:
            self._turn.release()

    def _run(self, job: bytes) -> bytes:
        try:
            ended = subprocess.run(
                [sys.executable, "-m", "hub.paper"],
                input=job,
                capture_output=True,
                timeout=self._limit_s,
                cwd=_ROOT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            # Not the error itself: it may quote what was handed over.
            raise _failed(type(error).__name__) from error
        if ended.returncode != 0 or not ended.stdout.startswith(b"%PDF-"):
            raise _failed(_kind(ended.stderr) or f"status {ended.returncode}")
        return ended.stdout


def _failed(why: str) -> NoPaper:
    logger.warning("paper_failed why=%s", why)
    return NoPaper("The file to print could not be made. Print from the browser instead.")


def _kind(told: bytes) -> str:
    """The kind of the error that ended the process, without its words: names may be in them."""
    last = told.decode(errors="replace").strip().rpartition("\n")[2]
    kind = last.partition(":")[0]
    return kind if kind.replace(".", "").isidentifier() else ""
