"""Mathematics of ours as MathML, and simple MathML as the notation of packs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import escape

from models.domain.exchange.report import Refused
from models.domain.exchange.safe_xml import Node
from models.domain.pieces import (
    AnyToken,
    Blank,
    Column,
    Group,
    Mixed,
    Number,
    Operator,
    Power,
    Root,
    Sign,
    StackedFraction,
    Unit,
    Variable,
)

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_PLAIN = "0123456789.,:"
_NUMBER = re.compile(r"\d+(\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?")
_UNIT = re.compile(r"[A-Za-z][A-Za-z0-9^/_-]{0,23}")
#: Signs of MathML, and how the notation writes them; invisible ones join what they stand by.
_SIGNS = {
    **{one: one for one in "+-*/=<>(),:%?"},
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DOT OPERATOR}": "*",
    "\N{ASTERISK OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{DIVISION SLASH}": "/",
    **{"≤": "<=", "≥": ">=", "≠": "!=", "…": "...", "⩽": "<=", "⩾": ">="},
    **{"\u2062": " ", "\u2061": " ", "\u2063": ",", "\u2064": "+", "": " "},
    **{"□": "?", "_": "?", "٪": "%", "؟": "?", "،": ",", ";": ","},
}
_ROWS = ("math", "mrow", "mstyle", "mpadded", "merror")


def written(tokens: Sequence[AnyToken]) -> str:
    """`tokens` as one MathML element."""
    return f'<math xmlns="{NAMESPACE}">{_row(tokens)}</math>'


def notation(node: Node) -> str:
    """What the MathML element says in the notation of packs; Refused where it cannot."""
    return " ".join(_read(node).split())


def _row(tokens: Sequence[AnyToken]) -> str:
    return f"<mrow>{''.join(_one(token) for token in tokens)}</mrow>"


def _one(token: AnyToken) -> str:
    match token:
        case Number(text):
            return f"<mn>{escape(text)}</mn>"
        case Operator(sign) | Sign(sign):
            return f"<mo>{escape(sign)}</mo>"
        case Variable(letter):
            return f"<mi>{escape(letter)}</mi>"
        case Blank():
            return "<mo>□</mo>"
        case _:
            return _larger(token)


def _larger(token: Unit | Column | StackedFraction | Mixed | Power | Root | Group) -> str:
    match token:
        case Unit(text, key):
            return f'<mtext data-unit="{escape(key)}">{escape(text)}</mtext>'
        case Column():
            return _column(token)
        case _:
            return _nested(token)


def _nested(token: StackedFraction | Mixed | Power | Root | Group) -> str:
    match token:
        case StackedFraction(top, bottom):
            return f"<mfrac>{_row(top)}{_row(bottom)}</mfrac>"
        case Mixed(whole, top, bottom):
            return f"{_row(whole)}<mfrac>{_row(top)}{_row(bottom)}</mfrac>"
        case Power(base, exponent):
            return f"<msup>{_row(base)}{_row(exponent)}</msup>"
        case Root(inner):
            return f"<msqrt>{_row(inner)}</msqrt>"
        case Group(inner):
            return f"<mrow><mo>(</mo>{_row(inner)}<mo>)</mo></mrow>"


def _column(column: Column) -> str:
    """Written arithmetic as a table; the sign stands before the last row."""
    rows = [(*row,) for row in column.rows]
    signs = ["", *[column.operator] * (len(rows) - 1)]
    lines = [*zip(signs, rows, strict=True), *([("=", column.result)] if column.result else [])]
    body = "".join(
        f"<mtr><mtd><mo>{escape(sign)}</mo></mtd>"
        + "".join(f"<mtd><mn>{escape(cell)}</mn></mtd>" for cell in row)
        + "</mtr>"
        for sign, row in lines
    )
    return f'<mtable data-kind="column">{body}</mtable>'


def _read(node: Node) -> str:
    tag, inside = node.tag, node.nodes
    if tag in _ROWS or (tag in ("mtd", "semantics") and inside):
        return " ".join(_read(one) for one in (inside[:1] if tag == "semantics" else inside))
    if tag in ("mn", "mi", "mo", "mtext", "mspace"):
        return _leaf(node)
    if tag in ("mfrac", "msup") and len(inside) == 2:
        sign = "//" if tag == "mfrac" else "^"
        return f" {_bound(inside[0], tag)}{sign}({_read(inside[1])})"
    if tag == "msqrt":
        return f"sqrt({' '.join(_read(one) for one in inside)})"
    if tag == "mfenced":
        return f"({','.join(_read(one) for one in inside)})"
    if tag == "mtable" and node.get("datakind") == "column":
        return _read_column(node)
    raise Refused(f"mathematics <{tag[:20]}>", "packs cannot write it")


def _bound(node: Node, above: str) -> str:
    """A fraction's top or a power's base; what is one sign needs no brackets."""
    told = _read(node).strip()
    is_closed = told.startswith("(") and told.endswith(")") and told.count("(") == 1
    is_one = above == "msup" and (told.isdigit() or len(told) == 1 or is_closed)
    return told if is_one else f"({told})"


def _leaf(node: Node) -> str:
    text = node.text
    if node.tag == "mn":
        return number(text)
    if node.tag == "mi" and (len(text) == 1 or text in ("pi", "sin")) and text.isalpha():
        return f" {'pi' if text == 'π' else text} "
    if node.tag == "mtext":
        unit = node.get("dataunit") or text
        if unit in _SIGNS:
            return f" {_SIGNS[unit]} "
        if _UNIT.fullmatch(unit):
            return f"[{unit}]"
    elif text in _SIGNS:
        return f" {_SIGNS[text]} "
    raise Refused(f"mathematics '{text[:20]}'", "packs cannot write it")


def number(text: str) -> str:
    """A number in any script's digits as the notation writes it; Refused for other texts."""
    swaps = {"\N{ARABIC DECIMAL SEPARATOR}": ".", "\N{ARABIC THOUSANDS SEPARATOR}": ""}
    told = "".join(
        str(unicodedata.digit(one)) if one.isdecimal() else swaps.get(one, one)
        for one in text
        if not one.isspace()
    )
    if set(told) <= set(_PLAIN):
        if _GROUPED.fullmatch(told):
            told = told.replace(",", "")
        told = told.replace(",", ".") if told.count(",") == 1 and "." not in told else told
        if _NUMBER.fullmatch(told):
            return told
    raise Refused(f"number '{text[:20]}'", "packs cannot write it")


def _read_column(table: Node) -> str:
    rows = [[cell.text for cell in row.nodes] for row in table.nodes]
    told = ""
    for sign, *cells in rows:
        told += f" {_SIGNS.get(sign, '?')} {number(''.join(cells))}"
    return f"column({told})"
