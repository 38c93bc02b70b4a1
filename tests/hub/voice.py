"""Voices for tests: the real espeak-ng, and programs in its place that fail as programs do."""

from __future__ import annotations

import shutil
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

LISTED = "Pty Language       Age/Gender VoiceName\\n 5  en-gb           --/M      English\\n"


def real() -> Path:
    """The real one; the set-up for developers installs it."""
    found = shutil.which("espeak-ng")
    if found is None:
        pytest.fail("The hub's voice is tested with espeak-ng: apt-get install espeak-ng")
    return Path(found)


def fake(folder: Path, body: str, *, busy: str = "true") -> Path:
    """A program that lists one language and then does what the shell lines `body` say.

    `busy` is what it does before it lists anything.
    """
    program = folder / "espeak-ng"
    listed = f"case \"$1\" in --voices) {busy}; printf '{LISTED}'; exit 0;; esac"
    program.write_text(f"#!/bin/sh\n{listed}\n{body}\n")
    program.chmod(0o755)
    return program


def tone(folder: Path) -> Path:
    """What espeak-ng writes to a pipe: samples behind a header that knows no end."""
    head = struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", 0x7FFFF024, b"WAVEfmt ", 16, 1, 1, 22_050,
                       44_100, 2, 16, b"data", 0x7FFFF000)  # fmt: skip
    made = folder / "tone.wav"
    made.write_bytes(head + struct.pack("<hh", 9_000, -9_000) * 5_000)
    return made


def hanging(folder: Path) -> Path:
    """In the speaker's place: says by the file `hangs` that it began, and never ends."""
    program = folder / "speaker.py"
    note = str(folder / "hangs")
    program.write_text(f"import signal\nopen({note!r}, 'w').close()\nsignal.pause()\n")
    return program


def until(holds: Callable[[], bool], deadline_s: float = 60.0) -> None:
    """Looks again and again at what has no event of its own."""
    end = time.monotonic() + deadline_s
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.02)
