"""Fits a model to a log; keeps it only if it predicts unknown learners no worse."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from hub.commands.answers import answers
from hub.commands.models import SHORT, put_to_work
from hub.errors import HubError
from hub.home import Home
from hub.kernels import require_release
from hub.lesson.models import chosen, stored
from hub.store.database import open_reading
from models.learner.fitted import FittedModel, Judged, encode_model, read_model, write_model
from models.training.curves import calibration_curve
from models.training.fitting import (
    FEW_HELD_OUT,
    TooLittle,
    fit_model,
    judge_both,
    judge_in_turn,
    judge_in_use,
    predictions,
)
from models.training.pictures import NoPictures, check_can_draw, draw_calibration
from models.training.records import PARTS, Records, parted

#: What a figure may lose and still count as equal: less than any teacher or test would see.
SLACK = 1e-6
COLUMNS = ("auc", "auc_by_learner", "log_loss", "calibration_error", "accuracy")


@dataclass(frozen=True, slots=True)
class Contest:
    """The new model beside one that it would replace, on the answers that both can predict."""

    rival: str
    new: Judged
    old: Judged
    how: str = "held out"

    @property
    def is_lost(self) -> bool:
        """Whether the new one predicts worse."""
        return self.new.log_loss > self.old.log_loss + SLACK


def run(asked: argparse.Namespace) -> int:
    """0 when the new model was kept, 1 when what is there predicts better."""
    require_release()
    try:
        return _run(asked)
    except (TooLittle, NoPictures) as error:
        raise HubError(str(error)) from error


def _run(asked: argparse.Namespace) -> int:
    _check(asked)
    records, source = answers(asked)
    print(f"{len(records)} answers, {len(records.users)} learners, {len(records.items)} items.")
    model, contests = _fitted(asked, records, source)
    _show_contests(model, contests)
    if asked.picture is not None:
        kept, chances = predictions(model, parted(records)[1])
        draw_calibration(asked.picture, {"new": calibration_curve(chances, kept.rights)})
        print(f"Picture: {asked.picture}")
    for contest in contests:
        if contest.is_lost:
            print(
                f"Not kept: {contest.rival} predicts learners it never met better. "
                "Nothing changed."
            )
            return 1
    if asked.out is None:
        put_to_work(asked.home, encode_model(model))
    else:
        write_model(model, asked.out)
        print(f"Written: {asked.out}")
    return 0


def _check(asked: argparse.Namespace) -> None:
    """Refuses what cannot end well before hours of answers are read."""
    if asked.picture is not None:
        check_can_draw(asked.picture)
    if asked.out is not None:
        return
    if asked.file is not None and not asked.install:
        raise HubError(
            f"Say what becomes of a model of {asked.file.name}: --out MODEL.json writes it, "
            "--install puts it to work on this hub."
        )
    if asked.times:
        raise HubError(
            "A hub's clock cannot always be trusted, so a model with --times is for study: "
            "add --out MODEL.json."
        )
    if not Home(asked.home).database.exists():
        raise HubError(f"There is no hub's data in {asked.home}.")


def _fitted(
    asked: argparse.Namespace, records: Records, source: str
) -> tuple[FittedModel, list[Contest]]:
    """The new model, and how it does beside those it would replace; a bar shows the steps."""
    rival = _in_use(asked.home) if asked.out is None else _written(asked.out)
    steps = 3 + (rival is not None)
    with tqdm(total=steps, leave=False, disable=None) as bar:

        def step(what: str) -> None:
            bar.set_description(what)
            bar.update()

        model = fit_model(records, source, step, with_times=asked.times)
        if model.held_out.learners < FEW_HELD_OUT:
            bar.total = steps + PARTS - 1
            new, old = judge_in_turn(records, step, with_times=asked.times)
            contests = [Contest("as shipped", new, old, "held out in turn")]
        else:
            step("Judging what is shipped")
            contests = [Contest("as shipped", model.held_out, judge_in_use(records))]
        if rival is not None:
            step(f"Judging {rival[0]}")
            new, old = judge_both(model, rival[1], parted(records)[1])
            contests.append(Contest(rival[0], new, old))
    return model, contests


def _in_use(home: Path) -> tuple[str, FittedModel] | None:
    """The model that this hub works with, and its name."""
    with closing(open_reading(Home(home).database)) as connection:
        digest = chosen(connection)
        return None if digest is None else (digest[:SHORT], stored(connection)[digest])


def _written(out: Path) -> tuple[str, FittedModel] | None:
    """The model that stands where the new one is to go."""
    return (out.name, read_model(out)) if out.exists() else None


def _show_contests(model: FittedModel, contests: Sequence[Contest]) -> None:
    """One table of all that can predict every answer, and one for each that cannot."""
    whole = [one for one in contests if one.new == model.held_out]
    if whole:
        show({"new": model.held_out, **{one.rival: one.old for one in whole}})
    for contest in contests:
        if contest not in whole:
            show({"new": contest.new, contest.rival: contest.old}, contest.how)


def show(figures: Mapping[str, Judged], how: str = "held out") -> None:
    """The figures side by side, on learners who took no part in the fit."""
    one = next(iter(figures.values()))
    print(f"On {one.answers} answers of {one.learners} learners {how}:")
    print(f"{'':22}" + "".join(f"{name[:16]:>18}" for name in figures))
    for column in COLUMNS:
        numbers = (getattr(judged, column) for judged in figures.values())
        cells = ("-" if number is None else f"{number:.4f}" for number in numbers)
        print(f"{column.replace('_', ' '):22}" + "".join(f"{cell:>18}" for cell in cells))
