"""What may be behind wrong answers: the misconceptions that a learner's answers speak for.

Only rules of one family compete, for they answer the same kind of question. What each would
have answered follows from the pack; the kernel weighs that against what was answered. A
verdict is words for the teacher: nothing in the hub acts on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub.kernels.diagnose import MOST_OBSERVATIONS, MOST_RULES, Diagnoser, Diagnosis
from models.domain.answers import Answer, Choice
from models.domain.making import Made
from models.domain.pack import Pack
from models.domain.solution import bug_answers, right_answer
from models.domain.template import Bug

#: Seeds of an item that are thought of when a telling question is looked for: the first ones
#: of the pack.
SEEDS = 4
#: So many of a learner's latest answers are looked at.
LOOKED_AT = 60
#: More candidates tell little more, and a teacher waits for the page.
MOST_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the log keeps it."""

    item: int
    seed: int
    step: int
    is_right: bool
    misconception: str


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A wrong rule that the answers speak for, and the question that would tell most."""

    misconception: str
    probability: float
    verdict: str
    shown: int
    asked: int
    telling: tuple[int, int] | None
    bits: float


def suspicions(pack: Pack, given: Sequence[Given], *, first_seed: int = 0) -> list[Suspicion]:
    """What `given` (oldest first) says, the likeliest rule first; nothing undecided is said.

    The same question tried again is one observation, its first answer: who repeats a wrong
    answer shows the rule once. `first_seed` is where the seeds of `pack` begin.
    """
    given = _first_ones(given)
    found = [
        one
        for family in _families(pack, given)
        if (one := _suspicion(pack, family, given, first_seed)) is not None
    ]
    return sorted(found, key=lambda one: -one.probability)


@dataclass(frozen=True, slots=True)
class Observed:
    """One answer seen by a family: the class that each rule leads to, and the class given."""

    predicted: list[int]
    given: int
    choices: int


#: How the rules of a family in a pack see an answer.
Observe = Callable[[Pack, list[str], Given], Observed | None]


def observed(pack: Pack, rules: list[str], row: Given) -> Observed | None:
    """`row` as the family of `rules` sees it; None where no rule of it would show itself."""
    made = pack.activity(row.item, row.seed)
    answer, bugs = _asked(made, row.step)
    classes, predicted = _predicted(pack, rules, made, answer, bugs)
    if not any(one > 0 for one in predicted):
        return None
    if row.is_right:
        given = 0
    elif row.misconception in rules and predicted[rules.index(row.misconception)] > 0:
        given = predicted[rules.index(row.misconception)]
    else:
        # An answer that no rule of this family gives.
        given = classes + 1
    return Observed(predicted, given, _choices(answer))


def chances(
    pack: Pack, given: Sequence[Given], observe: Observe = observed
) -> dict[str, float]:
    """How likely each wrong rule is held, by its id: of all families that showed a rule.

    The same numbers as in `suspicions`, decided or not, without a telling question: cheap.
    `observe` may remember what it saw.
    """
    given = _first_ones(given)
    found: dict[str, float] = {}
    for family in _families(pack, given):
        rules = _rules(pack, family)
        seen = _seen(pack, rules, given, observe)
        if seen:
            found |= zip(rules, _posterior(Diagnoser(len(rules)), seen).rules, strict=True)
    return found


def _first_ones(given: Sequence[Given]) -> list[Given]:
    first: dict[tuple[int, int, int], Given] = {}
    for row in given:
        first.setdefault((row.item, row.seed, row.step), row)
    return list(first.values())


def _families(pack: Pack, given: Sequence[Given]) -> Iterator[str]:
    """Families of which at least one rule showed itself, each once."""
    met = dict.fromkeys(one.misconception for one in given if one.misconception)
    known = (pack.misconceptions[one].family for one in met if one in pack.misconceptions)
    return iter(dict.fromkeys(known))


def _suspicion(
    pack: Pack, family: str, given: Sequence[Given], first_seed: int
) -> Suspicion | None:
    rules = _rules(pack, family)
    seen = _seen(pack, rules, given, observed)
    if not seen:
        return None
    diagnoser = Diagnoser(len(rules))
    found = _posterior(diagnoser, seen)
    rule = _likeliest(found)
    if found.verdict in ("careful", "undecided") or rule is None:
        return None
    asked = {(row.item, row.seed) for row in given}
    new = (one for one in _activities_of(pack, rules, first_seed) if one not in asked)
    telling, bits = _telling(pack, rules, diagnoser, seen, new)
    return Suspicion(
        misconception="" if found.verdict == "unknown" else rules[rule],
        probability=found.unknown if found.verdict == "unknown" else found.rules[rule],
        verdict=found.verdict,
        shown=sum(one.given == one.predicted[rule] > 0 for one in seen),
        asked=sum(one.predicted[rule] > 0 for one in seen),
        telling=telling,
        bits=bits,
    )


def _likeliest(found: Diagnosis) -> int | None:
    if found.rule is not None:
        return found.rule
    return max(range(len(found.rules)), key=found.rules.__getitem__, default=None)


def _rules(pack: Pack, family: str) -> list[str]:
    """The rules that compete, the first of the pack where there are too many."""
    rules = [one.id for one in pack.misconceptions.values() if one.family == family]
    return rules[:MOST_RULES]


def _seen(
    pack: Pack, rules: list[str], given: Sequence[Given], observe: Observe
) -> list[Observed]:
    seen = [one for one in (observe(pack, rules, row) for row in given) if one is not None]
    return seen[-MOST_OBSERVATIONS:]


def _posterior(diagnoser: Diagnoser, seen: Sequence[Observed]) -> Diagnosis:
    return diagnoser.posterior(
        [one.predicted for one in seen],
        [one.given for one in seen],
        choices=[one.choices for one in seen],
    )


def _predicted(
    pack: Pack, rules: list[str], made: Made, answer: Answer, bugs: tuple[Bug, ...]
) -> tuple[int, list[int]]:
    """How many wrong answers the rules lead to, and the class of each rule's; -1 for none."""
    right = right_answer(answer, made)
    classes: dict[str, int] = {right: 0}
    found = dict.fromkeys(rules, -1)
    for misconception, text in bug_answers(bugs, answer, made, pack):
        if misconception in found:
            found[misconception] = classes.setdefault(text, len(classes))
    return len(classes) - 1, list(found.values())


