"""A fitted model: a stack with the names of its items and skills, read, checked and placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec

from hub.kernels.stack import Count, StackModel
from models.domain.pack import Pack

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
#: The tables of a stack that hold one number an item: where it starts, and what it adds to what
#: its skills say.
_STARTS = ("easiness", "usual_pace")
_CORRECTIONS = ("ITEM", "ITEM_QUICK", "ITEM_ABILITY")
#: How far a class corrects the model, as variances in logits squared: chosen on classes of 60
#: learners of three logs, who took no part in a fit from which every fifth item was left out.
#: Items that were left out gain .007 to .10 AUC by it; the others stay as good as they were.
MET_ITEM = 0.05
UNMET_ITEM = 1.0
SKILL_DOUBT = 0.01


class DoesNotFit(ValueError):
    """A model cannot predict a pack's items.

    `pack` names the pack, `missing` the ids of the items that stand in the way: all of them
    where the model as a whole is none for a hub.
    """

    def __init__(self, message: str, *, pack: str, missing: Sequence[str]) -> None:
        super().__init__(message)
        self.pack = pack
        self.missing = tuple(missing)


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How good predictions were; `auc` is None where all answers were right, or all wrong.

    `auc_by_learner` is the mean over learners who had right and wrong answers: it does not
    count it as merit to tell strong learners from weak ones.
    """

    answers: Count
    learners: Count
    auc: Share | None
    auc_by_learner: Share | None
    log_loss: Annotated[float, msgspec.Meta(ge=0)]
    calibration_error: Share
    accuracy: Share


class FittedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fitted stack with the names of its items and skills, as its file holds it."""

    format: Literal["mangotree-model"]
    version: Literal[1]
    items: tuple[str, ...]
    skills: tuple[str, ...]
    stack: StackModel
    held_out: Judged


@dataclass(frozen=True, slots=True)
class Placed:
    """A model made ready for one pack: of its items the stack holds those of the pack alone.

    `items[i]` is the place in `stack` of the pack's item i, `skills[i]` that of its skill i,
    None for one that the model does not know, which no item practises then. `n_new` items the
    model never met: they start from its items of the same skills.
    """

    stack: StackModel
    items: tuple[int, ...]
    skills: tuple[int | None, ...]
    n_new: int

    @property
    def item_doubt(self) -> list[float]:
        """How far each item may differ from the model here: variances in logits squared."""
        met = self.stack.tables["ITEM"]
        return [MET_ITEM if met[place] else UNMET_ITEM for place in self.items]


#: Skills by their place in a model.
_Set = frozenset[int]


class _Row(NamedTuple):
    """An item in the making: the model's own, or (None) the mean of those of the same set."""

    own: int | None
    set: _Set


def read_model(path: Path) -> FittedModel:
    """The model in `path`, checked; raises `ValueError` naming the file and what is wrong."""
    return decode_model(path.read_bytes(), str(path))


def decode_model(body: bytes, where: str) -> FittedModel:
    """The model that `body` holds, checked to its last number.

    Raises `ValueError`, naming `where` and what is wrong.
    """
    try:
        model = msgspec.json.decode(body, type=FittedModel)
        # Before the numbers: a few bytes that claim a million skills would fill the memory.
        _check_names(model)
        model.stack.stack()
    except (msgspec.DecodeError, ValueError, KeyError, OverflowError) as error:
        raise ValueError(f"{where} is no fitted model: {error}") from error
    return model


def encode_model(model: FittedModel) -> bytes:
    """The model as its file holds it; the same model gives the same bytes."""
    return msgspec.json.encode(model) + b"\n"


