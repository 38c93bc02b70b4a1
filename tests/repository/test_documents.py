"""What the documents name exists, and what can be used is named in the documents."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.messages import class_topic, down_topic, state_topic, up_topic
from hub.cli import build_parser
from hub.settings import FILE_NAME, Settings, load_settings
from tests.repository.tree import ROOT, files, name, refuse, text

README = ROOT / "README.md"
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"\bMANGOTREE_[A-Z][A-Z_]*[A-Z]\b")
CODE = (".py", ".c", ".h", ".rs", ".service", "start", "check")
TOPIC = re.compile(r"mangotree/1/[\w<>{},/+#-]+")


def documents() -> list[Path]:
    """The README and the pages in docs/."""
    return [README, *(path for path in files(".md") if name(path).startswith("docs/"))]


def words() -> str:
    return "\n".join(text(page) or "" for page in documents())


def shown() -> Iterator[tuple[str, str]]:
    """Each line of code that a document shows, without prompt and comment, with its page."""
    for page in documents():
        body = text(page) or ""
        snippets = [line for block in FENCE.findall(body) for line in block.splitlines()]
        snippets += SPAN.findall(FENCE.sub("", body))
        for line in snippets:
            yield name(page), re.sub(r"\s+#\s.*$", "", line).removeprefix("$ ").strip()


def called(command: str) -> Iterator[tuple[str, list[str]]]:
    """How the documents call `command`: the page, and the words after it."""
    for page, line in shown():
        if line == command or line.startswith(f"{command} "):
            yield page, shlex.split(line.removeprefix(command))


def subcommands(
    parser: argparse.ArgumentParser, path: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command below `parser` that can be run: its words, and what reads its options."""
    nested = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]
    if not nested:
        yield path.strip(), parser
    for action in nested:
        for word, child in action.choices.items():
            yield from subcommands(child, f"{path} {word}")


def check_parts() -> list[str]:
    listed = subprocess.run(
        [ROOT / "check", "--list"], capture_output=True, text=True, check=True
    )
    return [line.split()[0] for line in listed.stdout.splitlines()]


def is_understood(arguments: list[str]) -> bool:
    """Whether the command line takes `arguments`, "..." and [optional] ones put aside."""
    plain = [re.sub(r"[\[\]]", "", word) for word in arguments]
    given = [word.split("|")[0] for word in plain if word not in {"...", "…"}]
    given = ["1" if word in {"N", "PORT"} else word for word in given]
    try:
        build_parser().parse_args(given)
    except SystemExit as stopped:
        return stopped.code == 0
    return True


def test_every_command_in_the_documents_is_understood() -> None:
    refuse(
        (
            f"{page}: mangotree {shlex.join(arguments)}"
            for page, arguments in called("mangotree")
            if arguments and not is_understood(arguments)
        ),
        "no such command or option",
    )


def test_every_start_in_the_documents_is_understood() -> None:
    own = {"--setup-only", "--dev", "--stamp", "--rust-folder", "--help"}
    refuse(
        (
            f"{page}: ./start {shlex.join(arguments)}"
            for page, arguments in called("./start")
            if not own & set(arguments) and not is_understood(["start", "--demo", *arguments])
        ),
        "no such option",
    )


def test_every_check_in_the_documents_is_a_part() -> None:
    known = {*check_parts(), "long"}
    refuse(
        (
            f"{page}: ./check {shlex.join(arguments)}"
            for page, arguments in called("./check")
            for word in arguments[:1]
            if not word.startswith(("-", "NAME")) and word not in known
        ),
        "no such part",
    )


def test_every_command_is_named_in_the_documents() -> None:
    body = words()
    missing = [
        path for path, _ in subcommands(build_parser()) if f"mangotree {path}" not in body
    ]
    refuse(missing, "commands that no document names")


def test_every_option_is_named_in_the_documents() -> None:
    body = words()
    refuse(
        (
            f"mangotree {path} {option}"
            for path, parser in subcommands(build_parser())
            for action in parser._actions
            for option in action.option_strings
            if option.startswith("--") and option != "--help"
            if not re.search(rf"(?<![\w-]){option}(?![\w-])", body)
        ),
        "options that no document names",
    )


