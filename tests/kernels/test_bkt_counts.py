"""Counts that travel: they add up, name what they are of, and are read with care."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernels.bkt import PLAIN, BktModel, Log, Rates, Rules, fit
from hub.kernels.bkt_counts import Counts
from tests.kernels.bkt_logs import drawn, five_of, log_of

START = Rates(0.4, 0.1, 0.02, 0.3, 0.2)
FIRST = drawn(Random(1), (0.3, 0.2, 0.01, 0.2, 0.1), 60, 20)
SECOND = drawn(Random(2), (0.5, 0.1, 0.05, 0.3, 0.2), 40, 20)


def started() -> BktModel:
    return fit(log_of(FIRST + SECOND), PLAIN, start=START, starts=1, iterations=1)


def with_items(texts: list[str], item_names: list[str]) -> Log:
    log = log_of(texts)
    assert isinstance(log.rights, tuple)
    items = [row % len(item_names) for row in range(len(log.rights))]
    return replace(log, items=items, item_names=item_names)


def test_counts_of_two_hubs_add_up_to_those_of_both() -> None:
    model = started()
    both = model.count(log_of(FIRST + SECOND)).skills["skill 0"]
    added = (model.count(log_of(FIRST)) + model.count(log_of(SECOND))).skills["skill 0"]
    pairs = zip(msgspec.structs.astuple(both), msgspec.structs.astuple(added), strict=True)
    for one, other in pairs:
        assert one == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize("rules", [PLAIN, Rules()])
def test_an_m_step_from_counts_is_a_round_of_the_fit(rules: Rules) -> None:
    log = log_of(FIRST, SECOND)
    search = {"start": START, "starts": 1, "tolerance": 0.0}
    whole = fit(log, rules, iterations=10, **search)  # type: ignore[arg-type]  # by name
    # From the pooled rates of the whole fit, so that the priors stand at the same place.
    begun = BktModel(
        whole.pooled,
        {name: msgspec.structs.replace(s, rates=START) for name, s in whole.skills.items()},
    )
    stepped = begun
    for _ in range(10):
        stepped = stepped.maximised(stepped.count(log), rules)
    for name, rates in whole.params.items():
        assert five_of(stepped.params[name]) == pytest.approx(five_of(rates), rel=1e-10)


def test_a_refit_from_two_hubs_with_items_raises_the_likelihood() -> None:
    one, other = with_items(FIRST, ["a", "b", "c"]), with_items(SECOND, ["c", "d"])
    model = fit(with_items(FIRST + SECOND, ["d", "c", "b", "a"]), PLAIN, iterations=2)
    heights = []
    for _ in range(4):
        counts = model.count(one) + model.count(other)
        heights.append(counts.log_likelihood)
        model = model.maximised(counts, PLAIN)
    assert heights == sorted(heights)
    assert heights[-1] > heights[0]
    assert set(model.skills["skill 0"].items) == set("abcd")


def test_counts_come_back_from_their_bytes() -> None:
    counts = fit(with_items(FIRST, ["a", "b"])).count(with_items(SECOND, ["b", "x"]))
    assert counts.skills["skill 0"].guess[1] > 0  # the answers to x, which the model lacks
    assert Counts.from_bytes(counts.to_bytes()) == counts
    assert Counts.from_bytes(counts.to_bytes()).to_bytes() == counts.to_bytes()


def test_skills_that_the_model_lacks_are_named_and_not_counted() -> None:
    counts = started().count(log_of(FIRST, SECOND))
    assert set(counts.skills) == {"skill 0"}
    assert counts.unknown == ("skill 1",)


def test_counts_of_another_model_are_refused() -> None:
    model, other = started(), fit(log_of(FIRST))
    counts = model.count(log_of(FIRST))
    with pytest.raises(ValueError, match="two models"):
        counts + other.count(log_of(FIRST))
    with pytest.raises(ValueError, match="another model"):
        other.maximised(counts)


def test_counts_of_unknown_skills_and_items_are_refused() -> None:
    model = started()
    counts = model.count(log_of(FIRST))
    skill = counts.skills["skill 0"]
    strange = msgspec.structs.replace(skill, items={"z": ((0.0, 0.0), (0.0, 0.0))})
    with pytest.raises(KeyError, match="z of skill 0"):
        model.maximised(Counts(counts.model, {"skill 0": strange}))
    with pytest.raises(KeyError, match="other of counts"):
        model.maximised(Counts(counts.model, {"other": skill}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prior", [2.0, 1.0]),
        ("learn", [-1.0, 1.0]),
        ("guess", [float("nan"), 1.0]),
        ("slip", [0.0, float("inf")]),
        ("log_likelihood", 1.0),
        ("answers", "many"),
        ("more", 1.0),
    ],
)
def test_counts_that_cannot_be_are_refused(field: str, value: object) -> None:
    sent = msgspec.msgpack.decode(started().count(log_of(FIRST)).to_bytes())
    sent["skills"]["skill 0"][field] = value
    with pytest.raises(ValueError, match="no BKT counts"):
        Counts.from_bytes(msgspec.msgpack.encode(sent))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_bytes_are_counts_or_a_refusal(data: st.DataObject) -> None:
    whole = bytearray(SENT)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    for sent in (bytes(whole), data.draw(st.binary(max_size=64))):
        try:
            counts = Counts.from_bytes(sent)
        except ValueError:
            continue
        assert Counts.from_bytes(counts.to_bytes()) == counts


SENT = started().count(log_of(FIRST)).to_bytes()
