"""Lists at work on a real hub: taken in whole or not at all, taken back, out and in again."""

from __future__ import annotations

import sqlite3

import pytest

from devices.messages import SignIn, encode
from hub.app import Hub
from hub.errors import RosterError, StoreError
from hub.roster.lists import doing
from hub.roster.lists.reading import read_list, read_pasted
from hub.roster.lists.remarks import ListRefused
from tests.hub.conftest import StartHub
from tests.hub.rosters import RosterSet
from tests.hub.rosters_at_work import (
    changes,
    is_replayed_alike,
    names,
    tables,
    take_set,
)
from tests.hub.tablet import Tablet, asked, right_answer


def test_pasted_names_are_a_class_at_work(hub: Hub) -> None:
    done = hub.enrolling.take(read_pasted("1. Wanjiru\n2. Otieno\n"), "Standard 4")
    added = done.taken.classes[0]
    assert hub.people.classes[added].name == "Standard 4"
    assert names(hub, added) == ["Wanjiru", "Otieno"]
    assert list(hub.classroom.rooms[added].places) == done.taken.new
    assert hub.classroom.rooms[added].next_item(done.taken.new[0]) is not None
    assert is_replayed_alike(hub)


def test_rows_pasted_from_a_spreadsheet_are_read_by_their_headings() -> None:
    found = read_pasted("First name\tLast name\tClass\nAmina\tJuma\tP4\n")
    assert [(one.name, one.group) for one in found.pupils] == [("Amina Juma", "p4")]


def test_a_list_taken_in_twice_changes_nothing_the_second_time(hub: Hub) -> None:
    reading = read_list(b"Name,Id\nWanjiru,a1\nOtieno,a2\n", "x.csv")
    first = hub.enrolling.take(reading, "Standard 4")
    assert hub.enrolling.plan(reading, "Standard 4").count("known") == 2
    second = hub.enrolling.take(reading, "Standard 4")
    assert (second.taken.new, second.taken.classes) == ([], [])
    assert names(hub, first.taken.classes[0]) == ["Wanjiru", "Otieno"]


def test_namesakes_are_two_learners_and_stay_two(hub: Hub) -> None:
    reading = read_list(b"Name\nAmina Juma\namina  juma\n", "x.csv")
    assert [note.row for note in reading.notes] == [3]
    assert len(hub.enrolling.take(reading, "P4").taken.new) == 2
    assert hub.enrolling.plan(reading, "P4").count("known") == 2


def test_the_same_id_is_the_same_child_whatever_the_name_is_now(hub: Hub) -> None:
    here = take_set(hub)
    later = RosterSet().put("users", 2, "familyName", "Hassan")
    plan = hub.enrolling.plan(read_list(later.body(), "set.zip"))
    assert changes(plan)["renamed"] == ["Amina Hassan"]
    learner = hub.people.in_class(here["Standard 4"])[0].id
    take_set(hub, later)
    assert hub.people.learner(learner).name == "Amina Hassan"


def test_who_is_in_the_set_no_more_leaves_and_comes_back(hub: Hub) -> None:
    here = take_set(hub)
    later = RosterSet().put("users", 2, "status", "tobedeleted")
    assert changes(hub.enrolling.plan(read_list(later.body(), "x.zip")))["leaves"] == [
        "Amina Juma"
    ]
    take_set(hub, later)
    assert names(hub, here["Standard 4"]) == ["Neema Otieno"]
    room = hub.classroom.rooms[here["Standard 4"]]
    assert len(room.away) == 1
    assert is_replayed_alike(hub)
    take_set(hub)
    assert names(hub, here["Standard 4"]) == ["Amina Juma", "Neema Otieno"]
    assert not room.away
    assert is_replayed_alike(hub)


def test_a_disabled_user_leaves_like_a_deleted_one(hub: Hub) -> None:
    here = take_set(hub)
    take_set(hub, RosterSet().put("users", 2, "enabledUser", "false"))
    assert names(hub, here["Standard 4"]) == ["Neema Otieno"]


