"""A stack finds what was planted, is the same every time, and keeps in a file."""

from __future__ import annotations

from random import Random

import msgspec
import pytest

from hub.kernels.stack import Answers, StackModel, decode, encode, fit
from models.training.measures import auc, calibration_error, log_loss
from tests.kernels.logs import ALL, MadeUp, made_up


def fitted(log: MadeUp, *extras: str) -> StackModel:
    return fit(
        log.answers(*extras), item_skills=log.item_skills, n_skills=log.n_skills, data="made up"
    )


def part(log: MadeUp, keep: range) -> MadeUp:
    rows = [row for row, learner in enumerate(log.learners) if learner in keep]
    columns = ("learners", "items", "rights", "chances", *ALL)
    picked = {name: [getattr(log, name)[row] for row in rows] for name in columns}
    return MadeUp(log.item_skills, log.n_skills, log.hardness, **picked)


def test_unseen_learners_are_predicted_almost_as_well_as_can_be() -> None:
    log = made_up(5, n_learners=500)
    seen, unseen = part(log, range(350)), part(log, range(350, 500))
    traced = fitted(seen).stack().trace(unseen.learners, unseen.items, unseen.rights)
    # What made the answers sets the bound; abilities have to be found first, so two thirds
    # of the way from items alone to there.
    means = [0.0] * len(log.item_skills)
    for item, count in ((i, max(1, seen.items.count(i))) for i in range(len(means))):
        rights = (r for i, r in zip(seen.items, seen.rights, strict=True) if i == item)
        means[item] = sum(rights) / count
    best = auc(unseen.chances, unseen.rights)
    floor = auc([means[item] for item in unseen.items], unseen.rights)
    assert floor + 0.66 * (best - floor) < auc(traced, unseen.rights) < best + 0.01
    assert log_loss(traced, unseen.rights) < log_loss(unseen.chances, unseen.rights) + 0.04
    assert calibration_error(traced, unseen.rights) < 0.03


def test_harder_items_get_lower_corrections() -> None:
    log = made_up(6, n_learners=300)
    tables = fitted(log).tables
    means = [sum(tables["SKILL"][s] for s in own) / len(own) for own in log.item_skills]
    easy = [own + mean for own, mean in zip(tables["ITEM"], means, strict=True)]
    order = sorted(range(len(easy)), key=easy.__getitem__)
    third = len(order) // 3
    hard = sum(log.hardness[item] for item in order[:third]) / third
    soft = sum(log.hardness[item] for item in order[-third:]) / third
    assert hard - soft > 2.0


def test_where_nothing_is_planted_corrections_stay_at_nought() -> None:
    random = Random(1)
    learners = [row // 30 for row in range(6000)]
    items = [random.randrange(20) for _ in learners]
    rights = [random.random() < 0.7 for _ in learners]
    model = fit(
        Answers(learners, items, rights),
        item_skills=[[item % 3] for item in range(20)],
        n_skills=3,
        data="coin",
    )
    assert max(map(abs, model.tables["ITEM"])) < 0.2
    assert max(model.provenance.variances.values()) < 0.02
    traced = model.stack().trace(learners, items, rights)
    assert all(0.55 < chance < 0.85 for chance in traced)


def test_mixed_learners_are_the_same_as_learner_after_learner() -> None:
    log = made_up(7, n_learners=30)
    order = sorted(range(len(log.items)), key=lambda row: (row % 40, log.learners[row]))
    mixed = Answers(
        [log.learners[row] for row in order],
        [log.items[row] for row in order],
        [log.rights[row] for row in order],
    )
    model = fitted(log)
    again = fit(mixed, item_skills=log.item_skills, n_skills=log.n_skills, data="made up")
    assert encode(again) == encode(model)
    straight = model.stack().trace(log.learners, log.items, log.rights)
    turned = model.stack().trace(mixed.learners, mixed.items, mixed.rights)
    assert list(turned) == [straight[row] for row in order]


def test_the_same_log_gives_the_same_bytes_and_they_come_back_whole() -> None:
    log = made_up(8, n_learners=25)
    text = encode(fitted(log, *ALL))
    assert text == encode(fitted(log, *ALL))
    model = decode(text)
    assert encode(model) == text
    tables = model.stack().tables()
    assert [list(tables[name]) for name in model.tables] == list(model.tables.values())
    assert model.stack().sequences == model.sequences


def test_items_without_answers_start_from_their_skills() -> None:
    log = made_up(9, n_learners=60)
    log.item_skills.append([0])
    model = fitted(log)
    assert model.tables["ITEM"][-1] == 0.0
    told = dict(model.stack().learners(1).predict(0, len(log.item_skills) - 1).reasons)
    assert told["ITEM_DIFFICULTY"] == 0.0
    assert told["SKILL_DIFFICULTY"] == pytest.approx(model.tables["SKILL"][0], abs=1e-12)


def test_a_log_of_one_answer_and_one_of_right_answers_alone_can_be_fitted() -> None:
    one = fit(Answers([0], [0], [True]), item_skills=[[0]], n_skills=1, data="one")
    assert 0.5 < one.stack().learners(1).predict(0, 0).p < 0.9
    rows = [row // 10 for row in range(300)]
    right = fit(Answers(rows, [0] * 300, [1] * 300), item_skills=[[0]], n_skills=1, data="all")
    assert 0.9 < right.stack().trace(rows, [0] * 300, [1] * 300)[-1] < 1.0


def damaged(model: StackModel, **changes: object) -> bytes:
    return msgspec.json.encode(msgspec.to_builtins(model) | changes)


def test_a_damaged_model_is_refused() -> None:
    model = fitted(made_up(2, n_learners=5))
    tables = model.tables
    for text in (
        b"",
        b"{}",
        damaged(model, version=2),
        damaged(model, extra=1),
        damaged(model, n_skills=1),
        damaged(model, n_skills=10**15),
        damaged(model, sequences=[-1]),
        damaged(model, sequences=[2**70]),
        damaged(model, weights=model.weights | {"MOOD": 1.0}),
        damaged(model, tables=tables | {"MOOD": [1.0]}),
        damaged(model, tables=tables | {"ITEM": tables["ITEM"][1:]}),
        damaged(model, tables=tables | {"ITEM": [1e9] * len(tables["ITEM"])}),
        damaged(model, tables={name: tables[name] for name in list(tables)[1:]}),
        damaged(model, item_skills=[[0, 0], *model.item_skills[1:]]),
    ):
        with pytest.raises(ValueError, match=r"stack|weights|allowed|missing|known"):
            decode(text)
