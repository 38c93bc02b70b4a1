"""Item response theory: item banks, their curves and information, and scores from answers.

Curves: Birnbaum 1968 (one to four parameters), Samejima 1969 (graded), Muraki 1992 (partial
credit), all without a factor 1.7. Scores: EAP (Bock & Mislevy 1982), MAP, MLE, WLE (Warm 1989).
Overall fit: M2 (Maydeu-Olivares & Joe 2006).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from typing_extensions import Buffer

from hub._core.irt import AT_HIGH, AT_LOW, FLAT, NO_ANSWERS, NODES, Bank

__all__ = [
    "AT_HIGH",
    "AT_LOW",
    "FLAT",
    "NODES",
    "NO_ANSWERS",
    "Bank",
    "Binary",
    "Graded",
    "Item",
    "ItemBank",
    "Method",
    "OverallFit",
    "PartialCredit",
    "Scores",
    "expected",
    "information",
    "overall_fit",
    "probabilities",
    "read_bank",
    "score",
    "write_bank",
]

#: What a bank's file says of itself; another version is refused.
FORMAT: Literal["mangotree item bank"] = "mangotree item bank"
VERSION: Literal[1] = 1

Numbers: TypeAlias = Buffer | Sequence[float]
Answers: TypeAlias = Buffer | Sequence[Sequence[float | None]]
Method = Literal["eap", "map", "wle", "mle", "jeffreys"]


class Binary(
    msgspec.Struct, frozen=True, tag="binary", tag_field="kind", forbid_unknown_fields=True
):
    """An item answered right (1) or wrong (0): P = c + (d - c) / (1 + exp(-a (theta - b)))."""

    id: str
    a: float
    b: float
    c: float = 0.0
    d: float = 1.0


class Graded(
    msgspec.Struct, frozen=True, tag="graded", tag_field="kind", forbid_unknown_fields=True
):
    """An item with rising categories: each threshold has the curve to pass it."""

    id: str
    a: float
    thresholds: tuple[float, ...]


class PartialCredit(
    msgspec.Struct,
    frozen=True,
    tag="partial_credit",
    tag_field="kind",
    forbid_unknown_fields=True,
):
    """An item whose marks are earned in steps, each with a difficulty of its own."""

    id: str
    a: float
    steps: tuple[float, ...]


Item: TypeAlias = Binary | Graded | PartialCredit


class BankFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a file of a bank."""

    format: Literal["mangotree item bank"]
    version: Literal[1]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ItemBank:
    """Items, checked once; `core` is the kernels' handle on them.

    Raises ValueError that names the item for a parameter out of its range (a above 0 to 20;
    b, thresholds and steps -20 to 20; c 0 to 0.9; d above c to 1), for thresholds that do not
    rise, for an empty bank, and for ids that are empty or occur twice.
    """

    items: tuple[Item, ...]
    core: Bank = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for item in self.items:
            if not item.id or item.id in seen:
                raise ValueError(f"item id is {item.id!r}; allowed: any text, but each once")
            seen.add(item.id)
        object.__setattr__(self, "core", Bank([_numbers(item) for item in self.items]))

    @staticmethod
    def binary(
        ids: Sequence[str],
        *,
        a: Sequence[float],
        b: Sequence[float],
        c: Sequence[float] | None = None,
        d: Sequence[float] | None = None,
    ) -> ItemBank:
        """A bank of items answered right or wrong, from columns of one length."""
        lengths = {len(column) for column in (ids, a, b, c, d) if column is not None}
        if len(lengths) > 1:
            raise ValueError(f"columns have {sorted(lengths)} entries; allowed: all the same")
        lowest = repeat(0.0) if c is None else c
        highest = repeat(1.0) if d is None else d
        rows = zip(ids, a, b, lowest, highest, strict=False)
        return ItemBank(
            tuple(Binary(each[0], *(float(number) for number in each[1:])) for each in rows)
        )

    def __len__(self) -> int:
        return len(self.items)

    def index(self, item_id: str) -> int:
        """The place of an item; raises KeyError for one that is not in the bank."""
        for place, item in enumerate(self.items):
            if item.id == item_id:
                return place
        raise KeyError(item_id)


@dataclass(frozen=True, slots=True)
class Scores:
    """An ability in logits, its standard error and its flags, one of each a learner.

    Flags are sums of AT_LOW, AT_HIGH (the estimate would like to lie beyond the bounds),
    NO_ANSWERS and FLAT (nothing is known: an infinite standard error); 0 says nothing.
    """

    theta: array[float]
    se: array[float]
    flags: bytes


@dataclass(frozen=True, slots=True)
class OverallFit:
    """M2: how far shares right, of items and of pairs of them, lie from those of a model."""

    m2: float
    df: int
    #: The chance of an M2 at least that large if the model fits.
    p: float
    #: The misfit for each degree of freedom; .05 and below is close.
    rmsea: float
    #: Learners who answered everything.
    learners: int


