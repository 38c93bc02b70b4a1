"""What a quiz showed, for the teacher: in words, as a whisker, and why each question came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.kernels import cat, irt
from hub.lesson.quiz import Given, Quiz, items_of, seed_of
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.web.parts import Parts
from hub.web.teacher.reading import Versions, reader
from models.domain.pack import Pack

#: Nine of ten true values lie as many standard errors around the estimate.
NINE_IN_TEN = 1.645
#: What the kernel's reasons mean, by their code; {n} is the number.
REASONS = {
    "START": "the first one: of middling difficulty for this class",
    "INFORMATION": "it tells most about this learner just now ({n:.2f} of {most:.2f} at best)",
    "RANDOMESQUE": "one of the {n:.0f} best, so that neighbours are not asked the same",
    "AREA_MINIMUM": "places kept for skills that were asked too little: {n:.0f}",
    "AREA_MAXIMUM": "skills that had their share already: {n:.0f}",
}
#: One item's information is a^2/4 where there is nothing to guess, and a is 1 here.
MOST_INFORMATION = 0.25


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many of 100 questions of the quiz the learner would get right, and how sure."""

    mid: int
    low: int
    high: int

    @property
    def words(self) -> str:
        """In tens, as a teacher says it."""
        mid, low, high = (round(one / 10) for one in (self.mid, self.low, self.high))
        return f"About {mid} in 10 of such questions; between {low} and {high}, fairly surely."


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


def results(parts: Parts, room: Room, quiz: Quiz, *, only: int | None = None) -> Results:
    """What `quiz` showed so far; of `only` this learner, then with each question."""
    pack = room.line.of(quiz.first_seed) or room.pack
    learners = [
        parts.people.learners[one] for one in quiz.sheets if one in parts.people.learners
    ]
    begun = [one for one in learners if quiz.sheets[one.id].given]
    states = {"on": "going on", "paused": "paused", "over": "over"}
    return Results(
        quiz=quiz,
        skills=tuple(pack.skills[one].name for one in quiz.skills),
        state="ended: the class got other lessons" if quiz.left_pack else states[quiz.state],
        rows=[
            _result(room, pack, quiz, one, is_whole=only is not None)
            for one in (begun if only is None else learners)
            if only in (None, one.id)
        ],
        waiting=[one for one in learners if one not in begun],
    )


def _result(room: Room, pack: Pack, quiz: Quiz, learner: Learner, *, is_whole: bool) -> Result:
    given = quiz.sheets[learner.id].given
    test = room.quizzes.test(quiz, learner.id, given)
    skill_of = {one.item: one.skill for one in quiz.bank}
    asked = [
        (
            pack.skills[skill].name,
            [one.is_right for one in given if skill_of[one.item] == skill],
        )
        for skill in quiz.skills
    ]
    return Result(
        learner=learner,
        quiz=quiz.hub_seq,
        state=_state(quiz, test, len(given)),
        answered=len(given),
        most=quiz.length,
        estimate=_estimate(quiz, test) if given else None,
        skills=[(name, sum(rights), len(rights)) for name, rights in asked if rights],
        questions=_questions(room, pack, quiz, learner.id) if is_whole else (),
    )


def _state(quiz: Quiz, test: cat.Session, answered: int) -> str:
    if test.next() is None:
        return "done: precise enough" if test.done == "PRECISION" else "done"
    if quiz.state == "over":
        return "stopped before the end" if answered else "not begun"
    if quiz.state == "paused":
        return "paused"
    return f"at question {answered + 1}" if answered else "not begun"


def _estimate(quiz: Quiz, test: cat.Session) -> Estimate:
    reach = NINE_IN_TEN * test.se
    marks = irt.expected(items_of(quiz), [test.theta, test.theta - reach, test.theta + reach])
    size = len(quiz.bank)
    each = (sum(marks[at * size : (at + 1) * size]) / size for at in range(3))
    return Estimate(*(round(100 * one) for one in each))


def _questions(room: Room, pack: Pack, quiz: Quiz, learner: int) -> list[Question]:
    given = quiz.sheets[learner].given
    skill_of = {one.item: one.skill for one in quiz.bank}
    found = []
    for at, one in enumerate(given):
        pick = room.quizzes.test(quiz, learner, given[:at]).next()
        is_chosen = pick is not None and int(pick.item) == one.item
        seed = seed_of(quiz, learner, one.item)
        read = reader(room, learner, one.item, seed) if pack is room.pack else None
        found.append(
            Question(
                words=() if read is None else read.question(0),
                skill=pack.skills[skill_of[one.item]].name,
                is_right=one.is_right,
                chance=round(100 * pick.p) if pick is not None and is_chosen else None,
                why=_why(pick if is_chosen else None, one),
            )
        )
    return found


def _why(pick: cat.Pick | None, given: Given) -> tuple[str, ...]:
    if not given.counts:
        return ("It came after the quiz was over: it counts as practice only.",)
    if pick is None:
        return ("The tablet was out of reach, and went on with what it had been given.",)
    return tuple(
        REASONS[code].format(n=number, most=MOST_INFORMATION)
        if code in REASONS
        else f"{code.replace('_', ' ').lower()} {number:.2f}"
        for code, number in pick.reasons
    )
