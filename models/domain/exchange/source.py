"""Drafts made into a pack's source folder: each is tried as a learner would meet it, first."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from models.domain.archive import build
from models.domain.carried import media_of
from models.domain.exchange.draft import Draft, Wrong, message, slug
from models.domain.exchange.report import ExchangeFault, Notes, Refused
from models.domain.faults import PackFault
from models.domain.language import LanguageFault
from models.domain.pack import Misconception, Pack, Skill, check_pack
from models.domain.showing import show
from models.domain.solution import right_answer
from models.domain.template import Template

Progress = Callable[[int, int], None]
Texts = dict[str, dict[str, str]]
#: What a pack may be tried with; imported items are the same for every seed.
_SEED = 1
_FEEDBACK = {
    "en": "Look again: this is a common slip.",
    "sw": "Angalia tena: hili ni kosa la kawaida.",
    "ar": "انظر مرة أخرى: هذا خطأ شائع.",
}


#: Until somebody says under which licence it may be passed on.
NOT_STATED = "LicenseRef-not-stated"


@dataclass(frozen=True, slots=True)
class About:
    """What the new pack says of itself; `licence` is an SPDX expression."""

    id: str
    name: str
    locale: str
    created: date
    licence: str = NOT_STATED
    authors: tuple[str, ...] = ("not stated",)
    attribution: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a source gave: items, the misconceptions they name, and media by name."""

    drafts: Sequence[Draft]
    wrong: Sequence[Wrong] = ()
    media: Mapping[str, bytes] | None = None
    attribution: tuple[str, ...] = ()
    licence: str = ""


