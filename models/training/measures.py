"""How good predictions are: area under the ROC curve, log-loss, calibration error."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import log


def auc(chances: Sequence[float], rights: Sequence[bool]) -> float:
    """P(a right answer got the higher chance than a wrong one); ties count half.

    The rank sum of Mann & Whitney (1947). Raises `ValueError` unless both outcomes occur.
    """
    n_right = sum(rights)
    n_wrong = len(rights) - n_right
    if not n_right or not n_wrong:
        raise ValueError("the area needs right and wrong answers, there is only one kind")
    rank_sum = 0.0
    below = 0
    for _, ties in groupby(sorted(zip(chances, rights, strict=True)), key=lambda pair: pair[0]):
        outcomes = [is_right for _, is_right in ties]
        rank_sum += sum(outcomes) * (below + (len(outcomes) + 1) / 2)
        below += len(outcomes)
    return (rank_sum - n_right * (n_right + 1) / 2) / (n_right * n_wrong)


def log_loss(chances: Sequence[float], rights: Sequence[bool]) -> float:
    """Mean of -ln(chance of what happened), in nats."""
    chosen = (p if y else 1.0 - p for p, y in zip(chances, rights, strict=True))
    return -sum(log(p) for p in chosen) / len(rights)


def calibration_error(
    chances: Sequence[float], rights: Sequence[bool], bins: int = 10
) -> float:
    """Mean distance of promised and kept success over equally wide bins, by their size."""
    promised = [0.0] * bins
    for chance, is_right in zip(chances, rights, strict=True):
        promised[min(int(chance * bins), bins - 1)] += chance - is_right
    return sum(abs(gap) for gap in promised) / len(rights)
