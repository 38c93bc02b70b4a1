"""The one command, `mangotree`: reads what was asked, and lets that command do it."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from hub.errors import HubError
from hub.home import default_home

COMMANDS = {
    "start": "start the hub, and serve tablets until Ctrl-C",
    "simulate": "let simulated pupils work: on this hub, or to see how rules teach",
    "replay": "play a real response log through the hub, as tablets would",
    "rebuild": "rebuild what the hub believes of learners from its log",
    "fit": "learn from a log how to predict its learners' answers, and work with that",
    "models": "list the fitted models that this hub holds, or choose one",
    "evaluate": "say how well a fitted model predicts a log",
    "calibrate": "make an item bank for adaptive tests from a log",
    "pack": "make, install and list content packs, and say whose packs to take",
    "roster": "take lists of learners in and out: sheets, and OneRoster sets",
    "doctor": "say in plain words what is missing or wrong, and what to do",
    "code": "give the teacher a new one-time code",
}

_MAY_NOT = "you have no right to this. Ask its owner, or name another place."
_REFUSED = {
    errno.ENOENT: "there is no such file or folder.",
    errno.ENOTDIR: "a part of this path is a file, not a folder.",
    errno.EISDIR: "this is a folder, not a file.",
    errno.EACCES: _MAY_NOT,
    errno.EPERM: _MAY_NOT,
    errno.EROFS: "this disk can only be read. Name another place.",
    errno.ENOSPC: "the disk is full. Free some space, then do the same again.",
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
        "fit": _add_fit,
        "models": _add_models,
        "evaluate": _add_evaluate,
        "calibrate": _add_calibrate,
        "pack": _add_pack,
        "roster": _add_roster,
        "doctor": _add_doctor,
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
    return _done(asked)


def _done(asked: argparse.Namespace) -> int:
    try:
        return int(import_module(f"hub.commands.{asked.command}").run(asked))
    except (HubError, ValueError) as error:
        sentence = str(error)
    except OSError as error:
        sentence = plain(error)
    except sqlite3.Error as error:
        what = f"The hub's data in {asked.home} cannot be read or written: {error}."
        sentence = f"{what} Run: mangotree doctor"
    except KeyboardInterrupt:
        return 130
    print(f"mangotree {asked.command}: {sentence}", file=sys.stderr)
    return 1


def plain(error: OSError) -> str:
    """What the system refused, as a person would say it; else in the system's own words."""
    what = _REFUSED.get(error.errno or 0)
    if what is None:
        return str(error)
    return what if error.filename is None else f"{error.filename}: {what}"


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
    kinds = command.add_subparsers(dest="what", metavar="WHAT", required=True)
    whole = "let simulated pupils work as real MQTT devices"
    _add_simulated_class(kinds.add_parser("class", help=whole, description=whole))
    teach = "compare the hub's planner with other rules on pupils who learn by several laws"
    _add_teaching(kinds.add_parser("teach", help=teach, description=teach))


def _add_simulated_class(command: argparse.ArgumentParser) -> None:
    # No default: one would undo what stands before the word "class".
    command.add_argument("--home", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    command.add_argument(
        "--devices", type=int, default=12, metavar="N", help="how many tablets"
    )
    command.add_argument(
        "--speed", type=float, default=10.0, metavar="X", help="times as fast as children work"
    )
    command.add_argument(
        "--answers", type=int, default=None, metavar="N", help="stop after so many answers"
    )


def _add_teaching(command: argparse.ArgumentParser) -> None:
    command.add_argument("--quick", action="store_true", help="one class, clean: seconds")
    command.add_argument("--pupils", type=int, default=None, metavar="N", help="in each term")
    command.add_argument(
        "--seeds", type=int, default=None, metavar="N", help="how many terms of each kind"
    )
    command.add_argument(
        "--first-seed", type=int, default=None, metavar="SEED", help="the others follow it"
    )
    command.add_argument(
        "--processes", type=int, default=None, metavar="N", help="default: one for each core"
    )
    command.add_argument(
        "--data", type=Path, default=None, metavar="FILE.csv.gz", help="fit law D to this log"
    )
    command.add_argument("--json", type=Path, default=None, metavar="FILE", help="write rows")
    command.add_argument(
        "--plot", type=Path, default=None, metavar="FILE.svg", help="draw it, as .svg or .png"
    )


def _add_replay(command: argparse.ArgumentParser) -> None:
    _add_broker(command)
    command.add_argument("file", type=Path, metavar="FILE.csv.gz", help="the response log")
    command.add_argument(
        "--devices", type=int, default=40, metavar="N", help="how many tablets"
    )
    command.add_argument("--limit", type=int, default=None, metavar="ROWS", help="rows to play")
    command.add_argument(
        "--model",
        type=Path,
        default=None,
        metavar="MODEL.json",
        help="predict with this fitted model",
    )
    command.add_argument(
        "--held-out",
        action="store_true",
        help="only the learners that no fit hears of: about one in five",
    )
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


def _add_answers(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file",
        nargs="?",
        type=Path,
        default=None,
        metavar="FILE.csv",
        help="a response log, plain or .gz (default: this hub's own log)",
    )


def _add_fit(command: argparse.ArgumentParser) -> None:
    _add_answers(command)
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="MODEL.json",
        help="only write the model there (default, of this hub's own log: put it to work)",
    )
    where.add_argument(
        "--install", action="store_true", help="put the model of a file to work on this hub"
    )
    command.add_argument(
        "--times",
        action="store_true",
        help="take the clock as evidence, for study: a hub refuses such a model",
    )
    command.add_argument(
        "--picture",
        type=Path,
        default=None,
        metavar="PICTURE.svg",
        help="draw how its promises were kept, as .svg or .png",
    )


def _add_models(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--use",
        default=None,
        metavar="MODEL",
        help="work with this one: digits from the list, a file .json, or the word shipped",
    )


def _add_evaluate(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", type=Path, metavar="MODEL.json", help="the fitted model")
    _add_answers(command)
    command.add_argument(
        "--all", action="store_true", help="all learners, not only those that no fit hears of"
    )
    command.add_argument(
        "--calibration",
        type=Path,
        default=None,
        metavar="PICTURE.svg",
        help="draw what was promised against what came, as .svg or .png",
    )
    command.add_argument(
        "--learning",
        type=Path,
        default=None,
        metavar="PICTURE.svg",
        help="draw success by opportunity, as .svg or .png",
    )
    command.add_argument("--json", action="store_true", help="the figures as JSON")


def _add_calibrate(command: argparse.ArgumentParser) -> None:
    _add_answers(command)
    command.add_argument(
        "--out", type=Path, required=True, metavar="BANK.json", help="where the bank goes"
    )
    command.add_argument(
        "--model",
        choices=("rasch", "1pl", "2pl", "3pl"),
        default="2pl",
        help="how many parameters an item has (default: 2pl)",
    )
    command.add_argument(
        "--minimum",
        type=int,
        default=30,
        metavar="N",
        help="leave out items with fewer first answers (default: 30)",
    )


def _add_pack(command: argparse.ArgumentParser) -> None:
    from hub.commands.pack import add

    add(command)


def _add_doctor(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--file", type=Path, metavar="OUT.json", help="also write a file for a technician"
    )


def _add_roster(command: argparse.ArgumentParser) -> None:
    from hub.commands.roster import add

    add(command)


if __name__ == "__main__":
    sys.exit(main())
