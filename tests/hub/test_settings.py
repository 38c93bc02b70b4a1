"""The settings file: what is unknown or wrong is refused with key, line and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from hub import cli
from hub.errors import SettingsError
from hub.settings import Settings, allowed, load_settings

KEYS = Settings.__struct_fields__

WRONG = {
    'hub_nmae = "School"': (
        "line 1: there is no setting 'hub_nmae'. The settings are: " + ", ".join(KEYS) + "."
    ),
    '# our school\n\nbroker = "rabbit"': (
        "line 3: 'broker' cannot be 'rabbit'; allowed: \"embedded\" or \"mosquitto\"."
    ),
    'advertise = true\nhttp_port = "8080"': (
        "line 2: 'http_port' cannot be '8080'; allowed: a port, 0 for any free one."
    ),
    "http_port = true": (
        "line 1: 'http_port' cannot be True; allowed: a port, 0 for any free one."
    ),
    "mqtt_port = 65536": (
        "line 1: 'mqtt_port' cannot be 65536; allowed: a port, 0 for any free one."
    ),
    "websocket_port = -1": (
        "line 1: 'websocket_port' cannot be -1; allowed: a port, 0 for any free one."
    ),
    'listen = "everyone"': (
        "line 1: 'listen' cannot be 'everyone'; allowed: \"network\" or \"loopback\"."
    ),
    "receipt_window_ms = 2001": (
        "line 1: 'receipt_window_ms' cannot be 2001; allowed: 0 to 2000 milliseconds."
    ),
    "answers_per_s = 0": (
        "line 1: 'answers_per_s' cannot be 0; allowed: more than 0, at most 1000."
    ),
    "answers_per_s = nan": (
        "line 1: 'answers_per_s' cannot be nan; allowed: more than 0, at most 1000."
    ),
    'advertise = "yes"': "line 1: 'advertise' cannot be 'yes'; allowed: true or false.",
    'hub_name = ""': "line 1: 'hub_name' cannot be ''; allowed: 1 to 40 characters.",
    "[hub]\nname = 1": (
        "line 1: there is no setting 'hub'. The settings are: " + ", ".join(KEYS) + "."
    ),
}


def write(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    path = home / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    lines = [
        'hub_name = "Baobab"',
        'broker = "mosquitto"',
        'listen = "loopback"',
        "http_port = 80",
        "mqtt_port = 1884",
        "websocket_port = 0",
        "receipt_window_ms = 0",
        "answers_per_s = 5",
        "advertise = false",
    ]
    write(tmp_path, "\n".join(lines))
    found = load_settings(tmp_path)
    values = ["Baobab", "mosquitto", "loopback", 80, 1884, 0, 0, 5.0, False]
    assert list(msgspec.structs.astuple(found)) == values
    assert {line.split()[0] for line in lines} == set(KEYS)


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_setting_is_named_with_its_line_and_what_is_allowed(
    text: str, tmp_path: Path
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert str(caught.value) == f"{path}, {WRONG[text]}"
    assert caught.value.key in text
    assert f"line {caught.value.line}:" in WRONG[text]


def test_what_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, 'hub_name = "School"\nbroker embedded\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert str(caught.value).startswith(f"{path}: this is not TOML: ")
    assert "(at line 2, column 8)" in str(caught.value)
    assert caught.value.line == 2


def test_a_file_in_another_encoding_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes('hub_name = "Écol"'.encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert str(caught.value) == f"{path}: this is not TOML: it is not written in UTF-8."


def test_every_setting_is_explained_and_nothing_else_is() -> None:
    named = re.findall(r"^ *([a-z_, ]+):", Settings.__doc__ or "", re.MULTILINE)
    explained = [one.strip() for names in named for one in names.split(",")]
    assert sorted(explained) == sorted(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_says_in_words_what_it_may_be(key: str) -> None:
    assert len(allowed(key)) > 8


def test_a_hub_with_a_wrong_file_does_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, 'broker = "rabbit"')
    assert cli.main(["start", "--home", str(tmp_path)]) == 1
    said = "'broker' cannot be 'rabbit'; allowed: \"embedded\" or \"mosquitto\"."
    assert capsys.readouterr().err == f"mangotree start: {path}, line 1: {said}\n"
    assert not (tmp_path / "mangotree.db").exists()


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_that_cannot_be_is_refused_on_the_command_line_too(
    port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["start", "--home", str(tmp_path), "--port", port]) == 1
    said = f"--port cannot be {port}; allowed: a port, 0 for any free one."
    assert capsys.readouterr().err == f"mangotree start: {said}\n"
