"""The page of a class's groups: made, named, filled, emptied, suggested, taken back."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.errors import RosterError
from hub.insight.alike import Alike, alike
from hub.insight.flags.flag import Code, Flag
from hub.lesson.rebuild import rebuild
from hub.lesson.room import Room
from hub.overriding import Whom
from hub.roster.groups import LONGEST_NAME
from hub.web.factory import create_app
from tests.hub.conftest import StartHub
from tests.hub.forms import base, teacher, tell
from tests.hub.quiz import Pupil
from tests.hub.test_teacher_tongue import mistaken

GROUPS, GROUP = "/teacher/class/1/groups", "/teacher/class/1/group/1"
ME, OTHER, THIRD = 1, 2, 3


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def room_of(hub: Hub) -> Room:
    return hub.classroom.rooms[1]


def page(app: Flask, hub: Hub, path: str = GROUPS) -> str:
    answer = teacher(app, hub).get(path, base_url=base(hub))
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def make(app: Flask, hub: Hub, name: str, *learners: int) -> TestResponse:
    return tell(app, hub, GROUPS, name=name, learner=list(learners))


def names(hub: Hub) -> list[str]:
    groups, known = hub.teaching.words.groups.all, room_of(hub).words.groups
    return [one.name for one in groups.values() if one.id in known]


def change(app: Flask, hub: Hub, **fields: object) -> TestResponse:
    """A form of the group's page, sent from the page as it is now."""
    since = room_of(hub).words.setting(1)
    return tell(app, hub, GROUP, since=since, **fields)


def undo_of(app: Flask, hub: Hub) -> int:
    """What the page's button would take back."""
    found = re.findall(r'name="undo" value="(\d+)"', page(app, hub, GROUP))
    assert len(found) == 1
    return int(found[0])


def test_a_group_is_made_renamed_changed_emptied_and_filled_again(app: Flask, hub: Hub) -> None:
    room = room_of(hub)
    assert "There are no groups yet." in page(app, hub)
    made = make(app, hub, "Owls", ME, OTHER)
    assert (made.status_code, made.location) == (302, f"{GROUPS}#group-1")
    assert room.words.groups == {1: [ME, OTHER]}
    assert "<bdi>Owls</bdi>" in page(app, hub)
    hub.teaching.words.set_pace(1, Whom(group=1), 85)
    for fields, on in (
        ({"does": "rename", "name": "Eagles"}, (ME, OTHER)),
        ({"does": "set", "learner": [OTHER, THIRD]}, (OTHER, THIRD)),
        ({"does": "empty"}, ()),
        ({"does": "set", "learner": [THIRD]}, (THIRD,)),
    ):
        assert change(app, hub, **fields).status_code == 302, fields
        assert tuple(room.words.groups[1]) == on
        paced = [one for one in (ME, OTHER, THIRD) if room.standing(one).target == 0.85]
        assert tuple(paced) == on, fields
    shown = page(app, hub)
    assert "Eagles" in shown
    assert "Owls" not in shown
    assert "1 word holds for it" in shown
    said = page(app, hub, f"{GROUP}/word")
    assert "Nobody in the group from then on." in said
    assert "In the group from then on: Amani, Baraka" in said
    hub.writer.call(lambda _: None)
    assert rebuild(hub.reader, 1)[0].save() == room.save()


