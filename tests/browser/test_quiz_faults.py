"""Quizzes through killed hubs, reloads, other tablets: no answered question is seen again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from devices.messages import Answer
from hub.app import Hub
from hub.home import Home
from hub.lesson.quiz import Quiz
from tests.browser.scene import attempts, on_same_ports, running, solve
from tests.faults.power import kill

MOST = 6
LEARNERS = ("Amani", "Baraka")
START_S, STUCK_S = 60.0, 120.0
#: Tells of each question of a quiz that comes before a child's eyes, and when: what a page
#: tells may arrive behind the answer to a later look at it.
WATCH = """(() => {
  let last = "";
  new MutationObserver(() => {
    const task = document.getElementById("task");
    const isQuiz = task && !task.hidden && task.hasAttribute("data-quiz");
    const now = isQuiz ? task.getAttribute("data-key") : "";
    if (now && now !== last) {
      window.shown(now, performance.timeOrigin + performance.now());
    }
    last = now;
  }).observe(document, {childList: true, subtree: true, attributes: true});
})()"""
AT_HAND = """() => {
  const task = document.getElementById("task"), ok = document.getElementById("ok");
  if (!task) { return ["away", ""]; }
  // Before its scripts run a page sends a form, which needs the hub.
  if (!document.body.hasAttribute("data-road")) { return ["wait", ""]; }
  if (task.classList.contains("quiz-end")) { return ["end", ""]; }
  const isOpen = !task.hidden && ok && !ok.disabled && task.hasAttribute("data-quiz");
  return isOpen ? [task.dataset.key, document.getElementById("prompt").dataset.plain]
    : ["wait", ""];
}"""
GIVE = """text => {
  const at = performance.timeOrigin + performance.now();
  document.getElementById("answer").value = text;
  document.getElementById("ok").click();
  return at;
}"""


@dataclass(slots=True)
class Seat:
    """A child, the tablet where it sits now, and what it saw and answered, when in ms."""

    name: str
    page: Page = field(init=False)
    shown: list[tuple[str, float]] = field(default_factory=list)
    answered: dict[str, float] = field(default_factory=dict)
    is_done: bool = False

    @property
    def seen_again(self) -> list[str]:
        """The questions that came after they had been answered."""
        never = float("inf")
        return [key for key, at in self.shown if at > self.answered.get(key, never)]


class Run:
    """One quiz of two children, and what a random hand does to tablets and hub meanwhile."""

    def __init__(self, home: Path, browser: Browser, stack: ExitStack, seed: int) -> None:
        self._home, self._browser, self._stack = home, browser, stack
        self.random = Random(seed)
        with running(home) as hub:
            begin(hub)
            self._code = hub.people.classes[1].join_code
            ports = on_same_ports(hub)
        (home / "settings.toml").write_text(
            'listen = "loopback"\nadvertise = false\nreceipt_window_ms = 50\n'
            f"http_port = {ports.http_port}\nmqtt_port = {ports.mqtt_port}\n"
            f"websocket_port = {ports.websocket_port}\n"
        )
        self._address = f"http://127.0.0.1:{ports.http_port}"
        self._hub: subprocess.Popen[bytes] | None = None
        self.start()
        stack.callback(self.kill)
        self.seats = [self._seat(name) for name in LEARNERS]

    def start(self) -> None:
        """The hub as a process of its own, on the same ports."""
        command = [sys.executable, "-m", "hub.cli", "start", "--home", str(self._home)]
        with (self._home.parent / "hub.log").open("ab") as log:
            self._hub = subprocess.Popen(
                command, env=os.environ, stdout=log, stderr=log, start_new_session=True
            )
        end_s = time.monotonic() + START_S
        while time.monotonic() < end_s and self._hub.poll() is None:
            found = Home(self._home).running()
            if found is not None and found.pid == self._hub.pid:
                return
            with suppress(subprocess.TimeoutExpired):
                self._hub.wait(0.05)
        raise RuntimeError((self._home.parent / "hub.log").read_text()[-3000:])

    def kill(self) -> None:
        """By SIGKILL, at whatever it is."""
        if self._hub is not None and self._hub.poll() is None:
            kill(self._hub)

    def go(self) -> None:
        """Until each child has come to the end."""
        moved_s, down_for = time.monotonic(), 0
        while any(not seat.is_done for seat in self.seats):
            assert time.monotonic() < moved_s + STUCK_S, self.seats
            seat = self.random.choice([one for one in self.seats if not one.is_done])
            if down_for == 1:
                self.start()
            down_for = max(0, down_for - 1)
            chance = self.random.random()
            if chance < 0.12 and not down_for:
                self.kill()
                down_for = self.random.randint(2, 8)
            elif chance < 0.3:
                self._load_again(seat)
            elif chance < 0.4 and not down_for:
                self._move(seat)
            elif self._answer(seat):
                moved_s = time.monotonic()
        if down_for:
            self.start()
        for seat in self.seats:
            expect(seat.page.locator("#leaf")).to_have_attribute("data-waiting", "0")
        self.kill()

    def _answer(self, seat: Seat) -> bool:
        """One look, and an answer where a question is open; whether there was one."""
        try:
            key, prompt = seat.page.evaluate(AT_HAND)
        except Error:
            return False  # a page on its way to another
        if key == "end":
            seat.is_done = True
            return True
        if key == "away":
            # Not kept yet by this browser, and no hub to send it: opened once more.
            with suppress(Error):
                seat.page.goto(f"{self._address}/here", wait_until="commit")
        if not prompt:
            seat.page.wait_for_timeout(150)
            return False
        wrong = self.random.random() < 0.4
        with suppress(Error):
            at = seat.page.evaluate(GIVE, str(solve(prompt) + wrong))
            seat.answered.setdefault(key, at)
            return True
        return False

    def _load_again(self, seat: Seat) -> None:
        """The page is loaded anew, or closed and opened where the browser keeps it."""
        if self.random.random() < 0.5:
            with suppress(Error):
                seat.page.reload(wait_until="commit")
        else:
            old, seat.page = seat.page, seat.page.context.new_page()
            old.close()

    def _move(self, seat: Seat) -> None:
        """To another tablet, once the first has brought everything to the hub."""
        if not seat.page.locator("#leaf").count():
            return  # not opened again yet
        expect(seat.page.locator("#leaf")).to_have_attribute("data-waiting", "0")
        seat.page.context.close()
        seat.page = self._sit(seat)

    def _seat(self, name: str) -> Seat:
        seat = Seat(name)
        seat.page = self._sit(seat)
        # The road ahead is kept: a killed hub does not stop this child at once.
        with seat.page.expect_response("**/learn/ahead*"):
            expect(seat.page.locator("#task")).to_have_attribute("data-quiz", "3")
        return seat

    def _sit(self, seat: Seat) -> Page:
        context = self._browser.new_context()
        self._stack.callback(context.close)
        context.set_default_timeout(60_000)
        context.expose_function("shown", lambda *told: seat.shown.append(told))
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"{self._address}/join/{self._code}")
        page.get_by_role("button", name="Join").click()
        page.get_by_role("button", name=seat.name, exact=True).click()
        page.locator("#task").wait_for(state="attached")
        return page


def begin(hub: Hub) -> Quiz:
    """The same quiz in any hub that has done nothing yet: its rows have the same numbers."""
    hub.teaching.start_quiz(1, [0, 1, 2], most=MOST, learners=[1, 2])
    quiz = hub.classroom.rooms[1].quizzes.at_hand
    assert quiz is not None
    return quiz


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(one, marks=pytest.mark.slow) for one in range(2, 7))]
)
def test_no_answered_question_is_seen_again_and_the_end_is_as_without_faults(
    tmp_path: Path, browser: Browser, seed: int
) -> None:
    with ExitStack() as stack:
        run = Run(tmp_path / "home", browser, stack, seed)
        run.go()
    assert [seat.seen_again for seat in run.seats] == [[], []]
    with running(tmp_path / "home") as hub, running(tmp_path / "calm") as calm:
        rows = attempts(hub)
        room = hub.classroom.rooms[1]
        names = [f"{room.pack.items[row['item']].id}.{row['seed']}.0" for row in rows]
        for learner, seat in enumerate(run.seats, 1):
            mine = [
                key for key, row in zip(names, rows, strict=True) if row["learner"] == learner
            ]
            assert mine == list(seat.answered), "each once, in order, none lost"
        begin(calm)
        device, _ = calm.devices.pair(1, "calm")
        for number, row in enumerate(rows, 1):
            asked = calm.classroom.start(device, row["learner"]).activity
            assert asked is not None
            assert (asked.item, asked.seed) == (room.pack.items[row["item"]].id, row["seed"])
            sent = Answer(
                device_seq=number,
                boot=1,
                learner=row["learner"],
                session=calm.devices.session(device.id, row["learner"]),
                item=asked.item,
                seed=asked.seed,
                answer=row["answer"],
            )
            calm.classroom.answer(device, sent)
        assert calm.classroom.rooms[1].quizzes.kept == room.quizzes.kept
