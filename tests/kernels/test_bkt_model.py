"""Fitted models: what they predict, and their file."""

from __future__ import annotations

from array import array
from itertools import accumulate
from random import Random
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernels.bkt import BktModel, Learning, Log, Noise, Rates, Skill, fit
from tests.kernels.bkt_logs import drawn, five_of, log_of
from tests.kernels.twin_bkt import filtered

EASY, HARD = Rates(0.6, 0.2, 0.01, 0.3, 0.1), Rates(0.1, 0.05, 0.02, 0.1, 0.3)
MODEL = BktModel(Rates(0.4, 0.1, 0.01, 0.2, 0.1), {"easy": Skill(EASY), "hard": Skill(HARD)})


def test_a_row_on_two_skills_has_their_mean_and_moves_both() -> None:
    log = Log([5, 5], [0, 1, 0], [1, 0], ["easy", "hard"], offsets=[0, 2, 3])
    trace = MODEL.trace(log, guards=False)
    easy, after_easy = filtered(five_of(EASY), 0.6, is_right=True)
    hard, after_hard = filtered(five_of(HARD), 0.1, is_right=True)
    second, at_last = filtered(five_of(EASY), after_easy, is_right=False)
    assert list(trace.chances) == pytest.approx([(easy + hard) / 2, second], abs=1e-15)
    assert list(trace.masteries) == pytest.approx([after_easy, after_hard, at_last], abs=1e-15)
    assert MODEL.predict_many(log, guards=False) == trace.chances


@pytest.mark.parametrize("guards", [True, False])
def test_a_trace_is_the_twin_answer_by_answer(guards: bool) -> None:  # noqa: FBT001  # pytest
    chance = Random(11)
    rows = [
        (chance.randrange(4), chance.randrange(2), chance.random() < 0.6) for _ in range(300)
    ]
    learners, skills, rights = zip(*rows, strict=True)
    trace = MODEL.trace(Log(learners, skills, rights, ["easy", "hard"]), guards=guards)
    masteries: dict[tuple[int, int], float] = {}
    for at, (learner, skill, is_right) in enumerate(rows):
        five = five_of((EASY, HARD)[skill])
        before = masteries.get((learner, skill), five[0])
        p, after = filtered(five, before, is_right=is_right)
        if guards:
            after = max(after, before) if is_right else min(after, before)
        assert trace.chances[at] == pytest.approx(p, rel=1e-12)
        assert trace.masteries[at] == pytest.approx(after, rel=1e-12)
        masteries[learner, skill] = after


def test_few_answers_of_far_apart_learners_are_traced_like_many() -> None:
    names = ["easy", "hard", *(f"other {n}" for n in range(20_000))]
    chance = Random(12)
    learners = [chance.randrange(10**12) for _ in range(400)] * 2
    rights = [chance.random() < 0.5 for _ in learners]
    skills = [0] * len(learners)
    sparse = MODEL.trace(Log(learners, skills, rights, names))
    near = {learner: at for at, learner in enumerate(dict.fromkeys(learners))}
    dense = MODEL.trace(Log([near[one] for one in learners], skills, rights, ["easy"]))
    assert sparse == dense


def test_what_the_model_has_not_seen_is_traced_by_what_stands_above_it() -> None:
    own = Skill(EASY, items={"hard item": Noise(0.05, 0.4)}, groups={"late": 0.1})
    model = BktModel(MODEL.pooled, {"easy": own})
    log = Log(
        [0, 1, 2, 3],
        [0, 0, 0, 1],
        [1, 1, 1, 1],
        ["easy", "never seen"],
        items=[0, 1, 1, 0],
        item_names=["new item", "hard item"],
        groups=[0, 0, 1, 1],
        group_names=["new group", "late"],
    )
    chances = model.predict_many(log)
    assert chances[0] == pytest.approx(0.6 * 0.9 + 0.4 * 0.3)
    assert chances[1] == pytest.approx(0.6 * 0.6 + 0.4 * 0.05)
    assert chances[2] == pytest.approx(0.1 * 0.6 + 0.9 * 0.05)
    assert chances[3] == pytest.approx(0.4 * 0.9 + 0.6 * 0.2)


def test_a_resource_teaches_by_its_own_rate() -> None:
    own = Skill(EASY, resources={"film": Learning(0.9, 0.0)})
    model = BktModel(MODEL.pooled, {"easy": own})
    log = Log(
        [0, 1], [0, 0], [0, 0], ["easy"], resources=[0, 1], resource_names=["book", "film"]
    )
    book, film = model.trace(log, guards=False).masteries
    weighed = 0.06 / (0.06 + 0.4 * 0.7)
    assert film == pytest.approx(weighed + (1 - weighed) * 0.9)
    assert book == pytest.approx(weighed * 0.99 + (1 - weighed) * 0.2)


def test_each_item_gets_the_guess_and_slip_that_made_its_answers() -> None:
    chance = Random(13)
    rows = []
    for learner in range(3000):
        known = chance.random() < 0.4
        for _ in range(6):
            item = chance.randrange(2)
            guess, slip = ((0.4, 0.05), (0.1, 0.3))[item]
            rows.append((learner, item, chance.random() < (1 - slip if known else guess)))
            known = known or chance.random() < 0.15
    learners, items, rights = zip(*rows, strict=True)
    log = Log(learners, [0] * len(rows), rights, ["s"], items=items, item_names=["a", "b"])
    found = fit(log, tolerance=1e-3).skills["s"].items
    assert (found["a"].guess, found["a"].slip) == pytest.approx((0.4, 0.05), abs=0.04)
    assert (found["b"].guess, found["b"].slip) == pytest.approx((0.1, 0.3), abs=0.04)


