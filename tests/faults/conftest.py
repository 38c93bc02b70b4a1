"""The bench, with the recorder compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.bench import Bench
from tests.faults.power import Recorder, build_recorder


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_recorder(tmp_path_factory.mktemp("recorder"))


@pytest.fixture
def bench(tmp_path: Path, library: Path) -> Bench:
    (tmp_path / "data").mkdir()
    recorder = Recorder(tmp_path / "data", tmp_path / "cut.log", library)
    return Bench(recorder, tmp_path / "stall", tmp_path / "error")
