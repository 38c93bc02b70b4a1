"""The quizzes of a class: who is asked what, and what was answered, from the log's rows alone.

A quiz is an adaptive test (`hub.kernels.cat`): each learner is asked what tells most of them,
so that few questions do. Its row holds all that the choice rests on, and a question's numbers
follow from learner, quiz and item: after a cut, or on another tablet, the same one is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, log
from typing import Any, Literal, NamedTuple

import msgspec

from hub.kernels import cat, irt
from hub.lesson.tutoring import Evidence
from hub.lesson.twins import SEEDS, spread
from hub.store.log import Attempt, Event, from_facts

#: A quiz of a lesson's length at most, and as it is offered.
MOST_QUESTIONS, USUAL_QUESTIONS, LEAST_QUESTIONS = 20, 8, 3
#: Results that a class keeps in its state; the log keeps all.
KEPT = 8
#: Precise enough, in logits: in the middle some 17 of 100 questions to either side. Measured
#: with 24 items from -1.5 to 1.7: reached after 5 to 7 answers.
PRECISE = 0.7
#: What is known before: the learner is one of this class, whose mean is 0.
PRIOR = (0.0, 1.0)
#: One of the three best comes, so that neighbours are not all asked the same (Kingsbury and
#: Zara 1989, randomesque selection).
AMONG = 3
#: So far apart are two quizzes in what their seeds come from: no pack has as many items, and
#: no learner gives as many answers.
_FURTHER = 1 << 24
#: Chances of an item are kept from the ends, where a logit says nothing.
_EDGE = 0.02

Does = Literal["start", "pause", "resume", "end", "pack"]
State = Literal["on", "paused", "over"]
STATES: dict[Does, State] = {
    "start": "on",
    "resume": "on",
    "pause": "paused",
    "end": "over",
    # The class went on with another pack: its questions are no longer there.
    "pack": "over",
}

#: What a teacher can do to a quiz in which state.
MOVES: dict[str, tuple[State, ...]] = {
    "pause": ("on",),
    "resume": ("paused",),
    "end": ("on", "paused"),
}


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One item that a quiz may ask, under one of its skills.

    `chance` is the mean chance of a right answer that the learner models gave the learners of
    the quiz when it began; `guess` the chance of whoever taps anything.
    """

    item: int
    skill: int
    chance: float
    guess: float


class Deed(msgspec.Struct, frozen=True, array_like=True):
    """What was done to a quiz, by which row of the log."""

    hub_seq: int
    does: Does


class Given(msgspec.Struct, frozen=True, array_like=True, order=True):
    """An answer; one that came after the test was over does not `count` in it."""

    item: int
    is_right: bool
    counts: bool


class Sheet(msgspec.Struct, frozen=True, array_like=True):
    """What one learner answered, in order; `seen` answers were on the page of the end."""

    given: tuple[Given, ...] = ()
    seen: int = 0


class Quiz(msgspec.Struct, frozen=True, array_like=True):
    """One quiz; `hub_seq` is the row that began it, `number` the class's pack, from 0."""

    hub_seq: int
    skills: tuple[int, ...]
    most: int
    tells: bool
    number: int
    bank: tuple[Entry, ...]
    sheets: dict[int, Sheet]
    deeds: tuple[Deed, ...]

    @property
    def state(self) -> State:
        """Whether it goes on, rests or is over."""
        return STATES[self.deeds[-1].does]

    @property
    def length(self) -> int:
        """The most questions that a learner can be asked."""
        return min(self.most, len(self.bank))

    @property
    def first_seed(self) -> int:
        """The first seed of the pack that it asks from."""
        return self.number * SEEDS

    @property
    def left_pack(self) -> bool:
        """Whether it ended because the class got another pack."""
        return self.deeds[-1].does == "pack"


class Open(NamedTuple):
    """The question that a learner is to answer; `nth` from 1, `pick` says why."""

    quiz: Quiz
    item: int
    seed: int
    nth: int
    pick: cat.Pick