def probabilities(bank: ItemBank, thetas: Numbers) -> array[float]:
    """The chance of each category: flat, thetas x items x `bank.core.categories`.

    A category that an item does not have has the chance 0. Raises ValueError for a theta
    beyond -100 to 100.
    """
    return bank.core.probabilities(thetas)


def expected(bank: ItemBank, thetas: Numbers) -> array[float]:
    """The marks to expect: flat, thetas x items; P(right) where an item has two categories."""
    return bank.core.expected(thetas)


def information(bank: ItemBank, thetas: Numbers) -> array[float]:
    """Fisher information per logit squared: flat, thetas x items."""
    return bank.core.information(thetas)


def score(
    bank: ItemBank,
    answers: Answers,
    *,
    method: Method = "eap",
    prior: tuple[float, float] = (0.0, 1.0),
    bounds: tuple[float, float] = (-6.0, 6.0),
    nodes: int = NODES,
    errors_from: Literal["information", "curvature"] = "information",
) -> Scores:
    """The ability behind each row of answers, learners x items.

    An answer is a category from 0 (1 is right where there are two); -1, not-a-number and None
    are missing. Rows come as a buffer of two dimensions, as one flat buffer, or as a sequence
    of rows. `prior` is mean and sd of the normal prior of EAP and MAP; all but the EAP are
    looked for between `bounds`, the EAP is summed over `nodes` between them. `errors_from` says
    whether standard errors come from Fisher information or from the observed curvature; the
    EAP's is always the sd of the posterior. Raises ValueError that names row and column.
    """
    theta, se, flags = bank.core.score(
        _flat(answers, len(bank)),
        method=method,
        prior=prior,
        bounds=bounds,
        nodes=nodes,
        is_observed=errors_from == "curvature",
    )
    return Scores(theta, se, flags)


def overall_fit(
    bank: ItemBank,
    answers: Answers,
    *,
    model: Literal["rasch", "1pl", "2pl", "3pl"] = "2pl",
    population: tuple[float, float] = (0.0, 1.0),
    free_variance: bool = False,
    nodes: int = NODES,
) -> OverallFit:
    """Whether a model that was fitted to `answers` gives what was answered.

    `bank` holds the estimates of `model` from these rows, learners x items of 0, 1 or missing;
    learners who left something out do not count. `population` is mean and sd of the abilities,
    `free_variance` says that this sd was estimated, too. Raises ValueError for items that are
    not right or wrong, for more than 40 or fewer than 2 of them, for answers that cannot be,
    and for parameters that pairs of items cannot tell apart.
    """
    found = bank.core.overall_fit(
        _flat(answers, len(bank)),
        model=model,
        population=population,
        is_sd_free=free_variance,
        nodes=nodes,
    )
    return OverallFit(*found)


def write_bank(bank: ItemBank, path: Path) -> None:
    """Writes the bank as a JSON file, the same bytes for the same bank."""
    body = BankFile(FORMAT, VERSION, bank.items)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=1) + b"\n")


def read_bank(path: Path) -> ItemBank:
    """The bank of a file that `write_bank` wrote; raises ValueError that says what is wrong."""
    try:
        body = msgspec.json.decode(path.read_bytes(), type=BankFile)
    except msgspec.DecodeError as error:
        raise ValueError(
            f"{path.name} is no item bank of version {VERSION}: {error}"
        ) from error
    return ItemBank(body.items)


def _numbers(item: Item) -> tuple[str, tuple[float, ...]]:
    match item:
        case Binary():
            return "binary", (item.a, item.b, item.c, item.d)
        case Graded():
            return "graded", (item.a, *item.thresholds)
        case PartialCredit():
            return "partial_credit", (item.a, *item.steps)


def _flat(answers: Answers, width: int) -> Numbers:
    """The answers row after row, as the kernels take them."""
    try:
        view = memoryview(answers)  # type: ignore[arg-type]  # a sequence is told by TypeError
    except TypeError:
        return _joined(answers, width)  # type: ignore[arg-type]  # no buffer: a sequence
    if view.ndim == 1:
        return view
    if view.ndim != 2 or view.shape is None or view.shape[1] != width:
        raise ValueError(f"answers have the shape {view.shape}; allowed: learners x {width}")
    flat = memoryview(view.tobytes())
    return flat.cast(view.format)  # type: ignore[call-overload,no-any-return]  # any format


def _joined(rows: Sequence[Sequence[float | None]], width: int) -> array[float]:
    joined = array("d")
    for place, row in enumerate(rows):
        if len(row) != width:
            raise ValueError(f"answers, row {place}: {len(row)} entries; allowed: {width}")
        joined.extend(-1.0 if answer is None else answer for answer in row)
    return joined
