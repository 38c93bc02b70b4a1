r"""Simple LaTeX as the notation of packs: \frac, \sqrt, powers, signs; all else is refused."""

from __future__ import annotations

import re

from models.domain.exchange.report import Refused

#: As notation.DEEPEST, with room for brackets that are left out.
DEEPEST = 12
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\*\*|[0-9]+(?:,[0-9]{3})+(?![0-9])|\d*\.\d+|\d+|\S")
_COMMANDS = {
    **{r"\cdot": "*", r"\times": "*", r"\div": "/", r"\le": "<=", r"\leq": "<="},
    **{r"\ge": ">=", r"\geq": ">=", r"\ne": "!=", r"\neq": "!=", r"\pi": " pi "},
    **{r"\left": "", r"\right": "", r"\,": " ", r"\;": " ", r"\ ": " ", r"\!": "", r"\:": " "},
    **{r"\%": "%", r"\ldots": "...", r"\dots": "...", r"\lt": "<", r"\gt": ">", "**": "^"},
    **{r"\quad": " ", r"\pm": "", "[": "(", "]": ")", "_": "", "−": "-", "×": "*"},
}
_REFUSED = {r"\pm", "[", "]", "_", "$", "&", "'", "|", "!", "@", ";"}


def notation(latex: str, bar: str = "//") -> str:
    """What `latex` says in the notation of packs; `bar` is how fractions are written.

    Refused for what the notation has no sign for.
    """
    tokens: list[str] = _TOKEN.findall(latex)
    told, rest = _until(tokens, 0, "", bar, DEEPEST)
    if rest != len(tokens):
        raise Refused(f"LaTeX '{latex[:60]}'", "a brace closes nothing")
    return " ".join(told.split())


def _until(tokens: list[str], at: int, end: str, bar: str, left: int) -> tuple[str, int]:
    """The notation from `at` to the token `end`, and where that stands."""
    told = ""
    while at < len(tokens) and tokens[at] not in ("}", end):
        part, at = _one(tokens, at, bar, left)
        told += part
    return told, at


def _one(tokens: list[str], at: int, bar: str, left: int) -> tuple[str, int]:
    token = tokens[at]
    if left == 0:
        raise Refused("LaTeX", f"is nested deeper than {DEEPEST}")
    if token in (r"\frac", r"\dfrac", r"\tfrac"):
        top, at = _argument(tokens, at + 1, bar, left)
        bottom, at = _argument(tokens, at, bar, left)
        told = f" ({top}){bar}({bottom}) "
        return (told if bar == "//" else f" ({told}) "), at
    if token == r"\sqrt":
        inner, at = _argument(tokens, at + 1, bar, left)
        return f" sqrt({inner}) ", at
    if token == "^":
        exponent, at = _argument(tokens, at + 1, bar, left)
        return f"^({exponent})", at
    if token == "{":
        inner, at = _argument(tokens, at, bar, left)
        return (inner if re.fullmatch(r"\s*\w+\s*", inner) else f"({inner})"), at
    return _sign(token), at + 1


def _argument(tokens: list[str], at: int, bar: str, left: int) -> tuple[str, int]:
    if at >= len(tokens) or tokens[at] == "[":
        raise Refused("LaTeX", "something is missing at its end, or a root is no square root")
    if tokens[at] != "{":
        return _one(tokens, at, bar, left - 1)
    told, at = _until(tokens, at + 1, "}", bar, left - 1)
    if at >= len(tokens):
        raise Refused("LaTeX", "a brace is never closed")
    return told, at + 1


def _sign(token: str) -> str:
    if token in _REFUSED:
        raise Refused(f"LaTeX '{token}'", "packs cannot write it")
    if token in _COMMANDS:
        return _COMMANDS[token]
    if token.startswith("\\"):
        raise Refused(f"LaTeX '{token}'", "packs cannot write it")
    if token[0].isdigit():
        return token.replace(",", "")
    return f"0{token}" if token[0] == "." and len(token) > 1 else token
