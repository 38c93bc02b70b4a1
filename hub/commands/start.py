"""Starts the hub, shows how to reach it, and serves until it is told to stop."""

from __future__ import annotations

import argparse
import io
import logging
import signal
import threading
from functools import partial

import ifaddr
import msgspec
import segno

from hub.app import Hub
from hub.errors import SettingsError
from hub.settings import Settings, allowed, load_settings


def run(asked: argparse.Namespace) -> int:
    """Serves until Ctrl-C or SIGTERM; everything is stopped and written when it returns."""
    logging.getLogger().setLevel(logging.INFO)
    for name in ("amqtt", "transitions", "werkzeug", "waitress"):
        logging.getLogger(name).setLevel(logging.WARNING)
    is_over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: is_over.set())
    hub = Hub(asked.home, _settings(asked))
    hub.start(demo=asked.demo)
    try:
        _welcome(hub)
        is_over.wait()
        print("\nStopping: writing what waits ...", flush=True)
    finally:
        hub.stop()
    print("Stopped. Everything that was receipted is on the disk.", flush=True)
    return 0


def _settings(asked: argparse.Namespace) -> Settings:
    settings = load_settings(asked.home)
    changes: dict[str, object] = {}
    if asked.broker is not None:
        changes["broker"] = asked.broker
    if asked.local:
        changes["listen"] = "loopback"
    if asked.any_port:
        changes |= {"http_port": 0, "mqtt_port": 0, "websocket_port": 0}
    if asked.port is not None:
        if not 0 <= asked.port <= 65535:
            message = f"--port cannot be {asked.port}; allowed: {allowed('http_port')}."
            raise SettingsError(message, key="http_port", line=None)
        changes["http_port"] = asked.port
    return msgspec.structs.replace(settings, **changes)


def _welcome(hub: Hub) -> None:
    show = partial(print, flush=True)
    address = f"http://{own_address(hub.settings)}:{hub.ports.http}"
    show(f"\n{hub.settings.hub_name} is ready.\n")
    for one in hub.people.classes.values():
        show(
            f"Tablets: open {address} and enter the code {one.join_code} ({one.name}), or scan:"
        )
        show(_qr(f"{address}/join/{one.join_code}"))
    if hub.teacher_door.teachers.heads:
        show(f"Teacher: open {address}/teacher/ and sign in with your password, or scan:")
        show(_qr(f"{address}/teacher/"))
        show("Forgot it? Run: mangotree code")
    else:
        code = hub.teacher_door.new_one_time_code()
        show(f"Teacher: open {address}/teacher/ and enter the one-time code {code}, or scan:")
        show(_qr(f"{address}/teacher/sign-in?code={code}"))
    show(f"Data: {hub.home.path}")
    show(_devices_line(hub))
    show("See a class at work: mangotree simulate class     Stop: Ctrl-C")


def _devices_line(hub: Hub) -> str:
    line = f"Devices: MQTT port {hub.ports.mqtt} ({hub.settings.broker} broker)"
    if hub.ports.websocket is None:
        return f"{line}; this broker has no WebSocket, so tablets use HTTP instead."
    return f"{line}, WebSocket port {hub.ports.websocket}."


def _qr(text: str) -> str:
    out = io.StringIO()
    segno.make(text, error="l").terminal(out, border=2, compact=True)
    return out.getvalue()


def own_address(settings: Settings) -> str:
    """The address at which tablets reach this machine; loopback where there is no network."""
    if settings.listen == "loopback":
        return "127.0.0.1"
    addresses = [
        str(one.ip)
        for adapter in ifaddr.get_adapters()
        for one in adapter.ips
        if one.is_IPv4 and not str(one.ip).startswith(("127.", "169.254.", "172.17."))
    ]
    return addresses[0] if addresses else "127.0.0.1"
