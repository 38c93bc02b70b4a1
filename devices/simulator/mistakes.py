"""Wrong answers as children give them: off by one, digits swapped, the wrong operation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

#: Printed prompts take a minus or a dash where a keyboard has a hyphen.
_MINUS = "-\N{MINUS SIGN}\N{EN DASH}"
_TIMES_OR_BY = "x*:\N{MULTIPLICATION SIGN}\N{MIDDLE DOT}\N{DIVISION SIGN}"
_INTEGER = re.compile(rf"[{_MINUS}]?\d+")
#: Two whole numbers with a sign between them, as a prompt shows them.
_TASK = re.compile(rf"(?<![\d.,/])(\d+)\s*([{_MINUS}+{_TIMES_OR_BY}])\s*(\d+)(?![\d.,/])")


def plausible_mistake(right: str, prompt: str, rng: Random) -> str:
    """A wrong answer that a child could give to `prompt`; never equal to `right`."""
    candidates = [wrong for wrong in _candidates(right, prompt) if wrong != right]
    return rng.choice(candidates)


def _candidates(right: str, prompt: str) -> list[str]:
    numbers = list(_INTEGER.finditer(right))
    if not numbers:
        return [_without_last_letter(right)]
    changed = [
        right[: number.start()] + wrong + right[number.end() :]
        for number in numbers
        for wrong in _wrong_integers(_integer(number.group()))
    ]
    return changed + (_wrong_operations(prompt) if _INTEGER.fullmatch(right) else [])


def _integer(text: str) -> int:
    return -int(text[1:]) if text[0] in _MINUS else int(text)


def _wrong_integers(right: int) -> list[str]:
    digits = str(abs(right))
    swapped = digits[:-2] + digits[-1] + digits[-2] if len(digits) > 1 else digits
    return [str(right + 1), str(right - 1) if right > 0 else str(right + 10), swapped]


def _wrong_operations(prompt: str) -> list[str]:
    """What comes of adding instead of subtracting, and the like; once for each task shown."""
    wrong = []
    for first, sign, second in _TASK.findall(prompt):
        a, b = int(first), int(second)
        is_sum = sign == "+"
        wrong.append(str(abs(a - b) if is_sum else a + b))
        if sign in _MINUS:
            wrong.append(_smaller_from_larger(first, second))
    return wrong


def _smaller_from_larger(first: str, second: str) -> str:
    """Column by column the smaller digit from the larger one: the classic bug of borrowing."""
    width = max(len(first), len(second))
    columns = zip(first.zfill(width), second.zfill(width), strict=True)
    return str(int("".join(str(abs(int(a) - int(b))) for a, b in columns)))


def _without_last_letter(right: str) -> str:
    return right[:-1] if len(right) > 1 else f"{right}?"
