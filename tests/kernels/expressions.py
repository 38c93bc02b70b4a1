"""Random expressions, written in the ways learners write them, each with its sympy twin.

The twin is built from sympy's own objects; no text is ever given to sympy's parser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import sympy

#: Names above zero, as in the tasks of a tutor: then sqrt(x y) is sqrt(x) sqrt(y).
NAMES = {name: sympy.Symbol(name, positive=True) for name in "xyab"}


@dataclass(frozen=True, slots=True)
class Written:
    """A text, its value, and how tightly it binds: 3 an atom, 2 a product, 1 a sum."""

    text: str
    twin: sympy.Expr
    binds: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts and whether sympy says that they have one value."""

    given: str
    expected: str
    is_same: bool


#: Where expressions are looked at: no small whole numbers, so that no two near misses meet.
POINT = {NAMES["x"]: 1.37, NAMES["y"]: 0.71, NAMES["a"]: 2.13, NAMES["b"]: 0.39}
#: Others that are set beside each random expression.
PARTNERS = 4


def pairs(seed: int, count: int) -> Iterator[Pair]:
    """`count` pairs: about two thirds one value in two ways, the rest near misses.

    Each random expression stands in `PARTNERS` pairs, each time beside another.
    """
    random = Random(seed)
    made = 0
    while made < count:
        first = tree(random, 3)
        if _has_no_value(first.twin):
            continue
        ways = rewritings(random, first)
        for _ in range(min(PARTNERS, count - made)):
            is_near = random.random() < 1 / 3
            other = changed(random, first) if is_near else random.choice(ways)
            if not _has_no_value(other.twin):
                made += 1
                yield Pair(first.text, other.text, is_same(first.twin, other.twin))


