"""Only one door leads to the compiled core."""

from __future__ import annotations

import ast

from tests.repository.tree import ROOT, files, name

DOOR = "hub/kernels/"


def imported(tree: ast.Module) -> set[str]:
    """The dotted names that a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update(f"{node.module or ''}.{alias.name}" for alias in node.names)
    return found


def test_only_the_kernels_module_imports_the_compiled_core() -> None:
    # import-linter reads Python files and so does not see the compiled one.
    users = [
        name(path)
        for path in files(".py")
        if path.relative_to(ROOT).parts[0] in {"hub", "devices", "models"}
        and any(
            part == "_core"
            for full in imported(ast.parse(path.read_text(encoding="utf-8")))
            for part in full.split(".")
        )
    ]
    assert users
    assert [user for user in users if not user.startswith(DOOR)] == []
