"""Puts what the organs found into the wire's words: verdict, next activity, reasons."""

from __future__ import annotations

import msgspec

from devices.messages import (
    Activity,
    Answer,
    Appeal,
    AskHint,
    Next,
    QuizPlace,
    Reason,
    Rest,
)
from hub.insight.explain import again, answered, because, feedback, why
from hub.insight.words import say
from hub.kernels import AheadNode, Choice
from hub.lesson import appeals
from hub.lesson.grading import Verdict, asked
from hub.lesson.hands import is_up
from hub.lesson.quiz import Open
from hub.lesson.rest import Resting, When
from hub.lesson.room import Room
from hub.lesson.tutoring import Problem
from hub.lesson.worked import worked
from models.domain.locales import locale
from models.domain.pieces import plain
from models.domain.showing import Showing

#: Why a question comes that the teacher asks for: the planner's own code for the teacher's
#: word, with the number that it gives to a pinned skill.
ASKED = Reason("TEACHER", 1.0)
#: Why a question comes in another one's place; its number: how much likelier right it is.
APPEAL = "APPEAL"


def activity(room: Room, learner: int, choice: Choice | None) -> Activity | None:
    """What `learner` is to do; None while the class pauses, or when nothing is left.

    A quiz comes first, then the open problem, then what the teacher asks for, then what an
    appeal led to, then `choice`.
    """
    if room.state != "practice":
        return None
    quiz = room.quizzes.question(learner)
    if quiz is not None:
        return of_quiz(room, learner, quiz)
    problem, wish = room.problems.get(learner), room.asked_next(learner)
    tag = room.language(learner)
    if problem is not None:
        return _activity(room, learner, problem, again(problem.stage, tag))
    if wish is not None:
        return wished(room, learner, wish.item, wish.seed)
    eased = room.eased(learner)
    if eased is not None:
        instead = Problem(eased.to, room.seed(learner))
        reason = Reason(APPEAL, eased.to_p - eased.p)
        is_clear = eased.outcome == "moved"
        told = because(eased.says, is_clear=is_clear, p=eased.to_p, tag=tag)
        return _activity(room, learner, instead, told, (reason,))
    return None if choice is None else chosen(room, learner, choice, room.seed(learner))


def wished(room: Room, learner: int, item: int, seed: int) -> Activity:
    """The activity that the teacher asks of `learner`, now or once another one is done."""
    because_asked = say(room.language(learner), "why.ASKED")
    return _activity(room, learner, Problem(item, seed), because_asked, (ASKED,))


def chosen(room: Room, learner: int, choice: Choice | AheadNode, seed: int) -> Activity:
    """The activity that the planner chose, now or looking ahead, with its reasons."""
    tag = room.language(learner)
    skill = room.pack.skill_name(choice.skill, tag)
    given = _activity(
        room,
        learner,
        Problem(choice.item, seed),
        why(choice.reasons, skill=skill, p=choice.p, tag=tag),
        tuple(Reason(*one) for one in choice.reasons),
    )
    return msgspec.structs.replace(given, is_review=choice.is_review)


def of_quiz(room: Room, learner: int, at: Open) -> Activity:
    """A question of a quiz: no hints, and no word on how likely a right answer is."""
    reasons = tuple(Reason(*one) for one in at.pick.reasons)
    why_this = say(room.language(learner), "why.QUIZ")
    given = _activity(room, learner, Problem(at.item, at.seed), why_this, reasons)
    place = QuizPlace(at.quiz.hub_seq, at.nth, at.quiz.length)
    return msgspec.structs.replace(given, hints=0, quiz=place)


def _activity(
    room: Room, learner: int, problem: Problem, why_this: str, reasons: tuple[Reason, ...] = ()
) -> Activity:
    place, seed = problem.item, problem.seed
    showing = showing_of(room, learner, place, seed)
    return Activity(
        item=room.pack.items[place].id,
        seed=seed,
        skill=room.pack.skill_name(room.pack.item_skills[place][0], room.language(learner)),
        prompt=plain(showing.prompt(problem.now)),
        step=problem.now,
        locale=showing.locale.tag,
        kind=str(asked(room.pack, place, seed, problem.now).answer.__struct_config__.tag),
        hints=showing.count_hints(problem.now),
        hints_seen=problem.hints,
        example=_lines(_example(room, learner, problem)),
        why=why_this,
        reasons=reasons,
    )


def example_of(room: Room, learner: int) -> Showing | None:
    """The twin that `learner` sees worked out beside the open problem; None for none."""
    problem = room.problems.get(learner)
    return None if problem is None else _example(room, learner, problem)


def _example(room: Room, learner: int, problem: Problem) -> Showing | None:
    if problem.twin is None:
        return None
    return showing_of(room, learner, problem.item, problem.twin)


def showing_of(room: Room, learner: int, place: int, seed: int) -> Showing:
    """The activity on its way to the language that `learner` works in."""
    pack = room.line.of(seed) or room.pack
    tag = pack.spoken(room.language(learner))
    here = pack.item_index.get(room.pack.items[place].id, place)
    return Showing(pack, pack.activity(here, seed), locale(tag))


