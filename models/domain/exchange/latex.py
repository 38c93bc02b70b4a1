r"""Simple LaTeX as the notation of packs: \frac, \sqrt, powers, signs; all else is refused."""

from __future__ import annotations

import re

from models.domain.exchange.report import Refused

#: As notation.DEEPEST, with room for brackets that are left out.
DEEPEST = 12
_SIGN = re.compile(
    r"\\[A-Za-z]+|\\.|\*\*|[0-9]+(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|\d*\.\d+|\d+|\S"
)
_ONE = re.compile(r"\([^()]*\)")
_MIXED = re.compile(r"(-?[0-9]+) ?\(([0-9]+/[0-9]+)\)")
_TOUCHING = re.compile(r"[0-9] ?\([0-9]+/[0-9]+\)")
_COMMANDS = {
    **{r"\cdot": "*", r"\times": "*", r"\div": "/", r"\le": "<=", r"\leq": "<="},
    **{r"\ge": ">=", r"\geq": ">=", r"\ne": "!=", r"\neq": "!=", r"\pi": " pi "},
    **{r"\left": "", r"\right": "", r"\,": " ", r"\;": " ", r"\ ": " ", r"\!": "", r"\:": " "},
    **{r"\%": "%", r"\ldots": "...", r"\dots": "...", r"\lt": "<", r"\gt": ">", "**": "^"},
    **{
        r"\quad": " ",
        r"\pm": "",
        "[": "(",
        "]": ")",
        "_": "",
        "\N{MINUS SIGN}": "-",
        "\N{MULTIPLICATION SIGN}": "*",
    },
}
_REFUSED = {r"\pm", "[", "]", "_", "$", "&", "'", "|", "!", "@", ";"}


def notation(latex: str, bar: str = "//") -> str:
    """What `latex` says in the notation of packs; `bar` is how fractions are written.

    Refused for what the notation has no sign for.
    """
    signs: list[str] = _SIGN.findall(latex)
    told, rest = _until(signs, 0, "", bar, DEEPEST)
    if rest != len(signs):
        raise Refused(f"LaTeX '{latex[:60]}'", "a brace closes nothing")
    return " ".join(told.split())


def answer(latex: str) -> str:
    """An answer as the checker reads it, 2x + 3/4; Refused also for a product 2(3/4).

    A number before a fraction is a mixed number to some and a product to others.
    """
    told = notation(latex, "/")
    mixed = _MIXED.fullmatch(told)
    if mixed is not None:
        return f"{mixed[1]} {mixed[2]}"
    if _TOUCHING.search(told):
        raise Refused(f"LaTeX '{latex[:60]}'", "a number stands before a fraction")
    return told[1:-1].strip() if _ONE.fullmatch(told) else told


def _until(signs: list[str], at: int, end: str, bar: str, left: int) -> tuple[str, int]:
    """The notation from `at` to the sign `end`, and where that stands."""
    told = ""
    while at < len(signs) and signs[at] not in ("}", end):
        part, at = _one(signs, at, bar, left)
        told += part
    return told, at


def _one(signs: list[str], at: int, bar: str, left: int) -> tuple[str, int]:
    sign = signs[at]
    if left == 0:
        raise Refused("LaTeX", f"is nested deeper than {DEEPEST}")
    if sign in (r"\frac", r"\dfrac", r"\tfrac"):
        top, at = _argument(signs, at + 1, bar, left)
        bottom, at = _argument(signs, at, bar, left)
        if bar == "//":
            return f" ({top})//({bottom}) ", at
        return f" ({_bound(top)}/{_bound(bottom)}) ", at
    if sign == r"\sqrt":
        inner, at = _argument(signs, at + 1, bar, left)
        return f" sqrt({inner}) ", at
    if sign == "^":
        exponent, at = _argument(signs, at + 1, bar, left)
        return f"^({exponent})", at
    if sign == "{":
        inner, at = _argument(signs, at, bar, left)
        return (inner if re.fullmatch(r"\s*\w+\s*", inner) else f"({inner})"), at
    return _sign(sign), at + 1


def _bound(part: str) -> str:
    return part if re.fullmatch(r"[0-9]+|[a-z]", part) else f"({part})"


def _argument(signs: list[str], at: int, bar: str, left: int) -> tuple[str, int]:
    if at >= len(signs) or signs[at] == "[":
        raise Refused("LaTeX", "something is missing at its end, or a root is no square root")
    if signs[at] != "{":
        return _one(signs, at, bar, left - 1)
    told, at = _until(signs, at + 1, "}", bar, left - 1)
    if at >= len(signs):
        raise Refused("LaTeX", "a brace is never closed")
    return told, at + 1


def _sign(sign: str) -> str:
    if sign in _REFUSED:
        raise Refused(f"LaTeX '{sign}'", "packs cannot write it")
    if sign in _COMMANDS:
        return _COMMANDS[sign]
    if sign.startswith("\\"):
        raise Refused(f"LaTeX '{sign}'", "packs cannot write it")
    if sign[0].isdigit():
        return sign.replace(",", "")
    return f"0{sign}" if sign[0] == "." and len(sign) > 1 else sign
