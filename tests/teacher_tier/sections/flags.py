"""Flags against the truth of simulated classes: who needs a visit, and is it told in time.

    python -m tests.teacher_tier.sections.flags [--data FOLDER] [--seeds FIRST LAST]

The classes' seeds chose nothing: weights and limits come from others (fitted_flags). Six
classes are few: --seeds judges on others, to see how far two seeds are from the next two. With
--data the forecast is tried on a real log of answers, too.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import time
import tracemalloc
from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from math import ceil
from operator import itemgetter
from pathlib import Path
from statistics import median

from hub.insight.flags import Flags, Ground, Located, Now
from hub.insight.flags.rules import four_wrong, open_at, spins
from hub.store.log import Attempt
from models.training.newton import chances, fit
from models.training.teaching.growth import GROWTH
from models.training.teaching.trouble import Shown, taught
from tests.show import Peer, Show
from tests.teacher_tier.apart import Apart
from tests.teacher_tier.glances import DUE, Forecast, Looks, watch
from tests.teacher_tier.trouble import LAWS, attempt, classes, ground

SEEDS = range(11, 13)
#: False alarms that a forecast may raise.
ALARMS = 0.1
#: Learners of the real log that are looked at.
REAL_LEARNERS = 250
NEVER = float("-inf")


def rows(show: Show, data: Path | None = None, seeds: range = SEEDS) -> None:
    """All figures; `data` is a folder with real logs."""
    looks = Looks()
    for law, class_ in classes(seeds):
        watch(law.letter, class_, looks)
    _tell_need(show, looks)
    _tell_forecasts(show, looks.forecasts)
    _tell_apart(show, looks.apart)
    _tell_cost(show)
    if data is None:
        show.skip("flags: ASSISTments 2009", "no data")
    else:
        _tell_real(show, data / "assist09.csv.gz")


def _tell_need(show: Show, looks: Looks) -> None:
    alerts = looks.alerts
    stuck = sum(one.is_stuck for one in alerts) / len(alerts)
    show.row("flags: children at a skill whose truth is known", len(alerts), "pairs")
    show.row("flags: of these, the skill never came", round(stuck, 3), "share")
    theirs, recall = _precision_recall(
        [(one.four_at is not None, one.is_stuck) for one in alerts]
    )
    ours, limit = _precision_at([(one.most, one.is_stuck) for one in alerts], recall)
    peer = Peer("4 wrong rule (Kolibri)", "0.19.5", round(theirs, 3), round(ours / theirs, 2))
    points = round(100 * (ours - theirs), 1)
    show.row("flags: recall of the 4-wrong rule", round(recall, 3), "share")
    show.row("flags: precision at that recall", round(ours, 3), "share", peer=peer)
    show.row("flags: precision above the 4-wrong rule's", points, "points", ">= 20")
    four_at = median(one.four_at for one in alerts if one.is_stuck and one.four_at)
    our_at = median(at for one in alerts if one.is_stuck and (at := one.at(limit)))
    show.row("flags: question at which the 4-wrong rule speaks", four_at, "median")
    show.row("flags: question at which ours speaks", our_at, "median")
    first = [(four_wrong(one.failed_first), one.is_stuck) for one in alerts]
    theirs, recall = _precision_recall(first)
    ours, _ = _precision_at([(one.most, one.is_stuck) for one in alerts], recall)
    points = round(100 * (ours - theirs), 1)
    show.row("flags: the same, the rule on first answers alone", points, "points")
    theirs, recall = _precision_recall(looks.four_now)
    ours, _ = _precision_at(looks.now, recall)
    points = round(100 * (ours - theirs), 1)
    show.row("flags: at a glance, precision of the 4-wrong rule", round(theirs, 3), "share")
    show.row("flags: at a glance, its recall", round(recall, 3), "share")
    show.row("flags: at a glance, precision above it", points, "points")
    shipped = [(one.most >= 0.0, one.is_stuck) for one in alerts]
    precision, recall = _precision_recall(shipped)
    show.row("flags: as shipped, precision", round(precision, 3), "share")
    show.row("flags: as shipped, recall", round(recall, 3), "share")


def _tell_forecasts(show: Show, found: Sequence[Forecast]) -> None:
    told = "flags: wheel-spinning foreseen by the 5th answer"
    spinning = sum(one.has_spun for one in found) / len(found)
    show.row("flags: skills whose outcome is known", len(found), "skills")
    show.row("flags: of these, wheels spinning", round(spinning, 3), "share")
    recall, alarms = _rates([(one.is_foreseen, one.has_spun) for one in found])
    show.row(f"{told}: recall", round(recall, 3), "share", ">= 0.75")
    show.row(f"{told}: false alarms", round(alarms, 3), "share", f"<= {ALARMS}")
    for law in LAWS:
        mine = [one for one in found if one.law == law.letter]
        recall, alarms = _rates([(one.is_foreseen, one.has_spun) for one in mine])
        show.row(f"flags: foreseen under law {law.letter}: recall", round(recall, 3), "share")
        show.row(f"flags: foreseen under law {law.letter}: false", round(alarms, 3), "share")
    recall, alarms = _rates([(one.is_foreseen, one.is_stuck) for one in found])
    show.row("flags: skills that never came in truth: recall", round(recall, 3), "share")
    show.row("flags: skills that never came in truth: false", round(alarms, 3), "share")
    still = [one for one in found if one.score is not None]
    _, alarms = _rates([(one.is_foreseen, one.has_spun) for one in still])
    show.row("flags: false alarms among skills open at the 5th", round(alarms, 3), "share")
    recall, alarms = _rates([(open_at(one.first), one.has_spun) for one in found])
    show.row("flags: Beck & Gong cut at 5: recall", round(recall, 3), "share")
    show.row("flags: Beck & Gong cut at 5: false alarms", round(alarms, 3), "share")
    plain = _recall_at(_plain(found), ALARMS)
    show.row(f"flags: plain logistic on five answers: recall at {ALARMS}", plain, "share")


def _plain(found: Sequence[Forecast]) -> list[tuple[float, bool]]:
    """A logistic layer over the first five answers, fitted to these very skills: generous."""
    still = [one for one in found if one.score is not None]
    columns = [array("d", [1.0]) * len(still)]
    columns += [
        array("d", (float(one.first[answer]) for one in still)) for answer in range(DUE)
    ]
    spun = array("d", (float(one.has_spun) for one in still))
    weights = fit(columns, spun, array("d", [1.0]) * len(still), [0] * len(columns))
    scored = list(zip(chances(columns, weights), (one.has_spun for one in still), strict=True))
    return scored + [(0.0, one.has_spun) for one in found if one.score is None]


def _tell_apart(show: Show, apart: Apart) -> None:
    cleared = 100 * apart.cleared / apart.flags
    fewest = 100 * apart.fewest / apart.flags
    show.row("flags: taken apart", apart.flags, "flags")
    show.row("flags: cleared by what is said to clear them", round(cleared, 2), "%", "== 100")
    show.row("flags: still there with one answer fewer", round(fewest, 2), "%")
    off = apart.furthest
    show.row("flags: score off what stored rows give", off, "log-odds", "<= 1e-9")


def _tell_cost(show: Show) -> None:
    """On the first class under law A, whatever the machine does besides."""
    class_ = taught(GROWTH, SEEDS[0])
    stored = [attempt(seq, one.shown) for seq, one in enumerate(class_.told, 1)]
    tracemalloc.start()
    flags = Flags(ground(class_.course))
    flags.hear_all(stored)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    flags = Flags(ground(class_.course))
    begun = time.process_time()
    flags.hear_all(stored)
    heard_us = (time.process_time() - begun) / len(stored) * 1e6
    learners = sorted({row.learner for row in stored})
    begun = time.process_time()
    for learner in learners:
        flags.need(learner)
    need_ms = (time.process_time() - begun) / len(learners) * 1e3
    show.row("flags: CPU an answer", round(heard_us, 1), "us")
    show.row("flags: CPU a learner's need anew", round(need_ms, 2), "ms")
    show.row("flags: memory of a class of 40", round(taken / 1e6, 1), "MB")


def _tell_real(show: Show, path: Path) -> None:
    """ASSISTments 2009: real pupils, no times, hints or further tries in this file."""
    found = list(_real(path))
    recall, alarms = _rates([(one.is_foreseen, one.has_spun) for one in found])
    told = "flags: ASSISTments 2009"
    show.row(f"{told}, skills whose outcome is known", len(found), "skills")
    show.row(f"{told}, wheels spinning", round(_share(found), 3), "share")
    show.row(f"{told}, foreseen as shipped: recall", round(recall, 3), "share")
    show.row(f"{told}, foreseen as shipped: false alarms", round(alarms, 3), "share")
    scored = [(one.score if one.score is not None else NEVER, one.has_spun) for one in found]
    show.row(f"{told}, recall at {ALARMS}", _recall_at(scored, ALARMS), "share")
    recall, alarms = _rates([(open_at(one.first), one.has_spun) for one in found])
    show.row(f"{told}, Beck & Gong cut at 5: recall", round(recall, 3), "share")
    show.row(f"{told}, Beck & Gong cut at 5: false alarms", round(alarms, 3), "share")
    plain = _recall_at(_plain(found), ALARMS)
    show.row(f"{told}, plain logistic: recall at {ALARMS}", plain, "share")


def _real(path: Path) -> Iterator[Forecast]:
    """Forecasts for the log's first learners, one after the other."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for _, given in islice(groupby(reader, key=itemgetter("user")), REAL_LEARNERS):
            yield from _of_one(list(given))


