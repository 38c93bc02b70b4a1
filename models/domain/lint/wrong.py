"""Wrong answers: each misconception shows itself, and no two of them look the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

import msgspec

from hub.kernels.answer import same
from models.domain.answers import NUMERIC, Answer, Choice, ExpressionAnswer, Parts
from models.domain.archive import MISCONCEPTIONS
from models.domain.faults import PackFault
from models.domain.functions import Value
from models.domain.language import LanguageFault, expression
from models.domain.lint.graph import misconceptions_of
from models.domain.lint.source import Source
from models.domain.lint.subject import Asked, Subject
from models.domain.making import Made
from models.domain.solution import as_answer, bug_value, chosen, right_answer
from models.domain.template import Bug

#: Activities in which rules that are easily confused are compared.
COMPARED = 40


@dataclass
class Apart:
    """Pairs of misconceptions that are easily confused, until an item tells them apart."""

    source: Source
    waiting: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        known = self.source.pack.misconceptions
        self.waiting = {
            (min(one.id, other), max(one.id, other))
            for one in known.values()
            for other in one.confusable_with
            if other in known and other != one.id
        }

    def compare(self, asked: Asked, made: Made, shown: dict[str, str]) -> None:
        """Takes the pairs away that this activity tells apart."""
        if isinstance(asked.answer, Choice):
            for one in asked.answer.options:
                shown = {**shown, one.misconception: one.id}
        for pair in list(self.waiting):
            first, second = (shown.get(name) for name in pair)
            if first and second and first != second:
                self.waiting.discard(pair)
        for bug in asked.bugs:
            self._apply_others(bug, asked.answer, made, shown)

    def tell(self) -> None:
        """Notes the pairs that no item tells apart, where items use both."""
        used: set[str] = set()
        for item in self.source.items:
            used |= misconceptions_of(item.template)
        places = {one.id: at for at, one in enumerate(self.source.misconceptions)}
        for first, second in sorted(self.waiting):
            if first in used and second in used:
                path = f"$[{places[first]}].confusable_with"
                message = (
                    f"no item tells it from '{second}': no activity has both, or both "
                    "always give the same answer"
                )
                key = f"{first}.confusable_with"
                self.source.error(MISCONCEPTIONS, path, message, key=key)

    def _apply_others(
        self, bug: Bug, answer: Answer, made: Made, shown: dict[str, str]
    ) -> None:
        """The rule that is confused with a bug's, applied to what the bug is applied to."""
        own = shown.get(bug.misconception)
        for pair in list(self.waiting):
            if own is None or not bug.arguments or bug.misconception not in pair:
                continue
            other = pair[0] if pair[1] == bug.misconception else pair[1]
            value = _applied(self.source, other, bug, made)
            if value is not None and as_answer(answer, value) != own:
                self.waiting.discard(pair)


def check_wrong(subject: Subject, asked: Asked, apart: Apart) -> None:
    """Every wrong answer of the question or step, in all activities."""
    shows: Counter[int] = Counter()
    alike: Counter[tuple[int, int]] = Counter()
    both: Counter[tuple[int, int]] = Counter()
    bare = _bare(asked.answer)
    for at, made in enumerate(subject.made):
        answers = _answers(subject, asked, bare, made)
        shows.update(answers.keys())
        for pair in combinations(sorted(answers), 2):
            both[pair] += 1
            alike[pair] += answers[pair[0]] == answers[pair[1]]
        if at < COMPARED:
            named = {asked.bugs[n].misconception: text for n, text in answers.items()}
            apart.compare(asked, made, named)
    known = subject.source.pack.misconceptions
    for n, bug in enumerate(asked.bugs):
        if bug.misconception in known:
            _tell_shows(subject, f"{asked.path}.bugs[{n}]", bug.misconception, shows[n])
    _tell_alike(subject, asked, alike, both)
    _check_options(subject, asked)


