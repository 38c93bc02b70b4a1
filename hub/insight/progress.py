"""Who is at work right now: from answers, sign-ins and the tablets' own signs of life."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from hub.store.log import Attempt

#: Lumilo's figure: no action for two minutes is worth a look (Holstein 2018).
IDLE_S = 120.0
RECENT = 5
#: Wrong answers that are kept of a learner, so that one of the skill in trouble can be shown.
WRONGS = 6
Status = Literal["working", "idle", "silent", "away"]


@dataclass(slots=True)
class Seen:
    """What was last seen of one learner; `recent` holds verdicts, the newest last, `wrongs`
    the last wrong answers.
    """

    device: int
    at_s: float
    answers: int = 0
    is_here: bool = True
    last: Attempt | None = None
    recent: deque[bool | None] = field(default_factory=lambda: deque(maxlen=RECENT))
    wrongs: deque[Attempt] = field(default_factory=lambda: deque(maxlen=WRONGS))


class Progress:
    """The live picture of all classes since the hub started; safe from any thread."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._version = 0
        self._seen: dict[int, Seen] = {}
        self._offline: set[int] = set()

    def on_answer(self, row: Attempt) -> None:
        """An answer was counted."""
        with self._changed:
            seen = self._touch(row.learner, row.device)
            seen.answers += 1
            self._offline.discard(row.device)
            seen.last = row
            seen.recent.append(None if row.is_right is None else bool(row.is_right))
            if row.is_right == 0:
                seen.wrongs.append(row)
            self._tell()

    def on_sign_in(self, learner: int, device: int) -> None:
        """A learner sat down at a device."""
        with self._changed:
            self._touch(learner, device)
            self._tell()

    def on_sign_out(self, learner: int) -> None:
        """A learner is done, or hands the device on."""
        with self._changed:
            if learner in self._seen:
                self._seen[learner].is_here = False
                self._tell()

    def on_state(self, device: int, is_online: bool) -> None:  # noqa: FBT001  (a listener)
        """A device came, or its last will said that it is gone."""
        with self._changed:
            (self._offline.discard if is_online else self._offline.add)(device)
            self._tell()

    def changed(self) -> None:
        """Something else that a watching page shows has changed."""
        with self._changed:
            self._tell()

    def wait(self, version: int, timeout_s: float) -> int:
        """The version now, as soon as it differs from `version` or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, timeout_s)
            return self._version

    @property
    def version(self) -> int:
        """A number that another one follows with every change."""
        return self._version

    def of(self, learner: int) -> Seen | None:
        """What was last seen of `learner`; None when nothing since the hub started."""
        return self._seen.get(learner)

    def idle_s(self, seen: Seen) -> float:
        """The seconds since the learner was last seen to do something."""
        return self._monotonic() - seen.at_s

    def status(self, learner: int) -> Status:
        """What a teacher should know first of `learner`."""
        seen = self._seen.get(learner)
        if seen is None or not seen.is_here:
            return "away"
        if seen.device in self._offline:
            return "silent"
        return "idle" if self.idle_s(seen) > IDLE_S else "working"

    def silent_devices(self) -> set[int]:
        """The devices that are gone while a learner sits at them."""
        with self._changed:
            here = {seen.device for seen in self._seen.values() if seen.is_here}
            return here & self._offline

    def _touch(self, learner: int, device: int) -> Seen:
        seen = self._seen.setdefault(learner, Seen(device, 0.0))
        seen.device, seen.at_s, seen.is_here = device, self._monotonic(), True
        return seen

    def _tell(self) -> None:
        self._version += 1
        self._changed.notify_all()
