"""Expected counts of one E-step by name: what a hub sends so that a fleet can refit.

Counts of two logs at the same model add up to those of both (Baum et al. 1970, Annals of
Mathematical Statistics 41:164-171), so no answer need leave a hub.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal, TypeAlias

import msgspec

from hub._core import bkt as core

Amount = Annotated[float, msgspec.Meta(ge=0, le=1e15)]
#: How often something happened, of how often it could have.
Share: TypeAlias = tuple[Amount, Amount]
Names: TypeAlias = Mapping[str, Sequence[str]]
NONE: Share = (0.0, 0.0)
#: Sums of many terms: a share of 1 may stand a rounding above it.
ROUNDING = 1e-9


class SkillCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One skill: first known; learned; forgotten; guessed; slipped, each with its chances.

    The five are of what has no group, resource or item of its own in the model.
    """

    prior: Share
    learn: Share
    forget: Share
    guess: Share
    slip: Share
    groups: dict[str, Share] = {}
    resources: dict[str, tuple[Share, Share]] = {}
    items: dict[str, tuple[Share, Share]] = {}
    log_likelihood: Annotated[float, msgspec.Meta(le=0)] = 0.0
    answers: Amount = 0.0

    def __post_init__(self) -> None:
        pairs = [pair for both in (self.resources, self.items) for pair in both.values()]
        own = [self.prior, self.learn, self.forget, self.guess, self.slip]
        for share in [
            *own,
            *self.groups.values(),
            *(share for pair in pairs for share in pair),
        ]:
            happened, of = share
            if happened > of * (1 + ROUNDING) + ROUNDING:
                raise ValueError(f"a share is {happened} of {of}; allowed: at most all")

    def __add__(self, other: SkillCounts) -> SkillCounts:
        return SkillCounts(
            _sum(self.prior, other.prior),
            _sum(self.learn, other.learn),
            _sum(self.forget, other.forget),
            _sum(self.guess, other.guess),
            _sum(self.slip, other.slip),
            _each(self.groups, other.groups),
            _each_pair(self.resources, other.resources),
            _each_pair(self.items, other.items),
            self.log_likelihood + other.log_likelihood,
            self.answers + other.answers,
        )


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Expected counts by skill; `model` is the fingerprint of the model they were taken at."""

    model: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    skills: dict[str, SkillCounts]
    #: Skills of the log that the model does not know, in order of name.
    unknown: tuple[str, ...] = ()
    format: Literal["mangotree-bkt-counts"] = "mangotree-bkt-counts"
    version: Literal[1] = 1

    @property
    def log_likelihood(self) -> float:
        """ln P(answers) at the model, in nats."""
        return sum(skill.log_likelihood for skill in self.skills.values())

    def __add__(self, other: Counts) -> Counts:
        """The counts of both logs; ValueError if they are of two models."""
        if self.model != other.model:
            raise ValueError("counts of two models do not add up; allowed: of one")
        skills = dict(self.skills)
        for name, more in other.skills.items():
            skills[name] = skills[name] + more if name in skills else more
        unknown = tuple(sorted({*self.unknown, *other.unknown}))
        return Counts(self.model, dict(sorted(skills.items())), unknown)

    def to_bytes(self) -> bytes:
        """The counts as MessagePack."""
        return msgspec.msgpack.encode(self, order="sorted")

    @staticmethod
    def from_bytes(sent: bytes) -> Counts:
        """Counts that `to_bytes` gave; ValueError says what is wrong with the bytes."""
        try:
            return msgspec.msgpack.decode(sent, type=Counts)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"no BKT counts: {error}") from error


def counted(
    model: str, known: set[str], parameters: core.Parameters, found: core.Counts, names: Names
) -> Counts:
    """What the kernels counted, by the names of the log."""
    groups, resources, items = _places(parameters, names)
    skills, unknown = {}, []
    for at, (name, shares) in enumerate(zip(names["skill_names"], found.skills, strict=True)):
        priors, learns, forgets, guesses, slips, log_likelihood, answers = shares
        if not answers:
            continue
        if name not in known:
            unknown.append(name)
            continue
        priors, learns, forgets, guesses, slips = (
            [(happened, of) for happened, of in list_of]
            for list_of in (priors, learns, forgets, guesses, slips)
        )
        skills[name] = SkillCounts(
            priors[0],
            learns[0],
            forgets[0],
            guesses[0],
            slips[0],
            dict(zip(groups[at], priors[1:], strict=True)),
            dict(zip(resources[at], zip(learns[1:], forgets[1:], strict=True), strict=True)),
            dict(zip(items[at], zip(guesses[1:], slips[1:], strict=True), strict=True)),
            min(log_likelihood, 0.0),
            answers,
        )
    return Counts(model, dict(sorted(skills.items())), tuple(sorted(unknown)))


def shares_of(
    counts: Counts, parameters: core.Parameters, names: Names
) -> list[tuple[list[Share], list[Share], list[Share], list[Share], list[Share], float, float]]:
    """The counts as the kernels take them, in the order of the names; KeyError for others."""
    groups, resources, items = _places(parameters, names)
    nothing = SkillCounts(NONE, NONE, NONE, NONE, NONE)
    all_shares = []
    for at, name in enumerate(names["skill_names"]):
        skill = counts.skills.get(name, nothing)
        _refuse_others(name, skill.groups, groups[at])
        _refuse_others(name, skill.resources, resources[at])
        _refuse_others(name, skill.items, items[at])
        practised = [skill.resources.get(own, (NONE, NONE)) for own in resources[at]]
        answered = [skill.items.get(own, (NONE, NONE)) for own in items[at]]
        all_shares.append(
            (
                [skill.prior, *(skill.groups.get(own, NONE) for own in groups[at])],
                [skill.learn, *(learned for learned, _ in practised)],
                [skill.forget, *(forgot for _, forgot in practised)],
                [skill.guess, *(guessed for guessed, _ in answered)],
                [skill.slip, *(slipped for _, slipped in answered)],
                skill.log_likelihood,
                skill.answers,
            )
        )
    _refuse_others("counts", counts.skills, names["skill_names"])
    return all_shares


def _places(
    parameters: core.Parameters, names: Names
) -> tuple[list[list[str]], list[list[str]], list[list[str]]]:
    """Who has places of their own, by skill in the order of the kernels' lists."""
    n = len(names["skill_names"])
    groups: list[list[str]] = [[] for _ in range(n)]
    resources: list[list[str]] = [[] for _ in range(n)]
    items: list[list[str]] = [[] for _ in range(n)]
    for skill, group, _ in parameters.groups:
        groups[skill].append(names["group_names"][group])
    for skill, resource, _, _ in parameters.resources:
        resources[skill].append(names["resource_names"][resource])
    for skill, item, _, _ in parameters.items:
        items[skill].append(names["item_names"][item])
    return groups, resources, items


def _refuse_others(of: str, found: Iterable[str], known: Sequence[str]) -> None:
    if unknown := set(found) - set(known):
        raise KeyError(f"{min(unknown)} of {of} is unknown to the model")


def _sum(one: Share, other: Share) -> Share:
    return (one[0] + other[0], one[1] + other[1])


def _each(one: Mapping[str, Share], other: Mapping[str, Share]) -> dict[str, Share]:
    names = sorted({*one, *other})
    return {name: _sum(one.get(name, NONE), other.get(name, NONE)) for name in names}


def _each_pair(
    one: Mapping[str, tuple[Share, Share]], other: Mapping[str, tuple[Share, Share]]
) -> dict[str, tuple[Share, Share]]:
    nothing = (NONE, NONE)
    both = {name: (one.get(name, nothing), other.get(name, nothing)) for name in [*one, *other]}
    return {
        name: (_sum(mine[0], more[0]), _sum(mine[1], more[1]))
        for name, (mine, more) in sorted(both.items())
    }
