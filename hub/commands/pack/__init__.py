"""The commands for content packs: one module each, found by its name in the table below."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import NamedTuple


class Subcommand(NamedTuple):
    """What a command is for, and what adds its arguments; its module has `run`."""

    sentence: str
    add: Callable[[argparse.ArgumentParser], None]


def add(command: argparse.ArgumentParser) -> None:
    """Adds all of them below `mangotree pack`."""
    kinds = command.add_subparsers(dest="what", metavar="WHAT", required=True)
    for name, (sentence, add_arguments) in SUBCOMMANDS.items():
        parser = kinds.add_parser(name, help=sentence, description=sentence)
        # No default: one would undo what stands before the subcommand's word.
        parser.add_argument("--home", type=Path, metavar="DIR", default=argparse.SUPPRESS)
        add_arguments(parser)


def run(asked: argparse.Namespace) -> int:
    """Lets the module of the subcommand do it."""
    name = f"{asked.what}_" if iskeyword(asked.what) else asked.what
    return int(import_module(f"{__name__}.{name}").run(asked))


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the pack's source folder")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.mpack", help="where the pack goes"
    )
    parser.add_argument(
        "--key", action="store_true", help="sign it with this hub's own key, made if need be"
    )


def _add_lint(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Answers and wrong answers are proved for all seeds, as they are displayed in the "
        "pack's own language; words, pictures, hints and the answers of each other language "
        "for the first 12."
    )
    parser.add_argument("path", type=Path, metavar="FOLDER|FILE.mpack", help="the pack")
    parser.add_argument(
        "--seeds", type=_count, default=200, metavar="N", help="activities of each item (200)"
    )
    parser.add_argument("--item", default=None, metavar="ID", help="look at this item alone")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def _count(text: str) -> int:
    """A whole number from 1; for anything else an error that argparse tells."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"it must be a whole number from 1, not '{text}'")
    return int(text)


def _add_install(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.mpack", help="the pack")
    parser.add_argument(
        "--class",
        dest="classes",
        type=int,
        action="append",
        default=[],
        metavar="N",
        help="let class N work with it; may be given again for other classes",
    )
    parser.add_argument(
        "--allow-older",
        action="store_true",
        help="take a pack that is not newer than the one that is there",
    )


def _add_list(_parser: argparse.ArgumentParser) -> None:
    """Nothing more to say."""


def _add_keys(parser: argparse.ArgumentParser) -> None:
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--trust", type=Path, default=None, metavar="FILE.pub", help="take this key's packs"
    )
    one.add_argument(
        "--revoke", default=None, metavar="ID", help="take this key's packs no more"
    )
    one.add_argument(
        "--show", action="store_true", help="write out this hub's own key, for others to trust"
    )


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        type=Path,
        metavar="SOURCE",
        help="a table (.csv), a QTI package (.zip) or item (.xml), a folder of step problems",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="the new pack's source folder"
    )
    parser.add_argument("--locale", default="en", metavar="TAG", help="its language, like sw")
    parser.add_argument("--id", default="", metavar="ID", help="its id, like org.school.sums")
    parser.add_argument("--name", default="", metavar="NAME", help="what people call it")
    parser.add_argument(
        "--licence", default="LicenseRef-not-stated", metavar="SPDX", help="like CC-BY-4.0"
    )
    parser.add_argument(
        "--author", action="append", default=[], metavar="NAME", help="may be given again"
    )
    _add_report(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="PACK", help="a source folder or .mpack")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.zip", help="where the package goes"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=3,
        choices=range(1, 101),
        metavar="N",
        help="activities of each item, 1 to 100 (3)",
    )
    parser.add_argument(
        "--locale", default="", metavar="TAG", help="the language (the pack's own)"
    )
    _add_report(parser)


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--report",
        type=Path,
        default=None,
        metavar="FILE.json",
        help="write down all that was left out",
    )


def _add_preview(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pack", type=Path, metavar="FOLDER|FILE", help="the pack, or its source"
    )
    parser.add_argument("--item", metavar="ID", help="this item alone")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which draw (1)")
    parser.add_argument(
        "--locale",
        metavar="TAG",
        help="the language; en-XA and ar-XB are made of English, to find what is clipped",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE.html", help="where the page goes (preview.html)"
    )
    parser.add_argument(
        "--png", type=Path, metavar="DIR", help="a picture of each item as well, 600 px wide"
    )


SUBCOMMANDS = {
    "lint": Subcommand("say what is wrong with a pack, with file, key and line", _add_lint),
    "preview": Subcommand("show a pack's items as a tablet will", _add_preview),
    "build": Subcommand("make the one file that carries a pack", _add_build),
    "install": Subcommand("take a pack in, and let classes work with it", _add_install),
    "import": Subcommand("make a pack's folder from a table or a QTI package", _add_import),
    "export": Subcommand("write a pack as a QTI 3.0 package", _add_export),
    "list": Subcommand("list the packs that this hub holds, and who uses them", _add_list),
    "keys": Subcommand("list whose packs this hub takes, or change that", _add_keys),
}
