"""Lets simulated pupils work as real MQTT devices, so that a newcomer sees a class at work."""

from __future__ import annotations

import argparse
from contextlib import closing

from tqdm import tqdm

from devices.simulator.classroom import ClassReport, run_class
from hub.commands.door import running_hub
from hub.errors import HubError
from hub.home import Home
from hub.lesson.packs import class_packs
from hub.store.database import open_reading
from models.domain.templates import question


def run(asked: argparse.Namespace) -> int:
    """Plays pupils in the hub's first class until Ctrl-C, or for so many answers."""
    hub = running_hub(asked.home)
    if not hub.join_code:
        raise HubError("The hub has no class yet. Start it once with: mangotree start --demo")
    with closing(open_reading(Home(asked.home).database)) as connection:
        row = connection.execute(
            "SELECT id FROM classes WHERE join_code = ?", (hub.join_code,)
        ).fetchone()
        pack = class_packs(connection)[row[0]]

    def solve(item: str, seed: int) -> str:
        return str(question(pack.items[pack.item_index[item]].template, seed).answer)

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