def write_source(
    folder: Path, gathered: Gathered, about: About, notes: Notes, on_item: Progress
) -> int:
    """Writes the pack's folder, which must not be there; how many items are in it.

    Raises ExchangeFault where nothing is left to write.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExchangeFault(f"{folder} is there already and not empty: name another folder")
    texts: Texts = {about.locale: {}}
    taken = _taken(gathered, texts, about, notes, on_item)
    if not taken:
        raise ExchangeFault("no item could be taken: see the report")
    _whole_languages(taken, texts, about.locale, notes)
    skills = _skills(taken, gathered.drafts, texts)
    wrong = _misconceptions(gathered, taken, texts, about)
    for name, body in _files(taken, skills, wrong, texts, gathered, about):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    build(folder, None)
    return len(taken)


def _taken(
    gathered: Gathered, texts: Texts, about: About, notes: Notes, on_item: Progress
) -> list[dict[str, Any]]:
    counts = Counter[str]()
    taken: list[dict[str, Any]] = []
    for place, draft in enumerate(gathered.drafts):
        on_item(place + 1, len(gathered.drafts))
        skill = slug(draft.skills[0], "skill")
        item = {
            "id": f"{skill}.{counts[skill] + 1}",
            "skills": tuple(dict.fromkeys(slug(one, "skill") for one in draft.skills))[:8],
            **draft.fields,
        }
        own = {
            tag: {_key(item["id"], leaf): text for leaf, text in leaves.items()}
            for tag, leaves in draft.texts.items()
        }
        try:
            _check_language(draft, about)
            _try(item, own, gathered, about)
        except (
            Refused,
            PackFault,
            LanguageFault,
            msgspec.ValidationError,
            ValueError,
        ) as fault:
            notes.whole(draft.name, _refusal(fault))
            continue
        counts[skill] += 1
        taken.append(item)
        for tag, messages in own.items():
            texts.setdefault(tag, {}).update(messages)
    return taken


def _key(item: str, leaf: str) -> str:
    """Units are written alike in all items of a language."""
    return leaf if leaf.startswith("unit.") else f"{item}.{leaf}"


def _whole_languages(
    taken: Sequence[Mapping[str, Any]], texts: Texts, own: str, notes: Notes
) -> None:
    """Leaves out languages that not every item has: a pack speaks all or nothing of one."""
    for tag in [one for one in texts if one != own]:
        there = sum(f"{item['id']}.stem" in texts[tag] for item in taken)
        if there < len(taken):
            notes.part(
                f"language {tag}", "its words", f"{there} of {len(taken)} items have them"
            )
            del texts[tag]


def _check_language(draft: Draft, about: About) -> None:
    if about.locale not in draft.texts:
        told = ", ".join(draft.texts)
        why = f"has words in {told}, and the pack's own language is {about.locale}"
        raise Refused("language", why)


def _refusal(fault: Exception) -> Refused:
    return fault if isinstance(fault, Refused) else Refused("the item", str(fault))


def _try(item: dict[str, Any], texts: Texts, gathered: Gathered, about: About) -> None:
    """Shows the item once in each of its languages; whatever is wrong with it is raised."""
    template = msgspec.convert(item, Template)
    pack = check_pack(
        Pack(
            name=about.name,
            version="1",
            skills=[Skill(one) for one in template.skills],
            bodies=[msgspec.Raw(msgspec.json.encode(item))],
            misconceptions=[_misconception(one, template.skills) for one in gathered.wrong],
            locales={tag: _held(messages) for tag, messages in texts.items()},
            default_locale=about.locale if about.locale in texts else next(iter(texts)),
            media=media_of(
                (f"media/{name}", hashlib.sha256(body).hexdigest(), partial(bytes, body))
                for name, body in (gathered.media or {}).items()
            ),
        )
    )
    for tag in texts:
        show(pack, 0, _SEED, tag)
    made = pack.activity(0, _SEED)
    for answer in (template.answer, *(step.answer for step in template.steps)):
        if not right_answer(answer, made):
            raise Refused("answer", "it has no right answer")


def _held(messages: Mapping[str, str]) -> Callable[[], Mapping[str, str]]:
    return lambda: messages


def _skills(
    taken: Sequence[Mapping[str, Any]], drafts: Sequence[Draft], texts: Texts
) -> list[dict[str, str]]:
    names = {slug(one, "skill"): one for draft in drafts for one in draft.skills}
    used = dict.fromkeys(one for item in taken for one in item["skills"])
    for skill in used:
        for messages in texts.values():
            messages[f"skill.{skill}.name"] = message(names[skill])
            messages[f"skill.{skill}.description"] = message(names[skill])
    return [{"id": one} for one in used]


def _misconception(wrong: Wrong, skills: Sequence[str]) -> Misconception:
    return Misconception(
        id=wrong.id,
        family=wrong.id.partition(".")[0],
        source="named by the author of the imported items",
        skills=tuple(skills),
    )


def _misconceptions(
    gathered: Gathered, taken: Sequence[Mapping[str, Any]], texts: Texts, about: About
) -> list[Misconception]:
    used: dict[str, dict[str, None]] = {}
    for item in taken:
        options = item["answer"].get("options", ())
        for one in (*item.get("bugs", ()), *options):
            if one.get("misconception"):
                used.setdefault(one["misconception"], {})[item["skills"][0]] = None
    by_id = {one.id: one for one in gathered.wrong}
    for name in used:
        title = name.replace("_", " ").replace(".", ": ")
        for tag, own in texts.items():
            told = message(by_id[name].feedback) if tag == about.locale else ""
            plain = _FEEDBACK.get(tag.partition("-")[0], title)
            own[f"misconception.{name}.title"] = message(title)
            own[f"misconception.{name}.teacher"] = message(title)
            own[f"misconception.{name}.feedback"] = told or plain
    return [_misconception(by_id[name], tuple(skills)) for name, skills in used.items()]


def _files(
    taken: Sequence[Mapping[str, Any]],
    skills: object,
    wrong: object,
    texts: Texts,
    gathered: Gathered,
    about: About,
) -> Iterable[tuple[str, bytes]]:
    manifest = {
        "id": about.id,
        "name": about.name,
        "version": "1.0.0",
        "schema": 1,
        "min_hub_version": "0.1.0",
        "licence": gathered.licence or about.licence,
        "authors": about.authors,
        "attribution": (*about.attribution, *gathered.attribution),
        "default_locale": about.locale,
        "locales": tuple(texts),
        "reading_age": 8,
        "created": about.created,
    }
    yield "pack.json", _json(manifest)
    yield "skills.json", _json(skills)
    yield "misconceptions.json", _json(wrong)
    by_skill: dict[str, list[Mapping[str, Any]]] = {}
    for item in taken:
        by_skill.setdefault(item["skills"][0], []).append(item)
    for skill, items in by_skill.items():
        yield f"items/{skill}.json", _json(items)
    for tag, messages in texts.items():
        yield f"locales/{tag}.json", _json(messages)
    shown = {f"={name}": name for name in gathered.media or {}}
    used = {shown.get(item.get("picture", {}).get("file", "")) for item in taken}
    for name, body in (gathered.media or {}).items():
        if name in used:
            yield f"media/{name}", body


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
