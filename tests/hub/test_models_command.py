"""`mangotree fit`, without a file, and `mangotree models`: which model a hub works with."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest

from hub.app import Hub
from hub.cli import main
from hub.lesson.models import bodies, chosen, install, misfits, stored
from hub.lesson.packs import class_packs
from hub.store import log
from hub.store.database import open_reading, open_writing
from models.learner.fitted import encode_model, read_model
from tests.hub.conftest import StartHub, local_settings
from tests.hub.fitted import starter_body, starter_model
from tests.hub.ground import attempt
from tests.packs import FIRST_ARITHMETIC, STARTER

Say = pytest.CaptureFixture[str]
HEAD = "user,item,skill,correct,ord,rt_s,hints,time_s"
EASY = [0.15, 0.5, 0.95]
ALL_ITEMS = range(len(STARTER.items))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub's folder with 20 answers of each of 80 learners to items that differ much."""
    home = tmp_path_factory.mktemp("worked") / "home"
    hub = Hub(home, local_settings(), demo_pack=FIRST_ARITHMETIC)
    hub.start(demo=True)
    hub.teaching.add_learners(1, [f"Child {number}" for number in range(60)])
    learners = [learner.id for learner in hub.people.in_class(1)]
    hub.stop()
    play(hub.home.database, learners)
    return home


@pytest.fixture
def home(worked: Path, tmp_path: Path) -> Path:
    shutil.copytree(worked, tmp_path / "home")
    return tmp_path / "home"


def play(database: Path, learners: Sequence[int], class_id: int = 1) -> None:
    """Rows of the log; item i is right with the chance at i, round and round."""
    random, rows = Random(5), []
    for number in range(20 * len(learners)):
        item = random.randrange(len(STARTER.items))
        row = attempt(10_000 * class_id + number)._replace(
            class_id=class_id,
            learner=learners[number % len(learners)],
            seed=number,
            item=item,
            is_right=int(random.random() < EASY[item % 3]),
            ms=3000,
        )
        rows.append(row)
    opened = open_writing(database)
    with opened.conn:
        log.insert(opened.conn, list(rows))
    opened.conn.close()


def call(home: Path, *words: str | Path) -> int:
    return main([*map(str, words), "--home", str(home)])


def in_use(home: Path) -> str | None:
    with closing(open_reading(home / "mangotree.db")) as reader:
        return chosen(reader)


def held(home: Path) -> list[str]:
    with closing(open_reading(home / "mangotree.db")) as reader:
        return list(bodies(reader))


def put_in(home: Path, *wanted: bytes) -> list[str]:
    """Installs models where no hub runs."""
    database = open_writing(home / "mangotree.db")
    with closing(database.conn):
        return [install(database, body) for body in wanted]


def test_a_hub_learns_from_its_own_log_and_works_with_that(home: Path, capsys: Say) -> None:
    assert call(home, "fit") == 0
    digest = in_use(home)
    assert digest is not None
    said = capsys.readouterr().out
    assert f"In use from the hub's next start on: {digest[:8]}." in said
    assert "On 1600 answers of 80 learners held out in turn:" in said
    with closing(open_reading(home / "mangotree.db")) as reader:
        model = stored(reader)[digest]
    assert model.stack.provenance.data == "this hub's log"
    assert not model.stack.has_times


def test_the_same_log_gives_the_same_model_and_nothing_changes(home: Path, capsys: Say) -> None:
    assert call(home, "fit") == 0
    capsys.readouterr()
    before = in_use(home)
    assert call(home, "fit") == 0
    said = capsys.readouterr().out
    assert f"In use already: {str(before)[:8]}." in said
    assert "as shipped" in said
    assert str(before)[:8] in said.splitlines()[2]
    assert held(home) == [before]


