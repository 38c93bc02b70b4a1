"""Sixty tablets at work and three phones that watch: how soon, how much, and at what cost."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from devices.agent import Agent
from devices.loop import AgentLoop
from devices.messages import Activity, ClassControl, Next, Receipt, Refused, SignedIn
from devices.outbox import Key, Outbox
from devices.pairing import pair
from hub.commands.door import ask, own_hub
from hub.commands.process import usage
from hub.commands.replay import percentiles
from hub.home import Running
from hub.insight.progress import RECENT
from hub.lesson.grading import asked as asked_of
from models.domain.pack import Pack, starter_path
from models.domain.reading import decode_pack, load_pack
from models.domain.solution import right_answer
from tests.show import Show
from tests.teacher_tier.phones import Teacher, Watching

TABLETS, PHONES, PER_S = 60, 3, 12.0
ALONE_S, WATCHED_S, PAGES = 20.0, 40.0, 20
RIGHT = 0.7
WRONG = "987654"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: when it was tapped (seconds), and the last verdicts before and after it."""

    learner: int
    at_s: float
    before: str
    after: str


class Child:
    """A learner at a tablet, who answers what comes, when its turn is."""

    def __init__(self, learner: int, pack: Pack) -> None:
        self.learner = learner
        self.next_ms: list[float] = []
        self.given: list[Given] = []
        self.refused = 0
        self._pack = pack
        self._rng = Random(learner)
        self._marks: deque[str] = deque(maxlen=RECENT)
        self._session = ""
        self._activity: Activity | None = None
        self._awaited: Key | None = None
        self._sent_s = 0.0

    def attach(self, agent: Agent) -> None:
        """Works at the tablet of `agent`."""
        self._agent = agent

    def sit_down(self) -> None:
        """Taps the card."""
        self._agent.sign_in(self.learner)

    def answer(self) -> None:
        """Answers what stands there, if the last reply came; in the loop's thread."""
        found = self._activity
        if found is None or self._awaited is not None:
            return
        place = self._pack.item_index[found.item]
        asked = asked_of(self._pack, place, found.seed, found.step)
        is_right = self._rng.random() < RIGHT
        text = right_answer(asked.answer, asked.made) if is_right else WRONG
        self._sent_s = time.monotonic()
        self._awaited = self._agent.submit(
            self.learner, self._session, found.item, found.seed, text, step=found.step, ms=4000
        )

    def on_signed_in(self, signed_in: SignedIn) -> None:
        """The first activity follows."""
        self._session = signed_in.session

    def on_next(self, reply: Next) -> None:
        """What the answer was worth, and what comes."""
        if reply.activity is not None:
            self._activity = reply.activity
        if self._awaited != (reply.boot, reply.device_seq):
            return
        self.next_ms.append((time.monotonic() - self._sent_s) * 1000)
        before = "".join(self._marks)
        self._marks.append({True: "1", False: "0", None: "?"}[reply.is_right])
        after = "".join(self._marks)
        self.given.append(Given(self.learner, self._sent_s, before, after))
        self._awaited = None

    def on_receipt(self, receipt: Receipt) -> None:
        """Not measured here."""

    def on_refused(self, refused: Refused) -> None:
        """Nothing should be."""
        self.refused += 1

    def on_class(self, control: ClassControl) -> None:
        """Nobody pauses."""

    def on_connection(self, *, is_connected: bool, why: str) -> None:
        """The agent reconnects by itself."""


def rows(show: Show) -> None:
    """First the tablets alone, then with phones that watch and a page now and then."""
    with own_hub("mosquitto") as (hub, _), _class(hub) as (class_id, loop, children):
        alone = _work(hub, loop, children, ALONE_S)
        alone_ms = [ms for child in children for ms in child.next_ms]
        given = {child: len(child.given) for child in children}
        teacher = Teacher(hub)
        teacher.sign_in()
        phones = [Watching(teacher, class_id) for _ in range(PHONES)]
        for phone in phones:
            phone.start()
        with _pages(teacher, class_id) as pages_ms:
            watched = _work(hub, loop, children, WATCHED_S)
        for phone in phones:
            phone.stop()
        watched_ms: list[float] = []
        for child in children:
            watched_ms += child.next_ms[given[child] :]
        answers = [one for child in children for one in child.given[given[child] :]]
        page_cpu_ms = _page_cpu_ms(hub, teacher, class_id)
    _show(show, alone_ms, watched_ms, pages_ms, page_cpu_ms)
    show.row("load: answers refused", sum(child.refused for child in children), "", "== 0")
    _show_pushes(show, phones, answers)
    show.row("load: CPU an answer, tablets alone", alone, "ms")
    show.row("load: CPU an answer, with phones and pages", watched, "ms")


