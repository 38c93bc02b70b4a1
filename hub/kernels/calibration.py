"""Item banks: calibration, item fit, fairness between groups.

Answers are rows of learners by columns of items: 1 or True right, 0 or False wrong; -1, NaN and
None missing. They come as a two-dimensional buffer (numpy), as a list of rows, or as a flat
column with `n_items`. Wrong entries raise `ValueError` that names row and column.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from typing_extensions import Buffer

from hub._core import calibration as _core

__all__ = [
    "DEFAULT_3PL",
    "Anchor",
    "Calibration",
    "Group",
    "ItemDif",
    "ItemFit",
    "LogisticDif",
    "MantelHaenszel",
    "Model",
    "Priors",
    "Table",
    "calibrate",
    "dif",
    "item_fit",
]

Model: TypeAlias = Literal["rasch", "1pl", "2pl", "3pl"]
Table: TypeAlias = Buffer | Sequence[float | None] | Sequence[Sequence[float | None] | Buffer]
#: Discrimination and difficulty, for a 3PL also the lower asymptote.
Anchor: TypeAlias = tuple[float, float] | tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Priors:
    """Beliefs about each item that is no anchor; None where the answers alone shall speak."""

    #: Mean and standard deviation of ln a.
    ln_a: tuple[float, float] | None = None
    #: Mean and standard deviation of the intercept -a b.
    intercept: tuple[float, float] | None = None
    #: alpha and beta of the beta distribution of c.
    c: tuple[float, float] | None = None


#: What a 3PL is given unless told otherwise: ln a after Mislevy (1986, Psychometrika
#: 51:177-195), c with its mode at one of five choices and the weight of twenty answers.
DEFAULT_3PL = Priors(ln_a=(0.0, 0.5), c=(5.0, 17.0))


@dataclass(frozen=True, slots=True)
class Group:
    """A group's abilities, on the scale of the items."""

    label: Hashable
    mean: float
    sd: float
    se_mean: float
    se_sd: float
    #: Learners who answered at least one item.
    learners: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Item parameters with standard errors, and how they came about.

    A standard error is 0 where nothing was estimated (an anchor, a of a Rasch model, c at 0) or
    none were asked for, and infinite where the answers leave the parameters undetermined.
    """

    model: Model
    #: Discriminations, difficulties and lower asymptotes, one an item.
    a: array[float]
    b: array[float]
    c: array[float]
    se_a: array[float]
    se_b: array[float]
    se_c: array[float]
    #: Answers that each item had.
    answers: tuple[int, ...]
    #: One word an item: "estimated", or "anchor"; "unanswered", "few_answers", "all_right" and
    #: "all_wrong" were held by a prior; "reversed" has a below 0, "out_of_range" parameters
    #: that no bank takes, "guess_at_bound" a c at an end of its range.
    flags: tuple[str, ...]
    #: In the order in which they first came.
    groups: tuple[Group, ...]
    #: Of all answers, without priors.
    log_likelihood: float
    n_parameters: int
    #: Passes over the answers.
    cycles: int
    #: Whether the last cycle moved no parameter by more than the tolerance.
    converged: bool
    #: Whether the answers determine all parameters; True without standard errors.
    is_determined: bool
    nodes: int


@dataclass(frozen=True, slots=True)
class ItemFit:
    """S-X2 of an item: small p says that it does not behave as its curve."""

    s_x2: float
    #: 0 where too few scores are left to test.
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """The odds of a right answer of learners with equal scores, reference to focal group."""

    alpha: float
    #: -2.35 ln alpha: below 0 the item is harder for the focal group.
    delta: float
    se_delta: float
    #: With continuity correction, one degree of freedom.
    chi_square: float
    p: float
    #: ETS class: "A" negligible, "B" moderate, "C" large.
    size: str


@dataclass(frozen=True, slots=True)
class LogisticDif:
    """What the group adds to the score in a logistic regression."""

    #: Log-odds of the focal group beyond its score.
    effect: float
    #: Likelihood ratio of the same difference at all scores, one degree of freedom.
    uniform: float
    p_uniform: float
    #: Of a difference that changes with the score, one degree of freedom.
    non_uniform: float
    p_non_uniform: float
    #: Of both together, two degrees of freedom.
    p_both: float
    #: Change of Nagelkerke's R2 by both.
    r2_change: float
    #: Jodoin and Gierl's class: "A" negligible, "B" moderate, "C" large.
    size: str


@dataclass(frozen=True, slots=True)
class ItemDif:
    """How an item treats the focal group; None where the answers cannot tell."""

    mantel_haenszel: MantelHaenszel | None
    logistic: LogisticDif | None
    #: Learners who were compared.
    learners: int
    #: Whether the item counts in the score by which learners are matched for other items.
    is_matching: bool


def calibrate(
    responses: Table,
    *,
    n_items: int | None = None,
    model: Model = "2pl",
    nodes: int = 61,
    anchors: Mapping[int, Anchor] | None = None,
    groups: Sequence[Hashable] | None = None,
    priors: Priors | None = None,
    free_variance: bool = False,
    standard_errors: bool = True,
    threads: int = 1,
    tolerance: float = 1e-5,
    max_cycles: int = 1000,
    on_progress: Callable[[int, float], object] | None = None,
) -> Calibration:
    """Item parameters by marginal maximum likelihood (Bock & Aitkin 1981).

    The first group (one label a row in `groups`) has mean 0 and standard deviation 1, the
    others' are free; with `anchors` (item: a, b and c, kept as they are) all groups' are free.
    `free_variance` frees the first group's spread in a Rasch model. `priors` default to none,
    for a 3PL to `DEFAULT_3PL`. `on_progress` is called with each cycle and its log-likelihood;
    what it raises ends the fit. The result is the same for any number of `threads`.

    Raises:
        ValueError: an answer, an option or a table that cannot be; groups that share neither
            items nor anchors with the first.
        KeyError: an anchor that is no item.
    """
    chosen = priors or (DEFAULT_3PL if model == "3pl" else Priors())
    labels = list(dict.fromkeys(groups)) if groups is not None else [0]
    number = {label: place for place, label in enumerate(labels)}
    found = _core.calibrate(
        responses,
        n_items=n_items,
        model=model,
        nodes=nodes,
        anchors=[_whole(item, anchor) for item, anchor in (anchors or {}).items()],
        groups=None if groups is None else array("q", [number[label] for label in groups]),
        n_groups=len(labels),
        prior_ln_a=chosen.ln_a,
        prior_intercept=chosen.intercept,
        prior_c=chosen.c,
        free_variance=free_variance,
        standard_errors=standard_errors,
        threads=threads,
        tolerance=tolerance,
        max_cycles=max_cycles,
        on_progress=on_progress,
    )
    return _calibration(found, model, nodes, labels)


def item_fit(
    responses: Table, calibration: Calibration, *, n_items: int | None = None
) -> tuple[ItemFit, ...]:
    """S-X2 of each item (Orlando & Thissen 2000), from learners who answered all items.

    Raises:
        ValueError: answers that cannot be, or no row without a missing answer.
    """
    free = {"rasch": 1, "1pl": 1, "2pl": 2, "3pl": 3}[calibration.model]
    held = array("q", [0 if flag == "anchor" else free for flag in calibration.flags])
    populations = [(g.learners, g.mean, g.sd) for g in calibration.groups if g.learners]
    statistics, freedoms, chances = _core.item_fit(
        responses,
        calibration.a,
        calibration.b,
        calibration.c,
        held,
        n_items=n_items,
        populations=populations,
        nodes=calibration.nodes,
    )
    rows = zip(statistics, freedoms, chances, strict=True)
    return tuple(ItemFit(s_x2=s_x2, df=df, p=p) for s_x2, df, p in rows)


def dif(
    responses: Table,
    is_focal: Sequence[bool],
    *,
    n_items: int | None = None,
    levels: Sequence[int] | None = None,
    purify: bool = False,
) -> tuple[ItemDif, ...]:
    """How each item treats the focal group, by Mantel-Haenszel and logistic regression.

    Learners are matched by their number right on all items; with `purify` on those that do not
    turn out B or C, the item itself always counting. Who left out an item of that score is left
    out. `levels` (one whole number a row, 0 to 10,000) match learners by something else.

    Raises:
        ValueError: answers that cannot be, a list of another length than rows, `purify`
            together with `levels`.
        KeyError: a level below 0 or beyond 10,000.
    """
    if purify and levels is not None:
        raise ValueError("purify and levels are both given; allowed: one of them")
    groups = array("b", [1 if focal else 0 for focal in is_focal])
    found = _core.dif(responses, groups, n_items=n_items, levels=levels, purify=purify)
    return tuple(_item_dif(item) for item in found)


def _whole(item: int, anchor: Anchor) -> tuple[int, float, float, float]:
    a, b, *rest = anchor
    return item, a, b, rest[0] if rest else 0.0


def _calibration(
    found: _core.Calibration, model: Model, nodes: int, labels: Sequence[Hashable]
) -> Calibration:
    return Calibration(
        model=model,
        a=found.a,
        b=found.b,
        c=found.c,
        se_a=found.se_a,
        se_b=found.se_b,
        se_c=found.se_c,
        answers=tuple(found.answers),
        flags=tuple(found.standings),
        groups=_groups(labels, found),
        log_likelihood=found.log_likelihood,
        n_parameters=found.n_parameters,
        cycles=found.cycles,
        converged=found.is_settled,
        is_determined=found.is_determined,
        nodes=nodes,
    )


def _groups(labels: Sequence[Hashable], found: _core.Calibration) -> tuple[Group, ...]:
    columns = (
        labels,
        found.group_means,
        found.group_sds,
        found.group_se_means,
        found.group_se_sds,
        found.group_learners,
    )
    return tuple(Group(*row) for row in zip(*columns, strict=True))


def _item_dif(item: _core.ItemDif) -> ItemDif:
    mantel_haenszel, logistic = item.mantel_haenszel, item.logistic
    return ItemDif(
        mantel_haenszel=MantelHaenszel(*mantel_haenszel) if mantel_haenszel else None,
        logistic=LogisticDif(*logistic) if logistic else None,
        learners=item.learners,
        is_matching=item.is_matching,
    )
