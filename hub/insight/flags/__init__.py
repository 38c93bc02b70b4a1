"""Flags: what a teacher should know of a learner now, each with the numbers that add up to it.

A class's log goes in row by row (`Flags.hear`), a learner's flags come out (`Flags.of`) and how
much a visit is needed (`Flags.need`). All of it is a function of the log's latest rows and of
what is handed in with the question (`Now`): a hub that starts again reads those rows and says
the same. The rules, their numbers and their sources stand in docs/flags.md.
"""

from __future__ import annotations

from hub.insight.flags.flag import Clears, Flag, Now, Part
from hub.insight.flags.ground import Ground, Located
from hub.insight.flags.need import Need
from hub.insight.flags.projection import Flags
from hub.insight.flags.telling import clearing, limit, part, sentence

__all__ = [
    "Clears",
    "Flag",
    "Flags",
    "Ground",
    "Located",
    "Need",
    "Now",
    "Part",
    "clearing",
    "limit",
    "part",
    "sentence",
]
