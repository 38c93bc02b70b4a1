"""`mangotree fit`, `evaluate` and `calibrate` on a file and on a hub's own log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from hub.cli import main
from hub.kernels.irt import read_bank
from hub.store import log
from hub.store.database import open_writing
from models.learner.fitted import read_model, write_model
from models.training.records import is_held_out
from tests.hub.conftest import StartHub
from tests.hub.ground import attempt
from tests.kernels.logs import MadeUp, made_up

HEAD = "user,item,skill,correct,ord,rt_s,hints"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 150 learners whose items and abilities differ."""
    return written(tmp_path_factory.mktemp("log") / "made.csv", made_up(3, n_learners=150))


def written(path: Path, made: MadeUp, flipped: Sequence[int] = ()) -> Path:
    rows = zip(made.learners, made.items, made.rights, strict=True)
    lines = [HEAD]
    for place, (learner, item, is_right) in enumerate(rows):
        skills = ";".join(f"s{skill}" for skill in made.item_skills[item])
        right = int(is_right) if place not in flipped else int(not is_right)
        lines.append(f"u{learner},q{item},{skills},{right},{place},4.5,0")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def call(*words: str | Path) -> int:
    return main([str(word) for word in words])


@pytest.fixture(scope="module")
def model(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model") / "model.json"
    assert call("fit", file, "--out", out) == 0
    return out


def test_a_fitted_model_is_judged_on_learners_it_never_met(
    file: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fitted = read_model(model)
    held = {name for name in (f"u{number}" for number in range(150)) if is_held_out(name)}
    assert fitted.held_out.learners == len(held)
    assert fitted.stack.provenance.learners == 150 - len(held)
    capsys.readouterr()
    assert call("evaluate", model, file, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["learners"] == len(held)
    assert said["auc"] == pytest.approx(fitted.held_out.auc)
    assert said["auc"] > 0.7


def test_fitting_again_gives_the_same_file(file: Path, model: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    assert call("fit", file, "--out", again) == 0
    assert again.read_bytes() == model.read_bytes()


def test_a_worse_model_does_not_replace_a_better_one(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.json"
    write_model(read_model(model), kept)
    before = kept.read_bytes()
    made = made_up(3, n_learners=150)
    known = [row for row, who in enumerate(made.learners) if not is_held_out(f"u{who}")]
    # Every other answer to learn from is the opposite of what it was; those to judge by stay.
    file = written(
        tmp_path / "worse.csv", made, flipped=Random(1).sample(known, len(known) // 2)
    )
    assert call("fit", file, "--out", kept) == 1
    assert "Nothing changed" in capsys.readouterr().out
    assert kept.read_bytes() == before


def test_pictures_of_promises_and_learning_are_drawn(
    file: Path, model: Path, tmp_path: Path
) -> None:
    pictures = [tmp_path / "promises.svg", tmp_path / "learning.png"]
    words = ("--calibration", pictures[0], "--learning", pictures[1])
    assert call("evaluate", model, file, *words) == 0
    assert all(picture.stat().st_size > 1000 for picture in pictures)


def test_items_that_the_model_does_not_know_are_left_out_and_counted(
    file: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = tmp_path / "more.csv"
    extra = "u7,new,s1,1,9000,4,0\n" * 3
    more.write_text(file.read_text(encoding="utf-8") + extra, encoding="utf-8")
    assert call("evaluate", model, more, "--all") == 0
    assert "3 answers are to items that the model does not know" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["u1,q1,s1,1,0,1,0"], "A fit needs 500 answers"),
        (["u1,q1,s1,yes,0,1,0"], "correct must be 0 or 1"),
        (["u1,q1,s1,1,0,1,many"], "hints must be a number"),
    ],
)
def test_a_log_that_cannot_be_learned_from_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[str], said: str
) -> None:
    short = tmp_path / "short.csv"
    short.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    assert call("fit", short, "--out", tmp_path / "out.json") == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize("words", [("--picture", "x.gif"), ("--picture", "x")])
def test_a_wrong_picture_is_refused_before_the_work(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    assert call("fit", file, "--out", tmp_path / "out.json", *words) == 1
    assert "ends in .svg or .png" in capsys.readouterr().err


def test_a_file_that_is_no_model_is_refused_by_name(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"format": "mangotree-model"}', encoding="utf-8")
    assert call("evaluate", broken, file) == 1
    assert "broken.json is no fitted model" in capsys.readouterr().err


def test_calibrating_a_log_finds_which_items_are_hard(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bank.json"
    assert call("calibrate", file, "--model", "1pl", "--out", out) == 0
    bank = read_bank(out)
    hardness = made_up(3, n_learners=150).hardness
    found = [(hardness[int(item.id[1:])], item.b) for item in bank.items if hasattr(item, "b")]
    assert len(found) > 40
    ordered = [b for _, b in sorted(found)]
    third = len(ordered) // 3
    assert max(ordered[: third // 2]) < min(ordered[-third // 2 :])
    assert "Log-likelihood" in capsys.readouterr().out


def test_too_few_first_answers_make_no_bank(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("calibrate", file, "--minimum", "9999", "--out", tmp_path / "bank.json") == 1
    assert "A bank needs 3 items and 30 learners" in capsys.readouterr().err


def test_a_hub_learns_from_its_own_log_without_a_name(
    start_hub: StartHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = start_hub()
    pack, learners = hub.classroom.rooms[1].pack, hub.people.in_class(1)
    names = {learner.name for learner in learners}
    hub.stop()
    play(hub.home.database, [learner.id for learner in learners], len(pack.items))
    out = tmp_path / "own.json"
    assert call("fit", "--home", hub.home.path, "--out", out) == 0
    assert read_model(out).items == tuple(item.id for item in pack.items)
    assert call("evaluate", out, "--home", hub.home.path) == 0
    text = out.read_text(encoding="utf-8") + capsys.readouterr().out
    assert not [name for name in names if name in text]


def play(database: Path, learners: Sequence[int], n_items: int) -> None:
    """60 answers of each learner, as rows of the log; half the learners know more."""
    random, rows = Random(5), []
    for number in range(60 * len(learners)):
        learner = learners[number % len(learners)]
        chance = 0.85 if learner % 2 else 0.4
        row = attempt(1000 + number)._replace(
            learner=learner,
            item=random.randrange(n_items),
            is_right=int(random.random() < chance),
            ms=3000,
        )
        rows.append(row)
    opened = open_writing(database)
    with opened.conn:
        log.insert(opened.conn, list(rows))
    opened.conn.close()
