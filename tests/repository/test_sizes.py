"""Every file and function is short enough to be read at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository.shapes import functions
from tests.repository.tree import ROOT, files, name, refuse, text

FILE_LINES = 400
FUNCTION_LINES = 60
LINE_CHARACTERS = 96
SOURCES = (".py", ".pyi", ".rs", ".js", ".css", ".html", ".c", ".h", ".sh")
COMMANDS = ("start", "check", ".ci/run")


def sources() -> list[Path]:
    """What people write and read; files under a `vendor` folder are kept as they came."""
    own = [path for path in files(*SOURCES) if "vendor" not in path.parts]
    return own + [ROOT / command for command in COMMANDS]


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {name(path): len((text(path) or "").splitlines()) for path in sources()}
    refuse(
        (f"{path}: {lines}" for path, lines in lengths.items() if lines > FILE_LINES),
        f"at most {FILE_LINES} lines",
    )


def test_no_function_is_longer_than_60_lines() -> None:
    refuse(
        (
            f"{name(path)}:{function.line}: {function.name}, {function.length}"
            for path in sources()
            for function in functions(path.suffix, text(path) or "")
            if function.length > FUNCTION_LINES
        ),
        f"at most {FUNCTION_LINES} lines",
    )


def test_no_line_is_longer_than_96_characters() -> None:
    refuse(
        (
            f"{name(path)}:{number}"
            for path in sources()
            for number, line in enumerate((text(path) or "").splitlines(), start=1)
            if len(line) > LINE_CHARACTERS
        ),
        f"at most {LINE_CHARACTERS} characters",
    )


@pytest.mark.parametrize(
    ("suffix", "source", "lengths"),
    [
        (".py", "def f():\n    def g():\n        pass\n    return g\n", {"f": 4, "g": 2}),
        (".py", "class A:\n    async def f(self):\n        pass\n", {"f": 2}),
        (".rs", "pub fn f(\n    a: f64,\n) -> f64 {\n    a\n}\n", {"f": 5}),
        (".rs", "impl A {\n    fn f(&self) {\n        g();\n    }\n}\n", {"f": 3}),
        (".rs", "fn f() {}\nfn g() {\n    f();\n}\n", {"f": 1, "g": 3}),
        (".rs", "trait A {\n    fn f(&self) -> f64;\n}\n", {}),
        (
            ".rs",
            "trait A {\n    fn f(\n        a: f64,\n    ) -> f64;\n    fn g() {\n    }\n}\n",
            {"g": 2},
        ),
        (".js", "function f(a) {\n  return a;\n}\n", {"f": 3}),
        (".c", "static ssize_t f(int a)\n{\n    return a;\n}\n", {"f": 4}),
        (".c", "int f(int a);\nint g(void) {\n    return 1;\n}\n", {"g": 3}),
    ],
)
def test_the_ruler_finds_each_function_and_its_end(
    suffix: str, source: str, lengths: dict[str, int]
) -> None:
    assert {found.name: found.length for found in functions(suffix, source)} == lengths
