"""Whether an answer may count: who, on which device, to what, and seen before or not."""

from __future__ import annotations

from devices.messages import Answer, AskHint, Refusal
from hub.lesson.room import Room
from hub.roster.devices import Device, Devices


def position(room: Room, device: Device, sent: Answer) -> int:
    """The last device_seq that the hub took of this device's boot; 0 for none yet."""
    return room.positions.get((device.id, sent.boot), 0)


def fault(room: Room, device: Device, sent: Answer, devices: Devices) -> Refusal | None:
    """Why the answer can never count, in the wire's words; None when it can."""
    if sent.learner not in room.places:
        return "unknown_learner"
    if not devices.is_session(sent.session, device.id, sent.learner):
        return "signed_out"
    if sent.item not in room.pack.item_index:
        return "unknown_activity"
    return None


def hint_fault(room: Room, device: Device, asked: AskHint, devices: Devices) -> Refusal | None:
    """Why no hint can be given, in the wire's words; None when it can."""
    if asked.learner not in room.places:
        return "unknown_learner"
    if not devices.is_session(asked.session, device.id, asked.learner):
        return "signed_out"
    return None if asked.item in room.pack.item_index else "unknown_activity"
