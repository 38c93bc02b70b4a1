"""Prints the version of each peer as JSON, after asking whether each of them really runs."""

from __future__ import annotations

import importlib
import json
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import version

#: Each peer, and the module that would fail first.
PEERS = {
    "pyBKT": "pyBKT.models",
    "catsim": "catsim.simulation",
    "girth": "girth",
    "mirt": "mirt.mirt_rs",
    "fsrs": "fsrs",
}


def main() -> None:
    """Imports every peer; ends with a sentence where one is not what it should be."""
    for module in PEERS.values():
        importlib.import_module(module)
    core = importlib.import_module("pyBKT.fit.E_step").__file__ or ""
    if not core.endswith(tuple(EXTENSION_SUFFIXES)):
        sys.exit(
            "pyBKT was built without its C++ core, in silence: its build needs g++ and "
            "Python's headers (apt-get install g++ python3-dev), then remove build/peers"
        )
    print(json.dumps({name: version(name) for name in PEERS}))


if __name__ == "__main__":
    main()
