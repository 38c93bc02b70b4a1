"""What holds for every test: no internet, one word for what takes long."""

from __future__ import annotations

import ipaddress
import socket
import sys

import hypothesis
import pytest

#: A busy machine of two cores makes a property slow, and its examples; not wrong.
hypothesis.settings.register_profile(
    "mangotree",
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("mangotree")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of single parts of `./check`."""
    parser.addoption("--cuts", type=int, default=60, help="power cuts for tests/faults")


@pytest.fixture
def cuts(request: pytest.FixtureRequest) -> int:
    """How many power cuts were asked for."""
    return int(request.config.getoption("--cuts"))


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and shut the way out."""
    config.addinivalue_line("markers", "slow: takes longer than the quick tests; ./check slow")
    sys.addaudithook(refuse_the_internet)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the pages last: Playwright leaves an event loop running in the main thread.

    Whatever starts a loop of its own there afterwards (a broker, zeroconf) would fail.
    """
    items.sort(key=lambda item: not {"browser", "browser_faults"}.isdisjoint(item.path.parts))


def refuse_the_internet(event: str, arguments: tuple[object, ...]) -> None:
    """Fail whatever would connect to another machine: a school has no internet.

    A datagram socket may "connect", which sends nothing: that is how a hub learns which of
    its own addresses the class can reach.
    """
    if event != "socket.connect":
        return
    connecting, address = arguments
    assert isinstance(connecting, socket.socket)
    if connecting.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    if connecting.type == socket.SOCK_DGRAM or not isinstance(address, tuple):
        return
    if not is_this_machine(str(address[0])):
        raise PermissionError(f"a test tried to reach {address[0]}")


def is_this_machine(host: str) -> bool:
    """Whether `host` is a loopback address, or a name for one."""
    try:
        found = ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return host in {"localhost", ""}
    return found.is_loopback or found.is_unspecified
