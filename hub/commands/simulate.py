"""Lets simulated pupils work: as devices on this hub, or under a rule that is to be judged."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
from tqdm import tqdm

from devices.messages import Activity
from devices.simulator.classroom import ClassReport, run_class
from devices.simulator.pupil import Known
from hub.commands.door import running_hub
from hub.errors import HubError
from hub.home import Home
from hub.lesson.grading import asked as asked_of
from hub.lesson.packs import class_packs
from hub.store.database import open_reading
from models.domain.solution import bug_answers, other_answers, right_answer
from models.training.pictures import NoPictures, check_can_draw
from models.training.teaching.curves_fit import fitted_law
from models.training.teaching.picture import draw
from models.training.teaching.report import LAWS, QUICK, Design, Report, simulate
from models.training.teaching.table import written


def run(asked: argparse.Namespace) -> int:
    """Simulates a class on the running hub, or terms for the teaching report."""
    if asked.what == "class":
        return _class(asked)
    try:
        return _teach(asked)
    except NoPictures as error:
        raise HubError(str(error)) from error


def _class(asked: argparse.Namespace) -> int:
    """Plays pupils in the hub's first class until Ctrl-C, or for so many answers."""
    hub = running_hub(asked.home)
    if not hub.join_code:
        raise HubError("The hub has no class yet. Start it once with: mangotree start --demo")
    with closing(open_reading(Home(asked.home).database)) as connection:
        row = connection.execute(
            "SELECT id FROM classes WHERE join_code = ?", (hub.join_code,)
        ).fetchone()
        pack = class_packs(connection)[row[0]]

    def solve(activity: Activity) -> Known:
        place = pack.item_index[activity.item]
        one = asked_of(pack, place, activity.seed, activity.step)
        wrong = [text for _, text in bug_answers(one.bugs, one.answer, one.made, pack)]
        return Known(right_answer(one.answer, one.made), wrong + other_answers(one.answer))

    print(
        f"{asked.devices} tablets; watch them at {hub.url}/teacher/   Stop: Ctrl-C", flush=True
    )
    with tqdm(unit="answer", total=asked.answers) as bar:

        def show(report: ClassReport) -> None:
            bar.update(report.answers - bar.n)
            bar.set_postfix(safe=report.receipted, right=report.right)

        report = run_class(
            hub.url,
            hub.join_code,
            devices=asked.devices,
            speed=asked.speed,
            answers_limit=asked.answers,
            solve=solve,
            seed=1,
            on_progress=show,
        )
    print(f"{report.answers} answers, {report.receipted} safe on the hub's disk.")
    return 0 if report.unreceipted == 0 else 1


def _teach(asked: argparse.Namespace) -> int:
    """Compares rules on simulated pupils; prints the table, and keeps it where asked."""
    if asked.plot is not None:
        check_can_draw(asked.plot)
    design = _design(asked)
    terms = sum(1 for _ in design.cases())
    with tqdm(unit="term", total=terms) as bar:

        def show() -> None:
            bar.update()

        report = simulate(design, processes=asked.processes, on_term=show)
    print(written(report))
    _keep(report, asked.json, asked.plot)
    return 0


def _design(asked: argparse.Namespace) -> Design:
    design = QUICK if asked.quick else Design()
    count = len(design.seeds) if asked.seeds is None else asked.seeds
    pupils = design.pupils if asked.pupils is None else asked.pupils
    laws = LAWS if asked.data is None else (*LAWS[:-1], fitted_law(asked.data))
    first = design.seeds[0] if asked.first_seed is None else asked.first_seed
    seeds = tuple(range(first, first + count))
    return replace(design, laws=laws, seeds=seeds, pupils=pupils)


def _keep(report: Report, rows: Path | None, plot: Path | None) -> None:
    if rows is not None:
        rows.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    if plot is not None:
        draw(report, plot)
