"""A mastery that a teacher states: at once, traced on from there, and gone without a trace."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
import pytest

from hub.app import Hub
from hub.errors import RosterError
from hub.insight.contest import judged
from hub.kernels import MASTERED
from hub.kernels.stack import Answers, fit
from hub.lesson.contest import LONGEST, Contest, Kind
from hub.lesson.history import history
from hub.lesson.overrides import Override
from hub.lesson.rebuild import rebuild
from hub.overriding import CLASS, Note, Whom
from hub.store import snapshots
from models.domain.pack import Pack
from models.learner.fitted import FittedModel, encode_model
from tests.hub.conftest import StartHub
from tests.hub.fitted import made_up_answers, model_of
from tests.hub.tablet import Tablet, asked, pair_with, right_answer
from tests.hub.test_overrides import (
    COUNT10,
    ME,
    OTHER,
    TAKE10,
    TIMES10,
    assert_replays,
    room_of,
)
from tests.hub.test_rules import answer, events, skill_of, work

SAID = Note(reason="She counts the goats every evening", by=3)


def say(hub: Hub, level: str | int, learner: int = ME, skill: int = COUNT10) -> int:
    return hub.teaching.words.set_mastery(1, Whom(learner), skill, level, SAID)


def own(hub: Hub, learner: int, skill: int = COUNT10) -> float:
    room = room_of(hub)
    return room.tracer.own_mastery(room.places[learner])[skill]


def test_what_is_said_to_be_known_is_built_on_with_the_next_question(
    hub: Hub, tablet: Tablet
) -> None:
    assert skill_of(hub, tablet.sign_in(ME)) == COUNT10
    say(hub, "known")
    assert room_of(hub).mastery(ME, COUNT10) > MASTERED
    assert skill_of(hub, tablet.sign_in(ME)) != COUNT10
    assert skill_of(hub, tablet.sign_in(OTHER)) == COUNT10
    assert_replays(hub)


def test_answers_move_what_was_said_on_from_there(hub: Hub, tablet: Tablet) -> None:
    say(hub, 60)
    hub.teaching.override(ME, "pin", COUNT10)
    room, reply = room_of(hub), tablet.sign_in(ME)
    reply = answer(hub, tablet, reply)
    risen = room.mastery(ME, COUNT10)
    assert risen > 0.6
    answer(hub, tablet, reply, is_right=False)
    assert room.mastery(ME, COUNT10) < risen
    assert_replays(hub)


def test_what_was_said_and_taken_back_leaves_what_would_be_without_it(
    start_hub: StartHub,
) -> None:
    """The same answers, with the word and without it: the same learner models, bit for bit."""
    hub = start_hub()
    with pair_with(hub) as tablet:
        work(hub, tablet, 6)
        said = [say(hub, "known"), say(hub, 10), say(hub, "not_yet", OTHER)]
        work(hub, tablet, 12)
        for one in said:
            hub.teaching.undo(1, one)
    room = room_of(hub)
    hub.writer.call(
        lambda database: database.conn.execute(
            "UPDATE events SET kind = 'why' WHERE kind IN ('override', 'undo')"
        )
    )
    without, _ = rebuild(hub.reader, 1)
    assert room.tracer.to_bytes() == without.tracer.to_bytes()


def test_of_two_words_on_a_skill_the_later_counts_and_the_former_comes_back(hub: Hub) -> None:
    room = room_of(hub)
    first = say(hub, "known")
    later = say(hub, 30)
    assert room.mastery(ME, COUNT10) == 0.3
    hub.teaching.undo(1, later)
    assert room.mastery(ME, COUNT10) == 0.97
    steps = room.paths.of(ME, COUNT10)
    assert [(one.mark, one.after) for one in steps] == [
        ("set", 0.97),
        ("set", 0.3),
        ("set", 0.97),
    ]
    hub.teaching.undo(1, first)
    assert room.paths.of(ME, COUNT10)[-1].after == own(hub, ME)
    assert own(hub, ME) == own(hub, OTHER) < 0.97


def test_a_mastery_is_said_of_all_who_are_in_a_group_then(hub: Hub) -> None:
    room, words = room_of(hub), hub.teaching.words
    red, _ = words.set_group(1, [ME, OTHER], name="Red")
    words.set_mastery(1, Whom(group=red), TIMES10, "known", SAID)
    assert [room.mastery(one, TIMES10) for one in (ME, OTHER)] == [0.97, 0.97]
    assert room.mastery(3, TIMES10) < 0.97
    words.set_mastery(1, CLASS, TIMES10, 50, SAID)
    assert {room.mastery(one, TIMES10) for one in room.places} == {0.5}
    assert_replays(hub)


def test_a_mastery_that_cannot_be_is_refused(hub: Hub) -> None:
    for level in ("", "perhaps", 0, 100, -5, 1000):
        with pytest.raises(RosterError, match="1 to 99 percent"):
            say(hub, level)
    assert events(hub, "override") == []


def test_a_mastery_needs_a_reason_and_no_end(hub: Hub) -> None:
    words = hub.teaching.words
    with pytest.raises(RosterError, match="Say why"):
        words.set_mastery(1, Whom(ME), COUNT10, "known", Note(reason=" \x00 "))
    with pytest.raises(RosterError, match="no end"):
        words.set_mastery(1, Whom(ME), COUNT10, "known", Note(reason="So", days=1))


def test_what_was_said_survives_a_restart_and_a_snapshot(start_hub: StartHub) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        work(hub, tablet, 5)
        say(hub, "known", OTHER)
        say(hub, 30)
        work(hub, tablet, 5)
        seq, body = room_of(hub).hub_seq, room_of(hub).save()
        work(hub, tablet, 9)
    before = room_of(hub).save()
    hub.stop()
    hub = start_hub()
    assert room_of(hub).save() == before
    hub.writer.call(lambda database: snapshots.save(database, 1, seq, body))
    again, found = rebuild(hub.reader, 1)
    assert again.save() == before
    assert found.is_equal


def drill(hub: Hub, tablet: Tablet, turns: int, *, is_right: bool, learner: int = ME) -> None:
    reply = tablet.sign_in(learner)
    for _ in range(turns):
        reply = answer(hub, tablet, reply, is_right=is_right)


def test_right_answers_bear_out_who_said_that_a_skill_is_known(
    hub: Hub, tablet: Tablet
) -> None:
    word = say(hub, "known")
    hub.teaching.override(ME, "pin", COUNT10)
    contest = room_of(hub).contest
    drill(hub, tablet, 12, is_right=True)
    claim = contest.of(word)
    assert claim is not None
    assert (claim.kind, claim.is_closed, claim.bears_out) == ("knows", True, "teacher")
    right, wrong = contest.score("knows", "not_yet")
    assert (right, right + wrong) == (claim.share, 1.0)
    assert contest.weight(3) == 2 * (1 + wrong) / 3 < 1.0
    assert contest.weight(4) == 1.0
    # Answers move the next word of this teacher less; what was said before stays as it is.
    say(hub, "known", OTHER)
    weights = [row["weight"] for row in events(hub, "override") if "weight" in row]
    assert weights == [1.0, contest.weight(3)]
    assert contest.of(word) == claim
    assert_replays(hub)


def test_wrong_answers_bear_out_the_model_and_the_word_still_stands(
    hub: Hub, tablet: Tablet
) -> None:
    word = say(hub, "known")
    hub.teaching.override(ME, "pin", COUNT10)
    contest = room_of(hub).contest
    drill(hub, tablet, 5, is_right=False)
    claim = contest.of(word)
    assert claim is not None
    assert (claim.is_closed, claim.bears_out) == (True, "model")
    assert contest.score("knows", "not_yet")[1] >= 0.75
    assert contest.weight(3) == 1.0
    assert room_of(hub).overrides[0].action == "mastery"
    assert_replays(hub)


def test_questions_that_were_said_to_be_too_easy_are_judged_by_the_answers(
    hub: Hub, tablet: Tablet
) -> None:
    word = hub.teaching.words.set_pace(1, Whom(ME), 60)
    other = hub.teaching.words.set_pace(1, Whom(OTHER), 90)
    drill(hub, tablet, 12, is_right=True)
    drill(hub, tablet, 12, is_right=True, learner=OTHER)
    contest = room_of(hub).contest
    first, second = contest.of(word), contest.of(other)
    assert first is not None
    assert second is not None
    assert (first.kind, first.bears_out) == ("too_easy", "teacher")
    assert (second.kind, second.bears_out) == ("too_hard", "model")
    assert_replays(hub)


def test_a_skip_is_judged_by_what_builds_on_the_skill(hub: Hub, tablet: Tablet) -> None:
    word = hub.teaching.override(ME, "skip", COUNT10)
    hub.teaching.override(ME, "pin", TAKE10)
    drill(hub, tablet, 8, is_right=True)
    claim = room_of(hub).contest.of(word)
    assert claim is not None
    assert (claim.kind, claim.answers > 0, claim.share > 0.5) == ("skip", True, True)
    assert_replays(hub)


def test_a_claim_that_was_taken_back_while_open_counts_for_nobody(
    hub: Hub, tablet: Tablet
) -> None:
    word = say(hub, "known")
    hub.teaching.undo(1, word)
    drill(hub, tablet, 3, is_right=True)
    assert room_of(hub).contest.of(word) is None
    assert room_of(hub).contest.score("knows", "not_yet") == (0, 0)


def test_a_claim_that_nothing_speaks_for_is_closed_in_the_end() -> None:
    contest = Contest()
    word = Override(1, ME, "skip", COUNT10)
    contest.add(word, before=None, by=0)
    assert contest.is_heard(ME)
    assert not contest.is_heard(OTHER)
    claims = [
        type(one)(one.hub_seq, one.learner, one.kind, one.by, answers=LONGEST)
        for one in contest.saved()
    ]
    assert not Contest(claims).is_heard(ME)


def test_the_history_says_who_when_what_why_and_what_became_of_it(
    hub: Hub, tablet: Tablet
) -> None:
    words = hub.teaching.words
    word = say(hub, 60)
    red, group = words.set_group(1, [OTHER], name="Red")
    pace = words.set_pace(1, Whom(group=red), 65, Note(answers=9, by=3))
    ended = words.exempt(1, Whom(ME), Note(answers=1))
    ask = hub.teaching.ask(OTHER, room_of(hub).pack.items[0].id, 5)
    hub.teaching.undo(1, word, by=8)
    answer(hub, tablet, tablet.sign_in(ME))
    hub.writer.call(lambda _database: None)
    room, now = room_of(hub), hub.classroom.now()
    found = {one.hub_seq: one for one in history(hub.reader, room, now)}
    assert list(found) == [ask, ended, pace, group, word]
    first = found[word]
    assert (first.action, first.learner, first.by, first.reason) == ("mastery", ME, *SAID_BY)
    assert (first.before, first.after, first.became) == (
        pytest.approx(own_prior(hub)),
        0.6,
        "taken_back",
    )
    assert first.undone is not None
    assert first.undone.by == 8
    assert first.at.hub_boot == now.hub_boot
    assert (found[pace].group, found[pace].before, found[pace].ends.answers) == (red, 0.78, 9)
    assert [found[one].became for one in (ask, ended, pace, group)] == [
        "in_force",
        "over",
        "in_force",
        "in_force",
    ]
    pages = [one.hub_seq for one in history(hub.reader, room, now, before=pace, most=1)]
    assert pages == [group]
    mine = [one.hub_seq for one in history(hub.reader, room, now, learner=ME)]
    assert mine == [ended, word]
    of_group = history(hub.reader, room, now, learner=0, group=red)
    assert [one.hub_seq for one in of_group] == [pace, group]
    assert history(hub.reader, room, now, learner=0, group=0) == []
    for_all = words.exempt(1, CLASS)
    hub.writer.call(lambda _database: None)
    of_class = history(hub.reader, room, now, learner=0, group=0)
    assert [one.hub_seq for one in of_class] == [for_all]


SAID_BY = (SAID.by, SAID.reason)


def own_prior(hub: Hub) -> float:
    """The mastery of who has not answered anything."""
    return own(hub, 3)


def test_a_question_is_asked_as_before_once_what_was_said_is_taken_back(
    hub: Hub, tablet: Tablet
) -> None:
    first = asked(tablet.sign_in(ME))
    word = say(hub, "known")
    assert asked(tablet.sign_in(ME)) != first
    hub.teaching.undo(1, word)
    assert asked(tablet.sign_in(ME)) == first


SIDES: list[tuple[Literal["teacher", "model", "nobody"], int]] = [
    ("teacher", 1),
    ("model", 7),
    ("nobody", 2),
    ("nobody", 0),
]


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_whom_answers_bear_out_is_said_in_each_language(tag: str) -> None:
    said = set()
    for kind in get_args(Kind):
        for side, answers in SIDES:
            told = judged(kind, side, answers=answers, name="Esha", skill="Sums", tag=tag)
            assert "Esha" in told
            assert ("Sums" in told) == (kind in ("knows", "not_yet", "skip"))
            said.add(told)
    assert len(said) == 20


def test_times_of_who_is_exempt_move_nothing_and_of_others_do(start_hub: StartHub) -> None:
    """With a model that hears how long an answer took: other times, another state, but not
    for who is exempt.
    """
    hub = start_hub()
    hub.teaching.use_model(encode_model(paced_model(room_of(hub).pack)))
    hub.teaching.words.exempt(1, Whom(ME))
    with pair_with(hub) as tablet:
        for learner in (ME, OTHER):
            reply = tablet.sign_in(learner)
            for turn in range(4):
                text = right_answer(hub, asked(reply))
                reply = tablet.reply(
                    tablet.answer(asked(reply), text, ms=(3000, 900)[turn % 2])
                )
    before = room_of(hub).tracer.to_bytes()
    assert_replays(hub)
    for learner, is_same in ((ME, True), (OTHER, False)):
        slow_down(hub, learner)
        again, _ = rebuild(hub.reader, 1)
        assert (again.tracer.to_bytes() == before) == is_same


def slow_down(hub: Hub, learner: int) -> None:
    update = "UPDATE attempts SET ms = 90000 WHERE learner = ?"
    hub.writer.call(lambda database: database.conn.execute(update, (learner,)))


def paced_model(pack: Pack) -> FittedModel:
    """A model of a log in which quick answers were wrong ones."""
    learners, items, rights = made_up_answers(len(pack.items), seed=2)
    stack = fit(
        Answers(learners, items, rights, pace_s=[9.0 if one else 1.0 for one in rights]),
        item_skills=pack.item_skills,
        n_skills=len(pack.skills),
        data="made up",
    )
    return msgspec.structs.replace(model_of(pack, seed=2), stack=stack)
