"""Curves say what happened; their pictures are drawn, or refused in one sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from models.training.curves import Point, calibration_curve, learning_curve
from models.training.logs import Log
from models.training.pictures import (
    NoPictures,
    check_can_draw,
    draw_calibration,
    draw_learning,
)

POINTS = [Point(1, 0.5, 0.4, 10), Point(2, 0.7, 0.8, 5)]


def test_a_calibration_curve_keeps_promise_and_outcome_apart() -> None:
    points = calibration_curve([0.1, 0.12, 1.0, 0.95], [False, True, True, True], bins=10)
    assert [point.answers for point in points] == [2, 2]
    assert points[0].promised == pytest.approx(0.11)
    assert (points[0].at, points[0].kept, points[1].kept) == (0.15, 0.5, 1.0)


def test_a_learning_curve_counts_opportunities_for_each_learner_and_skill() -> None:
    log = Log([0, 0, 1, 0], [0, 1, 0, 0], [False, True, True, True], [[0], [0, 1]], 2)
    points = learning_curve(log, [0.2, 0.4, 0.6, 0.8], longest=2)
    # First: learner 0 on skill 0 and, with item 1, on skill 1; learner 1 on skill 0.
    assert [(p.at, p.answers, p.kept) for p in points] == [
        (1, 3, pytest.approx(2 / 3)),
        (2, 1, 1),
    ]
    assert points[0].promised == pytest.approx(0.4)


@pytest.mark.parametrize("ending", [".svg", ".png"])
def test_a_picture_is_written_and_the_same_curve_gives_the_same_bytes(
    tmp_path: Path, ending: str
) -> None:
    paths = [tmp_path / f"{name}{ending}" for name in ("one", "two", "three")]
    draw_learning(paths[0], POINTS)
    draw_learning(paths[1], POINTS)
    draw_calibration(paths[2], {"fitted": POINTS, "shipped": POINTS})
    assert paths[0].read_bytes() == paths[1].read_bytes() != paths[2].read_bytes()
    if ending == ".svg":
        drawn = "".join(ElementTree.parse(paths[2]).getroot().itertext())
        assert "fitted" in drawn
        assert "share right" in drawn


def test_another_kind_of_picture_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(NoPictures, match=r"ends in \.svg or \.png"):
        check_can_draw(tmp_path / "curve.gif")


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NoPictures, match=r"pip install mangotree\[plots\]"):
        check_can_draw(tmp_path / "curve.svg")