def test_columns_of_every_kind_give_the_same_chances() -> None:
    plain = MODEL.predict_many(Log([0, 1, 0], [0, 1, 0], [1, 0, 1], ["easy", "hard"]))
    for whole in ("int64", "int32", "uint16", "uint8"):
        for flag in ("bool", "uint8", "int8", "int64"):
            # Any: numpy's types name the buffer protocol from Python 3.12 on only.
            indices: Any = np.array([0, 1, 0], whole)
            rights: Any = np.array([1, 0, 1], flag)
            log = Log(indices, indices, rights, ["easy", "hard"])
            assert MODEL.predict_many(log) == plain
    log = Log(array("l", [0, 1, 0]), b"\0\1\0", [True, False, True], ["easy", "hard"])
    assert MODEL.predict_many(log) == plain


def test_a_log_of_many_pieces_is_traced_as_each_learner_alone() -> None:
    chance = Random(15)
    n = 20_000
    learners = [chance.randrange(40) for _ in range(n)]
    rights = [chance.randrange(2) for _ in range(n)]
    named = [chance.choice(([], [0], [1], [1, 0])) for _ in range(n)]
    names = ["easy", "hard"]
    whole = MODEL.trace(log_of_rows(learners, named, rights, names))
    assert MODEL.predict_many(log_of_rows(learners, named, rights, names)) == whole.chances
    for learner in (0, 17, 39):
        own = [row for row in range(n) if learners[row] == learner]
        alone = log_of_rows(
            [0] * len(own), [named[row] for row in own], [rights[row] for row in own], names
        )
        assert list(MODEL.predict_many(alone)) == [whole.chances[row] for row in own]


def log_of_rows(
    learners: list[int], named: list[list[int]], rights: list[int], names: list[str]
) -> Log:
    """A log whose rows name any number of skills."""
    offsets = list(accumulate(map(len, named), initial=0))
    skills = [skill for row in named for skill in row]
    return Log(array("i", learners), array("H", skills), bytes(rights), names, offsets=offsets)


@pytest.mark.parametrize(
    ("log", "error"),
    [
        (Log([0], [0, 0], [1, 1], ["easy"]), ValueError),
        (Log([0, 0], [0], [1, 1], ["easy"]), ValueError),
        (Log([0, -1], [0, 0], [1, 1], ["easy"]), KeyError),
        (Log(array("q", [0, -1]), [0, 0], [1, 1], ["easy"]), KeyError),
        (Log([0], array("q", [1]), [1], ["easy"]), KeyError),
        (Log([0], [0], array("b", [2]), ["easy"]), ValueError),
        (Log([0], [0], [1], ["easy", "easy"]), ValueError),
        (Log([0], [0], [1], ["easy"], offsets=[1, 1]), ValueError),
        (Log([0], [0], [1], ["easy"], offsets=[0, 2]), ValueError),
        (Log([0], [0], [1], ["easy"], offsets=[0]), ValueError),
        (Log([0, 0], [0], [1, 1], ["easy"], offsets=[0, 9, 1]), ValueError),
        (Log([0], [0, 0], [1], ["easy"], offsets=[0, 2]), ValueError),
        (Log([0], [0], [1], ["easy"], items=[1], item_names=["only"]), KeyError),
    ],
)
def test_a_log_that_does_not_fit_is_refused(log: Log, error: type[Exception]) -> None:
    with pytest.raises(error):
        MODEL.predict_many(log)


def test_a_model_comes_back_from_its_file() -> None:
    texts = drawn(Random(14), five_of(EASY), 50, 12)
    log = log_of(texts, ["01"] * 3)
    model = fit(log)
    read = BktModel.from_json(model.to_json())
    assert read == model
    assert read.predict_many(log) == model.predict_many(log)
    assert read.fingerprint() == model.fingerprint()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("pooled", "prior"), 1.1),
        (("pooled", "guess"), 0.0),
        (("pooled", "slip"), "x"),
        (("skills", "easy", "rates", "learn"), -0.1),
        (("skills", "easy", "answers"), -1),
        (("skills", "easy", "colour"), 1),
        (("version",), 2),
        (("format",), "other"),
        (("skills",), []),
    ],
)
def test_a_file_that_says_what_cannot_be_is_refused(
    place: tuple[str, ...], value: object
) -> None:
    file = msgspec.json.decode(MODEL.to_json())
    inside = file
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    with pytest.raises(ValueError, match="no BKT model"):
        BktModel.from_json(msgspec.json.encode(file))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_file_is_a_model_or_a_refusal(data: st.DataObject) -> None:
    whole = bytearray(MODEL.to_json())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    for file in (bytes(whole), data.draw(st.binary(max_size=64)), b"[" * 100_000):
        try:
            model = BktModel.from_json(file)
        except ValueError:
            continue
        chances = model.predict_many(Log([0], [0], [1], ["easy"]))
        assert 0 <= chances[0] <= 1
