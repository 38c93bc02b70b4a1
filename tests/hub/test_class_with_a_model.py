"""A class under a fitted model: predicted by it, equal when replayed, and back with a word."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest

from devices.messages import Answer
from hub.app import Hub
from hub.cli import main
from hub.commands.answers import answers
from hub.commands.door import NoHub, ask, running_hub
from hub.errors import StoreError
from hub.lesson import tracing
from hub.lesson.models import choose, install
from hub.store.database import open_writing
from models.learner import fitted
from models.learner.fitted import encode_model, placed, read_model
from models.training.fitting import predictions
from tests.hub.conftest import StartHub
from tests.hub.fitted import starter_body, starter_model
from tests.hub.test_full_disk import fill
from tests.hub.test_models_command import written
from tests.packs import FIRST_ARITHMETIC, STARTER
from tests.packs import right as right_answer

Say = pytest.CaptureFixture[str]


class Pupils:
    """Learners of a class who answer what the hub asks, all on one tablet."""

    def __init__(self, hub: Hub, class_id: int = 1) -> None:
        self._hub = hub
        self._device = hub.devices.pair(class_id, "A tablet")[0]
        self._seq = 0
        self._random = Random(class_id)

    def work(self, learners: Sequence[int], rounds: int) -> None:
        for _ in range(rounds):
            for learner in learners:
                self.answer(learner)

    def answer(self, learner: int) -> None:
        activity = self._hub.classroom.start(self._device, learner).activity
        assert activity is not None
        pack = self._hub.classroom.rooms[self._device.class_id].pack
        right = int(right_answer(pack, activity.item, activity.seed))
        self._seq += 1
        self._hub.classroom.answer(
            self._device,
            Answer(
                boot=1,
                device_seq=self._seq,
                learner=learner,
                session=self._hub.devices.session(self._device.id, learner),
                item=activity.item,
                seed=activity.seed,
                answer=str(right + (self._random.random() < 0.4)),
                ms=self._random.choice((0, 900, 4000, 30_000)),
            ),
        )


def call(hub: Hub, *words: str | Path) -> int:
    hub.writer.call(lambda _: None)
    return main([*map(str, words), "--home", str(hub.home.path)])


def answers_of(hub: Hub, learner: int) -> list[tuple[int, int, int, float]]:
    """Item, verdict, milliseconds and prediction of each answer, in order."""
    hub.writer.call(lambda _: None)
    query = "SELECT item, is_right, ms, p FROM attempts WHERE learner = ? ORDER BY hub_seq"
    return hub.reader.execute(query, (learner,)).fetchall()


@pytest.fixture
def stack_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that does not correct its model: what it says is what the stack says."""
    monkeypatch.setattr(fitted, "MET_ITEM", 0.0)
    monkeypatch.setattr(fitted, "UNMET_ITEM", 0.0)
    monkeypatch.setattr(tracing, "SKILL_DOUBT", 0.0)


def predicted_by_hand(answers: Sequence[tuple[int, int, int, float]]) -> list[float]:
    """What the starter model says before each answer of a learner who is new to it."""
    place = placed(starter_model(), STARTER)
    learner = place.stack.stack().learners(1)
    return [learner.answer(0, place.items[item], bool(right)).p for item, right, *_ in answers]


@pytest.mark.usefixtures("stack_alone")
def test_a_class_is_predicted_by_the_model_from_its_installation_on(
    start_hub: StartHub, tmp_path: Path, capsys: Say
) -> None:
    hub, file = start_hub(), tmp_path / "model.json"
    pupils = Pupils(hub)
    pupils.work([1, 2], 6)
    file.write_bytes(starter_body())
    assert call(hub, "models", "--use", file) == 0
    assert "In use from now on: " in capsys.readouterr().out
    assert list(hub.home.path.glob("*.part")) == []
    pupils.work([1, 2, 3], 10)
    new = answers_of(hub, 3)
    assert [p for *_, p in new] == predicted_by_hand(new)
    assert call(hub, "rebuild", "--verify") == 0


def test_what_is_shipped_comes_back_and_the_log_is_equal_through_it_all(
    start_hub: StartHub, capsys: Say
) -> None:
    hub = start_hub()
    pupils = Pupils(hub)
    pupils.work([1, 2], 8)
    for _ in range(2):
        put_in(hub, starter_body())
        pupils.work([1, 2, 3], 5)
        assert call(hub, "models", "--use", "shipped") == 0
        pupils.work([1, 2, 3], 5)
    assert call(hub, "rebuild", "--verify") == 0
    before = hub.classroom.rooms[1].save()
    hub.stop()
    again = start_hub()
    assert again.classroom.rooms[1].save() == before
    assert call(again, "rebuild", "--verify") == 0


