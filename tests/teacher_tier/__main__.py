"""Measures the teacher's side on hubs and in a browser; writes build/show/teacher.json.

    python -m tests.teacher_tier [--only SECTION...]

Ends with 1 where a bar is missed; a time may miss its own by twice, for machines are shared.
"""

from __future__ import annotations

from tests.teacher_tier import SECTIONS
from tests.tier import run

if __name__ == "__main__":
    raise SystemExit(run("teacher", SECTIONS, __doc__))
