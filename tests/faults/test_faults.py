"""Proves the other faults: stalled syncs, failing writes, kills, full and read-only disks."""

from __future__ import annotations

import fcntl
import os
import select
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import mounts, power
from tests.faults.bench import CHILD, SCRIPT, Bench, Child

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

TIMED_SYNC = """
import time
file = os.open("answers", os.O_CREAT | os.O_RDWR)
for sync in os.fsync, os.fdatasync:
    os.write(file, b"41")
    began = time.monotonic()
    sync(file)
    print(time.monotonic() - began)
"""


def test_a_sync_stalls_while_its_file_exists(bench: Bench) -> None:
    bench.stall_file.touch()
    assert min(map(float, bench.run(TIMED_SYNC, stall_ms=150).split())) >= 0.15
    bench.stall_file.unlink()
    assert max(map(float, bench.run(TIMED_SYNC, stall_ms=5000).split())) < 5


WRITE_DURING_SYNC = """
import threading
file = os.open("answers", os.O_CREAT | os.O_RDWR)
os.write(file, b"1")
sync = threading.Thread(target=os.fsync, args=(file,))
sync.start()
stalls = f"/proc/self/task/{sync.native_id}/wchan"
while sync.is_alive() and open(stalls).read() != "hrtimer_nanosleep":
    pass
os.write(file, b"2")
assert sync.is_alive()
sync.join()
"""


def test_what_is_written_during_a_stalled_sync_is_not_yet_durable(bench: Bench) -> None:
    bench.stall_file.touch()
    bench.run(WRITE_DURING_SYNC, stall_ms=1000)
    bench.cut("all")
    assert (bench.data / "answers").read_text() == "1"


UNSYNCED_BYTES = """
file = os.open("answers", os.O_CREAT | os.O_RDWR)
os.write(file, bytes(1 << 20))
os.fsync(file)
os.ftruncate(file, 0)
print(open("/proc/self/io").read().split("cancelled_write_bytes: ")[1])
"""


def test_a_sync_reaches_the_real_disk_only_when_asked(bench: Bench) -> None:
    """Linux counts the bytes that were truncated before they were on their way to a disk."""
    if int(bench.run(UNSYNCED_BYTES)) == 0:
        pytest.skip("NOT CHECKED: a temporary folder in memory has nothing to sync")
    assert int(bench.run(UNSYNCED_BYTES, real_sync=True)) == 0


WRITE_WHEN_TOLD = """
import sys
print("ready", flush=True)
sys.stdin.readline()
open("answers", "w").write("41")
print("done")
"""


def test_a_change_waits_for_the_one_that_is_under_way(bench: Bench) -> None:
    process = bench.start(
        [*SCRIPT, f"import os; os.chdir({str(bench.data)!r}){WRITE_WHEN_TOLD}"]
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert said(process) == "ready"
    with bench.recorder.log.open("a") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert select.select([process.stdout], [], [], 0.5)[0] == []
    assert process.communicate()[0] == b"done\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("ENOSPC", "database or disk is full"),
        ("EROFS", "disk I/O error"),
        ("EIO", "disk I/O error"),
    ],
)
def test_commits_fail_while_writes_do_and_go_on_after(
    bench: Bench, error: power.WriteError, message: str
) -> None:
    database = bench.data / "hub.db"
    process = bench.start([*CHILD, "commit", str(database), "WAL", "FULL"])
    assert process.stdin is not None
    assert said(process).isdigit()
    with power.failing_writes(bench.error_file, error):
        line = said(process)
        while line.isdigit():
            line = said(process)
    assert line == f"error {message}"
    process.stdin.write(b"x")
    process.stdin.flush()
    acknowledged = int(said(process))
    power.kill(process)
    process.communicate()
    bench.cut("all")
    assert rows(database) >= acknowledged


def said(process: Child) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


