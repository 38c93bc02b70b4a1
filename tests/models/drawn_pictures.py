"""Examples of each kind of picture, and valid arguments drawn for it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, get_args

from hypothesis import strategies as st

from models.domain.pictures import Picture

#: Each kind's fields, as its class declares them.
KINDS: dict[str, tuple[str, ...]] = {
    kind.__struct_config__.tag: kind.__struct_fields__ for kind in get_args(Picture)
}
#: Kinds that hold no words: whatever passes the check can be drawn.
NUMERIC = {
    "dots", "array", "groups", "coins", "fraction_bar", "clock", "base_ten", "ruler",
    "hundred_grid", "polygon",
}  # fmt: skip
Fields = dict[str, Any]

EXAMPLES: list[Fields] = [
    {"kind": "number_line", "start": 0, "end": 20, "jumps": [3, 8, 13],
     "jump_labels": [5, "+5"]},
    {"kind": "number_line", "start": 0, "end": 2, "step": "1/4", "denominator": 4,
     "unknown": 1},
    {"kind": "dots", "count": 7, "other": 5, "arrangement": "ten_frame", "crossed": 3},
    {"kind": "array", "rows": 13, "columns": 14, "split_row": 10, "split_column": 10,
     "sides": True},
    {"kind": "groups", "groups": 4, "in_each": 6, "left_over": 3, "shape": "mango"},
    {"kind": "coins", "coins": [1, 5, 10], "notes": [500]},
    {"kind": "fraction_bar", "bars": [[4, 3], [8, 3, 2], [3, 5]], "labels": ["A", "B", "C"]},
    {"kind": "fraction_circle", "circles": [[4, 3], [3, 1, 1]], "labels": ["A", "B"]},
    {"kind": "parts", "wholes": [[1, 1, 1], [2, 1, 1]], "shaded": 1, "labels": ["A", "B"]},
    {"kind": "clock", "hour": 7, "minute": 25, "minute_numbers": True},
    {"kind": "digital_clock", "hour": 7, "minute": 5, "suffix": "in the morning"},
    {"kind": "bar_chart", "labels": ["goats", "hens", "cows"], "values": [8, 12, 3], "step": 2,
     "title": "Animals", "axis": "How many", "show_values": True},
    {"kind": "bar_chart", "labels": ["goats", "hens", "cows"], "values": [8, 12, 3], "step": 2,
     "horizontal": True, "show_values": True},
    {"kind": "pictogram", "labels": ["Monday", "Friday"], "values": [15, 20], "each": 10,
     "title": "Mangoes"},
    {"kind": "tally", "labels": ["goats", "hens"], "values": [8, 12], "title": "Animals"},
    {"kind": "base_ten", "hundreds": 2, "tens": 3, "ones": 14},
    {"kind": "hundred_grid", "shaded": 37, "also": 20},
    {"kind": "place_value_chart", "columns": ["hundreds", "tens", "ones", "tenths"],
     "rows": [[3, 0, 5, 2], [None, 4, "?", 1]], "point_after": 3},
    {"kind": "rectangle", "width": 6, "height": 4, "grid": True, "unit": "cm", "sides": "all"},
    {"kind": "rectangle", "width": 5, "height": 4, "grid": True, "shaded_columns": 2,
     "shaded_rows": 3, "height_label": "?"},
    {"kind": "polygon", "sides": [8, 3, 4, None, 12, 8], "shape": "l_shape", "unit": "cm"},
    {"kind": "polygon", "sides": [12, 3, 4, 6, 4, 6, 4, 3], "shape": "t_shape", "unit": "m"},
    {"kind": "ruler", "length": 8, "start": 1, "end": "11/2", "unit": "cm"},
    {"kind": "balance", "left": ["x", "x", 3], "right": [5, 4, "?"], "heavier": "right",
     "sign": "="},
    {"kind": "bar_model", "bars": [{"parts": [12, "?"], "sizes": [12, 8]}], "whole": 20},
    {"kind": "bar_model", "bars": [{"parts": [12], "name": "Amina"},
     {"parts": [12, 5], "name": "Juma"}], "whole": "?"},
]  # fmt: skip


def pictures(kind: str) -> st.SearchStrategy[Fields]:
    """Fields that this kind takes."""
    return _STRATEGIES[kind]().map(lambda fields: {"kind": kind, **fields})


WORD = st.text("abdeghiklmnoprstuwyAMW أبتثجسعم", min_size=1, max_size=10).filter(str.strip)
SHAPE = st.sampled_from(["dot", "square", "mango", "leaf", "stone"])
FLAG = st.booleans()


def whole(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@st.composite
def _number_line(draw: st.DrawFn) -> Fields:
    bottom = draw(st.sampled_from([1, 1, 2, 3, 4, 5, 8, 10]))
    step = Fraction(draw(whole(1, 20)), bottom)
    start = step * draw(whole(-60, 60))
    count = draw(whole(1, 60))
    value = whole(0, count).map(lambda i: start + i * step)
    jumps = draw(st.lists(value, min_size=2, max_size=5) | st.just([]))
    labels = [draw(whole(-30, 30)) for _ in jumps[1:]] if draw(FLAG) else []
    return {
        "start": start, "end": start + count * step, "step": step,
        "labels": draw(st.sampled_from(["auto", "ends", "none"])),
        "denominator": bottom if bottom > 1 else 0, "mixed": draw(FLAG),
        "mark": draw(st.none() | value), "unknown": draw(st.none() | value),
        "highlights": draw(st.lists(value, max_size=2)), "jumps": jumps, "jump_labels": labels,
    }  # fmt: skip


@st.composite
def _dots(draw: st.DrawFn) -> Fields:
    arrangement = draw(st.sampled_from(["row", "ten_frame", "scattered"]))
    most = 20 if arrangement == "scattered" else 50
    count, other = draw(whole(0, most)), draw(whole(0, most))
    return {
        "count": count, "other": other, "crossed": draw(whole(0, min(20, count + other))),
        "arrangement": arrangement, "shape": draw(SHAPE), "seed": draw(whole(0, 99)),
    }  # fmt: skip


@st.composite
def _array(draw: st.DrawFn) -> Fields:
    rows, columns = draw(whole(1, 20)), draw(whole(1, 20))
    return {
        "rows": rows, "columns": columns, "split_row": draw(whole(0, rows - 1)),
        "split_column": draw(whole(0, columns - 1)), "shape": draw(SHAPE), "sides": draw(FLAG),
    }  # fmt: skip


@st.composite
def _shaded(draw: st.DrawFn, field: str, most: int) -> Fields:
    wholes = []
    for _ in range(draw(whole(1, most))):
        parts = draw(whole(1, 24))
        shaded = draw(whole(0, parts))
        wholes.append([parts, shaded, draw(whole(0, parts - shaded))])
    return {field: wholes, "labels": ["A", "B", "C", "D", "E", "F"][: len(wholes)]}


@st.composite
def _lined(draw: st.DrawFn, /, most: int, **more: st.SearchStrategy[Any]) -> Fields:
    count = draw(whole(1, 8))
    return {
        "labels": draw(st.lists(WORD, min_size=count, max_size=count)),
        "values": draw(st.lists(whole(0, most), min_size=count, max_size=count)),
        "title": draw(st.just("") | WORD),
        **{field: draw(values) for field, values in more.items()},
    }


@st.composite
def _place_value(draw: st.DrawFn) -> Fields:
    columns = draw(st.lists(WORD, min_size=1, max_size=7))
    row = st.lists(st.none() | whole(0, 9), min_size=len(columns), max_size=len(columns))
    return {
        "columns": columns, "rows": draw(st.lists(row, min_size=1, max_size=6)),
        "point_after": draw(whole(0, len(columns) - 1)),
    }  # fmt: skip


@st.composite
def _rectangle(draw: st.DrawFn) -> Fields:
    wide, high = draw(whole(1, 20)), draw(whole(1, 20))
    return {
        "width": wide, "height": high, "unit": draw(st.sampled_from(["", "cm", "م"])),
        "sides": draw(st.sampled_from(["two", "all", "none"])), "grid": True,
        "shaded_columns": draw(whole(0, wide)), "shaded_rows": draw(whole(0, high)),
    }  # fmt: skip


@st.composite
def _polygon(draw: st.DrawFn) -> Fields:
    shape, count = draw(st.sampled_from([
        *(("regular", n) for n in range(3, 9)), ("rectangle", 4), ("parallelogram", 4),
        ("trapezium", 4), ("right_triangle", 3), ("l_shape", 6), ("t_shape", 8),
    ]))  # fmt: skip
    sides = st.lists(st.none() | whole(0, 40), min_size=count, max_size=count)
    return {
        "sides": draw(sides), "shape": shape, "unit": draw(st.sampled_from(["", "m", "cm"])),
    }  # fmt: skip


@st.composite
def _ruler(draw: st.DrawFn) -> Fields:
    length = draw(whole(1, 10))
    a, b = sorted(draw(st.lists(whole(0, 2 * length), min_size=2, max_size=2, unique=True)))
    return {
        "length": length, "start": Fraction(a, 2), "end": Fraction(b, 2),
        "parts": draw(st.sampled_from([1, 2, 4, 5, 10])),
        "unit": draw(st.sampled_from(["", "cm"])),
    }  # fmt: skip


TOKEN = whole(-20, 200) | st.sampled_from(["x", "?", "2x", "س"])
BAR = st.fixed_dictionaries(
    {"parts": st.lists(TOKEN, min_size=1, max_size=5), "name": st.just("") | WORD}
)
_STRATEGIES: dict[str, Callable[[], st.SearchStrategy[Fields]]] = {
    "number_line": _number_line,
    "dots": _dots,
    "array": _array,
    "groups": lambda: st.fixed_dictionaries(
        {"groups": whole(1, 12), "in_each": whole(0, 20), "left_over": whole(0, 20)}
    ),
    "coins": lambda: st.fixed_dictionaries(
        {"coins": st.lists(whole(1, 999), min_size=1, max_size=12),
         "notes": st.lists(whole(1, 99_999), max_size=8)}
    ),
    "fraction_bar": lambda: _shaded("bars", 6),
    "fraction_circle": lambda: _shaded("circles", 6),
    "parts": lambda: st.fixed_dictionaries(
        {"wholes": st.lists(st.lists(whole(1, 20), min_size=1, max_size=12), min_size=1,
                            max_size=6), "shape": st.sampled_from(["bar", "circle"])}
    ),
    "clock": lambda: st.fixed_dictionaries(
        {"hour": whole(0, 23), "minute": whole(0, 59), "minute_numbers": FLAG,
         "hands": st.sampled_from(["both", "hour", "minute", "none"])}
    ),
    "digital_clock": lambda: st.fixed_dictionaries(
        {"hour": whole(0, 24), "minute": whole(0, 59), "padded": FLAG,
         "suffix": st.just("") | WORD}
    ),
    "bar_chart": lambda: _lined(
        60, step=st.sampled_from([5, 10]), horizontal=FLAG, gridlines=FLAG, show_values=FLAG,
        axis=st.just("") | WORD,
    ),
    "pictogram": lambda: _lined(10, shape=SHAPE, each=st.sampled_from([1, 2])),
    "tally": lambda: _lined(25),
    "base_ten": lambda: st.fixed_dictionaries(
        {"hundreds": whole(0, 9), "tens": whole(0, 19), "ones": whole(1, 20)}
    ),
    "hundred_grid": lambda: st.fixed_dictionaries(
        {"shaded": whole(0, 60), "also": whole(0, 40)}
    ),
    "place_value_chart": _place_value,
    "rectangle": _rectangle,
    "polygon": _polygon,
    "ruler": _ruler,
    "balance": lambda: st.fixed_dictionaries(
        {"left": st.lists(TOKEN, max_size=6), "right": st.lists(TOKEN, max_size=6),
         "heavier": st.sampled_from(["none", "left", "right"]),
         "sign": st.sampled_from(["", "="])}
    ),
    "bar_model": lambda: st.fixed_dictionaries(
        {"bars": st.lists(BAR, min_size=1, max_size=3), "whole": st.just("") | TOKEN}
    ),
}  # fmt: skip
