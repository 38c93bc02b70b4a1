"""The composition root: builds the hub from its parts, starts them in order, stops them."""

from __future__ import annotations

import logging
import secrets
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.broker.access import hash_secret
from hub.broker.base import HUB, Broker, Login
from hub.classroom import Classroom
from hub.clock import Clock
from hub.enrolling import Enrolling
from hub.errors import PackBroken
from hub.flagging import Flagging
from hub.health.machine import Machine
from hub.health.watch import Organs, watch
from hub.home import Home, Running
from hub.insight.growth import Grown
from hub.insight.progress import Progress
from hub.intake import Intake
from hub.keeper import Keeper
from hub.lesson.models import Models
from hub.lesson.packs import Packs, put_back
from hub.lesson.rebuild import resume
from hub.lesson.room import Room
from hub.roster.codes import Codes
from hub.roster.devices import Devices
from hub.roster.door import Door
from hub.roster.hub_keys import HubKeys
from hub.roster.people import People
from hub.roster.seats import Seats
from hub.roster.teacher_door import TeacherDoor
from hub.roster.teacher_sessions import TeacherSessions
from hub.roster.teachers import Teachers
from hub.roster.tries import Tries
from hub.settings import Settings
from hub.speech.narrator import Narrator
from hub.speech.shelf import Shelf
from hub.speech.voices import VOICE
from hub.store import log
from hub.store.database import open_reading, open_writing
from hub.store.ledger import Ledger
from hub.store.log import Attempt
from hub.store.migrations import begin_boot
from hub.store.receipts import Receipts
from hub.store.writer import Writer
from hub.teaching import Teaching
from hub.web.parts import MqttDoor, Parts
from hub.web.server import WebServer
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from models.domain.signing import Keys

if TYPE_CHECKING:
    from hub.broker.gateway import Gateway

logger = logging.getLogger(__name__)

