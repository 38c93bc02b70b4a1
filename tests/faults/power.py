"""Cuts the power: undoes, from the recorder's log, what no sync had made durable."""

from __future__ import annotations

import os
import select
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

from tests.faults import cutlog
from tests.faults.cutlog import Key, Name, Record

Policy = Literal["all", "half", "none"]
WriteError = Literal["ENOSPC", "EROFS", "EIO"]
SECTOR_BYTES = 512
_SOURCE = Path(__file__).with_name("recorder.c")
_LIBRARY = "mangotree-recorder.so"
_KILL_DEADLINE_S = 10.0


class FaultError(Exception):
    """A fault tool cannot do its work: what, and what to do."""


@dataclass(frozen=True, slots=True)
class CutReport:
    """What one cut took away; ``unseen`` are files whose changes the recorder cannot undo."""

    policy: Policy
    sectors_undone: int
    sizes_undone: int
    renames_undone: int
    files_removed: tuple[Path, ...]
    files_restored: tuple[Path, ...]
    unseen: tuple[Path, ...]

    @property
    def took_something(self) -> bool:
        """Whether the disk differs from what the killed process had written."""
        counts = self.sectors_undone + self.sizes_undone + self.renames_undone
        return counts + len(self.files_removed) + len(self.files_restored) > 0


@dataclass(frozen=True, slots=True)
class Recorder:
    """The recorder as it is loaded into a process: ``os.environ | recorder.environment()``."""

    data_dir: Path
    log: Path
    library: Path

    def environment(
        self,
        *,
        stall_ms: int | None = None,
        stall_file: Path | None = None,
        write_error_file: Path | None = None,
        real_sync: bool = False,
    ) -> dict[str, str]:
        """The variables for the process and its children.

        While ``stall_file`` exists each sync waits ``stall_ms`` first; while
        ``write_error_file`` exists (holding ENOSPC, EROFS or EIO) writes fail with it.
        """
        data_dir, log = self.data_dir.resolve(), self.log.resolve()
        if log.is_relative_to(data_dir):
            raise FaultError(f"the log {log} must not lie in {data_dir}, which it records")
        if (stall_ms is None) != (stall_file is None):
            raise FaultError("stall_ms and stall_file belong together")
        chosen = {
            "LD_PRELOAD": str(self.library.resolve()),
            "MANGOTREE_CUT_DIR": str(data_dir),
            "MANGOTREE_CUT_LOG": str(log),
            "MANGOTREE_CUT_REAL_SYNC": "1" if real_sync else "",
            "MANGOTREE_SYNC_STALL_MS": str(stall_ms or ""),
            "MANGOTREE_SYNC_STALL_FILE": str(stall_file.absolute()) if stall_file else "",
            "MANGOTREE_WRITE_ERROR_FILE": (
                str(write_error_file.absolute()) if write_error_file else ""
            ),
        }
        return {name: value for name, value in chosen.items() if value}