def brief(reply: Next) -> Next:
    """`reply` without what a page does not show, or fetches as a piece of HTML."""
    given = reply.activity
    return msgspec.structs.replace(
        reply,
        activity=given and Activity(item=given.item, seed=given.seed, step=given.step),
        verdict=None if reply.is_right is not None else reply.verdict,
        expected="",
        is_worked=False,
        mastery_before=None,
    )


def first(room: Room, learner: int) -> Next:
    """What `learner` is to do now, with nothing answered."""
    chosen = activity(room, learner, room.choose(learner))
    return Next(
        learner=learner,
        activity=chosen,
        state=room.state,
        is_hand_up=is_up(room.hands, learner),
    )


def resting(room: Room, learner: int, now: When) -> Resting | None:
    """Why `learner` rests at `now`; None for one who does not, or is at a problem or a quiz."""
    return None if room.is_at_work(learner) else room.rests.of(learner, now)


def rested(room: Room, told: Next, now: When) -> Next:
    """`told` without a question for one who rests, and how much work is left for others."""
    rule = room.rests.rule
    found, left = resting(room, told.learner, now), room.rests.left(told.learner, now)
    rest = Rest(
        why="" if found is None else found.why,
        left_ms=0 if found is None else found.left_ms,
        work_ms=left.break_ms,
        spell_ms=rule.after_s * 1000,
        break_ms=rule.break_s * 1000 if rule.after_s else 0,
        day_ms=left.day_ms,
    )
    asked_now = told.activity if found is None else None
    return msgspec.structs.replace(told, activity=asked_now, rest=rest)


def appeal(room: Room, sent: Appeal, made: appeals.Appeal | None) -> Next:
    """What comes after an appeal, and in words what was done; None for one of long ago."""
    said = (
        "" if made is None else answered(made.says, made.outcome, room.language(sent.learner))
    )
    return msgspec.structs.replace(first(room, sent.learner), notice=said)


def hint(room: Room, sent: AskHint, level: int) -> Next:
    """The words of hint `level` (from 1) to what was asked; empty where there are none."""
    place = room.pack.item_index[sent.item]
    if room.quizzes.owner(sent.learner, place, sent.seed):
        return first(room, sent.learner)
    hints = showing_of(room, sent.learner, place, sent.seed).hints_of(sent.step)
    return Next(
        learner=sent.learner,
        hint=plain(hints[level - 1]) if level <= len(hints) else "",
        hint_level=min(level, len(hints)),
        activity=activity(room, sent.learner, room.choose(sent.learner)),
        state=room.state,
        is_hand_up=is_up(room.hands, sent.learner),
    )


def reply(
    room: Room, sent: Answer, verdict: Verdict, before: float, choice: Choice | None
) -> Next:
    """The whole reply to `sent`; `before` is the mastery of its item's first skill then."""
    place = room.pack.item_index[sent.item]
    skill = room.pack.item_skills[place][0]
    problem = room.problems.get(sent.learner)
    is_over = problem is None or (problem.item, problem.seed) != (place, sent.seed)
    is_told = is_over or (problem is not None and sent.step in problem.done)
    if room.quizzes.hides(sent.learner, place, sent.seed):
        return _noted(room, sent, verdict, choice)
    showing = showing_of(room, sent.learner, place, sent.seed)
    expected = "" if verdict.is_right or not is_told else plain(showing.solved(sent.step))
    return Next(
        learner=sent.learner,
        boot=sent.boot,
        device_seq=sent.device_seq,
        is_right=verdict.is_right,
        verdict=verdict.judged,
        feedback=_feedback(showing, verdict),
        expected=expected,
        is_worked=is_over and verdict.is_right is False and bool(showing.made.template.steps),
        mastery_before=before,
        mastery_after=room.mastery(sent.learner, skill),
        activity=activity(room, sent.learner, choice),
        state=room.state,
        is_hand_up=is_up(room.hands, sent.learner),
    )


def _noted(room: Room, sent: Answer, verdict: Verdict, choice: Choice | None) -> Next:
    """The reply in a quiz: whether the answer could be read, and no word of its worth."""
    tag, is_read = room.language(sent.learner), verdict.is_right is not None
    said = (
        say(tag, "feedback.noted") if is_read else feedback(verdict.judged, verdict.reason, tag)
    )
    return Next(
        learner=sent.learner,
        boot=sent.boot,
        device_seq=sent.device_seq,
        verdict=None if is_read else verdict.judged,
        feedback=said,
        activity=activity(room, sent.learner, choice),
        state=room.state,
        is_hand_up=is_up(room.hands, sent.learner),
        is_noted=is_read,
    )


def _lines(example: Showing | None) -> tuple[str, ...]:
    if example is None:
        return ()
    one = worked(example)
    steps = (f"{plain(prompt)} {plain(answer)}".strip() for prompt, answer in one.steps)
    told = say(example.locale.tag, "page.right_is", answer=plain(one.answer))
    return tuple(
        line for line in (plain(one.question), plain(one.advice), *steps, told) if line
    )


def _feedback(showing: Showing, verdict: Verdict) -> str:
    """The words after an answer: those for the wrong rule that it follows, if it does."""
    said = feedback(verdict.judged, verdict.reason, showing.locale.tag)
    if verdict.misconception:
        own = plain(showing.feedback(verdict.misconception))
        return f"{said} {own}" if own else said
    return said
