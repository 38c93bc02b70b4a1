"""One class at work: everything the hub believes of it, as a function of the log's rows."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

import msgspec

from devices.messages import ClassState
from hub.kernels import ARITHMETIC, AheadNode, Choice, Rules, Tracer
from hub.lesson.appeals import Appeal, Appeals, Reach
from hub.lesson.counted import Counted
from hub.lesson.hands import Raised, after
from hub.lesson.inner_loop import InnerLoop
from hub.lesson.models import Models
from hub.lesson.pack_line import PackLine
from hub.lesson.packs import Packs, new_tracer
from hub.lesson.quiz import Quizzes
from hub.lesson.rest import Rests
from hub.lesson.rules import ACTIONS, ASK, Aloud, Override, carried, rules_of, without_ask
from hub.lesson.saved import Saved
from hub.lesson.tutoring import Problem
from hub.store.log import Attempt, Event, Row
from models.domain.pack import Pack
from models.learner.fitted import SKILL_DOUBT, DoesNotFit, Placed, placed
from models.learner.weights import Model

__all__ = ["ACTIONS", "ASK", "Aloud", "Override", "Room"]


class Room:
    """The state of one class. `apply` is the only road by which it changes.

    Live answers and a replay of the log go through the same lines, so both end in the same
    state, bit for bit.
    """

    def __init__(self, class_id: int, pack: Pack, models: Models, packs: Packs) -> None:
        self.class_id = class_id
        self.pack = pack
        self._models = models
        self._packs = packs
        self.line = PackLine(pack, packs)
        self.hub_seq = 0
        self.model: Model | None = None
        self.state: ClassState = "practice"
        self.places: dict[int, int] = {}
        self.positions: dict[tuple[int, int], int] = {}
        self.overrides: list[Override] = []
        #: By learner; 0 stands for the whole class.
        self.languages: dict[int, str] = {}
        self.appeals = Appeals()
        self.hands: list[Raised] = []
        self.rests = Rests()
        self.aloud: Aloud = "tap"
        self._loop = InnerLoop(pack)
        self._tracer: Tracer | None = None
        self._rules: dict[int, Rules] = {}
        self._on_event: dict[str, Callable[[Event, dict[str, Any]], None]] = {
            "model": self._set_model,
            "pack": self._set_pack,
            "enrol": self._enrol,
            "ask": self._ask,
            "class_state": self._set_state,
            "override": self._override,
            "undo": self._undo,
            "appeal": self._appeal,
            "appeals": self._set_reach,
            "hand": self._hand,
            "rest": self.rests.set_rule,
            "rest_over": self.rests.let_go,
            "refused": self._refused,
            "hint": self._noted,
            "quiz": self._noted,
            "language": self._language,
            "aloud": self._set_aloud,
            # For the teacher's eyes: what a learner wrote, and what the teacher made of it.
            "why": self._nothing,
            "why_rubric": self._nothing,
        }

    @property
    def tracer(self) -> Tracer:
        """The learner models; there from the log's first row, the model, on."""
        if self._tracer is None:
            raise RuntimeError(f"class {self.class_id}: the log does not begin with a model")
        return self._tracer

    @property
    def _known_model(self) -> Model:
        if self.model is None:
            raise RuntimeError(f"class {self.class_id}: the log does not begin with a model")
        return self.model

    @property
    def is_of_this_arithmetic(self) -> bool:
        """Whether the log says that these kernels made what follows its latest model."""
        return self.model is not None and self.model.arithmetic == ARITHMETIC

    def apply(self, row: Row) -> float | None:
        """Moves the state past `row`; the prediction made before it, for a graded answer."""
        p = None
        if isinstance(row, Event):
            self._on_event[row.kind](row, row.facts)
        else:
            p = self._answered(row)
            self._end_ask(row)
            if self.rests.rule.is_on:
                self.rests.answered(row, is_open=self.is_at_work(row.learner))
            self.positions[row.device, row.boot] = row.device_seq
        self.hub_seq = row.hub_seq
        return p

    @property
    def problems(self) -> dict[int, Problem]:
        """The open problem of each learner who has begun one."""
        return self._loop.problems

    def is_at_work(self, learner: int) -> bool:
        """Whether a problem or a quiz of `learner` is open: no rest takes either away."""
        return learner in self.problems or self.quizzes.question(learner) is not None

    @property
    def quizzes(self) -> Quizzes:
        """The quizzes of the class that are remembered."""
        return self._loop.quizzes

    def choose(self, learner: int) -> Choice | None:
        """The next item for `learner` under the teacher's rules; None when all is done.

        An appeal takes no learner's last question away.
        """
        place = self.places[learner]
        found = self.tracer.plan(place, self._rules_of(learner))
        if found is None and self.appeals.of(learner):
            return self.tracer.plan(place, rules_of(self.tracer, self.overrides, learner))
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

    def answers(self, learner: int) -> int:
        """How many answers moved the learner model of `learner`."""
        return self.tracer.answers(self.places[learner])

    def words_on(self, learner: int, action: str) -> set[int]:
        """The skills of which the teacher said `action` for `learner`."""
        mine = (one for one in self.overrides if one.learner == learner)
        return {one.skill for one in mine if one.action == action}

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

    def save(self) -> bytes:
        """The whole state as bytes; equal states give equal bytes."""
        return msgspec.msgpack.encode(
            Saved(
                model=self._known_model,
                tracer=self.tracer.to_bytes(),
                learners=list(self.places),
                positions=sorted((*key, seq) for key, seq in self.positions.items()),
                overrides=self.overrides,
                state=self.state,
                problems=sorted(self.problems.items()),
                languages=sorted(self.languages.items()),
                aloud=self.aloud,
                packs=self.line.later,
                appeals=self.appeals.fresh,
                reach=self.appeals.reach,
                hands=self.hands,
                quizzes=self.quizzes.kept,
                counted=self._loop.counted.saved(),
                rests=self.rests.save(),
            )
        )

    def restore(self, hub_seq: int, body: bytes) -> None:
        """Becomes what `save` gave at `hub_seq`."""
        saved = msgspec.msgpack.decode(body, type=Saved)
        self.hub_seq = hub_seq
        self.model, self.state, self.overrides = saved.model, saved.state, saved.overrides
        self.places = {learner: place for place, learner in enumerate(saved.learners)}
        self.positions = {(device, boot): seq for device, boot, seq in saved.positions}
        self.languages = dict(saved.languages)
        self.aloud = saved.aloud
        self.line = PackLine(self.line.began_with, self._packs, saved.packs)
        self.appeals, self.hands = Appeals(saved.appeals, saved.reach), saved.hands
        self.rests.load(saved.rests)
        self.pack = self.line.now
        quizzes, counted = Quizzes(saved.quizzes), Counted(saved.model.counting, saved.counted)
        self._loop = InnerLoop(
            self.pack, len(saved.packs), dict(saved.problems), quizzes, counted
        )
        self._rules.clear()
        self._tracer = new_tracer(self.pack, saved.model)
        _predict_by(self._placed(saved.model), self._tracer)
        self._tracer.load_bytes(saved.tracer)

    def _answered(self, row: Attempt) -> float | None:
        """Moves the problem and the learner model past an answer; the prediction before it."""
        said = self._loop.answered(row)
        if said is None:
            return None
        place, pace_s = self.places[row.learner], row.ms / 1000 if row.ms else nan
        traced = self.tracer.answer(
            place, row.item, said.is_right, pace_s=pace_s, hints=said.hints
        )
        if self.appeals.answered(row.learner, self.answers(row.learner)):
            self._rules.pop(row.learner, None)
        return traced.p

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

    def _rules_of(self, learner: int) -> Rules:
        """The rules for `learner`, checked once and kept until they change."""
        rules = self._rules.get(learner)
        if rules is None:
            shift = self.appeals.shift(learner, self.answers(learner))
            rules = self._rules[learner] = rules_of(
                self.tracer,
                self.overrides,
                learner,
                aside=self.appeals.aside(learner),
                shift=shift,
            )
        return rules

    def _set_model(self, row: Event, facts: dict[str, Any]) -> None:
        model = msgspec.convert(facts, Model)
        # All that can be refused comes first: nothing has moved then.
        tracer, here = new_tracer(self.pack, model), self._placed(model)
        if self._tracer is not None:
            self._tracer.use_layer()
            tracer.load_bytes(self._tracer.to_bytes())
        _predict_by(here, tracer)
        self.model, self._tracer = model, tracer
        self._loop.noted(row)
        self._rules.clear()

    def _set_pack(self, row: Event, facts: dict[str, Any]) -> None:
        """Goes on with another pack: what stands in both, by its id, keeps its state."""
        former, pack, model = self.pack, self._packs[facts["pack"]], self._known_model
        tracer = new_tracer(pack, model)
        tracer.carry(
            self.tracer,
            [former.skill_index.get(skill.id) for skill in pack.skills],
            [former.item_index.get(item.id) for item in pack.items],
        )
        if model.fitted is not None:
            try:
                _predict_by(placed(self._models[model.fitted], pack), tracer)
            except DoesNotFit:
                self.model = msgspec.structs.replace(model, fitted=None)
        self.pack, self._tracer = pack, tracer
        self.line.add(facts["pack"])
        self.overrides = carried(self.overrides, former, pack)
        self._loop = self._loop.with_pack(pack, row.hub_seq)
        self.appeals = Appeals(reach=self.appeals.reach)
        self._rules.clear()

    def _placed(self, model: Model) -> Placed | None:
        """The fitted model that `model` names, made ready for this class."""
        return None if model.fitted is None else placed(self._models[model.fitted], self.pack)

    def _enrol(self, _row: Event, facts: dict[str, Any]) -> None:
        for learner in facts["learners"]:
            self.places[learner] = self.tracer.add_learner()

    def _set_state(self, _row: Event, facts: dict[str, Any]) -> None:
        self.state = facts["state"]

    def _override(self, row: Event, facts: dict[str, Any]) -> None:
        made = Override(row.hub_seq, facts["learner"], facts["action"], facts["skill"])
        self.overrides.append(made)
        self.appeals.leave_question(made.learner)
        self._rules.pop(made.learner, None)
        self._loop.noted(row)

    def _ask(self, row: Event, facts: dict[str, Any]) -> None:
        """A question to be asked next: what is open is not left for it, it comes then."""
        where = (facts["skill"], facts["item"], facts["seed"])
        self.overrides.append(Override(row.hub_seq, facts["learner"], ASK, *where))
        self._loop.noted(row)

    def _end_ask(self, row: Attempt) -> None:
        """The word of a teacher's question is over with the problem that it led to."""
        problem = self.problems.get(row.learner)
        is_open = problem is not None and (problem.item, problem.seed) == (row.item, row.seed)
        if row.is_right is None or is_open:
            return
        self.overrides = without_ask(self.overrides, row.learner, row.item, row.seed)

    def _undo(self, _row: Event, facts: dict[str, Any]) -> None:
        self.overrides = [one for one in self.overrides if one.hub_seq != facts["of"]]
        self.appeals.overrule(facts["of"])
        self.rests.undo(facts["of"])
        self._rules.clear()

    def _appeal(self, row: Event, facts: dict[str, Any]) -> None:
        """What was decided on an appeal: whether the question at hand is put aside, and how."""
        learner: int = facts["learner"]
        self.appeals.add(row.hub_seq, self.answers(learner), facts)
        self._rules.pop(learner, None)
        self._loop.noted(row)

    def _set_reach(self, _row: Event, facts: dict[str, Any]) -> None:
        self.appeals.reach = msgspec.convert(facts["reach"], Reach)

    def _hand(self, row: Event, _facts: dict[str, Any]) -> None:
        self.hands = after(self.hands, row)

    def _noted(self, row: Event, _facts: dict[str, Any]) -> None:
        self._loop.noted(row)

    def _language(self, _row: Event, facts: dict[str, Any]) -> None:
        for learner in facts["learners"] or [0]:
            self.languages[learner] = facts["locale"]

    def _set_aloud(self, _row: Event, facts: dict[str, Any]) -> None:
        self.aloud = facts["aloud"]

    def _nothing(self, _row: Event, _facts: dict[str, Any]) -> None:
        """Moves no model and decides nothing."""

    def _refused(self, _row: Event, facts: dict[str, Any]) -> None:
        self.positions[facts["device"], facts["boot"]] = facts["device_seq"]


def _predict_by(here: Placed | None, tracer: Tracer) -> None:
    if here is not None:
        tracer.use_stack(
            here.stack.stack(),
            here.items,
            here.skills,
            item_doubt=here.item_doubt,
            skill_doubt=SKILL_DOUBT,
        )
