"""A device on the other road: the same outbox and delivery, one answer at a time by HTTP."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from random import Random
from urllib.parse import urlsplit

import msgspec

from devices.agent import AgentListener
from devices.delivery import Delivery
from devices.messages import FINAL_REFUSALS, Answer, Next, Receipt, Refused, SignedIn, encode
from devices.outbox import Draft, Key, Outbox

TIMEOUT_S = 4.0
FIRST_RETRY_S, MOST_RETRY_S = 0.5, 5.0


class Posted(msgspec.Struct, frozen=True):
    """What the hub says to an answer."""

    next: Next
    receipt: Receipt | None = None


class Entered(msgspec.Struct, frozen=True):
    """What the hub says to a child that comes in."""

    session: str
    next: Next


class Denied(msgspec.Struct, frozen=True):
    """What the hub says to an answer that it does not take."""

    refused: str
    expected: int = 0
    retry_ms: int = 0


class Poster:
    """Everything happens in the thread that `run` is called in."""

    def __init__(self, url: str, token: str, outbox: Outbox, listener: AgentListener) -> None:
        self._host = urlsplit(url).netloc
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }
        self._outbox = outbox
        self._listener = listener
        self._delivery = Delivery(outbox, Random(), window=1)
        self._connection: http.client.HTTPConnection | None = None
        self._wanted: list[int] = []
        self._failures = 0
        self._not_before_s = 0.0

    @property
    def unreceipted(self) -> int:
        """How many answers the hub has not receipted."""
        return len(self._outbox)

    def run(self, tick_s: float, act: Callable[[], None]) -> None:
        """Lets the child `act`, and brings what it gave to the hub, for ever."""
        self._listener.on_connection(is_connected=True, why="")
        pause = threading.Event()
        while True:
            act()
            if time.monotonic() >= self._not_before_s:
                self._bring()
            pause.wait(tick_s)

    def sign_in(self, learner: int) -> None:
        """Asks for a session, again and again until the hub answers."""
        self._wanted.append(learner)

    def submit(
        self,
        learner: int,
        session: str,
        item: str,
        seed: int,
        answer: str,
        *,
        step: int = 0,
        ms: int = 0,
        at: int = 0,
    ) -> Key:
        """Keeps an answer on the disk, and sends it at the next look."""
        draft = Draft(
            learner=learner,
            session=session,
            item=item,
            seed=seed,
            answer=answer,
            step=step,
            ms=ms,
            at=at,
        )
        kept = self._outbox.add(draft)
        self._delivery.enqueue(kept)
        return kept.boot, kept.device_seq

    def _bring(self) -> None:
        try:
            while self._wanted:
                self._enter(self._wanted[0])
                self._wanted.pop(0)
            for answer in self._delivery.due(time.monotonic()):
                self._post(answer)
            self._failures = 0
        except (OSError, http.client.HTTPException, msgspec.DecodeError):
            self._give_up()

    def _enter(self, learner: int) -> None:
        status, body = self._ask("/learn/sign-in", json.dumps({"learner": learner}).encode())
        if status != http.HTTPStatus.OK:
            raise http.client.HTTPException(status)
        entered = msgspec.json.decode(body, type=Entered)
        self._listener.on_signed_in(SignedIn(learner=learner, session=entered.session))
        self._listener.on_next(entered.next)

    def _post(self, answer: Answer) -> None:
        status, body = self._ask("/learn/answer", encode(answer))
        if status == http.HTTPStatus.OK:
            posted = msgspec.json.decode(body, type=Posted)
            if posted.receipt is None:
                self._delivery.restart()
            else:
                self._delivery.receipted(posted.receipt, time.monotonic())
            self._listener.on_next(posted.next)
            return
        denied = msgspec.json.decode(body, type=Denied)
        refusal = msgspec.convert(
            {
                "kind": "refused",
                "reason": denied.refused,
                "boot": answer.boot,
                "device_seq": answer.device_seq,
                "expected": denied.expected,
                "retry_ms": denied.retry_ms,
            },
            Refused,
        )
        self._delivery.refused(refusal, time.monotonic())
        if refusal.reason in FINAL_REFUSALS:
            self._listener.on_refused(refusal)

    def _ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT_S)
        self._connection.request("POST", path, body, self._headers)
        reply = self._connection.getresponse()
        return reply.status, reply.read()

    def _give_up(self) -> None:
        """The hub is away, or its road: tried again later, and later each time."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._delivery.restart()
        self._failures += 1
        wait_s = min(FIRST_RETRY_S * 2.0 ** min(self._failures, 10), MOST_RETRY_S)
        self._not_before_s = time.monotonic() + wait_s
