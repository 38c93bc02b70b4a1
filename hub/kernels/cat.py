"""Adaptive tests: an item bank, sessions that survive a restart, simulated examinees.

```python
bank = ItemBank(ids, a=a, b=b, area=["algebra/linear", ...], enemies=[["i3", "i9"]])
test = bank.session(stop=Stop(se=0.3, max=20), quotas={"algebra": (3, 6)}, seed=7, number=12)
while (pick := test.next()) is not None:  # the same item until it is answered
    test.answer(pick.item, ask(pick.item))
    kept = test.to_bytes()  # less than 1,000 bytes; bank.restore(kept) goes on bit for bit
print(test.theta, test.se, test.done)
```

Rules at the estimate: `mfi` maximum information (Lord 1980), `nearest_b` (Urry 1970),
`nearest_peak`. Over the posterior: `mepv` minimum expected posterior variance, `mpwi`
information weighed by it, `mei` expected observed information (all three van der Linden
1998), `kl` Kullback-Leibler information (Chang & Ying 1996), `gdi` global discrimination index
(Kaplan, de la Torre & Barrada 2015). Over the likelihood of the answers, without a prior, from
-4 to 4: `mlwi` (Veerkamp & Berger 1997), `kl_likelihood`, `gdi_likelihood`; these need some
answers first. (catR has KLP and GDIP for `kl` and `gdi`, KL and GDI for the last two.)

Areas nest by `/`; quotas bound any of them. `limit_exposure` finds each item's eligibility (van
der Linden & Veldkamp 2004); a session then needs the examinee's `number`, by which the shares
of a class come out evenly.

`done` is PRECISION, CLASSIFIED, LENGTH or EXHAUSTED. Codes in a pick's `reasons`: INFORMATION;
EXPECTED_VARIANCE, DIVERGENCE, DIFFICULTY, PEAK, WEIGHTED_INFORMATION, EXPECTED_INFORMATION,
GLOBAL_DISCRIMINATION (the rule's own number); START (the first item, at this ability);
AREA_MINIMUM (so many places are owed); AREA_MAXIMUM (so many areas are closed); SHADOW (the gap
of the whole test it came from); RANDOMESQUE (one of so many); EXPOSURE (so many better items
were passed over); EXPOSURE_LIFTED (none was eligible).

A bad value raises ValueError, an unknown item or area KeyError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hub._core.cat import (
    MOST_ANSWERS,
    MOST_CUTS,
    MOST_QUOTAS,
    MOST_RANDOMESQUE,
    ItemBank,
    Pick,
    Session,
    Shadow,
    Simulated,
    Stop,
)
from hub.kernels import irt

__all__ = [
    "MOST_ANSWERS",
    "MOST_CUTS",
    "MOST_QUOTAS",
    "MOST_RANDOMESQUE",
    "ItemBank",
    "Pick",
    "Session",
    "Shadow",
    "Simulated",
    "Stop",
    "of_items",
]


def of_items(
    bank: irt.ItemBank,
    *,
    areas: Mapping[str, str] | None = None,
    enemies: Sequence[Sequence[str]] = (),
) -> ItemBank:
    """The bank for tests of a bank of items; `areas` names the area of each item by its id.

    Raises ValueError for an item that is not answered right or wrong, KeyError for an id in
    `areas` or `enemies` that the bank does not have.
    """
    graded = [item.id for item in bank.items if not isinstance(item, irt.Binary)]
    if graded:
        raise ValueError(f"item {graded[0]!r} has categories; allowed: right or wrong items")
    items = [item for item in bank.items if isinstance(item, irt.Binary)]
    unknown = set(areas or {}) - {item.id for item in items}
    if unknown:
        raise KeyError(f"item {min(unknown)!r} is unknown; the bank has none of that name")
    return ItemBank(
        [item.id for item in items],
        a=[item.a for item in items],
        b=[item.b for item in items],
        c=[item.c for item in items],
        d=[item.d for item in items],
        area=None if areas is None else [areas.get(item.id) for item in items],
        enemies=enemies,
    )
