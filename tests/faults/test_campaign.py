"""Promise 1 against the real hub: no receipted answer is lost or counted twice."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from hub.commands.door import ask
from hub.home import Home
from tests.faults.campaign import Weakness
from tests.faults.mounts import left_out, small_disk
from tests.faults.plans import begun, run_broker_kills, run_control, run_cuts
from tests.faults.power import WriteError, failing_writes


@pytest.mark.timeout(3600)
def test_no_power_cut_loses_or_doubles_a_receipted_answer(
    tmp_path: Path, library: Path, cuts: int
) -> None:
    with begun(tmp_path / "cut", library, seed=1) as campaign:
        run_cuts(campaign, cuts)
    assert campaign.tally.is_clean, campaign.tally
    assert campaign.tally.cuts == cuts
    assert campaign.tally.took_something > cuts // 8
    assert campaign.refused == 0


@pytest.mark.parametrize("weakness", ["normal", "off", "early"])
def test_a_hub_with_one_safety_less_is_caught(
    tmp_path: Path, library: Path, weakness: Weakness
) -> None:
    with begun(tmp_path / "cut", library, seed=2, weakness=weakness) as campaign:
        assert run_control(campaign), "the harness saw nothing wrong with a weak hub"


def test_a_killed_broker_costs_nothing(tmp_path: Path, library: Path) -> None:
    with begun(tmp_path / "cut", library, seed=3, broker="mosquitto") as campaign:
        run_broker_kills(campaign, 4)
    assert campaign.tally.is_clean, campaign.tally


@pytest.mark.parametrize("error", ["ENOSPC", "EROFS", "EIO"])
def test_a_disk_that_refuses_only_delays_receipts(
    tmp_path: Path, library: Path, error: WriteError
) -> None:
    with begun(tmp_path / "cut", library, seed=4) as campaign:
        running = Home(campaign.home).running()
        assert running is not None
        with failing_writes(campaign.write_error, error):
            campaign.wait_for(lambda: ask(running, "/control/health")["disk_trouble"])
            receipted = campaign.receipted
            assert ask(running, "/control/health")["disk_trouble"]
            assert campaign.receipted == receipted
        campaign.listen(campaign.receipts_more(60))
        campaign.end()
    assert campaign.tally.is_clean, campaign.tally


def test_a_full_disk_only_delays_receipts(tmp_path: Path, library: Path) -> None:
    if reason := left_out():
        pytest.skip(reason)
    (tmp_path / "cut" / "data").mkdir(parents=True)
    with (
        small_disk(tmp_path / "cut" / "data", 8 << 20) as disk,
        begun(tmp_path / "cut", library, seed=6) as campaign,
    ):
        running = Home(disk).running()
        assert running is not None
        filler = disk / "somebody's film"
        fill(filler)
        campaign.wait_for(lambda: ask(running, "/control/health")["disk_trouble"])
        filler.unlink()
        campaign.listen(campaign.receipts_more(60))
        campaign.end()
    assert campaign.tally.is_clean, campaign.tally


def fill(path: Path) -> None:
    """Writes into `path` until the disk takes no more."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


def test_a_flush_that_takes_two_seconds_only_delays_receipts(
    tmp_path: Path, library: Path
) -> None:
    with begun(tmp_path / "cut", library, seed=5) as campaign:
        campaign.stall.touch()
        campaign.listen(campaign.receipts_more(10))
        campaign.stall.unlink()
        campaign.listen(campaign.receipts_more(60))
        campaign.end()
    assert campaign.tally.is_clean, campaign.tally
