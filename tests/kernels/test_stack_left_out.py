"""The command that fits a stack on a log and judges it on other learners."""

from __future__ import annotations

import gzip
from math import isnan
from pathlib import Path

import pytest

from hub.kernels.stack import decode
from models.training import left_out
from tests.kernels.logs import made_up


def written(path: Path) -> Path:
    log = made_up(21, n_learners=150, each=30)
    lines = ["user,item,skill,correct,ord,rt_s,hints"]
    for row, item in enumerate(log.items):
        skills = ";".join(map(str, log.item_skills[item]))
        rt_s = "" if isnan(log.pace_s[row]) else log.pace_s[row]
        hints = -1 if isnan(log.hints[row]) else log.hints[row]
        right = int(log.rights[row])
        lines.append(f"{log.learners[row]},{item},{skills},{right},{row % 30},{rt_s},{hints}")
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_one_learner_in_five_is_left_out_and_always_the_same() -> None:
    out = [name for name in map(str, range(1000)) if left_out.is_left_out(name)]
    assert 150 < len(out) < 250
    # SHA-1 of "0" and of "1", as published everywhere.
    assert [left_out.is_left_out(name) for name in ("0", "1")] == [
        int("b6589fc6ab0dc82cf12099d1c2d40ab994e8410c", 16) % 100 >= 80,
        int("356a192b7913b04c54574d18c28d46e6395428ab", 16) % 100 >= 80,
    ]


def test_the_command_keeps_a_model_and_tells_what_it_is_worth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, model = written(tmp_path / "log.csv.gz"), tmp_path / "stack.json"
    left_out.main([str(file), "--out", str(model)])
    told = capsys.readouterr().out
    assert float(told.split("auc=")[1].split()[0]) > 0.7
    kept = decode(model.read_bytes())
    assert (kept.has_pace, kept.has_hints, kept.has_times) == (True, True, False)
    assert kept.provenance.learners < 150
    assert f"of {kept.provenance.learners} learners" in told
