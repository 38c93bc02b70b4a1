"""./check cannot hide a failure: its exit code and its last line say the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.tree import ROOT

PASSING = "def test_one_and_one_are_two() -> None:\n    assert 1 + 1 == 2\n"
FAILING = "def test_one_and_one_are_three() -> None:\n    assert 1 + 1 == 3\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small project under the real ./check, already set up."""
    shutil.copy(ROOT / "check", tmp_path)
    start = tmp_path / "start"
    start.write_text('#!/bin/sh\n[ "$1" = --setup-only ] || echo /usr/bin\n', encoding="utf-8")
    start.chmod(0o755)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    (tmp_path / "tests").mkdir()
    return tmp_path


def check(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [house / "check", *arguments],
        env=dict(os.environ, CI="true"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def verdict(checked: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    return checked.returncode, checked.stdout.splitlines()[-1]


def test_tests_that_pass_are_counted(house: Path) -> None:
    (house / "tests/test_sums.py").write_text(PASSING)
    assert verdict(check(house, "tests")) == (0, "1 passed, 0 failed")


def test_one_failing_test_fails_the_run(house: Path) -> None:
    (house / "tests/test_sums.py").write_text(PASSING + FAILING)
    assert verdict(check(house, "tests")) == (1, "1 passed, 1 failed")


def test_a_part_after_a_failing_one_still_runs(house: Path) -> None:
    (house / "tests/test_sums.py").write_text(FAILING)
    (house / "tests/faults").mkdir()
    (house / "tests/faults/test_cuts.py").write_text(PASSING)
    checked = check(house, "tests", "faults")
    assert verdict(checked) == (1, "1 passed, 1 failed")
    assert "Failed: tests\n" in checked.stdout


def test_a_file_that_cannot_be_imported_fails_the_run(house: Path) -> None:
    (house / "tests/test_sums.py").write_text("import nosuch\n")
    assert verdict(check(house, "tests")) == (1, "0 passed, 1 failed")


def test_a_runner_that_dies_after_its_closing_line_fails_the_run(house: Path) -> None:
    died = "import atexit, os\natexit.register(os._exit, 3)\n"
    (house / "tests/test_sums.py").write_text(died + PASSING)
    assert verdict(check(house, "tests")) == (1, "1 passed, 1 failed")


def test_a_part_that_ran_no_test_fails(house: Path) -> None:
    assert verdict(check(house, "tests")) == (1, "0 passed, 1 failed")


def test_a_set_up_that_fails_fails_the_run(house: Path) -> None:
    (house / "start").write_text("#!/bin/sh\nexit 1\n")
    assert verdict(check(house, "tests")) == (1, "0 passed, 1 failed")


def test_options_reach_the_one_part_that_is_named(house: Path) -> None:
    (house / "tests/test_sums.py").write_text(PASSING + FAILING)
    assert verdict(check(house, "tests", "-k", "two")) == (0, "1 passed, 0 failed")


def test_options_for_several_parts_are_refused(house: Path) -> None:
    assert check(house, "tests", "faults", "-k", "two").returncode == 2
    assert check(house, "-k", "two").returncode == 2


def test_an_unknown_part_is_refused(house: Path) -> None:
    assert check(house, "test").returncode == 2


def test_the_main_job_without_data_says_that_it_was_skipped(house: Path) -> None:
    checked = check(house, "main-job")
    assert "skipped: no data in ../shared/data\n" in checked.stdout
    assert verdict(checked) == (0, "0 passed, 0 failed")


def test_every_part_of_the_list_can_be_run(house: Path) -> None:
    source = (house / "check").read_text(encoding="utf-8")
    listed = [line.split()[0] for line in check(house, "--list").stdout.splitlines()]
    functions = [f"\npart_{part.replace('-', '_')}() {{\n" for part in listed]
    assert [function for function in functions if function not in source] == []


@pytest.mark.parametrize("command", ["start", "check", ".ci/run"])
def test_a_command_is_plain_posix_and_may_be_run(command: str) -> None:
    path = ROOT / command
    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    # Debian's sh: stricter than bash, which forgives what a Pi would not.
    assert subprocess.run(["dash", "-n", path], check=False).returncode == 0


def test_continuous_integration_runs_the_whole_check() -> None:
    assert " exec ./check" in (ROOT / ".ci/run").read_text(encoding="utf-8")
