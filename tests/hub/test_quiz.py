"""The quiz: who is asked what, pauses and cuts, what is told when, and what the log makes."""

from __future__ import annotations

from argparse import Namespace
from random import Random
from typing import Any

import pytest

from devices.messages import Activity, Appeal, AskHint, Hand
from hub.app import Hub
from hub.cli import main
from hub.commands.answers import answers
from hub.errors import RosterError
from hub.lesson.ahead import END, MOST
from hub.lesson.quiz import KEPT, MOST_QUESTIONS, Quiz, Sheet
from hub.lesson.quiz_bank import guess_of
from hub.lesson.quiz_road import ways
from hub.lesson.rebuild import rebuild
from hub.overriding import Whom
from hub.store.database import open_reading
from hub.web.teacher.quiz_results import results
from models.domain.answers import Choice, Match, NumberLineAnswer, Option, Order, Pair, Whole
from tests.hub.conftest import StartHub
from tests.hub.quiz import Pupil, begin, move, room_of, sheet
from tests.hub.test_newer_pack import newer, switch
from tests.packs import right


def test_a_quiz_asks_each_child_its_skills_and_nothing_twice(hub: Hub) -> None:
    quiz, firsts = begin(hub), set()
    for learner in room_of(hub).places:
        pupil, chance = Pupil(hub, learner), Random(learner)
        seen: list[tuple[str, int]] = []
        while (now := pupil.quiz()) is not None:
            assert now.quiz
            assert (now.quiz.nth, now.quiz.most) == (len(seen) + 1, 8)
            seen.append((now.item, now.seed))
            assert pupil.quiz() == now, "asked again, it is the same"
            pupil.says(is_right=chance.random() < 0.6)
        items = [item for item, _ in seen]
        assert len(set(items)) == len(items) <= 8
        asked = [
            room_of(hub).pack.item_skills[room_of(hub).pack.item_index[one]][0] for one in items
        ]
        assert set(asked) == set(quiz.skills)
        assert all(2 <= asked.count(one) <= 3 for one in quiz.skills)
        assert pupil.answers == len(items), "each moved the learner model as a first answer"
        firsts.add(seen[0])
    assert len({item for item, _ in firsts}) > 1, "neighbours begin with different questions"


def test_a_precise_quiz_stops_early_and_the_longest_asks_as_often_as_allowed(hub: Hub) -> None:
    begin(hub, skills=tuple(range(6)), most=MOST_QUESTIONS)
    pupil = Pupil(hub, 1)
    count = 0
    while pupil.quiz() is not None:
        pupil.says(is_right=count % 2 == 0)
        count += 1
    assert 12 <= count < MOST_QUESTIONS, "two of each skill, then precise enough"
    row = results(hub.parts, room_of(hub), room_of(hub).quizzes.kept[-1], only=1).rows[0]
    assert row.state == "done: precise enough"
    assert row.estimate is not None
    assert 0 <= row.estimate.low < row.estimate.mid < row.estimate.high <= 100
    assert sum(asked for _, _, asked in row.skills) == count
    assert all(one.why for one in row.questions)
    assert row.questions[0].why[1].startswith("the first one")


def test_a_teacher_may_let_learners_hear_it_at_once(hub: Hub) -> None:
    begin(hub, tells=True)
    pupil = Pupil(hub, 1)
    assert pupil.says(is_right=True).is_right is True
    reply = pupil.says(is_right=False)
    assert reply.is_right is False
    assert reply.expected
    assert not reply.is_noted


def test_hints_and_appeals_do_nothing_in_a_quiz_and_the_hand_goes_up(hub: Hub) -> None:
    begin(hub)
    pupil = Pupil(hub, 1)
    now = pupil.now
    where: dict[str, Any] = {"learner": 1, "session": pupil.session, "item": now.item}
    where |= {"seed": now.seed}
    assert now.hints == 0
    assert hub.classroom.hint(pupil.device, AskHint(**where, level=1)).hint == ""
    assert hub.classroom.appeal(pupil.device, Appeal(**where, says="too_hard")).notice == ""
    assert room_of(hub).appeals.fresh == []
    assert room_of(hub).problems == {}
    assert hub.classroom.hand(pupil.device, Hand(**where)).is_hand_up
    assert pupil.now == now


def test_what_could_not_be_read_is_asked_again_and_is_no_try(hub: Hub) -> None:
    begin(hub)
    pupil = Pupil(hub, 1)
    before = pupil.now
    reply = pupil.answer("two")
    assert (reply.verdict, reply.is_noted) == ("unreadable", False)
    assert pupil.now == before
    assert sheet(hub, 1) == Sheet()


