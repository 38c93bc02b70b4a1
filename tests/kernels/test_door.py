"""The one door to the kernels: refuses a missing part, tells the build."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import hub
from hub import kernels
from hub.errors import MissingPart


def test_a_missing_core_is_refused_at_import_with_what_to_do() -> None:
    script = (
        "import sys; sys.modules['hub._core'] = None\n"
        "from hub.errors import MissingPart\n"
        "try:\n    import hub.kernels\n"
        "except MissingPart as missing:\n    print(missing)\n"
    )
    root = Path(hub.__file__).parent.parent
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert "hub/_core is missing" in told.stdout
    assert "maturin develop" in told.stdout


def test_a_debug_build_is_refused_for_measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "build_profile", "debug")
    with pytest.raises(MissingPart, match="debug build"):
        kernels.require_release()
    monkeypatch.setattr(kernels, "build_profile", "release")
    kernels.require_release()


def test_the_core_tells_version_and_profile() -> None:
    assert kernels.build_profile in {"debug", "release"}
    assert kernels.__version__.count(".") == 2


def test_the_stub_matches_the_module() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "hub._core"],
        cwd=Path(hub.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
