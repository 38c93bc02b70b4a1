"""The teacher's words on learners, groups, the class: in force at once, bounded, undoable."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from devices.messages import Next
from hub.app import Hub
from hub.clock import Clock
from hub.errors import RosterError
from hub.lesson.overrides import KEPT_SETTINGS, Ends
from hub.lesson.rebuild import rebuild
from hub.lesson.room import Room
from hub.overriding import CLASS, Note, Whom
from hub.store import snapshots
from tests.hub.conftest import StartHub
from tests.hub.tablet import Tablet, asked, pair_with
from tests.hub.test_rules import answer, events, skill_of, work

COUNT10, TAKE10, MISSING10, TIMES10 = 0, 1, 2, 10
ME, OTHER, THIRD = 1, 2, 3


def room_of(hub: Hub) -> Room:
    return hub.classroom.rooms[1]


def group_of(hub: Hub, *learners: int, name: str = "Red") -> int:
    return hub.teaching.words.set_group(1, learners, name=name)[0]


def assert_replays(hub: Hub) -> None:
    """The log alone gives the state, the predictions and the choices of the room at work."""
    hub.writer.call(lambda _database: None)
    again, found = rebuild(hub.reader, 1)
    assert again.save() == room_of(hub).save()
    assert found.is_equal


def test_a_banned_item_never_comes(hub: Hub, tablet: Tablet) -> None:
    reply = tablet.sign_in(ME)
    banned = asked(reply).item
    ban = hub.teaching.words.ban(1, Whom(ME), banned)
    reply = tablet.sign_in(ME)
    for _ in range(12):
        assert asked(reply).item != banned
        reply = answer(hub, tablet, reply, is_right=False)
    hub.teaching.undo(1, ban)
    assert room_of(hub).standing(ME).banned == ()
    assert_replays(hub)


def test_a_ban_for_the_class_takes_only_that_item_out_of_childrens_hands(
    start_starter: StartHub,
) -> None:
    hub = start_starter()
    room = room_of(hub)
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(ME)
        answer(hub, tablet, reply, is_right=False)
        mine = room.problems[ME].item
        other = room.pack.items[mine + 1].id
        hub.teaching.words.ban(1, CLASS, other)
        assert room.problems[ME].item == mine
        hub.teaching.words.ban(1, CLASS, room.pack.items[mine].id)
        assert ME not in room.problems
    assert [one["leaves"] for one in events(hub, "override")] == [[], [ME]]
    assert_replays(hub)


def test_a_parked_skill_rests_for_so_many_answers_and_is_not_met(
    hub: Hub, tablet: Tablet
) -> None:
    hub.teaching.override(ME, "park", COUNT10, Note(answers=3))
    hub.teaching.override(ME, "pin", TAKE10)
    room, reply = room_of(hub), tablet.sign_in(ME)
    word = room.overrides[0]
    for left in (3, 2, 1):
        assert skill_of(hub, reply) == TAKE10
        assert room.words.ends(word, hub.classroom.now(), ME) == Ends(answers=left)
        reply = answer(hub, tablet, reply)
    assert [one.action for one in room.overrides] == ["pin"]
    assert_replays(hub)
    with pytest.raises(RosterError, match="must come back"):
        hub.teaching.override(ME, "park", COUNT10)


def test_a_parked_skill_does_not_open_what_builds_on_it(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.override(ME, "park", COUNT10, Note(days=2))
    # All else builds on it: nothing is left to ask.
    assert tablet.sign_in(ME).activity is None
    assert tablet.sign_in(OTHER).activity is not None


def test_a_word_for_the_class_ends_for_each_child_after_its_own_answers(
    hub: Hub, tablet: Tablet
) -> None:
    hub.teaching.words.set_skill(1, CLASS, "pin", TIMES10, Note(answers=1))
    room = room_of(hub)
    assert [skill_of(hub, tablet.sign_in(one)) for one in (ME, OTHER)] == [TIMES10, TIMES10]
    after = answer(hub, tablet, tablet.sign_in(ME))
    assert skill_of(hub, after) == COUNT10
    assert skill_of(hub, tablet.sign_in(OTHER)) == TIMES10
    assert len(room.overrides) == 1
    assert_replays(hub)


def test_the_nearer_word_holds(hub: Hub, tablet: Tablet) -> None:
    words, room = hub.teaching.words, room_of(hub)
    red = group_of(hub, ME, OTHER)
    words.set_goal(1, CLASS, "accelerate")
    words.set_goal(1, Whom(group=red), "support")
    mine = words.set_goal(1, Whom(ME), "practice")
    assert [room.standing(one).goal for one in (ME, OTHER, THIRD)] == [
        "practice",
        "support",
        "accelerate",
    ]
    hub.teaching.undo(1, mine)
    assert room.standing(ME).goal == "support"
    words.set_skill(1, CLASS, "skip", TIMES10)
    words.set_skill(1, Whom(ME), "pin", TIMES10)
    assert room.standing(ME).skipped == ()
    assert skill_of(hub, tablet.sign_in(ME)) == TIMES10
    assert room.standing(OTHER).skipped == (TIMES10,)
    assert_replays(hub)


def test_a_goal_of_ones_own_is_not_changed_by_the_pace_of_the_class(hub: Hub) -> None:
    words, room = hub.teaching.words, room_of(hub)
    words.set_pace(1, CLASS, 60)
    words.set_goal(1, Whom(ME), "support")
    assert room.standing(ME).target is None
    assert room.rules_without(ME).target == 0.85
    assert room.rules_without(OTHER).target == 0.6
    words.set_pace(1, Whom(ME), 90)
    assert room.rules_without(ME).target == 0.9
    assert room.rules_without(ME).goal == "support"


def test_a_higher_success_to_aim_for_brings_easier_questions(hub: Hub, tablet: Tablet) -> None:
    """Over the whole band, the chance that the next question has never falls."""
    words, room = hub.teaching.words, room_of(hub)
    reply = tablet.sign_in(ME)
    for turn in range(8):
        reply = answer(hub, tablet, reply, is_right=turn % 4 != 0)
    chances = []
    for percent in range(60, 91, 5):
        words.set_pace(1, Whom(ME), percent)
        choice = room.choose(ME)
        assert choice is not None
        chances.append(choice.p)
    assert all(low <= high for low, high in pairwise(chances))


def test_a_success_that_no_lesson_can_aim_for_is_refused(hub: Hub) -> None:
    for percent in (0, 59, 61, 95, -60):
        with pytest.raises(RosterError, match="between 60 and 90"):
            hub.teaching.words.set_pace(1, Whom(ME), percent)
    assert events(hub, "override") == []


def test_a_group_is_set_changed_and_taken_back(hub: Hub) -> None:
    words, room = hub.teaching.words, room_of(hub)
    red, first = words.set_group(1, [OTHER, ME, ME], name="  Red \u202e team ")
    assert words.groups.all[red].name == "Red team"
    assert room.words.groups == {red: [ME, OTHER]}
    words.set_skill(1, Whom(group=red), "pin", TIMES10)
    _, second = words.set_group(1, [THIRD], group=red)
    assert room.standing(ME).pinned == ()
    assert room.standing(THIRD).pinned == (TIMES10,)
    with pytest.raises(RosterError, match="taken back already"):
        hub.teaching.undo(1, first)
    hub.teaching.undo(1, second)
    assert room.words.groups == {red: [ME, OTHER]}
    assert room.standing(ME).pinned == (TIMES10,)
    assert_replays(hub)


def test_a_group_stays_whatever_of_its_settings_is_taken_back_and_kept(hub: Hub) -> None:
    words, room = hub.teaching.words, room_of(hub)
    red = group_of(hub, ME)
    for turn in range(KEPT_SETTINGS):
        words.set_group(1, [OTHER] if turn % 2 else [THIRD], group=red)
    # Its first setting is forgotten by now: the oldest that is known does not take it along.
    for _ in range(KEPT_SETTINGS - 1):
        hub.teaching.undo(1, room.words.last_setting(red))
    assert room.words.groups == {red: [THIRD]}
    assert room.words.last_settings == set()
    (oldest,) = room.words.settings_now
    with pytest.raises(RosterError, match="taken back already"):
        hub.teaching.undo(1, oldest)
    assert_replays(hub)


def test_groups_survive_a_restart_and_a_name_that_a_cut_left_goes(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    red = group_of(hub, ME, OTHER)
    left = hub.teaching.words.groups.add(1, "Cut short")
    hub.stop()
    hub = start_hub()
    assert list(hub.teaching.words.groups.all) == [red]
    assert room_of(hub).words.groups == {red: [ME, OTHER]}
    again = group_of(hub, THIRD, name="Cut short")
    assert again > left.id


NONSENSE: list[tuple[str, Callable[[Hub], object]]] = [
    ("no such learner or group", lambda hub: hub.teaching.words.exempt(1, Whom(99))),
    ("no such learner or group", lambda hub: hub.teaching.words.exempt(1, Whom(group=7))),
    ("no such learner or group", lambda hub: hub.teaching.words.exempt(1, Whom(ME, 1))),
    ("no class 9", lambda hub: hub.teaching.words.exempt(9, CLASS)),
    ("no such goal", lambda hub: hub.teaching.words.set_goal(1, CLASS, "whatever")),
    ("no such question", lambda hub: hub.teaching.words.ban(1, CLASS, "nothing.9")),
    (
        "at most 200",
        lambda hub: hub.teaching.words.exempt(1, CLASS, Note(reason="x" * 201)),
    ),
    ("may last", lambda hub: hub.teaching.words.exempt(1, CLASS, Note(answers=1001))),
    ("may last", lambda hub: hub.teaching.words.exempt(1, CLASS, Note(days=-1))),
    ("no such learner", lambda hub: hub.teaching.words.set_group(1, [ME, 99], name="Red")),
    ("needs a name", lambda hub: hub.teaching.words.set_group(1, [ME], name=" \u202e ")),
    ("needs a name", lambda hub: hub.teaching.words.set_group(1, [ME], name="x" * 41)),
    ("group called Red", lambda hub: [group_of(hub, one) for one in (ME, OTHER)]),
]


def test_a_word_that_means_nothing_is_refused_in_plain_words(hub: Hub) -> None:
    for said, deed in NONSENSE:
        with pytest.raises(RosterError, match=said):
            deed(hub)
    assert events(hub, "override") == []
    assert room_of(hub).overrides == []


def test_a_reason_is_kept_without_what_could_turn_other_words_around(hub: Hub) -> None:
    reason = "She \u202eknows\x00 it:\n<b>'; DROP TABLE</b>"
    hub.teaching.words.exempt(1, Whom(ME), Note(reason=reason, by=4))
    (row,) = events(hub, "override")
    assert row["reason"] == "She knows it: <b>'; DROP TABLE</b>"
    assert row["by"] == 4


class Wall:
    """A wall clock that a test sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


