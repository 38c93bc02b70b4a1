"""The disk and the card below the data folder: room, wear, and errors found on it."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import PurePosixPath

from hub.health.finding import Finding, Level, unknown
from hub.health.machine import Machine, whole

MOUNTS = "/proc/self/mountinfo"
#: Below this a day of answers of a class may not fit (a year of 40 learners is about 1 GB).
LEAST_FREE_MB = 200
LITTLE_FREE_MB = 1000
#: A month's warning: whoever brings a new card may live far away (a judgement).
FEW_DAYS = 30
#: Enough rows to know the class's pace; read backwards through the key, about 20 ms.
ROWS = 20_000
#: JEDEC eMMC 5.1: 1 is up to 10 % of the life used ... 10 up to 100 %, 11 more than that;
#: pre-EOL 1 normal, 2 warning (80 % of the reserved blocks used), 3 urgent.
WORN, WORN_OUT, MOST_LIFE = 8, 10, 11
PRE_EOL_WARNING, PRE_EOL_URGENT = 2, 3
MOST_COUNT = 2**63


@dataclass(frozen=True, slots=True)
class Mount:
    """Where the data lies: the file system's kind, its partition and the disk below it."""

    kind: str
    partition: str
    disk: str


def disk(machine: Machine, connection: sqlite3.Connection | None) -> Finding:
    """What is free, and for how many school days at the pace of late; `connection` reads."""
    free_mb = shutil.disk_usage(machine.home).free // 2**20
    numbers: dict[str, int | float | str] = {"mb": free_mb}
    if free_mb < LEAST_FREE_MB:
        return Finding("disk", "act", "full", numbers)
    day_bytes = None if connection is None else bytes_a_day(connection)
    if not day_bytes:
        level: Level = "look" if free_mb < LITTLE_FREE_MB else "ok"
        return Finding("disk", level, "little" if level == "look" else "free", numbers)
    days = int(free_mb * 2**20 / day_bytes)
    numbers["days"] = days
    if days < FEW_DAYS or free_mb < LITTLE_FREE_MB:
        return Finding("disk", "look", "days_few", numbers)
    return Finding("disk", "ok", "days", numbers)


def bytes_a_day(connection: sqlite3.Connection) -> float | None:
    """What a school day adds to the database; None before there is a whole day to judge by.

    Only days of a clock that could be believed count; a day without an answer is no school
    day.
    """
    rows, days = connection.execute(
        "SELECT count(*), count(DISTINCT wall_s / 86400) FROM (SELECT wall_s FROM attempts"
        " WHERE clock_trusted = 1 ORDER BY hub_seq DESC LIMIT ?)",
        (ROWS,),
    ).fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    (last,) = connection.execute("SELECT coalesce(max(hub_seq), 0) FROM attempts").fetchone()
    return pages * page_bytes / last * rows / days if days > 1 and last else None


def card(machine: Machine) -> Finding:
    """Errors that the file system met, and the wear that the card tells of itself."""
    mount = find_mount(machine)
    if mount is None:
        return unknown("card")
    errors, written_kb = _ext4(machine, mount)
    numbers: dict[str, int | float | str] = {"disk": mount.disk, "kind": mount.kind}
    if written_kb is not None:
        numbers["written_gb"] = round(written_kb / 2**20, 1)
    if errors:
        return Finding("card", "act", "errors", numbers | {"errors": errors})
    if machine.text(f"/sys/block/{mount.disk}/device/type") == "MMC":
        return _emmc(machine, mount, numbers, errors)
    if mount.disk.startswith("sd"):
        return _smart(machine, mount, numbers, errors)
    case = "no_wear" if errors == 0 else "unknown"
    return Finding("card", "unknown", case, numbers)


def find_mount(machine: Machine) -> Mount | None:
    """What the data folder lies on; None where the kernel does not say."""
    best: tuple[int, str, str, str] | None = None
    for line in (machine.text(MOUNTS) or "").splitlines():
        before, dash, after = line.partition(" - ")
        left, right = before.split(), after.split()
        if not dash or len(left) < 5 or len(right) < 2:
            continue
        place = PurePosixPath(left[4].replace("\\040", " "))
        if PurePosixPath(machine.home).is_relative_to(place):
            depth = len(place.parts)
            if best is None or depth >= best[0]:
                best = (depth, right[0], right[1], left[2])
    if best is None or not best[2].startswith("/dev/"):
        return None
    partition = _name_of(machine, best[3]) or best[2].removeprefix("/dev/")
    return Mount(best[1], partition, _disk_of(machine, partition))


def _name_of(machine: Machine, numbers: str) -> str:
    """The partition by its numbers: the table of mounts may call it just /dev/root."""
    try:
        return machine.at(f"/sys/dev/block/{numbers}").readlink().name
    except OSError:
        return ""


def _disk_of(machine: Machine, partition: str) -> str:
    """mmcblk0 of mmcblk0p2, sda of sda1: the block device that has the partition inside."""
    for name in machine.names("/sys/block"):
        if partition == name or machine.at(f"/sys/block/{name}/{partition}").exists():
            return name
    return partition


def _ext4(machine: Machine, mount: Mount) -> tuple[int | None, int | None]:
    """Errors since the file system was made, and kilobytes written since; None if unknown."""
    if mount.kind != "ext4":
        return None, None
    folder = f"/sys/fs/ext4/{mount.partition}"
    errors = machine.number(f"{folder}/errors_count")
    written = machine.number(f"{folder}/lifetime_write_kbytes")
    return _counted(errors), _counted(written)


def _counted(number: int | None) -> int | None:
    return number if number is not None and 0 <= number < MOST_COUNT else None


def _emmc(
    machine: Machine,
    mount: Mount,
    numbers: dict[str, int | float | str],
    errors: int | None,
) -> Finding:
    """The chip's own word: the worse of its two kinds of cells."""
    device = f"/sys/block/{mount.disk}/device"
    lives = [whole(one, 16) for one in (machine.text(f"{device}/life_time") or "").split()]
    reserve = machine.number(f"{device}/pre_eol_info", 16)
    known = [one for one in lives if one is not None and 1 <= one <= MOST_LIFE]
    if not len(known) == len(lives) == 2 or reserve not in (1, 2, 3) or errors is None:
        return Finding("card", "unknown", "unknown", numbers)
    numbers = numbers | {"used_percent": min(max(known) * 10, 100)}
    if max(known) >= WORN_OUT or reserve == PRE_EOL_URGENT:
        return Finding("card", "act", "worn_out", numbers)
    if max(known) >= WORN or reserve == PRE_EOL_WARNING:
        return Finding("card", "look", "worn", numbers)
    return Finding("card", "ok", "sound", numbers)


def _smart(
    machine: Machine,
    mount: Mount,
    numbers: dict[str, int | float | str],
    errors: int | None,
) -> Finding:
    """What a disk at USB or SATA says of itself, where smartctl may ask it."""
    said = machine.run(["smartctl", "-H", f"/dev/{mount.disk}"]) or ""
    if "PASSED" in said and errors is not None:
        return Finding("card", "ok", "passed", numbers)
    if "FAILED" in said:
        return Finding("card", "act", "failing", numbers)
    return Finding("card", "unknown", "no_wear" if errors == 0 else "unknown", numbers)
