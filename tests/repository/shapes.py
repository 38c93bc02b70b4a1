"""Where the functions of a source file begin and end, for Python, Rust, JavaScript and C."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

#: A function's first line in formatted source, by the file's suffix. The line that closes
#: it is the next one that starts with a brace at the same depth: formatters see to that.
OPENERS = {
    ".rs": re.compile(r"^(\s*)(?:pub(?:\([a-z]+\))? |const |unsafe )*fn (\w+)"),
    ".js": re.compile(r"^(\s*)(?:export |async )*function\s+(\w+)"),
    ".c": re.compile(r"^()(?:[A-Za-z_][\w *]*[ *])(\w+)\([^;]*$"),
}


class Function(NamedTuple):
    """One function: its name, its first line, how many lines it has."""

    name: str
    line: int
    length: int


def functions(suffix: str, source: str) -> Iterator[Function]:
    """The functions of `source`; a nested one counts for itself and for its outer one."""
    if suffix == ".py":
        yield from _python(source)
    elif suffix in OPENERS:
        yield from _braced(OPENERS[suffix], source.splitlines())


def _python(source: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            yield Function(node.name, node.lineno, last - node.lineno + 1)


def _braced(opener: re.Pattern[str], lines: list[str]) -> Iterator[Function]:
    for first, line in enumerate(lines):
        found = opener.match(line)
        if found is None:
            continue
        length = _length(lines[first:], found.group(1))
        if length is not None:
            yield Function(found.group(2), first + 1, length)


def _length(lines: list[str], indent: str) -> int | None:
    """Lines up to the closing brace; None for a declaration without a body."""
    for count, line in enumerate(lines, start=1):
        if line.startswith(f"{indent}}}") or (line.rstrip().endswith("}") and count == 1):
            return count
        if (
            line.startswith(indent)
            and line.rstrip().endswith(";")
            and "{" not in "".join(lines[:count])
        ):
            return None
    return None
