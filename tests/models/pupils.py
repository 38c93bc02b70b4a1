"""Simulated pupils who answer real items by the catalogue's rules, with slips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from hub.kernels.diagnose import Diagnoser, Diagnosis
from tests.models.questions import QUESTIONS, Question
from tests.models.rules import Misconception, catalogue, plain

#: What an answer is that nobody foresaw.
ODD = 1000
#: Of the slips on open questions: lapses into some rule, the others are slips of one fact.
LAPSES = 0.3


@dataclass(frozen=True, slots=True)
class Item:
    """The right answer and what each rule answers, with its class."""

    right: object
    wrong: tuple[object, ...]
    classes: tuple[int, ...]

    def of(self, answer: object) -> int:
        if answer is None or answer == self.right:
            return 0
        return self.classes[self.wrong.index(answer)] if answer in self.wrong else ODD


@dataclass(frozen=True, slots=True)
class Family:
    """The rules of one family and a pool of items."""

    name: str
    rules: tuple[Misconception, ...]
    question: Question
    items: tuple[Item, ...]

    def rows(self) -> list[tuple[int, ...]]:
        return [item.classes for item in self.items]

    def choices(self, count: int) -> list[int]:
        return [self.question.choices] * count

    def without(self, rule: int) -> Family:
        """The family with one rule left out, over the same questions."""
        rules = self.rules[:rule] + self.rules[rule + 1 :]
        items = [_item(i.right, i.wrong[:rule] + i.wrong[rule + 1 :]) for i in self.items]
        return Family(self.name, rules, self.question, tuple(items))


#: What a pupil answers to the item of that number.
Pupil = Callable[[int], object]


def families(n_items: int = 300) -> list[Family]:
    rules = catalogue()
    return [
        _family(name, tuple(rule for rule in rules if rule.family == name), n_items)
        for name in QUESTIONS
    ]


def _family(name: str, rules: tuple[Misconception, ...], n_items: int) -> Family:
    question, chance = QUESTIONS[name], Random(name)
    asked = [question.ask(chance) for _ in range(n_items)]
    items = [_item(question.right(a), tuple(rule.rule(*a) for rule in rules)) for a in asked]
    return Family(name, rules, question, tuple(items))


def _item(right: object, wrong: tuple[object, ...]) -> Item:
    numbers = {right: 0, None: -1}
    classes = tuple(numbers.setdefault(answer, len(numbers) - 1) for answer in wrong)
    return Item(right, wrong, classes)


def careful(family: Family) -> Pupil:
    return lambda number: family.items[number].right


def single(family: Family, rule: int) -> Pupil:
    return lambda number: _wrong(family, number, rule)


def pair(family: Family, one: int, other: int, chance: Random) -> Pupil:
    """Where both rules lead astray and apart, either."""

    def answer(number: int) -> object:
        right = family.items[number].right
        wrong = [_wrong(family, number, rule) for rule in (one, other)]
        astray = [answer for answer in wrong if answer != right]
        return chance.choice(astray) if astray else right

    return answer


def unstable(family: Family, rule: int, usage: float, chance: Random) -> Pupil:
    def answer(number: int) -> object:
        uses = chance.random() < usage
        return _wrong(family, number, rule) if uses else family.items[number].right

    return answer


def slipping(family: Family, pupil: Pupil, slip: float, chance: Random) -> Pupil:
    """The pupil with slips: a fact off by one or ten, or a lapse into any of the rules."""

    def answer(number: int) -> object:
        meant = pupil(number)
        if chance.random() >= slip:
            return meant
        if family.question.choices:
            return chance.choice([one for one in (-1, 0, 1) if one != meant])
        if chance.random() < LAPSES:
            return _wrong(family, number, chance.randrange(len(family.rules)))
        off = chance.choice((-10, -1, 1, 10))
        return plain(meant + off) if isinstance(meant, int) else f"{meant} off by {off}"

    return answer


def _wrong(family: Family, number: int, rule: int) -> object:
    item = family.items[number]
    return item.right if item.wrong[rule] is None else item.wrong[rule]


class Talk:
    """Items asked of one pupil: chosen by information, never one twice, or at random."""

    def __init__(self, family: Family, diagnoser: Diagnoser, chance: Random | None) -> None:
        self._family, self._diagnoser, self._chance = family, diagnoser, chance
        self._rows = family.rows()
        self._first: Sequence[tuple[int, float]] = ()
        self._asked: list[int] = []
        self._given: list[int] = []

    def begin(self) -> None:
        self._asked, self._given = [], []

    def at_random(self, chance: Random) -> None:
        """From here on items come as they come."""
        self._chance = chance

    def ask(self, pupil: Pupil, count: int = 1) -> Diagnosis:
        """What is thought after `count` more items."""
        for _ in range(count):
            number = self._next()
            self._asked.append(number)
            self._given.append(self._family.items[number].of(pupil(number)))
        return self._diagnoser.posterior(
            self._predicted(), self._given, choices=self._family.choices(len(self._asked))
        )

    def _predicted(self) -> list[tuple[int, ...]]:
        return [self._rows[number] for number in self._asked]

    def _next(self) -> int:
        if self._chance is not None:
            return self._chance.randrange(len(self._rows))
        if not self._asked and self._first:
            return self._first[0][0]
        ranked = self._diagnoser.next_item(
            self._predicted(),
            self._given,
            self._rows,
            choices=self._family.choices(len(self._asked)),
            candidate_choices=self._family.choices(len(self._rows)),
        )
        self._first = self._first or ranked
        return next(number for number, _ in ranked if number not in self._asked)


def top(found: Diagnosis) -> int | str:
    """The likeliest of careful, unknown and each rule."""
    named: list[tuple[float, int | str]] = [
        (found.careful, "careful"),
        (found.unknown, "unknown"),
        *((share, rule) for rule, share in enumerate(found.rules)),
    ]
    return max(named, key=lambda each: each[0])[1]
