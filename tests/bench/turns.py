"""One side of a comparison: sets up once, then does its work each time it is told to.

It runs under our Python and under the peers', so it needs nothing but the standard library.
A line on standard input asks for one turn; each turn answers with one line of JSON: its CPU
seconds (all threads of the process), how many pieces of work those were, and its figures.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: What one turn did: how many pieces of work, and what came out.
Turn = Callable[[], tuple[int, Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Work:
    """What a side measures, and the version of the library that does it."""

    version: str
    turn: Turn


def serve(set_up: Callable[[dict[str, Any]], Work]) -> None:
    """Sets up with the JSON of the first argument, then takes turns until input ends."""
    # Libraries print as they like: what they print must not stand between the answers.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        work = set_up(json.loads(sys.argv[1]))
        _say(answers, {"version": work.version})
        for _ in sys.stdin:
            _say(answers, _timed(work.turn))


def _timed(turn: Turn) -> dict[str, object]:
    """One turn. Garbage is collected before it, not in it, on either side."""
    gc.collect()
    gc.disable()
    began_s = time.process_time()
    pieces, figures = turn()
    cpu_s = time.process_time() - began_s
    gc.enable()
    return {"cpu_s": cpu_s, "pieces": pieces, "figures": dict(figures)}


def _say(answers: Any, answer: Mapping[str, object]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