@contextmanager
def _class(hub: Running) -> Iterator[tuple[int, AgentLoop, list[Child]]]:
    """A class with the starter pack, everyone at a tablet of their own."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        _, body = load_pack(starter_path())
        path = Path(folder) / "starter.mpack"
        path.write_bytes(body)
        names = [f"Child {number + 1}" for number in range(TABLETS)]
        fields = {"name": "Load", "pack_path": str(path), "learners": names}
        opened = ask(hub, "/control/class", fields)
        pack, loop = decode_pack(body), AgentLoop()
        loop.start()
        running.callback(loop.stop)
        children = [Child(learner, pack) for learner in opened["learners"]]
        for number, child in enumerate(children):
            address, credential = pair(hub.url, opened["join_code"], name=f"T{number}")
            outbox = Outbox(Path(folder) / f"{number}.db", synchronous="NORMAL")
            running.callback(outbox.close)
            agent = Agent(address, credential, outbox, child)
            child.attach(agent)
            loop.add(agent)
            loop.soon(child.sit_down)
        yield opened["class"], loop, children


def _work(hub: Running, loop: AgentLoop, children: Sequence[Child], for_s: float) -> float:
    """Answers at an even pace, one child after the other; CPU ms an answer."""
    pids = [hub.pid, *hub.broker_pids]
    before, given = usage(pids), sum(len(child.given) for child in children)
    began_s, tick = time.monotonic(), threading.Event()
    for number in range(int(for_s * PER_S)):
        tick.wait(max(0.0, began_s + number / PER_S - time.monotonic()))
        loop.soon(children[number % len(children)].answer)
    tick.wait(1.0)
    answers = sum(len(child.given) for child in children) - given
    return round((usage(pids).cpu_s - before.cpu_s) * 1000 / max(answers, 1), 3)


@contextmanager
def _pages(teacher: Teacher, class_id: int) -> Iterator[list[float]]:
    """A teacher who opens the page every second meanwhile; milliseconds each."""
    took_ms: list[float] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(1.0):
            began_s = time.monotonic()
            teacher.get(f"/teacher/?class={class_id}")
            took_ms.append((time.monotonic() - began_s) * 1000)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield took_ms
    is_over.set()
    thread.join()


def _page_cpu_ms(hub: Running, teacher: Teacher, class_id: int) -> float:
    """What one page costs the hub's process while nobody works."""
    before = usage([hub.pid])
    for _ in range(PAGES):
        teacher.get(f"/teacher/?class={class_id}")
    return round((usage([hub.pid]).cpu_s - before.cpu_s) * 1000 / PAGES, 1)


def _show(
    show: Show,
    alone_ms: list[float],
    watched_ms: list[float],
    pages_ms: list[float],
    page_cpu_ms: float,
) -> None:
    alone, watched, pages = map(percentiles, (alone_ms, watched_ms, pages_ms))
    show.row("load: answers while phones watch", len(watched_ms), "answers", ">= 400")
    show.row("load: next, tablets alone, p99", alone["p99"], "ms")
    show.row("load: next with 3 phones, p50", watched["p50"], "ms")
    show.row("load: next with 3 phones, p99", watched["p99"], "ms", "<= 60", slack=2)
    show.row("load: teacher's page meanwhile, p50", pages["p50"], "ms", "<= 100", slack=2)
    show.row("load: teacher's page meanwhile, p99", pages["p99"], "ms")
    show.row("load: teacher's page, CPU of the hub", page_cpu_ms, "ms", "<= 100")


def _show_pushes(show: Show, phones: Sequence[Watching], answers: Sequence[Given]) -> None:
    took_ms, unseen = [], 0
    for phone in phones:
        for one in answers:
            # Five right ones and a sixth look the same.
            if one.before == one.after:
                continue
            seen_s = _seen_s(phone, one)
            unseen += seen_s is None
            took_ms += [] if seen_s is None else [(seen_s - one.at_s) * 1000]
    updates = percentiles(took_ms)
    show.row("load: answers that change a tile, times phones", len(took_ms), "", ">= 600")
    show.row("load: of them never shown", unseen, "", "== 0")
    show.row("load: answer to update, p50", updates["p50"], "ms")
    show.row("load: answer to update, p99", updates["p99"], "ms", "<= 1000", slack=2)
    sizes = [one.size for phone in phones for one in phone.pushed]
    show.row("load: largest update", max(sizes), "bytes", "<= 3072")
    show.row("load: bytes a phone a minute", _a_minute(sizes), "bytes")


def _seen_s(phone: Watching, one: Given) -> float | None:
    """When the phone showed the tile as the answer left it."""
    learner = str(one.learner)
    for pushed in phone.pushed:
        code = pushed.tiles.get(learner)
        if pushed.at_s >= one.at_s and code is not None and one.after in code[1:]:
            return pushed.at_s
    return None


def _a_minute(sizes: Sequence[int]) -> int:
    return round(sum(sizes) / PHONES / WATCHED_S * 60)


if __name__ == "__main__":
    rows(Show("teacher-load"))
