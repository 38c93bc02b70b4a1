"""The packs that classes work with, as the database holds them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from hub.errors import PackBroken, PackError
from hub.kernels import Tracer
from hub.store import log
from hub.store.writer import Writer
from models.domain.faults import PackFault
from models.domain.pack import Bkt, Pack, sha256
from models.domain.reading import decode_pack
from models.domain.showing import show
from models.domain.solution import check_answers
from models.learner.weights import BktDefaults, Model, load_stack

#: An item that cannot be made of one of so many seeds would stop a class one day.
TRIAL_SEEDS = 3
_TOLD = (
    "pack_id, version, signer, items, hub_seq,"
    " coalesce((SELECT wall_s FROM events WHERE hub_seq = packs.hub_seq),"
    " (SELECT wall_s FROM attempts WHERE hub_seq = packs.hub_seq))"
)


@dataclass(frozen=True, slots=True)
class Held:
    """A pack in the database; what an archive says of itself is None for other packs.

    `hub_seq` is where the log stood when it came, `came_s` that row's time, a label;
    `classes` are those that are to work with it.
    """

    classes: tuple[int, ...]
    id: int
    digest: str
    pack_id: str | None
    version: str | None
    signer: str | None
    items: int | None
    hub_seq: int | None
    came_s: int | None


class Packs:
    """Packs by the hash of their bytes, each read once from `connection`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._read: dict[str, Pack] = {}

    def __getitem__(self, digest: str) -> Pack:
        """The pack; raises PackBroken, with what to do, for one that is gone or changed."""
        if digest not in self._read:
            select = "SELECT body FROM packs WHERE sha256 = ?"
            row = self._connection.execute(select, (digest,)).fetchone()
            if row is None:
                raise PackBroken(digest, "it is not there")
            if sha256(row[0]) != digest:
                raise PackBroken(digest, "its bytes have changed: the disk may be failing")
            try:
                self._read[digest] = decode_pack(row[0])
            except PackFault as error:
                raise PackBroken(digest, str(error)) from error
        return self._read[digest]

    def begun(self, class_id: int) -> Pack:
        """The pack that the class began with: its log starts there."""
        select = "SELECT sha256 FROM packs WHERE id = (SELECT pack FROM classes WHERE id = ?)"
        return self[self._connection.execute(select, (class_id,)).fetchone()[0]]

    def wanted(self, class_id: int) -> str | None:
        """The hash of the pack that the class is to work with since; None for none."""
        select = (
            "SELECT sha256 FROM packs WHERE id = (SELECT wanted_pack FROM classes WHERE id = ?)"
        )
        row = self._connection.execute(select, (class_id,)).fetchone()
        return None if row is None else str(row[0])


def install(writer: Writer, body: bytes, *, where: str) -> int:
    """Puts a pack into the database, unless the very same is there; gives its id.

    Asks for no signature: for packs that come with the hub, and of who owns this machine.
    Raises PackError, naming `where`, for a pack with a fault; nothing was changed then.
    """
    try:
        pack = decode_pack(body)
        check_parameters(pack)
    except PackFault as error:
        raise PackError(str(error), where=where) from error

    def work(database: Database) -> int:
        digest = sha256(body)
        run = database.conn.execute
        found = run("SELECT id FROM packs WHERE sha256 = ?", (digest,)).fetchone()
        if found is not None:
            return int(found[0])
        # What an archive says of itself; a pack of the first form has no name of its own.
        told = (pack.id, pack.version, len(pack.items)) if pack.id else (None, None, None)
        insert = (
            "INSERT INTO packs (sha256, body, pack_id, version, items, hub_seq)"
            " VALUES (?, ?, ?, ?, ?, ?)"
        )
        row = (digest, body, *told, log.last_seq(database.conn))
        return int(run(insert, row).lastrowid or 0)

    return writer.call(work)


def put_back(writer: Writer, digest: str, body: bytes) -> bool:
    """Gives pack `digest` its bytes again; False where `body` is another pack's."""
    if sha256(body) != digest:
        return False
    update = "UPDATE packs SET body = ? WHERE sha256 = ?"
    return (
        writer.call(lambda database: database.conn.execute(update, (body, digest)).rowcount) > 0
    )


def class_packs(connection: sqlite3.Connection) -> dict[int, Pack]:
    """The pack that each class works with; classes that share one share the value."""
    packs = Packs(connection)
    classes = [int(row[0]) for row in connection.execute("SELECT id FROM classes")]
    last = dict(
        connection.execute(
            "SELECT class, body ->> 'pack' FROM events WHERE kind = 'pack' ORDER BY hub_seq"
        ).fetchall()
    )
    return {one: packs[last[one]] if one in last else packs.begun(one) for one in classes}


def held(connection: sqlite3.Connection) -> list[Held]:
    """All packs of the hub in the order in which they came, with the classes of each."""
    is_former = "wanted_pack" not in _columns(connection)
    wanted = "pack" if is_former else "coalesce(wanted_pack, pack)"
    told = "NULL, NULL, NULL, NULL, NULL, NULL" if is_former else _TOLD
    classes: dict[int, tuple[int, ...]] = {}
    select = f"SELECT id, {wanted} FROM classes ORDER BY id"  # noqa: S608  (our own names)
    for class_id, pack in connection.execute(select):
        classes[pack] = (*classes.get(pack, ()), class_id)
    select = f"SELECT id, sha256, {told} FROM packs ORDER BY id"  # noqa: S608  (as above)
    rows = connection.execute(select).fetchall()
    return [Held(classes.get(row[0], ()), *row) for row in rows]


def trial(pack: Pack, on_item: Callable[[int, int], object] | None = None) -> None:
    """Lets each item make activities, right and wrong answers, and be shown in each language.

    Raises PackFault for one that cannot.
    """
    for place in range(len(pack.items)):
        template = pack.template(place)
        for seed in range(TRIAL_SEEDS):
            check_answers(pack.activity(place, seed), pack)
        if not template.is_logged:
            for tag in pack.locales or (pack.default_locale,):
                show(pack, place, 0, tag)
        if on_item is not None:
            on_item(place + 1, len(pack.items))


def new_tracer(pack: Pack, model: Model) -> Tracer:
    """Learner models for `pack`, of nobody yet; raises ValueError for what cannot be traced."""
    skills = [skill.bkt or model.bkt for skill in pack.skills]
    return Tracer(
        skill_params=_parameters(skills),
        prerequisites=pack.prerequisites,
        item_skills=pack.item_skills,
        item_difficulty=[item.difficulty for item in pack.items],
        weights=model.weights,
    )


def check_parameters(pack: Pack) -> None:
    """Lets the kernels judge each skill: once a class had such a pack, no hub could start."""
    stack = load_stack()
    for place, skill in enumerate(pack.skills):
        try:
            Tracer(
                skill_params=_parameters([skill.bkt or stack.bkt]),
                prerequisites=[[]],
                item_skills=[],
                item_difficulty=[],
                weights=stack.weights,
            )
        except ValueError as error:
            raise PackFault(f"skills[{place}].bkt: {error}") from error


def _columns(connection: sqlite3.Connection) -> set[str]:
    """What a class's row has: a folder that an earlier version wrote has less of it."""
    rows = connection.execute("SELECT name FROM pragma_table_info('classes')")
    return {str(row[0]) for row in rows}


def _parameters(
    skills: Sequence[Bkt | BktDefaults],
) -> list[tuple[float, float, float, float, float]]:
    return [(b.prior, b.learn, b.forget, b.guess, b.slip) for b in skills]
