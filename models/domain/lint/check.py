"""The check of a pack, whole: runs every family of checks over every item."""

from __future__ import annotations

from collections.abc import Callable

from models.domain.faults import PackFault
from models.domain.lint.answers import check_right, check_taken
from models.domain.lint.findings import Report
from models.domain.lint.graph import check_whole, misconceptions_of
from models.domain.lint.media import Media
from models.domain.lint.pads import check_pads
from models.domain.lint.shape import check_items_once, check_shape
from models.domain.lint.shown import (
    check_feedback,
    check_options,
    check_shown,
    check_variety,
    has_options,
    tell_given_away,
)
from models.domain.lint.source import Source, Written
from models.domain.lint.subject import Asked, Subject
from models.domain.lint.words import Words
from models.domain.lint.wrong import Apart, check_wrong
from models.domain.locales import LocaleFault, locale
from models.domain.making import Made, make
from models.domain.showing import Showing

#: As many children of a school meet one template; what fails once in 200 is met.
SEEDS = 200
#: Of these every language is shown, its pictures drawn, its hints filled.
SAMPLE = 12
#: A template that fails this often fails for one reason, and is told once.
MOST_FAILURES = 5

OnItem = Callable[[int, int], object]


def lint(
    source: Source, *, seeds: int = SEEDS, only: str = "", on_item: OnItem | None = None
) -> Report:
    """Everything that is wrong with the pack; `only` the item of this id.

    Answers and wrong answers are proved for all `seeds`; words, pictures and hints of the
    first `SAMPLE` in each language. `on_item` hears how many items are done, and of how many.
    PackFault where there is no item `only`.
    """
    chosen = [one for one in source.items if only in ("", one.template.id)]
    if only and not chosen:
        raise PackFault(f"there is no item '{only}' that could be read")
    words, apart, media = Words(source), Apart(source), Media(source)
    words.read()
    media.check_files()
    for at, written in enumerate(chosen):
        if not written.template.is_logged:
            subject = Subject(source, written)
            _check_item(subject, words, apart, seeds)
            _need_media(subject, media)
        if on_item is not None:
            on_item(at + 1, len(chosen))
    words.tell_missing()
    if not only:
        check_items_once(source)
        check_whole(source)
        apart.tell()
        words.need_whole()
        words.tell_unused()
        media.tell_unused()
    return _report(source, chosen, seeds)


def _check_item(subject: Subject, words: Words, apart: Apart, seeds: int) -> None:
    check_shape(subject)
    _make(subject, seeds)
    words.need_item(subject)
    own = _showings(subject, subject.made, subject.source.default_locale)
    for asked in subject.asked():
        _check_answers(subject, asked, own)
        check_wrong(subject, asked, apart)
        check_pads(subject, asked, own)
    for tag in subject.source.texts:
        _check_language(subject, _showings(subject, subject.sample, tag))
    check_variety(subject, own)
    tell_given_away(subject)
    subject.tell()


def _need_media(subject: Subject, media: Media) -> None:
    """Each activity finds its pictures in each language."""
    if not media.is_needed(subject):
        return
    for tag in subject.source.texts:
        media.need_item(subject, _showings(subject, subject.made, tag))
    subject.tell()


def _make(subject: Subject, seeds: int) -> None:
    """The activities of the item, up to the first few failures."""
    failures = 0
    for seed in range(1, seeds + 1):
        try:
            subject.made.append(make(subject.template, seed))
        except PackFault as fault:
            path = ".where" if "'where'" in str(fault) else ".draw"
            why = str(fault).removeprefix(f"{subject.template.id}").lstrip(".: ")
            subject.error(path, f"no activity can be made with seed {seed}: {why}")
            failures += 1
            if failures == MOST_FAILURES:
                break
    subject.sample[:] = subject.made[:SAMPLE]


def _showings(subject: Subject, made: list[Made], tag: str) -> list[Showing]:
    """The activities on their way to the language `tag`; none where nobody can write it."""
    try:
        language = locale(tag)
    except LocaleFault:
        return []
    return [Showing(subject.source.pack, one, language) for one in made]


def _check_answers(subject: Subject, asked: Asked, own: list[Showing]) -> None:
    """What is proved for every activity."""
    for made in subject.made:
        check_right(subject, asked, made)
    for showing in own:
        check_taken(subject, asked, showing)
        if has_options(asked.answer):
            check_options(subject, asked, showing)


def _check_language(subject: Subject, showings: list[Showing]) -> None:
    """What is proved for the sample, in one language."""
    for asked in subject.asked():
        for showing in showings:
            check_shown(subject, asked, showing)
            check_taken(subject, asked, showing)
    check_feedback(subject, misconceptions_of(subject.template), showings)


def _report(source: Source, chosen: list[Written], seeds: int) -> Report:
    found = sorted(source.found)
    return Report(
        pack=source.manifest.id if source.manifest else "",
        items=len(chosen),
        seeds=seeds,
        errors=tuple(one for one in found if one.is_error),
        warnings=tuple(one for one in found if not one.is_error),
    )