TODAY, DAY_S = 1_790_000_000.0, 86_400


def test_a_word_for_days_ends_by_a_clock_that_is_right(start_hub: StartHub) -> None:
    hub = start_hub(clock=Clock(wall=Wall(TODAY)))
    hub.teaching.override(ME, "pin", TIMES10, Note(days=2))
    hub.stop()
    hub = start_hub(clock=Clock(wall=Wall(TODAY + 2 * DAY_S - 60)))
    [word] = room_of(hub).overrides
    assert room_of(hub).words.ends(word, hub.classroom.now()).ms == 60_000
    hub.stop()
    hub = start_hub(clock=Clock(wall=Wall(TODAY + 2 * DAY_S)))
    # Over before the first question of the day, not behind it.
    assert room_of(hub).overrides == []
    assert events(hub, "time") == [{}]
    assert_replays(hub)


def test_without_a_clock_each_start_of_the_hub_counts_as_a_day(start_hub: StartHub) -> None:
    hub = start_hub(clock=Clock(wall=Wall(0.0)))
    hub.teaching.override(ME, "pin", TIMES10, Note(days=2))
    hub.stop()
    hub = start_hub(clock=Clock(wall=Wall(0.0)))
    [word] = room_of(hub).overrides
    assert room_of(hub).words.ends(word, hub.classroom.now()) == Ends(starts=1)
    hub.stop()
    assert room_of(start_hub(clock=Clock(wall=Wall(TODAY)))).overrides == []


