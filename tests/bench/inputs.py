"""Inputs for both sides, made from fixed seeds; what both read stands in build/bench."""

from __future__ import annotations

import csv
import gzip
import json
import random
from pathlib import Path

from hub.kernels import Tracer
from models.learner.weights import load_stack

FOLDER = Path("build/bench")
#: What is asked of a bank: so many abilities, with 20 items given.
EXAMINEES, GIVEN = 1_000, 20
AREAS = 5


def class_of(learners: int, skills: int, items: int) -> Tracer:
    """A class with the shipped weights: skills in a graph, items of graded difficulty."""
    chance = random.Random(skills)
    stack = load_stack()
    tracer = Tracer(
        skill_params=[stack.bkt.as_tuple()] * skills,
        prerequisites=[
            sorted(chance.sample(range(skill), min(skill, 2))) if chance.random() < 0.7 else []
            for skill in range(skills)
        ],
        item_skills=[[item % skills] for item in range(items)],
        item_difficulty=[chance.gauss(0.0, 1.0) for _ in range(items)],
        weights=stack.weights,
    )
    tracer.add_learners(learners)
    return tracer


def item_bank(items: int) -> Path:
    """A bank as published comparisons have it: a lognormal, b normal, c up to .2; five areas.

    `given` are items that were answered, `thetas` the examinees.
    """
    chance = random.Random(items)
    bank = {
        "a": [chance.lognormvariate(0.1, 0.3) for _ in range(items)],
        "b": [chance.gauss(0.0, 1.2) for _ in range(items)],
        "c": [0.2 * chance.random() for _ in range(items)],
        "area": [item % AREAS for item in range(items)],
        "thetas": [chance.gauss(0.0, 1.0) for _ in range(EXAMINEES)],
        "given": chance.sample(range(items), GIVEN),
    }
    return _written(f"bank-{items}.json", bank)


def reference_bank(folder: Path) -> Path:
    """The bank and the examinees of the published figures, from the data folder."""
    items = _table(folder / "bank500_2pl.csv.gz")
    bank = {
        "a": items["a"],
        "b": items["b"],
        "thetas": _table(folder / "thetas_1000.csv.gz")["theta"],
    }
    return _written("bank-reference.json", bank)


def _table(path: Path) -> dict[str, list[float]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def one_skill(learners: int, answers: int) -> Path:
    """Answers of one skill: learners end to end, all of one length."""
    chance = random.Random(learners)
    rights: list[int] = []
    for _ in range(learners):
        known = chance.random() < 0.3
        for _ in range(answers):
            rights.append(int(chance.random() < (0.9 if known else 0.2)))
            known = known or chance.random() < 0.1
    return _written("skill.json", {"lengths": [answers] * learners, "rights": rights})


def _written(name: str, content: object) -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = (FOLDER / name).absolute()
    path.write_text(json.dumps(content))
    return path
