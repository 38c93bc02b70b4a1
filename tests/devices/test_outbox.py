"""The outbox keeps every unreceipted answer, whatever is killed, full or torn."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest

from devices.outbox import RECEIPTS_PER_DELETE, Draft, Outbox, OutboxError, OutboxFull

if TYPE_CHECKING:
    from pathlib import Path

_CHILD = """
import sys
from pathlib import Path
from devices.outbox import Draft, Outbox
outbox = Outbox(Path(sys.argv[1]), synchronous=sys.argv[2])
for number in range(1, 10**9):
    outbox.add(Draft(learner=1, session="s", item="add", seed=number, answer=str(number)))
    print("added", number, flush=True)
"""


def draft(text: str = "42") -> Draft:
    return Draft(learner=1, session="s", item="add", seed=1, answer=text)


def texts(outbox: Outbox) -> list[str]:
    return [answer.answer for answer in outbox.pending()]


def fill(outbox: Outbox) -> None:
    while True:
        outbox.add(draft("x" * 500))


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_a_kill_loses_no_answer_that_was_said_to_be_kept(
    tmp_path: Path, synchronous: str
) -> None:
    path = tmp_path / "outbox"
    command = [sys.executable, "-c", _CHILD, str(path), synchronous]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline().split() for _ in range(200)]
        child.send_signal(signal.SIGKILL)
        said += [line.split() for line in child.stdout if line.endswith("\n")]
    with closing(Outbox(path)) as outbox:
        kept = texts(outbox)
    assert kept[: len(said)] == [number for _, number in said]
    assert len(kept) - len(said) in {0, 1}  # killed between keeping and saying so


def test_answers_count_from_one_within_a_boot(tmp_path: Path) -> None:
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        kept = [outbox.add(draft()) for _ in range(3)]
        assert [(a.boot, a.device_seq) for a in kept] == [(outbox.boot, n) for n in (1, 2, 3)]
        assert 0 < outbox.boot < 2**52


def test_each_opening_is_a_boot_of_its_own_and_the_older_one_comes_first(
    tmp_path: Path,
) -> None:
    boots = []
    for text in ("a", "b", "c", "d"):
        with closing(Outbox(tmp_path / "outbox")) as outbox:
            outbox.add(draft(text))
            boots.append(outbox.boot)
            assert outbox.boots() == boots
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        assert texts(outbox) == ["a", "b", "c", "d"]


def test_a_boot_that_kept_nothing_is_forgotten(tmp_path: Path) -> None:
    for _ in range(5):
        Outbox(tmp_path / "outbox").close()
    with closing(sqlite3.connect(tmp_path / "outbox")) as db:
        assert db.execute("SELECT COUNT(*) FROM boots").fetchone() == (1,)


def test_a_receipt_drops_answers_up_to_its_number(tmp_path: Path) -> None:
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        for text in "abc":
            outbox.add(draft(text))
        assert outbox.receipted(outbox.boot, 2) == [(outbox.boot, 1), (outbox.boot, 2)]
        assert texts(outbox) == ["c"]
        assert outbox.receipted(outbox.boot, 2) == []
        assert outbox.receipted(outbox.boot + 1, 3) == []
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        assert texts(outbox) == ["c"]


def test_a_kill_brings_back_no_more_than_a_few_receipted_answers(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    script = """
import os, signal, sys
from pathlib import Path
from devices.outbox import Draft, Outbox
outbox = Outbox(Path(sys.argv[1]), synchronous="NORMAL")
for number in range(1, 1001):
    outbox.add(Draft(learner=1, session="s", item="add", seed=number, answer=str(number)))
    outbox.receipted(outbox.boot, number)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    with closing(Outbox(path)) as outbox:
        assert len(outbox) < RECEIPTS_PER_DELETE


def test_a_refused_answer_is_kept_where_a_person_sees_it(tmp_path: Path) -> None:
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        for text in "abc":
            outbox.add(draft(text))
        boot = outbox.boot
        outbox.refused(boot, 2, "unknown_learner")
        assert outbox.refused(boot, 2, "unknown_learner") is None
        assert texts(outbox) == ["a", "c"]
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        (refused,) = outbox.refused_box()
        assert (refused.boot, refused.device_seq, refused.reason) == (
            boot,
            2,
            "unknown_learner",
        )
        assert msgspec.json.decode(refused.payload)["answer"] == "b"


