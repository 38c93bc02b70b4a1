"""The files that belong to the project: what git tracks, or would track."""

from __future__ import annotations

import functools
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """All files of the project, or those whose name ends with one of `suffixes`."""
    # Ownership is not asked: CI and containers check out as one user and run as another.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    names = sorted(name for name in listed.stdout.split("\0") if name.endswith(suffixes or ""))
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def text(path: Path) -> str | None:
    """What stands in `path`, or None where it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def name(path: Path) -> str:
    """`path` as it is called inside the repository."""
    return path.relative_to(ROOT).as_posix()


def pyproject() -> dict[str, Any]:
    """pyproject.toml, parsed."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def refuse(found: Iterable[str], rule: str) -> None:
    """Fail with every place in `found`, one a line, where there is any."""
    places = list(found)
    assert not places, "\n  ".join([f"{rule}:", *places])
