"""Our stack, fitted on a log's training learners and frozen, predicting the others."""

from __future__ import annotations

import math
import time
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.kernels import __version__
from hub.kernels.stack import Answers, Stack, fit
from models.domain.response_log import read_responses
from models.training.records import Records, as_records, parted
from tests.bench.turns import Work, serve

#: A trace takes milliseconds, in which a shared core may be half as fast: the best of many.
REPEATS = 25
#: Answers read one by one, with their reasons: the best of so many runs of so many.
RUNS, LIVE = 20, 500


def set_up(arguments: dict[str, Any]) -> Work:
    """`log`: the CSV; `chances`: where the result goes."""
    train, test = parted(as_records(read_responses(Path(arguments["log"]))))
    train_extras, extras = _extras(train), _extras(test)

    def turn() -> tuple[int, Mapping[str, float]]:
        began_s = time.process_time()
        model = fit(
            Answers(train.learner, train.item, train.right, **train_extras),
            item_skills=train.item_skills,
            n_skills=len(train.skills),
            data=Path(arguments["log"]).stem,
        )
        fit_s = time.process_time() - began_s
        stack = model.stack()
        times = []
        for _ in range(REPEATS):
            began_s = time.process_time()
            chances = stack.trace(test.learner, test.item, test.right, **extras)
            times.append(time.process_time() - began_s)
        Path(arguments["chances"]).write_bytes(chances.tobytes())
        figures = {
            "fit_s": fit_s,
            "trace_s": min(times) / len(chances),
            "answer_s": _answer_s(stack, test),
        }
        return 1, figures

    return Work(__version__, turn)


def _extras(records: Records) -> dict[str, array[float]]:
    """The columns that the log has; one of which nothing is known is none."""
    columns = {"pace_s": records.pace_s, "hints": records.hints}
    return {
        name: column for name, column in columns.items() if not all(map(math.isnan, column))
    }


def _answer_s(stack: Stack, test: Records) -> float:
    """CPU seconds of one answer from Python, its chance and every reason read."""
    places = {who: place for place, who in enumerate(dict.fromkeys(test.learner))}
    room = stack.learners(len(places))
    rows = zip(test.learner, test.item, test.right, strict=True)
    asked = [(places[who], item, bool(right)) for who, item, right in rows]
    times = []
    for first in range(0, min(len(asked), RUNS * LIVE), LIVE):
        run = asked[first : first + LIVE]
        began_s = time.process_time()
        for learner, item, right in run:
            told = room.answer(learner, item, right)
            _ = (told.p, told.reasons)
        times.append((time.process_time() - began_s) / len(run))
    return min(times)


if __name__ == "__main__":
    serve(set_up)
