"""Where each value of a JSON text stands: its line, by its path."""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')
#: What stands deeper has no path, and so the line of what holds it: a million places below a
#: name of a million letters must not be written out.
LONGEST_PATH = 300


def places(text: str) -> dict[str, int]:
    """The line of each value of the sound JSON `text`: `$[0].bugs[1]` to its line, from 1."""
    found: dict[str, int] = {}
    paths, counts = ["$"], [-1]
    line, key, is_value = 1, "", True
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign == "\n":
            line += 1
        elif sign == ":":
            is_value = True
        elif sign in "}]":
            paths.pop()
            counts.pop()
            is_value = False
        elif sign == ",":
            is_value = counts[-1] >= 0
            counts[-1] += is_value
        elif is_value:
            path = _path(paths, counts, key)
            found.setdefault(path, line)
            if sign in "{[":
                paths.append(path)
                counts.append(0 if sign == "[" else -1)
            is_value = sign == "["
        elif sign.startswith('"'):
            key = json.loads(sign)
            found.setdefault(_path(paths, counts, key), line)
    return found


def nearest(found: dict[str, int], path: str) -> int | None:
    """The line of `path`, else of what holds it; None where nothing does."""
    while path not in found and len(path) > 1:
        path = path[: max(path.rfind("."), path.rfind("["), 1)]
    return found.get(path)


def _path(paths: list[str], counts: list[int], key: str) -> str:
    if len(paths) == 1:
        return "$"
    path = f"{paths[-1]}[{counts[-1]}]" if counts[-1] >= 0 else f"{paths[-1]}.{key}"
    return path if len(path) <= LONGEST_PATH else ""
