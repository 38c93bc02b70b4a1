"""What a QTI interaction asks, as an answer of ours; its right answer from the declaration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from models.domain.exchange.draft import option_ids
from models.domain.exchange.report import Refused
from models.domain.exchange.safe_xml import Node
from models.domain.exchange.typed import Reads, number_answer, typed_answer
from models.domain.solution import number_text

#: As the ticks of widgets.
MOST_TICKS = 200
#: About as many labels as fit beside each other on a tablet of 600 px.
MOST_LABELS = 10
_NUMERIC = ("whole", "fraction", "mixed", "decimal")
#: What a field of one line makes of an option: its words.
Content = Callable[[Node], str]


@dataclass(frozen=True, slots=True)
class Response:
    """What a response declaration says: `right` in order, and other values that score."""

    base_type: str
    cardinality: str
    right: tuple[str, ...]
    also: tuple[str, ...] = ()
    tolerance: str = ""


@dataclass(slots=True)
class Asked:
    """An answer's fields, the words of its options by leaf, and what was not kept."""

    answer: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    lost: list[tuple[str, str]] = field(default_factory=list)


def responses(item: Node) -> dict[str, Response]:
    """The item's response declarations by identifier."""
    return {
        one.get("identifier"): _response(one, item) for one in item.each("responsedeclaration")
    }


def asked(node: Node, response: Response, leaf: str, content: Content, reads: Reads) -> Asked:
    """What the interaction `node` asks; texts of options end in `LEAFoption.ID`.

    Refused for kinds that a hub does not ask, and where no answer is right.
    """
    ask = _KINDS.get(node.tag)
    if ask is None:
        raise Refused(f"<{node.tag}>", "a hub asks nothing of this kind")
    if not response.right:
        raise Refused(f"<{node.tag}>", "the item does not say which answer is right")
    found = ask(node, response, _Options(leaf, content), reads)
    for other in response.also:
        found.lost.append((f"answer '{other[:40]}'", "an item has one right answer"))
    return found


@dataclass(frozen=True, slots=True)
class _Options:
    leaf: str
    content: Content

    def of(self, nodes: Sequence[Node], ids: Sequence[str], kind: str = "option") -> Asked:
        """Options with their words."""
        if not 2 <= len(nodes) <= 12:
            raise Refused("options", f"there are {len(nodes)}, and there may be 2 to 12")
        found = Asked({})
        options = []
        for node, one in zip(nodes, ids, strict=True):
            leaf = f"{self.leaf}{kind}.{one}"
            words = self.content(node)
            if not words:
                raise Refused(f"option '{one}'", "has no words that could be kept")
            found.texts[leaf] = words
            options.append({"id": one, "text": leaf})
        found.answer["options"] = options
        return found


def _response(node: Node, item: Node) -> Response:
    correct = node.first("correctresponse")
    right = tuple(one.text for one in correct.each("value")) if correct else ()
    scored = {
        one.get("mapkey"): _score(one.get("mappedvalue")) for one in node.each("mapentry")
    }
    good = [key for key, score in scored.items() if score > 0]
    if not right and good and node.get("cardinality") == "single":
        right = (max(good, key=lambda key: scored[key]),)
    elif not right:
        right = tuple(good)
    also = tuple(key for key in good if key not in right)
    name = node.get("identifier")
    return Response(
        node.get("basetype"),
        node.get("cardinality"),
        right,
        also,
        _tolerance(item, name, right),
    )


