"""The open problems of a class, and what its learner models hear of each row of the log.

The hub at work, its rebuild and a fit to its log all ask here, so that they hear the same.
"""

from __future__ import annotations

from functools import partial

from hub.lesson.appeals import HONOURED
from hub.lesson.counted import Counted
from hub.lesson.quiz import Quizzes
from hub.lesson.tutoring import Evidence, Problem, after_answer, after_hint, evidence
from hub.lesson.twins import SEEDS, find_twin
from hub.store.log import Attempt, Event
from models.domain.pack import Pack
from models.domain.texts import has_hints


class InnerLoop:
    """Where each learner stands in the pack that the class works with now.

    `number` counts the class's packs from 0: an answer to an activity of an earlier one was on
    its way when the pack changed, and leads to no more help. The questions of a quiz are no
    problems: one try, no help.
    """

    def __init__(
        self,
        pack: Pack,
        number: int = 0,
        problems: dict[int, Problem] | None = None,
        quizzes: Quizzes | None = None,
        counted: Counted | None = None,
    ) -> None:
        self._pack = pack
        self._number = number
        self._tutored: dict[int, bool] = {}
        #: By learner; who begins a question has none yet.
        self.problems = problems or {}
        self.quizzes = quizzes or Quizzes()
        self.counted = counted or Counted()

    def with_pack(self, pack: Pack, hub_seq: int) -> InnerLoop:
        """The loop of the class's next pack: nothing is open in it, what counted is known."""
        places = [pack.item_index.get(item.id) for item in self._pack.items]
        return InnerLoop(
            pack,
            self._number + 1,
            quizzes=self.quizzes.at_new_pack(hub_seq),
            counted=self.counted.moved(places),
        )

    def problem(self, learner: int, item: int, seed: int) -> Problem:
        """Where `learner` stands in this activity; at its beginning unless it is open."""
        found = self.problems.get(learner)
        if found is not None and (found.item, found.seed) == (item, seed):
            return found
        return Problem(item, seed)

    def may_open(self, learner: int, problem: Problem) -> bool:
        """Whether `problem` is of this pack, not over, and no other of `learner` is open."""
        found = self.problems.get(learner)
        if found is None:
            is_over = self.counted.has(learner, problem.item, problem.seed)
            return problem.seed // SEEDS == self._number and not is_over
        return (found.item, found.seed) == (problem.item, problem.seed)

    def answered(self, row: Attempt) -> Evidence | None:
        """Moves the problem past an answer; what the learner model hears of it."""
        is_known = self.counted.has(row.learner, row.item, row.seed)
        said = self._answered(row)
        if said is None or is_known:
            return None
        self.counted.add(row.learner, row.item, row.seed)
        return said

    def _answered(self, row: Attempt) -> Evidence | None:
        """The same, as if it were the first answer to its activity since that was over."""
        is_right = None if row.is_right is None else bool(row.is_right)
        quiz = self.quizzes.owner(row.learner, row.item, row.seed)
        if quiz is not None and quiz.number == self._number:
            return self.quizzes.answered(quiz, row)
        if row.seed // SEEDS != self._number or not self._is_tutored(row.item):
            self._set(row.learner, Problem(row.item, row.seed), None)
            return None if is_right is None else Evidence(is_right, row.hints)
        problem = self.problem(row.learner, row.item, row.seed)
        problem = after_hint(problem, row.step, row.hints)
        after = after_answer(
            problem,
            len(self._pack.template(row.item).steps),
            partial(find_twin, self._pack, row.item, row.seed),
            step=row.step,
            is_right=is_right,
        )
        is_begun = after != Problem(row.item, row.seed)
        self._set(row.learner, problem, after if is_begun else None)
        return evidence(problem, step=row.step, is_right=is_right)

    def noted(self, row: Event) -> None:
        """Moves problems past an event: a hint, an appeal, the teacher's word, a quiz.

        A model brings its rule of what counts; what the teacher asks for is asked anew.
        """
        facts = row.facts
        if row.kind == "quiz":
            self.quizzes.noted(row)
        elif row.kind == "model":
            self.counted.counting = facts.get("counting", 0)
        elif row.kind == "ask":
            self.counted.forget(facts["learner"], facts["item"], facts["seed"])
        elif row.kind == "hint":
            problem = self.problem(facts["learner"], facts["item"], facts["seed"])
            self.problems[facts["learner"]] = after_hint(problem, facts["step"], facts["level"])
        elif row.kind == "override" or facts.get("outcome") in HONOURED:
            # The teacher's word wins at once, and an appeal that is honoured: what was open is
            # left, and says nothing of the learner that was not said before. A word that is on
            # more than one learner, or on no question, names whose problem it ends.
            for learner in facts.get("leaves", [facts["learner"]]):
                self.problems.pop(learner, None)

    def _set(self, learner: int, of: Problem, problem: Problem | None) -> None:
        """Moves the problem `of`; a late answer to another one leaves what is open alone."""
        if not self.may_open(learner, of):
            return
        if problem is None:
            self.problems.pop(learner, None)
        else:
            self.problems[learner] = problem

    def _is_tutored(self, item: int) -> bool:
        """Whether a wrong answer leads on to help; else the next activity follows at once."""
        found = self._tutored.get(item)
        if found is None:
            template = self._pack.template(item)
            found = bool(template.steps) or has_hints(
                self._pack, template.id, template.skills[0]
            )
            self._tutored[item] = found
        return found
