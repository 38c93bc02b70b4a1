"""The one file for a technician: how the hub is, without anybody's name, answer or secret."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from hub.health.finding import Finding
from hub.health.life import MACHINE_BOOT
from hub.health.machine import Machine
from hub.health.storage import find_mount
from hub.store.log import gaps, last_seq

FORM = "mangotree-hub-check"
VERSION = 1
#: Some weeks of a school whose power goes every day.
MOST_STARTS = 60
FILE_NAME = "mangotree-hub-check.json"
_STARTS = (
    "SELECT id, wall_s, machine, first_seq, zero_ms, seen_ms, seen_wall_s, seen_by, is_ended"
    " FROM hub_boots ORDER BY id DESC LIMIT ?"
)


def report(
    hub_version: str,
    findings: Sequence[Finding],
    machine: Machine,
    connection: sqlite3.Connection | None,
) -> bytes:
    """Readable JSON: counts and numbers of the machine and the log, nothing that was typed.

    Left out on purpose: names of learners, teachers, classes, tablets and of the hub, answers,
    codes, settings, addresses, paths.
    """
    whole: dict[str, Any] = {
        "form": FORM,
        "version": VERSION,
        "hub": hub_version,
        "findings": msgspec.to_builtins(findings),
        "machine": _machine(machine),
    }
    if connection is not None:
        whole |= {"log": _log(connection), "database": _database(connection)}
        whole["starts"] = _rows(connection, _STARTS, (MOST_STARTS,))
        whole["packs"] = _rows(connection, "SELECT id, pack_id, version, items FROM packs")
        whole["devices"] = _rows(connection, "SELECT id, class, is_revoked FROM devices")
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def _machine(machine: Machine) -> dict[str, Any]:
    mount = find_mount(machine)
    return {
        "model": machine.text("/proc/device-tree/model"),
        "kernel": machine.text("/proc/sys/kernel/osrelease"),
        "python": platform.python_version(),
        "is_64_bit": platform.machine(),
        "start": machine.text(MACHINE_BOOT),
        "up": (machine.text("/proc/uptime") or "").split(" ")[0],
        "load": machine.text("/proc/loadavg"),
        "data_on": None if mount is None else [mount.kind, mount.disk],
        "networks": machine.names("/sys/class/net"),
        "clock_chips": machine.names("/sys/class/rtc"),
    }


def _log(connection: sqlite3.Connection) -> dict[str, Any]:
    kinds = "SELECT kind, count(*) FROM events GROUP BY kind ORDER BY kind"
    return {
        "last": last_seq(connection),
        "gaps": gaps(connection),
        "answers": _one(connection, "SELECT count(*) FROM attempts"),
        "events": dict(connection.execute(kinds).fetchall()),
        "classes": _one(connection, "SELECT count(*) FROM classes"),
        "learners": _one(connection, "SELECT count(*) FROM learners"),
    }


def _database(connection: sqlite3.Connection) -> dict[str, Any]:
    pragmas = ("page_count", "page_size", "freelist_count", "journal_mode", "user_version")
    found = {name: _one(connection, f"PRAGMA {name}") for name in pragmas}
    names = connection.execute("SELECT name FROM migrations ORDER BY name").fetchall()
    return {
        **found,
        "sqlite": sqlite3.sqlite_version,
        "migrations": [name for (name,) in names],
    }


def _rows(
    connection: sqlite3.Connection, query: str, values: tuple[int, ...] = ()
) -> list[dict[str, Any]]:
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _one(connection: sqlite3.Connection, query: str) -> int | str:
    found: int | str = connection.execute(query).fetchone()[0]
    return found
