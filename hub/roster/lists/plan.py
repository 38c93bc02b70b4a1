"""What taking a list in would do: who is new, known, elsewhere, back, who leaves; which class.

A learner is known by the id of the school's own system, else by the name within the class. A
list says who is there; only a whole set of the school's system (OneRoster) says who is not, and
only of learners that such a set brought. Nobody is deleted: who leaves is kept, out of sight.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from hub.roster.lists.known import Known, KnownClass, KnownLearner, Locales
from hub.roster.lists.names import folded
from hub.roster.lists.remarks import Remark, Remarks, refused
from hub.roster.lists.wanted import Frame, Group, Pupil, Reading

#: `new`: unknown so far. `known`: nothing to do. `renamed`: other spelling. `moved`: to another
#: class. `back`: left earlier. `leaves`: not in the list any more.
Change = Literal["new", "known", "renamed", "moved", "back", "leaves"]
#: So many names of classes are told in a fault.
_NAMED = 6
#: In place of a class that the list does not fill.
ELSEWHERE = -1


class Step(NamedTuple):
    """What happens to one learner; `learner` is 0 for a new one, `group` a place in the plan's
    classes. `before` is the former name or class.
    """

    change: Change
    learner: int
    name: str
    group: int
    source_id: str = ""
    language: str = ""
    before: str = ""


class Target(NamedTuple):
    """A class that the list fills; `class_id` is 0 for a new one."""

    class_id: int
    name: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that would be done; `digest` is the same for the same list on the same hub."""

    targets: tuple[Target, ...]
    steps: tuple[Step, ...]
    frames: tuple[Frame, ...]
    notes: tuple[Remark, ...]
    digest: str

    def count(self, change: Change) -> int:
        """How many learners it happens to."""
        return sum(step.change == change for step in self.steps)


def make_plan(reading: Reading, known: Known, locales: Locales, into: str = "") -> Plan:
    """What `reading` would do to the hub.

    `into` names the class of a list that names none; of one that names several it picks one.
    Raises ListRefused where that cannot be, and for languages that no lesson is written in.
    """
    groups, pupils = _chosen(reading, into)
    targets = _targets(groups, known, into)
    _check_languages(
        pupils, {one.key: place for place, one in enumerate(groups)}, targets, locales
    )
    steps = _Match(known, groups, targets).steps(pupils)
    taken = {step.learner for step in steps}
    steps += _leaving(reading, known, targets, taken)
    used = {one.source_id for one in groups}
    frames = tuple(
        one for one in reading.frames if one.file != "classes" or one.source_id in used
    )
    told = repr((targets, steps, frames)).encode()
    digest = hashlib.sha256(told).hexdigest()[:16]
    return Plan(targets, tuple(steps), frames, reading.notes, digest)


class _Match:
    """Finds for each learner of a list the one on the hub, each at most once."""

    def __init__(
        self, known: Known, groups: tuple[Group, ...], targets: tuple[Target, ...]
    ) -> None:
        self._known = known
        self._places = {group.key: place for place, group in enumerate(groups)}
        self._targets = targets
        self._taken: set[int] = set()

    def steps(self, pupils: tuple[Pupil, ...]) -> list[Step]:
        found: list[KnownLearner | None] = [self._by_id(pupil) for pupil in pupils]
        by_name = self._by_name()
        for place, pupil in enumerate(pupils):
            if found[place] is None:
                found[place] = self._named(pupil, by_name)
        return [self._step(pupil, one) for pupil, one in zip(pupils, found, strict=True)]

    def _by_id(self, pupil: Pupil) -> KnownLearner | None:
        found = self._known.by_source.get(pupil.source_id) if pupil.source_id else None
        if found is not None:
            self._taken.add(found.id)
        return found

    def _by_name(self) -> dict[tuple[int, str], list[KnownLearner]]:
        found: dict[tuple[int, str], list[KnownLearner]] = defaultdict(list)
        # Who is there comes before who has left.
        for one in sorted(
            self._known.learners.values(), key=lambda one: one.presence != "here"
        ):
            if one.id not in self._taken:
                found[one.class_id, folded(one.name)].append(one)
        return found

    def _named(
        self, pupil: Pupil, by_name: dict[tuple[int, str], list[KnownLearner]]
    ) -> KnownLearner | None:
        target = self._targets[self._places[pupil.group]]
        alike = by_name.get((target.class_id, folded(pupil.name)), [])
        for place, one in enumerate(alike):
            # Two ids that differ are two children, however alike their names.
            if not (pupil.source_id and one.source_id):
                return alike.pop(place)
        return None

    def _step(self, pupil: Pupil, found: KnownLearner | None) -> Step:
        group = self._places[pupil.group]
        if found is None:
            return Step("new", 0, pupil.name, group, pupil.source_id, pupil.language)
        # A name that differs in case alone stays as it is: a list without an id knows by name.
        is_same = pupil.name == found.name or not pupil.source_id
        name = found.name if is_same else pupil.name
        told = (found.id, name, group, pupil.source_id)
        if found.presence != "here":
            return Step("back", *told)
        if found.class_id != self._targets[group].class_id:
            return Step("moved", *told, before=self._known.classes[found.class_id].name)
        if name != found.name:
            return Step("renamed", *told, before=found.name)
        return Step("known", *told)