def test_the_last_setting_is_taken_back_and_no_further_one_twice(app: Flask, hub: Hub) -> None:
    room = room_of(hub)
    make(app, hub, "Owls", ME)
    change(app, hub, does="set", learner=[ME, OTHER])
    undo = undo_of(app, hub)
    assert tell(app, hub, GROUP, does="undo", undo=undo).status_code == 302
    assert room.words.groups == {1: [ME]}
    assert tell(app, hub, GROUP, does="undo", undo=undo).status_code == 400
    assert room.words.groups == {1: [ME]}
    undo = undo_of(app, hub)
    gone = tell(app, hub, GROUP, does="undo", undo=undo)
    assert (gone.status_code, gone.location) == (302, f"{GROUPS}#group-1")
    assert tell(app, hub, GROUP, does="undo", undo=undo).status_code == 404
    assert "There are no groups yet." in page(app, hub)
    # The name is free again, and the number is nobody's any more.
    assert make(app, hub, "Owls", OTHER).status_code == 302
    assert room.words.groups == {2: [OTHER]}
    assert names(hub) == ["Owls"]
    undo = int(re.findall(r'name="undo" value="(\d+)"', page(app, hub))[0])
    tell(app, hub, f"{GROUP[:-1]}2", does="undo", undo=undo)
    make(app, hub, "Eagles", ME)
    tell(app, hub, f"{GROUP[:-1]}3", does="rename", name="Owls")
    assert names(hub) == ["Owls"]


def test_a_form_that_changes_nothing_leaves_the_last_setting_to_be_taken_back(
    app: Flask, hub: Hub
) -> None:
    make(app, hub, "Owls", ME)
    change(app, hub, does="empty")
    before = undo_of(app, hub)
    for fields in ({"does": "set"}, {"does": "empty"}):
        assert change(app, hub, **fields).status_code == 302
        assert undo_of(app, hub) == before


def since_on(app: Flask, hub: Hub) -> str:
    """What both forms of the group's page carry of the setting that they were drawn from."""
    found = re.findall(r'name="since" value="(\d+)"', page(app, hub, GROUP))
    assert len(found) == 2
    assert found[0] == found[1]
    return str(found[0])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"does": "set", "learner": [ME, OTHER]}, "Somebody changed this group meanwhile"),
        ({"does": "empty"}, "Somebody changed this group meanwhile"),
        ({"does": "set", "learner": [ME, OTHER], "tongue": "sw"}, "kabla yako"),
        ({"does": "empty", "tongue": "ar"}, "غيّر أحدهم هذه المجموعة قبلكم"),
    ],
)
def test_an_older_page_takes_nothing_from_what_another_teacher_did_meanwhile(
    app: Flask, hub: Hub, fields: dict[str, object], said: str
) -> None:
    make(app, hub, "Owls", ME)
    since = since_on(app, hub)
    assert change(app, hub, does="set", learner=[ME, THIRD]).status_code == 302
    seq = room_of(hub).hub_seq
    tongue = fields.pop("tongue", "en")
    tell(app, hub, "/teacher/language", tongue=tongue)
    for older in (since, "", "4711", "x"):
        refused = tell(app, hub, GROUP, since=older, **fields)
        assert refused.status_code == 400
        shown = refused.get_data(as_text=True)
        assert said in shown
        # The page that says so shows who is in the group now, and is no older one.
        assert shown.count(" checked") == 2
    assert (room_of(hub).hub_seq, room_of(hub).words.groups) == (seq, {1: [ME, THIRD]})
    now = re.findall(r'name="since" value="(\d+)"', shown)[0]
    assert tell(app, hub, GROUP, since=now, **fields).status_code == 302


def test_a_group_that_was_taken_back_to_what_a_page_showed_is_changed_from_it(
    app: Flask, hub: Hub
) -> None:
    make(app, hub, "Owls", ME)
    since = since_on(app, hub)
    change(app, hub, does="set", learner=[ME, THIRD])
    tell(app, hub, GROUP, does="undo", undo=undo_of(app, hub))
    told = tell(app, hub, GROUP, since=since, does="set", learner=[OTHER])
    assert told.status_code == 302
    assert room_of(hub).words.groups == {1: [OTHER]}


def test_a_form_sent_twice_sets_a_group_once(app: Flask, hub: Hub) -> None:
    make(app, hub, "Owls", ME)
    since = since_on(app, hub)
    for _ in range(2):
        told = tell(app, hub, GROUP, since=since, does="set", learner=[ME, THIRD])
        assert told.status_code == 302
    tell(app, hub, GROUP, does="undo", undo=undo_of(app, hub))
    assert room_of(hub).words.groups == {1: [ME]}


