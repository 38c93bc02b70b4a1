"""Bayesian knowledge tracing: fitting it, and tracing in batches.

`fit` finds prior, learn, forget, guess and slip of every skill in a log; `BktModel` keeps them
by name, predicts with them and is a checked JSON file. `BktModel.count` gives the expected
counts of a log, which add up over hubs, and `BktModel.maximised` the parameters they lead to.
Formulas and sources stand in `core_rs/kernels/src/bkt_fit`.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

import msgspec

from hub._core import bkt as core
from hub.kernels.bkt_counts import Counts, counted, shares_of
from hub.kernels.bkt_log import Log

__all__ = [
    "NO_SHRINKAGE",
    "PLAIN",
    "BktModel",
    "Counts",
    "Learning",
    "Log",
    "Noise",
    "Rates",
    "Rules",
    "Shrinkage",
    "Skill",
    "Trace",
    "fit",
]

Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
#: As the kernels allow: no answer is impossible.
ErrorRate = Annotated[float, msgspec.Meta(ge=1e-6, le=0.999999)]
Whole = Annotated[int, msgspec.Meta(ge=0)]
Five: TypeAlias = tuple[float, float, float, float, float]
NAMES = ("prior", "learn", "forget", "guess", "slip")


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The five parameters of a skill, all probabilities."""

    prior: Chance
    learn: Chance
    forget: Chance
    guess: ErrorRate
    slip: ErrorRate


class Learning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What practice with one resource does to a skill."""

    learn: Chance
    forget: Chance


class Noise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the answers to one item can be trusted."""

    guess: ErrorRate
    slip: ErrorRate


class Skill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fitted skill, and how its fit went.

    `path` is the log-posterior before each round of EM and after the last, in nats; it never
    falls. A skill with `is_pooled` had too few answers and has the pooled rates.
    """

    rates: Rates
    groups: dict[str, Chance] = {}
    resources: dict[str, Learning] = {}
    items: dict[str, Noise] = {}
    answers: Whole = 0
    learners: Whole = 0
    log_likelihood: float = 0.0
    path: tuple[float, ...] = ()
    is_settled: bool = True
    is_pooled: bool = False


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """How many answers the pull to the pooled skill counts for, by parameter (0: no pull).

    `own` is the pull of an item, a resource or a group to its skill. The values stand near the
    best of 0 to 40 by cross-validation over learners on three public logs; from 2 to 10 nothing
    changes the area under the curve by more than .003.
    """

    prior: float = 5.0
    learn: float = 5.0
    forget: float = 5.0
    guess: float = 5.0
    slip: float = 5.0
    own: float = 5.0


NO_SHRINKAGE = Shrinkage(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a fit may give.

    With `guards`, guess <= .5, slip <= .49, learn <= .9, and right answers can bring mastery
    above .95: what the hub's tracer demands. `fixed` holds values that stay, by skill and
    parameter; the name "*" stands for every skill.
    """

    forgets: bool = True
    guards: bool = True
    shrinkage: Shrinkage = Shrinkage()
    fixed: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


#: Maximum likelihood as in the literature, for comparisons; not for a class.
PLAIN = Rules(guards=False, shrinkage=NO_SHRINKAGE)


@dataclass(frozen=True, slots=True)
class Trace:
    """`chances`: P(right) before each row. `masteries`: P(known) after it, one for each entry
    of the log's `skills`.
    """

    chances: array[float]
    masteries: array[float]


class BktModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fitted skills by name, and what serves a skill that has no fit of its own."""

    pooled: Rates
    skills: dict[str, Skill]
    minimum: Whole = 0
    format: Literal["mangotree-bkt"] = "mangotree-bkt"
    version: Literal[1] = 1

    @property
    def params(self) -> dict[str, Rates]:
        """The five parameters by skill."""
        return {name: skill.rates for name, skill in self.skills.items()}

    @property
    def log_likelihood(self) -> float:
        """ln P(answers) over the skills with a fit of their own, in nats."""
        return sum(skill.log_likelihood for skill in self.skills.values())

    @property
    def pooled_skills(self) -> dict[str, str]:
        """The skills that have the pooled rates, and why."""
        return {
            name: f"{skill.answers} answers; its own fit needs {max(self.minimum, 1)}"
            for name, skill in self.skills.items()
            if skill.is_pooled
        }

    def predict_many(self, log: Log, *, guards: bool = True) -> array[float]:
        """P(right) before each row, from the learner's earlier rows in the log alone.

        A row on several skills gets the mean of their chances, one without skills 0.5. Skills
        that the model does not know are traced by the pooled rates, items, resources and
        groups by those of their skill. `guards`: a right answer never lowers mastery and a
        wrong one never raises it, as the hub shows it; without, plain Bayes.
        """
        return core.predict(_parameters(self, log), _columns(log), guarded=guards)

    def trace(self, log: Log, *, guards: bool = True) -> Trace:
        """What `predict_many` gives, and the masteries after each row."""
        return Trace(*core.trace(_parameters(self, log), _columns(log), guarded=guards))

    def count(self, log: Log, *, threads: int = 0) -> Counts:
        """The expected counts of `log` at this model: what a refit needs of a hub.

        Skills that the model does not know are not counted but named in `unknown`.
        """
        parameters = _parameters(self, log)
        found = core.expect(parameters, log.checked(), threads)
        return counted(self.fingerprint(), set(self.skills), parameters, found, log.names())

    def maximised(self, counts: Counts, rules: Rules = Rules()) -> BktModel:
        """The model after one M-step of EM; ValueError for counts of another model.

        Groups, resources and items shrink to their skill, all else to the pooled rates.
        """
        if counts.model != self.fingerprint():
            raise ValueError("counts.model is another model; allowed: the one it was taken at")
        own = _own_log(self)
        parameters = _parameters(self, own)
        shares = core.Counts(shares_of(counts, parameters, own.names()))
        settings = _settings(own.skill_names, rules, threads=1)
        found = core.maximise(parameters, shares, settings)
        return _named(found, own, list(self.skills.values()), self.minimum)

    def fingerprint(self) -> str:
        """A SHA-256 over the parameters: the same for equal parameters only."""
        kept = {
            name: Skill(s.rates, s.groups, s.resources, s.items)
            for name, s in self.skills.items()
        }
        model = BktModel(self.pooled, kept)
        return hashlib.sha256(msgspec.json.encode(model, order="sorted")).hexdigest()

    def to_json(self) -> bytes:
        """The model file."""
        return msgspec.json.encode(self, order="sorted")

    @staticmethod
    def from_json(file: bytes) -> BktModel:
        """The model of a file that `to_json` gave; ValueError says what is wrong with it."""
        try:
            return msgspec.json.decode(file, type=BktModel)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"no BKT model: {error}") from error


def fit(
    log: Log,
    rules: Rules = Rules(),
    *,
    starts: int = 5,
    start: Rates | None = None,
    seed: int = 0,
    minimum: int = 30,
    iterations: int = 200,
    tolerance: float = 1e-2,
    threads: int = 0,
    on_progress: Callable[[int, int], object] | None = None,
) -> BktModel:
    """The likeliest parameters of every skill that `log` names.

    A skill with fewer than `minimum` answers gets the pooled ones. `starts` tries several
    places to start from (the first is `start`, or the pooled rates) and keeps the best; the
    others are drawn from `seed`. EM ends when a round gains less than `tolerance` nats, or
    after `iterations`. `threads` (0: all cores) changes no bit of the result.
    `on_progress(done, of)` is told after each skill and may raise to stop.
    """
    settings = _settings(
        log.skill_names,
        rules,
        starts=starts,
        start=start,
        seed=seed,
        minimum=minimum,
        iterations=iterations,
        tolerance=tolerance,
        threads=threads,
    )
    found = core.fit(log.checked(), settings, on_progress)
    reports = [
        Skill(
            Rates(*found.parameters.pooled),
            answers=report.answers,
            learners=report.sequences,
            log_likelihood=report.log_likelihood,
            path=tuple(report.path),
            is_settled=report.is_settled or report.is_pooled,
            is_pooled=report.is_pooled,
        )
        for report in found.reports[:-1]
    ]
    return _named(found.parameters, log, reports, minimum)


def _settings(
    names: Sequence[str],
    rules: Rules,
    *,
    threads: int,
    starts: int = 1,
    start: Rates | None = None,
    seed: int = 0,
    minimum: int = 0,
    iterations: int = 1,
    tolerance: float = 0.0,
) -> core.Settings:
    pull = rules.shrinkage
    return core.Settings(
        forgets=rules.forgets,
        guards=rules.guards,
        strength=(pull.prior, pull.learn, pull.forget, pull.guess, pull.slip),
        own_strength=pull.own,
        starts=starts,
        start=None if start is None else _five(start),
        seed=seed,
        minimum=minimum,
        iterations=iterations,
        tolerance=tolerance,
        threads=threads,
        fixed=_fixed(names, rules.fixed),
        folds=True,
    )


def _fixed(
    names: Sequence[str], fixed: Mapping[str, Mapping[str, float]]
) -> list[list[float | None]]:
    """By skill, the pooled one's last; empty if nothing is fixed."""
    for skill, values in fixed.items():
        if skill != "*" and skill not in names:
            raise KeyError(f"fixed skill {skill} is unknown")
        if unknown := set(values) - set(NAMES):
            raise KeyError(f"fixed parameter {min(unknown)} is unknown; allowed: {NAMES}")
    if not fixed:
        return []
    everywhere = fixed.get("*", {})
    each = [{**everywhere, **fixed.get(name, {})} for name in names]
    return [[values.get(name) for name in NAMES] for values in [*each, everywhere]]


