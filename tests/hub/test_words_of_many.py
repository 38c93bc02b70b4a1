"""The teacher's word on a class and on a group, by plain forms: said, seen, taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.lesson.rebuild import rebuild
from hub.lesson.room import Room
from hub.overriding import CLASS, Note, Whom
from hub.web.factory import create_app
from tests.hub.class_of_forty import Forty
from tests.hub.forms import base, teacher, tell
from tests.hub.tablet import asked, pair_with, right_answer

CLASS_PAGE, GROUP_PAGE = "/teacher/class/1/word", "/teacher/class/1/group/1/word"
#: Amani and Baraka are in the group, the third child is not.
ME, OTHER, OUTSIDE = 1, 2, 3
#: Skills of the demo class's pack, its first two.
COUNT10, TAKE10 = "count10", "take10"


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    hub.teaching.words.set_group(1, [ME, OTHER], name="Owls")
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def room_of(hub: Hub) -> Room:
    return hub.classroom.rooms[1]


def page(app: Flask, hub: Hub, path: str) -> str:
    answer = teacher(app, hub).get(path, base_url=base(hub))
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def say(app: Flask, hub: Hub, path: str, does: str, **fields: object) -> TestResponse:
    return tell(app, hub, path, does=does, **fields)


def last_word(hub: Hub) -> int:
    return room_of(hub).overrides[-1].hub_seq


def assert_replays(hub: Hub) -> None:
    hub.writer.call(lambda _: None)
    again, found = rebuild(hub.reader, 1)
    assert again.save() == room_of(hub).save()
    assert found.is_equal


@pytest.mark.parametrize(
    ("path", "on"), [(CLASS_PAGE, (ME, OTHER, OUTSIDE)), (GROUP_PAGE, (ME, OTHER))]
)
def test_each_word_holds_for_whom_it_is_on_and_is_gone_when_taken_back(
    app: Flask, hub: Hub, path: str, on: tuple[int, ...]
) -> None:
    room = room_of(hub)
    before = {one: room.standing(one) for one in (ME, OTHER, OUTSIDE)}
    for does, fields, says in (
        ("pace", {"pace": 85}, "Of 100 answers about 85 should be right."),
        ("goal", {"goal": "support"}, "Goal: "),
        ("exempt", {}, "How fast answers come does not count."),
        ("skill", {"skill": TAKE10, "action": "park", "lasts": "answers:10"}, "Rests: "),
        ("skill", {"skill": TAKE10, "action": "pin"}, "Comes next: "),
        ("skill", {"skill": TAKE10, "action": "skip"}, "Does not come: "),
        ("skill", {"skill": TAKE10, "action": "unlock"}, "May come already: "),
        ("ban", {"item": room.pack.items[0].id}, "This question does not come: "),
    ):
        assert say(app, hub, path, does, **fields, reason="we talked").status_code == 302, does
        changed = [one for one in before if room.standing(one) != before[one]]
        assert tuple(changed) == on, does
        shown = page(app, hub, path)
        assert says in shown
        assert "we talked" in shown
        assert says not in page(app, hub, CLASS_PAGE if path == GROUP_PAGE else GROUP_PAGE)
        undo = last_word(hub)
        assert say(app, hub, path, "undo", undo=undo).status_code == 302
        assert {one: room.standing(one) for one in before} == before, does
        assert say(app, hub, path, "undo", undo=undo).status_code == 400, "undone twice"
    assert page(app, hub, path).count("taken back") == 8
    assert_replays(hub)


@pytest.mark.parametrize(
    ("path", "on"), [(CLASS_PAGE, (ME, OTHER, OUTSIDE)), (GROUP_PAGE, (ME, OTHER))]
)
def test_a_mastery_stated_of_many_is_theirs_and_leaves_no_trace(
    app: Flask, hub: Hub, path: str, on: tuple[int, ...]
) -> None:
    room = room_of(hub)
    before = {one: room.mastery(one, 0) for one in (ME, OTHER, OUTSIDE)}
    told = {"skill": COUNT10, "action": "known"}
    assert say(app, hub, path, "skill", **told).status_code == 400, "without a reason"
    assert say(app, hub, path, "skill", **told, reason="counted aloud").status_code == 302
    assert tuple(one for one in before if room.mastery(one, 0) > 0.9) == on
    assert "Known to 97%: " in page(app, hub, path)

    say(app, hub, path, "undo", undo=last_word(hub))

    assert {one: room.mastery(one, 0) for one in before} == before
    assert_replays(hub)


def test_a_word_that_ends_by_answers_says_that_each_child_has_its_own(
    app: Flask, hub: Hub
) -> None:
    say(app, hub, CLASS_PAGE, "pace", pace=65, lasts="answers:10")
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(ME)
        tablet.reply(tablet.answer(asked(reply), right_answer(hub, asked(reply))))
    assert "ends for each child after 10 answers" in page(app, hub, CLASS_PAGE)
    assert "9 answers left" in page(app, hub, "/teacher/learner/1/word")
    assert "10 answers left" in page(app, hub, "/teacher/learner/2/word")


def test_a_learners_page_says_which_word_holds_and_from_where(app: Flask, hub: Hub) -> None:
    words = hub.teaching.words
    words.set_pace(1, CLASS, 60)
    words.set_pace(1, Whom(group=1), 70)
    for path in ("/teacher/learner/1/word", "/teacher/learner/1"):
        shown = " ".join(page(app, hub, path).split())
        told = shown.partition('id="elsewhere"')[2].partition("</section>")[0]
        of_class, of_group = told.split("<li")[1:]
        assert "about 60 should" in of_class
        assert "for the class" in of_class
        assert "a nearer word holds instead" in of_class
        assert "about 70 should" in of_group
        assert "for the group <bdi>Owls</bdi>" in of_group
        assert "nearer" not in of_group.partition("</ul>")[0]
        assert GROUP_PAGE in told
    shown = page(app, hub, "/teacher/learner/3/word")
    assert "Owls" not in shown
    assert "nearer" not in shown
    words.set_pace(1, Whom(ME), 85)
    assert page(app, hub, "/teacher/learner/1/word").count("a nearer word holds") == 2
    assert room_of(hub).standing(ME).target == 0.85


def test_nothing_is_told_of_groups_and_class_where_nothing_was_said(
    app: Flask, hub: Hub
) -> None:
    assert 'id="elsewhere"' not in page(app, hub, "/teacher/learner/3/word")


def test_a_mastery_stays_with_who_was_in_the_group_when_it_was_said(
    app: Flask, hub: Hub
) -> None:
    say(app, hub, GROUP_PAGE, "skill", skill=COUNT10, action="known", reason="counted aloud")
    hub.teaching.words.set_group(1, [OUTSIDE], group=1)
    told = "Known to 97%: "
    assert [told in page(app, hub, f"/teacher/learner/{one}/word") for one in (1, 2, 3)] == [
        True,
        True,
        False,
    ]


def test_what_is_hostile_or_of_another_whom_changes_nothing(app: Flask, hub: Hub) -> None:
    words = hub.teaching.words
    mine = words.set_pace(1, Whom(ME), 65)
    of_class, of_group = words.set_pace(1, CLASS, 65), words.set_pace(1, Whom(group=1), 65)
    seq = room_of(hub).hub_seq
    for path, others in ((CLASS_PAGE, of_group), (GROUP_PAGE, of_class)):
        for does, fields in (
            ("dance", {}),
            ("pace", {"pace": 3}),
            ("goal", {"goal": "<script>"}),
            ("skill", {"skill": "nothing", "action": "pin"}),
            ("skill", {"skill": COUNT10, "action": "park"}),
            ("pace", {"pace": 85, "lasts": "<b>"}),
            ("ban", {"item": "../../etc"}),
            ("undo", {"undo": 0}),
            ("undo", {"undo": 4711}),
            ("undo", {"undo": others}),
            ("undo", {"undo": mine}),
            ("pace", {"pace": 85, "reason": "x" * 300}),
        ):
            assert say(app, hub, path, does, **fields).status_code == 400, (does, fields)
    own = "/teacher/learner/1/word"
    assert say(app, hub, own, "undo", undo=of_class).status_code == 400
    assert room_of(hub).hub_seq == seq
    say(app, hub, CLASS_PAGE, "exempt", reason="<b>bold</b>\u202e")
    shown = page(app, hub, CLASS_PAGE)
    assert "&lt;b&gt;bold" in shown
    assert "\u202e" not in shown


def test_a_group_that_is_not_there_or_of_another_class_has_no_page(
    app: Flask, hub: Hub
) -> None:
    pack = room_of(hub).pack
    hub.teaching.add_class("Other class", (hub.people.classes[1].pack, pack), ["Zawadi"])
    hub.teaching.words.set_group(2, [hub.people.in_class(2)[0].id], name="Strangers")
    before = [hub.classroom.rooms[one].hub_seq for one in (1, 2)]
    for path in (
        "/teacher/class/1/group/2",
        "/teacher/class/2/group/1",
        "/teacher/class/1/group/9",
    ):
        for end in ("", "/word"):
            found = teacher(app, hub).get(path + end, base_url=base(hub))
            assert found.status_code == 404, path
            assert "There is no such group." in found.get_data(as_text=True)
            assert tell(app, hub, path + end, does="pace", pace=85).status_code == 404
            assert tell(app, hub, path + end, does="empty").status_code == 404
    assert [hub.classroom.rooms[one].hub_seq for one in (1, 2)] == before


def test_the_questions_that_went_wrong_for_most_are_offered_first(app: Flask, hub: Hub) -> None:
    forty = Forty(hub)
    forty.open()
    room, learners = hub.classroom.rooms[forty.class_id], forty.learners
    met: dict[int | None, list[bool]] = {}
    for place, learner in enumerate(learners[:8]):
        met.setdefault(room.next_item(learner), []).append(place < 4)
        forty.answers(learner, is_right=place >= 4)
    hub.writer.call(lambda _: None)
    most = max(met, key=lambda one: sum(met[one]))
    assert most is not None
    wrong, of = sum(met[most]), len(met[most])
    assert wrong > 1
    path = f"/teacher/class/{forty.class_id}/word"
    shown = page(app, hub, path)
    offered = [part.partition('"')[0] for part in shown.split('name="item" value="')[1:]]
    assert offered[0] == room.pack.items[most].id
    assert len(offered) == min(5, len(met))
    assert f"{wrong} of {of} who met it lately got it wrong" in shown
    group, _ = hub.teaching.words.set_group(forty.class_id, [learners[0]], name="One")
    of_group = f"/teacher/class/{forty.class_id}/group/{group}/word"
    assert "1 of 1 who met it lately got it wrong" in page(app, hub, of_group)

    assert tell(app, hub, path, does="ban", item=offered[0]).status_code == 302

    left = page(app, hub, path)
    assert f'value="{offered[0]}"' not in left
    assert f'value="{offered[0]}"' not in page(app, hub, of_group)
    assert room.standing(learners[9]).banned == (most,)


def test_what_was_said_long_ago_is_reached_and_taken_back(app: Flask, hub: Hub) -> None:
    first = hub.teaching.words.set_pace(1, CLASS, 65)
    for turn in range(21):
        hub.teaching.words.exempt(1, CLASS, Note(reason=f"reason {turn}"))
    newest = page(app, hub, CLASS_PAGE)
    assert f'name="undo" value="{first}"' not in newest
    before = newest.partition(f"{CLASS_PAGE}?before=")[2].partition("#")[0]
    older = page(app, hub, f"{CLASS_PAGE}?before={before}")
    assert f'name="undo" value="{first}"' in older
    assert "Earlier words" not in older
    assert page(app, hub, f"{CLASS_PAGE}?before=nonsense").count('name="undo"') == 20
