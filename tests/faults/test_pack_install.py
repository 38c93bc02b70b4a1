"""A power cut in the middle of an install: the former pack or the new one, whole."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from random import Random

import msgspec
import pytest

from tests.faults.bench import Bench
from tests.faults.power import Policy, kill
from tests.lessons.installer import Ended, Round, Weakness
from tests.lessons.killed_installs import Ground, ground, pack_in_use

INSTALLER = [sys.executable, "-m", "tests.lessons.installer"]
#: Each cut costs the start of a process; odd points fall within transactions, too.
CUTS: list[tuple[int | None, Policy]] = [
    (5, "all"),
    (8, "half"),
    (9, "all"),
    (10, "half"),
    (11, "all"),
    (14, "half"),
    (15, "all"),
    (16, "half"),
    (None, "all"),
    (None, "half"),
]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground(tmp_path_factory.mktemp("grown"))


def cut_install(
    bench: Bench,
    grown: Ground,
    die_at: int | None,
    policy: Policy,
    weakness: Weakness = "none",
) -> tuple[Ended, Path]:
    """One install whose power goes at a point, or right behind its last word."""
    home = bench.data / "home"
    shutil.copytree(grown.home, home)
    bench.stall_file.touch()
    process = bench.start(INSTALLER)
    assert process.stdin is not None
    assert process.stdout is not None
    order = Round(home=str(home), file=str(grown.file), die_at=die_at, weakness=weakness)
    process.stdin.write(msgspec.json.encode(order) + b"\n")
    process.stdin.flush()
    ended = msgspec.json.decode(process.stdout.readline(), type=Ended)
    kill(process)
    process.stdin.close()
    process.stdout.close()
    bench.cut(policy, Random(f"{die_at} {policy}"))
    return ended, home


@pytest.mark.parametrize(("die_at", "policy"), CUTS)
def test_behind_a_power_cut_a_class_has_a_working_pack(
    die_at: int | None, policy: Policy, bench: Bench, grown: Ground
) -> None:
    ended, home = cut_install(bench, grown, die_at, policy)
    assert ended.error == ""
    assert ended.was_killed == (die_at is not None)
    used = pack_in_use(home, grown)
    assert used in ({grown.old, grown.new} if ended.was_killed else {grown.new})


def test_an_installer_that_does_not_wait_for_the_disk_is_caught(
    bench: Bench, grown: Ground
) -> None:
    ended, home = cut_install(bench, grown, None, "all", "off")
    assert ended.error == ""
    assert pack_in_use(home, grown) != grown.new
