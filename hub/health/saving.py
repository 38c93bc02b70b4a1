"""Whether answers reach the disk in time, and whether a second copy of them is anywhere."""

from __future__ import annotations

from hub.health.finding import Finding, Level
from hub.store.writer import MOST_WAITING, Writer

#: Tablets wait for their receipt; above a second a child sees the sign that says "kept here".
SLOW_MS = 1000
#: A tenth of what may wait: a class has stopped being served long before all is full.
BEHIND = MOST_WAITING // 10


def queue(writer: Writer) -> Finding:
    """What waits for the disk, and how long the last commit took."""
    numbers: dict[str, int | float | str] = {"n": writer.waiting}
    if writer.commit_ms is not None:
        numbers["ms"] = round(writer.commit_ms)
    if writer.trouble is not None:
        return Finding("queue", "act", "trouble", numbers | {"error": writer.trouble})
    level: Level = "ok"
    case = "well" if "ms" in numbers else "idle"
    if writer.waiting >= BEHIND:
        level, case = "look", "behind"
    elif writer.commit_ms is not None and writer.commit_ms > SLOW_MS:
        level, case = "look", "slow"
    return Finding("queue", level, case, numbers)


def backup() -> Finding:
    """This version makes none, and says so."""
    return Finding("backup", "look", "none")


def sync() -> Finding:
    """This version sends nothing anywhere, and says so."""
    return Finding("sync", "unknown", "none")


def found_by_name(state: str) -> Finding:
    """Whether tablets find the hub by its name; `state` as the announcement has it."""
    levels: dict[str, Level] = {"on": "ok", "failed": "look"}
    level = levels.get(state, "unknown")
    case = state if state in {"on", "failed", "off"} else "starting"
    return Finding("name", level, case)
