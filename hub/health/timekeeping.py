"""Whether the hub's wall clock can be believed, and who vouches for it."""

from __future__ import annotations

from typing import Literal

from hub.clock import Clock, is_plausible
from hub.health.finding import Finding
from hub.health.machine import Machine

#: Who says what time it is. "machine" is a plausible date that nobody vouches for: a board
#: without a clock chip begins where it was last switched off.
By = Literal["phone", "network", "chip", "machine", "nobody"]
VOUCHED: frozenset[str] = frozenset({"phone", "network", "chip"})
RTC = "/sys/class/rtc/rtc0"
#: The kernel sets its clock from the chip at its start; a chip whose battery is empty begins
#: at another date, and is then further off than this.
CHIP_S = 600
#: systemd-timesyncd makes this file once a time server answered.
SYNCHRONIZED = "/run/systemd/timesync/synchronized"
#: Two phones in one room; further apart one of them must be wrong.
DISAGREE_S = 300


def vouched_by(machine: Machine, clock: Clock) -> By:
    """Whose word the clock's present time rests on."""
    if clock.told is not None:
        return "phone"
    if not clock.now().is_trusted:
        return "nobody"
    if machine.at(SYNCHRONIZED).exists() or _is_synchronized(machine):
        return "network"
    chip_s = machine.number(f"{RTC}/since_epoch")
    is_set = machine.number(f"{RTC}/hctosys") == 1
    if is_set and chip_s is not None and is_plausible(chip_s):
        return "chip" if abs(clock.off_by_s(chip_s)) <= CHIP_S else "machine"
    return "machine"


def timekeeping(machine: Machine, clock: Clock) -> Finding:
    """The clock as a teacher should know of it."""
    by = vouched_by(machine, clock)
    if by == "nobody":
        return Finding("clock", "act", "behind" if clock.is_behind() else "wrong")
    if by == "machine":
        return Finding("clock", "look", "unvouched")
    return Finding("clock", "ok", by)


def _is_synchronized(machine: Machine) -> bool:
    said = machine.run(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    return (said or "").strip() == "yes"
