"""XML as a tree of nodes, read with suspicion: no DOCTYPE, no entities, nothing from outside.

Names are told as QTI 2 and 3 share them: `qti-choice-interaction` and `choiceInteraction` are
both `choiceinteraction`, and so are names of attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from models.domain.exchange.report import Refused

MOST_BYTES = 4 * 2**20
#: A page of a test stands about 15 deep.
DEEPEST = 60
MOST_NODES = 100_000


@dataclass(slots=True)
class Node:
    """An element; `parts` are its texts and its elements, in their order."""

    tag: str
    attributes: dict[str, str]
    parts: list[Node | str] = field(default_factory=list)

    @property
    def nodes(self) -> list[Node]:
        """Its elements."""
        return [one for one in self.parts if isinstance(one, Node)]

    @property
    def text(self) -> str:
        """All words in it, on one line."""
        return " ".join(self._told().split())

    def get(self, name: str, default: str = "") -> str:
        """The attribute `name`."""
        return self.attributes.get(name, default)

    def each(self, *tags: str) -> Iterator[Node]:
        """All elements of these names in it, however deep, in their order."""
        for one in self.nodes:
            if one.tag in tags:
                yield one
            yield from one.each(*tags)

    def first(self, *tags: str) -> Node | None:
        """The first of them; None where there is none."""
        return next(self.each(*tags), None)

    def _told(self) -> str:
        return "".join(one if isinstance(one, str) else one._told() for one in self.parts)


def read_xml(body: bytes) -> Node:
    """The root of the document in `body`; Refused, with the line, for what is none."""
    if len(body) > MOST_BYTES:
        raise Refused("the file", f"is larger than {MOST_BYTES // 2**20} MB")
    tree = _Tree()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = tree.doctype
    parser.EntityDeclHandler = tree.doctype
    parser.ExternalEntityRefHandler = tree.outside
    parser.StartElementHandler = tree.begin
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.words
    try:
        parser.Parse(body, True)  # noqa: FBT003  (expat's own second argument: this is all)
    except expat.ExpatError as error:
        message = expat.errors.messages[error.code]
        raise Refused(f"line {error.lineno}", f"is no XML: {message}") from error
    except (LookupError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("the file", f"is in an encoding that is not known: {error}") from error
    return tree.root.nodes[0]


class _Tree:
    """Hears what the parser finds."""

    def __init__(self) -> None:
        self.root = Node("", {})
        self._open = [self.root]
        self._count = 0

    def doctype(self, *_told: object) -> None:
        raise Refused("a DOCTYPE", "its entities can fill a memory: save the file without it")

    def outside(self, *_told: object) -> int:
        raise Refused("an entity", "it points outside the file")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_NODES or len(self._open) > DEEPEST:
            most = f"{MOST_NODES:,} elements or {DEEPEST} levels"
            raise Refused("the file", f"holds more than {most}")
        node = Node(_plain(name), {_plain(key): value for key, value in attributes.items()})
        self._open[-1].parts.append(node)
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def words(self, words: str) -> None:
        self._open[-1].parts.append(words)


def _plain(name: str) -> str:
    local = name.rpartition(" ")[2].lower()
    return local.removeprefix("qti-").replace("-", "")
