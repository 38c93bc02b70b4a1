"""The diagnosis, written out: every hypothesis at every slip rate, one product each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import log2, prod

from hub.kernels.diagnose import OPEN_ANSWERS, SLIPS

#: A hypothesis: its name, its prior, its rate of straying (None: a slip), what is meant.
Meant = dict[int, float]
Name = tuple[str, int, int]
Row = Sequence[int]


def hypotheses(n_rules: int) -> Iterator[tuple[Name, float, float | None, float]]:
    """Name, prior, rate of straying, rate of use."""
    yield ("careful", -1, -1), 0.4, None, 1.0
    for error in (0.4, 0.65, 0.9):
        yield ("unknown", -1, -1), 0.1 / 3, error, 1.0
    for rule in range(n_rules):
        each = 0.5 / n_rules
        yield ("single", rule, -1), each * 0.65, None, 1.0
        for usage in (0.3, 0.5, 0.7):
            yield ("unstable", rule, -1), each * 0.18 / 3, None, usage
        for error in (0.4, 0.65):
            yield ("unknown", rule, -1), each * 0.05 / 2, error, 1.0
    pairs = list(combinations(range(n_rules), 2))
    for one, other in pairs:
        yield ("pair", one, other), 0.5 * 0.12 / len(pairs), None, 1.0


def meant(name: Name, usage: float, row: Row) -> Meant:
    kind, one, other = name
    wrong = max(row[one], 0) if one >= 0 else 0
    if kind == "pair":
        both = [c for c in (wrong, max(row[other], 0)) if c != 0] or [0]
        return {c: sum(c == each for each in both) / len(both) for c in both}
    if kind == "unstable" and wrong:
        return {wrong: usage, 0: 1 - usage}
    return {wrong: 1.0}


def chance(shares: Meant, given: int, astray: float, answers: int) -> float:
    share = shares.get(given, 0.0)
    return (1 - astray) * share + astray * (1 - share) / (answers - 1)


def weights(
    n_rules: int, rows: Sequence[Row], given: Sequence[int], answers: Sequence[int]
) -> list[tuple[Name, float, float, float]]:
    """Name, rate of straying, rate of use, posterior."""
    found = []
    for name, prior, error, usage in hypotheses(n_rules):
        for slip in SLIPS:
            astray = slip if error is None else error
            likelihood = prod(
                chance(meant(name, usage, row), one, astray, count)
                for row, one, count in zip(rows, given, answers, strict=True)
            )
            found.append((name, astray, usage, prior / len(SLIPS) * likelihood))
    total = sum(weight for *_, weight in found)
    return [(name, astray, usage, w / total) for name, astray, usage, w in found]


def bits(found: Sequence[tuple[Name, float, float, float]], row: Row, answers: int) -> float:
    """Mutual information of a hypothesis' name and the answer, each possible answer apart."""
    joint: dict[Name, list[float]] = {}
    classes = [0, *sorted({c for c in row if c > 0})]
    classes += range(1000, 1000 + answers - len(classes))
    for name, astray, usage, weight in found:
        shares = meant(name, usage, row)
        into = joint.setdefault(name, [0.0] * answers)
        for at, one in enumerate(classes):
            into[at] += weight * chance(shares, one, astray, answers)
    whole = [sum(column) for column in zip(*joint.values(), strict=True)]
    within = sum(_entropy([p / sum(each) for p in each]) * sum(each) for each in joint.values())
    return _entropy(whole) - within


def _entropy(shares: Sequence[float]) -> float:
    return -sum(share * log2(share) for share in shares if share > 0)


def open_answers(row: Row) -> int:
    """How many answers an open question counts as."""
    return max(OPEN_ANSWERS, len({c for c in row if c > 0}) + 2)