def test_every_setting_is_named_in_the_documents() -> None:
    body = words()
    refuse(
        (
            setting
            for setting in Settings.__struct_fields__
            if not re.search(rf"`{setting}`|^{setting} = ", body, re.MULTILINE)
        ),
        "settings that no document names",
    )


def test_every_setting_in_the_documents_is_taken(tmp_path: Path) -> None:
    for block in TOML.findall(words()):
        (tmp_path / FILE_NAME).write_text(block, encoding="utf-8")
        load_settings(tmp_path)


def test_the_system_service_calls_the_hub_as_it_understands() -> None:
    unit = (ROOT / "firmware_configs/mangotree.service").read_text(encoding="utf-8")
    (program,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    assert is_understood(program.split()[1:])


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("start --local --port 8090", True),
        ("replay FILE.csv.gz [--limit N]", True),
        ("start --locale", False),
        ("begin", False),
        ("replay", False),
    ],
)
def test_a_wrong_call_in_a_document_would_be_found(call: str, *, expected: bool) -> None:
    assert is_understood(shlex.split(call)) is expected


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("mangotree/1/dev/<device>/up/{answer,event,hello}", True),
        ("mangotree/1/dev/<device>/down/next", True),
        ("mangotree/1/class/<class>/all/control", True),
        ("mangotree/1/dev/<device>/up/{answer,verdict}", False),
        ("mangotree/1/dev/<device>/next", False),
    ],
)
def test_a_wrong_topic_in_a_document_would_be_found(topic: str, *, expected: bool) -> None:
    assert (leaves(topic) <= WIRE) is expected


def variables(*suffixes: str) -> set[str]:
    """The environment variables of ours that files with such names speak of."""
    return {
        variable for path in files(*suffixes) for variable in VARIABLE.findall(text(path) or "")
    }


def test_every_environment_variable_in_the_code_is_named_in_the_documents() -> None:
    told = variables("README.md") | set(VARIABLE.findall(words()))
    refuse(sorted(variables(*CODE) - told), "variables that no document names")


def test_every_environment_variable_in_the_documents_is_used() -> None:
    refuse(sorted(variables(".md") - variables(*CODE)), "variables that nothing reads")


def test_every_topic_in_the_documents_is_one_of_the_wire() -> None:
    refuse(
        (
            f"{page}: {topic}"
            for page, line in shown()
            for topic in TOPIC.findall(line)
            if not leaves(topic) <= WIRE
        ),
        "no such topic",
    )


WIRE = {
    re.sub(r"/\d+/", "/<id>/", topic.removeprefix("mangotree/1"))
    for topic in (
        *(up_topic(7, leaf) for leaf in ("answer", "event", "hello")),
        *(down_topic(7, leaf) for leaf in ("next", "receipt", "control")),
        state_topic(7),
        class_topic(7),
    )
}


def leaves(topic: str) -> set[str]:
    """The topics that `a/{b,c}` stands for, whatever its <id> is called."""
    found = re.search(r"\{([^}]*)\}", topic)
    ends = found.group(1).split(",") if found else [""]
    stem = re.sub(r"<\w+>", "<id>", topic.removeprefix("mangotree/1"))
    return {re.sub(r"\{[^}]*\}", end.strip(), stem) for end in ends}


def test_every_link_between_files_leads_somewhere() -> None:
    refuse(
        (
            f"{name(page)}: {target}"
            for page in files(".md")
            for target in LINK.findall(text(page) or "")
            if not re.match(r"[a-z]+:|#", target)
            if not (page.parent / target.split("#")[0]).exists()
        ),
        "a link to nothing",
    )


def test_every_page_of_the_documents_is_named_by_the_readme() -> None:
    body = text(README) or ""
    refuse(
        (name(page) for page in documents() if page != README and name(page) not in body),
        "pages that the README does not name",
    )
