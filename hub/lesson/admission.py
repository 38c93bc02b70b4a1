"""Whether an answer may count: who, on which device, to what, and seen before or not."""

from __future__ import annotations

from devices.messages import Answer, Appeal, AskHint, Hand, Refusal
from hub.lesson.room import Room
from hub.roster.devices import Device, Devices

#: What a learner wants of a question besides answering it.
Aside = AskHint | Appeal | Hand


def position(room: Room, device: Device, sent: Answer) -> int:
    """The last device_seq that the hub took of this device's boot; 0 for none yet."""
    return room.positions.get((device.id, sent.boot), 0)


def fault(room: Room, device: Device, sent: Answer, devices: Devices) -> Refusal | None:
    """Why the answer can never count, in the wire's words; None when it can."""
    if sent.learner not in room.places:
        return "unknown_learner"
    if not devices.is_session(sent.session, device.id, sent.learner):
        return "signed_out"
    return _unknown_activity(room, sent)


def aside_fault(room: Room, device: Device, asked: Aside, devices: Devices) -> Refusal | None:
    """Why a request beside an answer cannot be met, in the wire's words; None when it can."""
    if asked.learner not in room.places:
        return "unknown_learner"
    if not devices.is_session(asked.session, device.id, asked.learner):
        return "signed_out"
    return _unknown_activity(room, asked)


def _unknown_activity(room: Room, sent: Answer | Aside) -> Refusal | None:
    """The item must stand in the class's pack, and in the one that made the activity."""
    asker = room.line.of(sent.seed) or room.pack
    is_known = sent.item in room.pack.item_index and sent.item in asker.item_index
    return None if is_known else "unknown_activity"