class Quizzes:
    """The quizzes of a class that are remembered, the latest last; `of`, by learner."""

    def __init__(self, kept: Iterable[Quiz] = ()) -> None:
        self.kept = list(kept)
        self._tests: dict[int, tuple[cat.ItemBank, dict[str, tuple[int, int]]]] = {}

    @property
    def latest(self) -> int:
        """The row of the last thing that was done, 0 for none: another one, another state."""
        return max((one.deeds[-1].hub_seq for one in self.kept), default=0)

    @property
    def undoable(self) -> int:
        """The row that can be taken back: what was done last, 0 for none."""
        quiz = self.kept[-1] if self.kept else None
        return 0 if quiz is None or quiz.left_pack else quiz.deeds[-1].hub_seq

    @property
    def at_hand(self) -> Quiz | None:
        """The quiz that is not over."""
        return next((one for one in self.kept if one.state != "over"), None)

    def question(self, learner: int) -> Open | None:
        """What `learner` is asked in the quiz now; None where none goes on for them."""
        quiz = self.at_hand
        if quiz is None or quiz.state != "on" or learner not in quiz.sheets:
            return None
        return self.open(quiz, learner)

    def open(self, quiz: Quiz, learner: int, *, further: Iterable[Given] = ()) -> Open | None:
        """What comes after the answers so far and `further` ones; None at the end."""
        given = (*quiz.sheets[learner].given, *further)
        pick = self.test(quiz, learner, given).next()
        if pick is None:
            return None
        item = int(pick.item)
        return Open(quiz, item, seed_of(quiz, learner, item), len(given) + 1, pick)

    def is_done(self, quiz: Quiz, learner: int) -> bool:
        """Whether the quiz is over for `learner`."""
        return quiz.state == "over" or self.open(quiz, learner) is None

    def ended(self, learner: int) -> Quiz | None:
        """The latest quiz of `learner`, if it is over and its end was not seen."""
        quiz = next((one for one in reversed(self.kept) if learner in one.sheets), None)
        if quiz is None or not self.is_done(quiz, learner):
            return None
        sheet = quiz.sheets[learner]
        return quiz if len(sheet.given) > sheet.seen else None

    def owner(self, learner: int, item: int, seed: int) -> Quiz | None:
        """The quiz whose question this is."""
        mine = (one for one in self.kept if learner in one.sheets and not one.left_pack)
        return next((one for one in mine if seed == seed_of(one, learner, item)), None)

    def hides(self, learner: int, item: int, seed: int) -> bool:
        """Whether the learner is not told what an answer to this was worth."""
        quiz = self.owner(learner, item, seed)
        return quiz is not None and not quiz.tells

    def answered(self, quiz: Quiz, row: Attempt) -> Evidence | None:
        """Takes in an answer to a question of `quiz`; what the learner model hears of it.

        One try: the first answer that could be read counts, in the quiz and in the model.
        """
        sheet = quiz.sheets[row.learner]
        if row.is_right is None or any(one.item == row.item for one in sheet.given):
            return None
        counts = self.test(quiz, row.learner, sheet.given).next() is not None
        one = Given(row.item, bool(row.is_right), counts)
        self._write(quiz, row.learner, Sheet((*sheet.given, one), sheet.seen))
        return Evidence(one.is_right, 0)

    def noted(self, row: Event) -> None:
        """Takes in what the teacher did to a quiz, or that a learner saw its end."""
        facts = row.facts
        if facts["does"] == "start":
            self.kept = [*self.kept, _begun(row.hub_seq, facts)][-KEPT:]
            self._tests.clear()
        elif facts["does"] == "undo":
            self._undo(facts["of"])
        elif facts["does"] == "seen":
            for quiz in [one for one in self.kept if one.hub_seq == facts["quiz"]]:
                given = quiz.sheets[facts["learner"]].given
                self._write(quiz, facts["learner"], Sheet(given, len(given)))
        else:
            self._do(Deed(row.hub_seq, facts["does"]))

    def at_new_pack(self, hub_seq: int) -> Quizzes:
        """The same, once the class goes on with another pack: what was open is over."""
        self._do(Deed(hub_seq, "pack"))
        return self

    def test(self, quiz: Quiz, learner: int, given: Iterable[Given]) -> cat.Session:
        """The adaptive test after these answers."""
        found = self._tests.get(quiz.hub_seq)
        if found is None:
            found = self._tests[quiz.hub_seq] = _bank(quiz), _quotas(quiz)
        bank, quotas = found
        return bank.session(
            stop=cat.Stop(max=quiz.length, min=min(4, quiz.length), se=PRECISE),
            prior=PRIOR,
            quotas=quotas,
            randomesque=AMONG,
            seed=quiz.hub_seq,
            number=learner,
            given=[(str(one.item), int(one.is_right)) for one in given if one.counts],
        )

    def _do(self, deed: Deed) -> None:
        quiz = self.at_hand
        if quiz is not None and deed.does in STATES:
            self._put(msgspec.structs.replace(quiz, deeds=(*quiz.deeds, deed)))

    def _undo(self, hub_seq: int) -> None:
        for quiz in [one for one in self.kept if one.deeds[-1].hub_seq == hub_seq]:
            if len(quiz.deeds) == 1:
                self.kept.remove(quiz)
            else:
                self._put(msgspec.structs.replace(quiz, deeds=quiz.deeds[:-1]))

    def _write(self, quiz: Quiz, learner: int, sheet: Sheet) -> None:
        self._put(msgspec.structs.replace(quiz, sheets={**quiz.sheets, learner: sheet}))

    def _put(self, quiz: Quiz) -> None:
        self.kept = [quiz if one.hub_seq == quiz.hub_seq else one for one in self.kept]


