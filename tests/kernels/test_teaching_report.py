"""The teaching report: its bars, its table, its picture, its command, law D from a log."""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from hub import cli
from models.domain.response_log import Response
from models.training.pictures import COLOURS
from models.training.teaching.chances import sigmoid, stream
from models.training.teaching.curves_fit import fitted
from models.training.teaching.laws import Noise
from models.training.teaching.picture import draw
from models.training.teaching.report import FIRST_SEED, Report, Row
from models.training.teaching.table import verdicts, written

RULES = ("fixed order", "ZPDES", "hub")


def report(hub: dict[str, tuple[float, float, float, float]]) -> Report:
    """Laws A, B and D, where ZPDES gains .40 and the lowest quartile of a fixed order .30."""
    rows = []
    for law, numbers in hub.items():
        rows.append(Row("clean", law, "fixed order", 0.35, None, 0.30, 0.1, 0.3))
        rows.append(Row("clean", law, "ZPDES", 0.40, 0.01, 0.33, 0.1, 0.2))
        gain, lowest, spins, hopeless = numbers
        rows.append(Row("clean", law, "hub", gain, None, lowest, spins, hopeless))
    return Report(1, 30, (1,), {law: f"name {law}: a sentence" for law in hub}, tuple(rows))


def test_the_worst_law_decides_about_each_bar() -> None:
    found = verdicts(
        report(
            {
                "A": (0.40, 0.36, 0.05, 0.09),
                "B": (0.393, 0.40, 0.081, 0.40),
                "D": (0.44, 0.33, 0.01, 0.01),
            }
        ),
        "clean",
    )
    assert [(one.law, round(one.value, 4), one.is_met) for one in found] == [
        ("B", 0.9825, True),
        ("D", 1.1, False),
        ("B", 0.081, False),
        ("A", 0.09, True),
    ]


def test_the_table_names_every_rule_and_law_and_what_was_missed() -> None:
    shown = written(report({"A": (0.30, 0.36, 0.05, 0.09)}))
    for word in (*RULES, "law A", "0.300 (0.360)", "MISSED", "seeds 1"):
        assert word in shown


def test_a_row_that_was_not_simulated_is_missed_by_name() -> None:
    whole = report({"A": (0.4, 0.4, 0.0, 0.0)})
    assert whole.row("clean", "A", "hub").gain == 0.4
    with pytest.raises(KeyError, match="random under law A"):
        whole.row("clean", "A", "random")


def test_the_picture_is_a_drawing_that_names_every_rule(tmp_path: Path) -> None:
    path = tmp_path / "teach.svg"
    draw(report({"A": (0.4, 0.4, 0.0, 0.0), "B": (-0.1, 0.2, 0.0, 0.0)}), path)
    root = ElementTree.parse(path).getroot()
    said = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert set(RULES) <= set(said)
    drawn = [str(use.get("style")) for use in root.iter("{http://www.w3.org/2000/svg}use")]
    for colour in COLOURS[:4]:
        # A dot for each rule and law, and one in the legend.
        dots = [style for style in drawn if f"fill: {colour}" in style]
        assert len(dots) == 2 * len(RULES) + 1


def test_the_command_writes_rows_and_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, plot = tmp_path / "teach.json", tmp_path / "teach.svg"
    call = ["simulate", "teach", "--quick", "--pupils", "2", "--processes", "1"]
    assert cli.main([*call, "--json", str(rows), "--plot", str(plot)]) == 0
    kept = msgspec.json.decode(rows.read_bytes(), type=Report)
    assert (kept.pupils, kept.seeds, list(kept.laws)) == (
        2,
        (FIRST_SEED,),
        ["A", "B", "C", "D"],
    )
    assert "75 % success" in capsys.readouterr().out
    assert ElementTree.parse(plot).getroot().tag.endswith("svg")


def test_a_wrong_call_is_refused_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["simulate", "teach", "--quick", "--plot", "plot.gif"]) == 1
    assert cli.main(["simulate", "teach", "--quick", "--pupils", "0"]) == 1
    assert "at least one law, rule, seed and pupil" in capsys.readouterr().err


def answers(gain: float, *, learners: int = 150) -> list[Response]:
    """Learners on curves with a mean start of .4 (spread .8) and the same gain an answer."""
    random, noise = stream(8), Noise()
    rows = []
    skills = [random.gauss(0.0, 0.7) for _ in range(12)]
    for learner in range(learners):
        start = random.gauss(0.4, 0.8)
        for skill, ease in enumerate(skills):
            for before in range(10):
                p = noise.blur(sigmoid(start + ease + gain * before))
                row = Response(str(learner), "item", (str(skill),), random.random() < p, ms=0)
                rows.append(row)
    return rows


def test_law_d_finds_the_curves_that_made_a_log() -> None:
    curves = fitted(answers(0.2))
    assert curves.gain == pytest.approx(0.2, abs=0.03)
    assert curves.start_sd == pytest.approx(0.8, abs=0.12)
    assert curves.start == pytest.approx(0.4, abs=0.35)
    assert curves.skill_sd == pytest.approx(0.7, abs=0.3)


def test_a_log_without_learning_is_refused() -> None:
    with pytest.raises(ValueError, match="do not rise"):
        fitted(answers(-0.2, learners=60))
    with pytest.raises(ValueError, match="no answers"):
        fitted([])


def test_the_command_takes_law_d_from_a_log(tmp_path: Path) -> None:
    log, rows = tmp_path / "log.csv.gz", tmp_path / "teach.json"
    with gzip.open(log, "wt", encoding="utf-8") as out:
        out.write("user,item,skill,correct\n")
        for one in answers(0.2, learners=40):
            out.write(f"{one.user},{one.item},{one.skills[0]},{int(one.is_right)}\n")
    call = ["simulate", "teach", "--quick", "--pupils", "1", "--processes", "1"]
    assert cli.main([*call, "--data", str(log), "--json", str(rows)]) == 0
    kept = msgspec.json.decode(rows.read_bytes(), type=Report)
    assert kept.laws["D"].startswith("curves of log.csv.gz")