def _of_one(given: Sequence[dict[str, str]]) -> Iterator[Forecast]:
    skills = [tuple(one["skill"].split(";")) for one in given]
    flags = Flags(Ground(lambda item, _seed: Located(given[item]["item"], skills[item])))
    answers: dict[str, list[bool]] = {}
    scores: dict[str, float] = {}
    for place, one in enumerate(given):
        is_right = one["correct"] == "1"
        flags.hear(_row(place, is_right=is_right))
        for skill in skills[place]:
            answers.setdefault(skill, []).append(is_right)
            if len(answers[skill]) == DUE:
                judged = flags.score(1, "stuck_soon", skill, Now())
                if judged is not None:
                    scores[skill] = judged.score
    for skill, rights in answers.items():
        has_spun = spins(rights)
        if has_spun is not None:
            first = tuple(rights[:DUE])
            yield Forecast("", scores.get(skill), first, has_spun, has_spun)


def _row(place: int, *, is_right: bool) -> Attempt:
    shown = Shown(1, place, place, 0, 1, is_right, 0, 0, 0.5, "", "", 0, 1)
    return attempt(place + 1, shown)


def _share(found: Sequence[Forecast]) -> float:
    return sum(one.has_spun for one in found) / len(found)


def _precision_recall(said: Sequence[tuple[bool, bool]]) -> tuple[float, float]:
    hits = sum(is_said and is_true for is_said, is_true in said)
    return hits / sum(one for one, _ in said), hits / sum(one for _, one in said)


