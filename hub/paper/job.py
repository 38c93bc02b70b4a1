"""What is to stand on paper: the values that the hub hands to the process that draws."""

from __future__ import annotations

import msgspec


class Card(msgspec.Struct, frozen=True):
    """A learner's card; `link` is what its QR code holds."""

    name: str
    picture: str
    link: str


class Wall(msgspec.Struct, frozen=True):
    """The sheet that tells how tablets join: a heading, a QR code, three steps, a remark.

    Of each step its words, then what to type, empty for nothing.
    """

    heading: str
    link: str
    steps: tuple[tuple[str, str], ...]
    remark: str


class Job(msgspec.Struct, frozen=True):
    """One file: the sheet for the wall first, where there is one, then ten cards to a page."""

    title: str
    language: str
    is_rtl: bool
    class_name: str
    cards: tuple[Card, ...] = ()
    wall: Wall | None = None