def _answers(subject: Subject, asked: Asked, bare: Answer, made: Made) -> dict[int, str]:
    """The wrong answers that are not the right one, by the place of their bug."""
    found: dict[int, str] = {}
    try:
        right = right_answer(bare, made)
    except PackFault:
        return found
    for n, bug in enumerate(asked.bugs):
        path = f"{asked.path}.bugs[{n}]"
        if bug.misconception not in subject.source.pack.misconceptions:
            continue
        try:
            value = bug_value(bug, made, subject.source.pack)
            if value is None:
                continue
            text = as_answer(bare, value)
            if fault := _unfit(bare, value):
                subject.count(path, fault, made, detail=f"it is '{text}'")
            elif not _is_same(bare, text, right):
                found[n] = text
        except ValueError as error:
            subject.count(
                path, "the wrong answer cannot be worked out", made, detail=f"{error}"
            )
    return found


def _unfit(answer: Answer, value: Value) -> str:
    """Why nobody can give this answer here; empty where somebody can."""
    if isinstance(answer, Choice):
        ids = set(value if isinstance(value, tuple) else (value,))
        known: set[Value] = {option.id for option in answer.options}
        return "" if ids <= known else "the wrong answer is no option"
    if isinstance(answer, Parts):
        is_fit = isinstance(value, tuple) and len(value) == len(answer.parts)
        return "" if is_fit else f"the wrong answer must be {len(answer.parts)} values"
    if isinstance(answer, NUMERIC) and not isinstance(value, tuple):
        return "the wrong answer is no number" if isinstance(value, str) else ""
    return ""


def _is_same(answer: Answer, wrong: str, right: str) -> bool:
    return same(wrong, right) if isinstance(answer, ExpressionAnswer) else wrong == right


def _bare(answer: Answer) -> Answer:
    """The answer without units, as bugs give theirs."""
    if isinstance(answer, Parts):
        parts = (msgspec.structs.replace(p, answer=_bare(p.answer)) for p in answer.parts)
        return msgspec.structs.replace(answer, parts=tuple(parts))
    return msgspec.structs.replace(answer, unit="") if isinstance(answer, NUMERIC) else answer


def _tell_shows(subject: Subject, path: str, name: str, times: int) -> None:
    count = len(subject.made)
    if times == 0 and count:
        subject.error(path, f"'{name}' never shows itself: its answer is never a wrong one")
    elif times * 2 < count:
        message = f"'{name}' shows itself in {times} of {count} activities only"
        subject.warning(path, message)


def _tell_alike(
    subject: Subject,
    asked: Asked,
    alike: Counter[tuple[int, int]],
    both: Counter[tuple[int, int]],
) -> None:
    for (first, second), times in sorted(alike.items()):
        one, other = (asked.bugs[n].misconception for n in (first, second))
        count = both[first, second]
        if one == other or times * 2 <= count:
            continue
        path = f"{asked.path}.bugs[{second}]"
        if times == count:
            subject.error(path, f"'{other}' always gives the same answer as '{one}'")
        else:
            message = f"'{other}' gives the same answer as '{one}' in {times} of {count}"
            subject.warning(path, f"{message} activities")


def _check_options(subject: Subject, asked: Asked) -> None:
    """An option of a misconception is the wrong one at least now and then."""
    if not isinstance(asked.answer, Choice):
        return
    wrong: Counter[str] = Counter()
    for made in subject.made:
        try:
            right = chosen(asked.answer, made)
        except LanguageFault:
            continue
        wrong.update(one.id for one in asked.answer.options if one.id not in right)
    for n, option in enumerate(asked.answer.options):
        if option.misconception:
            path = f"{asked.path}.answer.options[{n}]"
            _tell_shows(subject, path, option.misconception, wrong[option.id])


def _applied(source: Source, name: str, bug: Bug, made: Made) -> Value:
    rule = source.pack.misconceptions[name]
    if not rule.rule or len(rule.arguments) != len(bug.arguments):
        return None
    try:
        given = [made.value(one) for one in bug.arguments]
        return expression(rule.rule)(dict(zip(rule.arguments, given, strict=True)))
    except LanguageFault:
        return None
