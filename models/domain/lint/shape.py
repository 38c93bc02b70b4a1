"""What an item says of itself: names that are there once, known skills and misconceptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.domain.answers import Answer, Choice, Match, Order, Parts
from models.domain.functions import FUNCTIONS
from models.domain.lint.source import Source, twice
from models.domain.lint.subject import Subject


def check_shape(subject: Subject) -> None:
    """Everything that needs no activity."""
    _check_variables(subject)
    _check_skills(subject)
    _check_misconceptions(subject)
    _check_ids(subject, ".steps", [step.id for step in subject.template.steps])
    for asked in subject.asked():
        for path, names in _named(asked.answer, f"{asked.path}.answer"):
            _check_ids(subject, path, names)
    if "reading_age" not in subject.written.fields:
        subject.warning("", "'reading_age' is missing: from which age can children read it?")


def check_items_once(source: Source) -> None:
    """An item's id stands once in the whole pack."""
    items = source.items
    for at in twice([one.template.id for one in items]):
        one = items[at]
        message = "another item has this id already"
        source.error(one.file, f"{one.path}.id", message, key=one.template.id)


def _check_variables(subject: Subject) -> None:
    template = subject.template
    tables = {"draw": template.draw, "let": template.let, "maths": template.maths}
    tables["words"] = template.words
    for table, names in tables.items():
        for name in names:
            if name in FUNCTIONS and table in ("draw", "let"):
                subject.error(f".{table}.{name}", f"'{name}' is the name of a function")
            if name == "answer":
                subject.error(f".{table}.{name}", "'answer' is the slot of the right answer")


def _check_skills(subject: Subject) -> None:
    known = subject.source.pack.skill_index
    lists = [(".skills", subject.template.skills)]
    lists += [(f".steps[{n}].skills", s.skills) for n, s in enumerate(subject.template.steps)]
    for path, skills in lists:
        for at, skill in enumerate(skills):
            if skill not in known:
                subject.error(f"{path}[{at}]", f"there is no skill '{skill}'")
        for at in twice(skills):
            subject.error(f"{path}[{at}]", f"'{skills[at]}' is there twice")


def _check_misconceptions(subject: Subject) -> None:
    known = subject.source.pack.misconceptions
    for asked in subject.asked():
        named = {f".bugs[{n}]": bug.misconception for n, bug in enumerate(asked.bugs)}
        if isinstance(asked.answer, Choice):
            options = enumerate(asked.answer.options)
            named |= {f".answer.options[{n}]": one.misconception for n, one in options}
        for path, name in named.items():
            if name and name not in known:
                subject.error(
                    f"{asked.path}{path}.misconception", f"there is no misconception '{name}'"
                )


def _check_ids(subject: Subject, path: str, names: Sequence[str]) -> None:
    for at in twice(names):
        subject.error(f"{path}[{at}].id", f"'{names[at]}' is there twice")


def _named(answer: Answer, path: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(answer, Choice | Order):
        yield f"{path}.options", [one.id for one in answer.options]
    elif isinstance(answer, Match):
        yield f"{path}.pairs", [one.id for one in answer.pairs]
    elif isinstance(answer, Parts):
        yield f"{path}.parts", [one.id for one in answer.parts]
        for at, part in enumerate(answer.parts):
            yield from _named(part.answer, f"{path}.parts[{at}].answer")
