"""Takes lists of learners in and out of the hub that runs on this machine."""

from __future__ import annotations

import argparse
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.commands.door import ask, running_hub
from hub.errors import HubError

#: What happens to a learner, as the preview says it.
_CHANGES = {
    "new": "new",
    "back": "back again",
    "moved": "from another class",
    "renamed": "with another name",
    "known": "known, nothing to do",
    "leaves": "leave (kept, and back with undo)",
}


def add(command: argparse.ArgumentParser) -> None:
    """Adds the commands below `mangotree roster`."""
    kinds = command.add_subparsers(dest="what", metavar="WHAT", required=True)
    for name, (sentence, add_arguments) in _ARGUMENTS.items():
        parser = kinds.add_parser(name, help=sentence, description=sentence)
        # No default: one would undo what stands before the subcommand's word.
        parser.add_argument("--home", type=Path, metavar="DIR", default=argparse.SUPPRESS)
        add_arguments(parser)


def run(asked: argparse.Namespace) -> int:
    """Does what was asked on the running hub."""
    return _RUN[asked.what](asked)


def _import(asked: argparse.Namespace) -> int:
    hub = running_hub(asked.home)
    if not asked.file.is_file():
        raise HubError(f"{asked.file}: there is no such file.")
    told = ask(
        hub,
        "/control/roster/import",
        {
            "path": str(asked.file.resolve()),
            "where": asked.file.name,
            "class": asked.into,
            "dry_run": asked.dry_run,
        },
    )
    _print_plan(told)
    if asked.dry_run:
        print("Nothing was changed. Without --dry-run it is done.")
    else:
        print(f"Done. To take it back: mangotree roster undo {told['number']}")
    return 0


def _print_plan(told: dict[str, Any]) -> None:
    for one in told["classes"]:
        print(f"Class {one['name']}" + (" (new)" if one["is_new"] else ""))
    counted = Counter(step["change"] for step in told["steps"])
    for change, words in _CHANGES.items():
        if counted[change]:
            print(f"  {counted[change]:>5} {words}")
    for note in told["notes"]:
        print(f"Note: {note}")


def _undo(asked: argparse.Namespace) -> int:
    fields = {"number": asked.number}
    told = ask(running_hub(asked.home), "/control/roster/undo", fields)
    print(f"List {told['number']} is taken back: {told['left']} left, {told['back']} are back.")
    return 0


def _export(asked: argparse.Namespace) -> int:
    form = {".zip": "oneroster", ".csv": "sheet"}.get(asked.out.suffix.lower())
    if form is None:
        raise HubError(f"{asked.out}: name a file .zip (OneRoster) or .csv (a sheet).")
    fields = {"as": form, "class": asked.into, "year": asked.year}
    told = ask(running_hub(asked.home), "/control/roster/export", fields)
    asked.out.write_bytes(b64decode(told["body"]))
    print(f"{asked.out}: {told['classes']} classes. It holds names: keep it safe.")
    return 0


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a sheet, or a OneRoster .zip")
    _add_class(parser, "into this class; of a list with several classes, this one alone")
    parser.add_argument("--dry-run", action="store_true", help="only say what it would do")


def _add_undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "number", type=int, nargs="?", default=None, metavar="N", help="(default: the latest)"
    )


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.zip|FILE.csv", help="where it goes"
    )
    _add_class(parser, "this class alone")
    parser.add_argument(
        "--year", type=int, default=None, metavar="YEAR", help="the school year (default: now)"
    )


def _add_class(parser: argparse.ArgumentParser, sentence: str) -> None:
    parser.add_argument("--class", dest="into", default="", metavar="NAME", help=sentence)


_ARGUMENTS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "import": ("take learners in from a sheet or a OneRoster set", _add_import),
    "undo": ("take back a list that was taken in", _add_undo),
    "export": ("write the learners as a OneRoster set or a sheet", _add_export),
}
_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "import": _import,
    "undo": _undo,
    "export": _export,
}
