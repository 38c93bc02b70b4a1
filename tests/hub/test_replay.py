"""`mangotree replay`: a made-up log end to end, and the figures against sums by hand."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import cli
from hub.commands.replay import percentiles
from models.domain.faults import PackFault
from models.domain.plain import decode_plain
from models.domain.response_log import Response, pack_of, read_responses
from tests.hub.conftest import StartHub

LEARNERS, ROWS = 8, 400
KEYS = {
    "answers",
    "per_s",
    "next_ms",
    "receipt_ms",
    "cpu_ms_per_answer",
    "bytes_written_per_answer",
    "rss_mb",
    "lost",
    "doubled",
    "refused",
    "auc",
    "logloss",
}
Say = pytest.CaptureFixture[str]


def write(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()))
    return path


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 answers of 8 learners to 20 questions, as the Rasch model would have them."""
    random, text = Random(2024), io.StringIO()
    able = {f"u{number}": random.gauss(0.0, 1.2) for number in range(LEARNERS)}
    hard = {f"q{number}": random.gauss(0.0, 1.2) for number in range(20)}
    skills = {item: f"s{int(item[1:]) % 4}" for item in hard} | {"q7": "s1;s2"}
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["user", "item", "skill", "correct", "ord", "rt_s"])
    for number in range(ROWS):
        user, item = f"u{number % LEARNERS}", random.choice(list(hard))
        p = 1 / (1 + math.exp(hard[item] - able[user]))
        right = int(random.random() < p)
        rows.writerow([user, item, skills[item], right, number, round(random.random() * 9, 1)])
    return write(tmp_path_factory.mktemp("log") / "made.csv.gz", text.getvalue())


def replay(*arguments: object) -> int:
    return cli.main(["replay", *map(str, arguments)])


@pytest.mark.parametrize("broker", ["embedded", "mosquitto"])
def test_a_log_goes_through_the_whole_hub_and_nothing_is_lost_or_doubled(
    broker: str, log: Path, capsys: Say
) -> None:
    assert replay(log, "--devices", LEARNERS, "--broker", broker, "--json") == 0
    figures: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert figures.keys() == KEYS
    assert figures["answers"] == ROWS
    assert (figures["lost"], figures["doubled"], figures["refused"]) == (0, 0, 0)
    assert 0.5 < figures["auc"] < 1.0
    assert 0.0 < figures["logloss"] < math.log(2)
    assert 0.0 < figures["next_ms"]["p50"] <= figures["next_ms"]["p99"]
    assert 0.0 < figures["receipt_ms"]["p50"] <= figures["receipt_ms"]["p99"]
    assert min(figures[name] for name in ("per_s", "cpu_ms_per_answer", "rss_mb")) > 0


def test_a_hub_that_runs_can_be_used_and_fewer_devices_than_learners_do(
    start_hub: StartHub, log: Path, capsys: Say
) -> None:
    hub = start_hub()
    options = ["--running", "--home", hub.home.path, "--devices", 3, "--limit", 60]
    assert replay(log, *options, "--pace", "400", "--json") == 0
    assert json.loads(capsys.readouterr().out)["answers"] == 60
    assert cli.main(["rebuild", "--verify", "--home", str(hub.home.path)]) == 0
    assert "Class 2: 60 answers" in capsys.readouterr().out


def test_a_log_of_right_answers_alone_has_no_area_and_still_is_json(
    start_hub: StartHub, tmp_path: Path, capsys: Say
) -> None:
    home = start_hub().home.path
    path = write(tmp_path / "right.csv.gz", f"{HEAD}u,i,s,1,0,1\nu,j,s,1,1,1\n")
    assert replay(path, "--running", "--home", home, "--devices", 1, "--json") == 0
    assert '"auc": null' in capsys.readouterr().out


def test_without_json_every_figure_has_a_line(
    start_hub: StartHub, log: Path, capsys: Say
) -> None:
    home = start_hub().home.path
    assert replay(log, "--running", "--home", home, "--devices", 2, "--limit", 8) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} == KEYS


@pytest.mark.parametrize("pace", ["nonsense", "0", "-3", "nan", "inf", "100000"])
def test_a_pace_that_is_none_is_refused(pace: str, log: Path, capsys: Say) -> None:
    assert replay(log, f"--pace={pace}") == 1
    said = f"mangotree replay: --pace is 'closed' or answers a second, not '{pace}'.\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("devices", [0, -1])
