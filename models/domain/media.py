"""Pictures and sounds of a pack: known by their first bytes, and no drawing runs anything.

A tablet shows a pack's SVG inside the hub's own pages. So a drawing may only draw: its elements
are from a short list, and no attribute runs, loads or points outside the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from models.domain.container import ArchiveFault, shown
from models.domain.images import image_size

#: The first bytes by what the name ends in; mp3: a tag, or the eleven bits of a frame.
_MAGIC = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "ogg": re.compile(rb"OggS\x00"),
    "mp3": re.compile(rb"ID3|\xff[\xe2-\xff]"),
}
SUFFIXES = (*_MAGIC, "svg")
_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """svg g defs symbol use title desc path rect circle ellipse line polyline polygon text
        tspan linearGradient radialGradient stop clipPath mask pattern marker""",
    )
)
_HREFS = ("href", "http://www.w3.org/1999/xlink href")
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|script:|expression\(|\\", re.IGNORECASE)
DEEPEST = 40


def check_media(name: str, body: bytes) -> None:
    """Raises ArchiveFault for a file that is not what its name says, or a drawing that acts."""
    suffix = name.rpartition(".")[2]
    if suffix == "svg":
        _check_drawing(name, body)
    elif suffix not in _MAGIC:
        raise ArchiveFault(f"is none of {', '.join(SUFFIXES)}", file=name)
    elif not _MAGIC[suffix].match(body):
        raise ArchiveFault(f"is no {suffix}: its first bytes are others'", file=name)
    elif suffix in ("png", "jpg"):
        # A few bytes can unpack to more pixels than a tablet has memory.
        image_size(name, body)


def _check_drawing(name: str, body: bytes) -> None:
    drawing = _Drawing(name)
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = drawing.doctype
    parser.ProcessingInstructionHandler = drawing.instruction
    parser.StartElementHandler = drawing.begin
    parser.EndElementHandler = drawing.end
    drawing.line = lambda: parser.CurrentLineNumber
    try:
        parser.Parse(body, True)  # noqa: FBT003  (expat's own second argument: this is all)
    except expat.ExpatError as error:
        message = expat.errors.messages[error.code]
        raise ArchiveFault(f"is no SVG: {message}", file=name, line=error.lineno) from error


class _Drawing:
    """Hears what the parser finds, and refuses the first thing that is not drawing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self.line: Callable[[], int] = lambda: 0

    def doctype(self, *_told: object) -> None:
        raise self._fault("holds a DOCTYPE, and entities can fill a memory")

    def instruction(self, target: str, _told: str) -> None:
        raise self._fault(f"holds an instruction <?{shown(target)}?>")

    def begin(self, element: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = element.rpartition(" ")
        if namespace != _SVG or tag not in _ELEMENTS or (self._depth == 0 and tag != "svg"):
            raise self._fault(f"holds <{shown(tag)}>, which drawings of packs may not")
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault(f"is nested deeper than {DEEPEST}")
        for key, value in attributes.items():
            self._check_attribute(key, value)

    def end(self, _element: str) -> None:
        self._depth -= 1

    def _check_attribute(self, key: str, value: str) -> None:
        if key.rpartition(" ")[2].lower().startswith("on"):
            raise self._fault(f"holds a script in '{shown(key)}'")
        if key in _HREFS and not value.startswith("#"):
            raise self._fault("points to something outside the drawing")
        if _OUTSIDE.search(value):
            raise self._fault(f"'{shown(key)}' points to something outside the drawing")

    def _fault(self, what: str) -> ArchiveFault:
        return ArchiveFault(what, file=self._name, line=self.line())
