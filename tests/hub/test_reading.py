"""Questions and answers as the teacher reads them, what is open, the word on a why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.messages import Answer
from hub.app import Hub
from hub.insight.diagnosis import SEEDS, suspicions
from hub.lesson.room import Room
from hub.lesson.tutoring import Problem
from hub.roster.devices import Device
from hub.web.teacher.evidence import evidence
from hub.web.teacher.reading import Reader, reader
from hub.web.teacher.working import ago, so_far, work
from models.domain.pack import Pack, starter_path
from models.domain.reading import load_pack
from tests.hub.conftest import local_settings
from tests.hub.test_diagnosis import RULE, answers

PACK = Path(__file__).parents[1] / "widgets_pack.json"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    home = tmp_path_factory.mktemp("reading") / "home"
    hub = Hub(home, local_settings(), demo_pack=PACK)
    hub.start(demo=True)
    hub.teaching.set_language(1, "ar", [2])
    yield hub
    hub.stop()


@pytest.fixture(scope="module")
def device(hub: Hub) -> Device:
    return hub.devices.pair(1, "tablet")[0]


def read(hub: Hub, item: str, learner: int = 1) -> Reader:
    room: Room = hub.classroom.rooms[1]
    found = reader(room, learner, room.pack.item_index[item], 5)
    assert found is not None
    return found


def words(found: Reader, text: str, step: int = 0) -> list[str]:
    return [str(one.words) for one in found.given(step, text)]


def test_a_choice_is_read_in_its_words_and_not_by_its_id(hub: Hub) -> None:
    assert words(read(hub, "w01.4"), "more") == ["more &lt;b&gt;than&lt;/b&gt; 2"]
    assert words(read(hub, "w01.4", learner=2), "more") == [
        "more &lt;b&gt;than&lt;/b&gt; 2",
        "أكثر",
    ]


def test_fractions_in_an_order_are_drawn_in_the_order_that_was_given(hub: Hub) -> None:
    (drawn,) = words(read(hub, "w01.6"), "c,a,b")
    bottoms = [one.partition("</span>")[0] for one in drawn.split('"bottom"><span class="n">')]
    assert bottoms[1:] == ["4", "2", "3"]
    assert drawn.count('class="chip"') == 3


def test_a_match_and_several_fields_name_what_belongs_together(hub: Hub) -> None:
    line, is_typed = read(hub, "w01.7").line(0, "q=p,p=q")
    assert (line, is_typed) == ("2 + 2 ↔ 2, 1 + 1 ↔ 4", False)
    (drawn,) = words(read(hub, "w01.9"), "ones=<i>;tens=4")
    assert 'tens <bdi dir="ltr">4</bdi>' in drawn
    assert 'ones <bdi dir="ltr">&lt;i&gt;</bdi>' in drawn


def test_a_learners_own_digits_stand_beside_the_teachers(hub: Hub) -> None:
    first, second = read(hub, "w01.6", learner=2).given(0, "a,b,c")
    assert (first.tag, first.direction) == ("en", "ltr")
    assert (second.tag, second.direction) == ("ar", "rtl")
    assert '<span class="n">٤</span>' in second.words
    assert len(read(hub, "w01.1", learner=2).given(0, "14")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no,such",
        "a,a,",
        "p=",
        "=;=;",
        "<script>",
        "\u202e\u0000x",
        "," * 8_000,
        "z=1;" * 900,
    ],
)
def test_hostile_answers_are_shown_as_text_and_never_break_the_page(
    hub: Hub, text: str
) -> None:
    for item in hub.classroom.rooms[1].pack.items:
        found = read(hub, item.id)
        for step in (0, 1, 64):
            (drawn,) = words(found, text, step)
            assert "<script>" not in drawn
            assert len(drawn) < 20_000


def test_a_seed_that_makes_no_question_is_shown_as_none(hub: Hub) -> None:
    body = json.loads(PACK.read_text(encoding="utf-8"))
    body["items"][0]["where"] = ["a > 99"]
    pack = hub.teaching.install_pack(json.dumps(body).encode(), where="test")
    added = hub.teaching.add_class("Nothing to ask", pack, ["Ada"])
    assert reader(hub.classroom.rooms[added.id], 1, 0, 5) is None


def give(hub: Hub, device: Device, learner: int, text: str, *, seq: int, item: str) -> None:
    session = hub.devices.session(device.id, learner)
    hub.classroom.answer(
        device,
        Answer(
            boot=learner,
            device_seq=seq,
            learner=learner,
            session=session,
            item=item,
            seed=5,
            answer=text,
        ),
        is_urgent=True,
    )
    hub.writer.call(lambda _database: None)


def test_what_is_open_is_said_first_with_its_tries_and_step(hub: Hub, device: Device) -> None:
    child = hub.people.learner(3)
    assert work(hub.parts, child).now is None
    give(hub, device, 3, "99", seq=1, item="w01.1")
    give(hub, device, 3, "98", seq=2, item="w01.1")
    now = work(hub.parts, child).now
    assert now is not None
    assert "Which number is there twice" in now.question[0].words
    assert "What is" in now.whole[0].words
    assert now.since == "Begun less than a minute ago."
    assert now.so_far == "2 wrong answers to the whole question so far. Now at step 1 of 1."


def test_a_question_asked_for_is_listed_until_it_is_begun(hub: Hub, device: Device) -> None:
    child = hub.people.learner(4)
    undo = hub.teaching.ask(4, "w01.1", 5)
    (wish,) = work(hub.parts, child).wishes
    assert wish.undo == undo
    give(hub, device, 4, "99", seq=1, item="w01.1")
    found = work(hub.parts, child)
    assert found.wishes == ()
    assert found.now is not None
    assert found.now.is_asked


def test_the_teachers_word_on_an_explanation_changes_and_is_taken_back(hub: Hub) -> None:
    child = hub.people.learner(7)
    hostile = "\u202e<script>alert(1)</script>"
    facts = {"learner": 7, "item": 0, "seed": 5, "text": hostile}
    seq = hub.classroom.deed(1, "why", facts)
    before = hub.classroom.rooms[1].tracer.to_bytes()
    seen = []
    for level in (0, 2, None, 1):
        hub.teaching.judge_why(1, seq, level)
        hub.writer.settle()
        (said,) = evidence(hub.parts, child).said
        assert said.text == hostile
        seen.append(said.level)
    assert seen == [0, 2, None, 1]
    assert hub.classroom.rooms[1].tracer.to_bytes() == before


def test_time_and_counts_are_said_in_whole_words() -> None:
    assert [ago(minutes) for minutes in (0, 1, 59, 60, 2880)] == [
        "less than a minute ago",
        "1 minute ago",
        "59 minutes ago",
        "1 hour ago",
        "2 days ago",
    ]
    example = Problem(0, 5, "example", tries=3, done=(1,), is_counted=True, twin=6)
    assert so_far(example, 1).endswith(
        "A worked example with other numbers stands beside the question."
    )
    again = Problem(0, 5, "again", tries=2, hints=1, done=(1,), is_counted=True)
    assert so_far(again, 1) == (
        "2 wrong answers to the whole question so far. All steps are done; the whole question"
        " is asked once more. 1 hint seen to what is asked now."
    )


@pytest.fixture(scope="module")
def starter() -> Pack:
    return load_pack(starter_path())[0]


def test_a_telling_question_is_never_one_that_was_answered(starter: Pack) -> None:
    given = answers(starter, RULE, "a05", 9)
    first = 1 << 31
    seen = set()
    for _ in range(3):
        (found, *_rest) = suspicions(starter, given, first_seed=first)
        assert found.telling is not None
        item, seed = found.telling
        assert first <= seed < first + SEEDS
        assert found.telling not in seen
        seen.add(found.telling)
        given = [*given, replace(given[0], item=item, seed=seed)]