def build_recorder(folder: Path) -> Path:
    """Compiles the recorder into ``folder`` and gives the library's path."""
    compiler = shutil.which("gcc")
    if compiler is None:
        raise FaultError("gcc is missing; install it: apt-get install gcc libc6-dev")
    library = folder / _LIBRARY
    command = [compiler, "-O2", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror"]
    command += [str(_SOURCE), "-o", str(library), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FaultError(f"gcc refused {_SOURCE} (is libc6-dev installed?):\n{done.stderr}")
    return library


@contextmanager
def failing_writes(switch: Path, error: WriteError) -> Iterator[None]:
    """Makes writes below the folder fail while it lasts; for a ``write_error_file``."""
    draft = switch.with_name(f"{switch.name}.draft")
    draft.write_text(error)
    draft.rename(switch)  # whole at once: the recorder stops its process on half a word
    try:
        yield
    finally:
        switch.unlink()


def kill(process: subprocess.Popen[Any]) -> None:
    """Kills a process, its group and all below it at once (SIGKILL), and waits for their end.

    Start the process with ``start_new_session=True``, or its group is the caller's own.
    """
    if process.poll() is None and os.getpgid(process.pid) != process.pid:
        raise FaultError(f"start process {process.pid} with start_new_session=True")
    while members := _living_members(process.pid):
        for pid in sorted(members, key=lambda pid: pid != process.pid):
            _kill_one(pid)
    process.wait(_KILL_DEADLINE_S)


def cut(data_dir: Path, log: Path, policy: Policy, random: Random) -> CutReport:
    """Leaves ``data_dir`` as a disk could be found after a power cut; empties the log.

    Every process that wrote there must be dead. Of what was not synced, ``all`` is lost, or
    ``half`` (per 512-byte sector at random: torn and out of order), or ``none``.
    """
    if not log.exists():
        raise FaultError(f"there is no log {log}: no process had the recorder loaded")
    unsynced = cutlog.Unsynced()
    for record in cutlog.records(log):
        unsynced.follow(record)
    if not unsynced.processes:
        raise FaultError(
            f"{log} is empty: no process had the recorder loaded since the last cut"
        )
    for process_id in unsynced.processes:
        if _still_records(process_id):
            raise FaultError(f"process {process_id} still runs: kill it before the cut")
    folder = data_dir.resolve()
    for shared_memory in folder.rglob("*-shm"):
        shared_memory.unlink()  # SQLite's index over the WAL; the recorder leaves it out
    undo = _Undo(policy, random)
    if policy != "none":
        undo.names(unsynced.names)
        undo.bytes(unsynced.images, _paths_by_key(folder, unsynced.lives, undo.revived))
    log.write_bytes(b"")
    return undo.report(tuple(sorted(unsynced.unseen)))


def _still_records(process_id: int) -> bool:
    """Whether the process lives with the recorder loaded; ids are given out again."""
    try:
        return _LIBRARY in Path(f"/proc/{process_id}/maps").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False  # ended, or another user's process, which is none of ours


def _living_members(group: int) -> set[int]:
    """The processes of a group and all their descendants that are not dead yet."""
    parents: dict[int, int] = {}
    members: set[int] = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            line = (entry / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended while /proc was read
        state, parent, its_group = line.rpartition(")")[2].split()[:3]
        if state in "ZX":
            continue
        parents[int(entry.name)] = int(parent)
        if int(its_group) == group:
            members.add(int(entry.name))
    while found := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= found
    return members


def _kill_one(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        if not ended.poll(_KILL_DEADLINE_S * 1000):
            raise FaultError(f"process {pid} outlived SIGKILL by {_KILL_DEADLINE_S:g} s")
    except ProcessLookupError:
        return
    finally:
        os.close(descriptor)


@dataclass(slots=True)
class _Undo:
    policy: Policy
    random: Random
    #: Files that came back, by their former key: the inode that they have now.
    revived: dict[Key, int] = field(default_factory=dict)
    _removed: list[Path] = field(default_factory=list)
    _restored: list[Path] = field(default_factory=list)
    _renames: int = 0
    _sizes: int = 0
    _sectors: int = 0

    def names(self, names: list[Name]) -> None:
        """Undoes the newest changes of names: file systems keep these in order."""
        first = 0 if self.policy == "all" else self.random.randint(0, len(names))
        for name in reversed(names[first:]):
            if name.kind in "CL":
                self._take_away(name.path)
            elif name.old_path is None:
                self._bring_back(name)
            elif os.path.lexists(name.path) and not os.path.lexists(name.old_path):
                name.path.rename(name.old_path)
                self._renames += 1
                self._bring_back(name)

    def bytes(self, images: dict[Key, list[Record]], paths: dict[Key, Path]) -> None:
        """Undoes sectors and sizes of the files that are (still or again) there."""
        for key, former in images.items():
            if former and key in paths:
                self._undo_file(paths[key], former)

    def report(self, unseen: tuple[Path, ...]) -> CutReport:
        return CutReport(
            policy=self.policy,
            sectors_undone=self._sectors,
            sizes_undone=self._sizes,
            renames_undone=self._renames,
            files_removed=tuple(self._removed),
            files_restored=tuple(self._restored),
            unseen=unseen,
        )

    def _take_away(self, path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            if any(path.iterdir()):
                return  # what it holds is durable, so it is too
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        self._removed.append(path)

    def _bring_back(self, name: Name) -> None:
        if not name.mode or os.path.lexists(name.path):
            return
        if stat.S_ISDIR(name.mode):
            name.path.mkdir(stat.S_IMODE(name.mode))
        elif stat.S_ISLNK(name.mode):
            name.path.symlink_to(os.fsdecode(name.content))
        else:
            name.path.write_bytes(name.content)
            name.path.chmod(stat.S_IMODE(name.mode))
            self.revived[name.key] = name.path.stat().st_ino
        self._restored.append(name.path)

    def _undo_file(self, path: Path, images: list[Record]) -> None:
        content = bytearray(path.read_bytes())
        sizes = [image.size for image in images]
        size = sizes[0]
        if self.policy == "half":
            size = self.random.choice([*sizes, len(content)])
        self._sizes += size != len(content)
        content.extend(bytes(max(*sizes, len(content)) - len(content)))
        self._sectors += sum(
            _undo_sector(content, sector, self._newest(former))
            for sector, former in _by_sector(images, len(content)).items()
        )
        content.extend(bytes(max(0, size - len(content))))
        path.write_bytes(content[:size])

    def _newest(self, former: list[Record]) -> list[Record]:
        """The images to go back over: a disk's cache may have kept any version of a sector."""
        if self.policy == "all":
            return former
        return former[self.random.randint(0, len(former)) :]


def _by_sector(images: list[Record], size: int) -> dict[int, list[Record]]:
    sectors: dict[int, list[Record]] = {}
    for image in images:
        end = min(image.offset + image.span, size)
        for sector in range(image.offset // SECTOR_BYTES, -(-end // SECTOR_BYTES)):
            sectors.setdefault(sector, []).append(image)
    return sectors


def _undo_sector(content: bytearray, sector: int, images: list[Record]) -> bool:
    """Puts former bytes back, newest change first; whether that changed the sector."""
    start, end = sector * SECTOR_BYTES, min((sector + 1) * SECTOR_BYTES, len(content))
    now = content[start:end]
    for image in reversed(images):
        low = max(start, image.offset)
        high = min(end, image.offset + image.span)
        piece = image.data[low - image.offset : high - image.offset]
        content[low:high] = piece.ljust(high - low, b"\0")
    return content[start:end] != now


def _paths_by_key(
    folder: Path, lives: dict[int, int], revived: dict[Key, int]
) -> dict[Key, Path]:
    inodes = {
        path.stat().st_ino: path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    again = set(revived.values())
    paths = {
        (inode, lives.get(inode, 0)): path
        for inode, path in inodes.items()
        if inode not in again
    }
    return paths | {key: inodes[inode] for key, inode in revived.items() if inode in inodes}
