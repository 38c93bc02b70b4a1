"""The chance of a wrong rule in the flag that tells of it: from the stored answers, exactly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask

from hub.app import Hub
from hub.insight import suspecting
from hub.insight.diagnosis import LOOKED_AT, Given, Observed, chances, observed, suspicions
from hub.insight.flags import Flag, Now, sentence
from hub.insight.words import say
from hub.overriding import Whom
from hub.store.database import open_reading
from hub.store.lately import last_answers
from hub.web.factory import create_app
from hub.web.teacher.evidence import title
from models.domain.pack import Pack, starter_path
from models.domain.reading import load_pack
from tests.hub.conftest import StartHub
from tests.hub.forms import base, teacher
from tests.hub.quiz import Pupil, room_of
from tests.hub.test_diagnosis import RULE, answers, written
from tests.hub.test_flags import answer, flag_of, told

LEARNER = 2
PROBABLY = {"en": "probably this wrong rule", "sw": "huenda ni kanuni hii", "ar": "الأرجح"}


@pytest.fixture
def hub(start_starter: StartHub) -> Hub:
    return start_starter()


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def follow(hub: Hub, questions: int, *, rule: str = RULE, first: int = 0) -> Pupil:
    """A child who follows `rule` in so many questions that show it, from `first` on."""
    pupil, pack = Pupil(hub, LEARNER), room_of(hub).pack
    shown = [one for one in answers(pack, RULE, "a05", 99) if one.misconception == RULE]
    for turn in range(first, first + questions):
        place = shown[turn % len(shown)].item
        seed = 11 + turn // len(shown)
        text = written(pack, rule, place, seed)
        pupil.answer(text, item=pack.items[place].id, seed=seed, step=0)
    hub.writer.call(lambda _database: None)
    return pupil


def flag(hub: Hub) -> Flag:
    """The flag of a wrong rule; fails where none is in force."""
    return next(one for one in hub.flagging.of(1, LEARNER) if one.code == "misconception")


def stored(hub: Hub) -> list[Given]:
    """What a diagnosis looks at, read from the disk."""
    with closing(open_reading(hub.home.database)) as connection:
        rows = last_answers(connection, 1, LEARNER, 999)
    judged = [row for row in rows if row.is_right is not None]
    return [
        Given(row.item, row.seed, row.step, bool(row.is_right), row.misconception or "")
        for row in judged[-LOOKED_AT:]
    ]


def test_the_chance_is_the_diagnosis_of_the_stored_answers(hub: Hub) -> None:
    follow(hub, 6)
    [found] = suspicions(room_of(hub).pack, stored(hub))
    assert found.misconception == RULE
    assert 0.8 < found.probability < 1
    numbers = flag(hub).numbers
    assert (numbers["rule"], numbers["chance"]) == (RULE, found.probability)


def test_the_chance_moves_with_the_next_answer_and_survives_a_restart(
    start_starter: StartHub,
) -> None:
    hub = start_starter()
    seen = set()
    for turn in range(5, 8):
        follow(hub, 5 if turn == 5 else 1, first=0 if turn == 5 else turn)
        [found] = suspicions(room_of(hub).pack, stored(hub))
        assert flag(hub).numbers["chance"] == found.probability
        seen.add(found.probability)
    assert len(seen) == 3
    before = flag(hub)
    hub.stop()
    assert flag(start_starter()) == before


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_a_page_tells_the_chance_in_words_and_the_same_one_twice(
    hub: Hub, app: Flask, tag: str
) -> None:
    follow(hub, 6)
    chance, pack = round(100 * float(flag(hub).numbers["chance"])), room_of(hub).pack
    told = sentence(flag(hub), tag, rule=lambda one: title(pack, one, tag))
    assert PROBABLY[tag] in told
    assert title(pack, RULE, tag) in told
    client = teacher(app, hub)
    client.set_cookie("mangotree_language", tag, domain="127.0.0.1")
    page = client.get(f"/teacher/learner/{LEARNER}", base_url=base(hub)).get_data(as_text=True)
    number = say(tag, "menu.percent", n=chance).strip("%٪")
    assert number in told
    for section in ("flags", "behind"):
        shown = page.partition(f'id="{section}"')[2].partition("</section>")[0]
        assert number in shown, section


def test_a_rule_that_the_answers_together_do_not_speak_for_is_told_so() -> None:
    rows = [answer(seq, misconception="borrow") for seq in range(1, 4)]
    for tag in ("en", "sw", "ar"):
        said = {
            sentence(flag_of(told(*rows), "misconception", Now(suspected=suspected)), tag)
            for suspected in ({}, {"borrow": 0.3}, {"borrow": 0.5}, {"other": 0.9})
        }
        assert len(said) == 3
    doubtful = flag_of(told(*rows), "misconception", Now(suspected={"borrow": 0.3}))
    assert sentence(doubtful, "en").endswith("All answers together make it 30% likely.")


def test_asking_again_costs_nothing_and_one_more_answer_one_look(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Given] = []

    def counted(pack: Pack, rules: list[str], row: Given) -> Observed | None:
        looks.append(row)
        return observed(pack, rules, row)

    monkeypatch.setattr(suspecting, "observed", counted)
    follow(hub, 6)
    chance = flag(hub).numbers["chance"]
    assert len(looks) == 6
    for _ in range(10):
        assert flag(hub).numbers["chance"] == chance
    assert len(looks) == 6
    follow(hub, 1, first=6)
    assert flag(hub).numbers["chance"] != chance
    assert len(looks) == 7


def test_a_rule_that_showed_less_often_than_a_flag_asks_for_is_not_worked_out(
    hub: Hub,
) -> None:
    follow(hub, 2)
    pack = room_of(hub).pack
    assert chances(pack, stored(hub))[RULE] > 0
    rows = hub.flagging.of_class(1).lately(LEARNER, LOOKED_AT)
    assert len(rows) == 2
    assert suspecting.Suspecting().of(LEARNER, pack, (1, 2), lambda: rows) == {}


def test_a_class_that_goes_on_with_another_pack_suspects_by_that_packs_answers(
    hub: Hub,
) -> None:
    follow(hub, 6)
    rows = hub.flagging.of_class(1).lately(LEARNER, LOOKED_AT)
    one, pack = suspecting.Suspecting(), room_of(hub).pack
    assert one.of(LEARNER, pack, (1, 6), lambda: rows)[RULE] > 0.8
    other = load_pack(starter_path())[0]
    assert one.of(LEARNER, other, (1, 6), list) == {}


def test_who_is_out_of_rules_of_time_has_no_flag_of_haste(hub: Hub) -> None:
    pupil = Pupil(hub, LEARNER)
    for _ in range(8):
        pupil.says(is_right=False, ms=500)
    assert "rapid_guessing" in {one.code for one in hub.flagging.of(1, LEARNER)}
    word = hub.teaching.words.exempt(1, Whom(LEARNER))
    timed = {"rapid_guessing", "gaming", "idle"}
    found = hub.flagging.of(1, LEARNER, Now(idle_s=900.0))
    assert not timed & {one.code for one in found}
    hub.teaching.undo(1, word)
    assert "rapid_guessing" in {one.code for one in hub.flagging.of(1, LEARNER)}
