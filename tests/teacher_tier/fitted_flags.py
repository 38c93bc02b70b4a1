"""Fits the flags' weights to simulated classes; writes hub/insight/flags/weights.json.

    python -m tests.teacher_tier.fitted_flags [--write]

Without --write it only says how far what it finds is from what stands there. The seeds are
others than those on which flags are judged.
"""

from __future__ import annotations

import argparse
import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.insight.flags.flag import Now
from hub.insight.flags.forecast import WEIGHTS, evidence
from hub.insight.flags.guessing import LOOKED_AT, guessing_evidence
from hub.insight.flags.past import Past, mastered_at
from hub.insight.flags.rules import spins
from models.training.newton import fit
from models.training.teaching.course import skill_of
from tests.teacher_tier.trouble import Heard, classes, heard, is_judged, skill_id

SEEDS = range(901, 909)
#: Answers to a skill between which forecasts are fitted, and the one by which they are due:
#: at the ninth little is left to foresee of the ten, and a layer that hears it speaks later.
FROM, TO, DUE = 3, 8, 5
#: False alarms that a limit may cost: of skills that are mastered, of answers not guessed.
SPIN_ALARMS, GUESS_ALARMS = 0.095, 0.01
#: One answer in so many is looked at for guessing: neighbours tell the same.
EVERY = 5
MADE = "python -m tests.teacher_tier.fitted_flags --write"

Inputs = dict[str, float]


@dataclass(slots=True)
class Told:
    """What simulated classes say: inputs of the two layers, beside the truth.

    `stuck` holds inputs beside what the skill came to: Beck and Gong's outcome, which a real
    log shows as well. `due` holds those at the answer by which a forecast is due, None where
    the skill was mastered before.
    """

    stuck: list[tuple[Inputs, bool]] = field(default_factory=list)
    due: list[tuple[Inputs | None, bool]] = field(default_factory=list)
    guessing: list[tuple[Inputs, bool]] = field(default_factory=list)


def told(seeds: range) -> Told:
    """All that the classes of `seeds` say."""
    found = Told()
    for number, (_, class_) in enumerate(classes(seeds)):
        print(f"class {number + 1}", flush=True)
        at_due: dict[tuple[int, int], Inputs] = {}
        for now, row, truth in heard(class_):
            if row.p is None:
                continue
            past = now.flags.past(row.learner, Now())
            if row.hub_seq % EVERY == 0:
                inputs = _values(guessing_evidence(past.chances[-LOOKED_AT:]))
                found.guessing.append((inputs, truth.is_guessing))
            skill, episode = skill_of(row.item), truth.episode
            spun = spins(episode.answers) if episode and is_judged(episode) else None
            if spun is None:
                continue
            n = now.opportunities[row.learner, skill]
            if FROM <= n <= TO and mastered_at(past.skills[skill_id(skill)]) is None:
                inputs = _stuck_inputs(now, past, skill)
                found.stuck.append((inputs, spun))
                if n == DUE:
                    at_due[row.learner, skill] = inputs
        for one in class_.episodes:
            spun = spins(one.answers) if is_judged(one) else None
            if spun is not None:
                found.due.append((at_due.get((one.learner, one.skill)), spun))
    return found


def fitted(found: Told) -> dict[str, object]:
    """The weights and limits, as the file has them."""
    stuck = _fit(found.stuck)
    alarms = [
        _score(stuck, inputs) if inputs else float("-inf")
        for inputs, is_spinning in found.due
        if not is_spinning
    ]
    guessing = _fit(found.guessing)
    quiet = [
        _score(guessing, inputs) for inputs, is_guessing in found.guessing if not is_guessing
    ]
    return {
        "stuck": stuck,
        "stuck_limit": _limit(alarms, SPIN_ALARMS),
        "guessing": guessing,
        "guessing_limit": _limit(quiet, GUESS_ALARMS),
        "made": MADE,
    }


def main() -> int:
    """Fits; 1 where the file holds other numbers and was not to be written."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the file anew")
    asked = parser.parse_args()
    found = fitted(told(SEEDS))
    if asked.write:
        WEIGHTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return 0
    is_same = found == json.loads(WEIGHTS.read_text(encoding="utf-8"))
    print("the same numbers" if is_same else json.dumps(found, indent=1))
    return 0 if is_same else 1


def _stuck_inputs(now: Heard, past: Past, skill: int) -> Inputs:
    name = skill_id(skill)
    return _values(evidence(past, name, now.flags.ground.before(name)))


def _values(found: dict[str, tuple[float, tuple[int, ...]]]) -> Inputs:
    return {name: value for name, (value, _) in found.items()}


def _fit(rows: Sequence[tuple[Inputs, bool]]) -> Inputs:
    """Rounded: the file is read by people, and the fourth digit tells nothing."""
    names = list(rows[0][0])
    columns = [array("d", (inputs[name] for inputs, _ in rows)) for name in names]
    truths = array("d", (float(truth) for _, truth in rows))
    weights = fit(columns, truths, array("d", [1.0]) * len(rows), [0] * len(names))
    return {name: round(weight, 3) for name, weight in zip(names, weights, strict=True)}


def _score(weights: Inputs, inputs: Inputs) -> float:
    return sum(weight * inputs[name] for name, weight in weights.items())


def _limit(scores: Sequence[float], share: float) -> float:
    """What a `share` of `scores` is above."""
    ranked = sorted(scores, reverse=True)
    return round(ranked[int(share * len(ranked))], 3)


if __name__ == "__main__":
    raise SystemExit(main())