def test_a_model_that_predicts_worse_than_the_one_in_use_is_not_kept(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    # Ten times as many answers to the same items tell more of them than this hub's own.
    much = written(tmp_path / "much.csv", learners=400)
    assert call(home, "fit", much, "--install") == 0
    good = in_use(home)
    capsys.readouterr()
    assert call(home, "fit") == 1
    assert f"Not kept: {str(good)[:8]} predicts" in capsys.readouterr().out
    assert (in_use(home), held(home)) == (good, [good])


def test_where_the_one_in_use_knows_other_items_both_are_judged_on_what_they_share(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    few = written(tmp_path / "few.csv", places=[at for at in ALL_ITEMS if at % 3])
    assert call(home, "fit", few, "--out", tmp_path / "few.json") == 0
    (old,) = put_in(home, (tmp_path / "few.json").read_bytes())
    assert call(home, "models", "--use", old) == 0
    capsys.readouterr()
    call(home, "fit")
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("On ")]
    answers = [int(line.split()[1]) for line in told]
    assert answers[0] == 1600  # all, in turn
    assert 0.1 * answers[0] < answers[1] < 0.2 * answers[0]


def test_with_a_name_for_it_the_model_is_only_written(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    assert call(home, "fit", "--out", out) == 0
    assert read_model(out).stack.provenance.data == "this hub's log"
    assert (in_use(home), held(home)) == (None, [])


def written(
    path: Path,
    prefix: str = "",
    time_s: str = "",
    learners: int = 60,
    places: Sequence[int] = ALL_ITEMS,
) -> Path:
    """A log of 30 answers of each learner to the starter pack's items, or to a prefix's."""
    random, lines = Random(3), [HEAD]
    for row in range(learners * 30):
        place = random.choice(places)
        item = STARTER.items[place]
        skills = ";".join(prefix + skill for skill in item.skills)
        right = int(random.random() < EASY[place % 3])
        time = time_s and str(float(time_s) + row)
        lines.append(f"u{row // 30},{prefix}{item.id},{skills},{right},0,3,0,{time}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_model_of_a_file_is_put_to_work_when_asked_for(home: Path, tmp_path: Path) -> None:
    assert call(home, "fit", written(tmp_path / "log.csv"), "--install") == 0
    digest = in_use(home)
    with closing(open_reading(home / "mangotree.db")) as reader:
        assert stored(reader)[str(digest)].stack.provenance.data == "log.csv"


def test_a_model_of_other_items_is_not_installed(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    log_file = written(tmp_path / "log.csv", prefix="other-")
    assert call(home, "fit", log_file, "--install") == 1
    error = capsys.readouterr().err
    assert "Nothing changed: no class can work with this model." in error
    assert f"the pack '{STARTER.name}'" in error
    assert (in_use(home), held(home)) == (None, [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("log.csv",), "Say what becomes of a model of log.csv"),
        (("--times",), "add --out MODEL.json"),
        (("log.csv", "--install", "--times"), "add --out MODEL.json"),
        (("log.csv", "--out", "out.json", "--times"), "1800 have no time of a clock"),
    ],
)
def test_a_call_that_cannot_end_well_is_refused_in_one_sentence(
    words: tuple[str, ...], said: str, home: Path, tmp_path: Path, capsys: Say
) -> None:
    written(tmp_path / "log.csv")
    placed = [str(tmp_path / word) if "." in word else word for word in words]
    assert call(home, "fit", *placed) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert in_use(home) is None


def test_a_folder_without_a_hub_is_named(tmp_path: Path, capsys: Say) -> None:
    log_file = written(tmp_path / "log.csv")
    for words in (("fit",), ("fit", log_file, "--install"), ("models",)):
        assert call(tmp_path / "none", *words) == 1
        assert "There is no hub's data in" in capsys.readouterr().err


def test_a_model_with_a_clock_is_for_study_and_no_hub_takes_it(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    out = tmp_path / "clock.json"
    log_file = written(tmp_path / "log.csv", time_s="1000000000")
    assert call(home, "fit", log_file, "--times", "--out", out) == 0
    assert read_model(out).stack.has_times
    assert call(home, "evaluate", out, log_file) == 0
    assert call(home, "models", "--use", out) == 1
    assert "clock cannot always be trusted" in capsys.readouterr().err
    assert held(home) == []


def test_the_list_says_what_each_was_fitted_on_and_which_is_in_use(
    home: Path, capsys: Say
) -> None:
    assert call(home, "models") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith("shipped ")
    assert said[1].endswith("in use")
    assert said[2].startswith("No fitted model yet")
    first, second = put_in(home, starter_body(), starter_body(2))
    assert call(home, "models", "--use", second[:5]) == 0
    capsys.readouterr()
    assert call(home, "models") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:-1]]
    assert [row[0] for row in rows] == ["shipped", first[:8], second[:8]]
    assert [row[-1] == "use" for row in rows] == [False, False, True]
    assert rows[1][1:] == ["made", "up,", "seed", "1", "1200", "40", "0.5000", "0.7500"]


def test_a_choice_is_taken_back_with_one_word(home: Path, capsys: Say) -> None:
    (digest,) = put_in(home, starter_body())
    assert call(home, "models", "--use", digest) == 0
    assert in_use(home) == digest
    assert call(home, "models", "--use", "shipped") == 0
    assert in_use(home) is None
    assert "In use from the hub's next start on: shipped." in capsys.readouterr().out
    assert held(home) == [digest]


def test_digits_that_begin_several_models_are_refused(home: Path, capsys: Say) -> None:
    put_in(home, starter_body(), starter_body(2))
    database = open_writing(home / "mangotree.db")
    with closing(database.conn) as connection:
        connection.execute("UPDATE models SET sha256 = 'aaaa' || sha256")
    assert call(home, "models", "--use", "aaaa") == 1
    assert "names more than one model" in capsys.readouterr().err


@pytest.mark.parametrize("wanted", ["0", "abc", "00000000", "Shipped", ""])
def test_a_name_that_means_no_model_is_refused(wanted: str, home: Path, capsys: Say) -> None:
    put_in(home, starter_body())
    assert call(home, "models", "--use", wanted) == 1
    assert (
        f"--use {wanted} names no model of this hub. Give 4 digits" in capsys.readouterr().err
    )
    assert in_use(home) is None


def test_a_file_that_is_no_model_is_refused_by_its_name(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    for file in (tmp_path / "list.json", tmp_path / "gone.json"):
        assert call(home, "models", "--use", file) == 1
        assert str(file) in capsys.readouterr().err
    assert held(home) == []


def test_what_a_file_says_of_itself_cannot_move_the_terminal(home: Path, capsys: Say) -> None:
    model = starter_model()
    told = msgspec.structs.replace(model.stack.provenance, data="\x1b[2Jnice\nmodel " * 9)
    stack = msgspec.structs.replace(model.stack, provenance=told)
    put_in(home, encode_model(msgspec.structs.replace(model, stack=stack)))
    assert call(home, "models") == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert all(len(line) <= 96 for line in said.splitlines())


def test_a_class_with_another_pack_is_named_with_the_reason(
    start_hub: StartHub, capsys: Say
) -> None:
    hub = start_hub()
    body = other_pack()
    hub.teaching.add_class("Far", hub.teaching.install_pack(body, where="far"), ["Ada"])
    hub.stop()
    (digest,) = put_in(hub.home.path, starter_body())
    for words in (("models", "--use", digest), ("models",)):
        assert call(hub.home.path, *words) == 0
        said = capsys.readouterr().out
        assert f"Class 2 cannot use {digest[:8]} and goes on with what is shipped." in said
        assert "the first is 'far-" in said
        assert "Class 1 cannot" not in said


def test_a_hub_with_several_packs_learns_for_all_its_classes(
    start_hub: StartHub, capsys: Say
) -> None:
    hub = start_hub()
    second = msgspec.json.decode(FIRST_ARITHMETIC.read_bytes()) | {"name": "Second"}
    same = msgspec.json.encode(second)
    added = hub.teaching.add_class(
        "Two", hub.teaching.install_pack(same, where="two"), [f"Child {n}" for n in range(150)]
    )
    hub.stop()
    play(hub.home.database, [learner.id for learner in hub.people.in_class(added.id)], 2)
    assert call(hub.home.path, "fit") == 0
    with closing(open_reading(hub.home.database)) as reader:
        model = stored(reader)[str(chosen(reader))]
        assert len(model.items) == 2 * len(STARTER.items)
        assert misfits(model, class_packs(reader)) == {}
    assert "cannot use" not in capsys.readouterr().out


def other_pack() -> bytes:
    skill = {"id": "far", "name": "Far"}
    item = {"id": "far-1", "skills": ["far"], "template": {"kind": "logged"}}
    return msgspec.json.encode(
        {"name": "Far", "version": 1, "skills": [skill], "items": [item]}
    )
