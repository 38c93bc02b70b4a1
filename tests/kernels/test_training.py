"""The fit finds what was planted, and the measures give numbers checked by hand."""

from __future__ import annotations

import gzip
from array import array
from math import exp, log
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernels import build_profile
from models.domain.response_log import read_responses
from models.learner.weights import load_stack
from models.training import fit_stack, progressive
from models.training.logs import as_log, interleaved
from models.training.measures import auc, calibration_error, log_loss
from models.training.newton import chances, fit, solve
from tests.kernels.classes import random_answers, random_domain


def test_the_area_counts_ties_half() -> None:
    assert auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert auc([0.5, 0.5, 0.5], [True, False, True]) == 0.5
    with pytest.raises(ValueError, match="one kind"):
        auc([0.5], [True])


@given(
    st.lists(st.tuples(st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]), st.booleans()), min_size=2)
)
def test_the_area_is_that_of_all_pairs_counted_one_by_one(
    rows: list[tuple[float, bool]],
) -> None:
    right = [p for p, is_right in rows if is_right]
    wrong = [p for p, is_right in rows if not is_right]
    if not right or not wrong:
        with pytest.raises(ValueError, match="one kind"):
            auc(*zip(*rows, strict=True))
        return
    points = sum((r > w) + (r == w) / 2 for r in right for w in wrong)
    area = auc([p for p, _ in rows], [is_right for _, is_right in rows])
    assert area == pytest.approx(points / len(right) / len(wrong))


def test_log_loss_and_calibration_error_are_those_by_hand() -> None:
    assert log_loss([0.5, 0.25], [True, False]) == pytest.approx(-(log(0.5) + log(0.75)) / 2)
    # Bin 0.2-0.3: promised 0.5 of 2, kept 1; bin 0.9-1: promised 0.9, kept 1.
    assert calibration_error([0.25, 0.25, 0.9], [True, False, True]) == pytest.approx(0.2)


def test_gaussian_elimination_needs_its_pivots() -> None:
    assert solve([[0.0, 2.0], [3.0, 1.0]], [4.0, 5.0]) == pytest.approx([1.0, 2.0])


def test_newton_finds_planted_weights_and_keeps_signs() -> None:
    random = Random(1)
    planted = [0.3, 1.0, -0.8]
    columns = [array("d", [1.0] * 20_000)]
    columns += [array("d", (random.gauss(0, 1) for _ in range(20_000))) for _ in range(2)]
    rows = zip(*columns, strict=True)
    logits = (sum(w * x for w, x in zip(planted, row, strict=True)) for row in rows)
    rights = array("d", (float(random.random() < 1 / (1 + exp(-z))) for z in logits))
    shares = array("d", [1.0] * 20_000)
    assert fit(columns, rights, shares, [0, 1, -1]) == pytest.approx(planted, abs=0.06)
    against = fit(columns, rights, shares, [0, 1, 1])
    assert against[2] == 0.0
    assert chances(columns, [0.0] * 3)[0] == 0.5


def made_up_file(path: Path, seed: int, n_learners: int, count: int) -> None:
    domain = random_domain(Random(7))
    answers = random_answers(Random(seed), domain, n_learners, count)
    lines = ["user,item,skill,correct,ord"]
    for learner, item, is_right in sorted(answers, key=lambda answer: answer[0]):
        skills = ";".join(map(str, domain.item_skills[item]))
        lines.append(f"{seed}-{learner},{item},{skills},{int(is_right)},0")
    path.write_bytes(gzip.compress("\n".join(lines).encode()))


def test_devices_take_turns_and_each_learner_keeps_the_order(tmp_path: Path) -> None:
    made_up_file(tmp_path / "log.csv.gz", 1, 5, 60)
    plain = as_log(read_responses(tmp_path / "log.csv.gz"))
    turns = interleaved(plain, 3)
    assert turns.learners[:3] == [0, 1, 2]
    for learner in range(5):
        own = [i for who, i in zip(plain.learners, plain.items, strict=True) if who == learner]
        kept = [i for who, i in zip(turns.learners, turns.items, strict=True) if who == learner]
        assert own == kept


def test_the_measuring_command_prints_both_orders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if build_profile != "release":
        pytest.skip("the measuring command refuses a debug build")
    made_up_file(tmp_path / "log.csv.gz", 1, 30, 3000)
    progressive.main([str(tmp_path / "log.csv.gz"), "--limit", "2500"])
    told = capsys.readouterr().out
    assert "2500 answers" in told
    assert told.count("auc=") == 2


def test_the_shipped_weights_predict_a_made_up_class_from_a_cold_start(tmp_path: Path) -> None:
    made_up_file(tmp_path / "log.csv.gz", 1, 40, 6000)
    log_ = interleaved(as_log(read_responses(tmp_path / "log.csv.gz")), 40)
    assert progressive.measure(log_, load_stack()).auc > 0.7


def test_the_fit_writes_a_stack_and_leaves_held_learners_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up_file(tmp_path / "one.csv.gz", 1, 30, 1500)
    made_up_file(tmp_path / "two.csv.gz", 2, 30, 1500)
    monkeypatch.setattr(fit_stack, "CLASSES", {"one.csv.gz": 400, "two.csv.gz": 700})
    monkeypatch.setattr(fit_stack, "HELD_OUT", ("one.csv.gz", 300))
    samples = fit_stack.read_samples(tmp_path)
    held = {row.user for row in read_responses(tmp_path / "one.csv.gz", 300)}
    kept = sum(row.user not in held for row in read_responses(tmp_path / "one.csv.gz"))
    assert 0 < sum(len(s.log) for s in samples if s.file == "one.csv.gz") <= kept
    fit_stack.main([str(tmp_path), "--out", str(tmp_path / "stack.json")])
    fitted = load_stack(tmp_path / "stack.json")
    guessed = load_stack().weights | dict.fromkeys(fitted.weights, 0.0)
    assert fit_stack.loss(samples, fitted.weights, fitted.bkt) < fit_stack.loss(
        samples, guessed, fitted.bkt
    )
    assert fitted.provenance.auc > 0.65
