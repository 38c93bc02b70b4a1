"""Runs two sides in turns, ours first, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

LOGS = Path("build/bench/logs")
#: One core: what more threads give is no figure of the algorithm.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "RAYON_NUM_THREADS",
    ),
    "1",
)


class SideFailed(Exception):
    """A side that ended before its turns were over."""


@dataclass(frozen=True, slots=True)
class Call:
    """A side to run: which Python, which module below tests.bench, with which arguments."""

    python: Path
    module: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Measured:
    """One side's turns: CPU seconds a piece of work, and the figures of its last turn.

    A figure whose name ends in `_s` is a time, too: the best of the turns.
    """

    version: str
    best_s: float
    middle_s: float
    figures: Mapping[str, float]


def ours(module: str, **arguments: object) -> Call:
    """Our side, under the Python that runs this."""
    return Call(Path(sys.executable), f"ours.{module}", arguments)


def take_turns(calls: Sequence[Call], turns: int) -> list[Measured | SideFailed]:
    """Lets the sides work one after the other, `turns` times each, and sums up each side.

    The first turn of a side warms it up and is not counted where there are more. A side that
    fails is told in its place; the others go on.
    """
    taken: list[list[dict[str, Any]]] = [[] for _ in calls]
    failed: dict[int, SideFailed] = {}
    with contextlib.ExitStack() as stack:
        sides: dict[int, _Side] = {}
        for place, call in enumerate(calls):
            with _noting(place, failed):
                sides[place] = stack.enter_context(_running(call))
        for _ in range(turns):
            for place, side in sides.items():
                if place not in failed:
                    with _noting(place, failed):
                        taken[place].append(side.turn())
        return [
            failed.get(place) or _summed(sides[place].version, taken[place])
            for place in range(len(calls))
        ]


@contextlib.contextmanager
def _noting(place: int, failed: dict[int, SideFailed]) -> Iterator[None]:
    try:
        yield
    except SideFailed as error:
        failed[place] = error


def _summed(version: str, taken: list[dict[str, Any]]) -> Measured:
    counted = taken[1:] or taken
    times = [turn["cpu_s"] / turn["pieces"] for turn in counted]
    figures: dict[str, float] = dict(taken[-1]["figures"])
    for name in figures:
        if name.endswith("_s"):
            figures[name] = min(turn["figures"][name] for turn in counted)
    return Measured(version, min(times), statistics.median(times), figures)


class _Side:
    """A process that takes turns."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log
        self.version = str(self._answer()["version"])

    def turn(self) -> dict[str, Any]:
        """One turn's answer."""
        asked = _pipe(self._process.stdin)
        try:
            asked.write("\n")
            asked.flush()
        except BrokenPipeError as error:
            raise SideFailed(self._last_words()) from error
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise SideFailed(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        said = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"{said[-1] if said else 'it ended'} (see {self._log})"


@contextlib.contextmanager
def _running(call: Call) -> Iterator[_Side]:
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{call.module}.log"
    module = f"tests.bench.{call.module}"
    command = [str(call.python), "-m", module, json.dumps(call.arguments)]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **ONE_THREAD},
        ) as process,
    ):
        try:
            yield _Side(process, log)
        finally:
            with contextlib.suppress(BrokenPipeError):
                _pipe(process.stdin).close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise SideFailed("a side without pipes")
    return pipe
