"""The machine below the hub, read through its files: any folder can stand for its root."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: No file that is read here is longer; one that has no end must not fill the memory.
MOST_BYTES = 64 * 1024
#: A program that asks the kernel for numbers takes milliseconds; the page waits for it.
PROGRAM_S = 2.0
Run = Callable[[Sequence[str]], "str | None"]


def ask_program(command: Sequence[str]) -> str | None:
    """What a program of the system prints; None where it is absent, fails or takes too long."""
    # Debian keeps some of them where only root's PATH looks.
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    found = shutil.which(command[0], path=path)
    if found is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands of ours, no shell
            [found, *command[1:]],
            capture_output=True,
            timeout=PROGRAM_S,
            check=False,
            env={"LC_ALL": "C", "PATH": path},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout[:MOST_BYTES].decode(errors="replace") if done.returncode == 0 else None


@dataclass(frozen=True, slots=True)
class Machine:
    """`root` is where /sys, /proc and /etc lie, `home` the data folder as that machine sees it.

    What is absent, unreadable or no number is None: the probes call that unknown, never well.
    """

    home: Path
    root: Path = Path("/")
    run: Run = ask_program

    def at(self, path: str) -> Path:
        """`path`, which begins with /, below the root."""
        return self.root / path.lstrip("/")

    def text(self, path: str) -> str | None:
        """What the file says, without blanks around it."""
        try:
            with self.at(path).open("rb") as file:
                return file.read(MOST_BYTES).decode(errors="replace").strip("\0 \t\r\n")
        except (OSError, ValueError):
            return None

    def number(self, path: str, base: int = 10) -> int | None:
        """The whole number that the file holds."""
        return whole(self.text(path), base)

    def names(self, folder: str) -> list[str]:
        """What lies in a folder, in order; nothing for none."""
        try:
            return sorted(one.name for one in self.at(folder).iterdir())
        except OSError:
            return []


def whole(text: str | None, base: int = 10) -> int | None:
    """`text` as a whole number of plain digits; None for anything else."""
    # int() also takes "1_0", " 1" and digits of other scripts: no kernel writes those.
    if text is None or not text.isascii() or not text.removeprefix("0x").isalnum():
        return None
    try:
        return int(text, base)
    except ValueError:
        return None
