"""Promise 1 against the real hub: no receipted answer is lost or counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.commands.door import ask
from hub.home import Home
from tests.faults.campaign import Campaign, HubDidNotStart, Weakness
from tests.faults.power import Policy, failing_writes

POLICIES: tuple[Policy, ...] = ("all", "half", "half")


@pytest.fixture
def made(tmp_path: Path, library: Path) -> Iterator[list[Campaign]]:
    """Campaigns made by `begin`, stopped at the end whatever happened."""
    campaigns: list[Campaign] = []
    yield campaigns
    for campaign in campaigns:
        campaign.close()


def begin(made: list[Campaign], tmp_path: Path, library: Path, **wanted: object) -> Campaign:
    campaign = Campaign(tmp_path / "campaign", library, **wanted)  # type: ignore[arg-type]
    made.append(campaign)
    campaign.prepare()
    campaign.listen(campaign.receipts_more(10))
    return campaign


def run_cuts(campaign: Campaign, cuts: int) -> None:
    """Cuts at random points; now and then a plain kill, and a kill of all devices."""
    for number in range(cuts):
        campaign.listen(campaign.receipts_more(campaign.random.randrange(1, 120)))
        if number % 5 == 4:
            campaign.kill_pupils()
            campaign.start_pupils()
        if number % 10 == 9:
            campaign.cut_power("none")
            campaign.start_hub()
            campaign.listen(campaign.receipts_more(1))
        campaign.cut_power(POLICIES[number % len(POLICIES)])
        campaign.start_hub()


@pytest.mark.timeout(3600)
def test_no_power_cut_loses_or_doubles_a_receipted_answer(
    made: list[Campaign], tmp_path: Path, library: Path, cuts: int
) -> None:
    campaign = begin(made, tmp_path, library, seed=1)
    run_cuts(campaign, cuts)
    campaign.end()
    assert campaign.tally.is_clean, campaign.tally
    assert campaign.tally.took_something > cuts // 8
    assert campaign.refused == 0


@pytest.mark.parametrize("weakness", ["normal", "off", "early"])
def test_a_hub_with_one_safety_less_is_caught(
    made: list[Campaign], tmp_path: Path, library: Path, weakness: Weakness
) -> None:
    campaign = begin(made, tmp_path, library, seed=2, weakness=weakness)
    for _ in range(12):
        campaign.cut_power("all")
        if not campaign.tally.is_clean:
            return
        try:
            campaign.start_hub()
        except HubDidNotStart:
            return
        campaign.listen(campaign.receipts_more(campaign.random.randrange(20, 200)))
    pytest.fail(f"the harness saw nothing wrong with a weak hub: {campaign.tally}")


def test_a_killed_broker_costs_nothing(
    made: list[Campaign], tmp_path: Path, library: Path
) -> None:
    campaign = begin(made, tmp_path, library, seed=3, broker="mosquitto")
    for _ in range(4):
        running = Home(campaign.home).running()
        assert running is not None
        campaign.kill_broker()
        campaign.listen(campaign.receipts_more(20))
    campaign.end()
    assert campaign.tally.is_clean, campaign.tally


@pytest.mark.parametrize("error", ["ENOSPC", "EROFS", "EIO"])
def test_a_disk_that_refuses_only_delays_receipts(
    made: list[Campaign], tmp_path: Path, library: Path, error: str
) -> None:
    campaign = begin(made, tmp_path, library, seed=4)
    running = Home(campaign.home).running()
    assert running is not None
    with failing_writes(campaign.write_error, error):  # type: ignore[arg-type]
        campaign.wait_for(lambda: ask(running, "/control/health")["disk_trouble"])
        receipted = campaign.receipted
        assert ask(running, "/control/health")["disk_trouble"]
        assert campaign.receipted == receipted
    campaign.listen(campaign.receipts_more(60))
    campaign.end()
    assert campaign.tally.is_clean, campaign.tally


def test_a_flush_that_takes_two_seconds_only_delays_receipts(
    made: list[Campaign], tmp_path: Path, library: Path
) -> None:
    campaign = begin(made, tmp_path, library, seed=5)
    campaign.stall.touch()
    campaign.listen(campaign.receipts_more(10))
    campaign.stall.unlink()
    campaign.listen(campaign.receipts_more(60))
    campaign.end()
    assert campaign.tally.is_clean, campaign.tally
