"""The teaching report as text: a table for each trouble, and the worst law against the bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.training.teaching.report import Report, Row

#: Bars: the hub's gain is at most 2 % below ZPDES under any law; its lowest quartile gains at
#: least 15 % more than with a fixed order under the worst; at most 8 % of attempts spin.
BELOW_ZPDES, OVER_FIXED, SPINS = 0.98, 1.15, 0.08
#: At most a tenth of attempts are hopeless, under laws where an item's difficulty can be met.
HOPELESS, MEETABLE = 0.10, ("A", "C")
HUB, ZPDES, FIXED, HARMFUL = "hub", "ZPDES", "fixed order", "75 % success"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One bar under the worst law of one trouble."""

    trouble: str
    what: str
    law: str
    value: float
    bar: str
    is_met: bool


def verdicts(report: Report, trouble: str) -> list[Verdict]:
    """The hub against its bars; a rule that was not simulated leaves its bar out."""
    rows = {(row.law, row.rule): row for row in report.rows if row.trouble == trouble}
    laws = list(report.laws)
    hub = {law: rows[law, HUB] for law in laws if (law, HUB) in rows}
    if not hub:
        return []
    found = []
    if (laws[0], ZPDES) in rows:
        ratio = {law: hub[law].gain / rows[law, ZPDES].gain for law in laws}
        law = min(laws, key=ratio.__getitem__)
        found.append(_at_least(trouble, "gain over ZPDES's", law, ratio[law], BELOW_ZPDES))
    if (laws[0], FIXED) in rows:
        fixed = {law: rows[law, FIXED].lowest_quartile for law in laws}
        ratio = {law: hub[law].lowest_quartile / fixed[law] for law in laws}
        law = min(laws, key=ratio.__getitem__)
        found.append(
            _at_least(
                trouble, "lowest quartile over fixed order's", law, ratio[law], OVER_FIXED
            )
        )
    law = max(laws, key=lambda one: hub[one].wheel_spin)
    found.append(_at_most(trouble, "wheel-spin share", law, hub[law].wheel_spin, SPINS))
    meetable = [law for law in laws if law in MEETABLE]
    if meetable:
        law = max(meetable, key=lambda one: hub[one].hopeless)
        found.append(_at_most(trouble, "hopeless share", law, hub[law].hopeless, HOPELESS))
    return found


def written(report: Report) -> str:
    """The whole report as text."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.pupils} pupils, seeds {', '.join(map(str, report.seeds))}"
    for letter, sentence in report.laws.items():
        yield f"law {letter}, {sentence}"
    for trouble in dict.fromkeys(row.trouble for row in report.rows):
        yield ""
        yield from _table(report, trouble)
        yield ""
        yield from (_said(verdict) for verdict in verdicts(report, trouble))


def _table(report: Report, trouble: str) -> Iterator[str]:
    rows = [row for row in report.rows if row.trouble == trouble]
    laws = list(report.laws)
    yield (
        f"{trouble:15}"
        + "".join(f"{f'{law} gain (lowest)':>18}" for law in laws)
        + f"  {'wheel-spin ' + '/'.join(laws):>20}  {'hopeless ' + '/'.join(laws):>20}"
    )
    for rule in dict.fromkeys(row.rule for row in rows):
        yield _line(rule, [row for row in rows if row.rule == rule])


def _line(rule: str, rows: list[Row]) -> str:
    gains = "".join(f"{f'{row.gain:.3f} ({row.lowest_quartile:.3f})':>18}" for row in rows)
    spins = "/".join(f"{row.wheel_spin:.2f}".lstrip("0") for row in rows)
    hopeless = "/".join(f"{row.hopeless:.2f}".lstrip("0") for row in rows)
    return f"{rule:15}{gains}  {spins:>20}  {hopeless:>20}"


def _said(verdict: Verdict) -> str:
    state = "met" if verdict.is_met else "MISSED"
    return (
        f"{verdict.trouble}: {verdict.what} {verdict.value:.3f} under law {verdict.law}, "
        f"bar {verdict.bar}: {state}"
    )


def _at_least(trouble: str, what: str, law: str, value: float, bar: float) -> Verdict:
    return Verdict(trouble, what, law, value, f"at least {bar}", value >= bar)


def _at_most(trouble: str, what: str, law: str, value: float, bar: float) -> Verdict:
    return Verdict(trouble, what, law, value, f"at most {bar}", value <= bar)
