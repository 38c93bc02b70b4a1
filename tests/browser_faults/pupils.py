"""Devices of a class in a process of their own, which can be killed: they answer and tell.

`python -m tests.browser_faults.pupils FOLDER`: one device for each plan in FOLDER, by MQTT
with the real agent or by HTTP, each with its outbox beside the plan. Standard input: `given
CLIENT COUNT` and `upto CLIENT COUNT`, what a client has given and may have given. Standard
output: `T CLIENT JSON` for an answer that is on the device's disk, `W CLIENT COUNT` for how
many wait there, `X CLIENT REASON` for one that the hub will never take.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from random import Random
from typing import Literal

import msgspec

from devices.agent import Agent
from devices.loop import AgentLoop
from devices.messages import (
    FINAL_REFUSALS,
    Activity,
    ClassControl,
    Next,
    Receipt,
    Refused,
    SignedIn,
)
from devices.outbox import Outbox
from devices.pairing import load
from hub.lesson.grading import asked
from models.domain.pack import Pack, starter_path
from models.domain.reading import load_pack
from models.domain.solution import right_answer
from tests.browser_faults.posting import Poster

RoadName = Literal["mqtt", "http"]

TICK_S = 0.05
#: A quick child's pause before an answer, from and to.
THINKING_S = (0.05, 0.4)
#: No reply for so long: the device goes on by itself with questions of its pack.
PATIENCE_S = 1.0
#: Enough that an outage leaves an outbox full of answers, and that its end is no flood.
MOST_UNRECEIPTED = 40
#: Two children at one device change after so many answers.
TURN_ANSWERS = 5
RIGHT_SHARE = 0.6
RESEND_S = 1.0


class Plan(msgspec.Struct, frozen=True):
    """One device of the run: its number among all clients, its children, its road."""

    client: int
    learners: list[int]
    road: RoadName
    url: str
    seed: int


#: What brings answers to the hub.
Road = Agent | Poster


class Pupils:
    """The children at one device: they answer what is asked, and go on when nobody asks."""

    def __init__(self, plan: Plan, pack: Pack) -> None:
        self._plan = plan
        self._pack = pack
        self._random = Random(f"{plan.seed}/{plan.client}/{time.time_ns()}")
        self._sessions: dict[int, str] = {}
        self._asked: dict[int, Activity] = {}
        self._turn = 0
        self._in_turn = 0
        self._next_s = 0.0
        self._last_s = time.monotonic()
        self._told_waiting = -1
        self.given = 0
        self.upto = 0

    def attach(self, road: Road) -> None:
        self._road = road

    def act(self) -> None:
        """One look of the child at its tablet."""
        now_s = time.monotonic()
        waiting = self._road.unreceipted
        if waiting != self._told_waiting:
            self._told_waiting = waiting
            tell("W", self._plan.client, waiting)
        if now_s >= self._next_s and self.given < self.upto and waiting < MOST_UNRECEIPTED:
            self._answer(now_s)

    def on_signed_in(self, signed_in: SignedIn) -> None:
        self._sessions[signed_in.learner] = signed_in.session

    def on_next(self, reply: Next) -> None:
        if reply.activity is not None:
            self._asked[reply.learner] = reply.activity

    def on_refused(self, refused: Refused) -> None:
        if refused.reason in FINAL_REFUSALS:
            tell("X", self._plan.client, refused.reason)

    def on_connection(self, *, is_connected: bool, why: str) -> None:
        del why
        for learner in self._plan.learners if is_connected else ():
            self._road.sign_in(learner)

    def on_class(self, control: ClassControl) -> None:
        del control

    def on_receipt(self, receipt: Receipt) -> None:
        del receipt

    def _answer(self, now_s: float) -> None:
        learner = self._plan.learners[self._turn % len(self._plan.learners)]
        session = self._sessions.get(learner)
        is_alone = now_s > self._last_s + PATIENCE_S
        if session is None or not (learner in self._asked or is_alone):
            return
        activity = self._asked.pop(learner, None)
        item, seed, step = self._own() if activity is None else place(activity)
        self._give(learner, session, item, seed, step)
        self._last_s = now_s
        self._next_s = now_s + self._random.uniform(*THINKING_S)
        self._in_turn += 1
        if self._in_turn >= TURN_ANSWERS:
            self._turn, self._in_turn = self._turn + 1, 0

    def _own(self) -> tuple[str, int, int]:
        return self._random.choice(self._pack.items).id, self._random.randrange(1 << 20), 0

    def _give(self, learner: int, session: str, item: str, seed: int, step: int) -> None:
        ms = round(1000 * (time.monotonic() - self._last_s))
        at = time.time_ns() // 1_000_000
        text = self._text(item, seed, step)
        self._road.submit(learner, session, item, seed, text, step=step, ms=ms, at=at)
        self.given += 1
        fields = {"learner": learner, "item": item, "seed": seed, "step": step}
        tell("T", self._plan.client, json.dumps(fields | {"ms": ms, "at": at}))

    def _text(self, item: str, seed: int, step: int) -> str:
        if self._random.random() > RIGHT_SHARE:
            return str(self._random.randrange(20))
        one = asked(self._pack, self._pack.item_index[item], seed, step)
        return right_answer(one.answer, one.made)


def place(activity: Activity) -> tuple[str, int, int]:
    """Which question it is."""
    return activity.item, activity.seed, activity.step


def tell(*words: object) -> None:
    """One line by one system call: the process may be killed the moment after."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main(folder: Path) -> None:
    """Runs every device of `folder` until standard input ends, or a kill."""
    pack, _ = load_pack(starter_path())
    loop = AgentLoop()
    loop.start()
    clients: dict[int, Pupils] = {}
    for path in sorted(folder.glob("*.plan")):
        plan = msgspec.json.decode(path.read_bytes(), type=Plan)
        pupils = Pupils(plan, pack)
        start(path, plan, pupils, loop)
        clients[plan.client] = pupils
    for line in sys.stdin:
        word, client, count = line.split()
        setattr(clients[int(client)], word, int(count))
    os._exit(0)  # whoever listened is gone; threads of devices would wait for ever


def start(path: Path, plan: Plan, pupils: Pupils, loop: AgentLoop) -> None:
    """Puts one device to work on its own road."""
    address, credential = load(path.with_suffix(".json"))
    outbox = Outbox(path.with_suffix(".db"), synchronous="NORMAL")
    if plan.road == "http":
        poster = Poster(plan.url, credential.token, outbox, pupils)
        pupils.attach(poster)
        threading.Thread(target=poster.run, args=(TICK_S, pupils.act), daemon=True).start()
        return
    agent = Agent(address, credential, outbox, pupils, resend_s=RESEND_S)
    pupils.attach(agent)
    loop.add(agent)

    def look() -> None:
        pupils.act()
        loop.call_at(loop.now() + TICK_S, look)

    loop.call(look).result()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
