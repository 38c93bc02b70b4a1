"""What the kernel says of running processes: CPU, memory, bytes that went to the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Sums over some processes, since each began."""

    cpu_s: float
    bytes_written: int
    rss_mb: float


def usage(pids: Iterable[int]) -> Usage:
    """What the processes `pids` have used; raises OSError when one is gone.

    `bytes_written` counts pages made dirty on their way to storage (proc(5), write_bytes),
    so whole 4,096-byte pages, as a card sees them.
    """
    cpu_s, written, rss_mb = 0.0, 0, 0.0
    for pid in pids:
        folder = Path("/proc") / str(pid)
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        cpu_s += (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
        written += _number(folder / "io", "write_bytes:")
        rss_mb += _number(folder / "status", "VmRSS:") / 1024
    return Usage(cpu_s, written, rss_mb)


def _number(path: Path, name: str) -> int:
    for line in path.read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise OSError(f"{path} has no {name}")
