"""The inner loop: tries, hints, steps and the worked end; the same after a cut."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.messages import Activity, Answer, AskHint, Next, encode
from hub.app import Hub
from hub.cli import main
from hub.errors import Refused
from hub.lesson.tutoring import (
    STEP_TRIES,
    Evidence,
    Problem,
    after_answer,
    after_hint,
    evidence,
)
from hub.roster.devices import Device
from tests.hub.conftest import StartHub

HINTS = {
    f"hint.{level}": f"{level}: {{answer}}" for level in ("pointing", "teaching", "bottom_out")
}
TEXTS = {
    "stem": "What is {task}",
    **HINTS,
    "step.tens.prompt": "The tens?",
    "step.ones.prompt": "The ones?",
    **{f"step.tens.{key}": text for key, text in HINTS.items()},
    **{f"step.ones.{key}": text for key, text in HINTS.items()},
}
PACK = {
    "name": "Tutored",
    "version": 1,
    "skills": [{"id": "s", "name": "Adding"}],
    "misconceptions": [
        {
            "id": "plus.one",
            "family": "plus",
            "source": "made up",
            "arguments": ["x"],
            "rule": "x + 1",
        }
    ],
    "items": [
        {
            "id": f"s.{n}",
            "skills": ["s"],
            "draw": {"a": "range(11, 48)", "b": "range(11, 48)"},
            "let": {"tens": "digit(a, 1) + digit(b, 1)"},
            "maths": {"task": "{a} + {b} = ?"},
            "answer": {"kind": "whole", "value": "a + b"},
            "bugs": [{"misconception": "plus.one", "with": ["a + b"]}],
            "steps": [
                {"id": "tens", "answer": {"kind": "whole", "value": "tens"}},
                {
                    "id": "ones",
                    "answer": {"kind": "whole", "value": "digit(a, 0) + digit(b, 0)"},
                },
            ],
        }
        for n in range(3)
    ],
    "locales": {
        "en": {
            **{f"s.{key}": text for key, text in TEXTS.items()},
            "misconception.plus.one.feedback": "Did you count the first one twice?",
        }
    },
}


class Child:
    """One learner on one tablet; answers like its page."""

    def __init__(self, hub: Hub, learner: int, device: Device | None = None) -> None:
        self.hub = hub
        self.learner = learner
        self.device = device or hub.devices.pair(hub.people.learner(learner).class_id, "T")[0]
        self.seq = 0

    @property
    def session(self) -> str:
        return self.hub.devices.session(self.device.id, self.learner)

    @property
    def now(self) -> Activity:
        activity = self.hub.classroom.start(self.device, self.learner).activity
        assert activity is not None
        return activity

    def answer(self, text: str | int, **fields: Any) -> Next:
        asked = self.now
        self.seq += 1
        sent = Answer(
            device_seq=self.seq,
            boot=1,
            learner=self.learner,
            session=self.session,
            item=asked.item,
            seed=asked.seed,
            step=asked.step,
            answer=str(text),
        )
        return self.hub.classroom.answer(self.device, msgspec.structs.replace(sent, **fields))

    def right(self) -> int:
        made = self.room.pack.activity(self.room.pack.item_index[self.now.item], self.now.seed)
        steps = made.template.steps
        source = steps[self.now.step - 1].answer if self.now.step else made.template.answer
        return int(made.number(getattr(source, "value")))  # noqa: B009  (kinds differ)

    def hint(self, level: int = 3) -> Next:
        asked = self.now
        return self.hub.classroom.hint(
            self.device,
            AskHint(
                learner=self.learner,
                session=self.session,
                item=asked.item,
                seed=asked.seed,
                step=asked.step,
                level=level,
            ),
        )

    @property
    def room(self) -> Any:
        return self.hub.classroom.rooms[self.hub.people.learner(self.learner).class_id]

    @property
    def answers(self) -> int:
        return int(self.room.tracer.answers(self.room.places[self.learner]))


def child_of(hub: Hub) -> Child:
    pack = hub.teaching.install_pack(msgspec.json.encode(PACK), where="tutored")
    added = hub.teaching.add_class("Tutored", pack, ["Ada"])
    return Child(hub, hub.people.in_class(added.id)[0].id)


def after_the_steps(child: Child) -> Next:
    """Two wrong answers, all steps right, and the whole wrong again: its reply."""
    for _ in range(2):
        child.answer(0)
    for _ in range(2):
        child.answer(child.right())
    return child.answer(0)


@pytest.fixture
def child(start_hub: StartHub) -> Child:
    return child_of(start_hub())


def test_a_right_answer_ends_the_problem_and_counts(child: Child) -> None:
    reply = child.answer(child.right())
    assert (reply.verdict, child.answers, child.room.problems) == ("right", 1, {})


def test_a_wrong_answer_may_be_tried_again_and_does_not_tell_the_right_one(
    child: Child,
) -> None:
    first = child.now
    reply = child.answer(child.right() + 5)
    assert (reply.verdict, reply.expected, reply.is_worked) == ("wrong", "", False)
    assert reply.activity is not None
    assert (reply.activity.item, reply.activity.seed) == (first.item, first.seed)
    assert child.answer(child.right()).verdict == "right"
    assert child.answers == 1


def test_a_wrong_rule_gets_the_words_for_it(child: Child) -> None:
    assert "count the first one twice" in child.answer(child.right() + 1).feedback
    assert "twice" not in child.answer(child.right() + 7).feedback


def test_after_two_wrong_answers_the_steps_are_asked_then_the_whole_again(child: Child) -> None:
    for _ in range(2):
        child.answer(0)
    assert (child.now.step, child.now.prompt) == (1, "The tens?")
    child.answer(child.right())
    assert (child.now.step, child.now.prompt) == (2, "The ones?")
    child.answer(child.right())
    assert child.now.step == 0
    assert child.answer(child.right()).verdict == "right"
    assert (child.answers, child.room.problems) == (1, {})


def test_a_step_that_fails_three_times_is_told_and_the_next_one_follows(child: Child) -> None:
    for _ in range(2):
        child.answer(0)
    told = str(child.right())
    replies = [child.answer(99) for _ in range(STEP_TRIES)]
    assert [reply.expected for reply in replies] == ["", "", told]
    assert child.now.step == 2


def test_what_the_steps_did_not_help_gets_a_twin_worked_out_and_a_last_try(
    child: Child,
) -> None:
    first = child.now
    reply = after_the_steps(child)
    assert (reply.is_worked, reply.expected) == (False, "")
    now = child.now
    assert (now.item, now.seed, now.step) == (first.item, first.seed, 0)
    question, tens, ones, told = now.example
    a, b = (int(one) for one in re.findall(r"[0-9]+", question))
    assert a + b != child.right()
    assert tens == f"The tens? {a // 10 + b // 10}"
    assert ones == f"The ones? {a % 10 + b % 10}"
    assert told == f"The answer is {a + b}."
    assert child.answer(child.right()).verdict == "right"
    assert (child.answers, child.room.problems) == (1, {})


def test_a_problem_that_nothing_helped_ends_with_its_own_worked_solution(
    child: Child,
) -> None:
    first = child.now
    after_the_steps(child)
    right = str(child.right())
    reply = child.answer(0)
    assert (reply.is_worked, reply.expected) == (True, right)
    assert (child.now.item, child.now.seed) != (first.item, first.seed)
    assert child.now.example == ()


def test_a_hub_that_stops_beside_an_example_shows_the_same_one_again(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    child = child_of(hub)
    after_the_steps(child)
    before = child.now
    assert before.example
    hub.stop()
    again = start_hub()
    later = Child(again, child.learner, again.devices.all[child.device.id])
    assert later.now == before
    assert main(["rebuild", "--verify", "--home", str(again.home.path)]) == 0


def test_what_cannot_be_read_or_has_another_form_leaves_the_example_there(
    child: Child,
) -> None:
    after_the_steps(child)
    before = child.now
    assert child.answer("x+").verdict == "unreadable"
    assert child.now == before


def test_an_example_stays_small_enough_for_the_wire(child: Child) -> None:
    after_the_steps(child)
    assert len(encode(child.hub.classroom.start(child.device, child.learner))) < 2048


def test_hints_come_one_after_the_other_and_the_last_one_is_the_answer(child: Child) -> None:
    assert [child.hint(3).hint_level for _ in range(4)] == [1, 2, 3, 3]
    assert child.hint().hint == f"bottom_out: {child.right()}"
    assert child.now.hints_seen == 3


def test_after_the_last_hint_a_right_answer_is_no_sign_of_knowing(child: Child) -> None:
    before = child.room.mastery(child.learner, 0)
    for _ in range(3):
        child.hint()
    assert child.answer(child.right()).is_right is True
    assert child.room.mastery(child.learner, 0) < before or child.room.tracer.evidence(
        child.room.places[child.learner], 0
    ).recent == [False]


@pytest.mark.parametrize("text", ["", "x+", "seven"])
def test_what_cannot_be_read_changes_nothing(child: Child, text: str) -> None:
    first = child.now
    reply = child.answer(text)
    assert (reply.verdict, reply.is_right, child.answers) == ("unreadable", None, 0)
    assert child.now == first


def test_a_hub_that_stops_in_the_middle_of_a_problem_goes_on_in_the_middle(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    child = child_of(hub)
    child.answer(0)
    child.answer(0)
    child.answer(child.right())
    child.hint()
    before = child.now
    assert (before.step, before.hints_seen) == (2, 1)
    hub.stop()
    again = start_hub()
    later = Child(again, child.learner, again.devices.all[child.device.id])
    assert later.now == before
    assert main(["rebuild", "--verify", "--home", str(again.home.path)]) == 0


def test_the_teachers_word_ends_what_was_open(child: Child) -> None:
    child.answer(0)
    child.hub.teaching.override(child.learner, "pin", 0)
    assert child.room.problems == {}


def test_an_answer_sent_twice_moves_the_problem_once(child: Child) -> None:
    first = child.now
    child.answer(0)
    child.seq -= 1
    child.answer(0, item=first.item, seed=first.seed, step=0)
    assert child.room.problems[child.learner].tries == 1


def test_a_hint_of_a_strange_session_or_item_is_refused(child: Child) -> None:
    sent = AskHint(learner=child.learner, session="no", item=child.now.item, seed=1)
    for wrong in (sent, msgspec.structs.replace(sent, learner=10_000)):
        with pytest.raises(Refused):
            child.hub.classroom.hint(child.device, wrong)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "hint"]),
        st.integers(0, 4),
        st.sampled_from([True, False, None]),
    ),
    max_size=40,
)


@given(ROWS, st.integers(0, 4), st.sampled_from([9, None]))
def test_any_row_leaves_a_problem_that_can_go_on_or_is_over(
    rows: list[tuple[str, int, bool | None]], n_steps: int, twin: int | None
) -> None:
    problem: Problem | None = Problem(0, 7)
    counted = 0
    for kind, number, is_right in rows:
        if problem is None:
            break
        if kind == "hint":
            problem = after_hint(problem, number, number)
        else:
            counted += evidence(problem, step=number, is_right=is_right) is not None
            problem = after_answer(
                problem, n_steps, lambda: twin, step=number, is_right=is_right
            )
        if problem is not None:
            assert 0 <= problem.now <= n_steps
            assert problem.now not in problem.done or problem.now == 0
            assert (problem.stage == "steps") == (problem.now > 0)
            assert (problem.stage == "example") == (problem.twin is not None)
    assert counted <= 1


def wrong(problem: Problem | None, n_steps: int, twin: int | None) -> Problem | None:
    assert problem is not None
    return after_answer(problem, n_steps, lambda: twin, step=0, is_right=False)


def test_without_steps_the_example_follows_the_second_wrong_answer() -> None:
    second = wrong(wrong(Problem(0, 7), 0, 9), 0, 9)
    assert second is not None
    assert (second.stage, second.twin) == ("example", 9)
    assert wrong(second, 0, 9) is None


def test_without_a_twin_the_problem_ends_as_it_would_without_an_example() -> None:
    assert wrong(wrong(Problem(0, 7), 0, None), 0, None) is None
    assert wrong(Problem(0, 7, "again", is_counted=True), 2, None) is None


def test_an_answer_to_the_whole_that_comes_late_leaves_the_steps_as_they_are() -> None:
    problem = Problem(0, 7, "steps", 2, now=2, done=(1,), is_counted=True)
    assert wrong(problem, 2, 9) == problem


def test_a_problem_kept_before_there_were_examples_can_still_be_read() -> None:
    former = msgspec.msgpack.encode([3, 7, "again", 2, 0, 1, 0, [1, 2], True])
    assert msgspec.msgpack.decode(former, type=Problem) == Problem(
        3, 7, "again", 2, 0, 1, 0, (1, 2), is_counted=True
    )


def test_hints_before_the_first_answer_are_told_to_the_model() -> None:
    problem = after_hint(Problem(0, 1), 0, 2)
    assert evidence(problem, step=0, is_right=True) == Evidence(is_right=True, hints=2)
    told = after_hint(problem, 0, 3)
    assert evidence(told, step=0, is_right=True) == Evidence(is_right=False, hints=3)
    assert evidence(told, step=1, is_right=True) is None
