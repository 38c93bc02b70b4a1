"""Lists at work on a real hub: taken in whole or not at all, taken back, out and in again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from hub.app import Hub
from hub.roster.lists.reading import read_list, read_pasted
from hub.roster.lists.writing import School, oneroster, sheet

SCHOOL = School("Hub", 2026, {})


def names(hub: Hub, class_id: int) -> list[str]:
    return [one.name for one in hub.people.in_class(class_id)]


def exported(hub: Hub) -> bytes:
    courses = {one.pack: "Numbers" for one in hub.people.classes.values()}
    school = School("Hub", 2026, courses)
    classes = list(hub.people.classes)
    return hub.writer.call(lambda database: oneroster(database.conn, classes, school))


def as_sheet(hub: Hub) -> bytes:
    classes = list(hub.people.classes)
    return hub.writer.call(lambda database: sheet(database.conn, classes, {}))


def test_pasted_names_are_a_class_at_work(hub: Hub) -> None:
    done = hub.enrolling.take(read_pasted("1. Wanjiru\n2. Otieno\n"), "Standard 4")
    added = done.taken.classes[0]
    assert hub.people.classes[added].name == "Standard 4"
    assert names(hub, added) == ["Wanjiru", "Otieno"]
    assert list(hub.classroom.rooms[added].places) == done.taken.new


def test_a_list_taken_in_twice_changes_nothing_the_second_time(hub: Hub) -> None:
    reading = read_list(b"Name,Id\nWanjiru,a1\nOtieno,a2\n", "x.csv")
    first = hub.enrolling.take(reading, "Standard 4")
    assert hub.enrolling.plan(reading, "Standard 4").count("known") == 2
    second = hub.enrolling.take(reading, "Standard 4")
    assert (second.taken.new, second.taken.classes) == ([], [])
    assert names(hub, first.taken.classes[0]) == ["Wanjiru", "Otieno"]


def test_a_set_that_goes_out_and_in_gives_the_same_bytes(hub: Hub, tmp_path: Path) -> None:
    out = exported(hub)
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        assert archive.namelist()[0] == "manifest.csv"
    reading = read_list(out, "x.zip")
    assert [one.name for one in reading.pupils] == names(hub, 1)
    assert hub.enrolling.plan(reading).count("known") == 20
