"""Draws one job: `python -m hub.paper < job.json > cards.pdf`, at low priority."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import msgspec

from hub.paper.job import Job
from hub.paper.sheets import drawn


def main() -> None:
    """The process: the PDF on its output, or an error that ends it."""
    # A system that forbids it has its own idea of who comes first.
    with suppress(PermissionError):
        os.nice(19)
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(drawn(job))


if __name__ == "__main__":
    main()
