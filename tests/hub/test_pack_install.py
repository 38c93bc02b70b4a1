"""`mangotree pack`: what comes in is whole, signed, tried and newer, or nothing has changed."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hub.cli import main
from hub.errors import PackError, StoreError
from hub.lesson.pack_install import examine, put, read_back, want
from hub.lesson.packs import Held, held
from hub.store.database import open_reading, open_writing
from hub.store.migrations import MIGRATIONS, migrate
from models.domain.archive import build
from models.domain.pack import sha256
from models.domain.reading import decode_pack
from models.domain.signing import Keys, PublicKey, key_id, read_public_key
from tests.hub.conftest import StartHub
from tests.hub.ground import ready, writing
from tests.lessons.killed_installs import (
    Ground,
    ground,
    kill_at_any_time,
    kill_at_each_point,
)
from tests.models.hostile import HOSTILE, KEY, OTHER_KEY
from tests.models.source import source, write

Say = pytest.CaptureFixture[str]
AUTHOR = PublicKey("An author", KEY.verify_key)
SUMS = "org.example.sums"


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground(tmp_path_factory.mktemp("grown"))


@pytest.fixture
def home(grown: Ground, tmp_path: Path) -> Path:
    """A hub's folder whose class 1 works with version 1.2.0 of a pack; trusts an author."""
    shutil.copytree(grown.home, tmp_path / "home")
    Keys(tmp_path / "home" / "keys").trust(AUTHOR)
    return tmp_path / "home"


def call(home: Path, *words: str | Path) -> int:
    return main(["pack", *map(str, words), "--home", str(home)])


def packed(folder: Path, key: Any = KEY, **changes: Any) -> Path:
    """A pack's file, signed by the author."""
    body = build(write(folder / "source", source(**changes)), key)
    file = folder / "it.mpack"
    file.write_bytes(body)
    return file


def there(home: Path) -> list[Held]:
    with closing(open_reading(home / "mangotree.db")) as connection:
        return held(connection)


def in_use(home: Path) -> str | None:
    """The version that class 1 is to work with."""
    return next(pack.version for pack in there(home) if 1 in pack.classes)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All that stands in the folder, but for SQLite's own index over it."""
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


def test_a_newer_pack_stands_beside_the_former_one(home: Path, tmp_path: Path) -> None:
    before = there(home)
    assert call(home, "install", packed(tmp_path, version="1.10.0")) == 0
    *former, new = there(home)
    assert former == before
    assert (new.pack_id, new.version, new.items) == (SUMS, "1.10.0", 5)
    assert (new.signer, new.classes) == (AUTHOR.id, ())
    assert in_use(home) == "1.2.0"


def test_a_class_that_is_named_gets_the_new_pack(home: Path, tmp_path: Path) -> None:
    assert call(home, "install", packed(tmp_path, version="2.0.0"), "--class", "1") == 0
    assert in_use(home) == "2.0.0"


def test_the_same_file_twice_is_one_pack(home: Path, tmp_path: Path) -> None:
    file = packed(tmp_path, version="2.0.0")
    assert call(home, "install", file) == 0
    once = there(home)
    assert call(home, "install", file) == 0
    assert there(home) == once


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("1.1.9", "this is version 1.1.9, and the hub holds 1.2.0 of org.example.sums"),
        ("0.9.0", "add --allow-older"),
        ("1.2.0", "the hub holds another org.example.sums of the same version, 1.2.0"),
    ],
)
def test_a_pack_goes_back_only_on_purpose(
    version: str, words: str, home: Path, tmp_path: Path, capsys: Say
) -> None:
    file = packed(tmp_path, version=version, name="Other")
    before = bytes_of(home)
    assert call(home, "install", file, "--class", "1") == 1
    assert words in capsys.readouterr().err
    assert bytes_of(home) == before
    assert call(home, "install", file, "--class", "1", "--allow-older") == 0
    assert in_use(home) == version
    assert len(there(home)) == 3


def test_another_pack_of_a_lower_version_is_nobodys_older_one(
    home: Path, tmp_path: Path
) -> None:
    assert call(home, "install", packed(tmp_path, id="org.example.other", version="0.1.0")) == 0


