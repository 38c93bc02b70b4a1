from collections.abc import Sequence
from typing import TypeAlias, final

__all__ = ["MOST_SIGNS", "Checker", "same"]

# Verdict, place (-1 for none), reason.
_Row: TypeAlias = tuple[str, int, str]

MOST_SIGNS: int

@final
class Checker:
    def __new__(
        cls,
        *,
        form: str,
        unit: str,
        places: int | None,
        tolerance: str,
        decimal: str,
        group: str,
    ) -> Checker: ...
    def check(self, given: str, expected: str) -> _Row: ...
    def check_batch(self, given: Sequence[str], expected: Sequence[str]) -> list[_Row]: ...
    def read(self, text: str) -> tuple[str | None, int, str]: ...

def same(one: str, other: str) -> bool: ...
