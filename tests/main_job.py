"""Measures the main job on recorded answers, and what cuts and kills cost."""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from hub.home import Home
from tests.faults.campaign import Weakness, free_ports
from tests.faults.plans import begun, run_broker_kills, run_control, run_cuts
from tests.faults.power import build_recorder
from tests.show import Show

BROKERS = ("mosquitto", "embedded")
CLOSED = ["--devices", "40", "--limit", "20000", "--pace", "closed"]
PACED = ["--devices", "60", "--limit", "600", "--pace", "12"]
#: The slowest first page that still beats the peer's quickest (1.7 s on such a machine).
FIRST_PAGE_S = 1.2
STARTS = 5


def main() -> int:
    """Measures everything; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cuts", type=int, default=60)
    asked = parser.parse_args()
    show = Show("main-job")
    log = asked.data / "assist09.csv.gz"
    for broker in BROKERS:
        _show_closed(show, broker, replay(log, broker, CLOSED))
    for broker in BROKERS:
        _show_paced(show, broker, replay(log, broker, PACED))
    show.row(
        "first page of a later start, middle of 5", first_page_s(), "s", f"<= {FIRST_PAGE_S}"
    )
    with tempfile.TemporaryDirectory() as folder:
        _show_faults(show, Path(folder), asked.cuts)
    return 0 if show.save() else 1


def replay(log: Path, broker: str, options: list[str]) -> dict[str, Any]:
    """The figures of one replay on a hub of its own."""
    command = [
        sys.executable,
        "-m",
        "hub.cli",
        "replay",
        str(log),
        "--broker",
        broker,
        "--json",
    ]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise SystemExit(done.stderr)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def first_page_s() -> float:
    """The seconds from `./start` to the first page, on a folder that had a hub before."""
    subprocess.run(["./start", "--setup-only"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        times = [_start_once(Path(folder)) for _ in range(STARTS + 1)]
    return round(sorted(times[1:])[STARTS // 2], 3)


def _start_once(folder: Path) -> float:
    ports = free_ports(3)
    (folder / "settings.toml").write_text(
        f"http_port = {ports[0]}\nmqtt_port = {ports[1]}\nwebsocket_port = {ports[2]}\n"
    )
    command = ["./start", "--local", "--home", str(folder)]
    began_s = time.monotonic()
    hub = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not _answers(ports[0]):
            _pass_a_moment(hub)
        took_s = time.monotonic() - began_s
        while Home(folder).running() is None:  # a signal before that would not be clean
            _pass_a_moment(hub)
    finally:
        hub.terminate()
        hub.wait(30)
    return took_s


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return bool(page.read())
    except OSError:
        return False


def _pass_a_moment(hub: subprocess.Popen[bytes]) -> None:
    """A hundredth of a second in which the hub must not end."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        raise SystemExit(f"./start ended with {hub.wait(0.01)}")


def _show_closed(show: Show, broker: str, figures: dict[str, Any]) -> None:
    least = 400 if broker == "mosquitto" else 150
    show.row(f"{broker}: 40 devices, closed loop", figures["per_s"], "answers/s", f">= {least}")
    must = "<= 250" if broker == "mosquitto" else ""
    show.row(f"{broker}: next, p50", figures["next_ms"]["p50"], "ms")
    show.row(f"{broker}: next, p99", figures["next_ms"]["p99"], "ms", must)
    show.row(
        f"{broker}: CPU an answer, broker included", figures["cpu_ms_per_answer"], "ms", "<= 2"
    )
    show.row(f"{broker}: resident, broker included", figures["rss_mb"], "MB", "<= 120")
    _show_safe(show, broker, figures)
    show.row(f"{broker}: progressive AUC, cold start", figures["auc"], "", ">= 0.68")
    show.row(f"{broker}: log-loss", figures["logloss"], "nats")


def _show_paced(show: Show, broker: str, figures: dict[str, Any]) -> None:
    name = f"{broker} at 12/s"
    show.row(f"{name}: next, p50", figures["next_ms"]["p50"], "ms")
    show.row(f"{name}: next, p99", figures["next_ms"]["p99"], "ms", "<= 40")
    show.row(f"{name}: receipt, p99", figures["receipt_ms"]["p99"], "ms", "<= 600")
    written = figures["bytes_written_per_answer"]
    show.row(f"{name}: written an answer", written, "bytes", "<= 1500")
    _show_safe(show, name, figures)


def _show_safe(show: Show, name: str, figures: dict[str, Any]) -> None:
    show.row(f"{name}: lost", figures["lost"], "answers", "== 0")
    show.row(f"{name}: doubled", figures["doubled"], "answers", "== 0")


def _show_faults(show: Show, folder: Path, cuts: int) -> None:
    library = build_recorder(folder)
    with begun(folder / "cuts", library, seed=11) as campaign:
        run_cuts(campaign, cuts)
    tally = campaign.tally
    show.row("power cuts", tally.cuts, "cuts", f">= {cuts}")
    show.row("cuts that took something away", tally.took_something, "cuts", "> 0")
    show.row("kills of hub and devices beside them", tally.kills, "kills")
    show.row("answers receipted", tally.receipted, "answers")
    show.row("receipted answers lost", tally.lost, "answers", "== 0")
    show.row("answers doubled", tally.doubled, "answers", "== 0")
    show.row("state equals the replay", int(tally.is_equal), "yes is 1", "== 1")
    with begun(folder / "broker", library, seed=12, broker="mosquitto") as campaign:
        run_broker_kills(campaign, 8)
    lost = campaign.tally.lost + campaign.tally.doubled
    show.row("broker kills", campaign.tally.kills, "kills", ">= 8")
    show.row("broker kills: lost or doubled", lost, "answers", "== 0")
    controls: tuple[Weakness, ...] = ("normal", "off", "early")
    for weakness in controls:
        with begun(folder / weakness, library, seed=13, weakness=weakness) as campaign:
            found = run_control(campaign)
        print(f"  {weakness}: {found}")
        name = f"negative control '{weakness}'"
        show.row(f"{name}: receipted answers lost", campaign.tally.lost, "answers")
        show.row(f"{name}: databases unreadable", campaign.tally.unreadable, "files")
        show.row(f"{name} is caught", int(found is not None), "", "== 1")


if __name__ == "__main__":
    sys.exit(main())