def write_model(model: FittedModel, path: Path) -> None:
    """Writes the model whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(encode_model(model))
    part.replace(path)


def placed(model: FittedModel, pack: Pack) -> Placed:
    """`model` made ready for the items of `pack`.

    An item is the model's own if it has the same id and the same skills; one that the model
    never met starts from the mean of the items that practise exactly its skills. In a model of
    several packs the names begin with the pack's. Raises DoesNotFit for an item whose skills
    the model does not know together, and for a model that needs a clock: a hub's may be wrong.
    """
    _check_clock(model, pack)
    items, skills = _places_of(model, pack)
    alike = _alike(model.stack)
    sets = [frozenset(skills.get(one, -1) for one in item.skills) for item in pack.items]
    missing = [item.id for item, own in zip(pack.items, sets, strict=True) if own not in alike]
    if missing:
        raise DoesNotFit(
            f"The model does not fit the pack '{pack.name}': it does not know the skills of "
            f"{len(missing)} of its {len(pack.items)} items; the first is '{missing[0]}'.",
            pack=pack.name,
            missing=missing,
        )
    # Sequences name sets by the order in which items bring them: each set keeps its number.
    members: dict[_Set, list[int]] = {own: [] for own in alike}
    for number, own in enumerate(sets):
        members[own].append(number)
    rows: list[_Row] = []
    places = [0] * len(pack.items)
    for own, numbers in members.items():
        for number in numbers:
            places[number] = len(rows)
            rows.append(_row(model.stack, items.get(pack.items[number].id), own))
        if not numbers:
            rows.append(_Row(alike[own][0], own))
    return Placed(
        stack=_with_items(model.stack, rows, alike),
        items=tuple(places),
        skills=tuple(skills.get(skill.id) for skill in pack.skills),
        n_new=sum(rows[place].own is None for place in places),
    )


def _check_names(model: FittedModel) -> None:
    stack = model.stack
    if (len(model.items), len(model.skills)) != (len(stack.item_skills), stack.n_skills):
        raise ValueError("it names other items than it has")
    for kind, names in (("items", model.items), ("skills", model.skills)):
        if len(set(names)) < len(names):
            raise ValueError(f"{kind}: a name is there twice")


def _check_clock(model: FittedModel, pack: Pack) -> None:
    if model.stack.has_times:
        raise DoesNotFit(
            "The model was fitted with a clock, and a hub's clock cannot always be trusted. "
            "Fit it without --times.",
            pack=pack.name,
            missing=[item.id for item in pack.items],
        )


def _alike(stack: StackModel) -> dict[_Set, list[int]]:
    """The items of each set of skills, in the order of the sets' numbers."""
    found: dict[_Set, list[int]] = {}
    for place, skills in enumerate(stack.item_skills):
        found.setdefault(frozenset(skills), []).append(place)
    return found


def _places_of(model: FittedModel, pack: Pack) -> tuple[dict[str, int], dict[str, int]]:
    """The model's items and its skills by the names that `pack` has for them."""
    # A log of several packs puts the pack's name before each id.
    prefix = f"{pack.name}/"
    if set(model.skills).isdisjoint(prefix + skill.id for skill in pack.skills):
        prefix = ""
    items, skills = (
        {
            name.removeprefix(prefix): place
            for place, name in enumerate(names)
            if name.startswith(prefix)
        }
        for names in (model.items, model.skills)
    )
    return items, skills


def _row(stack: StackModel, place: int | None, own: _Set) -> _Row:
    """An item of `own` skills; `place` is where the model has one of its name, if it has."""
    is_met = place is not None and frozenset(stack.item_skills[place]) == own
    return _Row(place if is_met else None, own)


def _with_items(
    stack: StackModel, rows: Sequence[_Row], alike: Mapping[_Set, Sequence[int]]
) -> StackModel:
    """`stack` with `rows` as its items."""
    tables = dict(stack.tables)
    for name in _STARTS[: 1 + stack.has_pace]:
        old = tables[name]
        means = {own: sum(old[at] for at in like) / len(like) for own, like in alike.items()}
        tables[name] = [means[row.set] if row.own is None else old[row.own] for row in rows]
    for name in _CORRECTIONS:
        old = tables[name]
        tables[name] = [0.0 if row.own is None else old[row.own] for row in rows]
    item_skills = [stack.item_skills[alike[row.set][0]] for row in rows]
    return msgspec.structs.replace(stack, item_skills=item_skills, tables=tables)
