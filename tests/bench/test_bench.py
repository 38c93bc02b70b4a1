"""The table itself: bars, slack, sides that break, and the peers' lock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import show as show_module
from tests.bench.bench import Bench, Rival
from tests.bench.peers import FROM_SOURCE, LOCK, NoPeers, Peers, blocks, find_peers
from tests.bench.sides import Measured, SideFailed, ours, take_turns
from tests.bench.theirs.versions import PEERS
from tests.show import Peer, Show


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    monkeypatch.setattr(show_module, "FOLDER", tmp_path)
    return Show("bench")


def test_a_missed_bar_fails_only_beyond_its_slack(show: Show) -> None:
    show.row("a time", 1.9, "us", "<= 1", slack=2.0)
    show.row("a ratio", 26.0, "x", ">= 50", slack=2.0)
    assert [row["holds"] for row in show.rows] == [False, False]
    assert show.save()
    show.row("a slow time", 2.1, "us", "<= 1", slack=2.0)
    assert not show.save()


def test_what_is_right_or_wrong_has_no_slack(show: Show) -> None:
    show.row("an AUC", 0.7799, "AUC", ">= 0.78")
    assert not show.save()


def test_not_a_number_holds_no_bar(show: Show) -> None:
    show.row("an AUC", float("nan"), "AUC", ">= 0.78")
    assert show.rows[0]["holds"] is False
    assert not show.save()


def test_a_row_keeps_its_peer_and_a_skipped_one_its_reason(show: Show, tmp_path: Path) -> None:
    show.row("a pick", 1.0, "us", peer=Peer("catsim", "0.21.0", 18000.0, 18000.0))
    show.skip("an AUC", "no data")
    show.sum_up()
    assert show.save()
    pick, auc = json.loads((tmp_path / "bench.json").read_text())
    assert (pick["peer"], pick["peer_version"], pick["ratio"]) == ("catsim", "0.21.0", 18000.0)
    assert (auc["value"], auc["holds"], auc["skipped"]) == (None, None, "no data")


def test_both_sides_take_their_turns() -> None:
    first, second = take_turns([ours("update", updates=50), ours("plan", classes=1)], 2)
    assert isinstance(first, Measured)
    assert isinstance(second, Measured)
    assert first.best_s > 0
    assert second.figures["planned"] == 30


def test_a_side_that_breaks_is_told_and_the_other_goes_on(show: Show) -> None:
    broken, whole = take_turns([ours("nosuch"), ours("plan", classes=1)], 1)
    assert isinstance(broken, SideFailed)
    assert isinstance(whole, Measured)
    peers = Peers(Path(sys.executable), {})
    bench = Bench(show, None, peers)
    rival = Rival("a peer that is not there", "pyBKT", "nosuch")
    assert bench.times("plan", ours("plan", classes=1), "ms", rivals=[rival])
    assert [row["holds"] for row in show.rows] == [False, None]
    assert "No module named" in str(show.rows[0]["broken"])
    assert not show.save()


def test_the_lock_is_split_into_requirements_with_their_hashes() -> None:
    locked = blocks(LOCK.read_text(encoding="utf-8"))
    assert FROM_SOURCE in locked
    assert all(" --hash=sha256:" in requirement for requirement in locked.values())


def test_a_python_too_new_for_the_peers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.peers.FOLDER", Path("build/no-peers"))
    monkeypatch.setattr("tests.bench.peers.NEWEST_PYTHON", (3, 10))
    with pytest.raises(NoPeers, match="no wheel for this Python"):
        find_peers()


def test_a_peer_without_its_compiled_core_is_refused(tmp_path: Path) -> None:
    for module in [*PEERS.values(), "pyBKT.fit.E_step"]:
        path = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    asked = subprocess.run(
        [sys.executable, "-m", "tests.bench.theirs.versions"],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert "pyBKT was built without its C++ core" in asked.stderr