def _five(rates: Rates) -> Five:
    return (rates.prior, rates.learn, rates.forget, rates.guess, rates.slip)


def _parameters(model: BktModel, log: Log) -> core.Parameters:
    """The model's parameters in the order of the log's names; ValueError for one twice."""
    lookup = {field: {n: at for at, n in enumerate(ns)} for field, ns in log.names().items()}
    for kind, names in log.names().items():
        if len(lookup[kind]) != len(names):
            raise ValueError(f"{kind} holds a name twice")
    group, resource = lookup["group_names"], lookup["resource_names"]
    item = lookup["item_names"]
    known = [(at, model.skills[n]) for at, n in enumerate(log.skill_names) if n in model.skills]
    rates = [_five(model.pooled)] * len(log.skill_names)
    for at, skill in known:
        rates[at] = _five(skill.rates)
    return core.Parameters(
        _five(model.pooled),
        rates,
        groups=[(s, group[n], p) for s, k in known for n, p in k.groups.items() if n in group],
        resources=[
            (s, resource[name], own.learn, own.forget)
            for s, skill in known
            for name, own in skill.resources.items()
            if name in resource
        ],
        items=[
            (s, item[name], own.guess, own.slip)
            for s, skill in known
            for name, own in skill.items.items()
            if name in item
        ],
    )


def _columns(log: Log) -> core.Log:
    """The log's columns where they lie, to be read and checked as they are traced."""
    places = (log.items, log.resources, log.groups)
    counts = [len(names) for names in log.names().values()]
    return core.Log(log.learners, log.skills, log.rights, log.offsets, places, counts)


def _own_log(model: BktModel) -> Log:
    """An empty log with the names of the model."""
    skills = model.skills.values()
    return Log(
        (),
        (),
        (),
        list(model.skills),
        item_names=sorted({name for skill in skills for name in skill.items}),
        resource_names=sorted({name for skill in skills for name in skill.resources}),
        group_names=sorted({name for skill in skills for name in skill.groups}),
    )


def _named(
    found: core.Parameters, log: Log, reports: Sequence[Skill], minimum: int
) -> BktModel:
    """The kernels' parameters by name; all else as in `reports`."""
    groups: list[dict[str, float]] = [{} for _ in reports]
    resources: list[dict[str, Learning]] = [{} for _ in reports]
    items: list[dict[str, Noise]] = [{} for _ in reports]
    for skill, group, prior in found.groups:
        groups[skill][log.group_names[group]] = prior
    for skill, resource, *learning in found.resources:
        resources[skill][log.resource_names[resource]] = Learning(*learning)
    for skill, item, *noise in found.items:
        items[skill][log.item_names[item]] = Noise(*noise)
    skills = {
        name: msgspec.structs.replace(
            report,
            rates=Rates(*found.skills[at]),
            groups=groups[at],
            resources=resources[at],
            items=items[at],
        )
        for at, (name, report) in enumerate(zip(log.skill_names, reports, strict=True))
    }
    return BktModel(Rates(*found.pooled), skills, minimum)
