"""py-fsrs reviews cards, one rating after the other, a few days apart."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from fsrs import Card, Rating, Scheduler  # type: ignore[import-not-found]  # in the peers' venv

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`reviews`: how many make a turn."""
    chance = random.Random(1)
    ratings = [Rating(chance.randint(1, 4)) for _ in range(arguments["reviews"])]
    scheduler = Scheduler(enable_fuzzing=False)
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def turn() -> tuple[int, Mapping[str, float]]:
        card = Card()
        for place, rating in enumerate(ratings):
            card, _ = scheduler.review_card(card, rating, start + timedelta(days=3 * place))
        return len(ratings), {"stability": float(card.stability)}

    return Work(version("fsrs"), turn)


if __name__ == "__main__":
    serve(set_up)
