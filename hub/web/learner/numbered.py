"""An answer from a page without scripts, under a number that is its own.

Such a page carries the number that was next when it was drawn. Two windows, a page left open
and a hub restored from an older copy can make that number another answer's, or leave a gap
before it; the answer would be taken for the other one, or be refused, and nobody would know.
"""

from __future__ import annotations

from contextlib import closing

import msgspec

from devices.messages import Answer, Next
from hub.errors import Refused
from hub.lesson.room import Room
from hub.store.database import open_reading
from hub.store.lately import number_of
from hub.web.parts import parts
from hub.web.safety import this_device


def counted(sent: Answer, patience_s: float) -> tuple[Answer, Next]:
    """`sent` as it stands in the log, and the reply to it.

    The very same answer under its number or a later one of its page is itself, sent again (a
    reload). Raises Refused, also where the disk does not say in `patience_s` what it holds.
    """
    while True:
        with parts().classroom.lock:
            found = _own(sent)
            if found is not None:
                reply = parts().classroom.answer(this_device(), found, is_urgent=True)
                return found, reply
        if not parts().receipts.wait(*_page(sent), _last(sent), patience_s):
            raise Refused("hub_full")


def _own(sent: Answer) -> Answer | None:
    """`sent` under its own number; None while the disk does not hold all before it."""
    last = _last(sent)
    if sent.device_seq == last + 1:
        return sent
    if parts().receipts.upto(*_page(sent)) < last:
        return None
    return msgspec.structs.replace(sent, device_seq=_logged(sent, last) or last + 1)


def _logged(sent: Answer, last: int) -> int | None:
    """The number under which this very answer is in the log; None where it is not."""
    item = _room().pack.item_index.get(sent.item)
    if item is None:
        return None
    with closing(open_reading(parts().database)) as connection:
        return number_of(connection, this_device().id, sent, item, min(sent.device_seq, last))


def _last(sent: Answer) -> int:
    """The highest number that the class has of this page."""
    return _room().positions.get(_page(sent), 0)


def _page(sent: Answer) -> tuple[int, int]:
    return this_device().id, sent.boot


def _room() -> Room:
    return parts().classroom.rooms[this_device().class_id]
