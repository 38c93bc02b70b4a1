"""Our BKT as it comes, fitted on a log's training learners, predicting the others."""

from __future__ import annotations

import time
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hub.kernels import __version__
from hub.kernels.bkt import Log, fit
from models.training.logs import Row
from tests.bench.logs import read_split
from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`log`: the CSV; `seed`; `chances`: where the result goes."""
    split = read_split(Path(arguments["log"]))
    train, test = columns(split.train), columns(split.test)

    def turn() -> tuple[int, Mapping[str, float]]:
        began_s = time.process_time()
        model = fit(train, seed=arguments["seed"], threads=1)
        fitted_s = time.process_time()
        chances = model.predict_many(test)
        ended_s = time.process_time()
        Path(arguments["chances"]).write_bytes(chances.tobytes())
        figures = {"fit_s": fitted_s - began_s, "trace_s": (ended_s - fitted_s) / len(chances)}
        return 1, figures

    return Work(__version__, turn)


def columns(rows: Sequence[Row]) -> Log:
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
