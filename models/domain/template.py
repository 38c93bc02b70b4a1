"""An item as an author writes it: what varies, what is asked, its steps, its known errors."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from models.domain.answers import Answer, Logged, Single
from models.domain.names import Id, Leaf, Name, Source, Variable

#: How hints deepen: where to look, what to know, the answer itself.
HINT_LEVELS = ("pointing", "teaching", "bottom_out")

Difficulty = Annotated[float, msgspec.Meta(ge=-6.0, le=6.0)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]
Age = Annotated[int, msgspec.Meta(ge=3, le=18)]
Skills = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=8)]
#: More than any lesson needs; they bound the time that one activity can take.
Named = Annotated[dict[Variable, Source], msgspec.Meta(max_length=60)]
Tests = Annotated[tuple[Source, ...], msgspec.Meta(max_length=60)]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class Bug(_Strict, frozen=True, kw_only=True):
    """What a learner with `misconception` would answer here.

    Either the misconception's own rule, applied to the expressions in `with`, or `value`, an
    expression of its own. Where it gives nothing, the misconception does not show itself.
    """

    misconception: Name
    arguments: tuple[Source, ...] = msgspec.field(default=(), name="with")
    value: Source = ""


Bugs = Annotated[tuple[Bug, ...], msgspec.Meta(max_length=20)]


class Step(_Strict, frozen=True, kw_only=True):
    """A part of the way, asked when the whole was too much.

    Its texts end in `step.ID.prompt` and `step.ID.hint.LEVEL`.
    """

    id: Id
    answer: Single
    skills: tuple[Name, ...] = ()
    maths: Named = {}
    bugs: Bugs = ()
    picture: dict[str, Any] | None = None


class Item(msgspec.Struct, frozen=True):
    """What is always known of an item: who it is for. The rest is read when it is wanted.

    `difficulty` is in logits, 0 where nothing is known of it.
    """

    id: Name
    skills: Skills
    difficulty: Difficulty = 0.0


class Template(_Strict, frozen=True, kw_only=True):
    """A whole item; with a seed it becomes an activity.

    `draw` names variables and where each is drawn from, `let` what follows from them, in
    order; a draw is taken again until all of `where` is true. `maths` are notations and
    `words` text keys, both for the slots of this item's texts. Texts are looked up under the
    item's id, then under its first skill's: `ID.stem`, `ID.alt`, `ID.hint.pointing`.
    """

    id: Name
    skills: Skills
    answer: Answer
    difficulty: Difficulty = 0.0
    difficulty_se: Annotated[float, msgspec.Meta(gt=0.0, le=5.0)] = 1.0
    reading_age: Age = 6
    time_expected_s: Seconds = 30
    draw: Named = {}
    let: Named = {}
    where: Tests = ()
    maths: Named = {}
    words: Named = {}
    stem: Leaf = "stem"
    picture: dict[str, Any] | None = None
    bugs: Bugs = ()
    steps: Annotated[tuple[Step, ...], msgspec.Meta(max_length=20)] = ()
    is_any_order: bool = False
    is_calculator_allowed: bool = False
    asks_why: bool = False

    @property
    def is_logged(self) -> bool:
        """Whether this is an item of a response log, with nothing to show."""
        return isinstance(self.answer, Logged)
