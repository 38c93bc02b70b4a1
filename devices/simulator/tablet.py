"""A tablet and the pupils who share it: sign in, think, answer, fall silent, hand over."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from devices.messages import FINAL_REFUSALS
from devices.outbox import OutboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from devices.agent import Agent
    from devices.loop import AgentLoop, Timer
    from devices.messages import Activity, ClassControl, Next, Receipt, Refused, SignedIn
    from devices.outbox import Key
    from devices.simulator.pupil import Pupil, Response

logger = logging.getLogger(__name__)

#: A child on a shared tablet answers about this often before the next one has it.
TURN_ANSWERS = 10
#: A reply that is still missing after this, in true seconds, was lost on the way: the child
#: taps its card again, as children do.
PATIENCE_S = 10.0
#: A silence: the child talks, dreams or is called out.
SILENCE_MEDIAN_S = 120.0


class Tablet:
    """The listener of one agent; every method runs in the loop's thread.

    `speed` is how many simulated seconds pass in a true one. `silent_share` is the chance
    that a pupil falls silent before an answer. `may_answer` is asked before every answer.
    """

    def __init__(
        self,
        pupils: Sequence[Pupil],
        rng: Random,
        *,
        speed: float,
        silent_share: float,
        may_answer: Callable[[], bool],
    ) -> None:
        self._pupils = deque(pupils)
        self._rng = rng
        self._speed = speed
        self._silent_share = silent_share
        self._may_answer = may_answer
        self._session = ""
        self._given = 0
        self._awaited: Key | None = None
        self._timer: Timer | None = None
        self._finished: set[int] = set()
        self._is_over = False
        self.right = 0
        self.silences = 0
        self.turns = 0

    def attach(self, agent: Agent, loop: AgentLoop) -> None:
        """Give the tablet its network; before the agent starts."""
        self._agent = agent
        self._loop = loop

    def begin(self) -> None:
        """The first pupil takes the tablet."""
        if self._pupils:
            self._sign_in()

    def end(self) -> None:
        """No more answers."""
        self._is_over = True
        self._cancel()

    def leave(self) -> None:
        """Who is signed in signs out."""
        self._sign_out()

    def on_signed_in(self, signed_in: SignedIn) -> None:
        """The hub knows the child: its first activity follows."""
        if self._is_over or not self._is_current(signed_in.learner):
            return
        self._session = signed_in.session
        self._awaited = None
        self._watch()

    def on_next(self, reply: Next) -> None:
        """Take the next activity, unless it answers something older."""
        is_awaited = (reply.boot, reply.device_seq) == self._awaited
        is_first = self._awaited is None and reply.device_seq == 0
        if not self._session or not self._is_current(reply.learner):
            return
        if not (is_awaited or is_first):
            return
        self.right += reply.is_right is True
        self._awaited = (0, 0)  # nothing is awaited until the child has answered
        if self._is_over:
            return
        self._cancel()
        if reply.activity is not None:
            self._take_up(reply.activity)
        elif reply.state == "practice":
            self._finished.add(reply.learner)
            self._hand_over()

    def on_class(self, control: ClassControl) -> None:
        """After a pause the child taps its card again."""
        is_idle = self._timer is None and not self._is_over
        if control.state == "practice" and is_idle and self._active():
            self._sign_in()

    def on_receipt(self, receipt: Receipt) -> None:
        """The agent's counters hold what there is to know."""

    def on_refused(self, refused: Refused) -> None:
        """A session that ended elsewhere begins anew."""
        if refused.reason in FINAL_REFUSALS and not self._is_over and self._session:
            self._sign_in()

    def on_connection(self, *, is_connected: bool, why: str) -> None:
        """The agent reconnects; a reply lost meanwhile is what `PATIENCE_S` is for."""

    def _is_current(self, learner: int) -> bool:
        return bool(self._pupils) and self._pupils[0].learner == learner

    def _active(self) -> bool:
        return any(pupil.learner not in self._finished for pupil in self._pupils)

    def _sign_in(self) -> None:
        self._session = ""
        self._awaited = None
        self.turns += 1
        self._agent.sign_in(self._pupils[0].learner)
        self._watch()

    def _sign_out(self) -> None:
        if self._session:
            self._agent.sign_out(self._session)
        self._session = ""

    def _take_up(self, activity: Activity) -> None:
        if self._given >= TURN_ANSWERS and len(self._pupils) > 1:
            self._hand_over()
            return
        response = self._pupils[0].respond(activity)
        pause_s = response.seconds + self._silence_s()
        self._after(pause_s / self._speed, lambda: self._answer(activity, response))

    def _silence_s(self) -> float:
        if self._rng.random() >= self._silent_share:
            return 0.0
        self.silences += 1
        return SILENCE_MEDIAN_S * self._rng.lognormvariate(0.0, 0.5)

    def _answer(self, activity: Activity, response: Response) -> None:
        if self._is_over or not self._may_answer():
            return
        try:
            self._awaited = self._agent.submit(
                self._pupils[0].learner,
                self._session,
                activity.item,
                activity.seed,
                response.answer,
                step=activity.step,
                ms=round(response.seconds * 1000),
                hints=response.hints,
            )
        except OutboxError as error:
            logger.warning("device=%d answer=not_kept cause=%s", self._agent.device, error)
            self._watch()
            return
        self._given += 1
        self._watch()

    def _hand_over(self) -> None:
        """The next pupil who has something left to do; nobody, when all are done."""
        self._sign_out()
        self._given = 0
        if not self._active():
            return
        self._pupils.rotate(-1)
        while self._pupils[0].learner in self._finished:
            self._pupils.rotate(-1)
        self._sign_in()

    def _watch(self) -> None:
        self._after(PATIENCE_S, self._sign_in)

    def _after(self, seconds: float, what: Callable[[], None]) -> None:
        self._cancel()

        def run() -> None:
            self._timer = None
            what()

        self._timer = self._loop.call_at(self._loop.now() + seconds, run)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
