"""Twins: the same item with other numbers and another answer, always the same one."""

from __future__ import annotations

import pytest

from hub.lesson.twins import SEEDS, find_twin
from hub.lesson.worked import worked
from models.domain.lint.source import read_source
from models.domain.locales import locale
from models.domain.pack import Pack, starter_path
from models.domain.pieces import plain
from models.domain.showing import Showing

STARTER = read_source(starter_path()).pack
#: The right option of these is the same in every activity: what is asked is a rule.
WITHOUT = {"f05.5", "m05.7", "m06.7", "m09.9"}


def showing(pack: Pack, place: int, seed: int, tag: str = "en") -> Showing:
    return Showing(pack, pack.activity(place, seed), locale(tag))


@pytest.mark.parametrize("seed", [5, SEEDS - 1, 3 * SEEDS + 12])
def test_every_item_has_a_twin_with_another_answer_unless_it_has_one_answer(
    seed: int,
) -> None:
    for place, item in enumerate(STARTER.items):
        twin = find_twin(STARTER, place, seed)
        if twin is None:
            assert item.id in WITHOUT
            continue
        assert twin == find_twin(STARTER, place, seed)
        assert twin // SEEDS == seed // SEEDS
        answers = [plain(showing(STARTER, place, one).solved(0)) for one in (seed, twin)]
        assert answers[0] != answers[1], item.id


def test_an_item_that_always_has_one_answer_has_no_twin() -> None:
    fixed = [at for at, one in enumerate(STARTER.items) if one.id in WITHOUT]
    assert [find_twin(STARTER, at, 4) for at in fixed] == [None] * len(WITHOUT)


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_every_item_can_be_read_worked_out_in_each_language(tag: str) -> None:
    for place, item in enumerate(STARTER.items):
        one = worked(showing(STARTER, place, 11, tag))
        assert one.steps or one.advice, item.id
        assert plain(one.question)
        assert plain(one.answer)
