"""Problems of step tutors kept in folders (as OATutor's): body, steps, chains of hints.

`PROBLEM/PROBLEM.json`, `PROBLEM/steps/STEP/STEP.json` and below that `tutoring/*.json`, all
below `content-pool` or the folder itself; beside it `skillModel.json` and `coursePlans.json`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from models.domain.exchange import latex
from models.domain.exchange.draft import Draft, Words, hints, message, option_ids, tidy
from models.domain.exchange.licences import open_licence
from models.domain.exchange.report import ExchangeFault, Notes, Refused
from models.domain.exchange.source import Gathered, Progress
from models.domain.exchange.typed import Reads, typed_answer

MOST_BYTES = 1 * 2**20
#: Answers that stand between these are LaTeX, and so are parts of words.
_MATHS = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)
_PICTURE = re.compile(r"##[^#]*##")
_LONGEST_ATTRIBUTION = 300


class _Hint(msgspec.Struct, frozen=True, rename="camel"):
    text: str = ""
    type: str = "hint"
    hint_answer: tuple[str, ...] = ()


class _Step(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    step_answer: tuple[str, ...]
    problem_type: str
    answer_type: str = ""
    step_title: str = ""
    step_body: str = ""
    choices: tuple[str, ...] = ()
    variabilization: dict[str, Any] = {}


class _Problem(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    title: str = ""
    body: str = ""
    license: str = ""
    oer: str = ""
    course_name: str = ""
    variabilization: dict[str, Any] = {}


class _Course(msgspec.Struct, frozen=True, rename="camel"):
    course_name: str = ""
    course_license: str | float | None = ""
    course_oer: str | float | None = msgspec.field(default="", name="courseOER")
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Folder:
    """Where problems stand, and what is told of all of them."""

    problems: tuple[Path, ...]
    skills: Mapping[str, Sequence[str]]
    courses: Mapping[str, _Course]


def is_problem_folder(path: Path) -> bool:
    """Whether problems of a step tutor stand in `path`."""
    return any(_problems(path))


def read_problems(
    path: Path, locale: str, reads: Reads, notes: Notes, on_item: Progress
) -> Gathered:
    """All problems below `path` whose licence is open; the others stand in `notes`."""
    folder = _folder(path)
    drafts, licences, thanks = [], Counter[str](), dict[str, None]()
    for place, problem in enumerate(folder.problems):
        on_item(place + 1, len(folder.problems))
        try:
            licence, source, draft = _problem(problem, folder, locale, reads, notes)
        except Refused as refused:
            notes.whole(problem.name, refused)
            continue
        drafts.append(draft)
        licences[licence] += 1
        thanks[f"{source} ({licence})"[:_LONGEST_ATTRIBUTION]] = None
    return Gathered(
        tuple(drafts), attribution=tuple(thanks), licence=" AND ".join(sorted(licences))
    )


def _folder(path: Path) -> Folder:
    problems = tuple(_problems(path))
    if not problems:
        raise ExchangeFault(f"{path}: there is no problem folder with a JSON file of its name")
    found: dict[str, Any] = {}
    kinds: tuple[tuple[str, Any], ...] = (
        ("skillModel.json", dict[str, tuple[str, ...]]),
        ("coursePlans.json", tuple[_Course, ...]),
    )
    for name, kind in kinds:
        file = path / name
        try:
            found[name] = _decoded(file, kind) if file.is_file() else kind()
        except Refused as refused:
            raise ExchangeFault(str(refused)) from refused
    courses = {one.course_name: one for one in found["coursePlans.json"]}
    return Folder(problems, found["skillModel.json"], courses)


def _problems(path: Path) -> Iterator[Path]:
    pool = path / "content-pool"
    if (path / f"{path.name}.json").is_file():
        yield path
        return
    for one in sorted((pool if pool.is_dir() else path).iterdir()):
        if one.is_dir() and not one.is_symlink() and (one / f"{one.name}.json").is_file():
            yield one


def _decoded(file: Path, kind: Any) -> Any:
    try:
        if file.is_symlink() or file.stat().st_size > MOST_BYTES * 8:
            raise Refused(f"file '{file.name}'", "is a link, or larger than 8 MB")
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(f"file '{file.name}'", f"cannot be read: {error}") from error


def _problem(
    path: Path, folder: Folder, locale: str, reads: Reads, notes: Notes
) -> tuple[str, str, Draft]:
    problem: _Problem = _decoded(path / f"{path.name}.json", _Problem)
    course = folder.courses.get(problem.course_name, _Course(language=locale))
    stated = problem.license or _text(course.course_license)
    licence = open_licence(stated)
    if not licence:
        told = stated or "(nothing)"
        raise Refused(f"licence '{told[:80]}'", "is none that is known to be open")
    if not problem.license:
        notes.part(path.name, "licence", f"only its course states one: {licence}")
    steps = [_decoded(one, _Step) for one in _step_files(path)]
    reading = _Reading(path, course.language or locale, folder, reads, notes)
    source = problem.oer or _text(course.course_oer) or problem.id
    return licence, source, reading.draft(problem, steps)


def _text(told: str | float | None) -> str:
    """What a table's empty cell became when it was written as JSON is no text."""
    return told if isinstance(told, str) else ""


