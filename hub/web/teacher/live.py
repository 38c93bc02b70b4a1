"""Pushes to phones what changed in a class since the last push: tiles, cards to visit, the top.

A push is one event of at most `MOST` bytes, `{tiles: {learner: code}, html: [element],
order: [learner]}`; what does not fit comes with the next one. The first push has the tiles of
all and says so, `all`; the code of a child who left is empty. What is pushed is made once for
all phones of a language, and holds nothing of one phone's own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

import msgspec
from flask import current_app, render_template, stream_with_context
from markupsafe import Markup

from hub.insight.words import say
from hub.web.parts import Parts, parts
from hub.web.teacher.board import (
    LETTERS,
    PUSH_EVERY_S,
    SAYINGS,
    SIGNS,
    Board,
    Frame,
    Stop,
)
from hub.web.teacher.cards import card
from hub.web.teacher.codes import waiting
from hub.web.teacher.rest import resters
from hub.web.tongue import tag

#: The bytes of one push, its frame of server-sent events included.
MOST = 3_072
#: Cards that are kept ready: those of three languages, and of some moments.
_KEPT = 64
_QUIET = ": here\n\n"


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame in one language: the elements by id, and whom to visit in which order."""

    tiles: dict[int, str]
    elements: dict[str, str]
    order: tuple[int, ...]


@dataclass(slots=True)
class Phone:
    """What a phone has by now.

    Which cards stand on its page is not known before the first order: it may be there since an
    earlier stream.
    """

    tiles: dict[int, str] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)
    order: tuple[int, ...] | None = None

    def push(self, shown: Shown) -> tuple[str, bool]:
        """The event that brings the phone to `shown`, and whether that was all of it."""
        tiles = {k: code for k, code in shown.tiles.items() if self.tiles.get(k) != code}
        tiles |= dict.fromkeys(self.tiles.keys() - shown.tiles.keys(), "")
        fresh = {k: v for k, v in shown.elements.items() if self.elements.get(k) != v}
        if not tiles and not fresh and self.order == shown.order:
            return _QUIET, True
        change: dict[str, Any] = {"tiles": tiles} if tiles else {}
        change |= {"all": True} if tiles and not self.tiles else {}
        sent: dict[str, str] = {}
        for key, html in fresh.items():
            longer = change | {"html": [*sent.values(), str(html)], "order": shown.order}
            # By itself even a longer one goes: it would never be short enough.
            if len(_event(longer)) > MOST and (tiles or sent):
                break
            sent[key] = str(html)
        is_all = len(sent) == len(fresh)
        change |= {"html": list(sent.values())} if sent else {}
        self.elements |= sent
        self.tiles = shown.tiles
        if is_all:
            change |= {"order": shown.order} if self.order != shown.order else {}
            self.order, self.elements = shown.order, shown.elements
        return _event(change).decode(), is_all


class Screens:
    """The boards of all classes, and what was written of them; safe from any thread."""

    def __init__(self, parts: Parts, is_over: threading.Event) -> None:
        self._parts = parts
        self.is_over = is_over
        self._boards: dict[int, Board] = {}
        self._lock = threading.Lock()
        self._shown: dict[tuple[int, str], tuple[int, Shown]] = {}
        self._cards: OrderedDict[tuple[str, Stop, bool], Markup] = OrderedDict()

    def board(self, class_id: int) -> Board:
        """The class's one board."""
        with self._lock:
            if class_id not in self._boards:
                self._boards[class_id] = Board(self._parts, class_id, self.is_over)
            return self._boards[class_id]

    def shown(self, class_id: int, frame: Frame, tag: str) -> Shown:
        """`frame` in a language, written once for all phones that speak it."""
        with self._lock:
            known = self._shown.get((class_id, tag))
            if known is None or known[0] != frame.number:
                known = frame.number, self._write(class_id, frame, tag)
                self._shown[class_id, tag] = known
            return known[1]

    def cards(self, class_id: int, frame: Frame, tag: str) -> list[Markup]:
        """The cards as a page has them from the start, pictures included."""
        with self._lock:
            return [self._card(class_id, tag, stop, is_pushed=False) for stop in frame.stops]

    def _write(self, class_id: int, frame: Frame, tag: str) -> Shown:
        elements: dict[str, str] = {
            f"stop-{stop.learner.id}": self._card(class_id, tag, stop, is_pushed=True)
            for stop in frame.stops
        }
        elements["top"] = top(self._parts, class_id, frame)
        elements["foot"] = foot(self._parts, frame)
        order = tuple(stop.learner.id for stop in frame.stops)
        return Shown(frame.codes(), elements, order)

    def _card(self, class_id: int, tag: str, stop: Stop, *, is_pushed: bool) -> Markup:
        key = tag, stop, is_pushed
        if key not in self._cards:
            with self._parts.classroom.lock:
                found = card(self._parts.classroom.rooms[class_id], tag, stop)
            html = render_template("teacher/_stop.html", card=found, is_pushed=is_pushed)
            self._cards[key] = _lean(html)
            if len(self._cards) > _KEPT:
                self._cards.popitem(last=False)
        self._cards.move_to_end(key)
        return self._cards[key]