def test_a_snapshot_and_the_log_behind_it_give_the_same_words(start_hub: StartHub) -> None:
    hub = start_hub()
    words = hub.teaching.words
    with pair_with(hub) as tablet:
        red = group_of(hub, ME, THIRD)
        words.set_pace(1, Whom(group=red), 65, Note(answers=9))
        words.set_skill(1, CLASS, "park", MISSING10, Note(answers=30))
        work(hub, tablet, 8)
        room = room_of(hub)
        seq, body = room.hub_seq, room.save()
        words.set_goal(1, CLASS, "support", Note(days=3))
        work(hub, tablet, 14)
    before = room_of(hub).save()
    assert body != before
    hub.stop()
    hub = start_hub()
    hub.writer.call(lambda database: snapshots.save(database, 1, seq, body))
    again, found = rebuild(hub.reader, 1)
    assert again.save() == before
    assert found.is_equal
    hub.stop()
    assert room_of(start_hub()).save() == before


def skills_asked(hub: Hub, tablet: Tablet, learner: int, turns: int) -> set[int]:
    reply: Next = tablet.sign_in(learner)
    seen = set()
    for _ in range(turns):
        seen.add(skill_of(hub, reply))
        reply = answer(hub, tablet, reply)
    return seen


def test_a_skill_skipped_for_a_group_comes_to_everyone_else(hub: Hub, tablet: Tablet) -> None:
    red = group_of(hub, ME)
    hub.teaching.words.set_skill(1, Whom(group=red), "skip", COUNT10)
    assert COUNT10 not in skills_asked(hub, tablet, ME, 6)
    assert COUNT10 in skills_asked(hub, tablet, OTHER, 6)
    assert_replays(hub)
