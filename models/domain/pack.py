"""A content pack, typed: skills as a graph, items as templates; checked before it is used.

Only the head of an item is decoded at once. The rest stays as the bytes that it came in until
it is asked for: a hub must open 20,000 items in a second and hold them in little memory.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from models.domain.carried import Carried
from models.domain.faults import PackFault
from models.domain.locales import fallback
from models.domain.making import Made, make
from models.domain.names import Name
from models.domain.template import Item, Template

Probability = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Texts = Mapping[str, str]
T = TypeVar("T")
K = TypeVar("K")
#: Items are decoded by whichever thread wants one first; two that meet a type for the first
#: time at once end the process (msgspec 0.22), so the one that imports this meets both.
_MET = [msgspec.json.Decoder(kind) for kind in (Item, Template)]
#: Templates and activities kept ready: more than a class of 60 works on at a time.
KEPT = 512


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class Bkt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A skill's knowledge-tracing parameters, all probabilities."""

    prior: Probability
    learn: Probability
    forget: Probability
    guess: Probability
    slip: Probability


class Alignment(_Strict, frozen=True):
    """Where a curriculum framework has this skill: its code, no text of it."""

    framework: Annotated[str, msgspec.Meta(pattern="^(GPF|CCSS|CASE)$")]
    code: Name


class Skill(_Strict, frozen=True):
    """Something to be learned, and what has to be known before it.

    Without `bkt` it is traced by the learner model's defaults. Its words are the texts
    `skill.ID.name`; `name` stands for them in a pack without texts.
    """

    id: Name
    name: str = ""
    prerequisites: tuple[Name, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    grade: Annotated[int, msgspec.Meta(ge=0, le=12)] = 0
    bkt: Bkt | None = None


class Prevalence(_Strict, frozen=True):
    """How common a misconception was found, where, and by whom."""

    value: Probability
    source: str
    age: str = ""
    n: int | None = None


class Misconception(_Strict, frozen=True):
    """A wrong rule that a learner may follow: `rule` gives the answer that it leads to.

    `rule` is an expression over `arguments`; a bug of an item says what they are there.
    """

    id: Name
    family: Name
    source: Annotated[str, msgspec.Meta(min_length=4)]
    skills: tuple[Name, ...] = ()
    arguments: tuple[Name, ...] = ()
    rule: Annotated[str, msgspec.Meta(max_length=300)] = ""
    prevalence: tuple[Prevalence, ...] = ()
    confusable_with: tuple[Name, ...] = ()
    remedy: str = ""


class Pack:
    """A whole domain; skills and items are known by their place in these tuples."""

    def __init__(
        self,
        *,
        name: str,
        version: str,
        skills: Sequence[Skill],
        bodies: Sequence[msgspec.Raw],
        misconceptions: Sequence[Misconception] = (),
        locales: Mapping[str, Callable[[], Texts]] | None = None,
        default_locale: str = "en",
        pack_id: str = "",
        media: Carried | None = None,
    ) -> None:
        self.id = pack_id
        self.name = name
        self.version = version
        self.skills = tuple(skills)
        self.misconceptions = {one.id: one for one in misconceptions}
        self.default_locale = default_locale
        self.media: Carried = {} if media is None else media
        self._bodies = bodies
        self._locales = dict(locales or {})
        self._texts: dict[str, Texts] = {}
        self._templates: OrderedDict[int, Template] = OrderedDict()
        self._made: OrderedDict[tuple[int, int], Made] = OrderedDict()
        self.items = tuple(_decoded(body, Item) for body in bodies)

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages that this pack speaks; none where its items have no words."""
        return tuple(self._locales)

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

    def template(self, place: int) -> Template:
        """The whole item at `place`; raises PackFault for one that is not what it should be."""
        found = self._templates.get(place)
        if found is None:
            found = _decoded(self._bodies[place], Template)
            _keep(self._templates, place, found)
        return found

    def activity(self, place: int, seed: int) -> Made:
        """The activity that `seed` makes of the item at `place`."""
        found = self._made.get((place, seed))
        if found is None:
            found = make(self.template(place), seed)
            _keep(self._made, (place, seed), found)
        return found

    def texts(self, tag: str) -> Texts:
        """The words of the language `tag`, by key; empty where the pack does not speak it."""
        if tag not in self._texts:
            load = self._locales.get(tag)
            self._texts[tag] = {} if load is None else load()
        return self._texts[tag]

    def spoken(self, tag: str) -> str:
        """The language of this pack that is nearest to `tag`; `tag` where it has no words."""
        known = [one for one in fallback(tag) if one in self._locales]
        if known or not self._locales:
            return known[0] if known else tag
        return self.default_locale

    def skill_name(self, place: int, tag: str = "") -> str:
        """What the skill at `place` is called in `tag`, else in the pack's own language."""
        skill = self.skills[place]
        key = f"skill.{skill.id}.name"
        return self.texts(tag).get(key) or self.texts(self.default_locale).get(
            key, skill.name or skill.id
        )

    def body(self, place: int) -> bytes:
        """The item at `place` as its author wrote it."""
        return bytes(self._bodies[place])


def sha256(body: bytes) -> str:
    """A pack's identity: the hash of its bytes."""
    return hashlib.sha256(body).hexdigest()


def check_pack(pack: Pack) -> Pack:
    """`pack`, whose skills and items know each other; raises PackFault with the key."""
    _check_names(pack)
    _check_order(pack)
    return pack


def starter_path() -> Path:
    """The pack that a new hub begins with, as its authors write it."""
    return Path(__file__).with_name("starter")


def _decoded(body: msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackFault(f"{_name_of(body)}: {error}") from error


def _name_of(body: msgspec.Raw) -> str:
    """What an item that cannot be decoded calls itself, for the message."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "an item"
    return f"item '{found.get('id')}'" if isinstance(found, dict) else "an item"


def _keep(kept: OrderedDict[K, T], key: K, value: T) -> None:
    kept[key] = value
    if len(kept) > KEPT:
        kept.popitem(last=False)


def _check_names(pack: Pack) -> None:
    everything: dict[str, Sequence[Skill | Item]] = {"skills": pack.skills, "items": pack.items}
    for key, things in everything.items():
        if not things:
            raise PackFault(f"{key}: there is none")
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
