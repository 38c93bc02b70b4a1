"""Power, heat and memory of the board that the hub runs on."""

from __future__ import annotations

from hub.health.finding import Finding, Level, unknown
from hub.health.machine import Machine, whole

#: Raspberry Pi's firmware: bits 0 to 3 are the state now, bits 16 to 19 since its start
#: (raspberrypi/linux pull request 2397, raspberrypi/documentation vcgencmd.md).
THROTTLED = "/sys/devices/platform/soc/soc:firmware/get_throttled"
LOW_NOW, LOW_EVER, SLOWED_NOW, HOT_NOW = 1 << 0, 1 << 16, 1 << 2, 1 << 3
#: All bits that mean something: more than these is no word of that firmware.
KNOWN_BITS = 0x000F000F
HWMON = "/sys/class/hwmon"
THERMAL = "/sys/class/thermal/thermal_zone0/temp"
#: A Raspberry Pi slows down from 80 °C on, and hard at 85 °C (its documentation, "frequency
#: management"); 75 leaves time to open the box.
WARM_C, HOT_C = 75, 82
#: What a sensor on a board in use can show at all.
COLDEST_C, HOTTEST_C = -40, 130
MEMORY = "/proc/meminfo"
#: The hub and its broker take about 100 MB; below these the kernel begins to push out what
#: it runs from (judgements).
TIGHT_MB, SCARCE_MB = 120, 50


def power(machine: Machine) -> Finding:
    """Whether the supply gives enough, now and since the board was switched on."""
    bits = machine.number(THROTTLED, 16)
    if bits is not None and 0 <= bits <= KNOWN_BITS and not bits & ~KNOWN_BITS:
        if bits & LOW_NOW:
            return Finding("power", "act", "low_now", {"bits": hex(bits)})
        if bits & LOW_EVER:
            return Finding("power", "look", "was_low", {"bits": hex(bits)})
        return Finding("power", "ok", "steady", {"bits": hex(bits)})
    for name in machine.names(HWMON):
        if machine.text(f"{HWMON}/{name}/name") == "rpi_volt":
            return _by_alarm(machine.number(f"{HWMON}/{name}/in0_lcrit_alarm"))
    return unknown("power")


def heat(machine: Machine) -> Finding:
    """How warm the processor is."""
    milli = machine.number(THERMAL)
    bits = machine.number(THROTTLED, 16)
    if milli is None or not COLDEST_C <= milli / 1000 <= HOTTEST_C:
        return unknown("heat")
    degrees = round(milli / 1000)
    is_slowed = bits is not None and bits <= KNOWN_BITS and bool(bits & HOT_NOW)
    if degrees >= HOT_C or is_slowed:
        return Finding("heat", "act", "hot", {"degrees": degrees})
    if degrees >= WARM_C:
        return Finding("heat", "look", "warm", {"degrees": degrees})
    return Finding("heat", "ok", "cool", {"degrees": degrees})


def memory(machine: Machine) -> Finding:
    """How much memory is left for tablets to come."""
    fields = dict(line.split(":", 1) for line in _lines(machine) if ":" in line)
    free, total = (_kilobytes(fields.get(name)) for name in ("MemAvailable", "MemTotal"))
    if free is None or total is None or not 0 <= free <= total:
        return unknown("memory")
    numbers: dict[str, int | float | str] = {"mb": free // 1024, "of_mb": total // 1024}
    level: Level = "ok"
    if free < TIGHT_MB * 1024:
        level = "look" if free >= SCARCE_MB * 1024 else "act"
    case = {"ok": "enough", "look": "tight", "act": "scarce"}[level]
    return Finding("memory", level, case, numbers)


def _by_alarm(alarm: int | None) -> Finding:
    """Newer kernels: one bit, whether the supply is too low now."""
    if alarm not in (0, 1):
        return unknown("power")
    return Finding("power", "act", "low_now") if alarm else Finding("power", "ok", "steady_now")


def _lines(machine: Machine) -> list[str]:
    return (machine.text(MEMORY) or "").splitlines()


def _kilobytes(field: str | None) -> int | None:
    words = (field or "").split()
    return whole(words[0]) if words[1:] == ["kB"] else None
