"""The teachers' door: who comes in by a password, by the hub's code, or by an invitation.

Guesses are slowed down where they come from. A browser in which a teacher signed in before
has a mark that no guesser has, and its own count: who guesses elsewhere, however often, can
shut no teacher out of their own phone (OWASP, Slow Down Online Guessing Attacks with Device
Cookies), and nobody out who is signed in.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from hub.errors import NotAllowed, RosterError
from hub.roster.passwords import hash_of, is_password
from hub.roster.people import new_code
from hub.roster.teacher import Teacher, folded
from hub.roster.teacher_sessions import TeacherSessions
from hub.roster.teachers import Teachers
from hub.roster.tries import IN_A_ROW, Waits
from hub.store.writer import Writer

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
#: 31 signs, 8 places: 40 bits, of which a guesser tries some twenty an hour.
CODE_SIGNS = 8
#: Long enough to read it out and type it in, too short to be found on a table.
INVITATION_S = 600.0
#: Wrong tries at one teacher's name from all strange browsers together before all of them wait:
#: addresses are cheap to change, so the count of one address alone stops nobody.
STRANGERS_IN_A_ROW = 30
#: Places of which wrong tries are counted apart; those beyond share one count.
MOST_PLACES = 500


class TeacherTries(Waits[str]):
    """Wrong tries by what was guessed at and from where."""

    def place(self, name: str) -> str:
        """`name`, or where too many are known already the one that the others share."""
        is_known = name in self._counts or len(self._counts) < MOST_PLACES
        return name if is_known else "others"

    def _free(self, key: str) -> int:
        return (STRANGERS_IN_A_ROW if key.endswith(" strangers") else IN_A_ROW) - 1

    def _read(self, connection: sqlite3.Connection) -> Iterable[tuple[str, int]]:
        rows = connection.execute("SELECT name, wrong FROM teacher_tries")
        return ((name, wrong) for name, wrong in rows)

    def _write(self, connection: sqlite3.Connection, key: str) -> None:
        count = self._counts.get(key)
        if count is None:
            connection.execute("DELETE FROM teacher_tries WHERE name = ?", (key,))
            return
        connection.execute(
            "INSERT OR REPLACE INTO teacher_tries (name, wrong) VALUES (?, ?)",
            (key, count.wrong),
        )


@dataclass(frozen=True, slots=True)
class From:
    """Where a request comes from: its address, and the mark that its browser carries."""

    address: str
    mark: str = ""

    @property
    def place(self) -> str:
        """The address as wrong tries are counted: of IPv6 the network, which is one house."""
        try:
            found = ipaddress.ip_address(self.address)
        except ValueError:
            return self.address[:40]
        if found.version == 6:
            return str(ipaddress.ip_network(f"{found}/64", strict=False))
        return str(found)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code for somebody who was invited; in memory alone, so that no disk ever holds it."""

    teacher: int
    code: str
    until_s: float


@dataclass(frozen=True, slots=True)
class Opened:
    """What a right code opens: the way of `invited`, or where that is None the hub's own."""

    invited: Teacher | None
    used: str


