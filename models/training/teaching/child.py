"""A simulated pupil under a law of learning, and what it brings along over that law.

A skill that it does not get without help, a wrong rule, a careless hand, bouts of guessing, and
a way of asking for hints: what a teacher would want to be told, and what looks like it.
"""

from __future__ import annotations

from math import exp, log
from random import Random

from models.training.teaching.course import ITEMS_EACH, Course, skill_of
from models.training.teaching.laws import MASTERED, Law, Noise, Pupil

HINTS = 3
#: Most questions ask for a number, which is rarely guessed (devices/simulator takes 2 and 5 %).
NOISE = Noise(guess=0.05, slip=0.06)
#: Of the skills that a child does not have: those it never gets alone, those with a wrong rule.
BLOCKED, WRONG_RULE = 0.1, 0.1
#: Children who slip a quarter of the time, and children with bouts of guessing.
CARELESS, RESTLESS = 0.1, 0.12
SLIP = 0.25
#: A blocked child stays where it began, and no higher than this.
CEILING = 0.25
#: A wrong rule shows itself in so many of a skill's items; there, and where it does not.
RULE_SHOWS, RIGHT_AGAINST_RULE, RIGHT_BESIDE_RULE = 0.65, 0.08, 0.8
#: Wrong answers that the child's own rule gives; others' that some rule gives by chance.
RULE_GIVES, BY_CHANCE = 0.85, 0.25
RULES_A_SKILL = 3
#: A wrong rule falls away by itself once in so many answers.
DROPPED = 0.03
#: How a bout of guessing begins and ends, an answer; what is right in it by luck.
BOUT_BEGINS, BOUT_ENDS, LUCK = 0.08, 0.15, 0.12
#: How children's and answers' seconds spread; a guess in seconds, and its spread.
CHILD_SPREAD, SPREAD, GUESS_S, GUESS_SPREAD = 0.3, 0.55, 2.2, 0.5
#: Ways with hints: chance of one when unsure, of each further level, seconds at each level.
WAYS = {"asks": (0.35, 0.4, 6.0), "avoids": (0.02, 0.2, 6.0), "drains": (0.7, 0.9, 1.2)}
WAY_SHARES = (("asks", 0.55), ("avoids", 0.3), ("drains", 0.15))
#: A step asks for a part that comes from the skills before: right as those are there, and so
#: often where a part of it is what is missing, or where a wrong rule meets it.
STEPS, PART_MISSING, PART_WITH_RULE, PART_AT_ROOT = 2, 0.35, 0.55, 0.85
STEP_PACE = 0.6
#: What a hint's level adds to the chance of one who can learn the skill; the last one tells it.
HINT_HELPS, TOLD = 0.15, 0.95


