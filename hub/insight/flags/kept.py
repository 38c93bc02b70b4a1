"""The rows that flags look at, packed: a class keeps thousands of them and looks at few."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple
from zlib import crc32

import msgspec

from hub.insight.flags.ground import Ground
from hub.insight.flags.pace import Limit
from hub.insight.flags.past import Seen
from hub.store.log import Attempt


class _Stored(NamedTuple):
    """What of a row cannot be looked up in its pack: some 90 bytes instead of 400."""

    hub_seq: int
    item: int
    seed: int
    is_right: bool
    p: float | None
    step: int
    ms: int
    hints: int
    misconception: str
    answer: int
    limit: Limit


_packed = msgspec.msgpack.Encoder().encode
_unpacked = msgspec.msgpack.Decoder(_Stored).decode


class Kept:
    """The latest `most` rows of each learner of a class, the oldest first."""

    def __init__(self, ground: Ground, most: int) -> None:
        self._ground = ground
        self._most = most
        self._rows: dict[int, deque[bytes]] = {}

    def add(self, row: Attempt, limit: Limit) -> None:
        """A row that was judged, behind all others of its learner."""
        stored = _Stored(
            hub_seq=row.hub_seq,
            item=row.item,
            seed=row.seed,
            is_right=bool(row.is_right),
            p=row.p,
            step=row.step,
            ms=row.ms,
            hints=row.hints,
            misconception=row.misconception or "",
            answer=crc32(row.answer.encode()),
            limit=limit,
        )
        mine = self._rows.setdefault(row.learner, deque(maxlen=self._most))
        mine.append(_packed(stored))

    def of(self, learner: int, oldest: int) -> list[Seen]:
        """The learner's rows behind the row `oldest` of the log."""
        kept = map(_unpacked, self._rows.get(learner, ()))
        return [seen for one in kept if one.hub_seq > oldest if (seen := self._seen(one))]

    def ends(self, learner: int, oldest: int) -> tuple[int, int]:
        """The first and last rows behind `oldest`, zeros for none; earlier ones are let go."""
        rows = self._rows.get(learner)
        while rows and _unpacked(rows[0]).hub_seq <= oldest:
            rows.popleft()
        return (_unpacked(rows[0]).hub_seq, _unpacked(rows[-1]).hub_seq) if rows else (0, 0)

    def _seen(self, one: _Stored) -> Seen | None:
        located = self._ground.locate(one.item, one.seed)
        if located is None:
            return None
        return Seen(
            hub_seq=one.hub_seq,
            item=located.item,
            seed=one.seed,
            skills=located.skills,
            is_right=one.is_right,
            p=one.p,
            step=one.step,
            ms=one.ms,
            hints=one.hints,
            misconception=one.misconception,
            answer=one.answer,
            limit=one.limit,
            has_hints=located.has_hints,
        )
