"""The state of one class, and how each row of the log moves it."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

import msgspec

from devices.messages import ClassState
from hub.kernels import Rules, Tracer
from hub.lesson.appeals import Appeals, Reach
from hub.lesson.contest import Answered, Contest
from hub.lesson.counted import Counted
from hub.lesson.hands import Raised, after
from hub.lesson.inner_loop import InnerLoop
from hub.lesson.models import Models
from hub.lesson.overrides import (
    OF_QUESTIONS,
    Override,
    Overrides,
    without_ask,
)
from hub.lesson.pack_line import PackLine
from hub.lesson.packs import Packs
from hub.lesson.paths import Paths, Step, mark_of
from hub.lesson.quiz import Quizzes
from hub.lesson.rest import Rests
from hub.lesson.rules import Aloud, Standing, standing
from hub.lesson.saved import Saved
from hub.lesson.tracing import Tracing
from hub.lesson.tutoring import Problem
from hub.lesson.visits import Visits
from hub.store.log import Attempt, Event, Row
from models.domain.pack import Pack
from models.learner.weights import Model


class State:
    """All that follows from the log of one class. `apply` is the only road by which it changes.

    Live answers and a replay of the log go through the same lines, so both end in the same
    state, bit for bit.
    """

    def __init__(self, class_id: int, pack: Pack, models: Models, packs: Packs) -> None:
        self.class_id = class_id
        self._tracing = Tracing(class_id, pack, models, packs)
        self.hub_seq = 0
        self.state: ClassState = "practice"
        self.places: dict[int, int] = {}
        self.positions: dict[tuple[int, int], int] = {}
        #: What the teacher said that holds until it is taken back, or ends.
        self.words = Overrides()
        self.contest = Contest()
        #: By learner; 0 stands for the whole class.
        self.languages: dict[int, str] = {}
        #: Who has left the class; what they did stays.
        self.away: set[int] = set()
        self.appeals = Appeals()
        self.hands: list[Raised] = []
        self.rests = Rests()
        #: How each mastery came to be what it is.
        self.paths = Paths()
        self.visits = Visits()
        self.aloud: Aloud = "tap"
        self._loop = InnerLoop(pack)
        self._standing: dict[int, Standing] = {}
        self._rules: dict[int, Rules] = {}
        self._on_event: dict[str, Callable[[Event, dict[str, Any]], None]] = {
            "model": self._set_model,
            "pack": self._set_pack,
            "enrol": self._enrol,
            "presence": self._presence,
            "ask": self._ask,
            "class_state": self._set_state,
            "override": self._override,
            "group": self._set_group,
            "undo": self._undo,
            "appeal": self._appeal,
            "appeals": self._set_reach,
            "hand": self._hand,
            "visit": self._visit,
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
            "flag": self._nothing,
            # Time has passed, and words may be over by it: the row's own time says which.
            "time": self._nothing,
        }

    @property
    def pack(self) -> Pack:
        """The pack that the class works with now."""
        return self._tracing.pack

    @property
    def line(self) -> PackLine:
        """The packs that it worked with."""
        return self._tracing.line

    @property
    def model(self) -> Model | None:
        """The model that the log names last; None before its first row."""
        return self._tracing.model

    @property
    def tracer(self) -> Tracer:
        """The learner models; there from the log's first row, the model, on."""
        return self._tracing.tracer

    @property
    def overrides(self) -> list[Override]:
        """The teacher's words that are in force, the oldest first."""
        return self.words.in_force

    @property
    def is_of_this_arithmetic(self) -> bool:
        """Whether the log says that these kernels made what follows its latest model."""
        return self._tracing.is_of_this_arithmetic

    @property
    def problems(self) -> dict[int, Problem]:
        """The open problem of each learner who has begun one."""
        return self._loop.problems

    @property
    def quizzes(self) -> Quizzes:
        """The quizzes of the class that are remembered."""
        return self._loop.quizzes

    def is_at_work(self, learner: int) -> bool:
        """Whether a problem or a quiz of `learner` is open: no rest takes either away."""
        return learner in self.problems or self.quizzes.question(learner) is not None

    def answers(self, learner: int) -> int:
        """How many answers moved the learner model of `learner`."""
        return self.tracer.answers(self.places[learner])

    def standing(self, learner: int) -> Standing:
        """What holds for `learner` by the teacher's words."""
        found = self._standing.get(learner)
        if found is None:
            found = self._standing[learner] = standing(self.words.of(learner))
        return found

    def apply(self, row: Row) -> float | None:
        """Moves the state past `row`; the prediction made before it, for a graded answer."""
        p = None
        if self.words.passed(row):
            self._forget_rules()
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

    def save(self) -> bytes:
        """The whole state as bytes; equal states give equal bytes."""
        return msgspec.msgpack.encode(
            Saved(
                model=self._tracing.known_model,
                tracer=self.tracer.to_bytes(),
                learners=list(self.places),
                positions=sorted((*key, seq) for key, seq in self.positions.items()),
                overrides=self.overrides,
                groups=self.words.saved_groups(),
                spent=self.words.saved_counts(),
                claims=self.contest.saved(),
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
                paths=self.paths.saved(),
                away=sorted(self.away),
                visits=self.visits.save(),
            )
        )

    def restore(self, hub_seq: int, body: bytes) -> None:
        """Becomes what `save` gave at `hub_seq`."""
        saved = msgspec.msgpack.decode(body, type=Saved)
        self.hub_seq = hub_seq
        self.state = saved.state
        self._tracing.restore(saved.model, saved.packs, saved.tracer)
        self.words = Overrides(saved.overrides, saved.groups, saved.spent)
        self.contest = Contest(saved.claims)
        self.places = {learner: place for place, learner in enumerate(saved.learners)}
        self.positions = {(device, boot): seq for device, boot, seq in saved.positions}
        self.languages, self.away = dict(saved.languages), set(saved.away)
        self.aloud = saved.aloud
        self.appeals, self.hands = Appeals(saved.appeals, saved.reach), saved.hands
        self.rests.load(saved.rests)
        self.paths = Paths(saved.paths or ())
        self.visits.load(saved.visits)
        quizzes, counted = Quizzes(saved.quizzes), Counted(saved.model.counting, saved.counted)
        self._loop = InnerLoop(
            self.pack, len(saved.packs), dict(saved.problems), quizzes, counted
        )
        self._forget_rules()

    def _answered(self, row: Attempt) -> float | None:
        """Moves the problem and the learner model past an answer; the prediction before it."""
        said = self._loop.answered(row)
        if said is None:
            return None
        learner, is_timed = row.learner, row.ms and not self.standing(row.learner).is_exempt
        place, is_heard = self.places[learner], self.contest.is_heard(learner)
        own = self.tracer.own_mastery(place) if is_heard else []
        traced = self.tracer.answer(
            place,
            row.item,
            said.is_right,
            pace_s=row.ms / 1000 if is_timed else nan,
            hints=said.hints,
        )
        mark = mark_of(is_right=said.is_right, hints=said.hints)
        self.paths.answered(row.hub_seq, learner, mark, traced.before, traced.after)
        if is_heard:
            self._weigh(row, traced.p, own, is_right=said.is_right)
        if self.appeals.answered(learner, self.answers(learner)):
            self._rules.pop(learner, None)
        if self.words.answered(row, self.places):
            self._forget_rules(learner)
        return traced.p

    def _weigh(self, row: Attempt, p: float, own: list[float], *, is_right: bool) -> None:
        """Lets an answer speak for or against what the teacher said of its learner."""
        skills, prerequisites = self.pack.item_skills[row.item], self.pack.prerequisites
        bkt = self.pack.skills[skills[0]].bkt or self._tracing.known_model.bkt
        heard = Answered(
            learner=row.learner,
            is_right=is_right,
            p=p,
            guess=bkt.guess,
            stated={
                one.number: (one.odds, one.answers)
                for one in self.tracer.stated(self.places[row.learner])
            },
            before={one: own[one] for skill in skills for one in prerequisites[skill]},
        )
        self.contest.answered(heard, self.words.of(row.learner))

    def _forget_rules(self, learner: int = 0) -> None:
        """What was worked out for `learner` (0: for everyone) holds no longer."""
        if learner:
            self._standing.pop(learner, None)
            self._rules.pop(learner, None)
        else:
            self._standing.clear()
            self._rules.clear()

    def _set_model(self, row: Event, facts: dict[str, Any]) -> None:
        self._tracing.use_model(msgspec.convert(facts, Model))
        self._loop.noted(row)
        self._rules.clear()

    def _set_pack(self, row: Event, facts: dict[str, Any]) -> None:
        former = self.pack
        self._tracing.use_pack(facts["pack"])
        self.words.moved(former, self.pack)
        places = [self.pack.skill_index.get(skill.id) for skill in former.skills]
        self.paths = self.paths.moved(places)
        self._loop = self._loop.with_pack(self.pack, row.hub_seq)
        self.appeals = Appeals(reach=self.appeals.reach)
        self._forget_rules()

    def _enrol(self, _row: Event, facts: dict[str, Any]) -> None:
        for learner in facts["learners"]:
            self.places[learner] = self.tracer.add_learner()
        self.languages |= dict(facts.get("languages", ()))

    def _presence(self, _row: Event, facts: dict[str, Any]) -> None:
        (self.away.difference_update if facts["is_here"] else self.away.update)(
            facts["learners"]
        )

    def _set_state(self, _row: Event, facts: dict[str, Any]) -> None:
        self.state = facts["state"]

    def _override(self, row: Event, facts: dict[str, Any]) -> None:
        made = self.words.add(row, facts)
        self.contest.add(made, before=facts.get("before"), by=facts.get("by", 0))
        if made.action == "mastery":
            self._state_mastery(made, facts["weight"])
        for learner in self.words.on(made, self.places) if made.action in OF_QUESTIONS else ():
            self.appeals.leave_question(learner)
        self._forget_rules(made.learner)
        self._loop.noted(row)

    def _state_mastery(self, made: Override, weight: float) -> None:
        for learner in self.words.on(made, self.places):
            place, skill = self.places[learner], made.skill
            step = Step(made.hub_seq, "set", self.tracer.mastery(place)[skill], made.value)
            self.tracer.state_mastery(
                place, skill, made.value, number=made.hub_seq, weight=weight
            )
            self.paths.add(learner, skill, step)

    def _withdraw(self, row: Event, number: int) -> None:
        """A mastery that was stated is taken back: that moves it, too."""
        was = [
            (learner, place, one.skill, self.tracer.mastery(place)[one.skill])
            for learner, place in self.places.items()
            for one in self.tracer.stated(place)
            if one.number == number
        ]
        self.tracer.withdraw(number)
        for learner, place, skill, before in was:
            after = self.tracer.mastery(place)[skill]
            self.paths.add(learner, skill, Step(row.hub_seq, "set", before, after))

    def _set_group(self, row: Event, facts: dict[str, Any]) -> None:
        self.words.set_group(row.hub_seq, facts["group"], facts["learners"])
        self._forget_rules()

    def _ask(self, row: Event, facts: dict[str, Any]) -> None:
        """A question to be asked next: what is open is not left for it, it comes then."""
        self.words.add(row, facts)
        self._loop.noted(row)

    def _end_ask(self, row: Attempt) -> None:
        """The word of a teacher's question is over with the problem that it led to."""
        problem = self.problems.get(row.learner)
        is_open = problem is not None and (problem.item, problem.seed) == (row.item, row.seed)
        if row.is_right is None or is_open:
            return
        left = without_ask(self.overrides, row.learner, row.item, row.seed)
        self.words.in_force = left

    def _undo(self, row: Event, facts: dict[str, Any]) -> None:
        self.words.drop([facts["of"]])
        self.contest.drop([facts["of"]])
        self._withdraw(row, facts["of"])
        self.words.unset_group(facts["of"])
        self.appeals.overrule(facts["of"])
        self.rests.undo(facts["of"])
        self.hands = self.visits.undo(facts["of"], self.hands)
        self._forget_rules()

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

    def _visit(self, row: Event, facts: dict[str, Any]) -> None:
        """The teacher was at a learner, whose hand is down then; or comes later."""
        self.hands = self.visits.add(row, self.answers(facts["learner"]), self.hands)

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
