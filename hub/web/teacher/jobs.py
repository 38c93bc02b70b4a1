"""Work that takes longer than a page may: done beside it, and how far it is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable
from typing import cast

from flask import current_app

from hub.errors import HubError

#: A page waits so long for its work, which for a class's list is far too long; then it shows
#: how far the work is. People notice a wait of one second (Nielsen 1993, chapter 5).
PATIENCE_S = 1.0


class Job:
    """One piece of work: `stage` says how far it is, `found` what came of it, or `error` why
    nothing did.
    """

    def __init__(self) -> None:
        self.stage = 0
        self.rows = 0
        self.found: object = None
        self.error: Exception | None = None
        self._is_over = threading.Event()

    def run(self, work: Callable[[Job], object]) -> None:
        """Does the work here and now; what the hub refuses is kept as `error`."""
        try:
            self.found = work(self)
        except (HubError, sqlite3.Error, OSError) as error:
            self.error = error
        finally:
            self._is_over.set()

    def is_over(self, patience_s: float = 0.0) -> bool:
        """Whether it is done, after waiting at most so long."""
        return self._is_over.wait(patience_s)


class Jobs:
    """The work in hand, by what it is about; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[Hashable, Job] = {}

    def begin(self, about: Hashable, work: Callable[[Job], object]) -> Job:
        """The work about this: the one in hand, or begun now."""
        with self._lock:
            found = self._all.get(about)
            if found is not None:
                return found
            job = self._all[about] = Job()
        threading.Thread(target=job.run, args=(work,), name="list", daemon=True).start()
        return job

    def of(self, about: Hashable) -> Job | None:
        """The work about this, if any is in hand."""
        with self._lock:
            return self._all.get(about)

    def end(self, about: Hashable) -> None:
        """What came of the work was told: it is forgotten."""
        with self._lock:
            self._all.pop(about, None)


def jobs() -> Jobs:
    """The work in hand of the hub that serves this request."""
    return cast(Jobs, current_app.extensions["mangotree-jobs"])