def _step_files(path: Path) -> list[Path]:
    below = path / "steps"
    if not below.is_dir():
        raise Refused("steps", "there are none")
    return [one / f"{one.name}.json" for one in sorted(below.iterdir()) if one.is_dir()]


@dataclass(slots=True)
class _Reading:
    """One problem while it is read."""

    path: Path
    tag: str
    folder: Folder
    reads: Reads
    notes: Notes
    words: Words = field(default_factory=Words)
    texts: dict[str, str] = field(default_factory=dict)

    def draft(self, problem: _Problem, steps: Sequence[_Step]) -> Draft:
        """One question for one step; several fields, with a way through them, for several."""
        if problem.variabilization or any(one.variabilization for one in steps):
            raise Refused("variables", "its values are drawn by rules of its own")
        if not 1 <= len(steps) <= 8:
            raise Refused("steps", f"there are {len(steps)}, and there may be 1 to 8")
        fields = self._one(problem, steps[0]) if len(steps) == 1 else self._all(problem, steps)
        if not self.texts["stem"]:
            raise Refused("question", "there are no words that could be kept")
        fields["maths"] = self.words.maths
        skills = [s for one in steps for s in self.folder.skills.get(one.id, ())]
        if not skills:
            raise Refused("skill", "skillModel.json names none for its steps")
        return Draft(self.path.name, tuple(skills), fields, {self.tag: self.texts})

    def _one(self, problem: _Problem, step: _Step) -> dict[str, Any]:
        self.texts["stem"] = self._question(problem.body, step.step_title, step.step_body)
        self.texts |= hints(self._hints(step), self.tag)
        return {"answer": self._answer(step, "")}

    def _all(self, problem: _Problem, steps: Sequence[_Step]) -> dict[str, Any]:
        self.texts["stem"] = self._question(problem.body or problem.title)
        self.texts |= hints((), self.tag)
        parts, asked = [], []
        for place, step in enumerate(steps):
            name = f"s{place + 1}"
            prompt = self._question(step.step_title, step.step_body) or f"({place + 1})"
            answer = self._answer(step, f"{name}.")
            parts.append({"id": name, "text": f"step.{name}.prompt", "answer": answer})
            asked.append({"id": name, "answer": answer})
            self.texts[f"step.{name}.prompt"] = prompt
            self.texts |= hints(self._hints(step), self.tag, f"step.{name}.hint")
        return {"answer": {"kind": "parts", "parts": parts}, "steps": asked}

    def _question(self, *texts: str) -> str:
        return " ".join(told for one in texts if (told := self._words(one)))

    def _answer(self, step: _Step, leaf: str) -> dict[str, Any]:
        if len(step.step_answer) != 1:
            self.notes.part(self.path.name, "other answers", "an item has one right answer")
        right = (*step.step_answer, "")[0]
        if step.problem_type == "MultipleChoice":
            return self._choice(step, right, leaf)
        if step.problem_type != "TextBox":
            raise Refused(f"'{step.problem_type}'", "a hub asks nothing of this kind")
        told = _MATHS.sub(lambda found: latex.answer(found[1]), right)
        return typed_answer(told, self.reads)

    def _choice(self, step: _Step, right: str, leaf: str) -> dict[str, Any]:
        choices = list(dict.fromkeys(step.choices))
        if right not in choices:
            raise Refused("right answer", "is none of the choices")
        ids = option_ids([f"o{place + 1}" for place in range(len(choices))])
        options = []
        for one, choice in zip(ids, choices, strict=True):
            self.texts[f"{leaf}option.{one}"] = self._words(choice)
            options.append({"id": one, "text": f"{leaf}option.{one}"})
        return {"kind": "choice", "options": options, "right": repr(ids[choices.index(right)])}

    def _hints(self, step: _Step) -> list[str]:
        folder = self.path / "steps" / step.id / "tutoring"
        files = sorted(folder.glob("*DefaultPathway.json")) if folder.is_dir() else []
        if not files:
            return []
        given = []
        for hint in _decoded(files[0], tuple[_Hint, ...]):
            try:
                given.append(self._hint(hint))
            except Refused as refused:
                self.notes.part(self.path.name, "a hint", str(refused))
        return given

    def _hint(self, hint: _Hint) -> str:
        told = self._words(hint.text)
        if hint.type != "scaffold" or not hint.hint_answer:
            return told
        self.notes.part(self.path.name, "a question in a hint", "is told with its answer")
        return f"{told} ({self._words(hint.hint_answer[0])})"

    def _words(self, text: str) -> str:
        """`text` as a message, its LaTeX in slots; Refused with a picture."""
        if _PICTURE.search(text):
            raise Refused("picture", "has no words that could stand for it")
        told = text.replace("\\n", " ")
        parts = _MATHS.split(told)
        return tidy(
            "".join(
                self.words.slot(latex.notation(part)) if place % 2 else message(part)
                for place, part in enumerate(parts)
            )
        )
