"""Says how well a fitted model predicts a log, and draws it on request."""

from __future__ import annotations

import argparse

import msgspec

from hub.commands.answers import answers
from hub.commands.fit import show
from hub.errors import HubError
from models.learner.fitted import read_model
from models.training.curves import calibration_curve, learning_curve
from models.training.fitting import TooLittle, predictions
from models.training.judging import judged
from models.training.logs import Log
from models.training.pictures import (
    NoPictures,
    check_can_draw,
    draw_calibration,
    draw_learning,
)
from models.training.records import parted


def run(asked: argparse.Namespace) -> int:
    """0 when the model could be judged."""
    try:
        return _run(asked)
    except (TooLittle, NoPictures) as error:
        raise HubError(str(error)) from error


def _run(asked: argparse.Namespace) -> int:
    for picture in (asked.calibration, asked.learning):
        if picture is not None:
            check_can_draw(picture)
    model = read_model(asked.model)
    records, _ = answers(asked)
    asked_for = records if asked.all else parted(records)[1]
    kept, chances = predictions(model, asked_for)
    found = judged(chances, kept.rights, kept.learner)
    if asked.json:
        print(msgspec.json.encode(found).decode())
    else:
        if len(kept) < len(asked_for):
            left_out = len(asked_for) - len(kept)
            print(f"{left_out} answers are to items that the model does not know: left out.")
        show({asked.model.name: found})
    if asked.calibration:
        curve = calibration_curve(chances, kept.rights)
        draw_calibration(asked.calibration, {asked.model.name: curve})
    if asked.learning:
        log = Log(
            list(kept.learner),
            list(kept.item),
            kept.rights,
            model.stack.item_skills,
            model.stack.n_skills,
        )
        draw_learning(asked.learning, learning_curve(log, chances))
    return 0