def rows(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (count,) = connection.execute("SELECT COUNT(*) FROM answer").fetchone()
    return int(count)


CHANGES = """
import errno
file = os.open("old", os.O_RDWR)
for change in (
    lambda: os.pwrite(file, b"x", 0),
    lambda: os.ftruncate(file, 9),
    lambda: open("new", "w"),
    lambda: os.mkdir("folder"),
    lambda: os.symlink("old", "link"),
    lambda: os.fsync(file),
    lambda: os.ftruncate(file, 0),
    lambda: os.rename("old", "renamed"),
    lambda: os.unlink("renamed"),
):
    try:
        change()
        print("done")
    except OSError as error:
        print(errno.errorcode[error.errno])
"""


def test_a_read_only_disk_changes_nothing(bench: Bench) -> None:
    (bench.data / "old").write_text("1")
    with power.failing_writes(bench.error_file, "EROFS"):
        assert set(bench.run(CHANGES.replace("O_RDWR", "O_RDONLY")).split()) == {"EROFS"}
    assert {path.name: path.read_text() for path in bench.data.iterdir()} == {"old": "1"}


def test_a_full_disk_takes_nothing_new_and_lets_go(bench: Bench) -> None:
    """Growing by truncate needs no space, on real disks too: it makes a hole."""
    (bench.data / "old").write_text("1")
    with power.failing_writes(bench.error_file, "ENOSPC"):
        results = bench.run(CHANGES).split()
    assert results == ["ENOSPC", "done"] + 3 * ["ENOSPC"] + 4 * ["done"]
    assert list(bench.data.iterdir()) == []


LOCKED = """
import fcntl, subprocess, sys
held = open("pid", "w")
fcntl.lockf(held, fcntl.LOCK_EX)
for pid in "1", "2":
    held.seek(0); held.write(pid); held.flush(); os.fsync(held.fileno())
second = "import fcntl; fcntl.lockf(open('pid', 'a'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
print(subprocess.run([sys.executable, "-c", second], stderr=subprocess.DEVNULL).returncode)
"""


def test_recording_leaves_the_locks_of_the_process_alone(bench: Bench) -> None:
    assert bench.run(LOCKED) == "1\n"


FAMILY = """
import subprocess, sys
broker = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]
for session in False, True:
    child = subprocess.Popen(broker, stdout=subprocess.PIPE, start_new_session=session)
    child.stdout.readline()
    print(child.pid, flush=True)
child.wait()
"""


def test_a_kill_reaches_children_even_in_a_session_of_their_own(bench: Bench) -> None:
    process = bench.start([*SCRIPT, FAMILY])
    alive = [os.pidfd_open(int(said(process))) for _ in range(2)]
    power.kill(process)
    process.communicate()
    for descriptor in alive:
        assert select.select([descriptor], [], [], 0)[0] == [descriptor]
        os.close(descriptor)


def test_a_process_in_the_tests_own_group_is_not_killed(bench: Bench) -> None:
    with subprocess.Popen([*SCRIPT, "input()"], stdin=subprocess.PIPE) as process:
        with pytest.raises(power.FaultError, match="start_new_session"):
            power.kill(process)
        assert process.poll() is None
        process.communicate(b"\n")


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    if reason := mounts.left_out():
        pytest.skip(reason)
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def test_a_full_small_disk_keeps_what_was_committed(disk: Path) -> None:
    with mounts.small_disk(disk, 64 * PAGE_BYTES):
        committed, message = fill(disk / "hub.db", limit=10_000)
        assert message == "database or disk is full"
        assert committed > 20
        assert rows(disk / "hub.db") == committed
    assert list(disk.iterdir()) == []


def test_a_read_only_small_disk_takes_writes_again_later(disk: Path) -> None:
    with mounts.small_disk(disk, 256 * PAGE_BYTES):
        assert fill(disk / "hub.db", limit=3) == (3, "")
        with mounts.read_only(disk):
            assert fill(disk / "hub.db", limit=1) == (
                0,
                "attempt to write a readonly database",
            )
        assert fill(disk / "hub.db", limit=2) == (2, "")
        assert rows(disk / "hub.db") == 5


def fill(database: Path, limit: int) -> tuple[int, str]:
    """Commits rows up to a limit: how many were, and what stopped it."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for committed in range(limit):
            try:
                connection.execute("CREATE TABLE IF NOT EXISTS answer (text TEXT) STRICT")
                connection.execute("INSERT INTO answer VALUES (?)", ("x" * 1000,))
            except sqlite3.OperationalError as error:
                return committed, str(error)
    return limit, ""


def test_a_disk_with_an_open_file_is_not_made_read_only(disk: Path) -> None:
    with (
        mounts.small_disk(disk, 4 * PAGE_BYTES),
        (disk / "open").open("w"),
        pytest.raises(power.FaultError, match="open for writing"),
        mounts.read_only(disk),
    ):
        pass


MOUNT_AS_NOBODY = """
import os, sys
from pathlib import Path
from tests.faults import mounts
if os.geteuid() == 0:
    os.setuid(65534)
with mounts.small_disk(Path("/"), os.sysconf("SC_PAGE_SIZE")):
    pass
"""


def test_a_mount_that_is_not_permitted_names_what_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MOUNT_AS_NOBODY],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 1
    assert "CAP_SYS_ADMIN" in done.stderr
    assert mounts.WITHOUT_MOUNTS in done.stderr


def test_mounts_are_left_out_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(mounts.WITHOUT_MOUNTS, raising=False)
    assert mounts.left_out() is None
    monkeypatch.setenv(mounts.WITHOUT_MOUNTS, "1")
    assert "NOT CHECKED" in str(mounts.left_out())
