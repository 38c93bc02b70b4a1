"""Real MQTT devices in a process of their own, which can be killed: they answer and tell.

`python -m tests.faults.pupils FOLDER`: each paired device in FOLDER/paired/*.json answers
as fast as the hub replies, from an outbox beside it. Lines on standard output: `S device
boot seq` for an answer that is on the device's disk, `R device boot upto` for a receipt.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from devices.agent import Agent
from devices.loop import AgentLoop
from devices.messages import ClassControl, Next, Receipt, Refused, SignedIn
from devices.outbox import Key, Outbox
from devices.pairing import load

#: Enough for a card of receipts to fill, and small enough that a cut finds some waiting.
MOST_UNRECEIPTED = 40


class Pupil:
    """Answers for one learner on one device, one answer after the other's reply."""

    def __init__(self, learner: int, items: list[str]) -> None:
        self._learner = learner
        self._items = items
        self._session = ""
        self._count = 0
        self._waiting: Key | None = None

    def attach(self, agent: Agent) -> None:
        self._agent = agent

    def on_signed_in(self, signed_in: SignedIn) -> None:
        self._session = signed_in.session
        self._go_on()

    def on_next(self, reply: Next) -> None:
        if (reply.boot, reply.device_seq) == self._waiting:
            self._waiting = None
        self._go_on()

    def on_receipt(self, receipt: Receipt) -> None:
        tell("R", self._agent.device, receipt.boot, receipt.upto)
        waiting = self._waiting
        if waiting and waiting[0] == receipt.boot and waiting[1] <= receipt.upto:
            self._waiting = None  # counted, though its reply was lost on the way
        self._go_on()

    def on_refused(self, refused: Refused) -> None:
        if refused.reason not in ("out_of_sequence", "hub_full", "too_fast"):
            tell("X", self._agent.device, refused.boot, refused.device_seq)

    def on_class(self, control: ClassControl) -> None:
        del control

    def on_connection(self, *, is_connected: bool, why: str) -> None:
        del why
        if is_connected and not self._session:
            self._agent.sign_in(self._learner)

    def _go_on(self) -> None:
        if self._waiting or not self._session or self._agent.unreceipted >= MOST_UNRECEIPTED:
            return
        self._count += 1
        item = self._items[self._count % len(self._items)]
        answer = str(self._count % 7)
        key = self._agent.submit(self._learner, self._session, item, self._count, answer)
        self._waiting = key
        tell("S", self._agent.device, *key)


def tell(*words: object) -> None:
    """One line, whole and at once: the process may be killed the moment after."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: Path) -> None:
    """Runs every device of `folder` until the process is killed."""
    items = (folder / "items").read_text().split()
    loop = AgentLoop()
    loop.start()
    for path in sorted((folder / "paired").glob("*.json")):
        address, credential = load(path)
        pupil = Pupil(int(path.stem), items)
        outbox = Outbox(path.with_suffix(".db"), synchronous="NORMAL")
        agent = Agent(address, credential, outbox, pupil, resend_s=0.5)
        pupil.attach(agent)
        loop.add(agent)
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
