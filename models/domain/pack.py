"""A content pack, typed: skills as a graph, items as templates; checked before it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated

import msgspec

from models.domain.templates import Template

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Probability = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


class PackFault(ValueError):
    """A pack is not what it should be; the message names the key."""


class Bkt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A skill's knowledge-tracing parameters, all probabilities."""

    prior: Probability
    learn: Probability
    forget: Probability
    guess: Probability
    slip: Probability


class Skill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to be learned, and what has to be known before it.

    Without `bkt` it is traced by the learner model's defaults.
    """

    id: Name
    name: Name
    prerequisites: tuple[Name, ...] = ()
    bkt: Bkt | None = None


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item template; with a seed it becomes an activity.

    `difficulty` is in logits, 0 where nothing is known of it.
    """

    id: Name
    skills: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
    template: Template
    difficulty: Annotated[float, msgspec.Meta(ge=-6.0, le=6.0)] = 0.0


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A whole domain; skills and items are known by their place in these tuples."""

    name: Name
    version: Annotated[int, msgspec.Meta(ge=1)]
    skills: Annotated[tuple[Skill, ...], msgspec.Meta(min_length=1)]
    items: Annotated[tuple[Item, ...], msgspec.Meta(min_length=1)]

    @cached_property
    def skill_index(self) -> dict[str, int]:
        """Each skill's place by its id."""
        return {skill.id: place for place, skill in enumerate(self.skills)}

    @cached_property
    def item_index(self) -> dict[str, int]:
        """Each item's place by its id."""
        return {item.id: place for place, item in enumerate(self.items)}

    @cached_property
    def prerequisites(self) -> list[list[int]]:
        """Each skill's prerequisites as places."""
        return [[self.skill_index[one] for one in skill.prerequisites] for skill in self.skills]

    @cached_property
    def item_skills(self) -> list[list[int]]:
        """Each item's skills as places."""
        return [[self.skill_index[one] for one in item.skills] for item in self.items]


def decode_pack(body: bytes) -> Pack:
    """The pack that `body` (JSON) holds; raises PackFault with the key that is wrong."""
    try:
        pack = msgspec.json.decode(body, type=Pack)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackFault(str(error)) from error
    _check_names(pack)
    _check_order(pack)
    _check_ranges(pack)
    return pack


def load_pack(path: Path) -> tuple[Pack, bytes]:
    """The pack in the file `path`, and the very bytes it came from."""
    body = path.read_bytes()
    return decode_pack(body), body


def starter_path() -> Path:
    """The pack that a new hub begins with."""
    return Path(__file__).with_name("starter.json")


def sha256(body: bytes) -> str:
    """A pack's identity: the hash of its bytes."""
    return hashlib.sha256(body).hexdigest()


def _check_names(pack: Pack) -> None:
    everything: dict[str, Sequence[Skill | Item]] = {"skills": pack.skills, "items": pack.items}
    for key, things in everything.items():
        seen: set[str] = set()
        for place, thing in enumerate(things):
            if thing.id in seen:
                raise PackFault(f"{key}[{place}].id: '{thing.id}' is there twice")
            seen.add(thing.id)
    known = {skill.id for skill in pack.skills}
    lists = {f"skills[{n}].prerequisites": s.prerequisites for n, s in enumerate(pack.skills)}
    lists |= {f"items[{n}].skills": item.skills for n, item in enumerate(pack.items)}
    for key, names in lists.items():
        for one in names:
            if one not in known:
                raise PackFault(f"{key}: there is no skill '{one}'")
            if names.count(one) > 1:
                raise PackFault(f"{key}: '{one}' is there twice")


def _check_order(pack: Pack) -> None:
    """Prerequisites must stand before what needs them, which also rules out any cycle."""
    seen: set[str] = set()
    for place, skill in enumerate(pack.skills):
        for one in skill.prerequisites:
            if one not in seen:
                message = f"'{one}' must stand before '{skill.id}'"
                raise PackFault(f"skills[{place}].prerequisites: {message}")
        seen.add(skill.id)


def _check_ranges(pack: Pack) -> None:
    """A range that ends before it begins would hold no number to ask for."""
    for place, item in enumerate(pack.items):
        for key, (low, high) in msgspec.structs.asdict(item.template).items():
            if low > high:
                message = f"{low} to {high} holds no number; the lower one stands first"
                raise PackFault(f"items[{place}].template.{key}: {message}")