def test_a_learner_whom_the_teacher_typed_never_leaves_by_a_set(hub: Hub) -> None:
    here = take_set(hub)
    hub.teaching.add_learners(here["Standard 4"], ["Own Child"])
    take_set(hub)
    assert names(hub, here["Standard 4"])[-1] == "Own Child"


def test_a_learner_of_another_class_now_moves_there(hub: Hub) -> None:
    here = take_set(hub)
    take_set(hub, RosterSet().put("enrollments", 2, "classSourcedId", "c2"))
    assert names(hub, here["Standard 4"]) == ["Neema Otieno"]
    assert "Amina Juma" in names(hub, here["Standard 5"])
    assert is_replayed_alike(hub)
    hub.enrolling.undo(hub.enrolling.latest() or 0)
    assert names(hub, here["Standard 4"]) == ["Amina Juma", "Neema Otieno"]
    assert is_replayed_alike(hub)


def test_two_classes_of_one_name_stay_two(hub: Hub) -> None:
    hub.enrolling.take(read_pasted("Own Child"), "Standard 4")
    made = RosterSet().put("classes", 3, "title", "Standard 4")
    hub.enrolling.take(read_list(made.body(), "set.zip"))
    assert names(hub, 2) == ["Own Child", "Amina Juma", "Neema Otieno"]
    assert names(hub, 3) == ["محمد علي"]
    plan = hub.enrolling.plan(read_list(made.body(), "set.zip"))
    assert {step.change for step in plan.steps} == {"known"}


def test_of_several_classes_one_alone_can_be_taken(hub: Hub) -> None:
    assert set(take_set(hub, into="Standard 5")) == {"Demo class", "Standard 5"}
    with pytest.raises(ListRefused, match="says nothing of a class"):
        take_set(hub, into="Standard 6")


def test_of_several_classes_of_one_learner_the_homeroom_counts(hub: Hub) -> None:
    made = RosterSet().put("classes", 3, "classType", "scheduled")
    made.again("enrollments", 2, sourcedId="e-9", classSourcedId="c2")
    found = read_list(made.body(), "set.zip")
    assert {one.name: one.group for one in found.pupils}["Amina Juma"] == "c1"


def test_a_list_without_a_class_asks_for_one(hub: Hub) -> None:
    with pytest.raises(ListRefused, match="does not say which class"):
        hub.enrolling.plan(read_pasted("Amina"))


def test_a_language_of_a_list_is_the_learners_from_the_first_question(
    start_starter: StartHub,
) -> None:
    hub = start_starter()
    body = b"Jina,Darasa,Lugha\nAmina,P4,Kiswahili\nOtieno,P4,\n"
    done = hub.enrolling.take(read_list(body, "x.csv"))
    room = hub.classroom.rooms[done.taken.classes[0]]
    assert room.languages == {done.taken.new[0]: "sw"}
    assert is_replayed_alike(hub)
    with pytest.raises(ListRefused, match=r"not written in “xx”") as caught:
        hub.enrolling.plan(read_list(body.replace(b"Kiswahili", b"xx"), "x.csv"))
    assert (caught.value.faults[0].row, caught.value.faults[0].field) == (2, "language")


def test_a_plan_that_was_shown_is_the_one_that_is_done_or_none(hub: Hub) -> None:
    reading = read_pasted("Amina\nOtieno")
    shown = hub.enrolling.plan(reading, "P4").digest
    hub.enrolling.take(read_pasted("Amina"), "P4")
    before = tables(hub)
    with pytest.raises(RosterError, match="changed since"):
        hub.enrolling.take(reading, "P4", expected=shown)
    assert tables(hub) == before


