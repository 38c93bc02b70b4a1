"""Which held answer to publish now, and when to try again: decisions only, no network.

An answer is waiting (to be published), flying (published, not receipted) or gone. Time comes
in as an argument, so that every rule here can be tested without waiting for it.

A connection keeps order and loses nothing while it lives, so a late receipt mostly means a
slow hub. Sending the whole window again at each timeout was measured to choke a slow broker
with copies (2,846 publishes for 103 receipts). Hence: while receipts come, nothing is sent
again; in silence the oldest answer is, then two, four, eight, ever more rarely; and receipts
that end the silence bring the other stale ones, at a pace that doubles with each.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from devices.messages import FINAL_REFUSALS

if TYPE_CHECKING:
    from random import Random

    from devices.messages import Answer, Receipt, Refused
    from devices.outbox import Key, Outbox

#: What no resending can mend.
HOPELESS = FINAL_REFUSALS | {"not_understood", "too_large"}
#: A broken sequence makes the hub refuse every answer that was in flight behind the gap; they
#: all come within a round trip, and one answer to all of them is enough.
GATHER_S = 0.25
#: A wait that the hub asked for without saying how long.
DEFAULT_RETRY_S = 1.0
#: Resending gets rarer up to here while the hub stays silent.
MAX_PATIENCE_S = 30.0
#: Patience is drawn anew between these parts of it, so that a class does not resend at once.
EARLY, LATE = 0.8, 1.2
#: So many of the oldest are sent again into a silence; sixty devices must not bury a hub
#: that comes back.
MAX_BLIND_BURST = 8


class Delivery:
    """Sends what an outbox holds, in order, at most `window` at once, until it is receipted."""

    def __init__(
        self, outbox: Outbox, rng: Random, *, window: int = 64, resend_s: float = 3.0
    ) -> None:
        self._outbox = outbox
        self._rng = rng
        self._window = window
        self._resend_s = resend_s
        self._waiting: deque[Key] = deque()
        self._flying: dict[Key, float] = {}
        self._not_before = -math.inf
        self._must_sort = True
        self._begins_round = True
        self._progress_at = -math.inf
        self._tried_at = -math.inf
        self._burst = 0
        self._misses = 0
        self._complaints = 0
        self._asked: dict[int, tuple[int, int]] = {}
        self._patience_s = resend_s
        self.rounds = 0

    def enqueue(self, answer: Answer) -> None:
        """`answer` was added to the outbox just now."""
        self._waiting.append((answer.boot, answer.device_seq))

    def restart(self) -> None:
        """A new connection: whatever was in flight may be lost, all of it is sent again."""
        self._flying.clear()
        self._must_sort = self._begins_round = True
        self._not_before = -math.inf
        self._misses = self._complaints = self._burst = 0
        self._patience_s = self._patience()

    def due(self, now: float) -> list[Answer]:
        """What to publish at `now`, in order; it counts as flying from then on."""
        if now < self._not_before:
            return []
        if self._flying and self._overdue_at() <= now:
            self._burst = min(2**self._misses, MAX_BLIND_BURST)
            self._misses = min(self._misses + 1, 10)
            self._tried_at = now
            self._patience_s = self._patience()
            self._send_stale_again(now)
        if self._must_sort:
            self._sort()
        batch = []
        while self._waiting and len(self._flying) < self._window:
            key = self._waiting.popleft()
            answer = self._outbox.get(key)
            if answer is not None:
                self._flying[key] = now
                batch.append(answer)
        return batch

    def deadline(self) -> float:
        """When `due` will next have something to say; infinity when nothing is held."""
        deadline = self._overdue_at() if self._flying else math.inf
        if (self._waiting or self._must_sort) and len(self._flying) < self._window:
            deadline = min(deadline, self._not_before)
        return max(deadline, self._not_before)

    def receipted(self, receipt: Receipt, now: float) -> int:
        """The hub has these on disk; how many of ours they were."""
        dropped = self._outbox.receipted(receipt.boot, receipt.upto)
        for key in dropped:
            self._flying.pop(key, None)
        if dropped:
            self._progress_at = now
            self._misses = self._complaints = 0
            self._patience_s = self._patience()
            if self._burst:
                self._burst = min(2 * self._burst, self._window)
                self._send_stale_again(now)
        if self._asked.get(receipt.boot, (math.inf, 0))[0] <= receipt.upto:
            del self._asked[receipt.boot]
        return len(dropped)

    def refused(self, refusal: Refused, now: float) -> Answer | None:
        """Act on a refusal; the answer, when it moved to the refused box."""
        key = (refusal.boot, refusal.device_seq)
        if refusal.reason in HOPELESS:
            moved = self._outbox.refused(*key, refusal.reason)
            self._flying.pop(key, None)
            return moved
        if refusal.reason == "out_of_sequence":
            self._resequence(refusal, now)
        elif self._outbox.get(key) is not None:
            self._recall(*key)
            self._hold(now + (refusal.retry_ms / 1000 or DEFAULT_RETRY_S))
        return None

    def _resequence(self, refusal: Refused, now: float) -> None:
        """Send again from the number that the hub waits for, or give it numbers without a gap.

        A fresh boot is given only when the hub asks for the missing number a second time,
        after a whole further round: a complaint that was overtaken by a receipt would
        otherwise make an answer that is on the hub's disk come back under a new identity.
        """
        boot, expected = refusal.boot, max(refusal.expected, 1)
        first = self._outbox.first_from(boot, expected)
        if first is None or expected > refusal.device_seq:
            return
        if first[1] != expected:
            asked, in_round = self._asked.get(boot, (0, 0))
            if asked == expected and self.rounds > in_round:
                del self._asked[boot]
                self._recall(boot, expected)
                self._outbox.rekey(boot, expected)
                self._must_sort = True
                return
            if asked != expected:
                self._asked[boot] = (expected, self.rounds)
        if self._recall(boot, expected):
            self._complaints += 1
        self._hold(now + min(GATHER_S * 2**self._complaints, MAX_PATIENCE_S))

    def _send_stale_again(self, now: float) -> None:
        """The oldest `_burst` of those that were published about `resend_s` ago or earlier."""
        too_old = now - self._resend_s * EARLY
        stale = [
            key
            for answer in self._outbox.pending()
            if self._flying.get(key := (answer.boot, answer.device_seq), math.inf) <= too_old
        ]
        if not stale:
            self._burst = 0
        for key in stale[: self._burst]:
            del self._flying[key]
            self._must_sort = True

    def _recall(self, boot: int, from_seq: int) -> int:
        """These are not in flight any more, whatever became of them; how many they were."""
        recalled = [key for key in self._flying if key[0] == boot and key[1] >= from_seq]
        for key in recalled:
            del self._flying[key]
        if recalled:
            self._must_sort = self._begins_round = True
        return len(recalled)

    def _hold(self, until: float) -> None:
        self._not_before = max(self._not_before, until)

    def _sort(self) -> None:
        """Everything that is held and not in flight waits, in its order."""
        self.rounds += self._begins_round
        self._must_sort = self._begins_round = False
        self._waiting = deque(
            key
            for answer in self._outbox.pending()
            if (key := (answer.boot, answer.device_seq)) not in self._flying
        )

    def _overdue_at(self) -> float:
        """When to stop believing: after a silence, or long after the oldest was published."""
        began = max(min(self._flying.values()), self._tried_at)
        silence_ends = max(began, self._progress_at) + self._patience_s
        return min(silence_ends, began + max(MAX_PATIENCE_S, self._patience_s))

    def _patience(self) -> float:
        """How long to bear a silence."""
        doubled = self._resend_s * 2.0**self._misses
        return min(doubled, MAX_PATIENCE_S) * self._rng.uniform(EARLY, LATE)
