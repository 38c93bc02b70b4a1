"""Scripts and styles stay on their floor: what the oldest browser in class can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import esprima  # type: ignore[import-untyped]
import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLET = ROOT / "devices" / "tablet"
TEACHER = ROOT / "hub" / "web" / "static"

#: Chrome 49 reads ES2015; these came later, or not to it.
LATER_NODES = {
    "AwaitExpression", "SpreadElement", "RestElement", "ImportDeclaration",
    "ExportNamedDeclaration", "ExportDefaultDeclaration", "YieldExpression",
}  # fmt: skip
#: Things of the browser that Chrome 49 does not have, each with the version that brought it.
LATER_NAMES = {
    "replaceChildren": 86, "replaceWith": 54, "append": 54,
    "prepend": 54, "padStart": 57, "padEnd": 57, "values": 54, "entries": 54, "flat": 69,
    "flatMap": 69, "finally": 63, "allSettled": 76, "AbortController": 66, "at": 92,
    "toggleAttribute": 69, "getAttributeNames": 61, "structuredClone": 98, "randomUUID": 92,
    "replaceAll": 85, "ResizeObserver": 64, "IntersectionObserver": 51, "matchAll": 73,
}  # fmt: skip
LATER_CSS = (
    r"display:\s*(inline-)?grid", r"\bgap:", r"\binset", r"-(inline|block)(-|:)", r"@layer",
    r":is\(", r":where\(", r":has\(", r":focus-visible", r":focus-within", r"\bclamp\(",
    r"\b(min|max)\(", r"aspect-ratio", r"@supports", r"object-fit", r"place-", r"\bsticky\b",
    r"^\s*&", r"#[0-9a-f]{8}\b", r"#[0-9a-f]{4}\b",
)  # fmt: skip


def scripts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.js"))


def later_script(source: str) -> list[str]:
    """What in `source` Chrome 49 does not know; SyntaxError-like errors count, too."""
    try:
        tree = esprima.parseScript(source, loc=True)
    except esprima.Error as error:
        return [str(error)]
    return [*_later_nodes(tree), *_later_tokens(source)]


def _later_nodes(tree: object) -> Iterator[str]:
    for node in _walk(tree):
        if node.type in LATER_NODES:
            yield node.type
        if getattr(node, "isAsync", False) or getattr(node, "generator", False):
            yield f"{node.type} that is async or a generator"
        if getattr(node, "operator", "") in {"**", "**="}:
            yield "**"
        if node.type == "MemberExpression" and node.property.name in LATER_NAMES:
            yield f"{node.property.name} (Chrome {LATER_NAMES[node.property.name]})"


def _walk(value: object) -> Iterator[esprima.nodes.Node]:
    if isinstance(value, esprima.nodes.Node):
        yield value
        for child in vars(value).values():
            yield from _walk(child)
    elif isinstance(value, list):
        for child in value:
            yield from _walk(child)


def _later_tokens(source: str) -> Iterator[str]:
    tokens = [token.value for token in esprima.tokenize(source)]
    if any(pair == (",", ")") for pair in pairwise(tokens)):
        yield "a comma behind the last argument (Chrome 58)"


def later_css(source: str) -> list[str]:
    plain = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return [rule for rule in LATER_CSS if re.search(rule, plain, flags=re.MULTILINE)]


@pytest.mark.parametrize(
    "path", [*scripts(TABLET), *scripts(TABLET / "vendor")], ids=lambda path: path.name
)
def test_a_tablets_script_parses_and_runs_on_chrome_49(path: Path) -> None:
    assert later_script(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", scripts(TABLET), ids=lambda path: path.name)
def test_a_tablets_script_makes_no_markup_and_runs_no_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b|Function\(", source)
    assert not re.search(r"document\.write", source)


def test_a_tablets_style_needs_nothing_later_than_chrome_49() -> None:
    assert later_css((TABLET / "tablet.css").read_text(encoding="utf-8")) == []


def test_a_teachers_style_needs_nothing_later_than_chrome_99() -> None:
    later = r":has\(|@container|color-mix\(|text-wrap|@scope|^\s*&"
    for path in TEACHER.glob("*.css"):
        assert not re.search(later, path.read_text(encoding="utf-8")), path
    source = (TEACHER / "teacher.css").read_text(encoding="utf-8")
    assert "@layer reset, base, components, utilities;" in source


@pytest.mark.parametrize(
    "source",
    [
        "async function f() {}", "const f = async () => 1;", "f(...a);", "[...a];",
        "const {a, ...b} = c;", "const a = {...b};", "import a from 'a';", "a ** 2;",
        "f(a, b,);", "a?.b;", "a ?? b;", "Object.entries(a);", "node.replaceChildren();",
        "function* f() { yield 1; }", "try { f(); } catch { g(); }",
    ],
)  # fmt: skip
def test_the_check_finds_what_chrome_49_cannot_read(source: str) -> None:
    assert later_script(source) != []


@pytest.mark.parametrize(
    "source",
    ["a { display: grid }", "a { gap: 1px }", "a { margin-inline: 0 }", "a:is(b) {}",
     "@layer a;", "a { width: min(1px, 2px) }"],
)  # fmt: skip
def test_the_check_finds_styles_that_chrome_49_ignores(source: str) -> None:
    assert later_css(source) != []
