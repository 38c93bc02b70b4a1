"""Nothing in the repository names a machine, a person's folder or a package index."""

from __future__ import annotations

import re

from tests.repository.tree import ROOT, files, name, refuse, text

#: Hosts that only the package clients' own settings may name. Joined here, so that this
#: file does not hold what it looks for.
INDEX_HOSTS = [
    ".".join(host)
    for host in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("crates", "io"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("proxy", "golang", "org"),
    )
]
#: A folder of some machine: /home/pi and the system's own folders are a hub's, not ours.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|Users|home/(?!pi\b))[/\w]|/tmp/\w")
#: What cargo writes for every crate that comes from the public registry.
CRATE_SOURCE = 'source = "registry+https://github.com/rust-lang/' + "crates" + '.io-index"'


def findings(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name(path)}:{number}"
        for path in files()
        if path != ROOT / "tests/repository/test_addresses.py"
        for number, line in enumerate((text(path) or "").splitlines(), start=1)
        if line != CRATE_SOURCE and pattern.search(line)
    ]


def test_no_file_names_a_package_index() -> None:
    hosts = re.compile("|".join(re.escape(host) for host in INDEX_HOSTS))
    refuse(findings(hosts), "no package index by name")


def test_no_file_names_a_folder_of_some_machine() -> None:
    refuse(findings(MACHINE_PATHS), "no folder of some machine")


def test_every_crate_comes_from_the_public_registry_with_its_checksum() -> None:
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    crates = [crate for crate in lock.split("[[package]]") if "source = " in crate]
    assert crates
    assert [crate for crate in crates if CRATE_SOURCE not in crate] == []
    assert [
        crate for crate in crates if not re.search(r'checksum = "[0-9a-f]{64}"', crate)
    ] == []


def test_a_path_of_some_machine_would_be_found() -> None:
    planted = ["see /work/" + "main", "/home/" + "ada/hub", "/roo" + "t/x", "'/tm" + "p/a'"]
    harmless = ["docs/work/one", "/home/pi/hub", "/run/mangotree", "../shared/data"]
    assert all(MACHINE_PATHS.search(line) for line in planted)
    assert not any(MACHINE_PATHS.search(line) for line in harmless)
