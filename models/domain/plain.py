"""A pack as one JSON text: for response logs, for tests, and as early hubs wrote them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from models.domain.early import modern
from models.domain.faults import PackFault
from models.domain.pack import Misconception, Pack, Skill, Texts, check_pack

Version = Annotated[int, msgspec.Meta(ge=1)]


class _Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything in one value; without `locales` its items show their mathematics alone."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    version: Version
    skills: Annotated[tuple[Skill, ...], msgspec.Meta(min_length=1)]
    items: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(min_length=1)]
    misconceptions: tuple[Misconception, ...] = ()
    default_locale: str = "en"
    locales: dict[str, dict[str, str]] = {}


def decode_plain(body: bytes) -> Pack:
    """The pack that `body` (JSON) holds; raises PackFault with the key that is wrong."""
    try:
        plain = msgspec.json.decode(body, type=_Plain)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackFault(str(error)) from error
    items = [modern(raw, place) for place, raw in enumerate(plain.items)]
    return check_pack(
        Pack(
            name=plain.name,
            version=str(plain.version),
            skills=plain.skills,
            bodies=items,
            misconceptions=plain.misconceptions,
            locales={tag: _held(texts) for tag, texts in plain.locales.items()},
            default_locale=plain.default_locale,
        )
    )


def encode_plain(
    name: str, version: int, skills: tuple[Skill, ...], items: list[dict[str, Any]]
) -> bytes:
    """A pack without texts as JSON."""
    raws = tuple(msgspec.Raw(msgspec.json.encode(one)) for one in items)
    return msgspec.json.encode(_Plain(name, version, skills, raws))


def _held(texts: Texts) -> Any:
    return lambda: texts