def test_of_many_who_change_a_group_at_once_one_does(app: Flask, hub: Hub) -> None:
    make(app, hub, "Owls", ME)
    words, since = hub.teaching.words, room_of(hub).words.setting(1)
    both, refused = threading.Barrier(8), list[str]()

    def put(learners: list[int]) -> None:
        both.wait(10)
        try:
            words.set_group(1, learners, group=1, since=since)
        except RosterError as error:
            refused.append(str(error))

    wanted = [[ME, other] for other in range(2, 10)]
    sending = [threading.Thread(target=put, args=(one,)) for one in wanted]
    for one in sending:
        one.start()
    for one in sending:
        one.join(30)
    assert len(refused) == 7
    assert room_of(hub).words.groups[1] in wanted
    hub.teaching.undo(1, room_of(hub).words.last_setting(1))
    assert room_of(hub).words.groups == {1: [ME]}


def test_a_group_that_words_are_on_is_not_unmade(app: Flask, hub: Hub) -> None:
    make(app, hub, "Owls", ME)
    made = undo_of(app, hub)
    word = hub.teaching.words.set_pace(1, Whom(group=1), 85)
    assert 'name="undo"' not in page(app, hub, GROUP)
    assert 'value="undo"' not in page(app, hub)
    for path in (GROUP, f"{GROUP}/word"):
        assert tell(app, hub, path, does="undo", undo=made).status_code == 400
    assert room_of(hub).standing(ME).target == 0.85
    assert tell(app, hub, f"{GROUP}/word", does="undo", undo=word).status_code == 302
    unmade = tell(app, hub, f"{GROUP}/word", does="undo", undo=made)
    assert (unmade.status_code, unmade.location) == (302, GROUPS)
    assert room_of(hub).words.groups == {}


def test_a_group_set_many_times_is_taken_back_as_far_as_is_known_and_stays(
    app: Flask, hub: Hub
) -> None:
    make(app, hub, "Owls", ME)
    for turn in range(12):
        hub.teaching.words.set_group(1, [ME, OTHER] if turn % 2 else [OTHER], group=1)
    taken = 0
    while 'name="undo"' in page(app, hub, GROUP):
        undo = undo_of(app, hub)
        assert tell(app, hub, GROUP, does="undo", undo=undo).status_code == 302
        taken += 1
    assert taken == 7
    assert list(room_of(hub).words.groups) == [1]
    assert "In the group from then on" in page(app, hub, f"{GROUP}/word")
    hub.writer.call(lambda _: None)
    assert rebuild(hub.reader, 1)[0].save() == room_of(hub).save()


HOSTILE = ("", "   ", "\u202e", "\x00", "x" * 200, "x" * (LONGEST_NAME + 1), "Owls", " Owls\n")


def test_hostile_names_and_strangers_change_nothing(app: Flask, hub: Hub) -> None:
    make(app, hub, "Owls", ME)
    make(app, hub, "Eagles", OTHER)
    pack = room_of(hub).pack
    hub.teaching.add_class("Other class", (hub.people.classes[1].pack, pack), ["Zawadi"])
    stranger = hub.people.in_class(2)[0].id
    seq, before = room_of(hub).hub_seq, dict(room_of(hub).words.groups)
    for name in HOSTILE:
        assert make(app, hub, name, THIRD).status_code == 400, name
        path = f"{GROUPS[:-1]}/2"
        assert tell(app, hub, path, does="rename", name=name).status_code == 400, name
    for learner in (stranger, 4711):
        refused = make(app, hub, "Strangers", ME, learner)
        assert refused.status_code == 400
        assert "There is no such learner in this class." in refused.get_data(as_text=True)
        assert change(app, hub, does="set", learner=[learner]).status_code == 400
    for fields in ({}, {"does": "dance"}, {"does": "undo"}, {"does": "undo", "undo": 4711}):
        assert tell(app, hub, GROUP, **fields).status_code == 400, fields
    assert (room_of(hub).hub_seq, room_of(hub).words.groups) == (seq, before)
    assert sorted(names(hub)) == ["Eagles", "Owls"]
    assert make(app, hub, "<b>\u202e{x}</b>", ME).status_code == 302
    shown = page(app, hub)
    assert "&lt;b&gt; {x}&lt;/b&gt;" in shown
    assert "\u202e" not in shown