def test_after_a_pause_the_same_question_comes_on_another_tablet(
    start_starter: StartHub,
) -> None:
    hub = start_starter()
    pupil = Pupil(hub, 1)
    pupil.says(is_right=False)
    practice = pupil.now
    begin(hub)
    pupil.says(is_right=True)
    asked = pupil.now
    move(hub, "pause")
    assert pupil.now == practice, "the problem that was open is still open"
    pupil.says(is_right=True)
    move(hub, "resume")
    other = Pupil(hub, 1)
    assert other.device.id != pupil.device.id
    assert other.now == asked
    assert asked.quiz
    assert asked.quiz.nth == 2


def test_a_run_with_restarts_asks_and_ends_as_one_without(start_hub: StartHub) -> None:
    def run(name: str, cuts: tuple[int, ...]) -> tuple[list[Activity], bytes]:
        hub = start_hub(home=root / name)
        begin(hub, learners=[1, 2])
        seen = []
        for turn in range(14):
            if turn in cuts:
                hub.stop()
                hub = start_hub(home=root / name)
            pupil = Pupil(hub, 1 + turn % 2, hub.devices.all.get(1 + turn % 2))
            pupil.seq = turn // 2
            seen.append(pupil.now)
            pupil.says(is_right=turn % 3 != 0)
        state = room_of(hub).save()
        hub.stop()
        return seen, state

    root = start_hub().home.path.parent
    assert run("cut", (1, 2, 5, 9, 13)) == run("whole", ())


def test_the_log_of_quizzes_replays_bit_for_bit(start_hub: StartHub) -> None:
    hub = start_hub()
    chance = Random(5)
    pupils = [Pupil(hub, learner) for learner in (1, 2, 3)]
    begin(hub, learners=[1, 2])
    for turn in range(30):
        pupils[turn % 3].says(is_right=chance.random() < 0.5)
        if turn in (7, 20):
            move(hub, "pause")
        if turn in (11, 22):
            move(hub, "undo")
    state = room_of(hub).save()
    asked = [pupil.now for pupil in pupils]
    hub.stop()
    again = start_hub()
    assert room_of(again).save() == state
    assert [Pupil(again, learner).now for learner in (1, 2, 3)] == asked
    with open_reading(again.home.database) as connection:
        room, found = rebuild(connection, 1)
    assert found.is_equal
    assert room.save() == state
    assert main(["rebuild", "--verify", "--home", str(again.home.path)]) == 0


def test_a_fit_hears_of_a_quiz_what_the_learner_models_heard(start_hub: StartHub) -> None:
    hub = start_hub()
    begin(hub, learners=[1])
    pupil = Pupil(hub, 1)
    for turn in range(12):
        pupil.says(is_right=turn % 2 == 0)
    heard = pupil.answers
    hub.stop()
    records, _ = answers(Namespace(file=None, home=hub.home.path))
    assert len(records.rights) == heard


def test_an_answer_that_comes_after_the_end_counts_in_the_quiz_and_as_practice(
    hub: Hub,
) -> None:
    begin(hub)
    pupil = Pupil(hub, 1)
    pupil.says(is_right=True)
    late = pupil.now
    move(hub, "end")
    before = pupil.answers
    text = right(room_of(hub).pack, late.item, late.seed)
    for _ in range(2):
        # The tablet thinks that it was lost, and sends it under a new number.
        reply = pupil.answer(text, item=late.item, seed=late.seed)
        assert reply.is_noted
    assert pupil.answers == before + 1
    assert [one.is_right for one in sheet(hub, 1).given] == [True, True]
    assert 1 not in room_of(hub).problems


def test_answers_beyond_the_last_question_are_practice_only(hub: Hub) -> None:
    quiz = begin(hub, skills=(0,), most=3)
    pupil = Pupil(hub, 1)
    first = pupil.now
    away = [one for one in quiz.bank if room_of(hub).pack.items[one.item].id != first.item]
    quizzes = room_of(hub).quizzes
    while pupil.quiz():
        pupil.says(is_right=True)
    assert len(away) == 2
    assert [one.counts for one in sheet(hub, 1).given] == [True] * 3
    row = results(hub.parts, room_of(hub), quizzes.kept[-1], only=1).rows[0]
    assert (row.answered, row.most) == (3, 3)


def test_the_supply_asks_what_the_hub_would_ask_on_every_way(hub: Hub) -> None:
    quiz = begin(hub)
    for learner in (1, 2, 3, 4):
        chance, pupil = Random(learner), Pupil(hub, learner)
        room = room_of(hub)
        root = room.quizzes.question(learner)
        assert root is not None
        coming = ways(room, learner, root)
        assert 24 <= len(coming.nodes) <= MOST
        at, length = chance.random() < 0.5, 0
        place = coming.right if at else coming.wrong
        pupil.says(is_right=at)
        while place != END:
            node, length = coming.nodes[place], length + 1
            now = pupil.now
            assert (now.item, now.seed) == (room.pack.items[node.at.item].id, node.at.seed)
            assert now.quiz
            assert now.quiz.nth == node.at.nth
            at = chance.random() < 0.5
            pupil.says(is_right=at)
            place = node.right if at else node.wrong
        assert length >= 3
    assert all(_is_free_of_repeats(way, (), quiz) for way in _ways_of(coming))