class TeacherDoor:
    """Lets teachers in; slow on purpose where it is guessed at. Safe from any thread."""

    def __init__(
        self,
        teachers: Teachers,
        sessions: TeacherSessions,
        writer: Writer,
        connection: sqlite3.Connection,
        *,
        mark_key: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.teachers = teachers
        self.sessions = sessions
        self.tries = TeacherTries(writer, connection, monotonic=monotonic)
        self._writer = writer
        self._connection = connection
        self._mark_key = mark_key.encode()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._screen_code = ""
        self._invitations: dict[int, Invitation] = {}

    def load(self) -> None:
        """Reads what the database holds."""
        self.teachers.load()
        self.sessions.load()
        self.tries.load()
        row = self._connection.execute(
            "SELECT value FROM secrets WHERE name = 'one_time_code'"
        ).fetchone()
        self._screen_code = row[0] if row else ""

    def new_one_time_code(self) -> str:
        """A code that lets a head in once, for the hub's own screen; an earlier one is void."""
        code = new_code(CODE_SIGNS)
        kept = hash_of(code)
        self._writer.call(
            lambda database: database.conn.execute(
                "INSERT OR REPLACE INTO secrets (name, value) VALUES ('one_time_code', ?)",
                (kept,),
            )
        )
        self._screen_code = kept
        return code

    def sign_in(self, name: str, password: str, source: From) -> Teacher:
        """The teacher whose password it is; without a name the only one that there is.

        Raises NotAllowed for anything else, and at once, with how long, for who has to wait.
        """
        found = self.teachers.named(name)
        keys = self._keys(found, source)
        self._begin(keys)
        kept = _nobodys() if found is None else self.teachers.password_hash(found.id)
        # A name that nobody has takes as long as a wrong password: it tells nothing.
        if not is_password(kept, password[:LONGEST_PASSWORD]) or found is None:
            self._was_wrong(keys)
            raise NotAllowed("This name and this password do not belong together.")
        self._was_right(keys)
        return found

    def open(self, code: str, source: From) -> Opened:
        """What `code` opens; it is not used up by that. Raises NotAllowed as `sign_in` does."""
        # No count of all addresses together: 40 bits need none, and a child who plays with
        # codes would keep a new teacher out.
        keys = [self.tries.place(f"code {source.place}")]
        self._begin(keys)
        opened = self._opened("".join(code.split()).upper())
        if opened is None:
            self._was_wrong(keys)
            raise NotAllowed(
                "This is no code that is valid now. A code works once; make a new one."
            )
        self._was_right(keys)
        return opened

    def enter(self, opened: Opened, name: str, password: str, *, head: int = 0) -> Teacher:
        """Who comes in by a code, with a password of their own; the code is used up.

        By the hub's code `head` comes in again, or where that is 0 a new head. RosterError for
        a password or a name that cannot be; the code stays valid then.
        """
        whose = opened.invited or (self.teachers.of(head) if head else None)
        kept = hash_of(checked_password(password, name or (whose.name if whose else "")))
        if opened.invited is not None:
            return self._join(opened.invited, opened.used, name, kept)
        if head:
            entered = self.teachers.recover(head, kept, used=opened.used)
        else:
            entered = self.teachers.add_head(name, kept, used=opened.used)
        self._screen_code = ""
        self.sessions.end_all(entered.id)
        return entered

    def change_password(self, teacher: Teacher, old: str, new: str, source: From) -> None:
        """The teacher's new password, where `old` is the one until now; ends all sessions."""
        keys = self._keys(teacher, source)[:1]
        self._begin(keys)
        if not is_password(self.teachers.password_hash(teacher.id), old[:LONGEST_PASSWORD]):
            self._was_wrong(keys)
            raise NotAllowed("This is not your password until now.")
        self._was_right(keys)
        self.teachers.set_password(teacher.id, hash_of(checked_password(new, teacher.name)))
        self.sessions.end_all(teacher.id)

    def invite(self, teacher: Teacher) -> Invitation:
        """A one-time code for who was invited; an earlier one of theirs is void."""
        if teacher.is_removed or teacher.has_password:
            raise RosterError("Only somebody who has not been in yet needs an invitation.")
        until_s = self._monotonic() + INVITATION_S
        made = Invitation(teacher.id, new_code(CODE_SIGNS), until_s)
        with self._lock:
            self._invitations[teacher.id] = made
        return made

    def invitation(self, teacher_id: int) -> Invitation | None:
        """The code that this teacher can come in with now."""
        with self._lock:
            found = self._invitations.get(teacher_id)
        return found if found is not None and found.until_s > self._monotonic() else None

    def left_s(self, invitation: Invitation) -> float:
        """How long the code still works."""
        return max(0.0, invitation.until_s - self._monotonic())

    def revoke(self, teacher_id: int) -> None:
        """The teacher's code is void."""
        with self._lock:
            self._invitations.pop(teacher_id, None)

    def remove(self, teacher_id: int, *, by: int) -> None:
        """Removes a teacher, who is signed out everywhere at once."""
        self.teachers.remove(teacher_id, by=by)
        self.revoke(teacher_id)
        self.sessions.end_all(teacher_id)

    def mark(self, teacher: Teacher) -> str:
        """What this teacher's browser carries from now on, to be known again."""
        number = secrets.token_urlsafe(9)
        return f"{teacher.id}.{number}.{self._seal(teacher, number)}"

    def known_by(self, mark: str) -> Teacher | None:
        """The teacher whose mark it is; a new password makes earlier marks worthless."""
        teacher_id, _, rest = mark.partition(".")
        number, _, seal = rest.partition(".")
        if not (teacher_id.isascii() and teacher_id.isdecimal() and len(teacher_id) < 10):
            return None
        found = next((one for one in self.teachers.all if one.id == int(teacher_id)), None)
        if found is None or not found.has_password:
            return None
        is_ours = hmac.compare_digest(self._seal(found, number).encode(), seal.encode())
        return found if is_ours else None

    def _join(self, invited: Teacher, code: str, name: str, kept: str) -> Teacher:
        with self._lock:
            found = self._invitations.get(invited.id)
            if found is None or found.code != code:
                raise RosterError("This code was used or taken back. Ask for a new one.")
            entered = self.teachers.join(invited.id, name or invited.name, kept)
            del self._invitations[invited.id]
        return entered

    def _opened(self, code: str) -> Opened | None:
        now_s = self._monotonic()
        with self._lock:
            valid = [one for one in self._invitations.values() if one.until_s > now_s]
        for one in valid:
            if hmac.compare_digest(one.code.encode(), code.encode()):
                return Opened(self.teachers.of(one.teacher), one.code)
        kept = self._screen_code
        return Opened(None, kept) if kept and is_password(kept, code) else None

    def _keys(self, found: Teacher | None, source: From) -> list[str]:
        """The counts of a try: the browser's own where it is known, else those of strangers."""
        if found is None:
            return [self.tries.place(f"nobody {source.place}")]
        if self.known_by(source.mark) == found:
            number = source.mark.split(".")[1]
            return [self.tries.place(f"{found.id} browser {number}")]
        return [self.tries.place(f"{found.id} {source.place}"), f"{found.id} strangers"]

    def _begin(self, keys: list[str]) -> None:
        wait_s = max(self.tries.wait_s(key) for key in keys)
        if wait_s > 0:
            raise NotAllowed("Too many wrong tries.", retry_s=wait_s)
        for key in keys:
            self.tries.begin(key)

    def _was_wrong(self, keys: list[str]) -> None:
        for key in keys:
            self.tries.wrong(key)

    def _was_right(self, keys: list[str]) -> None:
        for key in keys:
            self.tries.right(key)

    def _seal(self, teacher: Teacher, number: str) -> str:
        told = f"{teacher.id}.{number}.{self.teachers.password_hash(teacher.id)}".encode()
        return hmac.new(self._mark_key, told, hashlib.sha256).hexdigest()[:32]


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """What a password is compared with where the name is nobody's."""
    return hash_of(secrets.token_hex(16))


def checked_password(password: str, name: str) -> str:
    """`password`, if it may be one of a teacher with that name; RosterError else."""
    if len(password) < SHORTEST_PASSWORD:
        raise RosterError(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    if len(password) > LONGEST_PASSWORD:
        raise RosterError(f"A password has at most {LONGEST_PASSWORD} characters.")
    if folded(password) == folded(name):
        raise RosterError("A password that is your name is the first one that is tried.")
    return password
