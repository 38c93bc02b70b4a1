"""The packs that classes work with, as the database holds them."""

from __future__ import annotations

import sqlite3

import msgspec
from sqlite_utils import Database

from hub.errors import PackError
from hub.kernels import Tracer
from hub.store.writer import Writer
from models.domain.pack import Pack, PackFault, decode_pack, sha256
from models.learner.weights import Model, load_stack


def install(writer: Writer, body: bytes, *, where: str) -> int:
    """Puts a pack into the database, unless the very same is there; gives its id.

    Raises PackError, naming `where`, for a pack with a fault; nothing was changed then.
    """
    try:
        _check_parameters(decode_pack(body))
    except PackFault as error:
        raise PackError(str(error), where=where) from error

    def work(database: Database) -> int:
        digest = sha256(body)
        run = database.conn.execute
        found = run("SELECT id FROM packs WHERE sha256 = ?", (digest,)).fetchone()
        if found is not None:
            return int(found[0])
        insert = "INSERT INTO packs (sha256, body) VALUES (?, ?)"
        return int(run(insert, (digest, body)).lastrowid or 0)

    return writer.call(work)


def class_packs(connection: sqlite3.Connection) -> dict[int, Pack]:
    """Each class's pack; classes that share one share the value."""
    bodies = dict(connection.execute("SELECT id, body FROM packs").fetchall())
    packs = {pack: decode_pack(body) for pack, body in bodies.items()}
    return {
        class_id: packs[pack]
        for class_id, pack in connection.execute("SELECT id, pack FROM classes")
    }


def new_tracer(pack: Pack, model: Model) -> Tracer:
    """Learner models for `pack`, of nobody yet; raises ValueError for what cannot be traced."""
    skills = [skill.bkt or model.bkt for skill in pack.skills]
    return Tracer(
        skill_params=[(b.prior, b.learn, b.forget, b.guess, b.slip) for b in skills],
        prerequisites=pack.prerequisites,
        item_skills=pack.item_skills,
        item_difficulty=[item.difficulty for item in pack.items],
        weights=model.weights,
    )


def _check_parameters(pack: Pack) -> None:
    """Lets the kernels judge each skill: once a class had such a pack, no hub could start."""
    stack = load_stack()
    model = Model(stack.weights, stack.bkt)
    for place, skill in enumerate(pack.skills):
        alone = Pack(
            name=pack.name,
            version=pack.version,
            skills=(msgspec.structs.replace(skill, prerequisites=()),),
            items=(),
        )
        try:
            new_tracer(alone, model)
        except ValueError as error:
            raise PackFault(f"skills[{place}].bkt: {error}") from error
