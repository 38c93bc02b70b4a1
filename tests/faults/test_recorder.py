"""Proves the power cut: it loses what was not synced and that alone, in files and SQLite."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from random import Random

import pytest

from tests.faults import child
from tests.faults.bench import CHILD, Bench, Child
from tests.faults.power import CutReport, FaultError, Policy, Recorder, kill

CUTS = {"WAL FULL": 24, "DELETE EXTRA": 6}
CONTROL_CUTS = 10  # a control that is sound for so long means a recorder that is not


@dataclass(frozen=True)
class Outcome:
    """What was left of the acknowledged rows after one cut."""

    acknowledged: int
    kept: int
    report: CutReport


def cuts(
    bench: Bench, mode: str, policy: Policy, count: int = CONTROL_CUTS
) -> Iterator[Outcome]:
    """Cuts in a row on one database, each in the middle of commits; the first run is FULL.

    So a control that fails has lost rows, and not merely the making of its table.
    """
    random = Random(f"{mode} {policy}")
    journal, synchronous = mode.split()
    for number in range(count):
        bench.stall_file.unlink(missing_ok=True)
        if number % 4:
            bench.stall_file.touch()
        level = synchronous if number else "EXTRA"
        database = str(bench.data / "hub.db")
        process = bench.start([*CHILD, "commit", database, journal, level])
        acknowledged = acknowledged_until_killed(process, random.randint(1, 60))
        report = bench.cut(policy, random)
        yield Outcome(acknowledged, rows_kept(bench), report)


def acknowledged_until_killed(process: Child, lines: int) -> int:
    assert process.stdout is not None
    assert process.stdin is not None
    said = [process.stdout.readline() for _ in range(lines)]
    kill(process)
    said += process.stdout.readlines()
    process.stdout.close()
    process.stdin.close()
    return int(said[-1])


def rows_kept(bench: Bench) -> int:
    """How many rows a copy of the folder holds: the cut folder itself is not repaired."""
    copy = bench.data.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(bench.data, copy)
    with closing(sqlite3.connect(copy / "hub.db")) as database:
        faults = database.execute("PRAGMA integrity_check").fetchall()
        rows = database.execute("SELECT id, text FROM answer ORDER BY id").fetchall()
    if faults != [("ok",)]:
        raise sqlite3.DatabaseError(faults)
    if rows != [(n, child.row_text(n)) for n in range(1, len(rows) + 1)]:
        raise sqlite3.DatabaseError("rows are missing between others, or are not as written")
    return len(rows)


def fails(outcomes: Iterator[Outcome]) -> bool:
    """Whether a run of cuts lost acknowledged rows or broke the database."""
    try:
        return any(outcome.kept < outcome.acknowledged for outcome in outcomes)
    except sqlite3.DatabaseError:
        return True


@pytest.mark.parametrize("policy", ["all", "half", "none"])
@pytest.mark.parametrize("mode", ["WAL FULL", "DELETE EXTRA"])
def test_synced_commits_survive_every_cut(bench: Bench, mode: str, policy: Policy) -> None:
    outcomes: list[Outcome] = []
    for outcome in cuts(bench, mode, policy, 10 * CUTS[mode]):
        outcomes.append(outcome)
        if len(outcomes) >= CUTS[mode] and (policy == "none" or took_something(outcomes)):
            break
    assert [o for o in outcomes if o.kept < o.acknowledged] == []
    assert {o.report.unseen for o in outcomes} == {()}
    assert not list(bench.data.glob("*-shm"))
    assert took_something(outcomes) == (policy != "none")


def took_something(outcomes: list[Outcome]) -> bool:
    """Whether any cut was more than a kill: the others prove nothing about syncs."""
    return any(outcome.report.took_something for outcome in outcomes)


@pytest.mark.parametrize("policy", ["all", "half"])
@pytest.mark.parametrize("mode", ["WAL NORMAL", "WAL OFF", "DELETE OFF"])
def test_unsynced_commits_do_not_survive(bench: Bench, mode: str, policy: Policy) -> None:
    assert fails(cuts(bench, mode, policy))


def test_a_commit_is_undone_when_the_journal_it_deleted_comes_back(bench: Bench) -> None:
    """SQLite syncs the folder after deleting its journal in EXTRA alone: names are modelled."""
    assert fails(cuts(bench, "DELETE FULL", "all"))


def test_a_kill_without_a_cut_loses_nothing_even_unsynced(bench: Bench) -> None:
    assert not fails(cuts(bench, "WAL NORMAL", "none"))


@pytest.mark.parametrize("seed", range(6))
def test_files_come_back_exactly_as_they_were_last_synced(bench: Bench, seed: int) -> None:
    synced, now = scribbled(bench, seed)
    assert synced != now
    bench.cut("all")
    assert digests(bench) == synced


@pytest.mark.parametrize("seed", range(3))
def test_files_stay_exactly_as_written_when_nothing_is_lost(bench: Bench, seed: int) -> None:
    _, now = scribbled(bench, seed)
    assert not bench.cut("none").took_something
    assert digests(bench) == now


def scribbled(bench: Bench, seed: int) -> tuple[dict[str, str], dict[str, str]]:
    """Lets two processes scribble and kills them: digests at the last sync, and at the end."""
    process = bench.start([*CHILD, "scribble", str(bench.data), str(seed)])
    assert process.stdout is not None
    files = 2 * (child.FILES_PER_PROCESS + 1)
    lines = [process.stdout.readline().decode().split() for _ in range(files)]
    kill(process)
    process.communicate()
    return {name: was for name, was, _ in lines}, {name: now for name, _, now in lines}


def digests(bench: Bench) -> dict[str, str]:
    return {path.name: child.digest_of(path) for path in bench.data.iterdir()}


def test_a_file_that_was_never_synced_is_gone_or_kept_as_the_policy_says(bench: Bench) -> None:
    write = "open('answers', 'w').write('41')"
    bench.run(write)
    assert bench.cut("none").files_removed == ()
    assert (bench.data / "answers").read_text() == "41"
    (bench.data / "answers").unlink()
    bench.run(write)
    assert bench.cut("all").files_removed == (bench.data / "answers",)
    assert list(bench.data.iterdir()) == []


def test_half_a_cut_tears_a_write_at_its_sectors(bench: Bench) -> None:
    """Over the seeds: torn contents, out of order, and whole sectors of every version."""
    sectors, torn, out_of_order = 16, 0, 0
    for seed in range(20):
        bench.run(
            "f = os.open('page', os.O_CREAT | os.O_RDWR)\n"
            f"os.pwrite(f, b'0' * {sectors * 512}, 0); os.fsync(f)\n"
            f"for n in b'12': os.pwrite(f, bytes([n]) * {sectors * 512}, 0)"
        )
        bench.cut("half", seed)
        content = (bench.data / "page").read_bytes()
        versions = [content[at : at + 512] for at in range(0, len(content), 512)]
        assert len(versions) == sectors
        assert set(versions) <= {b"0" * 512, b"1" * 512, b"2" * 512}
        torn += len(set(versions)) > 1
        out_of_order += versions != sorted(versions) and versions != sorted(versions)[::-1]
    assert torn >= 18
    assert out_of_order >= 18


def test_half_a_cut_leaves_holes_in_what_was_appended(bench: Bench) -> None:
    sizes, holes = set(), 0
    for seed in range(10):
        bench.run(
            "open('log', 'wb').close()\nf = os.open('log', os.O_APPEND | os.O_RDWR)\n"
            "os.fsync(f); os.write(f, b'1' * 1024); os.write(f, b'1' * 1024)"
        )
        bench.cut("half", seed)
        content = (bench.data / "log").read_bytes()
        sectors = {content[at : at + 512] for at in range(0, len(content), 512)}
        assert sectors <= {bytes(512), b"1" * 512}
        sizes.add(len(content))
        holes += len(sectors) > 1
    assert sizes == {0, 1024, 2048}
    assert holes >= 3


NEW = "open('new', 'w').write('2')\nf = os.open('new', os.O_RDONLY); os.fsync(f)\n"
OLD = "open('old', 'w').write('1')\nf = os.open('old', os.O_RDONLY); os.fsync(f)\n"
FOLDER_SYNC = "os.fsync(os.open('.', os.O_RDONLY))\n"


@pytest.mark.parametrize(
    ("script", "left"),
    [
        (OLD + NEW + "os.replace('new', 'old')", {"old": "1", "new": "2"}),
        (OLD + NEW + "os.replace('new', 'old')\n" + FOLDER_SYNC, {"old": "2"}),
        (OLD + "os.unlink('old')", {"old": "1"}),
        (OLD + "os.unlink('old')\n" + FOLDER_SYNC, {}),
        (OLD + "open('old', 'w').write('3')", {"old": "1"}),
        (OLD + "open('old', 'a').write('3')", {"old": "1"}),
        (OLD + "os.unlink('old')\n" + OLD.replace("'1'", "'3'"), {"old": "3"}),
        (OLD + "os.link('old', 'other'); os.symlink('old', 'third')", {"old": "1"}),
        (OLD + "os.link('old', 'other'); os.unlink('old')\n" + FOLDER_SYNC, {"other": "1"}),
        (
            OLD
            + "os.link('old', 'other'); open('old', 'r+').write('3'); os.unlink('old')\n"
            + FOLDER_SYNC,
            {"other": "1"},
        ),
        (
            "f = os.open('o', os.O_CREAT | os.O_WRONLY)\n"
            "os.pwritev(f, [b'1'], 0, os.RWF_DSYNC); os.pwritev(f, [b'2'], 0)",
            {"o": "1"},
        ),
        ("open('empty', 'w').write('1')\n" + FOLDER_SYNC, {"empty": ""}),
        ("os.mkdir('a'); os.mkdir('a/b')", {}),
        ("os.mkdir('a'); os.chdir('a')\n" + NEW, {"a/new": "2"}),
        ("os.mkdir('a')\n" + FOLDER_SYNC + "os.rename('a', 'b'); os.rmdir('b')", {"a": None}),
        (
            "f = os.open('o', os.O_CREAT | os.O_WRONLY | os.O_DSYNC); os.write(f, b'1')",
            {"o": "1"},
        ),
        (OLD + "open('old', 'w').write('3'); os.sync()", {"old": "3"}),
    ],
)
def test_names_last_once_their_folder_is_synced(
    bench: Bench, script: str, left: dict[str, str | None]
) -> None:
    bench.run(script)
    bench.cut("all")
    found = {
        str(path.relative_to(bench.data)): None if path.is_dir() else path.read_text()
        for path in bench.data.rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    }
    assert found == left


@pytest.mark.parametrize(
    "script",
    [
        "import mmap; f = open('m', 'wb+'); f.truncate(9); mmap.mmap(f.fileno(), 9)",
        "import ctypes; ctypes.CDLL(None).fopen(b'm', b'w')",
        "open('../m', 'w'); os.rename('../m', 'm')",
    ],
)
def test_changes_that_cannot_be_undone_are_reported(bench: Bench, script: str) -> None:
    bench.run(script)
    assert bench.cut("all").unseen == (bench.data / "m",)


@pytest.mark.parametrize("torn_bytes", [1, 30, 60])
def test_a_record_torn_by_the_kill_hides_no_other(bench: Bench, torn_bytes: int) -> None:
    bench.run(OLD + "os.pwrite(os.open('old', os.O_RDWR), b'2', 0)")
    tear_last_record(bench, torn_bytes)
    bench.run("open('late', 'w').write('3')")
    tear_last_record(bench, torn_bytes)
    bench.cut("all")
    assert {path.name: path.read_text() for path in bench.data.iterdir()} == {"old": "1"}


def tear_last_record(bench: Bench, length: int) -> None:
    """Adds the beginning of a record that no change followed."""
    raw = bench.recorder.log.read_bytes()
    last = raw.rindex(b"MGTCUT")
    bench.recorder.log.write_bytes(raw + raw[last : last + length])


def test_a_cut_under_a_running_process_is_refused(bench: Bench) -> None:
    process = bench.start([*CHILD, "commit", str(bench.data / "hub.db"), "WAL", "FULL"])
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(FaultError, match=f"{process.pid} still runs"):
        bench.cut("all")
    kill(process)
    process.communicate()
    assert bench.cut("all").unseen == ()


def test_a_cut_without_a_recorder_is_refused(bench: Bench) -> None:
    with pytest.raises(FaultError, match="recorder"):
        bench.cut("all")
    bench.run("")
    bench.cut("all")
    with pytest.raises(FaultError, match="recorder"):
        bench.cut("all")


def test_a_log_inside_the_folder_is_refused(bench: Bench) -> None:
    inside = Recorder(bench.data, bench.data / "cut.log", bench.recorder.library)
    with pytest.raises(FaultError, match="must not lie"):
        inside.environment()