def test_a_list_taken_back_leaves_nothing_of_those_who_never_worked(hub: Hub) -> None:
    done = hub.enrolling.take(read_pasted("Amina\nOtieno"), "Demo class")
    hub.door.codes.of_all(done.taken.new)
    hub.enrolling.undo(done.number)
    assert len(names(hub, 1)) == 20
    kept = hub.writer.call(
        lambda database: database.conn.execute(
            "SELECT name, source_id, presence FROM learners WHERE id = ?", (done.taken.new[0],)
        ).fetchone()
    )
    assert kept == ("", None, "gone")
    assert is_replayed_alike(hub)
    with pytest.raises(RosterError, match="taken back already"):
        hub.enrolling.undo(done.number)
    # Nobody else gets the number: a card or a session of the one who went stays dead.
    again = hub.enrolling.take(read_pasted("Penda Bure"), "Demo class")
    assert not set(again.taken.new) & set(done.taken.new)


def test_who_has_worked_is_kept_when_the_list_is_taken_back(hub: Hub, tablet: Tablet) -> None:
    done = hub.enrolling.take(read_pasted("Amina Mpya"), "Demo class")
    learner = done.taken.new[0]
    question = asked(tablet.sign_in(learner))
    tablet.reply(tablet.answer(question, right_answer(hub, question)))
    hub.enrolling.undo(done.number)
    assert "Amina Mpya" not in names(hub, 1)
    assert hub.people.learner(learner).presence == "away"
    hub.enrolling.take(read_pasted("Amina Mpya"), "Demo class")
    assert [one.id for one in hub.people.in_class(1)][-1] == learner
    assert is_replayed_alike(hub)


def test_who_has_left_cannot_sign_in_and_what_is_on_the_way_counts(
    hub: Hub, tablet: Tablet
) -> None:
    done = hub.enrolling.take(read_pasted("Amina Mpya"), "Demo class")
    learner = done.taken.new[0]
    question = asked(tablet.sign_in(learner))
    hub.enrolling.undo(done.number)
    tablet.reply(tablet.answer(question, right_answer(hub, question)))
    assert hub.classroom.rooms[1].answers(learner) == 1
    tablet.send(encode(SignIn(learner)), leaf="event")
    assert tablet.refusal().reason == "signed_out"


def test_what_is_refused_writes_nothing(hub: Hub) -> None:
    before = tables(hub)
    with pytest.raises(ListRefused):
        take_set(hub, RosterSet().put("users", 4, "givenName", "=1"))
    with pytest.raises(ListRefused):
        hub.enrolling.take(read_pasted("Amina"), "")
    assert tables(hub) == before


def test_lists_of_the_same_learners_are_taken_back_the_latest_first(hub: Hub) -> None:
    take_set(hub)
    first = hub.enrolling.latest() or 0
    take_set(hub, RosterSet().put("users", 2, "familyName", "Hassan"))
    second = hub.enrolling.latest() or 0
    others = hub.enrolling.take(read_pasted("Zuri Mpya"), "Demo class").number
    with pytest.raises(RosterError, match=f"by list {second}. Take that one back first"):
        hub.enrolling.undo(first)
    hub.enrolling.undo(second)
    hub.enrolling.undo(first)
    assert hub.enrolling.latest() == others
    assert names(hub, 2) == []


def test_a_list_that_fails_in_the_middle_is_not_there_at_all(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_set(hub)
    before = tables(hub)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    # The last part of the work: classes, learners and who has left are written by then.
    monkeypatch.setattr(doing, "_move", full)
    with pytest.raises(StoreError, match="disk is full"):
        take_set(
            hub,
            RosterSet()
            .again("users", 2, sourcedId="u9")
            .again("enrollments", 2, sourcedId="e9", userSourcedId="u9"),
        )
    assert tables(hub) == before
    assert is_replayed_alike(hub)


def test_a_cut_between_the_list_and_the_log_heals_at_the_next_start(
    start_hub: StartHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = start_hub()

    def cut() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(hub.teaching, "catch_up", cut)
    with pytest.raises(KeyboardInterrupt):
        take_set(hub)
    hub.stop()
    again = start_hub()
    here = {one.name: one.id for one in again.people.classes.values()}
    assert names(again, here["Standard 4"]) == ["Amina Juma", "Neema Otieno"]
    assert len(again.classroom.rooms[here["Standard 4"]].places) == 2
    assert is_replayed_alike(again)
