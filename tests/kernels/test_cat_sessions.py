"""Adaptive tests from Python: as the twin picks them, kept as bytes, refused with a reason."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernels import cat, irt
from tests.kernels import banks
from tests.kernels.twin_cat import Belief, keeps, likelihood, score, value

QUOTAS = {"algebra": (4, 8), "algebra/roots": (2, 3), "geometry": (2, 4)}
RULES = (
    "mfi",
    "mepv",
    "kl",
    "nearest_b",
    "mlwi",
    "mpwi",
    "mei",
    "kl_likelihood",
    "gdi",
    "gdi_likelihood",
)
#: The code of the number that a rule went by.
CODES = {
    "mepv": "EXPECTED_VARIANCE",
    "kl": "DIVERGENCE",
    "kl_likelihood": "DIVERGENCE",
    "mlwi": "WEIGHTED_INFORMATION",
    "mpwi": "WEIGHTED_INFORMATION",
    "mei": "EXPECTED_INFORMATION",
    "gdi": "GLOBAL_DISCRIMINATION",
    "gdi_likelihood": "GLOBAL_DISCRIMINATION",
}


@pytest.mark.parametrize("rule", RULES)
def test_a_test_goes_as_the_twin_gives_it(rule: str) -> None:
    items, chance = banks.items(60, 1), random.Random(2)
    names = banks.named(60)
    session = banks.bank(items).session(stop=cat.Stop(max=20), rule=rule)
    belief, alone, left = Belief(), likelihood(), set(range(60))
    for _ in range(20):
        pick = session.next()
        assert pick is not None
        worth = score(rule, belief, alone)
        best = max(map(worth, (items[number] for number in left)))
        number = names.index(pick.item)
        assert worth(items[number]) == pytest.approx(best, rel=1e-10, abs=1e-13)
        assert pick.p == pytest.approx(items[number].p(belief.mean), abs=1e-12)
        told = items[number].information(belief.mean)
        assert pick.information == pytest.approx(told, abs=1e-12)
        right = int(chance.random() < pick.p)
        session.answer(pick.item, right)
        belief.learn(items[number], right)
        alone.learn(items[number], right)
        left.remove(number)
        assert session.theta == pytest.approx(belief.mean, abs=1e-12)
        assert session.se**2 == pytest.approx(belief.variance, abs=1e-12)
    assert session.done == "LENGTH"
    assert session.next() is None


@pytest.mark.parametrize("rule", CODES)
def test_the_reasons_of_a_rule_are_the_numbers_of_the_twin(rule: str) -> None:
    items, belief, alone, chance = banks.items(60, 3), Belief(), likelihood(), random.Random(4)
    session = banks.bank(items).session(stop=cat.Stop(max=12), rule=rule)
    while (pick := session.next()) is not None:
        item, right = items[banks.named(60).index(pick.item)], int(chance.random() < pick.p)
        expected = value(rule, belief, alone)(item)
        assert dict(pick.reasons)[CODES[rule]] == pytest.approx(expected, rel=1e-12, abs=1e-12)
        session.answer(pick.item, right)
        belief.learn(item, right)
        alone.learn(item, right)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from(RULES), st.integers(1, 4))
def test_quotas_hold_and_no_item_comes_twice(seed: int, rule: str, randomesque: int) -> None:
    items, chance = banks.items(60, seed % 7), random.Random(seed)
    session = banks.bank(items).session(
        stop=cat.Stop(max=12), rule=rule, quotas=QUOTAS, randomesque=randomesque, seed=seed
    )
    while (pick := session.next()) is not None:
        assert session.owed <= 12 - len(session.answers)
        session.answer(pick.item, chance.random() < pick.p)
    given = [item for item, _ in session.answers]
    assert len(set(given)) == 12
    assert keeps([items[banks.named(60).index(item)].area for item in given], QUOTAS)


def test_a_stop_by_precision_waits_for_the_areas() -> None:
    bank = banks.bank(banks.items(60, 4))
    stop = cat.Stop(max=15, se=10.0)  # precise enough from the start
    assert bank.session(stop=stop).done == "PRECISION"
    session = bank.session(stop=stop, quotas={"geometry": (3, 3)})
    while (pick := session.next()) is not None:
        session.answer(pick.item, right=1)
    assert session.done == "PRECISION"
    assert session.owed == 0


@pytest.mark.parametrize("how", [{"confidence": 0.9}, {"zone": 0.4, "error": 0.1}])
def test_a_clear_case_is_classified_early(how: dict[str, float]) -> None:
    items, _ = banks.reference()
    session = banks.bank(items).session(stop=cat.Stop(max=50, cuts=[-1.0, 1.0], min=3, **how))
    while (pick := session.next()) is not None:
        session.answer(pick.item, right=1)
    assert (session.done, session.category) == ("CLASSIFIED", 2)
    assert 3 <= len(session.answers) < 15


def test_a_restored_session_goes_on_as_the_lost_one() -> None:
    bank = banks.bank(banks.items(60, 5), eligibility=[0.5] * 60)
    session = bank.session(
        stop=cat.Stop(max=12), rule="kl", quotas=QUOTAS, randomesque=3, seed=9, number=4
    )
    chance = random.Random(1)
    while (pick := session.next()) is not None:
        kept = session.to_bytes()
        assert len(kept) < 1000
        other = bank.restore(kept)
        again = other.next()
        assert again is not None
        assert (again.item, again.propensity, again.reasons) == (
            pick.item,
            pick.propensity,
            pick.reasons,
        )
        assert (other.theta, other.se, other.posterior) == (
            session.theta,
            session.se,
            session.posterior,
        )
        session = other if chance.random() < 0.5 else session
        session.answer(pick.item, chance.random() < pick.p)  # also without asking again
    assert session.done == "LENGTH"


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_restoring(state: bytes) -> None:
    with pytest.raises(ValueError, match="saved state"):
        banks.bank(banks.items(5, 6)).restore(state)


def test_another_item_than_the_pending_one_is_refused_by_name() -> None:
    session = banks.bank(banks.items(9, 7)).session(stop=cat.Stop(max=3))
    pick = session.next()
    assert pick is not None
    other = next(item for item in banks.named(9) if item != pick.item)
    with pytest.raises(ValueError, match=f"item is {other}; allowed: the item that comes next"):
        session.answer(other, right=1)
    with pytest.raises(KeyError, match='"nobody" is unknown'):
        session.answer("nobody", right=1)
    with pytest.raises(ValueError, match="an answer is 2"):
        session.answer(pick.item, right=2)
    again = session.next()
    assert again is not None
    assert again.item == pick.item


def test_what_a_bank_cannot_hold_is_refused() -> None:
    one, two = [1.0, 1.0], [0.0, 1.0]
    bad: list[tuple[Callable[[], object], str]] = [
        (lambda: cat.ItemBank(["x", "x"], a=one, b=two), "the same"),
        (lambda: cat.ItemBank(["x"], a=one, b=two), "a has 2 entries"),
        (lambda: cat.ItemBank(["x", "y"], a=two, b=two), "a is 0"),
        (lambda: cat.ItemBank(["x", "y"], a=one, b=two, c=[0.1]), "c has 1 entries"),
        (lambda: cat.ItemBank(["x", "y"], a=one, b=two, eligibility=[0.5, 1.5]), "is 1.5"),
        (lambda: cat.ItemBank([], a=[], b=[]), "items has 0 entries"),
    ]
    for made, told in bad:
        with pytest.raises(ValueError, match=told):
            made()
    with pytest.raises(KeyError, match='"z"'):
        cat.ItemBank(["x", "y"], a=[1.0, 1.0], b=[0.0, 1.0], enemies=[["x", "z"]])


def test_what_a_test_cannot_be_is_refused() -> None:
    bank = banks.bank(banks.items(9, 8))
    stop = cat.Stop(max=5)
    with pytest.raises(ValueError, match='rule is "best"; allowed: mfi, mepv'):
        bank.session(stop=stop, rule="best")
    with pytest.raises(KeyError, match='area "physics" is unknown'):
        bank.session(stop=stop, quotas={"physics": (1, 2)})
    with pytest.raises(ValueError, match="quotas"):
        bank.session(stop=stop, quotas={"algebra": (6, 9)})
    with pytest.raises(ValueError, match="stop max"):
        bank.session(stop=cat.Stop(max=0))
    with pytest.raises(ValueError, match="decided in one way"):
        cat.Stop(max=5, cuts=[0.0], zone=0.3)
    with pytest.raises(ValueError, match="theta"):
        bank.simulate([float("nan")], stop=stop)
    with pytest.raises(ValueError, match="not finite"):
        bank.most_informative([float("inf")])
    with pytest.raises(ValueError, match="answers"):
        bank.session(stop=stop, given=[("i1", 1), ("i1", 0)])


def test_answers_from_before_count() -> None:
    items, belief = banks.items(30, 9), Belief()
    before = [(f"i{number}", number % 2) for number in range(6)]
    session = banks.bank(items).session(stop=cat.Stop(max=10), given=before)
    for name, right in before:
        belief.learn(items[int(name[1:])], right)
    assert session.theta == pytest.approx(belief.mean, abs=1e-12)
    assert session.answers == [(name, bool(right)) for name, right in before]


def test_a_bank_of_items_becomes_a_bank_for_tests() -> None:
    plain = irt.ItemBank.binary(["x", "y"], a=[1.0, 2.0], b=[0.0, 1.0], c=[0.1, 0.0])
    bank = cat.of_items(plain, areas={"x": "algebra"}, enemies=[["x", "y"]])
    assert bank.ids == ["x", "y"]
    session = bank.session(stop=cat.Stop(max=2), quotas={"algebra": (1, 1)})
    first = session.next()
    assert first is not None
    assert first.item == "x"  # the area must have it, and y would shut it out
    graded = irt.ItemBank((irt.Graded("g", 1.0, (0.0, 1.0)),))
    with pytest.raises(ValueError, match="'g' has categories"):
        cat.of_items(graded)
    with pytest.raises(KeyError, match="'z'"):
        cat.of_items(plain, areas={"z": "algebra"})
