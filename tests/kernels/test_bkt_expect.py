"""The E-step and the M-step against published numbers and against plain loops."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from hub.kernels.bkt import PLAIN, BktModel, Learning, Log, Noise, Rates, Skill, fit
from hub.kernels.bkt_counts import SkillCounts
from tests.kernels.bkt_logs import drawn, five_of, log_of, random_five
from tests.kernels.twin_bkt import Answer, Counted, expect, expect_plain

GOLDEN = json.loads((Path(__file__).parent / "golden/bkt_parity.json").read_text())


def model_of(rates: Rates) -> BktModel:
    return BktModel(rates, {"skill 0": Skill(rates)})


def test_ten_rounds_give_what_three_other_programs_give() -> None:
    start = Rates(**GOLDEN["start"])
    model = fit(
        log_of(GOLDEN["answers"]),
        PLAIN,
        start=start,
        starts=1,
        minimum=0,
        iterations=10,
        tolerance=0.0,
    )
    found = model.params["skill 0"]
    for name, value in GOLDEN["after_10_iterations"].items():
        # The reference is printed with nine digits after the point, or eight.
        assert getattr(found, name) == pytest.approx(value, abs=1.01e-9), name


def test_ten_rounds_of_the_twin_give_the_same_to_twelve_digits() -> None:
    start = Rates(**GOLDEN["start"])
    five = five_of(start)
    for _ in range(10):
        five = expect_plain(GOLDEN["answers"], five).five()
    log = log_of(GOLDEN["answers"])
    model = fit(log, PLAIN, start=start, starts=1, iterations=10, tolerance=0.0)
    assert five_of(model.params["skill 0"]) == pytest.approx(five, rel=1e-12, abs=1e-12)


def assert_same(counts: SkillCounts, twin: Counted, within: float = 1e-12) -> None:
    pairs = [
        (counts.prior, twin.prior),
        (counts.learn, twin.learn),
        (counts.forget, twin.forget),
        (counts.guess, twin.guess),
        (counts.slip, twin.slip),
    ]
    for share, shares in pairs:
        wanted = (shares.happened.get(0, 0.0), shares.of.get(0, 0.0))
        assert share == pytest.approx(wanted, rel=within, abs=within)
    assert counts.log_likelihood == pytest.approx(twin.log_likelihood, rel=within, abs=within)


# Lengths that end inside, at and after a run of four or eight, and beyond a rescaling.
@pytest.mark.parametrize("n_and_longest", [(1, 1), (5, 9), (30, 20), (40, 150), (300, 40)])
def test_expected_counts_are_those_of_plain_loops(n_and_longest: tuple[int, int]) -> None:
    chance = Random(f"{n_and_longest}")
    for _ in range(4):
        five = random_five(chance)
        texts = drawn(chance, random_five(chance), *n_and_longest)
        counts = model_of(Rates(*five)).count(log_of(texts)).skills["skill 0"]
        assert_same(counts, expect_plain(texts, five))


def test_long_sequences_of_unlikely_answers_stay_numbers() -> None:
    text = "01" * 2000
    rates = Rates(0.5, 0.1, 0.1, 1e-6, 1e-6)
    counts = model_of(rates).count(log_of([text])).skills["skill 0"]
    # Both round 1 - 0.000001 some thousand times over.
    assert_same(counts, expect_plain([text], five_of(rates)), within=1e-9)


def test_evidence_that_cancels_out_leaves_the_prior_as_it_was() -> None:
    # Nothing is learned or lost, so 2,000 right and 2,000 wrong answers say nothing at all.
    rates = Rates(0.5, 0.0, 0.0, 1e-6, 1e-6)
    counts = model_of(rates).count(log_of(["01" * 2000])).skills["skill 0"]
    assert counts.prior == pytest.approx((0.5, 1.0), rel=1e-12, abs=1e-12)


def test_items_and_resources_are_counted_each_by_itself() -> None:
    chance = Random(3)
    noises = {n: (chance.uniform(0.05, 0.4), chance.uniform(0.05, 0.4)) for n in range(3)}
    steps = {n: (chance.uniform(0.05, 0.4), chance.uniform(0.01, 0.2)) for n in range(2)}
    sequences = [
        [
            Answer(chance.random() < 0.6, chance.randrange(3), chance.randrange(2))
            for _ in range(chance.randint(1, 40))
        ]
        for _ in range(20)
    ]
    rows = [(who, a) for who, answers in enumerate(sequences) for a in answers]
    log = Log(
        [who for who, _ in rows],
        [0] * len(rows),
        [a.is_right for _, a in rows],
        ["skill 0"],
        items=[a.item for _, a in rows],
        item_names=["a", "b", "c"],
        resources=[a.resource for _, a in rows],
        resource_names=["book", "film"],
    )
    rates = Rates(0.3, *steps[0], *noises[0])
    items = {name: Noise(*noises[n]) for n, name in enumerate("abc")}
    resources = {name: Learning(*steps[n]) for n, name in enumerate(["book", "film"])}
    skill = Skill(rates, items=items, resources=resources)
    counts = BktModel(rates, {"skill 0": skill}).count(log).skills["skill 0"]
    twin = expect(sequences, 0.3, steps.__getitem__, noises.__getitem__)
    assert counts.log_likelihood == pytest.approx(twin.log_likelihood, rel=1e-12, abs=1e-12)
    for n, name in enumerate("abc"):
        for share, shares in zip(counts.items[name], (twin.guess, twin.slip), strict=True):
            assert share == pytest.approx(
                (shares.happened[n], shares.of[n]), rel=1e-12, abs=1e-12
            )
    for n, name in enumerate(["book", "film"]):
        for share, shares in zip(
            counts.resources[name], (twin.learn, twin.forget), strict=True
        ):
            assert share == pytest.approx(
                (shares.happened[n], shares.of[n]), rel=1e-12, abs=1e-12
            )
    assert counts.guess == (0.0, 0.0)


def test_groups_have_priors_of_their_own() -> None:
    log = Log(
        [0, 1, 2, 3],
        [0] * 4,
        [1, 1, 0, 0],
        ["skill 0"],
        groups=[0, 0, 1, 1],
        group_names=["went to school", "did not"],
    )
    model = fit(log, minimum=0)
    priors = model.skills["skill 0"].groups
    assert priors["went to school"] > model.params["skill 0"].prior > priors["did not"]
