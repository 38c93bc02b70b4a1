"""A large pack opens fast and in little memory, and a hub's answers stay as quick."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from models.domain.archive import build
from tests.show import Show

ITEMS = 20_000
A_FILE = 500
LOCALES = ("en", "sw", "ar")
#: Opened in a process of its own: what was there before cannot hide what the pack takes.
OPEN = """
import json, resource, sys, time
from pathlib import Path
from models.domain.reading import decode_pack
from models.domain.showing import show
body = Path(sys.argv[1]).read_bytes()
decode_pack(Path(sys.argv[2]).read_bytes())
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
before, began = resident(), time.process_time()
pack = decode_pack(body)
show(pack, len(pack.items) - 1, 7, "ar")
took = time.process_time() - began
# Of this program alone: getrusage would count the one that started it, too.
status = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024
print(json.dumps({"s": took, "mb": (resident() - before + len(body)) / 1e6,
                  "peak_mb": (peak - before + len(body)) / 1e6, "items": len(pack.items)}))
"""


def rows(show: Show) -> None:
    """Seconds of CPU and megabytes for a pack of 20,000 whole items in three languages."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder) / "large.mpack", Path(folder) / "small.mpack"
        large.write_bytes(build(_source(Path(folder) / "large", ITEMS), None))
        small.write_bytes(build(_source(Path(folder) / "small", 10), None))
        command = [sys.executable, "-c", OPEN, str(large), str(small)]
        found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    show.row("Items of the large pack", found["items"], "", f">= {ITEMS}")
    show.row(
        "Opening it, one activity shown: CPU", round(found["s"], 2), "s", "<= 2", slack=2.0
    )
    show.row(
        "Resident memory that it takes, its file included", round(found["mb"], 1), "MB", "<= 60"
    )
    show.row("The most at any moment", round(found["peak_mb"], 1), "MB", "<= 60")


def _source(folder: Path, count: int) -> Path:
    """A pack as an author with many items would write it."""
    (folder / "items").mkdir(parents=True)
    (folder / "locales").mkdir()
    skills = [{"id": f"k{n}"} for n in range(max(count // A_FILE, 1))]
    manifest = {
        "id": "org.example.large",
        "name": "Large",
        "version": "1.0.0",
        "schema": 1,
        "min_hub_version": "0.1.0",
        "licence": "CC0-1.0",
        "authors": ["The tests"],
        "default_locale": "en",
        "locales": list(LOCALES),
        "reading_age": 7,
        "created": "2026-01-01",
    }
    _write(folder / "pack.json", manifest)
    _write(folder / "skills.json", skills)
    _write(folder / "misconceptions.json", [_misconception()])
    for number, skill in enumerate(skills):
        first = number * A_FILE
        own = range(first, min(first + A_FILE, count))
        _write(folder / "items" / f"{skill['id']}.json", [_item(skill["id"], n) for n in own])
    for tag in LOCALES:
        _write(folder / "locales" / f"{tag}.json", _texts(tag, count, skills))
    return folder


def _misconception() -> dict[str, object]:
    return {
        "id": "sub.smaller_from_larger",
        "family": "subtraction",
        "source": "Brown & Burton 1978",
        "arguments": ["a", "b"],
        "rule": "smaller_from_larger(a, b)",
    }


def _item(skill: str, number: int) -> dict[str, object]:
    steps = [
        {"id": step, "answer": {"kind": "whole", "value": f"digit(a - b, {place})"}}
        for place, step in enumerate(("ones", "tens"))
    ]
    return {
        "id": f"{skill}.{number}",
        "skills": [skill],
        "difficulty": number % 40 / 10 - 2,
        "reading_age": 7,
        "draw": {"a": f"range({40 + number % 50}, 98)", "b": "range(11, 38)"},
        "where": ["digit(a, 0) < digit(b, 0)"],
        "maths": {"task": "{a} - {b} = ?"},
        "answer": {"kind": "whole", "value": "a - b"},
        "bugs": [{"misconception": "sub.smaller_from_larger", "with": ["a", "b"]}],
        "steps": steps,
    }


def _texts(tag: str, count: int, skills: list[dict[str, str]]) -> dict[str, str]:
    """A stem of its own for each item; hints and steps are a skill's."""
    texts = {
        f"{skill['id']}.{number}.stem": f"({tag} {number}) {{a}}, and {{b}} go away: {{task}}"
        for skill_at, skill in enumerate(skills)
        for number in range(skill_at * A_FILE, min((skill_at + 1) * A_FILE, count))
    }
    hints = {
        f"hint.{level}": "Look: {answer}" for level in ("pointing", "teaching", "bottom_out")
    }
    for skill in skills:
        texts[f"skill.{skill['id']}.name"] = f"Skill {skill['id']} ({tag})"
        for leaf, text in hints.items():
            texts[f"{skill['id']}.{leaf}"] = text
            for step in ("ones", "tens"):
                texts[f"{skill['id']}.step.{step}.{leaf}"] = text
                texts[f"{skill['id']}.step.{step}.prompt"] = f"The {step}? ({tag})"
    return texts


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
