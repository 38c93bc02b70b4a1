"""The settings file: each setting declared once, and an unknown or wrong one refused."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, get_args, get_type_hints

import msgspec

from hub.errors import SettingsError

FILE_NAME = "settings.toml"
Port = Annotated[int, msgspec.Meta(ge=0, le=65535, description="a port, 0 for any free one")]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a technician may set, with its default.

    hub_name: how the hub calls itself on the network and on its pages.
    broker: embedded (inside the hub) or mosquitto (its own process).
    listen: network serves every tablet in reach, loopback only this machine.
    http_port, mqtt_port, websocket_port: where pages, devices and browsers' sockets connect.
    receipt_window_ms: how long answers gather before one write makes them safe.
    answers_per_s: how many answers a second one device may send.
    advertise: whether the hub announces itself by zeroconf.
    """

    hub_name: Annotated[
        str, msgspec.Meta(min_length=1, max_length=40, description="1 to 40 characters")
    ] = "Mangotree"
    broker: Literal["embedded", "mosquitto"] = "embedded"
    listen: Literal["network", "loopback"] = "network"
    http_port: Port = 8080
    mqtt_port: Port = 1883
    websocket_port: Port = 8083
    receipt_window_ms: Annotated[
        int, msgspec.Meta(ge=0, le=2000, description="0 to 2000 milliseconds")
    ] = 450
    answers_per_s: Annotated[
        float, msgspec.Meta(gt=0, le=1000, description="more than 0, at most 1000")
    ] = 200.0
    advertise: bool = True


def load_settings(home: Path) -> Settings:
    """The settings in `home`, or the defaults where there is no file.

    Raises SettingsError with the key, the allowed values and the line.
    """
    path = home / FILE_NAME
    if not path.exists():
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"{path}: this is not TOML: it is not written in UTF-8."
        raise SettingsError(message, key="", line=None) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) if found else None
        raise SettingsError(f"{path}: this is not TOML: {error}", key="", line=line) from error
    for key, value in values.items():
        _check(path, text, key, value)
    return msgspec.convert(values, Settings)


def allowed(key: str) -> str:
    """What `key` may be, in words."""
    hint = get_type_hints(Settings, include_extras=True)[key]
    if hint is bool:
        return "true or false"
    for meta in getattr(hint, "__metadata__", ()):
        return str(meta.description)
    return " or ".join(f'"{value}"' for value in get_args(hint))


def _check(path: Path, text: str, key: str, value: object) -> None:
    line = _line_of(key, text)
    place = f"{path}, line {line}"
    hints = get_type_hints(Settings, include_extras=True)
    if key not in hints:
        known = ", ".join(hints)
        message = f"{place}: there is no setting '{key}'. The settings are: {known}."
        raise SettingsError(message, key=key, line=line)
    try:
        msgspec.convert(value, hints[key])
    except msgspec.ValidationError as error:
        message = f"{place}: '{key}' cannot be {value!r}; allowed: {allowed(key)}."
        raise SettingsError(message, key=key, line=line) from error


def _line_of(key: str, text: str) -> int:
    pattern = re.compile(rf"^\s*\[*\s*[\"']?{re.escape(key)}\b")
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.match(line):
            return number
    return 1
