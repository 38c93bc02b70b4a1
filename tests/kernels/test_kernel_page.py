"""The page of the kernels does what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import hub

ROOT = Path(hub.__file__).parent.parent
PAGE = ROOT / "docs/kernels.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_page_prints_what_it_says_in_forty_lines() -> None:
    blocks = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", blocks["python"]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == blocks["text"]
    lines = [line for line in blocks["python"].splitlines() if line and line[0] != "#"]
    assert len(lines) <= 40
