"""Says in plain words what is missing or wrong, and what to do about it."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hub import __version__
from hub.clock import Clock
from hub.commands.door import NoHub, ask
from hub.errors import HubError, MissingPart, PackBroken, SettingsError, StoreError
from hub.health.board import heat, memory, power
from hub.health.machine import Machine
from hub.health.radio import radio
from hub.health.report import report
from hub.health.storage import card, disk
from hub.home import Home, Running
from hub.insight.words import say
from hub.settings import Settings, load_settings
from hub.speech.voices import VOICE, languages, voice
from hub.store.database import open_reading

#: A year of a class of 40 takes about 1 GB; below this a week of answers may not fit.
LEAST_FREE_MB = 200
#: What can be looked at whether a hub runs or not.
BOARD = (power, heat, memory, card, radio)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `remedy` says what to do unless all is well."""

    verdict: Literal["well", "look", "wrong"]
    sentence: str
    remedy: str = ""


def run(asked: argparse.Namespace) -> int:
    """Prints every finding; 1 when something is wrong."""
    signs = {"well": "  ok  ", "look": " look ", "wrong": "WRONG "}
    worst = 0
    for finding in examine(asked.home):
        print(f"[{signs[finding.verdict]}] {finding.sentence}")
        if finding.remedy:
            print(f"         What to do: {finding.remedy}")
        worst = max(worst, int(finding.verdict == "wrong"))
    if asked.file is not None:
        asked.file.write_bytes(technicians_file(asked.home))
        print(f"[{signs['well']}] The technician's file is {asked.file}: no names are in it.")
    return worst


def technicians_file(home: Path) -> bytes:
    """What the hub's page gives a technician; where none runs, what lies here tells."""
    running = Home(home).running()
    if running is not None:
        with suppress(NoHub):  # as the findings have said by then
            return json.dumps(ask(running, "/control/report"), indent=1).encode() + b"\n"
    machine, path = Machine(home.resolve()), Home(home).database
    found = [probe(machine) for probe in BOARD]
    if not path.exists():
        return report(__version__, found, machine, None)
    with closing(open_reading(path)) as connection:
        return report(__version__, [*found, disk(machine, connection)], machine, connection)


def examine(home: Path) -> Iterator[Finding]:
    """All that can be looked at, from the ground up."""
    yield _machine()
    yield from _board(home)
    yield _core()
    try:
        settings = load_settings(home)
    except SettingsError as error:
        yield Finding("wrong", str(error), "Correct that line, then start the hub again.")
        return
    yield Finding("well", f"The settings are understood; the broker is {settings.broker}.")
    yield _folder(home)
    yield _clock()
    yield _database(Home(home).database)
    yield from _model(Home(home).database)
    yield _broker(settings)
    yield from _voice(Home(home).database)
    running = Home(home).running()
    yield from _ports(settings) if running is None else _hub(running)


def _machine() -> Finding:
    found = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    if sys.maxsize < 2**32:
        return Finding("wrong", f"{found} is 32-bit.", "Install the 64-bit system.")
    return Finding("well", found)


def _board(home: Path) -> Iterator[Finding]:
    """What the board complains of; of what it does not tell there is nothing to say."""
    machine = Machine(home.resolve())
    for found in (probe(machine) for probe in BOARD):
        if found.level in ("look", "act"):
            key = f"hub.{found.code}_{found.case}"
            slots = {
                name: value if isinstance(value, int) else str(value)
                for name, value in found.numbers.items()
            }
            verdict: Literal["look", "wrong"] = "wrong" if found.level == "act" else "look"
            yield Finding(verdict, say("en", key, **slots), say("en", f"{key}_do", **slots))


def _core() -> Finding:
    try:
        from hub.kernels import __version__, build_profile
    except HubError as error:
        return Finding("wrong", str(error), "Run ./start once; it builds the core.")
    sentence = f"The compiled core is version {__version__}, a {build_profile} build."
    if build_profile != "release":
        return Finding("look", sentence, "It is slow. Run ./start to build it for use.")
    return Finding("well", sentence)


def _folder(home: Path) -> Finding:
    if not home.exists():
        return Finding("look", f"There is no data in {home} yet.", "Start the hub: ./start")
    free_mb = shutil.disk_usage(home).free // 2**20
    sentence = f"The data lies in {home}; {free_mb} MB are free there."
    probe = home / ".doctor"
    try:
        probe.write_bytes(b"can this be written?")
        probe.unlink()
    except OSError as error:
        remedy = "Answers cannot be saved. Check the card, and who owns the folder."
        return Finding("wrong", f"{home} cannot be written: {error.strerror}.", remedy)
    if free_mb < LEAST_FREE_MB:
        return Finding("wrong", sentence, "Free some space before answers stop being safe.")
    return Finding("well", sentence)


def _clock() -> Finding:
    if Clock().now().is_trusted:
        return Finding("well", "The clock shows a plausible date.")
    remedy = "Answers are still in order. Set the clock so that dates on reports are right."
    return Finding("look", "The clock was not set since the power was off.", remedy)


