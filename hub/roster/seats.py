"""Who sits at which tablet, and whose turn it is where two or three share one."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass

from hub.roster.unsaved import Unsaved
from hub.store.log import Attempt
from hub.store.writer import Writer

#: More than three at one tablet, and one of them only watches.
MOST_SEATED = 3


@dataclass(frozen=True, slots=True)
class Seated:
    """The learners at one tablet in the order they came; `turn` is the one who answers now."""

    learners: tuple[int, ...] = ()
    turn: int = 0

    def after(self, learner: int) -> int:
        """Who comes after `learner`, round and round."""
        place = self.learners.index(learner) + 1
        return self.learners[place % len(self.learners)]


class Seats:
    """The seats of all tablets; a child who signed in sits there until it leaves.

    No cookie and no clock ends that: a tablet that was cut off, a hub that lost its power and
    its time, and a page that is loaded again all find the child where it was.
    """

    def __init__(self, writer: Writer, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._unsaved = Unsaved(writer, self._write)
        self._seated: dict[int, Seated] = {}

    def load(self) -> None:
        """Reads what the database holds."""
        rows = self._connection.execute(
            "SELECT device, learner, has_turn FROM seats ORDER BY device, place"
        )
        for device, learner, has_turn in rows:
            before = self.at(device)
            turn = learner if has_turn else before.turn
            self._seated[device] = Seated((*before.learners, learner), turn or learner)

    def at(self, device: int) -> Seated:
        """Who sits at the tablet."""
        return self._seated.get(device, Seated())

    def sit(self, device: int, learner: int, *, is_friend: bool = False) -> None:
        """`learner` takes the tablet, or as a friend sits down beside those who have it."""
        with self._lock:
            before = self.at(device).learners if is_friend else ()
            others = tuple(one for one in before if one != learner)[: MOST_SEATED - 1]
            self._seated[device] = Seated((*others, learner), learner)
        self._unsaved.save(device)

    def leave(self, device: int, learner: int) -> None:
        """`learner` gets up; where it was the learner's turn, it goes to the next."""
        with self._lock:
            before = self.at(device)
            if learner not in before.learners:
                return
            turn = before.after(learner) if before.turn == learner else before.turn
            left = tuple(one for one in before.learners if one != learner)
            self._seated[device] = Seated(left, turn if left else 0)
        self._unsaved.save(device)

    def give_turn(self, device: int, learner: int) -> None:
        """`learner`, who sits there, answers now."""
        with self._lock:
            before = self.at(device)
            if learner not in before.learners:
                return
            self._seated[device] = Seated(before.learners, learner)
        self._unsaved.save(device)

    def on_answer(self, row: Attempt) -> None:
        """An answer was counted: where several sit, it is the next one's turn.

        Comes from within the answer path, and waits for no disk: the turn is written when the
        next child takes it.
        """
        with self._lock:
            seated = self.at(row.device)
            if len(seated.learners) > 1 and row.learner == seated.turn:
                turn = seated.after(row.learner)
                self._seated[row.device] = Seated(seated.learners, turn)
                self._unsaved.note(row.device)

    def _write(self, connection: sqlite3.Connection, device: int) -> None:
        seated = self.at(device)
        connection.execute("DELETE FROM seats WHERE device = ?", (device,))
        connection.executemany(
            "INSERT INTO seats (device, learner, place, has_turn) VALUES (?, ?, ?, ?)",
            [
                (device, learner, place, int(learner == seated.turn))
                for place, learner in enumerate(seated.learners)
            ],
        )