def _asked(made: Made, step: int) -> tuple[Answer, tuple[Bug, ...]]:
    template = made.template
    if 1 <= step <= len(template.steps):
        return template.steps[step - 1].answer, template.steps[step - 1].bugs
    return template.answer, template.bugs


def _choices(answer: Answer) -> int:
    return len(answer.options) if isinstance(answer, Choice) and not answer.is_multiple else 0


def _telling(
    pack: Pack,
    rules: list[str],
    diagnoser: Diagnoser,
    seen: list[Observed],
    new: Iterable[tuple[int, int]],
) -> tuple[tuple[int, int] | None, float]:
    """The item and seed of `new` whose answer would tell most, and the bits expected of it."""
    activities: list[tuple[int, int]] = []
    candidates: list[list[int]] = []
    choices: list[int] = []
    for place, seed in new:
        made = pack.activity(place, seed)
        _, predicted = _predicted(pack, rules, made, made.template.answer, made.template.bugs)
        if any(one > 0 for one in predicted):
            activities.append((place, seed))
            candidates.append(predicted)
            choices.append(_choices(made.template.answer))
        if len(candidates) == MOST_CANDIDATES:
            break
    if not candidates:
        return None, 0.0
    ranked = diagnoser.next_item(
        [one.predicted for one in seen],
        [one.given for one in seen],
        candidates,
        choices=[one.choices for one in seen],
        candidate_choices=choices,
    )
    number, bits = ranked[0]
    return activities[number], bits


def _activities_of(pack: Pack, rules: list[str], first_seed: int) -> Iterator[tuple[int, int]]:
    """Activities of the skills that the family's misconceptions belong to."""
    skills = {skill for one in rules for skill in pack.misconceptions[one].skills}
    for place, item in enumerate(pack.items):
        if skills.intersection(item.skills):
            for seed in range(first_seed, first_seed + SEEDS):
                yield place, seed
