"""What the pages may use of the hub, handed to every view by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app

from hub.classroom import Classroom
from hub.clock import Clock
from hub.enrolling import Enrolling
from hub.flagging import Flagging
from hub.health.watch import Health
from hub.insight.growth import Grown
from hub.insight.progress import Progress
from hub.intake import Intake
from hub.paper.printer import Printer
from hub.roster.devices import Devices
from hub.roster.door import Door
from hub.roster.people import People
from hub.roster.teacher_door import TeacherDoor
from hub.roster.wrong_codes import WrongCodes
from hub.settings import Settings
from hub.speech.narrator import Narrator
from hub.store.receipts import Receipts
from hub.store.writer import Writer
from hub.teaching import Teaching


@dataclass(frozen=True, slots=True)
class MqttDoor:
    """How devices reach the broker; `websocket_port` is None where browsers cannot."""

    port: int
    websocket_port: int | None
    version: int


@dataclass(slots=True)
class Parts:
    """The hub as the pages see it; `mqtt` is None until the broker is up."""

    settings: Settings
    people: People
    devices: Devices
    teacher_door: TeacherDoor
    door: Door
    classroom: Classroom
    teaching: Teaching
    enrolling: Enrolling
    flagging: Flagging
    receipts: Receipts
    progress: Progress
    grown: Grown
    intake: Intake
    narrator: Narrator
    listening: Intake
    writer: Writer
    clock: Clock
    control_token: str
    cookie_key: str
    database: Path
    health: Health
    wrong_codes: WrongCodes = field(default_factory=WrongCodes)
    printer: Printer = field(default_factory=Printer)
    mqtt: MqttDoor | None = None
    found_by_name: Callable[[], str] = lambda: "off"
    on_logins: list[Callable[[], object]] = field(default_factory=list)

    def logins_changed(self) -> None:
        """A device was paired or shut out: whoever keeps logins reads them again."""
        for listener in self.on_logins:
            listener()


def parts() -> Parts:
    """The parts of the hub that serves this request."""
    return cast(Parts, current_app.extensions["mangotree"])
