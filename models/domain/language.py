"""The pack's own tiny language: exact arithmetic over a template's variables, nothing else.

`a + b`, `a if a < b else b`, `num(x) * 10 + digit(n, 1)`, `(2, 5, 10)[k]`. Python's own parser
reads it, and only what stands in this file is then understood: no attribute, no call but of
the named functions, no loop. Numbers are whole or exact fractions, never floats.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

from models.domain.functions import FUNCTIONS, OF_TEXTS, Value

#: A rule that is longer is two rules; it also bounds what the parser may be asked.
LONGEST = 300
#: No school task needs larger ones; they bound time and memory of every rule.
LARGEST = 10**15
LARGEST_EXPONENT = 12
#: Parts inside each other; a hub's own calls take a part of what Python allows a thread.
DEEPEST = 80
#: Values in a list, also of lists: lists of lists of lists would fill any memory.
MOST_VALUES = 300

Values = Mapping[str, Value]
_Work = Callable[[Values], Value]


class LanguageFault(ValueError):
    """An expression that this language does not have, or that cannot be worked out."""


@dataclass(frozen=True, slots=True)
class Expression:
    """Something that can be worked out; `names` are the variables it needs."""

    source: str
    names: frozenset[str]
    work: _Work

    def __call__(self, values: Values) -> Value:
        """Its value; raises LanguageFault where there is none, as for a division by 0."""
        try:
            return self.work(values)
        except (ArithmeticError, ValueError, TypeError, KeyError, IndexError) as error:
            raise LanguageFault(f"'{self.source}' has no value here: {error}") from error


@lru_cache(maxsize=8192)
def expression(source: str) -> Expression:
    """What `source` says; raises LanguageFault for anything that the language does not have."""
    tree = parsed(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return Expression(source, frozenset(names - set(FUNCTIONS)), _built(tree))


def parsed(source: str) -> ast.expr:
    """The syntax tree of `source`, not yet looked at; LanguageFault where there is none."""
    if len(source) > LONGEST:
        raise LanguageFault(f"'{source[:30]}...' is longer than {LONGEST} characters")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise LanguageFault(f"'{source}' is no expression") from error
    _check_depth(tree, source)
    return tree


def is_number(value: object) -> bool:
    """Whether `value` is a whole number or a fraction; true and false are neither."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _check_depth(tree: ast.expr, source: str) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [part for node in level for part in ast.iter_child_nodes(node)]
        if not level:
            return
    raise LanguageFault(f"'{source}' has more than {DEEPEST} parts inside each other")


def _built(node: ast.expr) -> _Work:
    build = _BUILDERS.get(type(node))
    if build is None:
        raise LanguageFault(f"'{ast.unparse(node)}' is not part of the language")
    return build(node)


def _constant(node: Any) -> _Work:
    value = node.value
    if not isinstance(value, int | str):
        raise LanguageFault(f"'{node.value!r}' is no whole number and no text in quotes")
    if isinstance(value, int) and value > LARGEST:
        raise LanguageFault(f"{value} is larger than {LARGEST}")
    if isinstance(value, str) and not value.isprintable():
        raise LanguageFault(f"{value!a} holds a sign that cannot be seen")
    return lambda _: value


def _name(node: Any) -> _Work:
    name = node.id
    return lambda values: values[name]


def _tuple(node: Any) -> _Work:
    parts = [_built(one) for one in node.elts]
    return lambda values: _bounded(tuple(part(values) for part in parts))


def _call(node: Any) -> _Work:
    if not isinstance(node.func, ast.Name) or node.keywords:
        raise LanguageFault(f"'{ast.unparse(node)}' is not part of the language")
    function = FUNCTIONS.get(node.func.id)
    if function is None:
        raise LanguageFault(f"there is no function '{node.func.id}'")
    parts = [_built(one) for one in node.args]
    if node.func.id in OF_TEXTS:
        return lambda values: _bounded(function(*(part(values) for part in parts)))
    return lambda values: _bounded(function(*(_number(part(values)) for part in parts)))


