"""Grades an answer again from template and seed; the tablet's own verdict is not asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hub.kernels.answer import Conventions, check
from hub.kernels.answer import Verdict as Judged
from models.domain.answers import Answer, Choice, ExpressionAnswer, Logged, Match, Order, Parts
from models.domain.locales import Locale, locale
from models.domain.making import Made
from models.domain.pack import Pack
from models.domain.solution import bug_answers, is_typed, right_answer, rule
from models.domain.template import Bug

#: What answers of several fields are worth together: the first of these that any of them is.
_WORST_FIRST: tuple[Judged, ...] = ("unreadable", "ambiguous", "wrong", "wrong_form", "right")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer was worth.

    `is_right` is None where nothing was learned of the learner: the text could not be read,
    could be read in two ways, or was right and in another form than asked for. `expected` is
    the right answer in plain notation, `misconception` the wrong rule that gives this very
    answer (empty for none), `at` and `reason` where and why it could not be read or simply
    taken.
    """

    judged: Judged
    expected: str
    misconception: str = ""
    at: int = -1
    reason: str = ""

    @property
    def is_right(self) -> bool | None:
        """As the log keeps it."""
        return {"right": True, "wrong": False}.get(self.judged)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the whole (`step` 0) or one of its steps (from 1)."""

    made: Made
    answer: Answer
    bugs: tuple[Bug, ...]


def asked(pack: Pack, item: int, seed: int, step: int) -> Asked:
    """What `step` of the activity asks; the whole where there is no such step."""
    made = pack.activity(item, seed)
    steps = made.template.steps
    if 1 <= step <= len(steps):
        return Asked(made, steps[step - 1].answer, steps[step - 1].bugs)
    return Asked(made, made.template.answer, made.template.bugs)


def grade(
    pack: Pack, item: int, seed: int, answer: str, *, step: int = 0, tag: str = "en"
) -> Verdict:
    """The verdict on `answer`, written as the language `tag` writes."""
    one = asked(pack, item, seed, step)
    expected = right_answer(one.answer, one.made)
    verdict = _judged(one.answer, one.made, answer, expected, locale(tag))
    if verdict.judged != "wrong":
        return verdict
    for misconception, wrong in bug_answers(one.bugs, one.answer, one.made, pack):
        if wrong != expected and _is_given(one.answer, one.made, answer, wrong, locale(tag)):
            return replace(verdict, misconception=misconception)
    return verdict


def _judged(answer: Answer, made: Made, given: str, expected: str, language: Locale) -> Verdict:
    if isinstance(answer, Parts):
        return _parts(answer, made, given, expected, language)
    if is_typed(answer):
        return _typed(answer, made, given, expected, language)
    if isinstance(answer, Logged):
        known = {"0", "1"}
        found = given if given in known else None
    else:
        found = _ids(answer, given)
    if found is None:
        return Verdict("unreadable", expected, at=0, reason="unknown_option")
    return Verdict("right" if found == expected else "wrong", expected)


def _typed(answer: Answer, made: Made, given: str, expected: str, language: Locale) -> Verdict:
    how = rule(answer, made)
    found = check(
        given,
        expected,
        form=how.form,
        unit=how.unit,
        places=how.places,
        tolerance=how.tolerance,
        conventions=Conventions(language.decimal, language.group),
    )
    if found.verdict == "wrong" and not isinstance(answer, ExpressionAnswer):
        unit = " " * len(how.unit)
        bare = given.replace(how.unit, unit) if unit else given
        at = next((at for at, one in enumerate(bare) if one.isalpha()), -1)
        if at >= 0 and found.reason != "unit_wrong":
            # Letters are algebra to the checker; where a number was asked for they are a slip
            # of the keyboard or a word, and no evidence. The unit asked for is neither.
            return Verdict("unreadable", expected, at=at, reason="unknown_word")
    return Verdict(found.verdict, expected, at=found.at, reason=found.reason)


def _ids(answer: Answer, given: str) -> str | None:
    """What options were given, in the form of a right answer; None for what is no option."""
    ids = [one.strip() for one in given.split(",")]
    if isinstance(answer, Match):
        pairs = dict.fromkeys(ids)
        lefts = [one.partition("=")[0] for one in pairs]
        known = [pair.id for pair in answer.pairs]
        by_left = dict(zip(lefts, pairs, strict=True))
        return (
            ",".join(by_left[one] for one in known) if sorted(lefts) == sorted(known) else None
        )
    options = (
        {one.id for one in answer.options} if isinstance(answer, Choice | Order) else set()
    )
    if not options.issuperset(ids) or len(set(ids)) < len(ids):
        return None
    if isinstance(answer, Order):
        return ",".join(ids) if len(ids) == len(options) else None
    is_multiple = isinstance(answer, Choice) and answer.is_multiple
    return ",".join(sorted(ids)) if is_multiple or len(ids) == 1 else None


def _parts(answer: Parts, made: Made, given: str, expected: str, language: Locale) -> Verdict:
    """Several fields: `x=3;y=4`. The worst of them is what the whole is worth."""
    fields = _fields(given)
    verdicts = [
        _judged(
            part.answer,
            made,
            fields.get(part.id, ""),
            right_answer(part.answer, made),
            language,
        )
        for part in answer.parts
    ]
    worst = min(verdicts, key=lambda one: _WORST_FIRST.index(one.judged))
    return replace(worst, expected=expected)


def _fields(given: str) -> dict[str, str]:
    named = (one.partition("=") for one in given.split(";"))
    return {name.strip(): text for name, _, text in named}


def _is_given(answer: Answer, made: Made, given: str, wrong: str, language: Locale) -> bool:
    """Whether `given` is the wrong answer `wrong`."""
    if isinstance(answer, Parts):
        ours, theirs = _fields(given), _fields(wrong)
        return all(
            _is_given(part.answer, made, ours.get(part.id, ""), theirs[part.id], language)
            for part in answer.parts
            if part.id in theirs
        )
    if not is_typed(answer):
        return _ids(answer, given) == wrong
    read = Conventions(language.decimal, language.group)
    return check(given, wrong, conventions=read).verdict == "right"
