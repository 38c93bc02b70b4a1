"""The same word said again, by a second tap or a second teacher, is one word, undone once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from hub.app import Hub
from hub.clock import Clock
from hub.lesson.rebuild import rebuild
from hub.lesson.room import Room
from hub.overriding import CLASS, Note, Overriding, Whom
from hub.web.factory import create_app
from tests.hub.conftest import StartHub
from tests.hub.forms import tell
from tests.hub.tablet import Tablet, asked, pair_with
from tests.hub.test_appeals import HARD, says, warmed
from tests.hub.test_overrides import DAY_S, TODAY, Wall
from tests.hub.test_rules import answer, events

COUNT10, TAKE10, TIMES10 = 0, 1, 10
ME, OTHER, THIRD = 1, 2, 3
WHY = Note(reason="counts goats", by=7)
Deed = Callable[[Overriding, Whom], int]
DEEDS: dict[str, Deed] = {
    "pin": lambda it, whom: it.set_skill(1, whom, "pin", TIMES10),
    "skip": lambda it, whom: it.set_skill(1, whom, "skip", TAKE10, WHY),
    "unlock": lambda it, whom: it.set_skill(1, whom, "unlock", TIMES10),
    "park": lambda it, whom: it.set_skill(1, whom, "park", TAKE10, Note(answers=10)),
    "park for days": lambda it, whom: it.set_skill(1, whom, "park", TAKE10, Note(days=2)),
    "known": lambda it, whom: it.set_mastery(1, whom, COUNT10, "known", WHY),
    "percent": lambda it, whom: it.set_mastery(1, whom, COUNT10, 40, WHY),
    "ban": lambda it, whom: it.ban(1, whom, "add20.1"),
    "goal": lambda it, whom: it.set_goal(1, whom, "support"),
    "pace": lambda it, whom: it.set_pace(1, whom, 85, Note(answers=30)),
    "exempt": lambda it, whom: it.exempt(1, whom, WHY),
}


def room_of(hub: Hub) -> Room:
    return hub.classroom.rooms[1]


def assert_replays(hub: Hub) -> None:
    hub.writer.call(lambda _database: None)
    again, found = rebuild(hub.reader, 1)
    assert again.save() == room_of(hub).save()
    assert found.is_equal


@pytest.mark.parametrize("whom", [Whom(ME), Whom(group=1), CLASS], ids=["one", "group", "all"])
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_word_said_twice_is_one_word_and_undone_once(
    hub: Hub, deed: Deed, whom: Whom
) -> None:
    words, room = hub.teaching.words, room_of(hub)
    words.set_group(1, [ME, OTHER], name="Owls")
    before = room.standing(ME), room.mastery(ME, COUNT10)
    said = deed(words, whom)
    state = room.save()
    assert deed(words, whom) == said
    assert room.save() == state, "nothing was logged"
    assert len(events(hub, "override")) == 1
    hub.teaching.undo(1, said)
    assert (room.standing(ME), room.mastery(ME, COUNT10)) == before
    # Taken back it is no word any more: said again it is a new one.
    assert deed(words, whom) > said
    assert_replays(hub)


def test_two_teachers_at_once_say_one_word(hub: Hub) -> None:
    words, both, said = hub.teaching.words, threading.Barrier(8), list[int]()

    def speak(by: int) -> None:
        both.wait(10)
        said.append(words.set_skill(1, Whom(ME), "pin", TIMES10, Note(by=by)))

    speakers = [threading.Thread(target=speak, args=(by,)) for by in range(1, 9)]
    for one in speakers:
        one.start()
    for one in speakers:
        one.join(30)
    assert len(said) == 8
    assert len(set(said)) == 1
    assert len(events(hub, "override")) == 1


def test_two_taps_on_the_page_are_taken_back_by_one(hub: Hub) -> None:
    is_over = threading.Event()
    app, path = create_app(hub.parts, is_over), "/teacher/learner/1/override"
    skill = room_of(hub).pack.skills[TIMES10].id
    for _ in range(2):
        assert tell(app, hub, path, action="pin", skill=skill).status_code == 302
    [word] = room_of(hub).overrides
    assert tell(app, hub, path, undo=word.hub_seq, skill=skill).status_code == 302
    assert room_of(hub).standing(ME).pinned == ()
    is_over.set()


OTHER_WORDS: dict[str, tuple[Deed, Deed]] = {
    "another reason": (
        lambda it, whom: it.exempt(1, whom, WHY),
        lambda it, whom: it.exempt(1, whom, Note(reason="asked her")),
    ),
    "no reason": (
        lambda it, whom: it.exempt(1, whom, WHY),
        lambda it, whom: it.exempt(1, whom),
    ),
    "another end": (
        lambda it, whom: it.set_pace(1, whom, 85, Note(answers=10)),
        lambda it, whom: it.set_pace(1, whom, 85, Note(answers=30)),
    ),
    "no end": (
        lambda it, whom: it.set_pace(1, whom, 85, Note(days=1)),
        lambda it, whom: it.set_pace(1, whom, 85),
    ),
    "another pace": (
        lambda it, whom: it.set_pace(1, whom, 85),
        lambda it, whom: it.set_pace(1, whom, 80),
    ),
    "another skill": (
        lambda it, whom: it.set_skill(1, whom, "pin", TIMES10),
        lambda it, whom: it.set_skill(1, whom, "pin", TAKE10),
    ),
    "another whom": (
        lambda it, _: it.set_goal(1, CLASS, "support"),
        lambda it, whom: it.set_goal(1, whom, "support"),
    ),
    "another one of a group": (
        lambda it, _: it.set_goal(1, Whom(group=1), "support"),
        lambda it, whom: it.set_goal(1, whom, "support"),
    ),
}


@pytest.mark.parametrize("deeds", OTHER_WORDS.values(), ids=OTHER_WORDS)
def test_what_differs_in_anything_is_a_word_of_its_own(
    hub: Hub, deeds: tuple[Deed, Deed]
) -> None:
    words = hub.teaching.words
    words.set_group(1, [ME, OTHER], name="Owls")
    first, second = (deed(words, Whom(ME)) for deed in deeds)
    assert [one.hub_seq for one in room_of(hub).overrides] == [first, second]


@pytest.mark.parametrize(
    ("deed", "between"),
    [
        (DEEDS["pace"], lambda it, whom: it.set_pace(1, whom, 60)),
        (DEEDS["goal"], lambda it, whom: it.set_goal(1, whom, "accelerate")),
        (DEEDS["pin"], lambda it, whom: it.set_skill(1, whom, "skip", TIMES10)),
        (DEEDS["known"], lambda it, whom: it.set_mastery(1, whom, COUNT10, "not_yet", WHY)),
    ],
    ids=["pace", "goal", "pin", "known"],
)
def test_what_another_word_came_over_holds_when_it_is_said_again(
    hub: Hub, deed: Deed, between: Deed
) -> None:
    words, room = hub.teaching.words, room_of(hub)
    first = deed(words, Whom(ME))
    held = room.standing(ME).target, room.standing(ME).goal, room.mastery(ME, COUNT10)
    between(words, Whom(ME))
    assert deed(words, Whom(ME)) > first
    assert (room.standing(ME).target, room.standing(ME).goal, room.mastery(ME, COUNT10)) == held
    assert_replays(hub)


def test_a_word_of_another_matter_between_makes_no_second_one(hub: Hub) -> None:
    words = hub.teaching.words
    pin = DEEDS["pin"](words, Whom(ME))
    words.set_skill(1, Whom(ME), "pin", TAKE10)
    words.set_pace(1, Whom(ME), 85)
    words.set_skill(1, CLASS, "skip", TIMES10)
    assert DEEDS["pin"](words, Whom(ME)) == pin


def test_answers_of_an_end_that_passed_begin_anew_when_it_is_said_again(
    hub: Hub, tablet: Tablet
) -> None:
    words, room = hub.teaching.words, room_of(hub)
    for whom in (Whom(ME), CLASS):
        first = words.set_pace(1, whom, 85, Note(answers=10))
        assert words.set_pace(1, whom, 85, Note(answers=10)) == first
        answer(hub, tablet, tablet.sign_in(ME))
        again = words.set_pace(1, whom, 85, Note(answers=10))
        assert again > first
        word = next(one for one in room.overrides if one.hub_seq == again)
        assert room.words.ends(word, hub.classroom.now(), ME).answers == 10
    assert_replays(hub)


@pytest.mark.parametrize(("later_s", "is_same"), [(3_599, True), (3_600, False)])
def test_days_are_whole_until_the_first_hour_is_over(
    start_hub: StartHub, *, later_s: int, is_same: bool
) -> None:
    wall = TODAY
    hub = start_hub(clock=Clock(wall=Wall(wall)))
    first = hub.teaching.override(ME, "pin", TIMES10, Note(days=2))
    hub.stop()
    hub = start_hub(clock=Clock(wall=Wall(wall + later_s)))
    again = hub.teaching.override(ME, "pin", TIMES10, Note(days=2))
    assert (again == first) is is_same
    left = room_of(hub).words.ends(room_of(hub).overrides[-1], hub.classroom.now()).ms
    assert left is not None
    assert (left > (2 * DAY_S - 60) * 1000) is not is_same


def test_without_a_clock_days_are_whole_until_the_next_start(start_hub: StartHub) -> None:
    hub = start_hub(clock=Clock(wall=Wall(0.0)))
    first = hub.teaching.override(ME, "pin", TIMES10, Note(days=2))
    assert hub.teaching.override(ME, "pin", TIMES10, Note(days=2)) == first
    hub.stop()
    hub = start_hub(clock=Clock(wall=Wall(0.0)))
    assert hub.teaching.override(ME, "pin", TIMES10, Note(days=2)) > first


def test_a_word_of_before_a_restart_is_known_with_its_reason(start_hub: StartHub) -> None:
    hub = start_hub()
    first = hub.teaching.words.exempt(1, Whom(ME), WHY)
    pin = hub.teaching.override(ME, "pin", TIMES10)
    hub.stop()
    hub = start_hub()
    assert hub.teaching.words.exempt(1, Whom(ME), WHY) == first
    assert hub.teaching.override(ME, "pin", TIMES10) == pin
    assert hub.teaching.words.exempt(1, Whom(ME), Note(reason="asked her")) > first


def test_a_mastery_is_stated_anew_once_answers_moved_it_or_somebody_lacks_it(
    hub: Hub, tablet: Tablet
) -> None:
    words, room = hub.teaching.words, room_of(hub)
    words.set_group(1, [ME], name="Owls")
    for whom in (Whom(ME), Whom(group=1), CLASS):
        first = words.set_mastery(1, whom, COUNT10, "not_yet", WHY)
        assert words.set_mastery(1, whom, COUNT10, "not_yet", WHY) == first
        answer(hub, tablet, tablet.sign_in(ME))
        assert room.mastery(ME, COUNT10) != 0.2
        again = words.set_mastery(1, whom, COUNT10, "not_yet", WHY)
        assert again > first
        assert room.mastery(ME, COUNT10) == 0.2
    said = words.set_mastery(1, Whom(group=1), COUNT10, "not_yet", WHY)
    words.set_group(1, [ME, THIRD], group=1)
    words.set_mastery(1, Whom(THIRD), COUNT10, "known", WHY)
    assert words.set_mastery(1, Whom(group=1), COUNT10, "not_yet", WHY) > said
    assert room.mastery(THIRD, COUNT10) == 0.2
    assert_replays(hub)


def test_who_joined_a_group_at_work_on_what_it_skips_is_taken_off_it(
    start_starter: StartHub,
) -> None:
    hub = start_starter()
    words, room = hub.teaching.words, room_of(hub)
    words.set_group(1, [ME], name="Owls")
    with pair_with(hub) as tablet:
        answer(hub, tablet, tablet.sign_in(OTHER), is_right=False)
    skill = room.pack.item_skills[room.problems[OTHER].item][0]
    first = words.set_skill(1, Whom(group=1), "skip", skill)
    words.set_group(1, [ME, OTHER], group=1)
    assert OTHER in room.problems
    again = words.set_skill(1, Whom(group=1), "skip", skill)
    assert again > first
    assert OTHER not in room.problems
    assert words.set_skill(1, Whom(group=1), "skip", skill) == again
    assert_replays(hub)


def test_a_word_said_again_comes_over_an_appeal_made_since(start_starter: StartHub) -> None:
    hub = start_starter()
    room = room_of(hub)
    with pair_with(hub) as tablet:
        asked_now = warmed(hub, tablet)
        skill = room.pack.item_skills[room.pack.item_index[asked_now.item]][0]
        first = hub.teaching.override(ME, "pin", skill)
        says(tablet, asked(tablet.sign_in(ME)), HARD)
    assert room.appeals.coming(ME, room.answers(ME)) is not None
    again = hub.teaching.override(ME, "pin", skill)
    assert again > first
    assert room.appeals.coming(ME, room.answers(ME)) is None
    assert hub.teaching.override(ME, "pin", skill) == again
    assert_replays(hub)
