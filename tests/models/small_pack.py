"""A small clean pack that tests break in one place each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.domain.lint.check import lint
from models.domain.lint.findings import Report
from models.domain.lint.source import read_source

Files = dict[str, Any]
SEEDS = 10


def clean() -> Files:
    """The pack's files, decoded: one skill of subtraction, three items, two languages."""
    return {
        "pack.json": {
            "id": "org.example.small",
            "name": "Small",
            "version": "1.0.0",
            "schema": 1,
            "min_hub_version": "0.1.0",
            "licence": "CC-BY-4.0",
            "authors": ["Somebody"],
            "attribution": ["Somebody, CC BY 4.0"],
            "default_locale": "en",
            "locales": ["en", "ar"],
            "reading_age": 7,
            "created": "2026-01-02",
        },
        "skills.json": [{"id": "s"}],
        "misconceptions.json": [
            _rule("adds", "a + b", ["reversed"]),
            _rule("reversed", "smaller_from_larger(a, b)", []),
        ],
        "items/s.json": [_item(1, -1.0), _choice(2, 0.0), _counting(3, 1.0)],
        "locales/en.json": _texts("Take {b} from {a}: {task}", "words"),
        "locales/ar.json": _texts("اطرح {b} من {a}: {task}", "كلمات"),
    }


def write(files: Files, folder: Path) -> Path:
    """`files` as authors write them, indented."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        path.write_text(text, encoding="utf-8")
    return folder


def linted(files: Files, folder: Path) -> Report:
    """What the check says of `files`."""
    return lint(read_source(write(files, folder)), seeds=SEEDS)


def _rule(name: str, rule: str, confusable: list[str]) -> dict[str, Any]:
    told = {"id": name, "family": "subtraction", "source": "Brown & Burton 1978"}
    return {**told, "arguments": ["a", "b"], "rule": rule, "confusable_with": confusable}


def _item(number: int, difficulty: float) -> dict[str, Any]:
    return {
        "id": f"s.{number}",
        "skills": ["s"],
        "difficulty": difficulty,
        "reading_age": 7,
        "draw": {"a": "range(31, 92)", "b": "range(12, 79)"},
        "where": ["a > b + 10", "digit(a, 0) < digit(b, 0)"],
        "maths": {"task": "{a} - {b} = ?"},
        "answer": {"kind": "whole", "value": "a - b"},
        "bugs": [
            {"misconception": "adds", "with": ["a", "b"]},
            {"misconception": "reversed", "with": ["a", "b"]},
        ],
        "steps": [{"id": "ones", "answer": {"kind": "whole", "value": "10 + a % 10 - b % 10"}}],
    }


def _choice(number: int, difficulty: float) -> dict[str, Any]:
    options = [
        {"id": "a", "maths": "{a - b}"},
        {"id": "b", "maths": "{a + b}", "misconception": "adds"},
        {"id": "c", "maths": "{a - b + 10}"},
    ]
    answer = {"kind": "choice", "options": options, "right": "'a'"}
    return {**_item(number, difficulty), "answer": answer, "bugs": [], "steps": []}


def _counting(number: int, difficulty: float) -> dict[str, Any]:
    return {
        **_item(number, difficulty),
        "draw": {"a": "range(5, 9)", "b": "range(1, 4)"},
        "where": [],
        "picture": {"kind": "array", "rows": "a", "columns": "b"},
        "bugs": [{"misconception": "adds", "with": ["a", "b"]}],
        "steps": [],
    }


def _texts(stem: str, words: str) -> dict[str, str]:
    texts = {"s.stem": stem, "s.3.alt": f"{words} {{a}} {words} {{b}}"}
    for leaf in ("s.hint", "s.step.ones.hint"):
        texts |= {f"{leaf}.pointing": words, f"{leaf}.teaching": words}
        texts[f"{leaf}.bottom_out"] = f"{words} {{answer}}."
    texts["s.step.ones.prompt"] = words
    for key in ("skill.s.name", "skill.s.description"):
        texts[key] = words
    for rule in ("adds", "reversed"):
        for end in ("title", "teacher", "feedback"):
            texts[f"misconception.{rule}.{end}"] = words
    return texts
