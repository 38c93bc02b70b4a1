"""Where teachers are signed in: kept by the hub, so that it can end any of them at once.

Time is what the hub was awake: a board without a clock may start in any year, and phones have
clocks of their own. So nothing that a clock says ends a session while the hub runs. Each start
counts as some minutes, so that no row of short days keeps a session for ever; and where the
clock could be believed both when a session was last seen and at this start, the time between
counts, too, if that is more.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace

from hub.clock import Moment
from hub.roster.unsaved import Unsaved
from hub.store.writer import Writer

#: A school's day and its evening: who comes back the next morning signs in again.
IDLE_S = 12 * 3600
LONGEST_S = 30 * 24 * 3600
#: What one start of the hub counts for at least; ten power cuts in a morning are one lesson.
START_S = 600
#: A session that is in use is written down so often, so that a power cut ages it no more.
SEEN_EVERY_S = 900
#: More phones than one teacher has; past it the one that was used longest ago is signed out.
MOST = 10

#: The number of this start of the hub, and this instant of it.
Now = Callable[[], tuple[int, Moment]]


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one teacher. Seconds of being awake; wall seconds are 0 where unknown."""

    token_sha256: bytes
    teacher: int
    began_s: int
    seen_s: int
    began_wall_s: int
    seen_wall_s: int
    seen_boot: int


class TeacherSessions:
    """All sessions of teachers, in memory and on the disk; safe from any thread.

    While the disk refuses, memory alone carries what changed: nobody is shut out by that.
    """

    def __init__(self, writer: Writer, connection: sqlite3.Connection, *, now: Now) -> None:
        self._connection = connection
        self._now = now
        self._lock = threading.Lock()
        self._unsaved = Unsaved(writer, self._write)
        self._awake_s = 0
        self._sessions: dict[bytes, Session] = {}
        self._kept_s: dict[bytes, int] = {}

    def load(self) -> None:
        """Reads what the database holds, and counts this start."""
        rows = self._connection.execute(
            "SELECT token_sha256, teacher, began_s, seen_s, began_wall_s, seen_wall_s,"
            " seen_boot FROM teacher_sessions"
        )
        for row in rows:
            self._sessions[row[0]] = Session(*row)
            self._kept_s[row[0]] = row[3]
        stored = self._connection.execute("SELECT s FROM awake").fetchone()
        self._awake_s = int(stored[0]) + START_S
        self.stop()

    def stop(self) -> None:
        """Writes down how long the hub was awake and which sessions were in use."""
        with self._lock:
            digests = list(self._sessions)
        for digest in digests[1:]:
            self._unsaved.note(digest)
        if digests:
            self._unsaved.save(digests[0])

    def begin(self, teacher: int) -> str:
        """A new session; gives the token that the browser keeps, and only it."""
        for spare in self._of(teacher)[: 1 - MOST]:
            self._end([spare.token_sha256])
        token = secrets.token_urlsafe(16)
        now_s, boot, wall_s = self._instant()
        begun = Session(_sha256(token), teacher, now_s, now_s, wall_s, wall_s, boot)
        with self._lock:
            self._sessions[begun.token_sha256] = begun
            self._kept_s[begun.token_sha256] = now_s
        self._unsaved.save(begun.token_sha256)
        return token

    def teacher_of(self, token: str) -> int | None:
        """Whose session `token` is; None for none, or one that is over. It is in use now."""
        with self._lock:
            found = self._sessions.get(_sha256(token))
        if found is None:
            return None
        if self._is_over(found):
            self._end([found.token_sha256])
            return None
        self._touch(found)
        return found.teacher

    def is_open(self, token: str) -> bool:
        """Whether `token` is a session yet; looking does not count as using it."""
        with self._lock:
            found = self._sessions.get(_sha256(token))
        return found is not None and not self._is_over(found)

    def count(self, teacher: int) -> int:
        """On how many browsers the teacher is signed in."""
        return sum(not self._is_over(one) for one in self._of(teacher))

    def end(self, token: str) -> None:
        """This browser is signed out."""
        self._end([_sha256(token)])

    def end_all(self, teacher: int, *, but: str = "") -> int:
        """Signs the teacher out everywhere, `but` where this token is; gives how many."""
        keep = _sha256(but)
        ended = [one.token_sha256 for one in self._of(teacher) if one.token_sha256 != keep]
        self._end(ended)
        return len(ended)

    def _end(self, digests: list[bytes]) -> None:
        with self._lock:
            gone = [one for one in digests if self._sessions.pop(one, None) is not None]
        for one in gone[1:]:
            self._unsaved.note(one)
        if gone:
            self._unsaved.save(gone[0])

    def _of(self, teacher: int) -> list[Session]:
        """The teacher's sessions, the one used longest ago first."""
        with self._lock:
            mine = [one for one in self._sessions.values() if one.teacher == teacher]
        return sorted(mine, key=lambda one: one.seen_s)

    def _touch(self, found: Session) -> None:
        now_s, boot, wall_s = self._instant()
        with self._lock:
            if found.token_sha256 not in self._sessions:
                return  # ended meanwhile
            self._sessions[found.token_sha256] = replace(
                found, seen_s=now_s, seen_wall_s=wall_s, seen_boot=boot
            )
            is_due = now_s - self._kept_s[found.token_sha256] >= SEEN_EVERY_S
            if is_due:
                self._kept_s[found.token_sha256] = now_s
        if is_due:
            self._unsaved.save(found.token_sha256)

    def _is_over(self, one: Session) -> bool:
        now_s, boot, wall_s = self._instant()
        idle_s, age_s = now_s - one.seen_s, now_s - one.began_s
        if one.seen_boot != boot and wall_s:
            idle_s = max(idle_s, wall_s - one.seen_wall_s if one.seen_wall_s else 0)
            age_s = max(age_s, wall_s - one.began_wall_s if one.began_wall_s else 0)
        return idle_s > IDLE_S or age_s > LONGEST_S

    def _instant(self) -> tuple[int, int, int]:
        """Seconds awake, the hub's start, and wall seconds where they can be believed."""
        boot, now = self._now()
        wall_s = now.wall_s if now.is_trusted else 0
        return self._awake_s + now.monotonic_ms // 1000, boot, wall_s

    def _write(self, connection: sqlite3.Connection, digest: bytes) -> None:
        connection.execute("UPDATE awake SET s = ?", (self._instant()[0],))
        session = self._sessions.get(digest)
        if session is None:
            connection.execute("DELETE FROM teacher_sessions WHERE token_sha256 = ?", (digest,))
            return
        connection.execute(
            "INSERT OR REPLACE INTO teacher_sessions (token_sha256, teacher, began_s, seen_s,"
            " began_wall_s, seen_wall_s, seen_boot) VALUES (?, ?, ?, ?, ?, ?, ?)",
            astuple(session),
        )


def _sha256(token: str) -> bytes:
    """A plain hash is enough: a token is 128 random bits, no words to guess."""
    return hashlib.sha256(token.encode()).digest()
