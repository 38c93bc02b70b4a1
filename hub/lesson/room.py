"""One class at work: what comes next for each learner, from all the hub believes of it."""

from __future__ import annotations

from collections.abc import Sequence

from hub.kernels import AheadNode, Choice, Rules
from hub.lesson.appeals import OTHER_KIND, Appeal
from hub.lesson.overrides import ACTIONS, ASK, Override
from hub.lesson.rules import Aloud, rules_of
from hub.lesson.state import State
from hub.lesson.tutoring import Problem

__all__ = ["ACTIONS", "ASK", "Aloud", "Override", "Room"]


class Room(State):
    """A class, and the questions that its learners are asked; see `State` for how it moves."""

    def choose(self, learner: int) -> Choice | None:
        """The next item for `learner` under the teacher's rules; None when all is done.

        An appeal takes no learner's last question away.
        """
        place = self.places[learner]
        found = self.tracer.plan(place, self._rules_of(learner))
        if found is None and self.appeals.of(learner):
            return self.tracer.plan(place, self.rules_without(learner))
        return found

    def next_item(self, learner: int) -> int | None:
        """The item to do: a quiz's, the open problem's, the teacher's, an appeal's, or any."""
        coming = (
            self.quizzes.question(learner)
            or self.problems.get(learner)
            or self.asked_next(learner)
        )
        if coming is not None:
            return coming.item
        eased = self.eased(learner)
        if eased is not None:
            return eased.to
        choice = self.choose(learner)
        return None if choice is None else choice.item

    def asked_next(self, learner: int) -> Override | None:
        """The question that the teacher asks of `learner` once no other one is open."""
        mine = (one for one in self.overrides if one.learner == learner)
        return next((one for one in mine if one.action == ASK), None)

    def eased(self, learner: int) -> Appeal | None:
        """The appeal whose question `learner` is to do now; None for none."""
        return self.appeals.coming(learner, self.answers(learner))

    def language(self, learner: int) -> str:
        """The language of `learner`: an own one, else the class's, else the pack's."""
        return self.languages.get(learner) or self.languages.get(0, self.pack.default_locale)

    def mastery(self, learner: int, skill: int) -> float:
        """P(L): the chance that `learner` has learned `skill`."""
        return self.tracer.mastery(self.places[learner])[skill]

    def foresee(self, learner: int, *, depth: int, further: int) -> AheadNode | None:
        """What would come after what `learner` is to do now; None where nothing is to do."""
        item = self.next_item(learner)
        if item is None:
            return None
        place, rules = self.places[learner], self._rules_of(learner)
        return self.tracer.ahead(place, item, rules, depth=depth, further=further)

    def seed(self, learner: int, ahead: int = 0) -> int:
        """The seed of the learner's next activity: from who and how far, nothing else.

        `ahead` asks for the one so many answers later.
        """
        counted, answers = self._loop.counted, self.answers(learner)
        return counted.fresh_seed(learner, answers, ahead, self.line.first_seed)

    def problem(self, learner: int, item: int, seed: int) -> Problem:
        """Where `learner` stands in this activity; at its beginning unless it is open."""
        return self._loop.problem(learner, item, seed)

    def may_open(self, learner: int, problem: Problem) -> bool:
        """Whether `problem` is of this pack, not over, and nothing else is open."""
        if self.quizzes.question(learner) or self.quizzes.owner(
            learner, problem.item, problem.seed
        ):
            return False
        return self._loop.may_open(learner, problem)

    def of_its_kind(self, item: int) -> list[int]:
        """The items that practise a skill of this one."""
        skills = set(self.pack.item_skills[item])
        found = enumerate(self.pack.item_skills)
        return [one for one, practised in found if not skills.isdisjoint(practised)]

    def aside(self, learner: int) -> list[int]:
        """The items that do not come back yet, for what the learner said of them."""
        found: set[int] = set()
        for one in self.appeals.aside(learner):
            found.update(self.of_its_kind(one.item) if one.says == OTHER_KIND else [one.item])
        return sorted(found)

    def rules_without(self, learner: int, *, aside: Sequence[int] = ()) -> Rules:
        """The planner's rules for `learner` as if no appeal were made, but for `aside`."""
        holds, skills = self.standing(learner), self.pack.item_skills
        return rules_of(self.tracer, holds, skills, learner, aside=aside)

    def _rules_of(self, learner: int) -> Rules:
        """The rules for `learner`, checked once and kept until they change."""
        rules = self._rules.get(learner)
        if rules is None:
            shift = self.appeals.shift(learner, self.answers(learner))
            rules = self._rules[learner] = rules_of(
                self.tracer,
                self.standing(learner),
                self.pack.item_skills,
                learner,
                aside=self.aside(learner),
                shift=shift,
            )
        return rules
