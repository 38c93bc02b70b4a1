"""The tracer once more, in plain Python: slow, readable, and equal to the Rust one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import exp, exp2, floor, log, log1p, pi, sqrt
from struct import pack, unpack

MASTERED = 0.95
DOUBT = 0.001
TRIES, PARK, LONG_PARK, STEP_BACK = 10, 20, 45, 3
SLOW, QUICK, OVERALL, START = 0.9, 0.5, 0.8, 0.5
FIRST_HALF_LIFE, LONGEST, DUE = 30.0, 30_720.0, 0.8
MASTERY_UNITS, SHARE_UNITS = 4e9, 6e4
ABILITY_VARIANCE, OFFSET_VARIANCE = 0.5, 0.1
ABILITY_DRIFT, OFFSET_DRIFT = 0.0005, 0.005
SKILL_VARIANCE, ITEM_VARIANCE = 0.75, 0.8

WEIGHT_VARIANCE, NEW_SKILL_VARIANCE = 0.01, 0.1
ITEM_EFFECT, HALF = 0.5, 0.499_999
AGAINST = {"ITEM_WRONG", "MISSES", "NEW_SKILL"}

Params = tuple[float, float, float, float, float]


def sigmoid(logit: float) -> float:
    return 1 / (1 + exp(-logit))


def mean(numbers: Sequence[float]) -> float:
    share = 1 / len(numbers)
    return sum(share * number for number in numbers)


@dataclass(frozen=True)
class Belief:
    mean: float
    variance: float

    def after(self, slope: float, curvature: float, share: float) -> Belief:
        return Belief(
            self.mean + share * self.variance * slope,
            self.variance * (1 - share**2 * self.variance * curvature),
        )

    def drifted(self, drift: float, limit: float) -> Belief:
        return Belief(self.mean, min(self.variance + drift, limit))


@dataclass(frozen=True)
class Practice:
    mastery: float
    offset: Belief = Belief(0.0, OFFSET_VARIANCE)
    slow: float = START
    quick: float = START
    half_life: float = FIRST_HALF_LIFE
    last: int = 0
    rights: tuple[bool, ...] = ()
    parked_until: int = 0
    run: int = 0
    tries: int = 0

    @property
    def is_mastered(self) -> bool:
        return self.mastery >= MASTERED

    @property
    def wins(self) -> int:
        return sum(self.rights)

    @property
    def misses(self) -> int:
        return len(self.rights) - sum(self.rights)

    def retrievability(self, now: int) -> float:
        return exp2(-(now - self.last) / self.half_life) if self.rights else 1.0


@dataclass(frozen=True)
class Learner:
    practices: tuple[Practice, ...]
    ability: Belief = Belief(0.0, ABILITY_VARIANCE)
    overall: float = START
    answers: int = 0
    stuck: int | None = None
    stuck_until: int = 0
    last_on_item: dict[int, tuple[int, bool]] = field(default_factory=dict)


def p_known_right(params: Params, mastery: float) -> float:
    _, _, _, guess, slip = params
    known = min(max(mastery, DOUBT), 1 - DOUBT)
    return known * (1 - slip) + (1 - known) * guess


def mastery_after(params: Params, mastery: float, *, is_right: bool) -> float:
    _, learn, forget, _, slip = params
    known = min(max(mastery, DOUBT), 1 - DOUBT)
    p = p_known_right(params, mastery)
    weighed = known * (1 - slip) / p if is_right else known * slip / (1 - p)
    moved = weighed * (1 - forget) + (1 - weighed) * learn
    return max(moved, mastery) if is_right else min(moved, mastery)


def on_item(params: Params, deviation: float) -> Params:
    prior, learn, forget, guess, slip = params
    moved = ITEM_EFFECT * min(max(deviation, -2.0), 2.0)
    guessed = sigmoid(log(guess / (1 - guess)) - moved)
    slipped = sigmoid(log(slip / (1 - slip)) + moved)
    return prior, learn, forget, min(guessed, HALF), min(slipped, HALF)


def half_life_after(practice: Practice, now: int, *, is_right: bool) -> float:
    if not is_right:
        return max(practice.half_life / 2, FIRST_HALF_LIFE)
    if practice.retrievability(now) < DUE:
        return min(practice.half_life * 2, LONGEST)
    return practice.half_life


def decayed(average: float, decay: float, *, is_right: bool) -> float:
    return decay * average + (1 - decay) * is_right


def rounded(value: float, units: float) -> float:
    return floor(value * units + 0.5) / units


def single(value: float) -> float:
    return float(unpack("f", pack("f", value))[0])


def kept(practice: Practice) -> Practice:
    """The practice as few bytes keep it: rounded once per answer, and only here."""
    variance = rounded(practice.offset.variance / OFFSET_VARIANCE, SHARE_UNITS)
    return replace(
        practice,
        mastery=rounded(practice.mastery, MASTERY_UNITS),
        offset=Belief(single(practice.offset.mean), variance * OFFSET_VARIANCE),
        slow=rounded(practice.slow, SHARE_UNITS),
        quick=rounded(practice.quick, SHARE_UNITS),
    )


class Twin:
    def __init__(
        self,
        *,
        skill_params: Sequence[Params],
        prerequisites: Sequence[Sequence[int]],
        item_skills: Sequence[Sequence[int]],
        item_difficulty: Sequence[float],
        weights: dict[str, float],
    ) -> None:
        self.params = skill_params
        self.prerequisites = prerequisites
        self.item_skills = item_skills
        self.shipped = weights
        self.moves = dict.fromkeys(weights, 0.0)
        self.covariance = {
            (one, other): _doubt(one) if one == other else 0.0
            for one in weights
            for other in weights
        }
        self.skills = [Belief(0.0, SKILL_VARIANCE)] * len(skill_params)
        self.items = [Belief(prior, ITEM_VARIANCE) for prior in item_difficulty]
        self.learners: list[Learner] = []

    def add_learner(self) -> int:
        self.learners.append(Learner(tuple(kept(Practice(p[0])) for p in self.params)))
        return len(self.learners) - 1

    def set_mastery(self, learner: int, skill: int, mastery: float) -> None:
        who = self.learners[learner]
        changed = kept(replace(who.practices[skill], mastery=mastery, tries=0, parked_until=0))
        self.learners[learner] = replace(who, practices=_with(who.practices, skill, changed))

    @property
    def weights(self) -> dict[str, float]:
        return {name: self.shipped[name] + self.moves[name] for name in self.shipped}

    def reasons(self, learner: int, item: int) -> dict[str, float]:
        features = self.features(learner, item)
        weights = self.weights
        assert features.keys() == weights.keys()
        return {name: weights[name] * features[name] for name in features}

    def predict(self, learner: int, item: int) -> float:
        return sigmoid(sum(self.reasons(learner, item).values()))

    def answer(self, learner: int, item: int, *, is_right: bool) -> float:
        p = self.predict(learner, item)
        self._move_weights(self.features(learner, item), p, is_right=is_right)
        self._learn(learner, item, is_right=is_right)
        return p

    def features(self, learner: int, item: int) -> dict[str, float]:
        who = self.learners[learner]
        skills = self.item_skills[item]
        own = [who.practices[skill] for skill in skills]
        p_right = [p_known_right(self.params[s], who.practices[s].mastery) for s in skills]
        k = 1 / sqrt(1 + pi / 8 * self._belief_sum(learner, item).variance)
        last = who.last_on_item.get(item)
        return {
            "BIAS": 1.0,
            "MASTERY": mean([log(p / (1 - p)) for p in p_right]),
            "ABILITY": k * who.ability.mean,
            "SKILL_ABILITY": k * mean([practice.offset.mean for practice in own]),
            "SKILL_DIFFICULTY": -k * mean([self.skills[skill].mean for skill in skills]),
            "ITEM_DIFFICULTY": -k * self.items[item].mean,
            "RECENT_SKILL": mean([2 * practice.slow - 1 for practice in own]),
            "LATEST_SKILL": mean([2 * practice.quick - 1 for practice in own]),
            "RECENT_ALL": 2 * who.overall - 1,
            "ITEM_RIGHT": float(last is not None and last[1]),
            "ITEM_WRONG": float(last is not None and not last[1]),
            "WINS": mean([log1p(practice.wins) for practice in own]),
            "MISSES": mean([log1p(practice.misses) for practice in own]),
            "MEMORY": mean([practice.retrievability(who.answers) - 1 for practice in own]),
            "NEW_SKILL": mean([float(not practice.rights) for practice in own]),
        }

    def _move_weights(self, features: dict[str, float], p: float, *, is_right: bool) -> None:
        gain = {
            one: sum(self.covariance[one, other] * x for other, x in features.items())
            for one in features
        }
        scale = 1 + p * (1 - p) * sum(gain[name] * x for name, x in features.items())
        for name, of_weight in gain.items():
            moved = self.moves[name] + of_weight * (is_right - p) / scale
            to_zero = -self.shipped[name]
            if name in AGAINST:
                moved = min(moved, max(to_zero, 0.0))
            elif name != "BIAS":
                moved = max(moved, min(to_zero, 0.0))
            self.moves[name] = moved
        for one, other in self.covariance:
            self.covariance[one, other] -= gain[one] * gain[other] * p * (1 - p) / scale

    def _belief_sum(self, learner: int, item: int) -> Belief:
        who = self.learners[learner]
        share = 1 / len(self.item_skills[item])
        parts = [(who.ability, 1.0), (self.items[item], -1.0)]
        for skill in self.item_skills[item]:
            parts += [(who.practices[skill].offset, share), (self.skills[skill], -share)]
        return Belief(
            sum(c * belief.mean for belief, c in parts),
            sum(c**2 * belief.variance for belief, c in parts),
        )

    def _learn(self, learner: int, item: int, *, is_right: bool) -> None:
        who = self.learners[learner]
        total = self._belief_sum(learner, item)
        k = 1 / sqrt(1 + pi / 8 * total.variance)
        p = sigmoid(k * total.mean)
        slope, curvature = k * (is_right - p), k**2 * p * (1 - p)
        now = who.answers + 1
        share = 1 / len(self.item_skills[item])
        deviation = self.items[item].mean
        self.items[item] = self.items[item].after(slope, curvature, -1.0)
        who = replace(
            who,
            ability=who.ability.after(slope, curvature, 1.0).drifted(
                ABILITY_DRIFT, ABILITY_VARIANCE
            ),
            overall=decayed(who.overall, OVERALL, is_right=is_right),
            answers=now,
            last_on_item=who.last_on_item | {item: (now, is_right)},
        )
        for skill in self.item_skills[item]:
            self.skills[skill] = self.skills[skill].after(slope, curvature, -share)
            old = who.practices[skill]
            offset = old.offset.after(slope, curvature, share)
            params = on_item(self.params[skill], deviation)
            new = self._practised(params, old, now, is_right=is_right)
            new = kept(replace(new, offset=offset.drifted(OFFSET_DRIFT, OFFSET_VARIANCE)))
            who = replace(who, practices=_with(who.practices, skill, new))
            if old.tries + 1 >= TRIES and new.tries == 0 and not new.is_mastered:
                who = replace(who, stuck=skill, stuck_until=now + STEP_BACK)
        self.learners[learner] = who

    def _practised(
        self, params: Params, old: Practice, now: int, *, is_right: bool
    ) -> Practice:
        mastery = mastery_after(params, old.mastery, is_right=is_right)
        tries = 0 if mastery >= MASTERED else old.tries + 1
        is_stuck = tries >= TRIES
        rest = PARK if len(old.rights) + 1 < 2 * TRIES else LONG_PARK
        return replace(
            old,
            mastery=mastery,
            slow=decayed(old.slow, SLOW, is_right=is_right),
            quick=decayed(old.quick, QUICK, is_right=is_right),
            half_life=half_life_after(old, now, is_right=is_right),
            last=now,
            rights=(*old.rights, is_right),
            parked_until=now + rest if is_stuck else old.parked_until,
            run=old.run + 1 if old.last and old.last == now - 1 else 1,
            tries=0 if is_stuck else tries,
        )


def _with(practices: tuple[Practice, ...], skill: int, new: Practice) -> tuple[Practice, ...]:
    return (*practices[:skill], new, *practices[skill + 1 :])


def _doubt(name: str) -> float:
    return NEW_SKILL_VARIANCE if name == "NEW_SKILL" else WEIGHT_VARIANCE
