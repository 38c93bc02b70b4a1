"""The lock files hold what the project asks for, each byte of it known by hash."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.tree import ROOT, files, name, pyproject

RUNTIME = "requirements.lock"
BUILD = "requirements-build.lock"
DEVELOPMENT = "requirements-dev.lock"
PEERS = "requirements-peers.lock"
LOCKS = [RUNTIME, BUILD, DEVELOPMENT, PEERS]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def entries(lock: str) -> dict[str, str]:
    """Each requirement of a lock file: its name, and all that stands about it."""
    joined = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    kept = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    found: dict[str, str] = {canonicalize_name(line.split("==")[0]): line for line in kept}
    assert len(found) == len(kept), f"{lock} names something twice"
    return found


def versions(lock: str) -> dict[str, str]:
    return {name: line.split("==")[1].split()[0] for name, line in entries(lock).items()}


def wanted() -> dict[str, list[str]]:
    """What pyproject.toml and tests/bench/peers.in ask for, by the lock that must answer."""
    project = pyproject()
    needed: list[str] = project["project"]["dependencies"]
    development: list[str] = project["project"]["optional-dependencies"]["dev"]
    peers = (ROOT / "tests/bench/peers.in").read_text(encoding="utf-8").splitlines()
    return {
        RUNTIME: needed,
        BUILD: project["build-system"]["requires"],
        DEVELOPMENT: needed + development + project["build-system"]["requires"],
        PEERS: [line for line in peers if not line.startswith("#")],
    }


def test_every_lock_file_is_one_of_these() -> None:
    found = {name(path) for path in files(".lock")}
    assert found == {*LOCKS, "Cargo.lock", "core_rs/bench/Cargo.lock"}


def test_the_benchmarks_are_locked_to_the_version_of_the_kernels() -> None:
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    lock = tomllib.loads((ROOT / "core_rs/bench/Cargo.lock").read_text(encoding="utf-8"))
    locked = {package["name"]: package["version"] for package in lock["package"]}
    version = workspace["workspace"]["package"]["version"]
    assert locked["mangotree-kernels"] == version, "a build with --locked would be refused"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_has_a_hash(lock: str) -> None:
    assert [line for line in entries(lock).values() if not HASH.search(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_gives_no_option_and_no_address(lock: str) -> None:
    odd = re.compile(r"^\s*-(?!-hash=)|://|@ ", re.MULTILINE)
    assert odd.findall((ROOT / lock).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_answers_what_the_project_asks_for(lock: str) -> None:
    locked = versions(lock)
    for requirement in map(Requirement, wanted()[lock]):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{lock} lacks {requirement.name}"
        assert requirement.specifier.contains(version), f"{lock}: {requirement}, not {version}"


@pytest.mark.parametrize("lock", [RUNTIME, BUILD])
def test_developers_run_the_versions_that_schools_run(lock: str) -> None:
    development = versions(DEVELOPMENT)
    differing = {
        name: (version, development.get(name))
        for name, version in versions(lock).items()
        if development.get(name) != version
    }
    assert differing == {}