def test_a_replay_without_devices_is_refused(devices: int, log: Path, capsys: Say) -> None:
    assert replay(log, f"--devices={devices}") == 1
    said = f"mangotree replay: --devices must be 1 or more, not {devices}.\n"
    assert capsys.readouterr().err == said


HEAD = "user,item,skill,correct,ord,rt_s\n"
BAD_ROWS = {
    "u,i,s,2,0,1": "line 3: correct must be 0 or 1, not '2'",
    "u,i,s,,0,1": "line 3: correct must be 0 or 1, not ''",
    "u,i": "line 3: correct must be 0 or 1, not ''",
    ",i,s,1,0,1": "line 3: user, item and skill must not be empty",
    "u,,s,1,0,1": "line 3: user, item and skill must not be empty",
    "u,i,,1,0,1": "line 3: user, item and skill must not be empty",
    "u,i,s;,1,0,1": "line 3: user, item and skill must not be empty",
    "u,i,s,1,0,fast": "line 3: rt_s must be seconds, not 'fast'",
    "u,i,s,1,0,nan": "line 3: rt_s must be seconds, not 'nan'",
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_bad_row_is_named_with_its_line(row: str, tmp_path: Path, capsys: Say) -> None:
    path = write(tmp_path / "bad.csv.gz", f"{HEAD}u,i,s,1,0,1\n{row}\n")
    assert replay(path) == 1
    assert capsys.readouterr().err == f"mangotree replay: {path}, {BAD_ROWS[row]}\n"


def test_columns_that_are_missing_are_named(tmp_path: Path, capsys: Say) -> None:
    path = write(tmp_path / "bad.csv.gz", "user,item,right\nu,i,1\n")
    assert replay(path) == 1
    assert capsys.readouterr().err == f"mangotree replay: {path}: no column skill, correct\n"


@pytest.mark.parametrize("text", ["", HEAD])
def test_a_log_without_answers_is_refused(text: str, tmp_path: Path, capsys: Say) -> None:
    path = write(tmp_path / "empty.csv.gz", text)
    assert replay(path) == 1
    assert str(path) in capsys.readouterr().err


def test_a_file_that_is_not_there_or_no_whole_gzip_is_named(
    log: Path, tmp_path: Path, capsys: Say
) -> None:
    plain, half = tmp_path / "plain.csv.gz", tmp_path / "half.csv.gz"
    plain.write_text(HEAD)
    half.write_bytes(log.read_bytes()[:1500])
    for path in (plain, half, tmp_path / "none.csv.gz"):
        assert replay(path) == 1
        heard = capsys.readouterr().err
        assert heard.startswith("mangotree replay: ")
        assert str(path) in heard
        assert heard.count("\n") == 1


def test_rows_are_read_with_all_their_skills_and_a_time_that_can_be(tmp_path: Path) -> None:
    rows = ["a,q1,s1;s2;s1,1,0,1.5", "b,q2,s2,0,1,-4", "c,q1,s1,0,2,inf", "d,q3,s3,1,3,"]
    path = write(tmp_path / "log.csv.gz", HEAD + "\n".join(rows) + "\n")
    found = list(read_responses(path))
    assert found == [
        Response("a", "q1", ("s1", "s2"), is_right=True, ms=1500),
        Response("b", "q2", ("s2",), is_right=False, ms=0),
        Response("c", "q1", ("s1",), is_right=False, ms=3_600_000),
        Response("d", "q3", ("s3",), is_right=True, ms=0),
    ]
    assert list(read_responses(path, limit=2)) == found[:2]
    pack = decode_plain(pack_of(found, "made.csv.gz"))
    assert [skill.id for skill in pack.skills] == ["s1", "s2", "s3"]
    assert pack.item_skills == [[0, 1], [1], [2]]


def test_a_short_row_is_a_fault_whatever_the_columns_order(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv.gz", "correct,user,item,skill\n1,u,i\n")
    with pytest.raises(PackFault, match=r"line 2: user, item and skill must not be empty"):
        list(read_responses(path))


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentiles([7.0]) == {"p50": 7.0, "p99": 7.0}
    assert percentiles([4.0, 1.0, 3.0, 2.0]) == {"p50": 2.0, "p99": 4.0}
    assert percentiles([float(n) for n in range(1, 201)]) == {"p50": 100.0, "p99": 198.0}


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_higher_percentile_is_never_lower(values: list[float]) -> None:
    found = list(percentiles(values).values())
    assert all(low <= high for low, high in pairwise(found))
