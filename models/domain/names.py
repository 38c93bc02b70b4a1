"""Names and short texts of a pack, with what each may look like."""

from __future__ import annotations

from typing import Annotated

import msgspec

#: A skill, item or misconception: `a05`, `a05.3`, `sub.smaller_from_larger`.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
#: A step, an option, a part of an answer.
Id = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_-]{1,24}$")]
#: A variable or a slot of a text.
Variable = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,23}$")]
#: The last part of a text's key; empty where there is no text.
Leaf = Annotated[str, msgspec.Meta(pattern="^([a-z0-9_][a-z0-9_.-]{0,63})?$")]
#: An expression of the pack's language, or mathematics with expressions in slots.
Source = Annotated[str, msgspec.Meta(max_length=300)]
