"""Reaches the hub that runs on a data folder, through its door for this machine."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hub.errors import HubError
from hub.home import Home, Running

START_S = 30.0
ANSWER_S = 120.0
#: The hub is on this machine: a proxy from the environment must not see the token.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoHub(HubError):
    """No hub answers on this data folder."""


def running_hub(home: Path) -> Running:
    """The hub that runs on `home`; raises NoHub with what to do."""
    found = Home(home).running()
    if found is None:
        raise NoHub(f"No hub runs on {home}. Start one first: ./start")
    return found


def ask(
    hub: Running,
    path: str,
    fields: dict[str, Any] | None = None,
    *,
    timeout_s: float = ANSWER_S,
) -> dict[str, Any]:
    """The hub's answer at `path`; raises NoHub with the hub's own words when it refuses."""
    request = urllib.request.Request(  # noqa: S310  (our own loopback address)
        hub.url + path,
        data=None if fields is None else json.dumps(fields).encode(),
        headers={
            "Authorization": f"Bearer {hub.control_token}",
            "Content-Type": "application/json",
        },
    )
    try:
        with _OPENER.open(request, timeout=timeout_s) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as error:
        raise NoHub(f"The hub refused: {_words(error.read())}") from error
    except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
        raise NoHub(f"The hub does not answer at {hub.url}: {error}") from error


def _words(refusal: bytes) -> str:
    """The sentence in a refusal; all of it where it is of another form."""
    try:
        return str(json.loads(refusal)["error"])
    except (ValueError, TypeError, KeyError):
        return refusal.decode(errors="replace")


@contextmanager
def own_hub(broker: str) -> Iterator[tuple[Running, Path]]:
    """A hub of its own on a fresh data folder, gone again at the end."""
    with tempfile.TemporaryDirectory(prefix="mangotree-") as folder:
        home = Path(folder) / "home"
        command = [sys.executable, "-m", "hub.cli", "start", "--local", "--any-port"]
        log = (Path(folder) / "hub.log").open("w+", encoding="utf-8")
        process = subprocess.Popen(  # noqa: S603  (our own command)
            [*command, "--broker", broker, "--home", str(home)],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _wait_for(home, process, Path(log.name)), home
        finally:
            process.terminate()
            process.wait(timeout=30)
            log.close()


def _wait_for(home: Path, process: subprocess.Popen[bytes], log: Path) -> Running:
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        found = Home(home).running()
        if found is not None:
            return found
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        break
    raise NoHub(f"The hub did not start: {log.read_text(encoding='utf-8')[-2000:]}")
