"""Lists the fitted models that a hub holds, and puts one to work, or what is shipped."""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

from hub.commands.door import ask
from hub.errors import HubError, ModelError
from hub.home import Home
from hub.lesson.models import bodies, choose, chosen, install, misfits, stored
from hub.lesson.packs import class_packs
from hub.store.database import open_reading, open_writing
from hub.store.migrations import migrate
from models.domain.pack import Pack
from models.learner.fitted import FittedModel, decode_model
from models.learner.weights import load_stack

SHIPPED = "shipped"
#: A hash is named by so many digits, and by as few as 4 where they say enough.
SHORT = 8
FEWEST_DIGITS = 4
COLUMNS = ("answers", "learners", "log-loss", "AUC")
WIDEST_SOURCE = 30


def run(asked: argparse.Namespace) -> int:
    """Lists, or chooses with `--use`; 0 when that was done."""
    home = Home(asked.home)
    if not home.database.exists():
        raise HubError(f"There is no hub's data in {asked.home}.")
    if asked.use is not None:
        _use(asked.home, asked.use)
        return 0
    with closing(open_reading(home.database)) as connection:
        # One read transaction: a running hub may change its choice meanwhile.
        connection.execute("BEGIN")
        _list(connection)
    return 0


def put_to_work(home: Path, body: bytes | None) -> None:
    """Lets the classes of the hub in `home` work with a model, or with what is shipped (None).

    At once where the hub runs, else from its next start on; says which, and names classes that
    cannot use it. Raises ModelError where that is all of them; nothing was changed then.
    """
    digest = None if body is None else sha256(body).hexdigest()
    name = _name(digest)
    with closing(open_reading(Home(home).database)) as connection:
        packs, now = class_packs(connection), chosen(connection)
        is_whole = digest is None or bodies(connection, digest) == {digest: body}
    if now == digest and is_whole:
        print(f"In use already: {name}.")
        return
    if body is not None:
        _tell(name, _misfits(decode_model(body, name), packs))
    hub = Home(home).running()
    if hub is None:
        _put_into_database(home, body)
        print(f"In use from the hub's next start on: {name}.")
        return
    with _offered(home, body) as path:
        ask(hub, "/control/model", {"path": path})
    print(f"In use from now on: {name}.")


def _name(digest: str | None) -> str:
    return SHIPPED if digest is None else digest[:SHORT]


def _misfits(model: FittedModel, packs: Mapping[int, Pack]) -> dict[int, str]:
    """The classes that cannot use it; raises ModelError when no class is left."""
    found = misfits(model, packs)
    if packs and len(found) == len(packs):
        why = next(iter(found.values()))
        raise ModelError(f"Nothing changed: no class can work with this model. {why}")
    return found


def _use(home: Path, wanted: str) -> None:
    with closing(open_reading(Home(home).database)) as connection:
        held = bodies(connection)
    put_to_work(home, _body(wanted, held))


def _body(wanted: str, held: Mapping[str, bytes]) -> bytes | None:
    """What `--use` names: the shipped model, a file, or one that the hub holds."""
    if wanted == SHIPPED:
        return None
    if wanted.endswith(".json"):
        body = Path(wanted).read_bytes()
        decode_model(body, wanted)
        return body
    is_enough = len(wanted) >= FEWEST_DIGITS
    found = [one for one in held if is_enough and one.startswith(wanted.lower())]
    if len(found) != 1:
        what = "more than one model" if found else "no model"
        raise ModelError(
            f"--use {wanted} names {what} of this hub. Give {FEWEST_DIGITS} digits or more of "
            f"what `mangotree models` lists, '{SHIPPED}', or a file that ends in .json."
        )
    return held[found[0]]


def _put_into_database(home: Path, body: bytes | None) -> None:
    opened = Home(home)
    opened.open()
    with closing(opened):
        database = open_writing(opened.database)
        with closing(database.conn):
            migrate(database)
            choose(database, None if body is None else install(database, body))


@contextmanager
def _offered(home: Path, body: bytes | None) -> Iterator[str | None]:
    """A file for the hub to read, in the one folder that it can see wherever it runs."""
    if body is None:
        yield None
        return
    with tempfile.NamedTemporaryFile(dir=home, prefix="model-", suffix=".part") as file:
        file.write(body)
        file.flush()
        # Whoever may run this command may be another user than the hub; the folder is private.
        Path(file.name).chmod(0o644)
        yield file.name


def _list(connection: sqlite3.Connection) -> None:
    held, now, packs = stored(connection), chosen(connection), class_packs(connection)
    print(
        f"{'model':10}{'fitted on':{WIDEST_SOURCE + 2}}" + "".join(f"{c:>10}" for c in COLUMNS)
    )
    shipped = load_stack().provenance
    _show(SHIPPED, shipped.data, (str(shipped.answers),), is_used=now is None)
    for digest, model in held.items():
        _show(
            digest[:SHORT], model.stack.provenance.data, _figures(model), is_used=now == digest
        )
        _tell(digest[:SHORT], misfits(model, packs))
    if held:
        print("Log-loss and AUC: on learners held out of each model's own log.")
    else:
        print("No fitted model yet: `mangotree fit` makes one from this hub's log.")


def _figures(model: FittedModel) -> tuple[str, ...]:
    made, judged = model.stack.provenance, model.held_out
    area = "" if judged.auc is None else f"{judged.auc:.4f}"
    return (str(made.answers), str(made.learners), f"{judged.log_loss:.4f}", area)


def _show(name: str, source: str, figures: tuple[str, ...], *, is_used: bool) -> None:
    # A file that came from elsewhere may say anything, also to a terminal.
    plain = "".join(sign if sign.isprintable() else "?" for sign in source)[:WIDEST_SOURCE]
    cells = "".join(f"{figure:>10}" for figure in figures).ljust(10 * len(COLUMNS))
    row = f"{name:10}{plain:{WIDEST_SOURCE + 2}}{cells}{'  in use' if is_used else ''}"
    print(row.rstrip())


def _tell(name: str, cannot: Mapping[int, str]) -> None:
    for class_id, why in cannot.items():
        print(f"Class {class_id} cannot use {name} and goes on with what is shipped. {why}")
