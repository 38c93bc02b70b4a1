"""One answer into pyBKT's Roster, serially: its default starts threads and is slower."""

from __future__ import annotations

import random
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import pandas as pd  # type: ignore[import-not-found, import-untyped, unused-ignore]  # peers'
from pyBKT.models import Model, Roster  # type: ignore[import-not-found]  # in the peers' venv

from tests.bench.turns import Work, serve

LEARNERS, SKILLS = 30, 10


def set_up(arguments: dict[str, Any]) -> Work:
    """`updates`: how many answers make a turn."""
    chance = random.Random(1)
    rows = [
        (learner, f"skill {skill}", int(chance.random() < 0.6), order)
        for learner in range(LEARNERS)
        for skill in range(SKILLS)
        for order in range(6)
    ]
    log = pd.DataFrame(rows, columns=["user_id", "skill_name", "correct", "order_id"])
    model = Model(seed=1, num_fits=1, parallel=False)
    model.fit(data=log)
    roster = Roster(LEARNERS, [f"skill {skill}" for skill in range(SKILLS)], model=model)
    asked = [
        (
            f"skill {chance.randrange(SKILLS)}",
            1 + chance.randrange(LEARNERS),
            chance.randrange(2),
        )
        for _ in range(arguments["updates"])
    ]

    def turn() -> tuple[int, Mapping[str, float]]:
        for skill, learner, right in asked:
            state = roster.update_state(skill, learner, right)
        return len(asked), {"mastery": float(state.get_mastery_prob())}

    return Work(version("pyBKT"), turn)


if __name__ == "__main__":
    serve(set_up)
