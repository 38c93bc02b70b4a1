"""Items of QTI 2.1, 2.2 and 3.0 as drafts; what they hold beside is noted, item by item."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from models.domain.container import ArchiveFault
from models.domain.exchange.draft import Draft, Words, hints, message, tidy
from models.domain.exchange.mathml import notation
from models.domain.exchange.pictures import image_name
from models.domain.exchange.qti_answers import Asked, asked, responses
from models.domain.exchange.qti_package import Package, Source
from models.domain.exchange.report import ExchangeFault, Notes, Refused
from models.domain.exchange.safe_xml import Node, read_xml
from models.domain.exchange.source import Gathered, Progress
from models.domain.exchange.typed import Reads

BLANK = "___"
_BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "br", "blockquote")
_INLINE = ("span", "b", "i", "em", "strong", "u", "a", "prompt", "contentbody", "small", "pre")
_LEFT = ("rubricblock", "feedbackblock", "feedbackinline", "stylesheet", "infocontrol", "hr")
_HINTS = ("hint_pointing", "hint_teaching", "hint_bottom_out")


@dataclass(frozen=True, slots=True)
class Reading:
    """How items are read: the language and skill of those that tell none, and the checker."""

    locale: str
    skill: str
    reads: Reads


def read_qti(body: bytes, how: Reading, notes: Notes, on_item: Progress) -> Gathered:
    """The items of a package, or of one item's XML; all else of it stands in `notes`.

    Raises ExchangeFault where the file itself is neither.
    """
    is_zip = body.startswith(b"PK")
    package = Package(body) if is_zip else None
    sources: list[Source | Refused] = (
        list(package.items()) if package else [Source("the item", body)]
    )
    media: dict[str, bytes] = {}
    drafts = []
    for place, source in enumerate(sources):
        on_item(place + 1, len(sources))
        if isinstance(source, Refused):
            notes.whole(source.what, source)
            continue
        try:
            drafts.append(_Item(source, package, how, notes, media).draft())
        except Refused as refused:
            notes.whole(source.name, refused)
    if not sources:
        raise ExchangeFault("the manifest lists no items")
    return Gathered(tuple(drafts), media=media)


@dataclass(slots=True)
class _Item:
    """One item while it is read."""

    source: Source
    package: Package | None
    how: Reading
    notes: Notes
    media: dict[str, bytes]
    words: Words = field(default_factory=Words)
    fields: list[Asked] = field(default_factory=list)
    many: bool = False
    shown: int = 0
    units: dict[str, str] = field(default_factory=dict)
    #: Only while the question itself is read: that is where a picture can stand.
    is_question: bool = False
    picture: dict[str, str] = field(default_factory=dict)
    alt: str = ""

    def draft(self) -> Draft:
        """The whole of it; Refused where that cannot be."""
        item = read_xml(self.source.body)
        body = item.first("itembody")
        if item.tag != "assessmentitem" or body is None:
            raise Refused("the file", "is no assessment item")
        if item.first("templatedeclaration") is not None:
            raise Refused("template variables", "its values are drawn by rules of QTI")
        known = responses(item)
        nodes = [one for one in _interactions(body) if one.tag != "endattemptinteraction"]
        self.many = len(nodes) > 1
        if not 1 <= len(nodes) <= 8:
            raise Refused("interactions", f"there are {len(nodes)}, and there may be 1 to 8")
        for place, node in enumerate(nodes):
            name = node.get("responseidentifier")
            if name not in known:
                raise Refused(f"response '{name}'", "is not declared")
            leaf = f"p{place + 1}." if self.many else ""
            one = asked(node, known[name], leaf, self._content, self.how.reads)
            self.fields.append(one)
            for what, why in one.lost:
                self.notes.part(self.source.name, what, why)
        self.is_question = True
        stem = tidy(self._content(body))
        self.is_question = False
        return self._made(item, stem or self.alt)

    def _made(self, item: Node, stem: str) -> Draft:
        tag = self._tag(item)
        answer, texts = self._answer()
        if not stem:
            raise Refused("question", "there are no words that could be kept")
        given = self._feedback(item)
        texts |= {"stem": stem, **hints(given, tag), **self.units}
        fields: dict[str, Any] = {"answer": answer, "difficulty": self._difficulty()}
        # After all words: each may have added mathematics.
        fields["maths"] = self.words.maths
        if self.picture:
            fields["picture"] = self.picture
            texts["alt"] = self.alt
        skill = self.source.told.get("skill", self.how.skill)
        return Draft(self.source.name, (skill,), fields, {tag: texts})

    def _answer(self) -> tuple[dict[str, Any], dict[str, str]]:
        if not self.many:
            return self.fields[0].answer, dict(self.fields[0].texts)
        parts, texts = [], dict[str, str]()
        for place, one in enumerate(self.fields):
            name = f"p{place + 1}"
            if one.answer["kind"] in ("order", "match"):
                raise Refused("interactions", "to order or match must be asked by itself")
            parts.append({"id": name, "text": f"part.{name}", "answer": one.answer})
            texts |= one.texts | {f"part.{name}": f"({place + 1})"}
        return {"kind": "parts", "parts": parts}, texts

    def _content(self, node: Node) -> str:
        """All words in `node` as a message, mathematics in slots, fields as blanks."""
        told = [
            message(one) if isinstance(one, str) else self._element(one) for one in node.parts
        ]
        return tidy("".join(told))

    def _element(self, node: Node) -> str:
        tag = node.tag
        if tag == "math":
            return self._maths(node)
        if tag in _BLOCKS:
            return f" {self._content(node)} "
        if tag in _INLINE:
            return _kept_apart(node, self._content(node))
        if tag == "img":
            return f" {self._picture(node)} "
        if tag.endswith("interaction"):
            return self._field(node)
        if tag in _LEFT:
            self.notes.part(self.source.name, f"<{tag}>", "packs have no place for it")
            return " "
        raise Refused(f"<{tag[:30]}>", "its content cannot be shown as words or mathematics")

    def _maths(self, node: Node) -> str:
        for unit in node.each("mtext"):
            if unit.get("dataunit"):
                self.units[f"unit.{unit.get('dataunit')}"] = unit.text
        inside = list(node.each("mn", "mi", "mo", "mtext", "mfrac", "mtable"))
        try:
            return self.words.slot(notation(node))
        except Refused:
            if len(inside) == 1 and inside[0].tag in ("mn", "mtext"):
                return message(inside[0].text)
            raise

    def _field(self, node: Node) -> str:
        if node.tag == "endattemptinteraction":
            return " "
        prompt = node.first("prompt")
        told = self._content(prompt) if prompt is not None else ""
        blank = BLANK if node.tag in ("textentryinteraction", "inlinechoiceinteraction") else ""
        if not self.many:
            return f" {told} {blank} "
        self.shown += 1
        return f" {told} ({self.shown}) {blank} "

    def _picture(self, node: Node) -> str:
        """Nothing where the item shows it; else its words, in place of it."""
        alt, source = node.get("alt"), node.get("src")
        if not alt:
            raise Refused(
                f"picture '{source[:60]}'", "has no words (alt) that could stand for it"
            )
        try:
            name = self._kept(source)
        except (Refused, ArchiveFault) as fault:
            told = fault.what if isinstance(fault, ArchiveFault) else str(fault)
            self.notes.part(self.source.name, f"picture '{source[:60]}'", told)
            return f"[{message(alt)}]"
        self.picture, self.alt = {"kind": "image", "file": f"={name}"}, message(alt)
        return ""

    def _kept(self, source: str) -> str:
        """The name of the file in `media/`, which it is put into; refused where none can be."""
        if not self.is_question or self.picture:
            raise Refused("the file", "an item shows one picture, beside its question")
        folder = posixpath.dirname(self.source.name)
        path = posixpath.normpath(posixpath.join(folder, unquote(source)))
        if self.package is None or "://" in source or source.startswith("data:"):
            raise Refused("the file", "is not in the package, and nothing is fetched")
        body = self.package.read(path)
        name = image_name(path, body)
        self.media[name] = body
        return name

    def _feedback(self, item: Node) -> list[str]:
        """The messages of our own hints; feedback of others has no place."""
        found = {one.get("identifier"): one for one in item.each("modalfeedback")}
        given = []
        for name in _HINTS:
            node = found.pop(name, None)
            if node is not None:
                given.append(self._hint(node))
        for name in found:
            self.notes.part(
                self.source.name, f"feedback '{name[:60]}'", "no rule leads to it here"
            )
        return given

    def _hint(self, node: Node) -> str:
        try:
            return tidy(self._content(node))
        except Refused as refused:
            self.notes.part(
                self.source.name, f"feedback '{node.get('identifier')}'", str(refused)
            )
            return ""

    def _tag(self, item: Node) -> str:
        told = item.get("lang", self.how.locale)
        primary = told.partition("-")[0].lower()
        return self.how.locale if primary == self.how.locale.partition("-")[0] else primary

    def _difficulty(self) -> float:
        try:
            return min(6.0, max(-6.0, float(self.source.told.get("difficulty", "0"))))
        except ValueError:
            return 0.0


def _interactions(body: Node) -> Iterable[Node]:
    for one in body.nodes:
        if one.tag.endswith("interaction"):
            yield one
        else:
            yield from _interactions(one)


def _kept_apart(node: Node, told: str) -> str:
    """`told` with a space where its words began or ended with one."""
    first, last = (node.parts or [""])[0], (node.parts or [""])[-1]
    before = " " if isinstance(first, str) and first[:1].isspace() else ""
    after = " " if isinstance(last, str) and last[-1:].isspace() else ""
    return f"{before}{told}{after}"