def screens() -> Screens:
    """The boards of the hub that serves this request."""
    return cast(Screens, current_app.extensions["mangotree-screens"])


def stream(class_id: int) -> Iterator[str]:
    """Server-sent events `class`, from the first frame on that is written for this phone."""
    made, spoken = screens(), tag()

    def events() -> Iterator[str]:
        phone, board = Phone(), made.board(class_id)
        frame = board.now()
        while not made.is_over.is_set():
            shown = made.shown(class_id, frame, spoken)
            text, is_all = phone.push(with_asides(shown, class_id))
            yield text
            if is_all:
                frame = board.after(frame.number)
            else:
                made.is_over.wait(PUSH_EVERY_S / 2)
                frame = board.now()

    return cast(Iterator[str], stream_with_context(events()))


def with_asides(shown: Shown, class_id: int) -> Shown:
    """`shown` and the forms of those who rest or cannot sign in: each phone has its own.

    After a cut also what is safe and who is back, as tablets come.
    """
    elements = shown.elements | {"asides": asides(parts(), class_id)}
    if parts().health.greeting() is not None:
        elements["greeting"] = _lean(render_template("teacher/_greeting_words.html"))
    return replace(shown, elements=elements)


def asides(parts: Parts, class_id: int) -> Markup:
    """Who rests and who cannot sign in; mostly nobody."""
    resting = resters(parts, class_id)
    if not (resting.all or resting.undo or waiting(class_id)):
        return Markup('<div id="asides"></div>')
    page = render_template(
        "teacher/_asides.html", shown=parts.people.classes[class_id], resters=resting
    )
    return _lean(page)


def top(parts: Parts, class_id: int, frame: Frame) -> Markup:
    """The class in one line, and what the teacher does to all of it."""
    return _lean(
        render_template(
            "teacher/_top.html",
            shown=parts.people.classes[class_id],
            counts=frame.counts,
            state=parts.classroom.rooms[class_id].state,
            trouble=parts.writer.trouble,
        )
    )


def foot(parts: Parts, frame: Frame) -> Markup:
    """What stands below the cards: the last word, to be taken back, and how many visits."""
    word = frame.last_word
    name = "" if word is None else parts.people.learner(word.learner).name
    return _lean(render_template("teacher/_foot.html", frame=frame, last_name=name))


def tile_words(tag: str) -> dict[str, object]:
    """What a tile says, by the letters and signs that are pushed."""
    states = {
        letter: [state, say(tag, "walk.tile", state=state)] for state, letter in LETTERS.items()
    }
    said = {
        letter: say(tag, "walk.said", what=what) for what, letter in SAYINGS.items() if what
    }
    return {"states": states, "said": said, "signs": SIGNS}


def _event(change: dict[str, Any]) -> bytes:
    return b"event: class\ndata: " + msgspec.json.encode(change) + b"\n\n"


def _lean(html: str) -> Markup:
    """Without the template's indents and line ends."""
    return Markup(" ".join(html.split()))  # noqa: S704  (a template escaped what is in it)
