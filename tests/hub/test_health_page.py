"""The hub's page for the teacher, its clock, and the file for a technician."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.clock import EARLIEST_PLAUSIBLE_S, LATEST_PLAUSIBLE_S
from hub.health.report import report
from hub.health.storage import bytes_a_day
from hub.insight.words.teacher import is_known
from hub.lesson.rebuild import rebuild
from hub.roster.roles import Role
from hub.store.database import open_reading
from hub.store.log import gaps
from hub.web.factory import create_app
from tests.hub.conftest import StartHub
from tests.hub.forms import TOKEN, base, teacher
from tests.hub.health_ground import board, machine
from tests.hub.tablet import asked, pair_with, right_answer

#: Longer than any number that such a file tells.
ANSWER = "471147114711471147114711"
HOSTILE = "<script>alert('Zawadi')</script>"
CASES = Path(__file__).parents[2] / "hub" / "health"


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    over = threading.Event()
    yield create_app(hub.parts, over)
    over.set()


class Phone:
    """A teacher's phone that keeps its sign-in."""

    def __init__(self, app: Flask, hub: Hub) -> None:
        self.client: FlaskClient = teacher(app, hub)
        self.hub = hub

    def page(self, path: str = "/teacher/hub") -> str:
        return self.client.get(path, base_url=base(self.hub)).get_data(as_text=True)

    def sends(self, path: str, **fields: object) -> TestResponse:
        found = TOKEN.search(self.page())
        assert found is not None
        data = {"csrf_token": found.group(1), **fields}
        return self.client.post(path, base_url=base(self.hub), data=data)


def events(hub: Hub, kind: str) -> list[dict[str, object]]:
    rows = hub.writer.call(
        lambda database: database.conn.execute(
            "SELECT body FROM events WHERE class = 0 AND kind = ? ORDER BY hub_seq", (kind,)
        ).fetchall()
    )
    return [json.loads(body) for (body,) in rows]


def test_the_page_says_everything_in_the_teachers_language(hub: Hub, app: Flask) -> None:
    phone = Phone(app, hub)
    for tag in ("en", "sw", "ar"):
        phone.sends("/teacher/language", tongue=tag)
        page = phone.page()
        assert f'<html lang="{tag}"' in page
        codes = re.findall(r'class="panel hub-\w+" id="hub-(\w+)"', page)
        parts = {"queue", "power", "radio", "clock", "disk", "card", "backup", "sync"}
        assert parts <= set(codes)
        assert len(codes) == len(set(codes))


def test_every_case_that_a_probe_can_find_has_its_sentence() -> None:
    found: set[tuple[str, str]] = set()
    for path in CASES.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        found.update(re.findall(r'Finding\("(\w+)", "\w+", "(\w+)"', source))
        found.update(re.findall(r'unknown\("(\w+)", "(\w+)"', source))
        found.update((code, "unknown") for code in re.findall(r'unknown\("(\w+)"\)', source))
    assert len(found) > 30
    assert [one for one in sorted(found) if not is_known(f"hub.{one[0]}_{one[1]}")] == []