def test_a_class_that_is_not_there_changes_nothing(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    file = packed(tmp_path, version="2.0.0")
    before = bytes_of(home)
    assert call(home, "install", file, "--class", "1", "--class", "9") == 1
    assert "Nothing changed: there is no class 9" in capsys.readouterr().err
    assert bytes_of(home) == before


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_with_nothing_written(
    name: str, home: Path, tmp_path: Path, capsys: Say
) -> None:
    (tmp_path / "it.mpack").write_bytes(HOSTILE[name].body())
    before = bytes_of(home)
    assert call(home, "install", tmp_path / "it.mpack", "--class", "1") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert HOSTILE[name].words in said.err
    assert said.err.startswith("mangotree pack: it.mpack: ")
    assert said.err.count("\n") == 1
    assert bytes_of(home) == before


def test_a_pack_that_cannot_teach_is_refused_with_nothing_written(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    skill = b'[{"id": "add", "name": "A", "bkt": {"prior": 0.3, "learn": 0.1, "forget": 0,'
    files = source(version="2.0.0")
    files["skills.json"] = skill + b' "guess": 0, "slip": 0.1}}]'
    (tmp_path / "it.mpack").write_bytes(build(write(tmp_path / "source", files), KEY))
    before = bytes_of(home)
    assert call(home, "install", tmp_path / "it.mpack", "--class", "1") == 1
    assert "skills[0].bkt: guess is 0; allowed" in capsys.readouterr().err
    assert bytes_of(home) == before


def test_a_file_without_end_does_not_fill_the_memory(home: Path, capsys: Say) -> None:
    assert call(home, "install", "/dev/zero") == 1
    assert "/dev/zero: there is no such file" in capsys.readouterr().err


def test_killed_at_each_point_a_class_has_a_working_pack(grown: Ground, tmp_path: Path) -> None:
    for road in ("command", "writer"):
        found = kill_at_each_point(grown, tmp_path, 1, road=road)
        assert found.faults == []
        assert found.killed == len(found.points) > 15
        assert found.with_old > 0 < found.with_new


def test_killed_at_any_time_a_class_has_a_working_pack(grown: Ground, tmp_path: Path) -> None:
    found = kill_at_any_time(grown, tmp_path, 25, seed=7)
    assert found.faults == []
    assert found.killed > 0


@pytest.mark.parametrize("weakness", ["in place", "early"])
def test_a_hasty_installer_is_caught_by_the_kills(
    weakness: str, grown: Ground, tmp_path: Path
) -> None:
    found = kill_at_each_point(grown, tmp_path, 1, weakness=weakness)
    assert found.faults != []


def test_a_full_disk_takes_none_of_it_and_says_so(home: Path, tmp_path: Path) -> None:
    new = examine(packed(tmp_path, version="2.0.0").read_bytes(), Keys(home / "keys"), where="")
    database = open_writing(home / "mangotree.db")
    with closing(database.conn) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="cannot write to its disk: database or disk is"):
            put(database, new)
        connection.execute("PRAGMA max_page_count = 1000000")
        read_back(database, put(database, new), new)


def test_a_pack_that_comes_back_otherwise_is_given_to_no_class(
    home: Path, tmp_path: Path
) -> None:
    new = examine(
        packed(tmp_path, version="2.0.0").read_bytes(), Keys(home / "keys"), where="x"
    )
    database = open_writing(home / "mangotree.db")
    with closing(database.conn) as connection:
        pack = put(database, new)
        connection.execute("UPDATE packs SET body = CAST(body || x'20' AS BLOB)")
        with pytest.raises(StoreError, match="x: the disk gave other bytes than were written"):
            read_back(database, pack, new)
        assert put(database, new) == pack
        read_back(database, pack, new)


def test_classes_get_a_pack_together_or_none_does(home: Path) -> None:
    no_class = pytest.raises(PackError, match="there is no class 9")
    with writing(ready(home / "mangotree.db"), lambda _: None) as writer, no_class:
        want(writer, [1, 9], 1)
    assert in_use(home) == "1.2.0"


def test_a_folder_of_an_earlier_version_lists_its_packs_and_takes_new_ones(
    tmp_path: Path, capsys: Say
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    database = open_writing(home / "mangotree.db")
    migrate(database, MIGRATIONS[:2])
    run = database.conn.execute
    run("INSERT INTO packs (id, sha256, body) VALUES (1, 'ab', x'00')")
    run("INSERT INTO classes (id, name, pack, join_code) VALUES (1, 'One', 1, 'AAAAAA')")
    database.conn.close()
    assert call(home, "list") == 0
    assert "(ab)" in capsys.readouterr().out
    assert there(home)[0].classes == (1,)
    Keys(home / "keys").trust(AUTHOR)
    assert call(home, "install", packed(tmp_path), "--class", "1") == 0
    former, new = there(home)
    assert (former.digest, former.classes) == ("ab", ())
    assert (new.version, new.classes) == ("1.2.0", (1,))


def test_a_running_hub_takes_a_pack_and_a_new_class_works_with_it(
    start_hub: StartHub, tmp_path: Path, capsys: Say
) -> None:
    hub = start_hub()
    Keys(hub.home.keys).trust(AUTHOR)
    file = packed(tmp_path)
    assert call(hub.home.path, "install", file) == 0
    assert (
        f"Installed: {SUMS} 1.2.0, 5 items, signed by {AUTHOR.id}." in capsys.readouterr().out
    )
    (_, new) = there(hub.home.path)
    assert new.digest == sha256(file.read_bytes())
    pack = (new.id, decode_pack(file.read_bytes()))
    added = hub.teaching.add_class("Two", pack, ["Ada"])
    hub.stop()
    again = start_hub()
    assert again.classroom.rooms[added.id].pack.items[0].id == "add.1"
    assert again.classroom.rooms[1].pack.items[0].id != "add.1"
    assert [path.name for path in hub.home.path.glob("pack-*")] == []


@pytest.mark.parametrize("name", ["unsigned", "zip bomb that lies", "swapped file", "empty"])
def test_a_running_hub_refuses_by_itself_whoever_asks(
    name: str, start_hub: StartHub, tmp_path: Path
) -> None:
    hub = start_hub()
    Keys(hub.home.keys).trust(AUTHOR)
    with pytest.raises(PackError) as caught:
        hub.teaching.take_pack(HOSTILE[name].body(), where="it.mpack")
    assert HOSTILE[name].words in str(caught.value)
    assert len(there(hub.home.path)) == 1
    older = packed(tmp_path, version="0.1.0").read_bytes()
    hub.teaching.take_pack(older, where="it.mpack")
    assert len(there(hub.home.path)) == 2


def test_the_list_says_which_pack_whose_and_who_uses_it(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    assert call(home, "install", packed(tmp_path, version="2.0.0")) == 0
    assert call(home, "keys", "--revoke", AUTHOR.id[:8]) == 0
    capsys.readouterr()
    assert call(home, "list") == 0
    head, shipped, old, new = capsys.readouterr().out.splitlines()
    assert head.split() == ["pack", "version", "items", "classes", "since", "signed", "by"]
    assert shipped.endswith("(this machine)")
    assert old.split()[:4] == [SUMS, "1.2.0", "5", "1"]
    assert old.endswith("this hub")
    assert new.split()[:4] == [SUMS, "2.0.0", "5", "-"]
    assert new.endswith(f"{AUTHOR.id[:8]} REVOKED")
    assert all(len(line) <= 96 for line in (head, shipped, old, new))


def test_a_key_goes_from_hub_to_hub_and_can_be_taken_back(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    school, source_folder = tmp_path / "school", write(tmp_path / "source", source())
    file = tmp_path / "ours.mpack"
    assert call(school, "build", source_folder, "--out", file, "--key") == 0
    capsys.readouterr()
    assert call(school, "keys", "--show") == 0
    text = capsys.readouterr().out
    (tmp_path / "school.pub").write_text(text)
    theirs = read_public_key(text)
    assert theirs.name == "Mangotree"
    words = ("install", file, "--allow-older")
    assert call(home, *words) == 1
    assert f"does not know the key {theirs.id}" in capsys.readouterr().err
    assert call(home, "keys", "--trust", tmp_path / "school.pub") == 0
    assert call(home, *words) == 0
    assert call(home, "keys", "--revoke", theirs.id) == 0
    assert call(home, *words) == 1
    assert f"the key {theirs.id} was revoked on this hub" in capsys.readouterr().err
    assert call(home, "keys") == 0
    listed = capsys.readouterr().out
    assert f"{AUTHOR.id}  An author" in listed
    assert f"{theirs.id}  REVOKED" in listed


def test_a_file_that_is_no_key_is_refused_by_its_name(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    (tmp_path / "x.pub").write_bytes(b"\xff" * 2_000)
    assert call(home, "keys", "--trust", tmp_path / "x.pub") == 1
    assert str(tmp_path / "x.pub") in capsys.readouterr().err
    assert call(home, "keys", "--trust", tmp_path / "gone.pub") == 1


def test_a_build_is_written_whole_or_not_at_all(
    home: Path, tmp_path: Path, capsys: Say
) -> None:
    folder, out = write(tmp_path / "source", source()), tmp_path / "out.mpack"
    out.write_bytes(b"former")
    (folder / "items" / "add.json").write_bytes(b"[1,")
    assert call(home, "build", folder, "--out", out) == 1
    assert "items/add.json" in capsys.readouterr().err
    assert out.read_bytes() == b"former"
    write(folder, source())
    assert call(home, "build", folder, "--out", out) == 0
    assert "Not signed, so no hub installs it." in capsys.readouterr().out
    assert out.read_bytes() == build(folder, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out.mpack", "source"]


def test_words_in_a_pack_cannot_move_the_terminal(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="name"):
        packed(tmp_path, name="\x1b[2Jnice")
    assert key_id(OTHER_KEY.verify_key) not in Keys(home / "keys").trusted()