def seed_of(quiz: Quiz, learner: int, item: int) -> int:
    """The seed of this question for this learner in this quiz: the same at any time."""
    return quiz.first_seed + spread(learner, quiz.hub_seq * _FURTHER + item)


def items_of(quiz: Quiz) -> irt.ItemBank:
    """All that `quiz` may ask, on its scale."""
    return irt.ItemBank.binary(
        [str(one.item) for one in quiz.bank],
        a=[1.0] * len(quiz.bank),
        b=[_difficulty(one) for one in quiz.bank],
        c=[one.guess for one in quiz.bank],
    )


def _difficulty(entry: Entry) -> float:
    """Where on the quiz's scale, in logits, an item lies: at 0 its chance is the class's."""
    chance = (entry.chance - entry.guess) / (1.0 - entry.guess)
    kept = min(1.0 - _EDGE, max(_EDGE, chance))
    return log((1.0 - kept) / kept)


def _begun(hub_seq: int, facts: dict[str, Any]) -> Quiz:
    sheets = {learner: Sheet() for learner in facts["learners"]}
    deeds = (Deed(hub_seq, "start"),)
    return from_facts(facts | {"hub_seq": hub_seq, "sheets": sheets, "deeds": deeds}, Quiz)


def _bank(quiz: Quiz) -> cat.ItemBank:
    areas = {str(one.item): str(one.skill) for one in quiz.bank}
    return cat.of_items(items_of(quiz), areas=areas)


def _quotas(quiz: Quiz) -> dict[str, tuple[int, int]]:
    """Each skill twice, or once where places are few, and none much more often than others."""
    sizes = {one: sum(entry.skill == one for entry in quiz.bank) for one in quiz.skills}
    ceiling = ceil(quiz.length / len(sizes))
    while sum(min(size, ceiling) for size in sizes.values()) < quiz.length:
        ceiling += 1
    least = min(2, quiz.length // len(sizes))
    return {str(one): (min(least, size), min(size, ceiling)) for one, size in sizes.items()}