def _chosen(reading: Reading, into: str) -> tuple[tuple[Group, ...], tuple[Pupil, ...]]:
    """The classes and learners that are taken of what the list holds."""
    if not reading.groups:
        if not into:
            raise refused("into.missing")
        only = Group("", into)
        return (only,), tuple(one._replace(group="") for one in reading.pupils)
    if not into or len(reading.groups) == 1:
        return reading.groups, reading.pupils
    alike = [one for one in reading.groups if folded(one.name) == folded(into)]
    if len(alike) > 1:
        raise refused("into.alike", name=into)
    if not alike:
        names = ", ".join(one.name for one in reading.groups[:_NAMED])
        raise refused("into.unknown", name=into, known=names)
    return (alike[0],), tuple(one for one in reading.pupils if one.group == alike[0].key)


def _targets(groups: tuple[Group, ...], known: Known, into: str) -> tuple[Target, ...]:
    """The class of the hub that each group is: by its id, else by name, each class once."""
    by_id = [known.class_by_source.get(one.source_id) for one in groups]
    taken = {one.id for one in by_id if one is not None}
    targets = []
    for group, found in zip(groups, by_id, strict=True):
        one = found or _named_class(group, known, into, taken)
        if one is None:
            targets.append(Target(0, into or group.name, group.source_id))
            continue
        taken.add(one.id)
        targets.append(Target(one.id, one.name, group.source_id))
    return tuple(targets)


def _named_class(group: Group, known: Known, into: str, taken: set[int]) -> KnownClass | None:
    wanted = folded(into or group.name)
    for one in known.classes.values():
        is_another = bool(group.source_id and one.source_id) or one.id in taken
        if folded(one.name) == wanted and not is_another:
            return one
    return None


def _check_languages(
    pupils: tuple[Pupil, ...],
    places: dict[str, int],
    targets: tuple[Target, ...],
    locales: Locales,
) -> None:
    faults = Remarks()
    for one in pupils:
        spoken = locales[targets[places[one.group]].class_id]
        if one.language and one.language not in spoken:
            told = {"language": one.language, "known": ", ".join(sorted(spoken))}
            faults.add("language.unknown", one.file, one.row, "language", **told)
    faults.refuse_any()


def _leaving(
    reading: Reading, known: Known, targets: tuple[Target, ...], taken: set[int]
) -> Iterator[Step]:
    """Who came with a set of the school's system, and is in these classes of it no more."""
    if not reading.is_whole:
        return
    places = {target.class_id: place for place, target in enumerate(targets)}
    for one in known.learners.values():
        if one.id in taken or one.presence != "here":
            continue
        is_missed = bool(one.source_id) and one.class_id in places
        if is_missed or known.source(one) in reading.leaving:
            yield Step("leaves", one.id, one.name, places.get(one.class_id, ELSEWHERE))
