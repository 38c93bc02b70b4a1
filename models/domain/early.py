"""Items as the first hubs wrote them: sums and the like, with their ranges; made into today's.

The same seed gives the same question and the same answer: what was graded stays true.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from models.domain.faults import PackFault

Bound = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Range = tuple[Bound, Bound]

#: What each kind asked, from a and b: its mathematics, and the answer.
_KINDS = {
    "sum": ("{a} + {b} = ?", "a + b"),
    "missing": ("{a} + ? = {a + b}", "b"),
    "difference": ("{a + b} - {a} = ?", "b"),
    "product": ("{a} * {b} = ?", "a * b"),
    "quotient": ("{a * b} / {a} = ?", "b"),
}


class _Early(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    a: Range | None = None
    b: Range | None = None


class _Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    skills: tuple[str, ...]
    template: _Early
    difficulty: float = 0.0


class _Sniffed(msgspec.Struct, frozen=True):
    template: Any = None


def modern(raw: msgspec.Raw, place: int) -> msgspec.Raw:
    """The item in `raw` as items are written today; itself where it is one of those."""
    try:
        if msgspec.json.decode(raw, type=_Sniffed).template is None:
            return raw
        item = msgspec.json.decode(raw, type=_Item)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackFault(f"items[{place}]: {error}") from error
    fields: dict[str, Any] = {
        "id": item.id,
        "skills": item.skills,
        "difficulty": item.difficulty,
        **_asked(item.template, place),
    }
    return msgspec.Raw(msgspec.json.encode(fields))


def _asked(early: _Early, place: int) -> dict[str, Any]:
    if early.kind == "logged":
        return {"answer": {"kind": "logged"}}
    if early.kind not in _KINDS:
        raise PackFault(f"items[{place}].template.kind: there is no '{early.kind}'")
    drawn = {"a": early.a, "b": early.b}
    for name, bounds in drawn.items():
        if bounds is None or bounds[0] > bounds[1]:
            raise PackFault(
                f"items[{place}].template.{name}: a range is two numbers, the lower one first"
            )
    if early.kind == "quotient" and early.a is not None and early.a[0] < 1:
        raise PackFault(f"items[{place}].template.a: a quotient's 'a' must be at least 1")
    task, answer = _KINDS[early.kind]
    return {
        "draw": {name: f"range({b[0]}, {b[1]})" for name, b in drawn.items() if b},
        "maths": {"task": task},
        "answer": {"kind": "whole", "value": answer},
    }
