"""What the hub refused, as a teacher's page shows it: where, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hub.insight.words import say
from hub.insight.words.teacher import isolated
from hub.roster.lists.remarks import ListRefused, Remark, words
from hub.web.tongue import tag
from models.domain.locales import locale


@dataclass(frozen=True, slots=True)
class Told:
    """A fault or a note in the language `tag`; `place` is empty where there is none to name.

    Without a `tag` it is a sentence of the hub's own, which the page finds its words for.
    """

    place: str
    what: str
    to_do: str
    tag: str

    @property
    def direction(self) -> str:
        """How its language runs: ltr or rtl."""
        return locale(self.tag).direction


def told(error: Exception) -> list[Told]:
    """All that is wrong; of a list its first faults, and how many more there are."""
    if isinstance(error, ListRefused):
        return [*map(remarked, error.faults), *_more(error.count - len(error.faults))]
    return [Told("", str(error), "", "")]


def remarked(one: Remark) -> Told:
    """A remark in the page's language, or in English where nobody wrote it in that."""
    spoken = _spoken()
    # What stood in the list may run the other way round than the words about it.
    facts = tuple(
        (name, isolated(value, locale(spoken).direction)) for name, value in one.facts
    )
    one = replace(one, facts=facts)
    return Told(one.place(spoken), *one.words(spoken), spoken)


def _more(count: int) -> list[Told]:
    return [Told("", say(tag(), "lists.refused_more", n=count), "", tag())] if count else []


def _spoken() -> str:
    try:
        words(tag())
    except FileNotFoundError:
        return "en"
    return tag()