def is_same(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether sympy proves the difference zero.

    Values of 30 digits at one point only ever rule a pair out; that two are the same is shown
    exactly, by expansion, over a common denominator or by `simplify`.
    """
    if one == other:
        return True
    value = complex(one.evalf(30, subs=POINT))
    if abs(complex(other.evalf(30, subs=POINT)) - value) > 1e-12 * (abs(value) + 1.0):
        return False
    difference = one - other
    if difference == 0 or sympy.expand(difference) == 0:
        return True
    numerator = sympy.expand(sympy.fraction(sympy.together(difference))[0])
    return bool(numerator == 0 or sympy.simplify(difference) == 0)


def _has_no_value(twin: sympy.Expr) -> bool:
    return bool(twin.has(sympy.zoo, sympy.nan, sympy.oo)) or twin.has(sympy.I)


def tree(random: Random, depth: int) -> Written:
    """A random expression of at most `depth` operators one inside the other."""
    if depth == 0 or random.random() < 0.15:
        return leaf(random)
    make: list[Callable[[Random, int], Written]] = [
        total, total, difference, product, product, quotient, power, root, brackets,
    ]  # fmt: skip
    return random.choice(make)(random, depth - 1)


def leaf(random: Random) -> Written:
    roll = random.random()
    if roll < 0.35:
        number = random.randint(0, 30)
        return Written(str(number), sympy.Integer(number), 3)
    if roll < 0.45:
        number = random.randint(1, 999)
        text = f"{number // 100}.{number % 100:02d}"
        return Written(text, sympy.Rational(number, 100), 3)
    if roll < 0.52:
        whole, above, below = random.randint(1, 5), random.randint(1, 5), random.randint(2, 9)
        twin = whole + sympy.Rational(above, below)
        return Written(f"({whole} {above}/{below})", twin, 3)
    if roll < 0.57:
        return Written(random.choice(["pi", "π"]), sympy.pi, 3)
    if roll < 0.60:
        number = random.randint(1, 200)
        return Written(f"({number}%)", sympy.Rational(number, 100), 3)
    name = random.choice(list(NAMES))
    return Written(name, NAMES[name], 3)


def closed(part: Written, least: int) -> str:
    return part.text if part.binds >= least else f"({part.text})"


def total(random: Random, depth: int) -> Written:
    left, right = tree(random, depth), tree(random, depth)
    return Written(f"{left.text} + {closed(right, 2)}", left.twin + right.twin, 1)


def difference(random: Random, depth: int) -> Written:
    left, right = tree(random, depth), tree(random, depth)
    sign = random.choice(["-", "−", "–"])
    return Written(f"{left.text} {sign} {closed(right, 2)}", left.twin - right.twin, 1)


def product(random: Random, depth: int) -> Written:
    left, right = tree(random, depth), tree(random, depth)
    sign = random.choice(["*", "×", "·", " * "])
    twin = left.twin * right.twin
    can_stand_beside = right.text[0] in "(xyabπ" and left.text[-1] not in "iπ"
    if can_stand_beside and left.binds >= 2 and random.random() < 0.6:
        sign = ""
    return Written(f"{closed(left, 2)}{sign}{closed(right, 3)}", twin, 2)


def quotient(random: Random, depth: int) -> Written:
    left, right = tree(random, depth), tree(random, depth)
    if right.twin == 0:
        return left
    twin = left.twin / right.twin
    if random.random() < 0.3:
        return Written(rf"\frac{{{left.text}}}{{{right.text}}}", twin, 2)
    sign = random.choice(["/", "÷", " / ", "⁄"])
    return Written(f"{closed(left, 2)}{sign}{closed(right, 3)}", twin, 2)


def power(random: Random, depth: int) -> Written:
    base = tree(random, min(depth, 1))
    exponent = random.choice([2, 2, 3, 4, -1, -2])
    if base.twin == 0:
        return base
    text = {2: "²", 3: "³", -1: "^(-1)", -2: "^-2", 4: "**4"}[exponent]
    if random.random() < 0.5:
        text = f"^{{{exponent}}}" if random.random() < 0.5 else f"^({exponent})"
    return Written(f"{closed(base, 3)}{text}", base.twin**exponent, 2)


def root(random: Random, depth: int) -> Written:
    number = random.randint(1, 200)
    inner = Written(str(number), sympy.Integer(number), 3)
    if depth and random.random() < 0.4:
        name = random.choice(list(NAMES))
        inner = Written(f"{number}{name}", number * NAMES[name], 2)
    text = random.choice([f"sqrt({inner.text})", f"√({inner.text})", rf"\sqrt{{{inner.text}}}"])
    return Written(text, sympy.sqrt(inner.twin), 3)


def brackets(random: Random, depth: int) -> Written:
    inner = tree(random, depth)
    left, right = random.choice([("(", ")"), ("[", "]"), ("{", "}")])
    return Written(f"{left}{inner.text}{right}", inner.twin, 3)


def rewritings(random: Random, first: Written) -> list[Written]:
    """The same value in other ways."""
    other = leaf(random)
    text, twin = first.text, first.twin
    number = random.randint(2, 9)
    ways = [
        Written(f"{other.text} + ({text}) - {other.text}", twin, 1),
        Written(f"({text})*{number}/{number}", twin, 2),
        Written(f"{number}({text}) - {number - 1}({text})", twin, 1),
        Written(f"-(-({text}))", twin, 1),
        Written(f"({text})√{number}/sqrt({number})", twin, 2),
    ]
    expanded = sympy.expand(twin)
    known = printed(expanded)
    if known is not None:
        ways += [Written(known, expanded, 1)] * 3
    together = printed(sympy.together(twin))
    if together is not None:
        ways += [Written(together, twin, 1)] * 3
    return ways


def changed(random: Random, first: Written) -> Written:
    """A value that is near, and mostly another."""
    other = leaf(random)
    text, twin = first.text, first.twin
    number = random.randint(2, 9)
    return random.choice(
        [
            Written(f"({text}) + {other.text}", twin + other.twin, 1),
            Written(f"-({text})", -twin, 1),
            Written(f"({text})/{number}", twin / number, 2),
            Written(f"({text}) + 1/{10**number}", twin + sympy.Rational(1, 10**number), 1),
            Written(f"({text})^2", twin**2, 2),
            Written(f"({text})*{other.text}", twin * other.twin, 2),
        ]
    )


def printed(twin: sympy.Expr) -> str | None:
    """A text of sums, products and powers; nothing where anything else is in it."""
    if twin.is_Integer or twin.is_Symbol:
        return str(twin)
    if twin.is_Rational:
        return f"({twin.p}/{twin.q})"
    if twin is sympy.pi:
        return "pi"
    if twin.is_Pow:
        base, exponent = printed(twin.base), printed(twin.exp)
        return None if base is None or exponent is None else f"({base})^({exponent})"
    if twin.is_Add or twin.is_Mul:
        parts = [printed(part) for part in twin.args]
        sign = " + " if twin.is_Add else "*"
        known = [part for part in parts if part is not None]
        return sign.join(f"({part})" for part in known) if len(known) == len(parts) else None
    return None
