"""Each learner's ways in: three pictures, a PIN, a password, a printed card.

Pictures and PINs are kept readable. The teacher looks them up for children who forgot, and so
few of them are possible that a hash would be undone at once: what protects them is that wrong
tries have to wait. Passwords that learners chose are kept as slow hashes; cards hold 128
random bits, and the hub keeps only their hash.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from sqlite_utils import Database

from hub.errors import RosterError
from hub.roster.passwords import Recognised, hash_of, is_weak
from hub.roster.people import Style, new_code
from hub.store.writer import Writer

#: What every child can name; each is drawn on the tablet's page. Six, so that a child of five
#: sees them all at once.
CODE_PICTURES = ("fish", "sun", "tree", "ball", "house", "cup")
#: How many signs a code of a style has.
SIGNS: dict[Style, int] = {"pictures": 3, "pin": 4}
#: Of a password that a learner chooses; wrong tries wait, so that six are enough.
SHORTEST_PASSWORD = 6
#: Runs that every child tries first.
_RUNS = "01234567890 9876543210"


@dataclass(frozen=True, slots=True)
class Code:
    """The ways in of one learner; `first_password` holds until the learner chooses one."""

    learner: int
    pictures: str
    pin: str
    first_password: str | None
    password_hash: str | None = None
    card_sha256: bytes | None = None


class Codes:
    """All learners' codes; a learner who has none yet gets one when it is asked for."""

    def __init__(self, writer: Writer, connection: sqlite3.Connection) -> None:
        self._writer = writer
        self._connection = connection
        self._lock = threading.Lock()
        self._codes: dict[int, Code] = {}
        self._by_card: dict[bytes, int] = {}
        self._recognised = Recognised()

    def load(self) -> None:
        """Reads what the database holds."""
        rows = self._connection.execute(
            "SELECT learner, pictures, pin, first_password, password_hash, card_sha256"
            " FROM sign_in_codes"
        )
        for row in rows:
            self._keep(Code(*row))

    def of(self, learner: int) -> Code:
        """The learner's code."""
        return self.of_all([learner])[0]

    def of_all(self, learners: Sequence[int]) -> list[Code]:
        """The learners' codes, in their order."""
        with self._lock:
            missing = [one for one in learners if one not in self._codes]
            self._save([_drawn(one) for one in missing])
            return [self._codes[one] for one in learners]

    def is_code(self, learner: int, style: Style, entered: str) -> bool:
        """Whether `entered` is what lets this learner in by that style."""
        code = self.of(learner)
        if style == "pictures":
            return _is_same(" ".join(entered.split()), code.pictures)
        if style == "pin":
            return _is_same("".join(entered.split()), code.pin)
        if style != "password":
            return False
        if code.first_password is not None:
            return _is_same("".join(entered.split()).upper(), code.first_password)
        return self._is_own_password(code, entered)

    def renew(self, learner: int, style: Style) -> Code:
        """A new code of that style; the old one is void."""
        self.of(learner)
        with self._lock:
            old, fresh = self._codes[learner], _drawn(learner)
            while style == "pictures" and fresh.pictures == old.pictures:
                fresh = _drawn(learner)
            changed = {
                "pictures": replace(old, pictures=fresh.pictures),
                "pin": replace(old, pin=fresh.pin),
                "password": replace(
                    old, first_password=fresh.first_password, password_hash=None
                ),
            }.get(style, old)
            self._save([changed])
        return changed

    def choose_password(self, learner: int, password: str) -> None:
        """The learner's own password; RosterError where it is too short or still the first."""
        first = self.of(learner).first_password or ""
        if len(password.strip()) < SHORTEST_PASSWORD or password.upper() == first:
            raise RosterError("This password is too short, or the one the teacher gave.")
        kept = hash_of(password)
        with self._lock:
            old = self._codes[learner]
            self._save([replace(old, first_password=None, password_hash=kept)])

    def _is_own_password(self, code: Code, entered: str) -> bool:
        """Whether the learner chose this one; a hash of weaker days is replaced by the way."""
        stored = code.password_hash or ""
        if not self._recognised.is_password(code.learner, stored, entered):
            return False
        if is_weak(stored):
            fresh = hash_of(entered)
            with self._lock:
                now = self._codes[code.learner]
                if now.password_hash == stored:
                    self._save([replace(now, password_hash=fresh)])
        return True

    def new_cards(self, learners: Sequence[int]) -> list[str]:
        """The tokens of new cards, in the learners' order; their old cards are dead.

        They are told this once.
        """
        self.of_all(learners)
        tokens = [secrets.token_urlsafe(16) for _ in learners]
        with self._lock:
            self._save(
                [
                    replace(self._codes[learner], card_sha256=_sha256(token))
                    for learner, token in zip(learners, tokens, strict=True)
                ]
            )
        return tokens

    def by_card(self, token: str) -> int | None:
        """The learner whose card it is."""
        return self._by_card.get(_sha256(token))

    def _save(self, codes: list[Code]) -> None:
        if not codes:
            return

        def work(database: Database) -> None:
            database.conn.executemany(
                "INSERT OR REPLACE INTO sign_in_codes (learner, pictures, pin, first_password,"
                " password_hash, card_sha256) VALUES (?, ?, ?, ?, ?, ?)",
                [astuple(code) for code in codes],
            )

        self._writer.call(work)
        for code in codes:
            self._keep(code)

    def _keep(self, code: Code) -> None:
        old = self._codes.get(code.learner)
        if old is not None and old.card_sha256 is not None:
            self._by_card.pop(old.card_sha256, None)
        self._codes[code.learner] = code
        if code.card_sha256 is not None:
            self._by_card[code.card_sha256] = code.learner


def _drawn(learner: int) -> Code:
    pictures = secrets.SystemRandom().sample(CODE_PICTURES, SIGNS["pictures"])
    return Code(learner, " ".join(pictures), _drawn_pin(), new_code(6))


def _drawn_pin() -> str:
    while True:
        pin = f"{secrets.randbelow(10_000):04}"
        if len(set(pin)) > 1 and pin not in _RUNS:
            return pin


def _is_same(entered: str, code: str) -> bool:
    return hmac.compare_digest(entered.encode(), code.encode())


def _sha256(token: str) -> bytes:
    """A plain hash is enough: a card's token is 128 random bits, no words to guess."""
    return hashlib.sha256(token.encode()).digest()