def _binary(node: Any) -> _Work:
    work = _OPERATORS.get(type(node.op))
    if work is None:
        raise LanguageFault(f"'{ast.unparse(node)}' is not part of the language")
    left, right = _built(node.left), _built(node.right)
    return lambda values: _bounded(work(_number(left(values)), _number(right(values))))


def _unary(node: Any) -> _Work:
    part = _built(node.operand)
    if isinstance(node.op, ast.USub):
        return lambda values: -_number(part(values))
    if isinstance(node.op, ast.Not):
        return lambda values: not part(values)
    raise LanguageFault(f"'{ast.unparse(node)}' is not part of the language")


def _comparison(node: Any) -> _Work:
    first, rest = _built(node.left), [_built(one) for one in node.comparators]
    tests = [_COMPARISONS.get(type(one)) for one in node.ops]
    if None in tests:
        raise LanguageFault(f"'{ast.unparse(node)}' is not part of the language")

    def work(values: Values) -> Value:
        left = first(values)
        for test, part in zip(tests, rest, strict=True):
            right = part(values)
            if test is not None and not test(left, right):
                return False
            left = right
        return True

    return work


def _logic(node: Any) -> _Work:
    parts = [_built(one) for one in node.values]
    every = isinstance(node.op, ast.And)
    return lambda values: (all if every else any)(part(values) for part in parts)


def _conditional(node: Any) -> _Work:
    test, yes, no = _built(node.test), _built(node.body), _built(node.orelse)
    return lambda values: yes(values) if test(values) else no(values)


def _place(node: Any) -> _Work:
    whole, place = _built(node.value), _built(node.slice)

    def work(values: Values) -> Value:
        parts, at = whole(values), place(values)
        if not isinstance(parts, tuple) or not isinstance(at, int) or at < 0:
            raise ValueError("only a list has places, from 0 up")
        return parts[at]

    return work


def _number(value: Value) -> int | Fraction:
    if type(value) is int:  # nearly always, and much cheaper to ask than for a Fraction
        return value
    if not isinstance(value, int | Fraction) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no number")
    return value


def _bounded(value: Value) -> Value:
    """`value` as it counts from here on: whole where it is whole, and not too large."""
    if type(value) is int:
        if abs(value) > LARGEST:
            raise ValueError(f"larger than {LARGEST}")
        return value
    if isinstance(value, Fraction):
        if max(abs(value.numerator), value.denominator) > LARGEST:
            raise ValueError(f"larger than {LARGEST}")
        return value.numerator if value.denominator == 1 else value
    if isinstance(value, tuple) and _size(value) > MOST_VALUES:
        raise ValueError(f"a list of more than {MOST_VALUES} values")
    return value


def _size(value: Value) -> int:
    """How many values are in it; what went into a list before was bounded then."""
    return sum(map(_size, value)) if isinstance(value, tuple) else 1


def _power(base: int | Fraction, exponent: int | Fraction) -> Value:
    if not isinstance(exponent, int) or abs(exponent) > LARGEST_EXPONENT:
        raise ValueError(f"an exponent is a whole number up to {LARGEST_EXPONENT}")
    if exponent < 0:
        return reduce(operator.mul, [Fraction(1) / base] * -exponent)
    return reduce(operator.mul, [base] * exponent, 1)


def _divided(left: int | Fraction, right: int | Fraction) -> Value:
    return Fraction(left) / right


_OPERATORS: dict[type, Callable[..., Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divided,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
_COMPARISONS: dict[type, Callable[..., bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_BUILDERS: dict[type, Callable[[Any], _Work]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Tuple: _tuple,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _comparison,
    ast.BoolOp: _logic,
    ast.IfExp: _conditional,
    ast.Subscript: _place,
}
