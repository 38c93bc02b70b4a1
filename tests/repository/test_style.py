"""What the style asks of every file and no linter checks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.repository.tree import ROOT, files, name, refuse, text

#: Names that say nothing about the field.
EMPTY_MODULES = {"utils", "util", "helpers", "helper", "common", "misc", "data", "info"}
EMPTY_CLASS = re.compile(r"(Manager|Helper|Helpers|Utils|Util|Info|Data)$")
# Written in two halves so that this file does not hold what it looks for.
UNFINISHED = re.compile(
    r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|coming so" r"on", re.IGNORECASE
)
SENTENCE = re.compile(r"\w[.?!](\s|$)")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)", re.IGNORECASE)


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in files(".py"):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def lines(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Each line of the project's text files, with its place."""
    for path in files(*suffixes):
        for number, line in enumerate((text(path) or "").splitlines(), start=1):
            yield f"{name(path)}:{number}", line


def test_every_python_file_says_its_job_in_one_sentence_at_its_head() -> None:
    silent = [
        name(path)
        for path, tree in modules()
        if not SENTENCE.search((ast.get_docstring(tree) or "").split("\n\n")[0])
    ]
    refuse(silent, "a sentence at the head")


def test_every_rust_file_opens_with_its_story() -> None:
    silent = [name(path) for path in files(".rs") if not (text(path) or "").startswith("//!")]
    refuse(silent, "the head of a Rust file opens with //!")


def test_no_module_and_no_class_has_an_empty_name() -> None:
    empty = [name(path) for path in files(".py", ".rs") if path.stem in EMPTY_MODULES]
    empty += [
        f"{name(path)}: {node.name}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and EMPTY_CLASS.search(node.name)
    ]
    refuse(empty, "a name from the field")


def test_a_test_name_is_a_sentence() -> None:
    short = [
        f"{name(path)}: {node.name}"
        for path, tree in modules()
        if path.is_relative_to(ROOT / "tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if node.name.count("_") < 3
    ]
    refuse(short, "a test's name is a sentence")


def test_no_test_sleeps() -> None:
    asleep = [
        f"{name(path)}:{node.lineno}"
        for path, tree in modules()
        if path.is_relative_to(ROOT / "tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "sleep"
    ]
    refuse(asleep, "wait on an event with a deadline")


def test_nothing_unfinished_is_left_in_the_text() -> None:
    suffixes = (".py", ".pyi", ".rs", ".js", ".css", ".html", ".c", ".md", ".toml")
    found = [place for place, line in lines(*suffixes) if UNFINISHED.search(line)]
    refuse(found, "finish it or leave it out")


def test_a_check_is_switched_off_by_name_or_not_at_all() -> None:
    found = [place for place, line in lines(".py", ".pyi") if BARE_IGNORE.search(line)]
    refuse(found, "name the rule that is switched off")


def test_the_kernels_hold_no_unsafe_code() -> None:
    library = ROOT / "core_rs/kernels/src/lib.rs"
    assert "#![forbid(unsafe_code)]" in library.read_text(encoding="utf-8")


def test_no_style_sheet_shouts() -> None:
    found = [place for place, line in lines(".css") if "!important" in line]
    refuse(found, "no !important")


def test_no_template_switches_escaping_off() -> None:
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false")
    found = [place for place, line in lines(".html") if unsafe.search(line)]
    refuse(found, "templates escape everything")


def test_no_page_holds_script_or_style_inline() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    found = [place for place, line in lines(".html") if inline.search(line)]
    refuse(found, "script and style stand in files")
