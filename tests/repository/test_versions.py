"""The product has one version, said once."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib

import hub
from hub._core import __version__ as core_version
from tests.repository.tree import ROOT


def workspace_version() -> str:
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    return str(cargo["workspace"]["package"]["version"])


def test_python_and_rust_tell_the_same_version() -> None:
    told = {
        "the hub": hub.__version__,
        "the core": core_version,
        "the distribution": importlib.metadata.version("mangotree"),
    }
    assert told == dict.fromkeys(told, workspace_version())


def test_the_changelog_begins_with_what_comes_or_what_is() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = re.findall(r"^## +\[?([^\]\s]+)", changelog, re.MULTILINE)
    assert entries[0] in {"Unreleased", workspace_version()}


def test_the_promised_rust_is_the_one_that_is_checked() -> None:
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    promised = str(cargo["workspace"]["package"]["rust-version"])
    check = (ROOT / "check").read_text(encoding="utf-8")
    start = (ROOT / "start").read_text(encoding="utf-8")
    assert f"\nMSRV={promised}\n" in check
    assert f"\nRUST_WANTED={promised.removeprefix('1.')} " in start