def put_in(hub: Hub, body: bytes) -> None:
    file = hub.home.path.parent / "model.json"
    file.write_bytes(body)
    assert call(hub, "models", "--use", file) == 0


@pytest.mark.usefixtures("stack_alone")
def test_a_model_chosen_while_the_hub_was_off_is_at_work_after_the_start(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    Pupils(hub).work([1, 2], 6)
    hub.stop()
    database = open_writing(hub.home.database)
    with closing(database.conn):
        choose(database, install(database, starter_body()))
    again = start_hub()
    Pupils(again).work([3], 10)
    new = answers_of(again, 3)
    assert [p for *_, p in new] == predicted_by_hand(new)
    assert call(again, "rebuild", "--verify") == 0


def test_a_class_of_which_the_model_knows_nothing_goes_on_as_shipped(
    start_hub: StartHub, capsys: Say
) -> None:
    hub = start_hub()
    renamed = msgspec.json.decode(FIRST_ARITHMETIC.read_bytes())
    renamed["name"], renamed["skills"] = "Renamed", [{"id": "only", "name": "Only"}]
    for item in renamed["items"]:
        item["id"], item["skills"] = f"x-{item['id']}", ["only"]
    body = msgspec.json.encode(renamed)
    added = hub.teaching.add_class(
        "Far", hub.teaching.install_pack(body, where="far"), ["Ada", "Ben"]
    )
    near, far = Pupils(hub), Pupils(hub, added.id)
    learners = [learner.id for learner in hub.people.in_class(added.id)]
    put_in(hub, starter_body())
    assert "Class 2 cannot use" in capsys.readouterr().out
    near.work([1], 5)
    far.work(learners, 5)
    assert call(hub, "rebuild", "--verify") == 0
    assert hub.classroom.rooms[1].model != hub.classroom.rooms[2].model


@pytest.mark.usefixtures("stack_alone")
def test_a_class_that_opens_later_works_with_the_model_in_use(start_hub: StartHub) -> None:
    hub = start_hub()
    put_in(hub, starter_body())
    pack = hub.teaching.install_pack(FIRST_ARITHMETIC.read_bytes(), where="again")
    added = hub.teaching.add_class("Later", pack, ["Ada"])
    learner = hub.people.in_class(added.id)[0].id
    Pupils(hub, added.id).work([learner], 8)
    new = answers_of(hub, learner)
    assert [p for *_, p in new] == predicted_by_hand(new)


@pytest.mark.usefixtures("stack_alone")
def test_what_the_hub_says_at_once_is_what_its_log_says_afterwards(
    start_hub: StartHub, tmp_path: Path
) -> None:
    hub, file = start_hub(), tmp_path / "own.json"
    pupils = Pupils(hub)
    pupils.work([learner.id for learner in hub.people.in_class(1)], 35)
    assert call(hub, "fit", "--out", file) == 0
    model = read_model(file)
    assert (model.stack.has_pace, model.stack.has_hints) == (True, True)
    assert call(hub, "models", "--use", file) == 0
    new = [learner.id for learner in hub.teaching.add_learners(1, ["Ada", "Ben"])]
    pupils.work(new, 15)
    said = {str(learner): [p for *_, p in answers_of(hub, learner)] for learner in new}
    records, _ = answers(Namespace(file=None, home=hub.home.path))
    kept, chances = predictions(model, records)
    found: dict[str, list[float]] = {}
    for learner, chance in zip(kept.learner, chances, strict=True):
        found.setdefault(kept.users[learner], []).append(chance)
    for name, own in said.items():
        assert own == pytest.approx(found[name], abs=1e-12)
    assert call(hub, "rebuild", "--verify") == 0


def test_a_disk_that_takes_no_model_leaves_the_class_as_it_was(
    start_hub: StartHub, tmp_path: Path, capsys: Say
) -> None:
    hub, file = start_hub(), tmp_path / "model.json"
    pupils, lesson = Pupils(hub), hub.classroom.rooms[1]
    pupils.work([1], 3)
    before = lesson.save()
    file.write_bytes(starter_body())
    database = fill(hub)
    assert call(hub, "models", "--use", file) == 1
    assert "The hub refused: The hub cannot write to its disk" in capsys.readouterr().err
    assert lesson.save() == before
    database.conn.execute("PRAGMA max_page_count = 1000000")
    assert call(hub, "models", "--use", file) == 0
    pupils.work([1], 3)
    assert call(hub, "rebuild", "--verify") == 0


@pytest.mark.parametrize(
    "harm", ["DELETE FROM models", "UPDATE models SET body = cast(body || x'20' AS BLOB)"]
)
def test_a_model_that_is_gone_or_broken_stops_the_start_and_is_put_back_from_its_file(
    harm: str, start_hub: StartHub, capsys: Say
) -> None:
    hub = start_hub()
    put_in(hub, starter_body())
    Pupils(hub).work([1], 3)
    hub.stop()
    home = str(hub.home.path)
    database = open_writing(hub.home.database)
    with closing(database.conn) as connection:
        connection.execute(harm)
    said = (
        r"model \w{8} cannot be read .* back from its file: mangotree models --use MODEL.json"
    )
    with pytest.raises(StoreError, match=said):
        start_hub()
    assert main(["rebuild", "--verify", "--home", home]) == 1
    assert "Put it back" in capsys.readouterr().err
    file = str(hub.home.path.parent / "model.json")
    assert main(["models", "--use", file, "--home", home]) == 0
    again = start_hub()
    Pupils(again).work([1], 3)
    assert call(again, "rebuild", "--verify") == 0


@pytest.mark.parametrize("body", [None, b"[]"])
def test_the_door_refuses_what_is_no_model_in_one_sentence(
    body: bytes | None, hub: Hub, tmp_path: Path
) -> None:
    file = tmp_path / "model.json"
    if body is not None:
        file.write_bytes(body)
    before = hub.classroom.rooms[1].save()
    with pytest.raises(NoHub, match=r"The hub refused: [^{]*$"):
        ask(running_hub(hub.home.path), "/control/model", {"path": str(file)})
    assert hub.classroom.rooms[1].save() == before


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 learners, and items of which some are hard and some easy."""
    return written(tmp_path_factory.mktemp("log") / "log.csv")


@pytest.fixture(scope="module")
def model_file(log_file: Path) -> Path:
    out = log_file.with_name("model.json")
    assert main(["fit", str(log_file), "--out", str(out)]) == 0
    return out


def test_a_replay_with_a_model_predicts_learners_it_never_met_better(
    log_file: Path, model_file: Path, capsys: Say
) -> None:
    figures = []
    for words in ([], ["--model", model_file]):
        capsys.readouterr()
        played = ["replay", log_file, "--held-out", "--devices", 4, "--json", *words]
        assert main([str(word) for word in played]) == 0
        figures.append(json.loads(capsys.readouterr().out))
    shipped, better = figures
    assert shipped["answers"] == better["answers"] < 0.4 * 60 * 30
    assert better["logloss"] < shipped["logloss"] - 0.03
    assert better["auc"] > shipped["auc"]
    assert (better["items"], better["items_known"]) == (42, 42)
    assert "items" not in shipped


def test_a_replay_on_a_running_hub_needs_the_model_at_work_there(
    start_hub: StartHub, log_file: Path, model_file: Path, capsys: Say
) -> None:
    hub = start_hub()
    words = ["replay", log_file, "--model", model_file, "--running", "--limit", 40]
    assert call(hub, *map(str, words)) == 1
    assert "does not work with" in capsys.readouterr().err
    assert call(hub, "models", "--use", model_file) == 0
    assert call(hub, *map(str, words)) == 0
    assert "items_known" in capsys.readouterr().out
    assert call(hub, "rebuild", "--verify") == 0


def test_a_replay_with_a_model_of_other_items_is_refused_before_the_work(
    log_file: Path, tmp_path: Path, capsys: Say
) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(encode_model(starter_model()))
    strange = written(tmp_path / "strange.csv", prefix="other-")
    assert main(["replay", str(strange), "--model", str(other)]) == 1
    assert "does not fit the pack 'strange.csv'" in capsys.readouterr().err


def test_a_log_without_held_out_learners_is_refused(tmp_path: Path, capsys: Say) -> None:
    path = tmp_path / "one.csv"
    path.write_text("user,item,skill,correct\nu2,i,s,1\n", encoding="utf-8")
    assert main(["replay", str(path), "--held-out"]) == 1
    assert "holds no answers of learners that no fit hears of" in capsys.readouterr().err
