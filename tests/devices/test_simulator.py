"""Simulated pupils answer as children do, and a simulated class loses no answer."""

from __future__ import annotations

import threading
from random import Random
from statistics import median
from typing import TYPE_CHECKING

import pytest

from devices.messages import Activity, ClassControl, SignOut, class_topic, encode
from devices.pairing import PairingError, cards
from devices.simulator.classroom import ClassReport, Classroom, pair_devices, run_class
from devices.simulator.mistakes import plausible_mistake
from devices.simulator.pupil import Pupil
from tests.devices.ground import DEADLINE_S, right, solve
from tests.devices.http_hub import CODE, http_hub

if TYPE_CHECKING:
    from tests.devices.ground import ClassHub, Ground


def activity(seed: int = 1, skill: str = "add-to-100") -> Activity:
    return Activity(item="add", seed=seed, skill=skill, prompt=f"100 + {seed}")


@pytest.mark.parametrize(
    ("right", "prompt"),
    [
        ("35", "52 − 17 = ?"),
        ("0", "7 - 7"),
        ("11", "22 / 2"),
        ("-4", "3 - 7"),
        ("3/4", "1/2 + 1/4"),
        ("2.50", "Half of 5"),
        ("b", "Which one?"),
        ("triangle", "Name it"),
        ("", "Leave it empty"),
        ("7 r 3", "52 : 7"),
    ],
)
def test_a_mistake_is_never_the_right_answer(right: str, prompt: str) -> None:
    rng = Random(1)
    assert right not in {plausible_mistake(right, prompt, rng) for _ in range(200)}


def test_mistakes_are_those_of_children() -> None:
    rng = Random(1)
    seen = {plausible_mistake("35", "52 - 17 = ?", rng) for _ in range(300)}
    assert seen == {"36", "34", "53", "69", "45"}  # off by one, swapped, added, borrowed badly


def test_a_pupil_of_the_same_seed_answers_alike() -> None:
    twins = [Pupil(4, 7, solve), Pupil(4, 7, solve)]
    first, second = ([twin.respond(activity(n)) for n in range(50)] for twin in twins)
    assert first == second
    other = Pupil(5, 7, solve)
    assert [other.respond(activity(n)) for n in range(50)] != first


def test_practice_makes_a_pupil_better() -> None:
    gains = []
    for learner in range(200):
        pupil = Pupil(learner, 1, solve)
        before = pupil.chance("add-to-100")
        for number in range(30):
            pupil.respond(activity(number))
        gains.append(pupil.chance("add-to-100") - before)
    assert min(gains) > 0
    assert 0.2 < sum(gains) / len(gains) < 0.7


def test_an_answer_is_right_as_often_as_the_pupils_chance_says() -> None:
    right = chance = 0.0
    for learner in range(4000):
        pupil = Pupil(learner, 3, solve)
        chance += pupil.chance("add-to-100")
        response = pupil.respond(activity(9))
        assert response.is_right == (response.answer == "109")
        right += response.is_right
    assert abs(right - chance) / 4000 < 0.02


def test_answers_take_as_long_as_children_need() -> None:
    times = [Pupil(n, 2, solve).respond(activity()).seconds for n in range(2000)]
    assert 4.5 < median(times) < 8.0
    assert max(times) > 4 * median(times)


def test_a_class_works_to_its_limit_and_every_answer_is_receipted(
    ground: Ground, hub: ClassHub
) -> None:
    seen: list[ClassReport] = []
    with http_hub(ground.port, learners=7) as pages:
        report = run_class(
            pages.url,
            CODE,
            devices=4,
            speed=200.0,
            answers_limit=60,
            solve=solve,
            seed=1,
            on_progress=seen.append,
        )
    assert report.answers == report.receipted == 60
    assert (report.devices, report.pupils, report.unreceipted) == (4, 7, 0)
    assert sum(map(len, hub.taken.values())) == 60
    taken = [a for log in hub.taken.values() for a in log]
    assert report.right == sum(a.answer == right(a.seed) for a in taken)
    assert 0 < report.right < 60
    assert seen[-1] == report


def test_a_shared_tablet_goes_from_child_to_child(ground: Ground, hub: ClassHub) -> None:
    with http_hub(ground.port, learners=3) as pages:
        run_class(
            pages.url,
            CODE,
            devices=1,
            speed=2000.0,
            answers_limit=35,
            solve=solve,
            seed=1,
            on_progress=lambda _report: None,
        )
    (log,) = hub.taken.values()
    learners = [answer.learner for answer in log]
    assert learners == [1] * 10 + [2] * 10 + [3] * 10 + [1] * 5
    assert [e.session for _, e in hub.events if isinstance(e, SignOut)][:3] == [
        "session-1",
        "session-2",
        "session-3",
    ]


@pytest.mark.parametrize("ground", ["process"], indirect=True)
def test_a_class_outlives_a_broker_that_is_killed(ground: Ground, hub: ClassHub) -> None:
    # Without receipts nobody is done before the broker dies, however late that is.
    hub.is_receipting = False
    with http_hub(ground.port, learners=3) as pages:
        paired = pair_devices(pages.url, CODE, 3)
        learners = cards(pages.url, "t0ken")
        with Classroom(
            paired, learners, speed=300.0, answers_limit=90, solve=solve, seed=1
        ) as room:
            hub.wait_for(lambda: len(hub.arrived) >= 20)
            ground.stop()
            hub.is_receipting = True
            ground.start()
            assert room.is_done.wait(DEADLINE_S)
            room.end(DEADLINE_S)
            report = room.report()
    assert report.answers == report.receipted == 90
    assert report.losses >= 3
    assert sum(map(len, hub.taken.values())) == 90


def test_a_class_without_an_end_is_stopped_cleanly(ground: Ground, hub: ClassHub) -> None:
    before = threading.active_count()
    with http_hub(ground.port) as pages:
        paired = pair_devices(pages.url, CODE, 2)
        room = Classroom(
            paired,
            cards(pages.url, "t0ken"),
            speed=500.0,
            answers_limit=None,
            solve=solve,
            seed=1,
            silent_share=0.5,
        )
        with room:
            hub.wait_for(lambda: len(hub.arrived) >= 10)
            room.end(DEADLINE_S)
            report = room.report()
    assert report.silences > 0
    assert report.unreceipted == 0
    assert threading.active_count() == before


def test_pairing_a_class_waits_where_the_hub_asks_to_wait() -> None:
    with http_hub() as pages:
        pages.too_many = 1
        assert [credential.device for _, credential in pair_devices(pages.url, CODE, 2)] == [
            1,
            2,
        ]


def test_a_class_with_a_wrong_code_does_not_start() -> None:
    with http_hub() as pages, pytest.raises(PairingError):
        pair_devices(pages.url, "wrong", 2)


def test_a_paused_class_waits_for_its_teacher(ground: Ground, hub: ClassHub) -> None:
    hub.is_paused = True
    with http_hub(ground.port, learners=2) as pages:
        paired = pair_devices(pages.url, CODE, 2)
        with Classroom(
            paired,
            cards(pages.url, "t0ken"),
            speed=1000.0,
            answers_limit=20,
            solve=solve,
            seed=2,
        ) as room:
            hub.wait_for(lambda: len(hub.events) >= 2)
            room.report()
            assert hub.arrived == []
            hub.is_paused = False
            hub.say(class_topic(1), encode(ClassControl("practice")))
            assert room.is_done.wait(DEADLINE_S)
            room.end(DEADLINE_S)
    assert sum(map(len, hub.taken.values())) == 20
