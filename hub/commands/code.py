"""Gives a new one-time code: whoever has this machine may let a head teacher in."""

from __future__ import annotations

import argparse

from hub.commands.door import ask, running_hub


def run(asked: argparse.Namespace) -> int:
    """Prints the code, and where to enter it."""
    hub = running_hub(asked.home)
    code = ask(hub, "/control/code", {})["code"]
    print(f"One-time code: {code}\nEnter it at {hub.url}/teacher/sign-in")
    return 0
