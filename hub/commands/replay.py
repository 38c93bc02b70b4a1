"""Plays a real response log through the whole hub, and prints what that cost and showed."""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from devices.pairing import pair
from devices.simulator.replay import Part, Timings, play
from hub.commands.door import ask, own_hub, running_hub
from hub.commands.process import Usage, usage
from hub.errors import HubError
from hub.home import Home, Running
from hub.kernels import require_release
from hub.lesson.models import chosen
from hub.store.database import open_reading
from hub.store.log import doubled
from models.domain.pack import Pack
from models.domain.plain import decode_plain
from models.domain.response_log import Response, pack_of, read_responses
from models.learner.fitted import FittedModel, placed, read_model
from models.training.judging import judged
from models.training.records import is_held_out


def run(asked: argparse.Namespace) -> int:
    """Plays the log; 0 when nothing was lost or doubled."""
    require_release()
    per_s = _pace(asked.pace)
    if asked.devices < 1:
        raise HubError(f"--devices must be 1 or more, not {asked.devices}.")
    responses = _responses(asked)
    body = pack_of(responses, asked.file.name)
    pack = decode_plain(body)
    known = {} if asked.model is None else _known(read_model(asked.model), pack)
    with _hub(asked) as (hub, home), tempfile.TemporaryDirectory() as folder:
        figures = _measure(asked, hub, home, responses, body, Path(folder), per_s)
    figures |= known
    if asked.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:26} {value}")
    return 0 if figures["lost"] == 0 and figures["doubled"] == 0 else 1


def _pace(text: str) -> float | None:
    if text == "closed":
        return None
    try:
        per_s = float(text)
    except ValueError:
        per_s = 0.0
    if not 0 < per_s < 100_000:
        raise HubError(f"--pace is 'closed' or answers a second, not '{text}'.")
    return per_s


def _responses(asked: argparse.Namespace) -> list[Response]:
    """The rows to play."""
    rows = read_responses(asked.file)
    if asked.held_out:
        rows = (row for row in rows if is_held_out(row.user))
    responses = list(islice(rows, asked.limit))
    if not responses:
        whose = " of learners that no fit hears of" if asked.held_out else ""
        raise HubError(f"{asked.file} holds no answers{whose}.")
    return responses


def _known(model: FittedModel, pack: Pack) -> dict[str, object]:
    """How much of `pack` the model has met; raises DoesNotFit for one that is no use here."""
    return {
        "items": len(pack.items),
        "items_known": len(pack.items) - placed(model, pack).n_new,
    }


@contextmanager
def _hub(asked: argparse.Namespace) -> Iterator[tuple[Running, Path]]:
    """The hub to play on; with `--model` its classes work with that one."""
    if asked.running:
        hub = running_hub(asked.home)
        _check_in_use(asked)
        yield hub, asked.home
        return
    with own_hub(asked.broker or "embedded") as found:
        if asked.model is not None:
            ask(found[0], "/control/model", {"path": str(asked.model.resolve())})
        yield found


def _check_in_use(asked: argparse.Namespace) -> None:
    if asked.model is None:
        return
    with closing(open_reading(Home(asked.home).database)) as connection:
        in_use = chosen(connection)
    if in_use != sha256(asked.model.read_bytes()).hexdigest():
        raise HubError(
            f"The hub that runs does not work with {asked.model}. Leave --running away, or put "
            f"it to work there first: mangotree models --use {asked.model}"
        )


def _measure(
    asked: argparse.Namespace,
    hub: Running,
    home: Path,
    responses: Sequence[Response],
    body: bytes,
    folder: Path,
    per_s: float | None,
) -> dict[str, object]:
    """Opens a class for the log, plays it, and works out the figures."""
    by_user: dict[str, list[Response]] = {}
    for response in responses:
        by_user.setdefault(response.user, []).append(response)
    pack_path = folder / "pack.json"
    pack_path.write_bytes(body)
    fields = {"name": "Replay", "pack_path": str(pack_path), "learners": list(by_user)}
    opened = ask(hub, "/control/class", fields)
    parts = [
        Part(learner, [(row.item, "1" if row.is_right else "0", row.ms) for row in rows])
        for learner, rows in zip(opened["learners"], by_user.values(), strict=True)
    ]
    paired = [
        pair(hub.url, opened["join_code"], name=f"Replay {place + 1}")
        for place in range(asked.devices)
    ]
    pids = [hub.pid, *hub.broker_pids]
    before = usage(pids)
    with tqdm(total=len(responses), unit="answer", disable=asked.json) as bar:
        timings = play(
            paired[0][0],
            [credential for _, credential in paired],
            parts,
            folder,
            per_s=per_s,
            on_progress=lambda count: bar.update(count - bar.n),
        )
    return _figures(timings, before, usage(pids), home, opened["class"])


def _figures(
    timings: Timings, before: Usage, after: Usage, home: Path, class_id: int
) -> dict[str, object]:
    answers = len(timings.next_ms)
    with closing(open_reading(Home(home).database)) as connection:
        stored = connection.execute(
            "SELECT device, boot, device_seq, learner, p, is_right FROM attempts"
            " WHERE class = ?",
            (class_id,),
        ).fetchall()
        twice = doubled(connection)
    lost = len(timings.sent - {row[:3] for row in stored})
    return {
        "answers": answers,
        "per_s": round(answers / timings.seconds, 1),
        "next_ms": percentiles(timings.next_ms),
        "receipt_ms": percentiles(timings.receipt_ms),
        "cpu_ms_per_answer": round((after.cpu_s - before.cpu_s) * 1000 / answers, 3),
        "bytes_written_per_answer": round(
            (after.bytes_written - before.bytes_written) / answers
        ),
        "rss_mb": round(after.rss_mb, 1),
        "lost": lost,
        "doubled": twice,
        "refused": timings.refused,
        **_quality([row[3:] for row in stored if row[4] is not None]),
    }


def _quality(judgements: Sequence[tuple[int, float, int]]) -> dict[str, float | None]:
    """How good the predictions were; None for what cannot be said: JSON has no NaN."""
    if not judgements:
        return {"auc": None, "logloss": None}
    learners, chances, rights = zip(*judgements, strict=True)
    found = judged(chances, [right == 1 for right in rights], learners)
    return {
        "auc": None if found.auc is None else round(found.auc, 4),
        "logloss": round(found.log_loss, 4),
    }


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The middle and the 99th percentile (nearest rank)."""
    ordered = sorted(values)
    places = {"p50": 0.50, "p99": 0.99}
    return {
        name: round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 1)
        for name, share in places.items()
    }
