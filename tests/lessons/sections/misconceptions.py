"""Simulated pupils with misconceptions, diagnosed from items of every family."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from hub.kernels.diagnose import Diagnoser, Diagnosis
from tests.models.pupils import (
    Family,
    Pupil,
    Talk,
    careful,
    families,
    pair,
    single,
    slipping,
    top,
    unstable,
)
from tests.show import Show

SLIPS = (0.05, 0.1, 0.2)
#: Steinle & Stacey (2004), years 4 to 10: longer is larger, shorter is larger, expert.
PUBLISHED = (
    (0.74, 0.09, 0.04),
    (0.46, 0.14, 0.24),
    (0.33, 0.19, 0.31),
    (0.17, 0.17, 0.48),
    (0.11, 0.13, 0.60),
    (0.05, 0.10, 0.65),
    (0.05, 0.08, 0.70),
)
LONGER = ("dec.whole_number", "dec.longer_is_larger", "dec.zero_makes_small")
SHORTER = ("dec.shorter_is_larger", "dec.reciprocal")
PUPILS_A_YEAR = 500
#: The bugs of the simulation whose mean test lengths are known: 1.6, 1.7, 2.5 chosen items and
#: 3.8, 3.9, 5.8 at random, for slips of 5, 10 and 20 %, single bugs being all there is.
TWELVE = 12
#: A rule can be seen to be new where at least so many of its wrong answers no other rule gives,
#: and where it shows on at least so many items.
OWN, SHOWN = 0.5, 0.25


def rows(show: Show) -> None:
    """What is found out about pupils with one rule, two, now and then, another, and none."""
    asked = families()
    _singles(show, asked)
    _lengths(show, next(family for family in asked if family.name == "subtraction"))
    _careful(show, asked)
    _pairs_and_unstable(show, asked)
    _unknown(show, asked)
    _cohort(show, next(family for family in asked if family.name == "decimal_comparison"))
    _cost(show)


@dataclass(frozen=True, slots=True)
class Case:
    """A pupil before a talk; `rule`: what is to be found out."""

    talk: Talk
    pupil: Pupil
    rule: int


def _cases(
    asked: list[Family],
    slip: float,
    repeats: int,
    chance_of_items: Random | None = None,
    pupil: Callable[[Family, int], Pupil] = single,
) -> Iterator[Case]:
    for family in asked:
        talk = Talk(family, Diagnoser(len(family.rules)), chance_of_items)
        for rule in range(len(family.rules)):
            for repeat in range(repeats):
                chance = Random(f"{family.name} {rule} {repeat} {slip}")
                talk.begin()
                yield Case(talk, slipping(family, pupil(family, rule), slip, chance), rule)


def _singles(show: Show, asked: list[Family]) -> None:
    n_rules = sum(len(family.rules) for family in asked)
    print(f"{n_rules} rules in {len(asked)} families")
    chosen = [_found(asked, slip, 4) for slip in SLIPS]
    for slip, share in zip(SLIPS, chosen, strict=True):
        show.row(f"one rule, slips {slip:.0%}: likeliest within 4 chosen items", share, "%")
    mean = round(sum(chosen) / len(chosen), 1)
    show.row("one rule, slips 5-20 %: likeliest within 4 chosen items", mean, "%", ">= 95")
    for count in (4, 8):
        at_random = [_found(asked, slip, count, Random(count)) for slip in SLIPS]
        mean = round(sum(at_random) / len(at_random), 1)
        show.row(f"the same within {count} items at random", mean, "%")


def _found(
    asked: list[Family], slip: float, count: int, chance_of_items: Random | None = None
) -> float:
    cases = _cases(asked, slip, 10, chance_of_items)
    hits = [top(case.talk.ask(case.pupil, count)) == case.rule for case in cases]
    return round(100 * sum(hits) / len(hits), 1)


def _lengths(show: Show, family: Family) -> None:
    rest = len(family.rules) - TWELVE
    for _ in range(rest):
        family = family.without(len(family.rules) - 1)
    for slip in SLIPS:
        for told, sure in (("0.95", _of_all), ("0.95, single bugs alone", _of_single_bugs)):
            means = []
            for chance_of_items in (None, Random(3)):
                cases = _cases([family], slip, 15, chance_of_items)
                lengths = [_length(case, sure) for case in cases]
                means.append(sum(lengths) / len(lengths))
            name = f"12 subtraction bugs, slips {slip:.0%}: until {told}"
            show.row(name, round(means[0], 2), "chosen items")
            show.row(f"{name}: at random", round(means[1], 2), "items")


def _length(case: Case, sure: Callable[[Diagnosis], float]) -> int:
    for count in range(1, 21):
        if sure(case.talk.ask(case.pupil)) >= 0.95:
            return count
    return 20


def _of_all(found: Diagnosis) -> float:
    return max(found.careful, found.unknown, *found.rules)


def _of_single_bugs(found: Diagnosis) -> float:
    """As if there were nothing but single rules and slips."""
    single_or_none = (found.careful, *found.singles)
    return max(single_or_none) / sum(single_or_none)


def _careful(show: Show, asked: list[Family]) -> None:
    blamed: dict[int, Counter[str]] = {count: Counter() for count in (4, 8, 12)}
    for slip in SLIPS:
        for case in _cases(asked, slip, 8, pupil=lambda family, _rule: careful(family)):
            for verdicts in blamed.values():
                verdicts[case.talk.ask(case.pupil, 4).verdict] += 1
    for count, verdicts in blamed.items():
        fine = verdicts["careful"] + verdicts["undecided"]
        share = round(100 - 100 * fine / verdicts.total(), 2)
        show.row(f"careful, slips 5-20 %: given a rule after {count}", share, "%", "<= 2")
        said = round(100 * verdicts["careful"] / verdicts.total(), 1)
        show.row(f"careful, slips 5-20 %: called careful after {count}", said, "%")


def _pairs_and_unstable(show: Show, asked: list[Family]) -> None:
    many = [family for family in asked if len(family.rules) > 2]
    counts = (4, 8, 12, 16)
    both, used = Counter[int](), Counter[int]()
    verdicts = {count: Counter[str]() for count in counts}
    total = 0
    for slip in SLIPS:
        for case, partner in _partners(many, slip):
            total += 1
            for count in counts:
                found = case.talk.ask(case.pupil, 4)
                likeliest = set(found.pairs[0][:2])
                both[count] += found.verdict == "pair" and likeliest == {case.rule, partner}
        for case in _cases(many, slip, 3, pupil=_now_and_then):
            for count in counts:
                found = case.talk.ask(case.pupil, 4)
                verdicts[count][found.verdict] += 1
                used[count] += found.verdict == "unstable" and found.rule == case.rule
    for count in counts[1:]:
        show.row(
            f"two rules: both named after {count}", round(100 * both[count] / total, 1), "%"
        )
    for count in counts[1:]:
        share = round(100 * used[count] / verdicts[count].total(), 1)
        show.row(f"a rule used 30 %: named as unstable after {count}", share, "%")


def _partners(asked: list[Family], slip: float) -> Iterator[tuple[Case, int]]:
    for family in asked:
        chance = Random(f"{family.name} {slip}")
        talk = Talk(family, Diagnoser(len(family.rules)), None)
        for _ in range(3 * len(family.rules)):
            one, other = chance.sample(range(len(family.rules)), 2)
            talk.begin()
            pupil = slipping(family, pair(family, one, other, chance), slip, chance)
            yield Case(talk, pupil, one), other


def _now_and_then(family: Family, rule: int) -> Pupil:
    return unstable(family, rule, 0.3, Random(f"{family.name} {rule} now and then"))


def _unknown(show: Show, asked: list[Family]) -> None:
    counts = (8, 12, 16, 20)
    seen: dict[str, Counter[int]] = {}
    totals = Counter[str]()
    for family in asked:
        for rule in range(len(family.rules)):
            kind = _kind(family, rule)
            for slip in SLIPS:
                totals[kind] += 1
                found = dict(_left_out(family, rule, slip, counts))
                calls = seen.setdefault(kind, Counter())
                calls.update({n: int(found[n].verdict == "unknown") for n in counts})
    for count in counts:
        share = round(100 * sum(calls[count] for calls in seen.values()) / totals.total(), 1)
        show.row(f"unknown rule, all {totals.total() // len(SLIPS)}: after {count}", share, "%")
    for kind, calls in seen.items():
        for count in counts:
            share = round(100 * calls[count] / totals[kind], 1)
            must = ">= 80" if kind == "of its own" and count == 12 else ""
            told = f"unknown rule {kind} ({totals[kind] // len(SLIPS)} rules): after {count}"
            show.row(told, share, "%", must)


def _kind(family: Family, rule: int) -> str:
    """Whether the rules that are left could leave its answers unexplained at all."""
    if family.question.choices:
        return "among few choices"
    left = family.without(rule)
    wrong = [
        (item, other.wrong[rule])
        for item, other in zip(left.items, family.items, strict=True)
        if other.wrong[rule] not in (None, other.right)
    ]
    own = sum(item.of(answer) not in item.classes for item, answer in wrong)
    if len(wrong) < SHOWN * len(left.items):
        return "that shows seldom"
    return "of its own" if own >= OWN * len(wrong) else "like a known one"


def _left_out(
    family: Family, rule: int, slip: float, counts: tuple[int, ...]
) -> Iterator[tuple[int, Diagnosis]]:
    """Four chosen items, then such as come: a rule that nobody knows cannot be aimed at."""
    left = family.without(rule)
    diagnoser, chance = Diagnoser(len(left.rules)), Random(f"{family.name} {rule} {slip}")
    talk = Talk(left, diagnoser, None)
    pupil = slipping(left, single(family, rule), slip, chance)
    talk.ask(pupil, 4)
    talk.at_random(chance)
    done = 4
    for count in counts:
        yield count, talk.ask(pupil, count - done)
        done = count


def _cohort(show: Show, family: Family) -> None:
    worst = 0.0
    for year, shares in enumerate(PUBLISHED, start=4):
        found = _shares(family, shares, Random(year))
        worst = max(worst, *(abs(f - s) for f, s in zip(found, shares, strict=True)))
        told = ", ".join(
            f"{100 * f:.0f} ({100 * s:.0f})" for f, s in zip(found, shares, strict=True)
        )
        print(f"year {year}: longer, shorter, expert found (published): {told} %")
    name = "decimals, published shares of 7 school years: largest difference"
    show.row(name, round(100 * worst, 1), "points", "<= 3")


def _shares(
    family: Family, shares: tuple[float, float, float], chance: Random
) -> tuple[float, float, float]:
    """The shares that 30 items at random find in a year with these."""
    ids = [rule.id for rule in family.rules]
    longer, shorter = ([ids.index(each) for each in group] for group in (LONGER, SHORTER))
    groups = {"longer": longer, "shorter": shorter, "other": [ids.index("dec.money")]}
    talk = Talk(family, Diagnoser(len(ids)), chance)
    found = Counter[str]()
    for number in range(PUPILS_A_YEAR):
        place = (number + 0.5) / PUPILS_A_YEAR
        pupil = _of_cohort(family, place, shares, (longer, shorter), chance)
        talk.begin()
        likely = talk.ask(slipping(family, pupil, chance.choice(SLIPS), chance), 30)
        masses = {name: sum(likely.rules[r] for r in group) for name, group in groups.items()}
        masses |= {"expert": likely.careful, "other": masses["other"] + likely.unknown}
        found[max(masses, key=lambda name: masses[name])] += 1
    count = PUPILS_A_YEAR
    return found["longer"] / count, found["shorter"] / count, found["expert"] / count


def _of_cohort(
    family: Family,
    place: float,
    shares: tuple[float, float, float],
    groups: tuple[list[int], list[int]],
    chance: Random,
) -> Pupil:
    """The pupil at that place of the year; of the others half think of money, half guess."""
    if place < shares[0]:
        return single(family, chance.choice(groups[0]))
    if place < shares[0] + shares[1]:
        return single(family, chance.choice(groups[1]))
    if place < sum(shares):
        return careful(family)
    money = [rule.id for rule in family.rules].index("dec.money")
    return chance.choice((single(family, money), lambda _number: chance.choice((-1, 0, 1))))


def _cost(show: Show) -> None:
    chance = Random(1)
    many = [[chance.randrange(-1, 9) for _ in range(24)] for _ in range(430)]
    answered, candidates = many[:30], many[30:]
    given = [max(row[chance.randrange(24)], 0) for row in answered]
    diagnoser = Diagnoser(24)
    spent = []
    for _ in range(15):
        began = time.process_time()
        diagnoser.posterior(answered, given)
        diagnoser.next_item(answered, given, candidates)
        spent.append(time.process_time() - began)
    name = "24 rules, 30 answers, 400 candidates: posterior and next item"
    show.row(name, round(1000 * min(spent), 2), "ms CPU", "<= 5", slack=2)
