"""How a device finds the hubs of its network without being told an address."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.messages import WIRE_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zeroconf import ServiceInfo, ServiceStateChange, Zeroconf

#: What a hub announces itself as, and the keys that stand beside the name.
HUB_SERVICE = "_mangotree._tcp.local."
VERSION_KEY = "version"
PATH_KEY = "path"
MQTT_PORT_KEY = "mqtt"
_DETAILS_MS = 1_000


@dataclass(frozen=True, slots=True)
class FoundHub:
    """A hub that answered; `addresses` are numeric, `path` is where a device joins."""

    name: str
    addresses: tuple[str, ...]
    http_port: int
    mqtt_port: int
    wire_version: int
    path: str

    @property
    def speaks_ours(self) -> bool:
        """Whether this device understands that hub."""
        return self.wire_version == WIRE_VERSION


def find_hubs(
    timeout_s: float,
    *,
    interfaces: Sequence[str] | None = None,
    at_least: int | None = None,
) -> list[FoundHub]:
    """The hubs that answer within `timeout_s`, by name; earlier once there are `at_least`.

    `interfaces` are addresses of this machine to ask on; None means all of them. Raises
    OSError when there is no network at all.
    """
    from zeroconf import (  # noqa: PLC0415 - costs 0.2 s, and few ask for it
        InterfaceChoice,
        ServiceBrowser,
        Zeroconf,
    )

    asked = InterfaceChoice.All if interfaces is None else list(interfaces)
    deadline = time.monotonic() + timeout_s
    seen = _Seen()
    with Zeroconf(interfaces=asked) as network:
        browser = ServiceBrowser(network, HUB_SERVICE, handlers=[seen.on_change])
        try:
            return seen.read(network, deadline, at_least)
        finally:
            browser.cancel()


class _Seen:
    """The names that the browser's thread reports, read by the thread that asked."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._changed = threading.Condition()

    def on_change(
        self,
        *,
        name: str,
        state_change: ServiceStateChange,
        **_others: object,
    ) -> None:
        with self._changed:
            if state_change.name == "Removed":
                self._names.discard(name)
            else:
                self._names.add(name)
            self._changed.notify()

    def read(self, network: Zeroconf, deadline: float, at_least: int | None) -> list[FoundHub]:
        found: dict[str, FoundHub] = {}
        while at_least is None or len(found) < at_least:
            fresh = self._wait_for(lambda: self._names - found.keys(), deadline)
            if not fresh:
                break
            for name in fresh:
                info = network.get_service_info(HUB_SERVICE, name, timeout=_DETAILS_MS)
                hub = _hub_of(info) if info is not None else None
                if hub is not None:
                    found[name] = hub
        gone = found.keys() - self._names
        return sorted(
            (hub for name, hub in found.items() if name not in gone), key=lambda hub: hub.name
        )

    def _wait_for(self, fresh: Callable[[], set[str]], deadline: float) -> set[str]:
        with self._changed:
            left_s = max(0.0, deadline - time.monotonic())
            self._changed.wait_for(fresh, left_s)
            return fresh()


def _hub_of(info: ServiceInfo) -> FoundHub | None:
    """None for an announcement that is not one of a hub, whoever made it."""
    about = info.decoded_properties
    version, mqtt_port = about.get(VERSION_KEY), about.get(MQTT_PORT_KEY)
    if not (version and version.isdecimal() and mqtt_port and mqtt_port.isdecimal()):
        return None
    return FoundHub(
        name=info.name.removesuffix(f".{HUB_SERVICE}"),
        addresses=tuple(info.parsed_addresses()),
        http_port=info.port or 0,
        mqtt_port=int(mqtt_port),
        wire_version=int(version),
        path=about.get(PATH_KEY) or "/",
    )
