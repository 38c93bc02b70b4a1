"""pyBKT as it comes, fitted on a log's training learners, predicting the others.

A row with several skills is seen by the model of each; its chance is their mean. Every chance
comes from earlier rows alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-not-found, import-untyped, unused-ignore]  # peers'
from pyBKT.models import Model  # type: ignore[import-not-found]  # in the peers' venv

from tests.bench.turns import Work, serve

TEXT = {"user": str, "skill": str}
COLUMNS = {"user": "user_id", "skill": "skill_name", "ord": "order_id"}


def set_up(arguments: dict[str, Any]) -> Work:
    """`log`: the CSV; `test`: the test learners' ids; `chances`: where the result goes."""
    rows = pd.read_csv(arguments["log"], usecols=[*COLUMNS, "correct"], dtype=TEXT)
    rows = rows.rename(columns=COLUMNS)
    # The log is in order; within one learner `ord` is not unique over skills, a row is.
    rows["order_id"] = rows["row"] = np.arange(len(rows))
    rows["skill_name"] = rows["skill_name"].str.split(";")
    rows = rows.explode("skill_name")
    is_test = rows["user_id"].isin(arguments["test"])
    train = rows[~is_test].reset_index(drop=True)
    test = rows[is_test].reset_index(drop=True)

    def turn() -> tuple[int, Mapping[str, float]]:
        began_s = time.process_time()
        model = Model(seed=arguments["seed"], parallel=False)
        model.fit(data=train.copy())
        fitted_s = time.process_time()
        traced = model.predict(data=test.copy())
        ended_s = time.process_time()
        chances = traced.groupby("row")["correct_predictions"].mean().sort_index()
        Path(arguments["chances"]).write_bytes(chances.to_numpy(np.float64).tobytes())
        figures = {"fit_s": fitted_s - began_s, "trace_s": (ended_s - fitted_s) / len(chances)}
        return 1, figures

    return Work(version("pyBKT"), turn)


if __name__ == "__main__":
    serve(set_up)