def _database(path: Path) -> Finding:
    if not path.exists():
        return Finding("look", "There is no database yet.", "Start the hub: ./start")
    try:
        with closing(open_reading(path)) as connection:
            verdict = str(connection.execute("PRAGMA quick_check").fetchone()[0])
            answers = connection.execute("SELECT count(*) FROM attempts").fetchone()[0]
    except sqlite3.DatabaseError as error:
        verdict, answers = str(error), 0
    if verdict == "ok":
        return Finding("well", f"The database is sound and holds {answers} answers.")
    remedy = f"Stop the hub, keep a copy of {path.parent}, and ask your technician."
    return Finding("wrong", f"The database is damaged: {verdict}.", remedy)


def _model(path: Path) -> Iterator[Finding]:
    """What predicts; nothing where a finding above says already why that cannot be told."""
    if not path.exists():
        return
    try:
        from hub.lesson.models import chosen, misfits, stored
        from hub.lesson.packs import class_packs

        with closing(open_reading(path)) as connection:
            digest, packs = chosen(connection), class_packs(connection)
            models = {} if digest is None else stored(connection)
    except (MissingPart, sqlite3.DatabaseError):
        return
    except PackBroken as error:
        remedy = "Stop and start the hub. If that fails: mangotree pack install FILE.mpack"
        yield Finding("wrong", str(error), remedy)
        return
    except StoreError as error:
        remedy = "Work with the shipped weights meanwhile: mangotree models --use shipped"
        yield Finding("wrong", str(error), remedy)
        return
    if digest is None:
        yield Finding("well", "The shipped weights predict.")
        return
    for class_id, why in misfits(models[digest], packs).items():
        remedy = "Fit again once the class has worked for some weeks: mangotree fit"
        yield Finding("look", f"Class {class_id} works with the shipped weights. {why}", remedy)
    yield Finding("well", f"The fitted model {digest[:8]} predicts.")


def _broker(settings: Settings) -> Finding:
    if settings.broker == "embedded":
        return Finding("well", "The embedded broker needs no other program.")
    # Debian keeps it where only root's PATH looks.
    if shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists():
        return Finding("well", "Mosquitto is installed.")
    remedy = 'apt install mosquitto, or set broker = "embedded" in settings.toml.'
    return Finding("wrong", "The settings ask for Mosquitto, and it is not installed.", remedy)


def _voice(path: Path) -> Iterator[Finding]:
    """What the hub can read aloud; nothing is wrong without it."""
    program = shutil.which(VOICE)
    remedy = "apt install espeak-ng, then start the hub again; or record the words in the pack."
    if program is None:
        sentence = "espeak-ng is not installed: texts are heard only where somebody recorded."
        yield Finding("look", sentence, remedy)
        return
    try:
        spoken = languages(Path(program))
    except TimeoutError:
        sentence = "espeak-ng did not say in time what it speaks: this machine is busy."
        yield Finding("look", sentence, "Run mangotree doctor again when it is not.")
        return
    wanted = _languages(path)
    silent = [tag for tag in wanted if voice(tag, spoken) is None]
    if silent or not spoken:
        sentence = f"espeak-ng has no voice for {', '.join(silent) or 'any language'}."
        yield Finding("look", sentence, "Record the words in the pack: docs/packs.md.")
    said = [tag for tag in wanted if tag not in silent]
    if said:
        yield Finding("well", f"espeak-ng reads the lessons aloud in {', '.join(said)}.")
    elif spoken:
        yield Finding("well", f"espeak-ng is installed and speaks {len(spoken)} languages.")


def _languages(path: Path) -> list[str]:
    """The languages of the classes' packs; none where a finding above says why."""
    if not path.exists():
        return []
    try:
        from hub.lesson.packs import class_packs

        with closing(open_reading(path)) as connection:
            packs = class_packs(connection).values()
            return sorted({tag for pack in packs for tag in pack.locales})
    except (MissingPart, StoreError, sqlite3.DatabaseError):
        return []


def _ports(settings: Settings) -> Iterator[Finding]:
    yield Finding("look", "No hub is running on this data.", "Start it: ./start")
    for name in ("http_port", "mqtt_port", "websocket_port"):
        port = int(getattr(settings, name))
        if _is_taken(port):
            remedy = f"Stop that program, or set another {name} in settings.toml."
            yield Finding("wrong", f"Port {port} is taken by another program.", remedy)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _hub(running: Running) -> Iterator[Finding]:
    try:
        health = ask(running, "/control/health")
    except NoHub as error:
        remedy = "Stop it (Ctrl-C, or its service) and start it again."
        yield Finding("wrong", str(error), remedy)
        return
    yield Finding(
        "well", f"A hub is running at {running.url} with {health['devices']} devices."
    )
    if trouble := health["disk_trouble"]:
        remedy = "Tablets keep their answers. Free some space, or change the card."
        yield Finding("wrong", f"The hub cannot save answers now: {trouble}.", remedy)
    if health["found_by_name"] != "on":
        remedy = "Tablets need the address or the QR code. The setting is: advertise."
        yield Finding("look", "The hub cannot be found by its name.", remedy)
    if not health["has_websocket"]:
        remedy = 'Nothing has to be done; with broker = "embedded" they would use MQTT.'
        yield Finding("look", "Browsers reach this broker by HTTP only.", remedy)
