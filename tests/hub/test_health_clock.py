"""Who vouches for the clock, and what a phone's word makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import EARLIEST_PLAUSIBLE_S, LATEST_PLAUSIBLE_S, SLACK_S, Clock
from hub.errors import ClockRefused
from hub.health.machine import Machine
from hub.health.timekeeping import CHIP_S, timekeeping, vouched_by
from hub.store.database import open_writing
from hub.store.migrations import MIGRATIONS, migrate
from tests.hub.conftest import StartHub
from tests.hub.health_ground import board, says

TODAY_S = 1_790_000_000
SYNCHRONIZED = "run/systemd/timesync/synchronized"
CHIP, IS_SET = "sys/class/rtc/rtc0/since_epoch", "sys/class/rtc/rtc0/hctosys"
ASK = "timedatectl show --property=NTPSynchronized --value"


def at(wall_s: float) -> Clock:
    return Clock(wall=lambda: wall_s, boottime=lambda: 10.0)


@pytest.mark.parametrize(
    ("files", "lines", "by"),
    [
        ({}, {}, "machine"),
        ({SYNCHRONIZED: ""}, {}, "network"),
        ({}, {ASK: "yes\n"}, "network"),
        ({}, {ASK: "no\n"}, "machine"),
        ({}, {ASK: "perhaps"}, "machine"),
        ({CHIP: str(TODAY_S + CHIP_S - 1), IS_SET: "1"}, {}, "chip"),
        ({CHIP: str(TODAY_S + CHIP_S + 1), IS_SET: "1"}, {}, "machine"),
        ({CHIP: str(TODAY_S), IS_SET: "0"}, {}, "machine"),
        ({CHIP: "0", IS_SET: "1"}, {}, "machine"),
        ({CHIP: "today", IS_SET: "1"}, {}, "machine"),
        ({CHIP: str(TODAY_S)}, {}, "machine"),
    ],
)
def test_only_who_knows_the_time_vouches_for_it(
    files: dict[str, str], lines: dict[str, str], by: str, tmp_path: Path
) -> None:
    here = Machine(tmp_path, board(tmp_path / "root", **files), says(lines))
    assert vouched_by(here, at(TODAY_S)) == by
    assert (timekeeping(here, at(TODAY_S)).level == "ok") == (by != "machine")
    assert vouched_by(here, at(0)) == "nobody"
    assert timekeeping(here, at(0)).case == "wrong"


def test_a_clock_that_stands_where_the_log_has_been_is_not_believed(tmp_path: Path) -> None:
    here = Machine(tmp_path, board(tmp_path / "root", **{SYNCHRONIZED: ""}), says({}))
    clock = at(TODAY_S)
    clock.not_before_s = TODAY_S + SLACK_S
    assert timekeeping(here, clock).case == "network"
    clock.not_before_s = TODAY_S + SLACK_S + 1
    assert not clock.now().is_trusted
    assert (timekeeping(here, clock).level, timekeeping(here, clock).case) == ("act", "behind")
    clock.told = clock.heard(TODAY_S)
    assert clock.now().is_trusted
    assert timekeeping(here, clock).case == "phone"


@given(
    jumps=st.lists(st.floats(-1e9, 1e9, allow_nan=False), max_size=8),
    said_s=st.integers(EARLIEST_PLAUSIBLE_S + 1, LATEST_PLAUSIBLE_S - 10_000),
)
def test_what_a_phone_said_goes_on_however_the_machines_clock_jumps(
    jumps: list[float], said_s: int
) -> None:
    wall, up = [float(TODAY_S)], [5.0]
    clock = Clock(wall=lambda: wall[0], boottime=lambda: up[0])
    clock.told = clock.heard(said_s)
    shown = []
    for jump in jumps:
        wall[0] += jump
        up[0] += 60
        shown.append(clock.now())
    assert [one.wall_s - said_s for one in shown] == [
        60 * (turn + 1) for turn in range(len(jumps))
    ]
    assert all(one.is_trusted for one in shown)
    order = [one.monotonic_ms for one in shown]
    assert order == sorted(order)


@pytest.mark.parametrize(
    "said_s",
    [0.0, -1.0, EARLIEST_PLAUSIBLE_S, LATEST_PLAUSIBLE_S, 1e300, float("inf"), float("nan")],
)
def test_a_year_in_which_nobody_is_changes_nothing(said_s: float) -> None:
    clock = at(TODAY_S)
    with pytest.raises(ClockRefused, match="Nobody is in that year"):
        clock.heard(said_s)
    assert clock.told is None


def test_a_hub_of_a_former_version_did_not_keep_signs_of_life_and_is_not_greeted(
    start_hub: StartHub, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    names = [name for name, _ in MIGRATIONS]
    former = MIGRATIONS[: next(at for at, name in enumerate(names) if name.endswith("_life"))]
    database = open_writing(home / "mangotree.db")
    migrate(database, former)
    database.conn.execute("INSERT INTO hub_boots (wall_s) VALUES (?)", (TODAY_S,))
    database.conn.close()
    hub = start_hub(home=home)
    assert hub.health.greeting() is None
    hub.health.is_serving = False
    hub.stop()
    assert start_hub(home=home).health.greeting() is not None
