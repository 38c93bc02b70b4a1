"""The teacher's side measured: who needs a visit, and what obeys; build/show/teacher.json."""

from __future__ import annotations

#: In order; each is a module of `sections` with `rows(show)`.
SECTIONS = ("glance", "flags", "load", "rosters", "deeds")