#: More sounds than one child taps; 64 at once may be a page that is looked through.
TAPS_PER_S = 2.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the hub is reached once it runs."""

    http: int
    mqtt: int
    websocket: int | None


class Hub:
    """One hub on one data folder. `start` returns when tablets can work; `stop` is clean."""

    def __init__(
        self,
        home: Path,
        settings: Settings,
        *,
        clock: Clock | None = None,
        demo_pack: Path | None = None,
        machine: Machine | None = None,
    ) -> None:
        self.home = Home(home)
        self.machine = Machine(self.home.path.resolve()) if machine is None else machine
        self.settings = settings
        self.clock = Clock() if clock is None else clock
        self._demo_pack = starter_path() if demo_pack is None else demo_pack
        self._running = ExitStack()

    def start(self, *, demo: bool = False) -> None:
        """Starts every part; what was started stops again when a later one cannot.

        `demo` opens a class to try the hub with, unless there is a class already.
        """
        with ExitStack() as started:
            self._start(started, demo=demo)
            self._running = started.pop_all()

    def stop(self) -> None:
        """Stops every part in the opposite order; answers that wait are written first."""
        self._running.close()

    def _start(self, started: ExitStack, *, demo: bool) -> None:
        self.home.open()
        started.callback(self.home.close)
        self._open_store(started)
        self._open_classes(started)
        if demo and not self.people.classes:
            self._add_demo_class()
        self._serve_pages(started)
        broker = self._start_broker(started)
        self._connect(started, broker)
        self.ports = Ports(self.web.port, broker.port, broker.websocket_port)
        self._advertise(started)
        self._announce(broker)
        self.health.is_serving = True

    def _open_store(self, started: ExitStack) -> None:
        """Pages and people need the writer; it is the first to start and the last to stop."""
        database = open_writing(self.home.database)
        started.callback(database.conn.close)
        boot = begin_boot(database, self.clock.now())
        self.receipts = Receipts()
        self.writer = Writer(
            database,
            window_ms=self.settings.receipt_window_ms,
            on_durable=self.receipts.on_durable,
        )
        self.reader = open_reading(self.home.database)
        self.ledger = Ledger(
            self.writer,
            self.clock,
            hub_boot=boot,
            last_seq=log.last_seq(self.reader),
        )
        self.writer.start()
        started.callback(self.writer.stop)
        started.callback(self.reader.close)

    def _open_classes(self, started: ExitStack) -> None:
        self.people = People(self.writer, self.reader)
        self.people.load()
        self.keys = HubKeys(self.writer, self.reader)
        self._open_teachers()
        self.devices = Devices(self.writer, self.reader, hash_for_broker=hash_secret)
        self.devices.load(self.keys.key("session_key"))
        self.door = Door(
            self.people,
            Codes(self.writer, self.reader),
            Tries(self.writer, self.reader),
            Seats(self.writer, self.reader),
        )
        self.door.load()
        self.progress = Progress()
        models, packs = Models(self.reader), Packs(self.reader)
        rooms = self._rooms(models, packs)
        for room in rooms.values():
            self.receipts.load(room.positions.items())
        self.classroom = Classroom(rooms, self.devices, self.ledger)
        self.grown = Grown()
        self._watch_health(started)
        self.flagging = Flagging(self.classroom, self.reader)
        self.flagging.start()
        self.classroom.watchers += [
            self.progress.on_answer,
            self.door.seats.on_answer,
            self._grow,
            self.health.on_answer,
            self.flagging.on_answer,
        ]
        self.teaching = Teaching(
            self.classroom, self.people, self.writer, models, packs, Keys(self.home.keys)
        )
        self.enrolling = Enrolling(
            self.teaching, self.classroom, self.people, self.writer, models, packs
        )
        self.teaching.catch_up()
        passing = self.teaching.words.pass_time
        keeper = Keeper(self.classroom, self.writer, on_look=passing)
        keeper.start()
        started.callback(keeper.stop)
        started.callback(self.teacher_door.sessions.stop)

    def _watch_health(self, started: ExitStack) -> None:
        """Its last sign of life stands behind all else that a stop writes."""
        organs = Organs(self.machine, self.clock, self.writer, self.devices, self.progress)
        self.health = watch(organs, self.reader, self.ledger, self.classroom.lock)
        self.classroom.on_gap = self.health.on_gap
        self.health.start()
        started.callback(self.health.stop)

    def _open_teachers(self) -> None:
        now = self.ledger.now
        self.teacher_door = TeacherDoor(
            Teachers(self.writer, self.reader, now=now),
            TeacherSessions(self.writer, self.reader, now=now),
            self.writer,
            self.reader,
            mark_key=self.keys.key("cookie_key"),
        )
        self.teacher_door.load()

    def _grow(self, row: Attempt) -> None:
        room = self.classroom.rooms[row.class_id]
        skill = room.pack.item_skills[row.item][0]
        self.grown.see(
            row.learner, room.pack.skills[skill].id, room.mastery(row.learner, skill)
        )

    def _rooms(self, models: Models, packs: Packs) -> dict[int, Room]:
        """All classes as their logs make them; a pack that came with the hub mends itself."""
        try:
            return self._resumed(models, packs)
        except PackBroken as error:
            _, shipped = load_pack(self._demo_pack)
            if not put_back(self.writer, error.digest, shipped):
                raise
            logger.warning("pack_put_back digest=%s error=%s", error.digest, error)
        return self._resumed(models, packs)

    def _resumed(self, models: Models, packs: Packs) -> dict[int, Room]:
        classes = self.people.classes
        return {one: resume(self.reader, one, models, packs) for one in classes}

    def _serve_pages(self, started: ExitStack) -> None:
        self.control_token = secrets.token_urlsafe(16)
        self.parts = Parts(
            settings=self.settings,
            people=self.people,
            devices=self.devices,
            teacher_door=self.teacher_door,
            door=self.door,
            classroom=self.classroom,
            teaching=self.teaching,
            enrolling=self.enrolling,
            flagging=self.flagging,
            receipts=self.receipts,
            progress=self.progress,
            grown=self.grown,
            intake=Intake(self.settings.answers_per_s),
            narrator=self._narrator(started),
            listening=Intake(TAPS_PER_S),
            writer=self.writer,
            clock=self.clock,
            control_token=self.control_token,
            cookie_key=self.keys.key("cookie_key"),
            database=self.home.database,
            health=self.health,
        )
        self.web = WebServer(self.parts, host=self._bind, port=self.settings.http_port)
        self.web.start()
        started.callback(self.web.stop)

    def _narrator(self, started: ExitStack) -> Narrator:
        """The hub's voice; without the program it has none, and says so."""
        found = shutil.which(VOICE)
        narrator = Narrator(None if found is None else Path(found), Shelf(self.home.sounds))
        narrator.start()
        started.callback(narrator.stop)
        return narrator

    @property
    def _bind(self) -> str:
        if self.settings.listen == "loopback":
            return "127.0.0.1"
        return "0.0.0.0"  # noqa: S104 - tablets come over every interface of the hub

    def _start_broker(self, started: ExitStack) -> Broker:
        self._hub_secret = secrets.token_urlsafe(16)
        self._hub_login = Login(HUB, hash_secret(self._hub_secret), None)
        broker = self._make_broker()
        broker.start()
        started.callback(broker.stop)
        return broker

    def _make_broker(self) -> Broker:
        """The one broker that the settings name; each is imported only when it is wanted."""
        port, websocket_port = self.settings.mqtt_port, self.settings.websocket_port
        if self.settings.broker == "mosquitto":
            from hub.broker.mosquitto import MosquittoBroker

            return MosquittoBroker(
                folder=self.home.broker,
                logins=self._logins,
                host=self._bind,
                port=port,
                websocket_port=websocket_port,
            )
        from hub.broker.embedded import EmbeddedBroker

        return EmbeddedBroker(
            find_login=self._find_login,
            host=self._bind,
            port=port,
            websocket_port=websocket_port,
        )

    def _logins(self) -> list[Login]:
        devices = [self._find_login(str(device)) for device in self.devices.all]
        return [self._hub_login, *(login for login in devices if login is not None)]

    def _find_login(self, username: str) -> Login | None:
        if username == HUB:
            return self._hub_login
        device = self.devices.all.get(int(username)) if username.isdecimal() else None
        if device is None or device.is_revoked:
            return None
        return Login(username, device.mqtt_hash, device.class_id)

    def _connect(self, started: ExitStack, broker: Broker) -> None:
        from hub.broker.gateway import Gateway

        self.gateway: Gateway = Gateway(
            self.classroom,
            self.devices,
            self.receipts,
            intake=self.parts.intake,
            progress=self.progress,
            is_open=self.door.is_open,
        )
        self.gateway.on_hello.append(self.health.on_hello)
        self.health.knocks = lambda: self.gateway.counts["unknown_device"]
        # Before it starts: pages are open, and it tells all classes once it is connected.
        self.teaching.on_state.append(self.gateway.tell_class)
        self.teaching.on_learner.append(self.gateway.tell_learner)
        self.gateway.start(broker, self._hub_secret)
        started.callback(self.gateway.stop)
        self.parts.mqtt = MqttDoor(broker.port, broker.websocket_port, broker.mqtt_version)
        self.parts.on_logins.append(broker.reload)
        # Who was paired by a page since the broker read its logins is let in, too.
        broker.reload()

    def _advertise(self, started: ExitStack) -> None:
        if not self.settings.advertise or self.settings.listen == "loopback":
            return
        from hub.discovery import Advertisement

        advertisement = Advertisement(
            name=self.settings.hub_name, http_port=self.ports.http, mqtt_port=self.ports.mqtt
        )
        advertisement.start()
        started.callback(advertisement.stop)
        self.parts.found_by_name = lambda: advertisement.state
        self.health.name_state = self.parts.found_by_name

    def _announce(self, broker: Broker) -> None:
        classes = list(self.people.classes.values())
        self.home.announce(
            Running(
                pid=self.web.pid,
                http_port=self.ports.http,
                mqtt_port=self.ports.mqtt,
                websocket_port=self.ports.websocket,
                broker=broker.name,
                broker_pids=broker.pids,
                join_code=classes[0].join_code if classes else "",
                control_token=self.control_token,
            )
        )

    def _add_demo_class(self) -> None:
        _, body = load_pack(self._demo_pack)
        pack = self.teaching.install_pack(body, where=str(self._demo_pack))
        self.teaching.add_class("Demo class", pack, DEMO_NAMES)


#: Common names of many places; nobody's in particular.
DEMO_NAMES = [
    "Amani",
    "Baraka",
    "Chausiku",
    "Daudi",
    "Esha",
    "Farida",
    "Gamba",
    "Halima",
    "Imani",
    "Jabali",
    "Kito",
    "Lulu",
    "Makena",
    "Neema",
    "Omar",
    "Penda",
    "Rashid",
    "Salma",
    "Tatu",
    "Zuri",
]
