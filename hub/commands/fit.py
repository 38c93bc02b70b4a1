"""Fits a model to a log, and keeps it only if it predicts unknown learners no worse."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

from hub.commands.answers import answers
from hub.errors import HubError
from hub.kernels import require_release
from models.learner.fitted import FittedModel, Judged, read_model, write_model
from models.training.curves import calibration_curve
from models.training.fitting import (
    TooLittle,
    fit_model,
    judge_both,
    judge_in_use,
    predictions,
)
from models.training.pictures import NoPictures, check_can_draw, draw_calibration
from models.training.records import Records, parted

#: What a figure may lose and still count as equal: less than any teacher or test would see.
SLACK = 1e-6
COLUMNS = ("auc", "auc_by_learner", "log_loss", "calibration_error", "accuracy")


def run(asked: argparse.Namespace) -> int:
    """0 when the new model was written, 1 when what is there predicts better."""
    require_release()
    try:
        return _run(asked)
    except (TooLittle, NoPictures) as error:
        raise HubError(str(error)) from error


def _run(asked: argparse.Namespace) -> int:
    out, picture = asked.out, asked.picture
    if picture is not None:
        check_can_draw(picture)
    records, source = answers(asked)
    print(f"{len(records)} answers, {len(records.users)} learners, {len(records.items)} items.")
    model, rivals = _fitted(records, source, out)
    show({"new": model.held_out, **rivals})
    if picture is not None:
        kept, chances = predictions(model, parted(records)[1])
        draw_calibration(picture, {"new": calibration_curve(chances, kept.rights)})
        print(f"Picture: {picture}")
    for name, rival in rivals.items():
        if model.held_out.log_loss > rival.log_loss + SLACK:
            print(
                f"Not written: {name} predicts learners it never met better. Nothing changed."
            )
            return 1
    write_model(model, out)
    print(f"Written: {out}")
    return 0


def _fitted(records: Records, source: str, out: Path) -> tuple[FittedModel, dict[str, Judged]]:
    """The new model, and how those do that it would replace; a bar shows the steps."""
    in_use = read_model(out) if out.exists() else None
    with tqdm(total=2 + (in_use is not None) + 1, leave=False, disable=None) as bar:

        def step(what: str) -> None:
            bar.set_description(what)
            bar.update()

        model = fit_model(records, source, step)
        step("Judging what is shipped")
        rivals = {"as shipped": judge_in_use(records)}
        if in_use is not None:
            step(f"Judging {out.name}")
            _, rivals[out.name] = judge_both(model, in_use, parted(records)[1])
    return model, rivals


def show(figures: Mapping[str, Judged]) -> None:
    """The figures side by side, on learners who took no part in the fit."""
    one = next(iter(figures.values()))
    print(f"On {one.answers} answers of {one.learners} learners held out:")
    print(f"{'':22}" + "".join(f"{name[:16]:>18}" for name in figures))
    for column in COLUMNS:
        numbers = (getattr(judged, column) for judged in figures.values())
        cells = ("-" if number is None else f"{number:.4f}" for number in numbers)
        print(f"{column.replace('_', ' '):22}" + "".join(f"{cell:>18}" for cell in cells))
