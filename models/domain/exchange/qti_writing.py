"""A pack as a QTI 3.0 package: one assessment item for each template and seed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from models.domain.container import zipped
from models.domain.exchange.qti_fields import Field, fields, html
from models.domain.exchange.report import Notes, Refused
from models.domain.exchange.source import Progress
from models.domain.faults import PackFault
from models.domain.locales import locale
from models.domain.pack import Pack
from models.domain.pieces import Piece
from models.domain.showing import Drawn, Showing, Shown
from models.domain.solution import bug_answers
from models.domain.template import HINT_LEVELS

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True, slots=True)
class Exported:
    """The package, and how many items are in it."""

    body: bytes
    items: int


@dataclass(frozen=True, slots=True)
class _File:
    identifier: str
    skill: str
    difficulty: float
    body: str
    picture: tuple[str, bytes] | None


def write_qti(pack: Pack, tag: str, seeds: int, notes: Notes, on_item: Progress) -> Exported:
    """The package, in the language `tag`; always the same bytes for the same pack."""
    made: list[_File] = []
    for place, item in enumerate(pack.items):
        on_item(place + 1, len(pack.items))
        for seed in range(1, seeds + 1):
            try:
                made.append(_item(pack, place, seed, tag, notes))
            except Refused as refused:
                notes.whole(item.id, refused)
                break
            except PackFault as fault:
                notes.whole(item.id, Refused("the item", str(fault)))
                break
    files = {"imsmanifest.xml": _manifest(pack, made, tag).encode()}
    for one in made:
        files[f"items/{one.identifier}.xml"] = one.body.encode()
        if one.picture:
            files[one.picture[0]] = one.picture[1]
    return Exported(zipped(files), len(made))


def _item(pack: Pack, place: int, seed: int, tag: str, notes: Notes) -> _File:
    showing = Showing(pack, pack.activity(place, seed), locale(pack.spoken(tag)))
    shown, template = showing.shown(), showing.made.template
    name = f"item_{_NO_NAME.sub('_', template.id)}_{seed}"
    asked = fields(template.answer, shown.widget, showing.made)
    is_recorded = any(showing.recordings(0))
    lost = (("steps", template.steps), ("why", template.asks_why), ("recordings", is_recorded))
    for what, is_lost in lost:
        if is_lost:
            notes.part(template.id, what, "QTI has no place for it")
    rules = list(_bugs(showing, asked, notes))
    picture = _picture(pack, shown, name)
    body = "\n".join(
        (
            f'{_HEAD}<qti-assessment-item xmlns="{QTI}" identifier="{name}" '
            f'title="{escape(template.id)}" adaptive="true" time-dependent="false" '
            f'xml:lang="{escape(shown.locale)}">',
            *(_declared(one) for one in asked),
            *_OUTCOMES,
            _body(shown, asked, picture),
            _processing(asked, shown, rules),
            *_feedback(shown, rules),
            "</qti-assessment-item>\n",
        )
    )
    return _File(name, template.skills[0], template.difficulty, body, picture)


def _picture(pack: Pack, shown: Shown, name: str) -> tuple[str, bytes] | None:
    """The picture's place in the package, and its bytes; a file of the pack goes once."""
    if shown.picture is None:
        return None
    if isinstance(shown.picture, Drawn):
        return f"items/{name}.svg", shown.picture.svg.encode()
    return shown.picture.file, pack.media[shown.picture.file].read()


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a misconception answers, as a test of the responses, and what is then said."""

    identifier: str
    test: str
    words: tuple[Piece, ...]


_OUTCOMES = (
    '<qti-response-declaration identifier="HINT" cardinality="single" base-type="boolean"/>',
    '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float">'
    "<qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>",
    '<qti-outcome-declaration identifier="HINTS" cardinality="single" base-type="integer">'
    "<qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>",
    '<qti-outcome-declaration identifier="FEEDBACK" cardinality="single" '
    'base-type="identifier"/>',
)


def _declared(field: Field) -> str:
    values = "".join(f"<qti-value>{escape(one)}</qti-value>" for one in field.right)
    return (
        f'<qti-response-declaration identifier="{field.identifier}" '
        f'cardinality="{field.cardinality}" base-type="{field.base_type}">'
        f"<qti-correct-response>{values}</qti-correct-response></qti-response-declaration>"
    )


def _body(shown: Shown, asked: Sequence[Field], carried: tuple[str, bytes] | None) -> str:
    picture = ""
    if shown.picture is not None and carried is not None:
        source = f"../{carried[0]}".removeprefix("../items/")
        picture = f'<p><img src="{source}" alt="{escape(shown.picture.alt)}"/></p>'
    hint = (
        '<p><qti-end-attempt-interaction response-identifier="HINT" title="?"/></p>'
        if shown.hints
        else ""
    )
    markup = "\n".join(field.markup for field in asked)
    return (
        f'<qti-item-body dir="{shown.direction}"><p>{html(shown.stem)}</p>{picture}\n'
        f"{markup}\n{hint}</qti-item-body>"
    )


def _bugs(showing: Showing, asked: Sequence[Field], notes: Notes) -> Iterator[_Rule]:
    """A rule for each misconception that shows itself here and has words."""
    template = showing.made.template
    found = bug_answers(template.bugs, template.answer, showing.made, showing.pack)
    seen = set[str]()
    for misconception, answer in found:
        words = showing.feedback(misconception)
        if answer in seen or not words:
            continue
        seen.add(answer)
        try:
            test = _all(_test(field, value) for field, value in _parted(asked, answer))
        except (Refused, ValueError):
            notes.part(template.id, misconception, "its answer is of another type in QTI")
            continue
        name = f"bug{len(seen)}_{_NO_NAME.sub('_', misconception)}"
        yield _Rule(name, test, words)


def _parted(asked: Sequence[Field], answer: str) -> Iterator[tuple[Field, str]]:
    if len(asked) == 1:
        yield asked[0], answer
        return
    for field, part in zip(asked, answer.split(";"), strict=True):
        yield field, part.partition("=")[2]


def _test(field: Field, answer: str) -> str:
    values = "".join(
        f'<qti-base-value base-type="{field.base_type}">{escape(one)}</qti-base-value>'
        for one in field.value_of(answer)
    )
    if field.cardinality != "single":
        kind = field.cardinality
        values = f"<qti-{kind}>{values}</qti-{kind}>"
    variable = f'<qti-variable identifier="{field.identifier}"/>'
    return f"<qti-match>{variable}{values}</qti-match>"


def _is_right(field: Field) -> str:
    both = (
        f'<qti-variable identifier="{field.identifier}"/>'
        f'<qti-correct identifier="{field.identifier}"/>'
    )
    if not field.tolerance:
        return f"<qti-match>{both}</qti-match>"
    off = f"{field.tolerance} {field.tolerance}"
    return f'<qti-equal tolerance-mode="absolute" tolerance="{off}">{both}</qti-equal>'


def _all(tests: Iterator[str]) -> str:
    return f"<qti-and>{''.join(tests)}</qti-and>"


def _processing(asked: Sequence[Field], shown: Shown, rules: Sequence[_Rule]) -> str:
    right = _all(_is_right(field) for field in asked)
    branches = [
        f"<qti-response-else-if>{right}{_set('SCORE', 'float', '1')}"
        f"{_set('completionStatus', 'identifier', 'completed')}"
        f"{_set('FEEDBACK', 'identifier', 'right')}</qti-response-else-if>"
    ]
    branches += [
        f"<qti-response-else-if>{one.test}{_set('FEEDBACK', 'identifier', one.identifier)}"
        "</qti-response-else-if>"
        for one in rules
    ]
    other = f"<qti-response-else>{_set('FEEDBACK', 'identifier', 'wrong')}</qti-response-else>"
    return (
        "<qti-response-processing><qti-response-condition>"
        f'<qti-response-if><qti-variable identifier="HINT"/>{_next_hint(len(shown.hints))}'
        f"</qti-response-if>{''.join(branches)}{other}"
        "</qti-response-condition></qti-response-processing>"
    )


def _next_hint(count: int) -> str:
    """One hint more at each press: the first points, the last tells."""
    told = (
        '<qti-set-outcome-value identifier="HINTS"><qti-sum>'
        '<qti-variable identifier="HINTS"/><qti-base-value base-type="integer">1'
        "</qti-base-value></qti-sum></qti-set-outcome-value>"
    )
    levels = HINT_LEVELS[:count]
    if not levels:
        return told
    cases = "".join(
        f"<qti-response-{kind}>"
        f'<qti-lte><qti-variable identifier="HINTS"/><qti-base-value base-type="integer">'
        f"{place + 1}</qti-base-value></qti-lte>"
        f"{_set('FEEDBACK', 'identifier', f'hint_{level}')}</qti-response-{kind}>"
        for place, level in enumerate(levels)
        for kind in ("else-if" if place else "if",)
    )
    last = _set("FEEDBACK", "identifier", f"hint_{levels[-1]}")
    return (
        f"{told}<qti-response-condition>{cases}<qti-response-else>{last}"
        "</qti-response-else></qti-response-condition>"
    )


def _set(name: str, base: str, value: str) -> str:
    return (
        f'<qti-set-outcome-value identifier="{name}"><qti-base-value base-type="{base}">'
        f"{value}</qti-base-value></qti-set-outcome-value>"
    )


def _feedback(shown: Shown, rules: Sequence[_Rule]) -> Iterator[str]:
    for level, hint in zip(HINT_LEVELS, shown.hints, strict=False):
        yield _modal(f"hint_{level}", hint)
    for one in rules:
        yield _modal(one.identifier, one.words)


def _modal(name: str, pieces: Sequence[Piece]) -> str:
    return (
        f'<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="{name}" '
        f'show-hide="show"><qti-content-body><p>{html(pieces)}</p></qti-content-body>'
        "</qti-modal-feedback>"
    )


def _manifest(pack: Pack, made: Sequence[_File], tag: str) -> str:
    resources = "\n".join(_resource(one, pack, tag) for one in made)
    name = _NO_NAME.sub("_", pack.id or "pack")
    return (
        f'{_HEAD}<manifest xmlns="{PACKAGE}" identifier="{name}"><metadata>'
        "<schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>"
        f"<organizations/><resources>\n{resources}\n</resources></manifest>\n"
    )


def _resource(one: _File, pack: Pack, tag: str) -> str:
    path = f"items/{one.identifier}"
    picture = f'<file href="{one.picture[0]}"/>' if one.picture else ""
    title = pack.skill_name(pack.skill_index[one.skill], tag)
    keywords = "".join(
        f'<keyword><string language="en">{escape(told)}</string></keyword>'
        for told in (f"skill:{one.skill}", f"difficulty:{one.difficulty}")
    )
    return (
        f'<resource identifier="{one.identifier}_file" type="imsqti_item_xmlv3p0" '
        f'href="{path}.xml"><metadata><lom xmlns="{LOM}"><general><title>'
        f'<string language="{escape(tag)}">{escape(title)}</string></title>{keywords}'
        f'</general></lom></metadata><file href="{path}.xml"/>{picture}</resource>'
    )