def test_what_was_typed_stays_when_a_name_is_refused(app: Flask, hub: Hub) -> None:
    make(app, hub, "Owls", ME)
    refused = make(app, hub, "Owls", OTHER, THIRD).get_data(as_text=True)
    assert "The class has a group called" in refused
    assert refused.count(" checked") == 2
    assert 'value="Owls"' in refused


def test_who_left_the_class_stays_in_the_group_until_taken_out(app: Flask, hub: Hub) -> None:
    make(app, hub, "Owls", ME, OTHER)
    tell(app, hub, "/teacher/learner/2/change", does="archive")
    assert hub.people.learner(OTHER).presence == "away"
    shown = page(app, hub, GROUP)
    assert "(has left the class)" in shown
    assert shown.count(" checked") == 2
    assert change(app, hub, does="set", learner=[ME]).status_code == 302
    assert room_of(hub).words.groups == {1: [ME]}
    assert "(has left the class)" not in page(app, hub, GROUP)


@pytest.fixture
def mixed_up(start_starter: StartHub) -> Hub:
    """Two children who follow one wrong rule, and two who get nothing right."""
    hub = start_starter()
    for learner in (ME, OTHER):
        mistaken(hub, learner)
    for learner in (3, 4):
        pupil = Pupil(hub, learner)
        for _ in range(10):
            pupil.says(is_right=False)
    hub.writer.call(lambda _: None)
    return hub


def test_children_with_the_same_need_are_made_a_group_with_one_tap(mixed_up: Hub) -> None:
    hub = mixed_up
    is_over = threading.Event()
    app = create_app(hub.parts, is_over)
    shown = page(app, hub)
    offered = shown.partition("Children with the same need now")[2]
    rule = offered.partition("The same wrong rule lately: ")[2].partition("</form>")[0]
    assert re.findall(r'name="learner" value="(\d+)"', rule) == [str(ME), str(OTHER)]
    assert "Stuck at the same skill: " in offered
    name = re.findall(r'name="name"[^>]*value="([^"]+)"', rule, re.DOTALL)[0]
    assert 0 < len(name) <= LONGEST_NAME

    assert make(app, hub, name, ME, OTHER).status_code == 302

    assert room_of(hub).words.groups == {1: [ME, OTHER]}
    assert "The same wrong rule lately: " not in page(app, hub), "they are a group already"
    change(app, hub, does="set", learner=[ME])
    again = page(app, hub).partition("The same wrong rule lately: ")[2]
    other = re.findall(r'name="name"[^>]*value="([^"]+)"', again, re.DOTALL)[0]
    assert other != name
    assert make(app, hub, other, ME, OTHER).status_code == 302
    is_over.set()


def flag(learner: int, code: Code, skill: str = "", **numbers: str) -> Flag:
    return Flag(code, learner, skill, "count", 1.0, (), numbers, 1, None)


def test_only_the_same_need_makes_children_alike() -> None:
    found = alike(
        [
            flag(1, "stuck_soon", "a01"),
            flag(2, "wheel_spinning", "a01"),
            flag(2, "stuck_soon", "a01"),
            flag(3, "stuck_soon", "a02"),
            flag(3, "misconception", "a02", rule="sub"),
            flag(1, "misconception", "a03", rule="sub"),
            flag(2, "misconception", "a03", rule="sub"),
            flag(4, "misconception", "a03", rule="add"),
            flag(4, "gaming"),
            flag(1, "gaming"),
        ]
    )
    assert found == [Alike("rule", "sub", (1, 2, 3)), Alike("stuck", "a01", (1, 2))]