def test_a_fresh_boot_takes_the_old_ones_place(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    with closing(Outbox(path)) as outbox:
        first = outbox.boot
        for text in "abcd":
            outbox.add(draft(text))
    with closing(Outbox(path)) as outbox:
        outbox.add(draft("e"))
        outbox.receipted(first, 1)
        assert outbox.rekey(first, 3) == 2
        fresh = outbox.boots()[1]
        assert outbox.boots() == [first, fresh, outbox.boot]
        assert texts(outbox) == ["b", "c", "d", "e"]
        assert outbox.get((fresh, 1)) is not None
        before = outbox.pending()
        current = outbox.boot
    with closing(Outbox(path)) as outbox:
        assert outbox.pending() == before
        assert outbox.boots() == [first, fresh, current]


def test_answers_after_a_fresh_boot_of_the_present_follow_it(tmp_path: Path) -> None:
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        for text in "abc":
            outbox.add(draft(text))
        old = outbox.boot
        assert outbox.rekey(old, 2) == 2
        answer = outbox.add(draft("d"))
        assert (answer.boot, answer.device_seq) == (outbox.boot, 3)
        assert outbox.boot != old
        assert texts(outbox) == ["a", "b", "c", "d"]


def test_nothing_moves_when_nothing_is_held_there(tmp_path: Path) -> None:
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        boot = outbox.boot
        assert outbox.rekey(boot, 1) == 0
        assert outbox.rekey(boot + 1, 1) == 0
        assert outbox.boot == boot


@pytest.mark.parametrize("damage", ["not a database", "torn"])
def test_a_file_that_cannot_be_read_is_set_aside_and_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "outbox"
    with closing(Outbox(path)) as outbox:
        for _ in range(200):
            outbox.add(draft("x" * 200))
        assert outbox.set_aside is None
    whole = path.read_bytes()
    torn = b"not a database, whatever its name says" * 200
    if damage == "torn":
        torn = whole[:4096] + bytes(len(whole) // 2) + whole[4096 + len(whole) // 2 :]
    path.write_bytes(torn)
    with closing(Outbox(path)) as outbox:
        assert outbox.set_aside is not None
        assert outbox.set_aside.read_bytes() == torn
        outbox.add(draft("new"))
        assert texts(outbox) == ["new"]


def test_two_unreadable_files_are_both_kept(tmp_path: Path) -> None:
    aside = []
    for content in (b"one" * 500, b"two" * 500):
        (tmp_path / "outbox").write_bytes(content)
        with closing(Outbox(tmp_path / "outbox")) as outbox:
            aside.append(outbox.set_aside)
    assert [path.read_bytes()[:3] for path in aside if path] == [b"one", b"two"]


def test_a_full_device_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    with closing(Outbox(tmp_path / "outbox", max_bytes=64 * 1024)) as outbox:
        with pytest.raises(OutboxFull, match="no room for one more answer"):
            fill(outbox)
        kept = len(outbox)
        assert kept > 20
        assert [a.device_seq for a in outbox.pending()] == list(range(1, kept + 1))
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        assert len(outbox) == kept


def test_receipts_make_room_on_a_full_device(tmp_path: Path) -> None:
    with closing(Outbox(tmp_path / "outbox", max_bytes=64 * 1024)) as outbox:
        with pytest.raises(OutboxFull):
            fill(outbox)
        last = outbox.pending()[-1].device_seq
        outbox.receipted(outbox.boot, RECEIPTS_PER_DELETE - 1)  # one short of a deletion
        assert outbox.add(draft("fits")).device_seq == last + 1


def test_two_programs_cannot_use_one_outbox(tmp_path: Path) -> None:
    with (
        closing(Outbox(tmp_path / "outbox")),
        pytest.raises(OutboxError, match="Another program"),
    ):
        Outbox(tmp_path / "outbox")


def test_an_answer_that_the_wire_forbids_is_refused_before_it_is_kept(tmp_path: Path) -> None:
    with closing(Outbox(tmp_path / "outbox")) as outbox:
        with pytest.raises(msgspec.ValidationError):
            outbox.add(draft("x" * 513))
        assert outbox.add(draft()).device_seq == 1


def test_a_power_cut_is_what_full_syncs_for(tmp_path: Path) -> None:
    modes = {}
    for synchronous in ("FULL", "NORMAL"):
        with closing(Outbox(tmp_path / synchronous, synchronous=synchronous)) as outbox:
            row = outbox._db.execute("PRAGMA synchronous").fetchone()
            modes[synchronous] = row[0]
    assert modes == {"FULL": 2, "NORMAL": 1}


@pytest.mark.slow
def test_keeping_and_dropping_an_answer_costs_less_than_80_microseconds(
    tmp_path: Path,
) -> None:
    with closing(Outbox(tmp_path / "outbox", synchronous="NORMAL")) as outbox:
        began = time.process_time()
        for _ in range(5000):
            answer = outbox.add(draft())
            outbox.receipted(answer.boot, answer.device_seq)
        spent_s = time.process_time() - began
    assert spent_s / 5000 < 80e-6
