"""Small disks that fill up or turn read-only: a tmpfs, mounted for one test."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.power import FaultError

WITHOUT_MOUNTS = "MANGOTREE_FAULTS_WITHOUT_MOUNTS"

#: From <sys/mount.h>.
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT = 1, 2, 4, 32
_MNT_DETACH = 2


def left_out() -> str | None:
    """Why tests that mount are to be skipped, or None; for ``pytest.skip``."""
    if os.environ.get(WITHOUT_MOUNTS) == "1":
        return f"NOT CHECKED: {WITHOUT_MOUNTS}=1 leaves out full and read-only mounts"
    return None


@contextmanager
def small_disk(at: Path, size_bytes: int) -> Iterator[Path]:
    """A disk of ``size_bytes`` (whole pages of memory) mounted on the folder ``at``."""
    page_bytes = os.sysconf("SC_PAGE_SIZE")
    if size_bytes < page_bytes or size_bytes % page_bytes:
        raise FaultError(f"size_bytes must be a multiple of {page_bytes}, not {size_bytes}")
    _mount(at, _MS_NOSUID | _MS_NODEV, f"size={size_bytes}")
    try:
        yield at
    finally:
        _unmount(at)


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """A mounted small disk, read-only for a while.

    Linux refuses this while a file there is open for writing; for a disk that turns
    read-only under a running hub, use the recorder's ``write_error_file`` with EROFS.
    """
    _mount(disk, _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NODEV, None)
    try:
        yield
    finally:
        _mount(disk, _MS_REMOUNT | _MS_NOSUID | _MS_NODEV, None)


def _mount(at: Path, flags: int, options: str | None) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    data = options.encode() if options else None
    if libc.mount(b"tmpfs", os.fsencode(at), b"tmpfs", ctypes.c_ulong(flags), data) == 0:
        return
    code = ctypes.get_errno()
    if code == errno.EPERM:
        raise FaultError(
            f"mounting on {at} needs root with CAP_SYS_ADMIN in this namespace: run as root "
            f"(a container: --cap-add SYS_ADMIN), or set {WITHOUT_MOUNTS}=1 to leave the "
            "tests that mount out, which the test report then says"
        )
    if code == errno.EBUSY:
        raise FaultError(f"{at} stays writable: a file there is open for writing; close it")
    raise FaultError(f"mounting on {at} failed: {os.strerror(code)}")


def _unmount(at: Path) -> None:
    """Takes the disk away in any case; complains if somebody still used it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.umount2(os.fsencode(at), 0) == 0:
        return
    code = ctypes.get_errno()
    libc.umount2(os.fsencode(at), _MNT_DETACH)
    raise FaultError(f"{at} was still in use when its test ended: {os.strerror(code)}")
