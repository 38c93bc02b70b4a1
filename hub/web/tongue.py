"""The language of the teachers' pages: which it is, and how a template speaks it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from hub.insight.words.teacher import (
    LAST_RESORT,
    OWN_NAMES,
    Value,
    figure,
    filled,
    listed,
    tell,
)
from hub.insight.words.teacher.refusals import understood
from hub.store.choices import choice, choose
from hub.web.parts import parts
from hub.web.safety import for_anyone, teacher_here
from models.domain.locales import PSEUDO, locale

pages = Blueprint("tongue", __name__, url_prefix="/teacher")

COOKIE = "mangotree_language"
YEAR_S = 365 * 24 * 3600
CHOSEN = "teacher_language"
#: In Unicode's private use area: no words and no name holds one.
_OPEN, _CLOSE = "\ue000", "\ue001"


def add_words(app: Flask) -> None:
    """Gives the templates `t`, `label` and what the head of a page needs."""
    app.jinja_env.globals.update(
        number=number,
        count=count,
        t=t, label=label, tongue=tag, direction=direction, tongues=OWN_NAMES, fault=fault,
        listed_names=listed_names,
    )  # fmt: skip
    app.register_blueprint(pages)


@pages.post("/language")
@for_anyone
def speak() -> ResponseReturnValue:
    """Another language for this phone; from a teacher also for the hub's next sign-ins.

    Anybody may choose for their own phone: before signing in, too.
    """
    wanted = request.form.get("tongue", "")
    if wanted not in OWN_NAMES:
        abort(400, "The hub does not speak this language.")
    response = redirect(_here(request.form.get("from", "")))
    teacher = teacher_here()
    if teacher is not None:
        choose(parts().writer, CHOSEN, wanted)
        parts().teacher_door.teachers.set_language(teacher.id, wanted)
    response.set_cookie(COOKIE, wanted, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


def tag() -> str:
    """This request's language: the teacher's, else this phone's or this hub's last choice, else
    what the phone itself speaks.
    """
    if "tongue" not in g:
        mine, here = teacher_here(), _known(request.cookies.get(COOKIE, ""))
        g.tongue = _known(mine.language if mine else "") or here or _of_hub() or _of_phone()
    return str(g.tongue)


def t(key: str, **slots: Value | Markup) -> Markup:
    """The words `key` for a page: each str in them escaped and in a <bdi> of its own.

    Markup, a link say, goes in as it is.
    """
    kept: list[Markup] = []

    def shown(value: str) -> str:
        kept.append(value if isinstance(value, Markup) else bdi(value))
        return f"{_OPEN}{len(kept) - 1}{_CLOSE}"

    text = str(escape(filled(tag(), key, slots, shown)))
    put = re.sub(f"{_OPEN}([0-9]+){_CLOSE}", lambda found: kept[int(found[1])], text)
    return Markup(put)  # noqa: S704  (escaped above; what is put in was escaped or is Markup)


def label(key: str, **slots: Value) -> str:
    """The words `key` for an attribute or a title: no element stands there, so marks do."""
    return tell(tag(), key, slots)


def number(value: int) -> str:
    """A number that stands alone, in the page's digits."""
    return figure(tag(), value, 0)


def count(value: int) -> Markup:
    """A number to be seen first."""
    return Markup("<b>{}</b>").format(number(value))


def direction() -> str:
    """How the page runs: ltr or rtl."""
    return locale(tag()).direction


def listed_names(names: Sequence[str]) -> Markup:
    """Names one after the other, each set apart."""
    row = Markup(listed(tag(), ["{}"] * len(names)))  # noqa: S704  (commas and places)
    return row.format(*(bdi(one) for one in names))


def bdi(name: str) -> Markup:
    """A name or an answer, escaped and set apart from the words around it."""
    return Markup("<bdi>{}</bdi>").format(name)


def fault(sentence: str) -> Markup:
    """What the hub refused, in the page's language where there are words for it."""
    found = understood(sentence)
    if found is not None:
        key, slots = found
        told = {name: _told(value) for name, value in slots.items()}
        return t(key, **told)
    return Markup('<span lang="en" dir="ltr">{}</span>').format(sentence)


def _told(value: Value) -> Value | Markup:
    """A part of a refusal that is a sentence itself: the disk's own complaint."""
    return fault(value) if isinstance(value, str) and understood(value) else value


def _of_hub() -> str:
    return _known(choice(parts().database, CHOSEN))


def _of_phone() -> str:
    found = request.accept_languages.best_match(list(OWN_NAMES))
    return str(found or LAST_RESORT)


def _known(wanted: str) -> str:
    return wanted if wanted in OWN_NAMES or wanted in PSEUDO else ""


def _here(path: str) -> str:
    """`path` where it is one of the teacher's pages; the live class for anything else."""
    return (
        path
        if re.fullmatch(r"/teacher/[\w/-]{0,80}(\?class=[0-9]{1,9})?", path)
        else "/teacher/"
    )
