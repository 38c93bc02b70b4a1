"""Our BKT, fitted on a log's training learners, predicting the others.

By maximum likelihood and plain Bayes, as pyBKT does; and, for a second figure, with the guards
and the shrinkage that the hub wants of it.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hub.kernels import __version__
from hub.kernels.bkt import PLAIN, Log, fit
from models.domain.response_log import Response
from tests.bench.logs import read_split
from tests.bench.turns import Work, serve

#: A trace takes milliseconds, in which a shared core may be half as fast: the best of many.
REPEATS = 25


def set_up(arguments: dict[str, Any]) -> Work:
    """`log`: the CSV; `seed`; `chances` and `guarded`: where the results go."""
    split = read_split(Path(arguments["log"]))
    train, test = columns(split.train), columns(split.test)

    def turn() -> tuple[int, Mapping[str, float]]:
        began_s = time.process_time()
        model = fit(train, PLAIN, seed=arguments["seed"], threads=1)
        fit_s = time.process_time() - began_s
        chances = model.predict_many(test, guards=False)
        Path(arguments["chances"]).write_bytes(chances.tobytes())
        guarded = fit(train, seed=arguments["seed"], threads=1)
        Path(arguments["guarded"]).write_bytes(guarded.predict_many(test).tobytes())
        trace_s = min(_cpu_s(lambda: guarded.predict_many(test)) for _ in range(REPEATS))
        return 1, {"fit_s": fit_s, "trace_s": trace_s / len(chances)}

    return Work(__version__, turn)


def _cpu_s(work: Callable[[], object]) -> float:
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def columns(rows: Sequence[Response]) -> Log:
    """The rows as columns; a row with several skills keeps them all."""
    users: dict[str, int] = {}
    skills: dict[str, int] = {}
    learners, offsets, of_rows = array("q"), array("q", [0]), array("q")
    for row in rows:
        learners.append(users.setdefault(row.user, len(users)))
        of_rows.extend(
            skills.setdefault(name, len(skills)) for name in dict.fromkeys(row.skills)
        )
        offsets.append(len(of_rows))
    rights = bytes(row.is_right for row in rows)
    return Log(learners, of_rows, rights, list(skills), offsets=offsets)


if __name__ == "__main__":
    serve(set_up)
