"""Reads texts aloud: from the shelf, or by one speaker at a time that no answer waits for."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hub.speech import speaker
from hub.speech.shelf import Shelf
from hub.speech.voices import WORDS_PER_MINUTE, as_said, languages, voice

logger = logging.getLogger(__name__)

#: Changes with the sound that the same text gives.
FORM = 1
#: Its own limit comes first, unless the speaker itself hangs.
LIMIT_S = speaker.LIMIT_S + 2.0
#: As many as may wait for the speaker: each holds a thread of the pages' eighty.
MOST_WAITING = 12
#: A child who waits longer has tapped again.
PATIENCE_S = 6.0
#: How long it may take to find out what can be spoken: a machine that has just started is busy,
#: and a hub that gave up at once would be silent until it is started again.
LOOKS_S = (5.0, 20.0, 60.0)
#: Asking takes 20 ms, on a busy machine seconds; a tablet that is tapped tries again for 8 s.
UNKNOWN_S = 2.0
#: A voice that failed so often in a row is left alone for a while.
FAILURES = 3
REST_S = 60.0


class Silent(Exception):
    """Nothing can be said now; `retry_s` tells when to ask again, None for never."""

    def __init__(self, why: str, *, retry_s: float | None = None) -> None:
        super().__init__(why)
        self.retry_s = retry_s


class Narrator:
    """The hub's voice; `program` is espeak-ng, None where it is not installed."""

    def __init__(
        self,
        program: Path | None,
        shelf: Shelf,
        *,
        limit_s: float = LIMIT_S,
        patience_s: float = PATIENCE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._program = program
        self._shelf = shelf
        self._limit_s = limit_s
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._spoken: frozenset[str] = frozenset()
        self._is_known = threading.Event()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._turn = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0
        self._running: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def start(self) -> None:
        """Finds out meanwhile what can be spoken; nobody waits for it."""
        threading.Thread(target=self._look, name="voices", daemon=True).start()

    def stop(self) -> None:
        """Ends what is being said."""
        self._is_over = True
        running = self._running
        if running is not None and running.poll() is None:
            _end(running)

    def is_known(self, timeout_s: float) -> bool:
        """Whether it was found out what can be spoken, at the latest after `timeout_s`."""
        return self._is_known.wait(timeout_s)

    def can_say(self, tag: str) -> bool:
        """Whether there is a voice for the language `tag`.

        While that is not known, there may be one: a page stays longer than that takes.
        """
        return self._is_unknown or voice(tag, self._spoken) is not None

    def say(self, text: str, tag: str) -> bytes:
        """The sound of `text` in the language `tag`, as WAV; raises Silent."""
        if self._is_unknown:
            raise Silent("what can be spoken is not known yet", retry_s=UNKNOWN_S)
        who = voice(tag, self._spoken)
        if who is None:
            raise Silent(f"there is no voice for {tag}")
        said = as_said(text, who)
        if not said:
            raise Silent("there is nothing to say")
        key = _key(who, said)
        return self._shelf.get(key) or self._made(key, who, said)

    @property
    def _is_unknown(self) -> bool:
        return self._program is not None and not self._is_known.is_set()

    def _look(self) -> None:
        if self._program is not None:
            self._shelf.start()
            self._spoken = self._languages(self._program)
        self._is_known.set()

    def _languages(self, program: Path) -> frozenset[str]:
        for limit_s in LOOKS_S:
            try:
                return languages(program, limit_s)
            except TimeoutError as error:
                logger.warning("voices_not_known error=%s", error)
                if self._is_over:
                    break
        return frozenset()

    def _made(self, key: str, who: str, said: str) -> bytes:
        if not self._waiting.acquire(blocking=False):
            raise Silent("too many want to hear something", retry_s=2.0)
        try:
            if not self._turn.acquire(timeout=self._patience_s):
                raise Silent("the voice is busy", retry_s=2.0)
            try:
                # Another tablet may have asked for the same meanwhile.
                return self._shelf.get(key) or self._make(key, who, said)
            finally:
                self._turn.release()
        finally:
            self._waiting.release()

    def _make(self, key: str, who: str, said: str) -> bytes:
        now_s = self._monotonic()
        if self._is_over or now_s < self._rests_until:
            raise Silent("the voice failed just now", retry_s=self._rests_until - now_s)
        try:
            sound = self._run(who, said)
        except Silent as error:
            self._failures += 1
            if self._failures >= FAILURES:
                self._failures, self._rests_until = 0, now_s + REST_S
            logger.warning("not_spoken voice=%s error=%s", who, error)
            raise
        self._failures = 0
        self._shelf.put(key, sound)
        return sound

    def _run(self, who: str, said: str) -> bytes:
        command = [sys.executable, "-I", "-S", speaker.__file__]
        try:
            self._running = subprocess.Popen(  # noqa: S603  (a list: no shell reads it)
                [*command, str(self._program), who, str(WORDS_PER_MINUTE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise Silent(f"the speaker did not start: {error.strerror}", retry_s=5.0) from error
        with self._running as running:
            try:
                sound, told = running.communicate(said.encode(), timeout=self._limit_s)
            except subprocess.TimeoutExpired as error:
                _end(running)
                raise Silent("the voice did not end", retry_s=5.0) from error
            finally:
                self._running = None
        if running.returncode != 0 or not sound:
            why = told.decode(errors="replace").strip()[-200:]
            raise Silent(why or f"the speaker ended with {running.returncode}", retry_s=5.0)
        return sound


def _end(running: subprocess.Popen[bytes]) -> None:
    """Ends the speaker with the voice that it started: the two are a session of their own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)


def _key(who: str, said: str) -> str:
    fields = f"{FORM}|{who}|{WORDS_PER_MINUTE}|{said}"
    return hashlib.sha256(fields.encode()).hexdigest()[:32]