class Child:
    """A pupil under a law, and what it brings along."""

    def __init__(self, course: Course, law: Law, random: Random) -> None:
        self._random, self._course = random, course
        self._pupil: Pupil = law.draw(course, NOISE, random)
        self.is_careless = random.random() < CARELESS
        self._is_restless = not self.is_careless and random.random() < RESTLESS
        self.is_guessing = False
        self._way = _drawn_way(random)
        self._pace = exp(random.gauss(0.0, CHILD_SPREAD))
        self._kinds: dict[int, str] = {}
        self._start: dict[int, float] = {}
        self._known: set[int] = set()

    def kind(self, skill: int) -> str:
        """The child's state at `skill`, drawn when it is met first."""
        if skill not in self._kinds:
            self._start[skill] = self._pupil.competence(skill)
            drawn = self._random.random()
            kind = "learning"
            if self._start[skill] < MASTERED:
                if drawn < BLOCKED:
                    kind = "blocked"
                elif drawn < BLOCKED + WRONG_RULE:
                    kind = "wrong rule"
            self._kinds[skill] = kind
        return self._kinds[skill]

    def competence(self, skill: int) -> float:
        """The chance to master a middling item now, apart from guesses and slips."""
        own = self._pupil.competence(skill)
        if self.kind(skill) == "blocked":
            return min(own, self._start[skill], CEILING)
        found = min(own, RULE_SHOWS) if self.kind(skill) == "wrong rule" else own
        if found >= MASTERED:
            self._known.add(skill)
        return found

    def has_known(self, skill: int) -> bool:
        """Whether the skill was ever there."""
        return skill in self._known

    def move(self) -> None:
        """A bout of guessing begins or ends."""
        chance = BOUT_ENDS if self.is_guessing else BOUT_BEGINS * self._is_restless
        if self._random.random() < chance:
            self.is_guessing = not self.is_guessing

    def hints(self, skill: int) -> int:
        """How many hints the child takes before it answers."""
        first, further, _ = WAYS[self._way]
        is_unsure = self.competence(skill) < 0.6
        if self.is_guessing or not is_unsure or self._random.random() >= first:
            return 0
        taken = 1
        while taken < HINTS and self._random.random() < further:
            taken += 1
        return taken

    def chance(self, item: int, hints: int, tries: int) -> float:
        """The chance of a right answer."""
        if self.is_guessing:
            return LUCK
        if hints == HINTS:
            return TOLD
        skill = skill_of(item)
        kind, own = self.kind(skill), self._pupil.chance(skill, self._course.difficulty[item])
        if kind == "wrong rule":
            return RIGHT_AGAINST_RULE if rule_shows(item) else RIGHT_BESIDE_RULE
        if kind == "blocked":
            return NOISE.blur(self.competence(skill))
        if tries > 1 and self.competence(skill) >= MASTERED:
            return 0.85
        own += HINT_HELPS * (hints + tries - 1) * (1.0 - own)
        return own - SLIP * own if self.is_careless else own

    def chance_of_step(self, skill: int) -> float:
        """The chance of a right answer to a part of a question."""
        if self.is_guessing:
            return LUCK
        kind, before = self.kind(skill), self._course.prerequisites[skill]
        if kind != "learning":
            return PART_MISSING if kind == "blocked" else PART_WITH_RULE
        if not before:
            return PART_AT_ROOT
        return NOISE.blur(sum(self.competence(one) for one in before) / len(before))

    def seconds(self, item: int, item_s: float, hints: int) -> float:
        """How long the answer takes."""
        if self.is_guessing:
            return exp(self._random.gauss(log(GUESS_S), GUESS_SPREAD))
        knows = self.competence(skill_of(item)) >= MASTERED
        drawn = self._random.gauss(log(item_s * self._pace), SPREAD)
        fluent = 0.75 if self.is_careless else 0.85 if knows else 1.15
        return exp(drawn) * fluent + hints * WAYS[self._way][2]

    def rule_of(self, skill: int) -> str:
        """The wrong rule, of those of the skill, that a wrong answer follows; "" for none."""
        if self.is_guessing:
            own = 0.0
        else:
            own = RULE_GIVES if self.kind(skill) == "wrong rule" else 0.0
        if self._random.random() < own:
            return f"{skill}.0"
        if self._random.random() < BY_CHANCE:
            return f"{skill}.{self._random.randrange(RULES_A_SKILL)}"
        return ""

    def practise(self, item: int, *, is_right: bool) -> None:
        """What the answer does to the child."""
        skill = skill_of(item)
        kind = self.kind(skill)
        if kind == "wrong rule" and self._random.random() < DROPPED:
            self._kinds[skill] = "learning"
        if kind == "learning" and not self.is_guessing:
            self._pupil.practise(skill, self._course.difficulty[item], is_right=is_right)

    def rest(self) -> None:
        """A night."""
        self._pupil.rest(1)
        self.is_guessing = False


def rule_shows(item: int) -> bool:
    """Whether a wrong rule of the item's skill leads to another answer than the right one."""
    return (item % ITEMS_EACH) < RULE_SHOWS * ITEMS_EACH


def _drawn_way(random: Random) -> str:
    drawn, below = random.random(), 0.0
    for way, share in WAY_SHARES:
        below += share
        if drawn < below:
            return way
    return WAY_SHARES[-1][0]
