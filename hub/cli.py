"""The one command, `mangotree`: reads what was asked, and lets that command do it."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from hub.errors import HubError
from hub.home import default_home

COMMANDS = {
    "start": "start the hub, and serve tablets until Ctrl-C",
    "simulate": "let simulated pupils work as real MQTT devices",
    "replay": "play a real response log through the hub, as tablets would",
    "rebuild": "rebuild what the hub believes of learners from its log",
    "doctor": "say in plain words what is missing or wrong, and what to do",
    "code": "give the teacher a new one-time code",
}


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, with its help."""
    parser = argparse.ArgumentParser(
        prog="mangotree", description="A classroom hub that needs no internet."
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--home",
        type=Path,
        default=None,
        metavar="DIR",
        help="the hub's data folder (default: MANGOTREE_HOME, else the user's data folder)",
    )
    adders = {
        "start": _add_start,
        "simulate": _add_simulate,
        "replay": _add_replay,
        "rebuild": _add_rebuild,
    }
    for name, sentence in COMMANDS.items():
        command = commands.add_parser(
            name, help=sentence, description=sentence, parents=[shared]
        )
        adders.get(name, lambda _command: None)(command)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 1 when not, 2 for a wrong call."""
    parser = build_parser()
    asked = parser.parse_args(arguments)
    if asked.version:
        from hub import __version__

        print(f"mangotree {__version__}")
        return 0
    if asked.command is None:
        parser.print_help()
        return 2
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s", level=logging.WARNING)
    asked.home = asked.home or default_home(os.environ)
    try:
        run = import_module(f"hub.commands.{asked.command}").run
        return int(run(asked))
    except (HubError, OSError, ValueError) as error:
        print(f"mangotree {asked.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _add_broker(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--broker",
        choices=("embedded", "mosquitto"),
        default=None,
        help="which MQTT broker to use, instead of the one in settings.toml",
    )


def _add_start(command: argparse.ArgumentParser) -> None:
    _add_broker(command)
    command.add_argument("--local", action="store_true", help="serve this machine only")
    command.add_argument("--demo", action="store_true", help="begin with a demo class")
    command.add_argument("--port", type=int, default=None, help="the pages' port, 0 for any")
    command.add_argument(
        "--any-port", action="store_true", help="take any free port for pages and devices"
    )


def _add_simulate(command: argparse.ArgumentParser) -> None:
    command.add_argument("what", choices=("class",), help="what to simulate")
    command.add_argument(
        "--devices", type=int, default=12, metavar="N", help="how many tablets"
    )
    command.add_argument(
        "--speed", type=float, default=10.0, metavar="X", help="times as fast as children work"
    )
    command.add_argument(
        "--answers", type=int, default=None, metavar="N", help="stop after so many answers"
    )


def _add_replay(command: argparse.ArgumentParser) -> None:
    _add_broker(command)
    command.add_argument("file", type=Path, metavar="FILE.csv.gz", help="the response log")
    command.add_argument(
        "--devices", type=int, default=40, metavar="N", help="how many tablets"
    )
    command.add_argument("--limit", type=int, default=None, metavar="ROWS", help="rows to play")
    command.add_argument(
        "--pace",
        default="closed",
        metavar="closed|ANSWERS_PER_S",
        help="closed: each device answers as soon as it can; or answers a second, all together",
    )
    command.add_argument(
        "--running", action="store_true", help="use the hub that runs on the data folder"
    )
    command.add_argument("--json", action="store_true", help="no progress bar; figures as JSON")


def _add_rebuild(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--verify",
        action="store_true",
        help="change nothing; compare log and state bit for bit",
    )


if __name__ == "__main__":
    sys.exit(main())