def test_a_part_that_cannot_be_looked_at_hides_no_other(
    hub: Hub, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("hub.health.watch.disk", fails)
    levels = {one.code: one.level for one in hub.health.findings()}
    assert levels["disk"] == "unknown"
    assert levels["queue"] == "ok"
    assert "The hub cannot tell how much room its disk has." in Phone(app, hub).page()


def test_a_phone_sets_the_clock_and_the_order_stays(hub: Hub, app: Flask) -> None:
    phone = Phone(app, hub)
    later_s = int(time.time()) + 40 * 24 * 3600
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        sent = tablet.answer(asked(reply), right_answer(hub, asked(reply)))
        reply = tablet.reply(sent)
        phone.sends("/teacher/hub/clock", now=later_s * 1000, zone=180)
        sent = tablet.answer(asked(reply), right_answer(hub, asked(reply)))
        tablet.receipt(sent)
    assert abs(hub.clock.now().wall_s - later_s) < 60
    assert hub.health.by() == "phone"
    rows = hub.writer.call(
        lambda database: database.conn.execute(
            "SELECT monotonic_ms, wall_s FROM attempts ORDER BY hub_seq"
        ).fetchall()
    )
    assert rows[0][0] <= rows[1][0]
    assert rows[1][1] - rows[0][1] > 39 * 24 * 3600
    assert rebuild(hub.reader, 1)[1].is_equal
    assert gaps(hub.reader) == 0
    (word,) = events(hub, "clock")
    assert (word["zone_min"], word["is_undone"]) == (180, False)


def test_a_clock_that_a_phone_set_outlives_the_program_but_not_the_machine(
    start_hub: StartHub, tmp_path: Path
) -> None:
    root = board(tmp_path / "root")
    hub = start_hub(machine=machine(root))
    hub.health.deeds.set_clock(time.time() + 9_000, phone="a", zone_min=60)
    hub.stop()
    hub = start_hub(machine=machine(root))
    assert hub.clock.now().wall_s - time.time() > 8_000
    hub.stop()
    (root / "proc/sys/kernel/random/boot_id").write_text("another\n")
    hub = start_hub(machine=machine(root))
    assert abs(hub.clock.now().wall_s - time.time()) < 60
    assert hub.health.deeds.zone_min == 60
    assert not hub.clock.now().is_trusted, "it stands where the log has been already"


def test_setting_the_clock_is_taken_back_by_one_tap(hub: Hub, app: Flask) -> None:
    phone = Phone(app, hub)
    phone.sends("/teacher/hub/clock", now=int(time.time() + 9_000) * 1000)
    assert "Take this back" in phone.page()
    phone.sends("/teacher/hub/clock/undo")
    assert abs(hub.clock.now().wall_s - time.time()) < 60
    assert "Take this back" not in phone.page()
    assert [one["is_undone"] for one in events(hub, "clock")] == [False, True]


IMPOSSIBLE: list[dict[str, object]] = [
    {"now": (EARLIEST_PLAUSIBLE_S - 9) * 1000},
    {"now": LATEST_PLAUSIBLE_S * 1000},
    {"now": "-1"},
    {"now": "9" * 40},
    {"now": HOSTILE},
    {"typed": "1970-01-01T00:00"},
    {"typed": "2026-13-45T99:99"},
    {"typed": HOSTILE},
    {},
]


def test_a_time_that_cannot_be_is_refused_and_changes_nothing(hub: Hub, app: Flask) -> None:
    phone = Phone(app, hub)
    for said in IMPOSSIBLE:
        response = phone.sends("/teacher/hub/clock", **said)
        page = response.get_data(as_text=True)
        assert response.status_code == 400, said
        assert "nobody is in that year" in page
        assert HOSTILE not in page
    assert hub.clock.told is None
    assert events(hub, "clock") == []


def test_a_time_can_be_typed_where_no_script_runs(hub: Hub, app: Flask) -> None:
    phone = Phone(app, hub)
    hub.health.deeds.zone_min = 180
    phone.sends("/teacher/hub/clock", typed="2027-03-01T11:30")
    assert time.gmtime(hub.clock.now().wall_s)[:5] == (2027, 3, 1, 8, 30)
    assert "2027-03-01 11:30" in phone.page()


def test_two_phones_that_disagree_are_told_and_the_teacher_decides(
    hub: Hub, app: Flask
) -> None:
    first, second = Phone(app, hub), Phone(app, hub)
    now_s = int(time.time())
    first.sends("/teacher/hub/clock", now=now_s * 1000)
    first.sends("/teacher/hub/clock", now=(now_s + 3_600) * 1000)
    response = second.sends("/teacher/hub/clock", now=now_s * 1000)
    assert response.status_code == 409
    assert "differs from this one by 60 minutes" in response.get_data(as_text=True)
    assert hub.clock.now().wall_s >= now_s + 3_600
    second.sends("/teacher/hub/clock", now=now_s * 1000, sure=1)
    assert hub.clock.now().wall_s < now_s + 600
    assert second.sends("/teacher/hub/clock", now=(now_s + 60) * 1000).status_code == 302


def test_the_greeting_stands_on_the_live_page_until_it_is_read(
    start_hub: StartHub, app: Flask, hub: Hub
) -> None:
    assert "After the power came back" not in Phone(app, hub).page("/teacher/")
    hub.health.is_serving = False
    hub.stop()
    again = start_hub()
    over = threading.Event()
    phone = Phone(create_app(again.parts, over), again)
    page = phone.page("/teacher/")
    assert "The hub had stopped for less than a minute." in page
    assert "No answer had come before, so none is lost." in page
    phone.sends("/teacher/hub/greeting")
    assert "The hub had stopped" not in phone.page("/teacher/")
    over.set()


def test_the_technicians_file_holds_no_name_no_answer_and_no_secret(
    hub: Hub, app: Flask
) -> None:
    hub.teaching.add_learners(1, ["Zawadi Secretname"])
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        sent = tablet.answer(asked(reply), ANSWER)
        tablet.receipt(sent)
    code = hub.teacher_door.new_one_time_code()
    phone = Phone(app, hub)
    response = phone.client.get("/teacher/hub/file", base_url=base(hub))
    assert "attachment" in response.headers["Content-Disposition"]
    body = response.get_data(as_text=True)
    found = json.loads(body)
    assert found["form"] == "mangotree-hub-check"
    assert found["log"]["answers"] == 1
    assert found["log"]["gaps"] == 0
    assert {one["code"] for one in found["findings"]} >= {"queue", "disk", "power"}
    secrets = [
        *(learner.name for learner in hub.people.in_class(1)),
        *(one.name for one in hub.people.classes.values()),
        *(one.join_code for one in hub.people.classes.values()),
        *(device.name for device in hub.devices.all.values()),
        *(device.mqtt_hash for device in hub.devices.all.values()),
        ANSWER, code, hub.control_token, str(hub.home.path), hub.settings.hub_name,
        "password", "secret", sent.session,
    ]  # fmt: skip
    assert [one for one in secrets if one and one in body] == []


def test_a_file_can_be_made_where_there_is_no_database(tmp_path: Path) -> None:
    here = machine(board(tmp_path))
    found = json.loads(report("1.0", [], here, None))
    assert found["machine"]["data_on"] == ["ext4", "mmcblk0"]
    assert "log" not in found


def test_a_stranger_sees_nothing_of_the_hub(hub: Hub, app: Flask) -> None:
    client = app.test_client()
    for path in ("/teacher/hub", "/teacher/hub/file"):
        response = client.get(path, base_url=base(hub))
        assert response.status_code == 302
        assert "/teacher/sign-in" in response.headers["Location"]


def test_who_repairs_the_machine_sees_this_page_and_an_assistant_does_not(
    hub: Hub, app: Flask
) -> None:
    statuses: dict[Role, int] = {
        "head": 200, "teacher": 200, "technician": 200, "assistant": 403,
    }  # fmt: skip
    for role, status in statuses.items():
        client = teacher(app, hub, role, [1])
        response = client.get("/teacher/hub", base_url=base(hub))
        assert response.status_code == status, role
        page = response.get_data(as_text=True)
        assert [one.name for one in hub.people.in_class(1) if one.name in page] == []


def test_the_disk_lasts_for_days_at_the_pace_of_late(hub: Hub) -> None:
    with closing(open_reading(hub.home.database)) as connection:
        assert bytes_a_day(connection) is None, "no whole day to judge by"
