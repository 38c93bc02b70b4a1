"""Judges predictions on learners of whom the model never heard."""

from __future__ import annotations

from collections.abc import Sequence

from models.learner.fitted import Judged
from models.training.measures import auc, calibration_error, log_loss


def judged(chances: Sequence[float], rights: Sequence[bool], learners: Sequence[int]) -> Judged:
    """The figures for answers, one entry each; raises `ValueError` for none."""
    if not rights:
        raise ValueError("there are no answers to judge by")
    by_learner: dict[int, tuple[list[float], list[bool]]] = {}
    for learner, chance, is_right in zip(learners, chances, rights, strict=True):
        own = by_learner.setdefault(learner, ([], []))
        own[0].append(chance)
        own[1].append(is_right)
    areas = [auc(*own) for own in by_learner.values() if 0 < sum(own[1]) < len(own[1])]
    hits = sum((p >= 0.5) == y for p, y in zip(chances, rights, strict=True))
    return Judged(
        answers=len(rights),
        learners=len(by_learner),
        auc=auc(chances, rights) if 0 < sum(rights) < len(rights) else None,
        auc_by_learner=sum(areas) / len(areas) if areas else None,
        log_loss=log_loss(chances, rights),
        calibration_error=calibration_error(chances, rights),
        accuracy=hits / len(rights),
    )
