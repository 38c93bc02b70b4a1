"""The fitted stack once more, in plain Python: what it remembers and how its parts add up.

What is kept of a learner on a skill is rounded to single precision after each answer, where the
kernel rounds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, isnan, log, log1p, pi, sqrt
from struct import pack, unpack

from hub.kernels.stack import StackModel

HOURS = (1.0, 24.0, 168.0, 720.0)
#: Of each family the code under which it is told.
FAMILY_CODES = {
    "ITEM": "ITEM_DIFFICULTY",
    "ITEM_QUICK": "RECENT_SKILL",
    "ITEM_ABILITY": "ITEM_DISCRIMINATION",
    "STAY": "SEQUENCE",
    "PATTERN": "RECENT_ALL",
    "ORDER": "SEQUENCE",
    "ORDER_RIGHT": "SEQUENCE",
    "ORDER_OF_THREE": "SEQUENCE",
    "SKILL": "SKILL_DIFFICULTY",
    "SKILL_WINS": "PRACTICE",
    "SKILL_MISSES": "PRACTICE",
    "SKILL_TURN": "PRACTICE",
    "SKILL_PATTERN": "RECENT_SKILL",
}


@dataclass
class OnSkill:
    """One learner on one skill: the answers themselves, and the belief about the offset."""

    mean: float = 0.0
    variance: float = field(default_factory=lambda: single(0.15))
    rights: list[bool] = field(default_factory=list)
    hints: list[float] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    last: int = 0


@dataclass
class Person:
    mean: float = 0.0
    variance: float = 0.8
    skills: dict[int, OnSkill] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)
    sets: list[int] = field(default_factory=list)
    rights: list[bool] = field(default_factory=list)
    slopes: list[float] = field(default_factory=list)
    paces: list[float] = field(default_factory=list)
    rash: list[bool] = field(default_factory=list)
    hints: list[float] = field(default_factory=list)
    time_s: float = 0.0


def single(number: float) -> float:
    (rounded,) = unpack("f", pack("f", number))
    return float(rounded)


def decayed(numbers: list[bool] | list[float], decay: float, start: float) -> float:
    average = start
    for number in numbers:
        average = decay * average + (1 - decay) * number
    return average


def decayed_singly(rights: list[bool], decay: float, start: float) -> float:
    average = start
    for is_right in rights:
        average = single(decay * average + (1 - decay) * is_right)
    return average


def wrong_run(rights: list[bool]) -> int:
    run = 0
    while run < len(rights) and not rights[-1 - run]:
        run += 1
    return run


def pattern(rights: list[bool], most: int) -> int:
    bits = 1
    for is_right in rights[-most:]:
        bits = 2 * bits + is_right
    return bits


class StackTwin:
    def __init__(self, model: StackModel) -> None:
        self.model = model
        numbers: dict[tuple[int, ...], int] = {}
        self.set_of = [
            numbers.setdefault(tuple(sorted(skills)), len(numbers))
            for skills in model.item_skills
        ]
        radix = len(numbers) + 2
        pairs = [key for key in model.sequences if key < radix**2]
        threes = [key for key in model.sequences if key >= radix**2]
        self.radix = radix
        self.pairs = {key: at for at, key in enumerate(pairs)}
        self.threes = {key: at for at, key in enumerate(threes)}

    def before(self, who: Person, item: int, time_s: float) -> dict[str, float]:
        """Every dense column, in the order of the model's weights."""
        own = [who.skills.get(skill, OnSkill()) for skill in self.model.item_skills[item]]
        n, count = len(own), len(who.rights)
        k = 1 / sqrt(1 + pi / 8 * (who.variance + sum(s.variance for s in own) / n**2))
        last = [r for i, r in zip(who.items, who.rights, strict=True) if i == item][-1:]

        def mean(numbers: list[float]) -> float:
            return sum(numbers) / n

        columns = {
            "CONSTANT": 1.0,
            "ABILITY": k * who.mean,
            "SKILL_OFFSET": k * mean([s.mean for s in own]),
            "SKILL_SLOW": mean([2 * decayed_singly(s.rights, 0.9, 0.5) - 1 for s in own]),
            "SKILL_QUICK": mean([2 * decayed_singly(s.rights, 0.5, 0.5) - 1 for s in own]),
            "SKILL_WRONG_RUN": mean([log1p(wrong_run(s.rights)) for s in own]),
            "ALL": 2 * decayed(who.rights, 0.8, 0.5) - 1,
            "SURPRISE": decayed(who.slopes, 0.95, 0.0),
            "WRONG_RUN": log1p(wrong_run(who.rights)),
            "ITEM_RIGHT": float(last == [True]),
            "ITEM_WRONG": float(last == [False]),
            "WINS": mean([log1p(sum(s.rights)) for s in own]),
            "MISSES": mean([log1p(len(s.rights) - sum(s.rights)) for s in own]),
            "NEW_SKILL": mean([float(not s.rights) for s in own]),
            "GAP": mean([log1p(count - s.last) if s.rights else 0.0 for s in own]),
            "SAME_SKILL": mean([float(bool(s.rights) and s.last == count) for s in own]),
            "PACE_LAST": who.paces[-1] if who.paces else 0.0,
            "FAST_WRONG": decayed(who.rash, 0.8, 0.0) if who.rash else 0.0,
            "HINT_LAST": float(who.hints[-1] > 0) if who.hints else 0.0,
            "HINTS": decayed([h > 0 for h in who.hints], 0.9, 0.0),
            "SKILL_HINTS": mean(
                [decayed_singly([h > 0 for h in s.hints], 0.8, 0.0) for s in own]
            ),
        }
        columns |= self.times(who, own, time_s)
        return columns

    def times(self, who: Person, own: list[OnSkill], time_s: float) -> dict[str, float]:
        columns = {}
        for counted in (True, False):
            for name, hours in zip(("HOUR", "DAY", "WEEK", "MONTH"), HOURS, strict=True):
                faded = [
                    sum(
                        0.5 ** ((time_s - at) / 3600 / hours)
                        for at, is_right in zip(s.times_s, s.rights, strict=True)
                        if is_right == counted
                    )
                    if self.model.has_times
                    else 0.0
                    for s in own
                ]
                column = f"{name}_{'RIGHT' if counted else 'WRONG'}"
                columns[column] = sum(map(log1p, faded)) / len(own)
        away = [log1p((time_s - s.times_s[-1]) / 3600) if s.rights else 0.0 for s in own]
        is_known = self.model.has_times and bool(who.rights)
        columns["SKILL_AWAY"] = sum(away) / len(own) if is_known else 0.0
        columns["AWAY"] = log1p((time_s - who.time_s) / 3600) if is_known else 0.0
        return columns

    def corrections(self, who: Person, item: int, dense: dict[str, float]) -> dict[str, float]:
        tables, set_ = self.model.tables, self.set_of[item]
        skills = self.model.item_skills[item]
        stay = 0
        while stay < len(who.sets) and who.sets[-1 - stay] == set_:
            stay += 1
        found = {
            "ITEM": tables["ITEM"][item],
            "ITEM_QUICK": tables["ITEM_QUICK"][item] * dense["SKILL_QUICK"],
            "ITEM_ABILITY": tables["ITEM_ABILITY"][item]
            * (dense["ABILITY"] + dense["SKILL_OFFSET"]),
            "STAY": tables["STAY"][16 * set_ + min(stay, 15)],
            "PATTERN": tables["PATTERN"][pattern(who.rights, 5)],
        } | self.sequences(who, set_)
        for name in ("SKILL", "SKILL_WINS", "SKILL_MISSES", "SKILL_TURN", "SKILL_PATTERN"):
            found[name] = 0.0
        for skill in skills:
            rights = who.skills.get(skill, OnSkill()).rights
            found["SKILL"] += tables["SKILL"][skill] / len(skills)
            found["SKILL_WINS"] += tables["SKILL_WINS"][skill] * dense["WINS"] / len(skills)
            found["SKILL_MISSES"] += (
                tables["SKILL_MISSES"][skill] * dense["MISSES"] / len(skills)
            )
            turn = 32 * skill + min(len(rights), 31)
            found["SKILL_TURN"] += tables["SKILL_TURN"][turn] / len(skills)
            last_two = 8 * skill + pattern(rights, 2)
            found["SKILL_PATTERN"] += tables["SKILL_PATTERN"][last_two] / len(skills)
        return found

    def sequences(self, who: Person, set_: int) -> dict[str, float]:
        found = dict.fromkeys(("ORDER", "ORDER_RIGHT", "ORDER_OF_THREE"), 0.0)
        if not who.sets:
            return found
        tables, end = self.model.tables, (who.sets[-1] + 2) * self.radix + set_ + 2
        pair = self.pairs.get(end) if who.sets[-1] != set_ else None
        if pair is not None:
            found["ORDER"] = tables["ORDER"][pair]
            found["ORDER_RIGHT"] = tables["ORDER_RIGHT"][pair] * (1 if who.rights[-1] else -1)
        first = who.sets[-2] + 2 if len(who.sets) > 1 else 1
        three = self.threes.get(first * self.radix**2 + end)
        if three is not None:
            found["ORDER_OF_THREE"] = tables["ORDER_OF_THREE"][three]
        return found

    def logit(self, who: Person, item: int, time_s: float = 0.0) -> float:
        dense = self.before(who, item, time_s)
        assert dense.keys() == self.model.weights.keys()
        shared = sum(self.model.weights[name] * dense[name] for name in dense)
        return shared + sum(self.corrections(who, item, dense).values())

    def learn(
        self,
        who: Person,
        item: int,
        *,
        is_right: bool,
        pace_s: float = float("nan"),
        hints: float = float("nan"),
        time_s: float = 0.0,
    ) -> None:
        skills = self.model.item_skills[item]
        own = [who.skills.setdefault(skill, OnSkill()) for skill in skills]
        share = 1 / len(own)
        mean = who.mean + share * sum(s.mean for s in own)
        mean += self.model.tables["easiness"][item]
        variance = who.variance + share**2 * sum(s.variance for s in own)
        k = 1 / sqrt(1 + pi / 8 * variance)
        p = 1 / (1 + exp(-k * mean))
        slope, curvature = k * (is_right - p), k * k * p * (1 - p)
        who.mean += who.variance * slope
        who.variance = min(who.variance * (1 - who.variance * curvature) + 0.002, 0.8)
        who.slopes.append(slope)
        who.rights.append(is_right)
        who.items.append(item)
        who.sets.append(self.set_of[item])
        who.time_s = time_s
        if not isnan(pace_s):
            slower = log(max(pace_s, 0.5)) - self.model.tables["usual_pace"][item]
            who.paces.append(min(max(slower, -3.0), 3.0))
            who.rash.append(not is_right and slower < -log(2))
        if not isnan(hints):
            who.hints.append(hints)
        for s in own:
            s.mean, variance = single(s.mean + share * s.variance * slope), s.variance
            variance = variance * (1 - share**2 * variance * curvature) + 0.005
            s.variance = single(min(variance, 0.15))
            s.rights.append(is_right)
            s.times_s.append(time_s)
            s.last = len(who.rights)
            if not isnan(hints):
                s.hints.append(hints)
