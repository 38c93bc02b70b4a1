"""Our FSRS-6 reviews cards, one rating after the other, a few days apart."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.kernels import __version__
from hub.kernels.memory import Card, Scheduler
from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`reviews`: how many make a turn."""
    chance = random.Random(1)
    ratings = [chance.randint(1, 4) for _ in range(arguments["reviews"])]
    scheduler = Scheduler()
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def turn() -> tuple[int, Mapping[str, float]]:
        card = Card()
        for place, rating in enumerate(ratings):
            card = scheduler.review(card, rating, start + timedelta(days=3 * place))
        stability = card.memory.stability if card.memory else 0.0
        return len(ratings), {"stability": stability}

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
