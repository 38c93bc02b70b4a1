"""What a quiz showed, for the teacher: in words, as a whisker, and why each question came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.insight.words import say
from hub.insight.words.teacher import figure
from hub.kernels import cat, irt
from hub.lesson.quiz import Given, Quiz, items_of, seed_of
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.web.parts import Parts
from hub.web.teacher.reading import Versions, reader
from models.domain.pack import Pack

#: Nine of ten true values lie as many standard errors around the estimate.
NINE_IN_TEN = 1.645
#: The kernel's reasons that have words; {n} in them is the number, with so many places.
REASONS = {
    "START": 0, "INFORMATION": 2, "RANDOMESQUE": 0, "AREA_MINIMUM": 0, "AREA_MAXIMUM": 0,
}  # fmt: skip
#: One item's information is a^2/4 where there is nothing to guess, and a is 1 here.
MOST_INFORMATION = 0.25


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many of 100 questions of the quiz the learner would get right, and how sure.

    `words` say it in tens, as a teacher does.
    """

    mid: int
    low: int
    high: int
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a learner's quiz, and why it was chosen."""

    words: Versions
    skill: str
    is_right: bool
    chance: int | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One learner in one quiz; `questions` only where they are asked for."""

    learner: Learner
    quiz: int
    state: str
    answered: int
    most: int
    estimate: Estimate | None
    skills: Sequence[tuple[str, int, int]]
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """One quiz of the class."""

    quiz: Quiz
    skills: tuple[str, ...]
    state: str
    rows: Sequence[Result]
    waiting: Sequence[Learner]


def results(
    parts: Parts, room: Room, quiz: Quiz, tag: str = "en", *, only: int | None = None
) -> Results:
    """What `quiz` showed so far; of `only` this learner, then with each question."""
    pack = room.line.of(quiz.first_seed) or room.pack
    learners = [
        parts.people.learners[one] for one in quiz.sheets if one in parts.people.learners
    ]
    begun = [one for one in learners if quiz.sheets[one.id].given]
    spoken = pack.spoken(tag)
    return Results(
        quiz=quiz,
        skills=tuple(pack.skill_name(one, spoken) for one in quiz.skills),
        state=say(tag, f"quiz.s_{'left' if quiz.left_pack else quiz.state}"),
        rows=[
            _result(room, pack, quiz, one, tag, is_whole=only is not None)
            for one in (begun if only is None else learners)
            if only in (None, one.id)
        ],
        waiting=[one for one in learners if one not in begun],
    )


def _result(
    room: Room, pack: Pack, quiz: Quiz, learner: Learner, tag: str, *, is_whole: bool
) -> Result:
    given = quiz.sheets[learner.id].given
    test = room.quizzes.test(quiz, learner.id, given)
    skill_of = {one.item: one.skill for one in quiz.bank}
    asked = [
        (
            pack.skill_name(skill, pack.spoken(tag)),
            [one.is_right for one in given if skill_of[one.item] == skill],
        )
        for skill in quiz.skills
    ]
    return Result(
        learner=learner,
        quiz=quiz.hub_seq,
        state=_state(quiz, test, len(given), tag),
        answered=len(given),
        most=quiz.length,
        estimate=_estimate(quiz, test, tag) if given else None,
        skills=[(name, sum(rights), len(rights)) for name, rights in asked if rights],
        questions=_questions(room, pack, quiz, learner.id, tag) if is_whole else (),
    )


def _state(quiz: Quiz, test: cat.Session, answered: int, tag: str) -> str:
    if test.next() is None:
        return say(tag, "quiz.s_precise" if test.done == "PRECISION" else "quiz.s_done")
    if quiz.state == "over":
        return say(tag, "quiz.s_stopped" if answered else "quiz.s_not_begun")
    if quiz.state == "paused":
        return say(tag, "quiz.s_paused")
    return say(tag, "quiz.s_at", n=answered + 1) if answered else say(tag, "quiz.s_not_begun")


def _estimate(quiz: Quiz, test: cat.Session, tag: str) -> Estimate:
    reach = NINE_IN_TEN * test.se
    marks = irt.expected(items_of(quiz), [test.theta, test.theta - reach, test.theta + reach])
    size = len(quiz.bank)
    each = (sum(marks[at * size : (at + 1) * size]) / size for at in range(3))
    mid, low, high = (round(100 * one) for one in each)
    tens = {name: round(one / 10) for name, one in (("mid", mid), ("low", low), ("high", high))}
    return Estimate(mid, low, high, say(tag, "quiz.estimate", **tens))


def _questions(room: Room, pack: Pack, quiz: Quiz, learner: int, tag: str) -> list[Question]:
    given = quiz.sheets[learner].given
    skill_of = {one.item: one.skill for one in quiz.bank}
    found = []
    for at, one in enumerate(given):
        pick = room.quizzes.test(quiz, learner, given[:at]).next()
        is_chosen = pick is not None and int(pick.item) == one.item
        seed = seed_of(quiz, learner, one.item)
        read = reader(room, learner, one.item, seed, tag) if pack is room.pack else None
        found.append(
            Question(
                words=() if read is None else read.question(0),
                skill=pack.skill_name(skill_of[one.item], pack.spoken(tag)),
                is_right=one.is_right,
                chance=round(100 * pick.p) if pick is not None and is_chosen else None,
                why=_why(pick if is_chosen else None, one, tag),
            )
        )
    return found


def _why(pick: cat.Pick | None, given: Given, tag: str) -> tuple[str, ...]:
    if not given.counts:
        return (say(tag, "quiz.why_late"),)
    if pick is None:
        return (say(tag, "quiz.why_away"),)
    return tuple(_reason(code, number, tag) for code, number in pick.reasons)


def _reason(code: str, number: float, tag: str) -> str:
    if code not in REASONS:
        name = code.replace("_", " ").lower()
        return say(tag, "quiz.why_other", code=name, n=figure(tag, number, 2))
    shown = figure(tag, number, REASONS[code])
    if code == "INFORMATION":
        most = figure(tag, MOST_INFORMATION, 2)
        return say(tag, "quiz.why_INFORMATION", n=shown, most=most)
    return say(tag, f"quiz.why_{code}", n=shown)
