"""The hub's own radio: how many tablets hold a place on it, and how many it has.

A Raspberry Pi's Wi-Fi chip lets in fewer tablets than a class has, and says nothing when it
is full: the next one just cannot connect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hub.health.finding import Finding, unknown
from hub.health.machine import Machine

#: Chips by the SDIO number that the kernel shows (linux, include/linux/mmc/sdio_ids.h).
CHIPS: Mapping[str, str] = {"02D0:A9BF": "43455", "02D0:A9A6": "43430"}
#: Places by chip and firmware version, the first that fits; an empty version is any other.
#: 43455: 7.45.18.0 takes 32, the other versions that Raspberry Pi shipped halt or refuse at
#: the eighth (iiab/iiab#823 with 35 laptops; raspberrypi/firmware#1403; MoodleBox#196).
#: 43430: 7.45.98.65 takes 30, later ones 10 (iiab/iiab roles/firmware, #823).
PLACES: tuple[tuple[str, str, int], ...] = (
    ("43455", "7.45.18.0", 32),
    ("43455", "", 7),
    ("43430", "7.45.98.65", 30),
    ("43430", "", 10),
)
#: Raspberry Pi OS ships a second firmware, chosen by update-alternatives, that gives up
#: other features for places: 19 (iiab/iiab#2853, roles/firmware).
MINIMAL, MINIMAL_PLACES = "cyfmac43455-sdio-minimal.bin", 19
CHOSEN = "/etc/alternatives/cyfmac43455-sdio.bin"
#: One seat group more must not come as a surprise.
CROWDED = 0.8
NET = "/sys/class/net"
_VERSION = re.compile(rb"Version: (\d+(?:\.\d+){2,4})")
_INTERFACE = re.compile(r"Interface (\S+)")
#: More than any access point has: what says so is no count.
MOST_STATIONS = 2007


def radio(machine: Machine) -> Finding:
    """Places used, of how many."""
    name = access_point(machine)
    if name is None:
        return unknown("radio", "elsewhere" if has_no_radio(machine) else "unknown")
    used = stations(machine, name)
    if used is None:
        return unknown("radio", "uncounted")
    places = places_of(machine, name)
    if places is None:
        return unknown("radio", "no_limit", used=used)
    numbers: dict[str, int | float | str] = {"used": used, "places": places}
    if used >= places:
        return Finding("radio", "act", "full", numbers)
    if used >= CROWDED * places:
        return Finding("radio", "look", "crowded", numbers)
    return Finding("radio", "ok", "free", numbers)


def has_no_radio(machine: Machine) -> bool:
    """Whether the kernel lists its networks, and none is a radio that sends as a point."""
    names = machine.names(NET)
    radios = [one for one in names if machine.at(f"{NET}/{one}/wireless").exists()]
    listed = machine.run(["iw", "dev"]) if radios else None
    return bool(names) and (not radios or (listed is not None and "Interface" in listed))


def access_point(machine: Machine) -> str | None:
    """The network that tablets join on this machine; None for none that can be seen."""
    name = ""
    for line in (machine.run(["iw", "dev"]) or "").splitlines():
        found = _INTERFACE.search(line)
        name = found[1] if found else name
        if line.strip() == "type AP" and name:
            return name
    return None


def stations(machine: Machine, name: str) -> int | None:
    """How many are joined to the network `name`; None where nobody may count them."""
    said = machine.run(["iw", "dev", name, "station", "dump"])
    if said is None:
        return None
    count = sum(line.startswith("Station ") for line in said.splitlines())
    is_list = count > 0 or not said.strip()
    return count if is_list and count <= MOST_STATIONS else None


def places_of(machine: Machine, name: str) -> int | None:
    """How many this chip with this firmware lets in; None for one that nobody tried."""
    said = machine.text(f"{NET}/{name}/device/uevent") or ""
    fields = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    chip = CHIPS.get(fields.get("SDIO_ID", "").upper())
    if chip is None:
        return None
    version = firmware_version(machine, chip)
    if version is None:
        return None
    if chip == "43455" and _is_minimal(machine):
        return MINIMAL_PLACES
    fitting = (places for of, one, places in PLACES if of == chip and one in (version, ""))
    return next(fitting, None)


def firmware_version(machine: Machine, chip: str) -> str | None:
    """What the chip's firmware file calls itself, in its last bytes."""
    path = machine.at(f"/lib/firmware/brcm/brcmfmac{chip}-sdio.bin")
    try:
        body = path.read_bytes()[-4096:]
    except OSError:
        return None
    found = _VERSION.search(body)
    return found[1].decode() if found else None


def _is_minimal(machine: Machine) -> bool:
    try:
        return machine.at(CHOSEN).readlink().name == MINIMAL
    except OSError:
        return False
