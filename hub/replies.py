"""Puts what the organs found into the wire's words: verdict, next activity, reasons."""

from __future__ import annotations

from devices.messages import Activity, Answer, Next, Reason
from hub.insight.explain import feedback, why
from hub.kernels import Choice
from hub.lesson.grading import Verdict
from hub.lesson.room import Room
from models.domain.templates import question


def activity(room: Room, learner: int, choice: Choice | None) -> Activity | None:
    """`choice` ready to be shown to `learner`; None while the class pauses or all is done."""
    if choice is None or room.state != "practice":
        return None
    item, seed = room.pack.items[choice.item], room.seed(learner)
    skill = room.pack.skills[choice.skill].name
    return Activity(
        item=item.id,
        seed=seed,
        skill=skill,
        prompt=question(item.template, seed).prompt,
        why=why(choice.reasons, skill=skill, p=choice.p),
        reasons=tuple(Reason(code, number) for code, number in choice.reasons),
        is_review=choice.is_review,
    )


def first(room: Room, learner: int) -> Next:
    """What `learner` is to do now, with nothing answered."""
    chosen = activity(room, learner, room.choose(learner))
    return Next(learner=learner, activity=chosen, state=room.state)


def reply(
    room: Room, sent: Answer, verdict: Verdict, before: float, choice: Choice | None
) -> Next:
    """The whole reply to `sent`; `before` is the mastery of its item's first skill then."""
    skill = room.pack.item_skills[room.pack.item_index[sent.item]][0]
    return Next(
        learner=sent.learner,
        boot=sent.boot,
        device_seq=sent.device_seq,
        is_right=verdict.is_right,
        feedback=feedback(is_right=verdict.is_right),
        expected="" if verdict.is_right else verdict.expected,
        mastery_before=before,
        mastery_after=room.mastery(sent.learner, skill),
        activity=activity(room, sent.learner, choice),
        state=room.state,
    )
