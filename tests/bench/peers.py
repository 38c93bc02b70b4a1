"""The peers, in a virtual environment of their own: build/peers.

pyBKT is built from source, for its published wheel has no C++ core, and its `setup.py` falls
back to slow Python in silence where the compiler fails. So its core is asked for before
anything is measured. It needs scikit-learn below 1.5: importing it fails with a newer one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.sides import Call

FOLDER = Path("build/peers")
LOCK = Path("requirements-peers.lock")
#: Built here, after everything that its build needs: its wheel is the slow one.
FROM_SOURCE = "pybkt"
#: The last Python for which scikit-learn 1.4, which pyBKT needs, has wheels.
NEWEST_PYTHON = (3, 12)
_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "2")
_HASHED = ("--require-hashes", "--no-deps")


class NoPeers(Exception):
    """Why the peers cannot be run here."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The peers' Python, with each of them in it."""

    python: Path
    versions: Mapping[str, str]

    def call(self, module: str, **arguments: object) -> Call:
        """The peers' side of a comparison."""
        return Call(self.python, f"theirs.{module}", arguments)


def find_peers() -> Peers:
    """The peers, installed first where they are not yet; `NoPeers` says why not."""
    python = (FOLDER / "venv/bin/python").absolute()
    stamp = FOLDER / "installed"
    wanted = _fingerprint()
    if not stamp.is_file() or stamp.read_text() != wanted:
        _install(python)
    versions = _versions(python)
    stamp.write_text(wanted)
    return Peers(python, versions)


def blocks(lock: str) -> dict[str, str]:
    """Each requirement of a lock file with its hashes, by the name it starts with."""
    found: dict[str, str] = {}
    name = ""
    for line in lock.splitlines(keepends=True):
        if line[:1].isalnum():
            name = line.split("==")[0]
            found[name] = ""
        if name and not line.lstrip().startswith("#"):
            found[name] += line
    return found


def _fingerprint() -> str:
    """Changes with the lock, the Python and the folder: a venv cannot be moved."""
    told = f"{sys.version}\n{FOLDER.absolute()}\n{LOCK.read_text()}"
    return hashlib.sha256(told.encode()).hexdigest()


def _install(python: Path) -> None:
    if sys.version_info[:2] > NEWEST_PYTHON:
        raise NoPeers("scikit-learn below 1.5 has no wheel for this Python: 3.11 or 3.12 has")
    if not shutil.which("g++"):
        raise NoPeers("pyBKT is built from source: apt-get install g++ python3-dev")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    locked = blocks(LOCK.read_text(encoding="utf-8"))
    built = FOLDER / "built.txt"
    built.write_text(locked.pop(FROM_SOURCE))
    wheels = FOLDER / "wheels.txt"
    wheels.write_text("".join(locked.values()))
    print("Installing the peers into build/peers: a minute or two, once.", flush=True)
    _run([sys.executable, "-m", "venv", str(python.parent.parent)])
    _run([str(python), *_PIP, *_HASHED, "--only-binary", ":all:", "-r", str(wheels)])
    source = ("--no-build-isolation", "--no-binary", FROM_SOURCE, "--no-cache-dir")
    _run([str(python), *_PIP, *_HASHED, *source, "-r", str(built)])


def _run(command: list[str]) -> None:
    log = FOLDER / "install.log"
    with log.open("a", encoding="utf-8") as said:
        done = subprocess.run(command, stdout=said, stderr=said, check=False)
    if done.returncode != 0:
        words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise NoPeers(f"{words[-1] if words else 'no word why'} (see {log})")


def _versions(python: Path) -> dict[str, str]:
    """What is installed, each imported, and pyBKT's compiled core found."""
    command = [str(python), "-m", "tests.bench.theirs.versions"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()
        raise NoPeers(words[-1] if words else "the peers' Python does not run")
    versions: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return versions
