"""A data folder on a disk whose power can be cut, and the processes that write to it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.faults import child
from tests.faults.power import CutReport, Policy, Recorder, cut

CHILD = [sys.executable, "-I", "-S", child.__file__]
SCRIPT = [sys.executable, "-I", "-S", "-c"]
#: While the stall file exists. Most kills then fall between a write and its sync's end.
STALL_MS = 2

Child = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Bench:
    """One recorder with its switches: files that are made and removed."""

    recorder: Recorder
    stall_file: Path
    error_file: Path

    @property
    def data(self) -> Path:
        return self.recorder.data_dir

    def start(
        self, command: list[str], stall_ms: int = STALL_MS, *, real_sync: bool = False
    ) -> Child:
        added = self.recorder.environment(
            stall_ms=stall_ms,
            stall_file=self.stall_file,
            write_error_file=self.error_file,
            real_sync=real_sync,
        )
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | added,
            start_new_session=True,
        )

    def run(self, script: str, stall_ms: int = STALL_MS, *, real_sync: bool = False) -> str:
        """Runs a script in the data folder to its end; what it printed."""
        whole = f"import os; os.chdir({str(self.data)!r})\n{script}"
        process = self.start([*SCRIPT, whole], stall_ms, real_sync=real_sync)
        said, _ = process.communicate()
        assert process.returncode == 0
        return said.decode()

    def cut(self, policy: Policy, seed: int | Random = 0) -> CutReport:
        random = seed if isinstance(seed, Random) else Random(seed)
        return cut(self.data, self.recorder.log, policy, random)
