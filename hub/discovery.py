"""The hub's announcement on its network, so that a device and a person find it by name."""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal

from devices.discovery import HUB_SERVICE, MQTT_PORT_KEY, PATH_KEY, VERSION_KEY
from devices.messages import WIRE_VERSION

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

log = logging.getLogger(__name__)

_MQTT_SERVICE = "_mqtt._tcp.local."
_HTTP_SERVICE = "_http._tcp.local."
#: A hub in reach answers within some 100 ms; on Wi-Fi the first question may get lost, and
#: the library asks again after 1 s.
_ASK_MS = 1_500
_MOST_HUBS = 50
_STOP_S = 5.0
#: A router that starts with the hub gives an address 5 to 60 s later: ten more are not felt,
#: and a look at the machine's cards takes 1 ms.
_LOOK_S = 10.0

State = Literal["off", "starting", "on", "failed"]


class Advertisement:
    """One hub under `_mangotree._tcp`, `_mqtt._tcp` and `_http._tcp`.

    `reachable` says where the hub is reached now, and is asked again every `look_s`: a network
    comes late, and changes. `interfaces` are the addresses to announce on, None for all. A hub
    whose name is taken becomes "name-2"; `name` says which it is. Announcing goes on in a
    thread of its own, for it takes 5 s; a class does not depend on it, so a failure is shown
    as the `state`, with its `problem`, stops nothing and is tried again.
    """

    def __init__(
        self,
        name: str,
        http_port: int,
        mqtt_port: int,
        *,
        path: str = "/",
        interfaces: Sequence[str] | None = None,
        reachable: Callable[[], Sequence[str]] | None = None,
        look_s: float = _LOOK_S,
    ) -> None:
        self.name = name
        self.state: State = "off"
        self.problem = ""
        self._wanted_name = name
        self._http_port = http_port
        self._mqtt_port = mqtt_port
        self._path = path
        self._interfaces = interfaces
        self._reachable = reachable or _addresses_here
        self._look_s = look_s
        self._settled = threading.Event()
        self._stop_asked = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to announce; back at once."""
        self.state = "starting"
        self._settled.clear()
        self._stop_asked.clear()
        self._thread = threading.Thread(target=self._run, name="advertisement", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float) -> bool:
        """Whether the hub can be found within that time; a failure ends the wait."""
        return self._settled.wait(timeout_s) and self.state == "on"

    def stop(self) -> None:
        """Say goodbye, so that nobody tries this hub any more."""
        self._stop_asked.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)
        self._thread = None
        self.state = "off"

    def _run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                self._be_found_at(self._reachable())
            except Exception as error:  # the thread's boundary: the class goes on without
                problem = f"the hub cannot be found by name: {error}; give its address"
                # What stays wrong is tried with each look, and stands in the journal once.
                if problem != self.problem:
                    log.exception("advertisement=failed")
                self.state, self.problem = "failed", problem
                self._settled.set()
                self._stop_asked.wait(self._look_s)

    def _be_found_at(self, addresses: Sequence[str]) -> None:
        """Back when others take their place, or at the end.

        All is opened anew for them: the library could move an open one to other interfaces,
        but not ask there again whether the name is free.
        """
        from zeroconf import InterfaceChoice, Zeroconf  # noqa: PLC0415 - 0.2 s of import

        if not addresses:
            self.state = "starting"
            self._stay_at(addresses)
            return
        asked = InterfaceChoice.All if self._interfaces is None else list(self._interfaces)
        with Zeroconf(interfaces=asked) as network:
            self._announce(network, addresses)
            self.state, self.problem = "on", ""
            self._settled.set()
            log.info("advertisement=on name=%r", self.name)
            self._stay_at(addresses)
            self.state = "starting"

    def _stay_at(self, addresses: Sequence[str]) -> None:
        while not self._stop_asked.wait(self._look_s):
            if set(self._reachable()) != set(addresses):
                return

    def _announce(self, network: Zeroconf, addresses: Sequence[str]) -> None:
        """All three under the first name that is free."""
        self.name = self._wanted_name
        for number in range(2, _MOST_HUBS):
            if not self._is_taken(network):
                break
            self.name = f"{self._wanted_name}-{number}"
        about = {VERSION_KEY: str(WIRE_VERSION), PATH_KEY: self._path}
        about[MQTT_PORT_KEY] = str(self._mqtt_port)
        ports = {HUB_SERVICE: self._http_port, _MQTT_SERVICE: self._mqtt_port}
        for kind, port in (ports | {_HTTP_SERVICE: self._http_port}).items():
            if not self._stop_asked.is_set():
                service = self._service(kind, port, about, addresses)
                network.register_service(service, cooperating_responders=True)

    def _is_taken(self, network: Zeroconf) -> bool:
        """Whether another hub answers to `name`.

        Asked for by hand: the library's own probe wants its answer by unicast, which never
        arrives when the other hub, or avahi, runs on the same machine.
        """
        if self._stop_asked.is_set():
            return False
        name = f"{self.name}.{HUB_SERVICE}"
        return network.get_service_info(HUB_SERVICE, name, timeout=_ASK_MS) is not None

    def _service(
        self, kind: str, port: int, about: dict[str, str], addresses: Sequence[str]
    ) -> ServiceInfo:
        from zeroconf import ServiceInfo  # noqa: PLC0415 - loaded by now

        return ServiceInfo(
            kind,
            f"{self.name}.{kind}",
            port=port,
            properties=about,
            server=f"{_host_label(self.name)}.local.",
            parsed_addresses=list(addresses),
        )


def _addresses_here() -> list[str]:
    """Where others reach this machine now; none while no network has let it in."""
    from ifaddr import get_adapters  # noqa: PLC0415 - comes with zeroconf, asked for as seldom

    found = (str(ip.ip) for card in get_adapters() for ip in card.ips if ip.is_IPv4)
    return [address for address in found if not ip_address(address).is_loopback]


def _host_label(name: str) -> str:
    """`name` as one label of a host name: "Mango tree, Kisumu" is mango-tree-kisumu."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    label = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].rstrip("-")
    return label or "mangotree"