def _precision_at(scored: Sequence[tuple[float, bool]], recall: float) -> tuple[float, float]:
    """The share of true ones down to the score that reaches `recall`, and that score."""
    true = sorted((score for score, is_true in scored if is_true), reverse=True)
    limit = true[max(0, ceil(recall * len(true) - 1e-9) - 1)]
    taken = [is_true for score, is_true in scored if score >= limit]
    return sum(taken) / len(taken), limit


def _rates(said: Sequence[tuple[bool, bool]]) -> tuple[float, float]:
    """Recall, and the share of false ones that were said."""
    true = [is_said for is_said, is_true in said if is_true]
    false = [is_said for is_said, is_true in said if not is_true]
    return sum(true) / len(true), sum(false) / len(false)


def _recall_at(scored: Sequence[tuple[float, bool]], alarms: float) -> float:
    """The recall of the limit that a share `alarms` of the false ones is above."""
    false = sorted((score for score, is_true in scored if not is_true), reverse=True)
    limit = false[int(alarms * len(false))]
    true = [score for score, is_true in scored if is_true]
    return round(sum(score > limit for score in true) / len(true), 3)


def main() -> None:
    """The section alone."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with assist09.csv.gz")
    parser.add_argument("--seeds", type=int, nargs=2, help="of the classes, first and last")
    asked = parser.parse_args()
    first, last = asked.seeds or (SEEDS[0], SEEDS[-1])
    show = Show("teacher-flags")
    rows(show, asked.data, range(first, last + 1))
    show.sum_up()
    show.save()


if __name__ == "__main__":
    main()
