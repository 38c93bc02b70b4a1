"""The schema as named steps; each runs once, in order, inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sqlite_utils import Database

from hub.clock import Moment
from hub.errors import StoreError

FIRST = """
CREATE TABLE packs (
    id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, body BLOB NOT NULL
) STRICT;
CREATE TABLE classes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, pack INTEGER NOT NULL REFERENCES packs,
    join_code TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE learners (
    id INTEGER PRIMARY KEY, class INTEGER NOT NULL REFERENCES classes,
    name TEXT NOT NULL, picture TEXT NOT NULL
) STRICT;
CREATE TABLE devices (
    id INTEGER PRIMARY KEY, class INTEGER NOT NULL REFERENCES classes, name TEXT NOT NULL,
    secret_sha256 BLOB NOT NULL UNIQUE, mqtt_hash TEXT NOT NULL,
    is_revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE hub_boots (id INTEGER PRIMARY KEY, wall_s INTEGER NOT NULL) STRICT;
CREATE TABLE attempts (
    hub_seq INTEGER PRIMARY KEY, class INTEGER NOT NULL, device INTEGER NOT NULL,
    boot INTEGER NOT NULL, device_seq INTEGER NOT NULL, learner INTEGER NOT NULL,
    item INTEGER NOT NULL, seed INTEGER NOT NULL, answer TEXT NOT NULL,
    is_right INTEGER, step INTEGER NOT NULL, ms INTEGER NOT NULL, hints INTEGER NOT NULL,
    tries INTEGER NOT NULL, at INTEGER NOT NULL, hub_boot INTEGER NOT NULL,
    monotonic_ms INTEGER NOT NULL, wall_s INTEGER NOT NULL, clock_trusted INTEGER NOT NULL,
    p REAL, next_item INTEGER
) STRICT;
CREATE TABLE events (
    hub_seq INTEGER PRIMARY KEY, class INTEGER NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, hub_boot INTEGER NOT NULL, monotonic_ms INTEGER NOT NULL,
    wall_s INTEGER NOT NULL, clock_trusted INTEGER NOT NULL
) STRICT;
CREATE TABLE snapshots (
    class INTEGER PRIMARY KEY, hub_seq INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
"""

#: Fitted models by the hash of their bytes. At most one is chosen; none means: as shipped.
MODELS = """
CREATE TABLE models (
    sha256 TEXT PRIMARY KEY, body BLOB NOT NULL,
    is_chosen INTEGER NOT NULL DEFAULT 0 CHECK (is_chosen IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX one_chosen_model ON models (is_chosen) WHERE is_chosen = 1
"""

#: What an archive says of itself, beside its bytes; all empty for a pack of the first form.
#: `hub_seq` is where the log stood when it came. A class keeps the pack that it began with:
#: its log begins there. `wanted_pack` is the one that it is to work with since, if any.
PACKS = """
ALTER TABLE packs ADD COLUMN pack_id TEXT;
ALTER TABLE packs ADD COLUMN version TEXT;
ALTER TABLE packs ADD COLUMN signer TEXT;
ALTER TABLE packs ADD COLUMN items INTEGER;
ALTER TABLE packs ADD COLUMN hub_seq INTEGER;
ALTER TABLE classes ADD COLUMN wanted_pack INTEGER REFERENCES packs
"""

#: Why an answer was no evidence, and which wrong rule gives it.
VERDICTS = """
ALTER TABLE attempts ADD COLUMN judged TEXT;
ALTER TABLE attempts ADD COLUMN misconception TEXT
"""

#: How each class signs in, each learner's code, wrong tries of a learner on a device, and who
#: sits where. Pictures and PINs stand here readable: the teacher looks them up, and so few of
#: them are possible that no hash would hide one.
SIGN_IN = """
ALTER TABLE classes ADD COLUMN sign_in TEXT NOT NULL DEFAULT 'tap'
    CHECK (sign_in IN ('tap', 'pictures', 'pin', 'password'));
CREATE TABLE sign_in_codes (
    learner INTEGER PRIMARY KEY REFERENCES learners ON DELETE CASCADE,
    pictures TEXT NOT NULL, pin TEXT NOT NULL,
    first_password TEXT, password_hash TEXT, card_sha256 BLOB UNIQUE
) STRICT;
CREATE TABLE sign_in_tries (
    device INTEGER NOT NULL REFERENCES devices ON DELETE CASCADE,
    learner INTEGER NOT NULL REFERENCES learners ON DELETE CASCADE,
    wrong INTEGER NOT NULL, PRIMARY KEY (device, learner)
) STRICT;
CREATE TABLE seats (
    device INTEGER NOT NULL REFERENCES devices ON DELETE CASCADE,
    learner INTEGER NOT NULL REFERENCES learners ON DELETE CASCADE,
    place INTEGER NOT NULL, has_turn INTEGER NOT NULL, PRIMARY KEY (device, learner)
) STRICT
"""

#: Names of the groups within a class; a number is given once and never again, for the log's
#: rows go on to name it.
GROUPS = """
CREATE TABLE learner_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, class INTEGER NOT NULL REFERENCES classes,
    name TEXT NOT NULL
) STRICT
"""

#: What was chosen for whoever comes next: the language that the teachers' sign-in begins with.
CHOICES = """
CREATE TABLE choices (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT
"""

#: Learners and classes of lists: what another system calls them, who has left, what a list
#: changed so that it can be undone, and of OneRoster sets what is about no person. `roster_id`
#: makes the ids of this hub's own learners in what it exports.
ROSTERS = """
ALTER TABLE learners ADD COLUMN source_id TEXT;
ALTER TABLE learners ADD COLUMN language TEXT;
ALTER TABLE learners ADD COLUMN presence TEXT NOT NULL DEFAULT 'here'
    CHECK (presence IN ('here', 'away', 'gone'));
ALTER TABLE classes ADD COLUMN source_id TEXT;
CREATE UNIQUE INDEX one_learner_a_source ON learners (source_id) WHERE source_id IS NOT NULL;
CREATE UNIQUE INDEX one_class_a_source ON classes (source_id) WHERE source_id IS NOT NULL;
CREATE TABLE roster_frames (
    file TEXT NOT NULL, source_id TEXT NOT NULL, place INTEGER NOT NULL,
    fields TEXT NOT NULL, PRIMARY KEY (file, source_id)
) STRICT;
CREATE TABLE roster_imports (
    id INTEGER PRIMARY KEY, changes TEXT NOT NULL,
    is_undone INTEGER NOT NULL DEFAULT 0 CHECK (is_undone IN (0, 1))
) STRICT;
INSERT INTO secrets (name, value) VALUES ('roster_id', lower(hex(randomblob(16))))
"""

#: Each start of the hub: on which start of the machine, what the clock rested on, its last
#: sign of life, whether it ended by itself. What belongs to no class is logged as class 0.
LIFE = """
ALTER TABLE hub_boots ADD COLUMN machine TEXT;
ALTER TABLE hub_boots ADD COLUMN first_seq INTEGER;
ALTER TABLE hub_boots ADD COLUMN zero_ms INTEGER;
ALTER TABLE hub_boots ADD COLUMN seen_ms INTEGER;
ALTER TABLE hub_boots ADD COLUMN seen_wall_s INTEGER;
ALTER TABLE hub_boots ADD COLUMN seen_by TEXT;
ALTER TABLE hub_boots ADD COLUMN is_ended INTEGER NOT NULL DEFAULT 0;
CREATE INDEX hub_events ON events (hub_seq) WHERE class = 0
"""

#: Several teachers in place of one password; whose had one is the first head. A removed one
#: stays as a row: what they did names them. `teacher_deeds` tells who changed whom, with what
#: it was before, so that it can be taken back. Times of sessions are seconds that the hub was
#: awake. An event's `teacher` is whose deed it was.
TEACHERS = """
CREATE TABLE teachers (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('head', 'teacher', 'assistant', 'technician')),
    password_hash TEXT, language TEXT NOT NULL DEFAULT '',
    is_removed INTEGER NOT NULL DEFAULT 0 CHECK (is_removed IN (0, 1)),
    told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE teacher_classes (
    teacher INTEGER NOT NULL REFERENCES teachers ON DELETE CASCADE,
    class INTEGER NOT NULL REFERENCES classes ON DELETE CASCADE,
    PRIMARY KEY (teacher, class)
) STRICT;
CREATE TABLE teacher_deeds (
    id INTEGER PRIMARY KEY, by INTEGER NOT NULL, about INTEGER NOT NULL, kind TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, hub_boot INTEGER NOT NULL,
    monotonic_ms INTEGER NOT NULL, wall_s INTEGER NOT NULL, clock_trusted INTEGER NOT NULL
) STRICT;
CREATE TABLE teacher_sessions (
    token_sha256 BLOB PRIMARY KEY, teacher INTEGER NOT NULL REFERENCES teachers,
    began_s INTEGER NOT NULL, seen_s INTEGER NOT NULL, began_wall_s INTEGER NOT NULL,
    seen_wall_s INTEGER NOT NULL, seen_boot INTEGER NOT NULL
) STRICT;
CREATE TABLE awake (id INTEGER PRIMARY KEY CHECK (id = 1), s INTEGER NOT NULL) STRICT;
INSERT INTO awake (id, s) VALUES (1, 0);
CREATE TABLE teacher_tries (name TEXT PRIMARY KEY, wrong INTEGER NOT NULL) STRICT;
INSERT INTO teachers (name, role, password_hash)
    SELECT 'Teacher', 'head', value FROM secrets WHERE name = 'teacher_password';
DELETE FROM secrets WHERE name = 'teacher_password';
ALTER TABLE events ADD COLUMN teacher INTEGER
"""

#: Lists of learners that wait for the teacher's yes; class 0 stands for the whole school.
LIST_DRAFTS = """
CREATE TABLE list_drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, class INTEGER NOT NULL UNIQUE,
    file TEXT NOT NULL, body BLOB NOT NULL
) STRICT
"""

#: What a teacher changed of one learner, so that it can be taken back; `after_list` is the list
#: that had come last then.
LEARNER_CHANGES = """
CREATE TABLE learner_changes (
    id INTEGER PRIMARY KEY, learner INTEGER NOT NULL REFERENCES learners,
    kind TEXT NOT NULL CHECK (kind IN ('renamed', 'moved', 'left', 'back')),
    before TEXT NOT NULL, after TEXT NOT NULL, after_list INTEGER NOT NULL,
    is_undone INTEGER NOT NULL DEFAULT 0 CHECK (is_undone IN (0, 1))
) STRICT
"""

#: A step's name and its statements.
Step = tuple[str, str]
#: Order matters and names never change: a database remembers which of them it has had.
MIGRATIONS: tuple[Step, ...] = (
    ("0001_first_class", FIRST),
    ("0002_models", MODELS),
    ("0003_packs", PACKS),
    ("0004_verdicts", VERDICTS),
    ("0005_sign_in", SIGN_IN),
    ("0006_learner_groups", GROUPS),
    ("0007_choices", CHOICES),
    ("0008_rosters", ROSTERS),
    ("0009_life", LIFE),
    ("0010_teachers", TEACHERS),
    ("0011_list_drafts", LIST_DRAFTS),
    ("0012_learner_changes", LEARNER_CHANGES),
)


def begin_boot(database: Database, now: Moment) -> int:
    """Brings the schema up to date and gives this start of the hub its number.

    Raises StoreError, with what to do, where the disk takes nothing.
    """
    try:
        migrate(database)
        insert = "INSERT INTO hub_boots (wall_s) VALUES (?)"
        return int(database.conn.execute(insert, (now.wall_s,)).lastrowid or 0)
    except sqlite3.Error as error:
        raise StoreError(
            f"The hub's disk takes no data: {error}. Free some space or check the card; "
            "tablets keep their answers meanwhile."
        ) from error


def migrate(database: Database, steps: Sequence[Step] = MIGRATIONS) -> list[str]:
    """Brings `database` to the schema that `steps` make; gives the names of those it ran.

    Raises StoreError for a database that a newer hub has written, and for a step that the
    disk refuses; the steps before it are kept, of that one nothing.
    """
    try:
        return _migrate(database, steps)
    except sqlite3.Error as error:
        raise StoreError(
            f"The database could not be made ready: {error}. Free some space on the disk, "
            "then start the hub again."
        ) from error


def _migrate(database: Database, steps: Sequence[Step]) -> list[str]:
    execute = database.conn.execute
    execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) STRICT")
    done = {row[0] for row in execute("SELECT name FROM migrations")}
    unknown = done - {name for name, _ in steps}
    if unknown:
        raise StoreError(
            f"This data was written by a newer hub (it knows {', '.join(sorted(unknown))}). "
            "Install that version again, or use another data folder."
        )
    ran = []
    for name, script in steps:
        if name in done:
            continue
        execute("BEGIN IMMEDIATE")
        try:
            for statement in script.split(";"):
                execute(statement)
            execute("INSERT INTO migrations (name) VALUES (?)", (name,))
            execute("COMMIT")
        except BaseException:
            if database.conn.in_transaction:
                execute("ROLLBACK")
            raise
        ran.append(name)
    return ran
