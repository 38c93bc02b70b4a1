"""The battery of the machine that a device agent runs on, as its kernel tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
FULL_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Battery:
    """How full, in percent, and whether it is being charged."""

    percent: int
    is_charging: bool


def battery_of(supplies: Path = SUPPLIES) -> Battery | None:
    """The machine's own battery; None for a machine without one, or one that says no number.

    The batteries of a mouse or a pen, whose scope is "Device", are none of the machine.
    """
    try:
        found = sorted(supplies.iterdir())
    except OSError:
        return None
    for supply in found:
        if _says(supply / "type") != "Battery" or _says(supply / "scope") == "Device":
            continue
        said = _says(supply / "capacity")
        if said.isascii() and said.isdecimal() and int(said) <= FULL_PERCENT:
            return Battery(int(said), _says(supply / "status") in {"Charging", "Full"})
    return None


def _says(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")[:32].strip()
    except OSError:
        return ""
