"""A folder that looks like a board's /sys, /proc and /lib, and programs that say lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from hub.health.machine import Machine, Run

HOME = Path("/srv/mangotree")
THROTTLED = "sys/devices/platform/soc/soc:firmware/get_throttled"
TEMPERATURE = "sys/class/thermal/thermal_zone0/temp"
ERRORS = "sys/fs/ext4/mmcblk0p2/errors_count"
WRITTEN = "sys/fs/ext4/mmcblk0p2/lifetime_write_kbytes"
LIFE = "sys/block/mmcblk0/device/life_time"
PRE_EOL = "sys/block/mmcblk0/device/pre_eol_info"
TYPE = "sys/block/mmcblk0/device/type"
UEVENT = "sys/class/net/wlan0/device/uevent"
FIRMWARE = "lib/firmware/brcm/brcmfmac43455-sdio.bin"
MACHINE_BOOT = "proc/sys/kernel/random/boot_id"
MOUNTS = "proc/self/mountinfo"
#: A Raspberry Pi 4 with an eMMC module in good health.
BOARD: dict[str, str] = {
    THROTTLED: "0\n",
    TEMPERATURE: "48312\n",
    "proc/meminfo": "MemTotal:        3884092 kB\nMemAvailable:    3100000 kB\n",
    MOUNTS: (
        "22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw\n"
        "30 22 0:26 / /run rw shared:5 - tmpfs tmpfs rw\n"
    ),
    "sys/block/mmcblk0/mmcblk0p2/partition": "2\n",
    ERRORS: "0\n",
    WRITTEN: "52428800\n",
    TYPE: "MMC\n",
    LIFE: "0x01 0x02\n",
    PRE_EOL: "0x01\n",
    UEVENT: "DRIVER=brcmfmac\nSDIO_CLASS=00\nSDIO_ID=02D0:A9BF\n",
    "sys/class/net/wlan0/wireless/there": "",
    "sys/class/net/eth0/there": "",
    FIRMWARE: "\x00code Version: 7.45.234 (4ca95bb) CRC: 1 Date: x\n",
    MACHINE_BOOT: "65fc9ef8-4152-4260-9360-4bd37fdc2ec8\n",
}
IW_DEV = "phy#0\n\tInterface wlan0\n\t\tifindex 3\n\t\tssid Mango\n\t\ttype AP\n"


def board(root: Path, **changes: str | None) -> Path:
    """A board below `root`; `changes` by path replace a file, None takes it away."""
    (root / "sys/dev/block").mkdir(parents=True)
    (root / "sys/dev/block/179:2").symlink_to("../../block/mmcblk0/mmcblk0p2")
    for path, said in {**BOARD, **changes}.items():
        if said is not None:
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(said, encoding="utf-8")
    return root


def machine(root: Path, run: Run | None = None) -> Machine:
    """That board with an access point that four tablets have joined."""
    return Machine(home=HOME, root=root, run=run or says(joined(4)))


def joined(tablets: int) -> dict[str, str]:
    """What `iw` prints on it."""
    dump = "".join(
        f"Station 02:00:00:00:00:{one:02x} (on wlan0)\n\tsignal: -50 dBm\n"
        for one in range(tablets)
    )
    return {"iw dev": IW_DEV, "iw dev wlan0 station dump": dump}


def says(lines: Mapping[str, str]) -> Run:
    """Programs that print these lines; any other is not installed."""

    def run(command: Sequence[str]) -> str | None:
        return lines.get(" ".join(command))

    return run