def _score(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _tolerance(item: Node, name: str, right: Sequence[str]) -> str:
    """How far off a value may be, as the rules that score the item say."""
    for equal in item.each("equal"):
        asks = any(one.get("identifier") == name for one in equal.each("variable"))
        told = equal.get("tolerance").split()
        if not asks or not told or equal.get("tolerancemode") not in ("absolute", "relative"):
            continue
        off = max(_score(one) for one in told)
        if equal.get("tolerancemode") == "relative" and right:
            off = off * abs(_score(right[0])) / 100
        return number_text(off) if off > 0 else ""
    return ""


def _choice(node: Node, response: Response, options: _Options, _reads: Reads) -> Asked:
    nodes = list(node.each("simplechoice", "inlinechoice"))
    names = [one.get("identifier") for one in nodes]
    ids = dict(zip(names, option_ids(names), strict=True))
    found = options.of(nodes, list(ids.values()))
    _known(response.right, ids)
    right = tuple(ids[one] for one in response.right)
    is_multiple = response.cardinality == "multiple"
    if len(right) > 1 and not is_multiple:
        raise Refused("right answer", "a single choice has several")
    found.answer |= {
        "kind": "choice",
        "right": repr(right if is_multiple else right[0]),
        "is_multiple": is_multiple,
        "is_ordered": node.get("shuffle", "false") != "true",
    }
    return found


def _order(node: Node, response: Response, options: _Options, _reads: Reads) -> Asked:
    nodes = list(node.each("simplechoice"))
    names = [one.get("identifier") for one in nodes]
    ids = dict(zip(names, option_ids(names), strict=True))
    _known(response.right, ids)
    if sorted(response.right) != sorted(names):
        raise Refused("right answer", "it does not put all options in order")
    by_name = dict(zip(names, nodes, strict=True))
    found = options.of(
        [by_name[one] for one in response.right], [ids[n] for n in response.right]
    )
    found.answer |= {"kind": "order", "by": "given"}
    return found


def _match(node: Node, response: Response, options: _Options, _reads: Reads) -> Asked:
    """One-to-one pairs of two sets, or of one set (associate)."""
    sets = list(node.each("simplematchset"))
    nodes = {one.get("identifier"): one for one in node.each("simpleassociablechoice")}
    pairs = [tuple(one.split()) for one in response.right]
    if any(len(pair) != 2 or not set(pair) <= set(nodes) for pair in pairs):
        raise Refused("right answer", "a pair names something that is not there")
    sides = [one for pair in pairs for one in pair]
    if sorted(sides) != sorted(nodes):
        raise Refused("right answer", "pairs must use each side once, and leave none over")
    if len(sets) == 2:
        first = {one.get("identifier") for one in sets[0].nodes}
        pairs = [(a, b) if a in first else (b, a) for a, b in pairs]
    lefts, rights = [one for one, _ in pairs], [one for _, one in pairs]
    ids = option_ids([one.removeprefix("left_") for one in lefts])
    left = options.of([nodes[one] for one in lefts], ids, "left")
    right = options.of([nodes[one] for one in rights], ids, "right")
    both = zip(ids, left.answer["options"], right.answer["options"], strict=True)
    answer = {"kind": "match", "pairs": [{"id": i, "left": a, "right": b} for i, a, b in both]}
    return Asked(answer, left.texts | right.texts)


def _text(node: Node, response: Response, _options: _Options, reads: Reads) -> Asked:
    if len(response.right) != 1:
        raise Refused("right answer", "a field has one")
    kind, unit = node.get("datakind"), node.get("dataunit")
    told = response.right[0].removesuffix(f" {unit}") if unit else response.right[0]
    if kind in _NUMERIC:
        answer = {"kind": kind, "value": number_answer(told)["value"]}
        answer |= {"unit": unit} if unit else {}
        answer |= {"form": node.get("dataform")} if node.get("dataform") else {}
        answer |= {"places": int(node.get("dataplaces"))} if node.get("dataplaces") else {}
    elif kind == "expression" and reads(told):
        answer = {"kind": kind, "value": told, "form": node.get("dataform", "any")}
    else:
        answer = typed_answer(told, reads)
    if response.tolerance and answer["kind"] != "expression":
        answer["tolerance"] = response.tolerance
    return Asked(answer)


def _slider(node: Node, response: Response, _options: _Options, _reads: Reads) -> Asked:
    told = {"value": response.right[0], "step": node.get("step", "1")}
    told |= {"start": node.get("lowerbound"), "end": node.get("upperbound")}
    try:
        ends = {name: Fraction(text) for name, text in told.items()}
    except (ValueError, ZeroDivisionError) as error:
        raise Refused("slider", f"its bounds are no numbers: {error}") from error
    if ends["step"] <= 0 or ends["end"] <= ends["start"]:
        raise Refused("slider", "its end must be behind its start, and its step above 0")
    ticks = (ends["end"] - ends["start"]) / ends["step"]
    place = (ends["value"] - ends["start"]) / ends["step"]
    if ticks > MOST_TICKS or place.denominator != 1 or not 0 <= place <= ticks:
        raise Refused("slider", f"a line has up to {MOST_TICKS} places, one of them right")
    answer: dict[str, Any] = {name: number_text(value) for name, value in ends.items()}
    every = max(1, -(-int(ticks) // MOST_LABELS))
    return Asked(answer | {"kind": "number_line", "label_every": every})


def _known(right: Sequence[str], ids: dict[str, str]) -> None:
    for one in right:
        if one not in ids:
            raise Refused("right answer", f"there is no option '{one[:40]}'")


_KINDS: dict[str, Callable[[Node, Response, _Options, Reads], Asked]] = {
    "choiceinteraction": _choice,
    "inlinechoiceinteraction": _choice,
    "textentryinteraction": _text,
    "orderinteraction": _order,
    "matchinteraction": _match,
    "associateinteraction": _match,
    "sliderinteraction": _slider,
}
