"""The catalogue of misconceptions, with its rules made into functions."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import models.domain
from models.domain.procedures import PROCEDURES, Value

STARTER = Path(models.domain.__file__).parent / "starter"
FUNCTIONS: dict[str, Callable[..., Any]] = {"abs": abs, "lcm": math.lcm, "max": max, "min": min}


@dataclass(frozen=True, slots=True)
class Misconception:
    """One entry of the catalogue; `rule` maps the arguments to the wrong answer."""

    id: str
    family: str
    arguments: tuple[str, ...]
    rule: Callable[..., Value | None]


def entries() -> list[dict[str, Any]]:
    """The catalogue as it is written."""
    found: list[dict[str, Any]] = json.loads(
        (STARTER / "misconceptions.json").read_text(encoding="utf-8")
    )
    return found


def catalogue() -> list[Misconception]:
    """The rules that can be run on any question of their family: those for its arguments."""
    shapes: dict[str, list[str]] = {}
    for entry in entries():
        if entry.get("rule"):
            shapes.setdefault(entry["family"], entry["arguments"])
    return [
        Misconception(
            entry["id"],
            entry["family"],
            tuple(entry["arguments"]),
            function(entry["rule"], entry["arguments"]),
        )
        for entry in entries()
        if entry.get("rule") and entry["arguments"] == shapes[entry["family"]]
    ]


def function(rule: str, arguments: list[str]) -> Callable[..., Value | None]:
    """The rule as a function: `/` exact, names only those of arguments and procedures."""
    tree = _Exact().visit(ast.parse(f"lambda {', '.join(arguments)}: {rule}", mode="eval"))
    names = {**FUNCTIONS, **PROCEDURES, "ratio": _ratio, "__builtins__": {}}
    # The rules are the project's own; nobody's answer is ever evaluated.
    made = eval(compile(ast.fix_missing_locations(tree), rule, "eval"), names)

    def applied(*values: int | Fraction) -> Value | None:
        return plain(made(*values))

    return applied


def plain(value: Value | None) -> Value | None:
    """Whole fractions as whole numbers, so that equal answers are written alike."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


class _Exact(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        call = ast.Name("ratio", ast.Load())
        return ast.Call(call, [node.left, node.right], [])


def _ratio(one: int | Fraction, other: int | Fraction) -> Fraction | None:
    return None if other == 0 else Fraction(one) / Fraction(other)
