"""Something else: a learner whom the teacher lets choose puts a kind of question aside."""

from __future__ import annotations

import re
import threading

import pytest

from devices.messages import Activity, Saying
from hub.app import Hub
from hub.lesson.appeals import LASTS, MOST
from hub.lesson.rebuild import rebuild
from hub.overriding import CLASS, Whom
from hub.store.database import open_reading
from hub.web.factory import create_app
from tests.hub.conftest import StartHub
from tests.hub.forms import child_at
from tests.hub.tablet import Tablet, asked
from tests.hub.test_appeals import HARD, room_of, rows, says, solved, warmed

OTHER: Saying = "other_kind"
BUTTON = 'id="other-kind"'


@pytest.fixture
def hub(start_starter: StartHub) -> Hub:
    return start_starter()


def kind(hub: Hub, at: Activity) -> set[int]:
    room = room_of(hub)
    return set(room.pack.item_skills[room.pack.item_index[at.item]])


def test_who_may_choose_gets_another_kind_and_the_first_rests_a_while(
    hub: Hub, tablet: Tablet
) -> None:
    hub.teaching.words.set_goal(1, CLASS, "choice")
    first = warmed(hub, tablet)
    reply = says(tablet, first, OTHER)
    assert reply.notice == "Here is another kind of question. Your teacher sees what you said."
    assert asked(reply).why.startswith("You wanted something else.")
    came = []
    for _ in range(LASTS):
        came.append(kind(hub, asked(reply)))
        reply = solved(hub, tablet, asked(reply))
    assert all(one.isdisjoint(kind(hub, first)) for one in came)
    assert room_of(hub).aside(1) == [], "then it may come again"
    [row] = rows(hub, "appeal")
    assert (row["says"], row["outcome"], row["shift"]) == (OTHER, "moved", 0.0)


def test_it_replays_to_the_same_state(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.words.set_goal(1, Whom(1), "choice")
    solved(hub, tablet, asked(says(tablet, warmed(hub, tablet), OTHER)))
    hub.writer.settle()
    with open_reading(hub.home.database) as reader:
        _, compared = rebuild(reader, 1)
    assert compared.is_equal


def test_under_any_other_goal_the_question_stays_and_the_teacher_sees_it(
    hub: Hub, tablet: Tablet
) -> None:
    first = warmed(hub, tablet)
    assert asked(says(tablet, first, OTHER)) == first
    [row] = rows(hub, "appeal")
    assert row["outcome"] == "off"


def test_choosing_is_not_ended_by_the_limit_of_other_appeals(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.words.set_goal(1, CLASS, "choice")
    hub.teaching.set_reach(1, "off")
    first = warmed(hub, tablet)
    assert asked(says(tablet, first, HARD)) == first
    assert asked(says(tablet, first, OTHER)).item != first.item


def test_after_three_in_ten_answers_the_question_stays(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.words.set_goal(1, CLASS, "choice")
    at = warmed(hub, tablet)
    for _ in range(MOST):
        at = asked(says(tablet, at, OTHER))
    assert asked(says(tablet, at, OTHER)) == at


def test_what_the_teacher_pinned_is_not_put_aside(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.words.set_goal(1, CLASS, "choice")
    first = warmed(hub, tablet)
    for skill in kind(hub, first):
        hub.teaching.override(1, "pin", skill)
    pinned = asked(tablet.sign_in(1))
    reply = says(tablet, pinned, OTHER)
    assert asked(reply) == pinned
    assert (
        reply.notice == "Your teacher asks you this question, and sees what you said. Try it."
    )


def test_the_button_is_there_for_those_who_may_choose_and_works_without_scripts(
    hub: Hub,
) -> None:
    child = child_at(create_app(hub.parts, threading.Event()), hub)
    page = child.post("/learn/sign-in", learner=1).get_data(as_text=True)
    assert 'id="too-easy"' in page
    assert BUTTON not in page
    hub.teaching.words.set_goal(1, Whom(1), "choice")
    # At the very beginning there is one kind only.
    hub.teaching.override(1, "unlock", 3)
    page = child.get("/learn").get_data(as_text=True)
    assert BUTTON in page
    at = {
        name: re.findall(f'name="{name}" id="{name}" value="([^"]*)"', page)[0]
        for name in ("item", "seed")
    }
    page = child.post("/learn/appeal", learner=1, step=0, says=OTHER, **at).get_data(
        as_text=True
    )
    assert "Here is another kind of question." in page
    assert f'value="{at["item"]}"' not in page
