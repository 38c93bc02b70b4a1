"""What is done to a campaign's hub: cuts at random points, and the controls that must fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.campaign import Campaign, HubDidNotStart, Weakness
from tests.faults.power import Policy

POLICIES: tuple[Policy, ...] = ("all", "half", "half")
#: A weak hub has lost something after one to four cuts; twelve leave no luck.
MOST_CONTROL_CUTS = 12


@contextmanager
def begun(
    folder: Path,
    library: Path,
    *,
    seed: int,
    weakness: Weakness = "none",
    broker: str = "embedded",
) -> Iterator[Campaign]:
    """A campaign whose devices have their first receipts; no process outlives it."""
    campaign = Campaign(folder, library, seed=seed, weakness=weakness, broker=broker)
    try:
        campaign.prepare()
        campaign.listen(campaign.receipts_more(10))
        yield campaign
    finally:
        campaign.close()


def run_cuts(
    campaign: Campaign, cuts: int, on_cut: Callable[[int], object] = lambda _number: None
) -> None:
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
        on_cut(number + 1)
    campaign.end()


def run_control(campaign: Campaign) -> str | None:
    """Cuts a weak hub's power until something is wrong; says what, None if nothing was."""
    for _ in range(MOST_CONTROL_CUTS):
        campaign.cut_power("all")
        tally = campaign.tally
        if not tally.is_clean:
            return (
                f"{tally.lost} of {tally.receipted} receipted answers lost, "
                f"{tally.unreadable} databases unreadable, after {tally.cuts} cuts"
            )
        try:
            campaign.start_hub()
        except HubDidNotStart:
            return f"the hub did not start again after {tally.cuts} cuts"
        campaign.listen(campaign.receipts_more(campaign.random.randrange(20, 200)))
    return None


def run_broker_kills(campaign: Campaign, kills: int) -> None:
    """Kills the broker's process again and again; the class has to go on."""
    for _ in range(kills):
        campaign.kill_broker()
        campaign.listen(campaign.receipts_more(20))
    campaign.end()