def _ways_of(coming: Any) -> list[list[int]]:
    """Every way through the supply, as the items that it asks."""
    found: list[list[int]] = []
    open_ways: list[tuple[list[int], int]] = [([], coming.right), ([], coming.wrong)]
    while open_ways:
        items, place = open_ways.pop()
        if place == END:
            found.append(items)
            continue
        node = coming.nodes[place]
        longer = [*items, node.at.item]
        open_ways += [(longer, node.right), (longer, node.wrong)]
    return found


def _is_free_of_repeats(way: list[int], before: tuple[int, ...], quiz: Quiz) -> bool:
    return len({*way, *before}) == len(way) + len(before) < quiz.length


def test_another_pack_ends_a_quiz_plainly(start_hub: StartHub) -> None:
    hub = start_hub()
    begin(hub)
    pupil = Pupil(hub, 1)
    pupil.says(is_right=True)
    switch(hub, 1, newer())
    quizzes = room_of(hub).quizzes
    assert quizzes.at_hand is None
    shown = results(hub.parts, room_of(hub), quizzes.kept[-1])
    assert shown.state == "ended: the class got other lessons"
    assert shown.skills[0] == "Adding up to 10", "named as in the lessons that asked"
    assert pupil.quiz() is None
    with pytest.raises(RosterError):
        move(hub, "undo")
    state = room_of(hub).save()
    hub.stop()
    assert room_of(start_hub()).save() == state


@pytest.mark.parametrize(
    "wrong",
    [
        {"skills": ()},
        {"skills": (99,)},
        {"skills": (-1,)},
        {"skills": tuple(range(13))},
        {"most": 2},
        {"most": 21},
        {"learners": []},
        {"learners": [1, 4711]},
    ],
)
def test_a_quiz_of_what_is_not_there_is_refused(hub: Hub, wrong: dict[str, Any]) -> None:
    before = room_of(hub).save()
    with pytest.raises(RosterError):
        begin(hub, **wrong)
    assert room_of(hub).save() == before


def test_what_the_teacher_keeps_away_from_one_child_is_asked_of_none(hub: Hub) -> None:
    pack = room_of(hub).pack
    mine = [pack.items[at].id for at, skills in enumerate(pack.item_skills) if skills[0] == 0]
    for item in mine[1:]:
        hub.teaching.words.ban(1, Whom(2), item)
    quiz = begin(hub, skills=(0, 1))
    asked = [pack.items[one.item].id for one in quiz.bank if one.skill == 0]
    assert asked == mine[:1]
    move(hub, "end")
    hub.teaching.words.ban(1, Whom(2), mine[0])
    assert begin(hub, skills=(0, 1)).skills == (1,), "a skill without a question is not asked"


def test_every_deed_can_be_taken_back_and_none_out_of_turn(hub: Hub) -> None:
    quizzes = room_of(hub).quizzes
    for does in ("pause", "resume", "end", "undo", "start", "party", "pack", "seen"):
        with pytest.raises(RosterError):
            move(hub, does)
    begin(hub)
    with pytest.raises(RosterError, match="going on"):
        begin(hub)
    states = []
    for does in ("pause", "resume", "pause", "end", "undo", "undo", "undo", "undo", "undo"):
        move(hub, does)
        states.append(quizzes.kept[-1].state if quizzes.kept else "gone")
    assert states == ["paused", "on", "paused", "over", "paused", "on", "paused", "on", "gone"]
    assert Pupil(hub, 1).quiz() is None


def test_old_results_leave_the_state_and_stay_in_the_log(hub: Hub) -> None:
    for _ in range(KEPT + 2):
        begin(hub, learners=[1])
        move(hub, "end")
    assert len(room_of(hub).quizzes.kept) == KEPT
    hub.writer.call(lambda _database: None)
    with open_reading(hub.home.database) as connection:
        rows = connection.execute("SELECT count(*) FROM events WHERE kind = 'quiz'").fetchone()
    assert rows[0] == 2 * (KEPT + 2)


def test_a_guess_is_worth_what_its_widget_offers() -> None:
    options = tuple(Option(id=name, text=name) for name in "abcd")
    pairs = tuple(Pair(id=one.id, left=one, right=one) for one in options[:3])
    assert guess_of(Whole(value="1")) == 0.0
    assert guess_of(Choice(options=options, right="a")) == 0.25
    assert guess_of(Choice(options=options, right="a", is_multiple=True)) == 1 / 15
    assert guess_of(Choice(options=options[:2], right="a")) == 0.5
    assert guess_of(Order(options=options)) == 1 / 24
    assert guess_of(Match(pairs=pairs)) == 1 / 6
    assert guess_of(NumberLineAnswer(value="1", start="0", end="9", step="1")) == 0.1
