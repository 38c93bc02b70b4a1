"""Any order of adding, receipts, refusals, fresh boots and reopening keeps what it must."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from devices.outbox import Draft, Outbox

Held = tuple[int, int, str]


class AnyOrder(RuleBasedStateMachine):
    """Beside the outbox runs a plain list of (boot, seq, text), which is what must be held."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.outbox = Outbox(Path(self.folder.name) / "outbox", synchronous="NORMAL")
        self.held: list[Held] = []
        self.refused: list[str] = []
        self.given = 0

    @rule(count=st.integers(1, 5))
    def add(self, count: int) -> None:
        for _ in range(count):
            self.given += 1
            text = str(self.given)
            answer = self.outbox.add(
                Draft(learner=1, session="s", item="add", seed=1, answer=text)
            )
            self.held.append((answer.boot, answer.device_seq, text))

    @rule(which=st.integers(0, 30), beyond=st.integers(0, 2))
    def receipt(self, which: int, beyond: int) -> None:
        if self.held:
            boot, upto = self.held[which % len(self.held)][:2]
            self.outbox.receipted(boot, upto + beyond)
            self.held = [h for h in self.held if h[0] != boot or h[1] > upto + beyond]

    @rule(which=st.integers(0, 30))
    def refuse(self, which: int) -> None:
        if self.held:
            boot, seq, text = self.held.pop(which % len(self.held))
            assert self.outbox.refused(boot, seq, "unknown_learner") is not None
            self.refused.append(text)

    @rule(which=st.integers(0, 30))
    def rekey(self, which: int) -> None:
        if self.held:
            boot, first = self.held[which % len(self.held)][:2]
            before = set(self.outbox.boots())
            moved = self.outbox.rekey(boot, first)
            (fresh,) = set(self.outbox.boots()) - before
            numbers = iter(range(1, moved + 1))
            self.held = [
                (fresh, next(numbers), text) if b == boot and s >= first else (b, s, text)
                for b, s, text in self.held
            ]

    @rule()
    def reopen(self) -> None:
        boot = self.outbox.boot
        self.outbox.close()
        self.outbox = Outbox(Path(self.folder.name) / "outbox", synchronous="NORMAL")
        assert self.outbox.boot != boot

    @invariant()
    def exactly_the_unreceipted_are_held_in_order(self) -> None:
        if hasattr(self, "outbox"):
            pending = self.outbox.pending()
            assert [(a.boot, a.device_seq, a.answer) for a in pending] == self.held
            assert len(self.outbox) == len(self.held)

    @invariant()
    def the_refused_box_has_each_refused_answer_once(self) -> None:
        if hasattr(self, "outbox"):
            assert len(self.outbox.refused_box()) == len(self.refused)

    def teardown(self) -> None:
        if hasattr(self, "outbox"):
            self.outbox.close()
            self.folder.cleanup()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
