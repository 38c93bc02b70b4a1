"""One item under examination: its activities, what each asks, and where a fault is noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from models.domain.answers import Answer
from models.domain.lint.source import Source, Written
from models.domain.making import Made
from models.domain.template import Bug, Template


@dataclass(frozen=True, slots=True)
class Asked:
    """The question itself, or one of its steps: where it stands, and its texts' beginning."""

    path: str
    answer: Answer
    bugs: tuple[Bug, ...]
    leaf: str
    maths: Mapping[str, str]
    picture: Mapping[str, object] | None


@dataclass
class Counted:
    """A fault of single activities: how often, and the first of them."""

    seed: int
    tag: str
    detail: str
    times: int = 0

    def __str__(self) -> str:
        place = f"seed {self.seed}, {self.tag}" if self.tag else f"seed {self.seed}"
        more = f"; {self.times} times in all" if self.times > 1 else ""
        return f"{': ' if self.detail else ''}{self.detail} ({place}{more})"


@dataclass
class Subject:
    """An item with the activities that seeds make of it; `sample` are those that are shown.

    Faults of single activities are counted and told once, by `tell`.
    """

    source: Source
    written: Written
    made: list[Made] = field(default_factory=list)
    sample: list[Made] = field(default_factory=list)
    counted: dict[tuple[str, str], Counted] = field(default_factory=dict)
    given_away: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def template(self) -> Template:
        """The item."""
        return self.written.template

    def asked(self) -> Iterator[Asked]:
        """The question, then its steps."""
        one = self.template
        yield Asked("", one.answer, one.bugs, "", {}, one.picture)
        for at, step in enumerate(one.steps):
            leaf = f"step.{step.id}."
            yield Asked(f".steps[{at}]", step.answer, step.bugs, leaf, step.maths, step.picture)

    def error(self, path: str, message: str) -> None:
        """Notes a fault at `path` of the item: `.bugs[0]`."""
        self.source.error(
            self.written.file, self.written.path + path, message, key=self.template.id + path
        )

    def warning(self, path: str, message: str) -> None:
        """Notes what somebody should look at."""
        self.source.warning(
            self.written.file, self.written.path + path, message, key=self.template.id + path
        )

    def count(
        self, path: str, what: str, made: Made, *, tag: str = "", detail: str = ""
    ) -> None:
        """Counts a fault of one activity: `what` is told once, with the first `detail`."""
        first = self.counted.setdefault((path, what), Counted(made.seed, tag, detail))
        first.times += 1

    def tell(self) -> None:
        """Notes the faults that were counted, each with its first seed."""
        for (path, what), counted in self.counted.items():
            self.error(path, f"{what}{counted}")
        self.counted.clear()
