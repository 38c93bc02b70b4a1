"""An item bank is checked once, and its file comes back as it was or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.kernels.irt import (
    Binary,
    Graded,
    Item,
    ItemBank,
    PartialCredit,
    read_bank,
    write_bank,
)

BANK = ItemBank(
    (
        Binary("add", 1.25, -0.5),
        Binary("take away", 0.9, 0.1, 0.2, 0.98),
        Graded("explain", 1.1, (-1.0, 0.25)),
        PartialCredit("long division", 0.7, (0.5, -0.5, 1.5)),
    )
)


def test_a_bank_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "bank.json"
    write_bank(BANK, path)
    first = path.read_bytes()
    assert read_bank(path) == BANK
    write_bank(read_bank(path), path)
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"version": 1', '"version": 2'),
        ("mangotree item bank", "item bank"),
        ('"a": 1.25', '"a": "steep"'),
        ('"kind": "graded"', '"kind": "nominal"'),
        ('"b": -0.5', '"b": -0.5, "e": 1'),
        ('"id": "add",', ""),
        ("}", ""),
    ],
)
def test_a_file_that_is_no_bank_is_refused_by_name(
    tmp_path: Path, before: str, after: str
) -> None:
    path = tmp_path / "bank.json"
    write_bank(BANK, path)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"bank\.json is no item bank of version 1"):
        read_bank(path)


def test_a_file_with_a_parameter_out_of_range_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bank.json"
    write_bank(BANK, path)
    text = path.read_text(encoding="utf-8").replace('"a": 1.25', '"a": -1.25')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"items\[0\]: a is -1.25; allowed"):
        read_bank(path)


BAD: list[tuple[Item, str]] = [
    (Binary("x", 0.0, 0.0), "a is 0"),
    (Binary("x", float("nan"), 0.0), "a is NaN"),
    (Binary("x", 1.0, 99.0), "b is 99"),
    (Binary("x", 1.0, 0.0, -0.1), "c is -0.1"),
    (Binary("x", 1.0, 0.0, 0.5, 0.5), "d is 0.5"),
    (Graded("x", 1.0, ()), "thresholds has 0 entries"),
    (Graded("x", 1.0, (0.0, -1.0)), "threshold is -1"),
    (PartialCredit("x", 1.0, (float("inf"),)), "steps is inf"),
    (PartialCredit("x", 1.0, (0.0,) * 40), "steps has 40 entries"),
]


@pytest.mark.parametrize(("item", "said"), BAD)
def test_a_bad_item_is_named_with_its_place(item: Item, said: str) -> None:
    with pytest.raises(ValueError, match=rf"items\[1\]: {said}"):
        ItemBank((Binary("good", 1.0, 0.0), item))


def test_empty_banks_and_ids_that_do_not_tell_items_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="items has 0 entries"):
        ItemBank(())
    with pytest.raises(ValueError, match="each once"):
        ItemBank((Binary("x", 1.0, 0.0), Graded("x", 1.0, (0.0,))))
    with pytest.raises(ValueError, match="item id is ''"):
        ItemBank((Binary("", 1.0, 0.0),))


def test_columns_make_a_bank_of_binary_items() -> None:
    bank = ItemBank.binary(["x", "y"], a=[1.0, 2.0], b=[0.0, 0.5], c=[0.1, 0.2])
    assert bank.items == (Binary("x", 1.0, 0.0, 0.1), Binary("y", 2.0, 0.5, 0.2))
    with pytest.raises(ValueError, match="allowed: all the same"):
        ItemBank.binary(["x", "y"], a=[1.0, 2.0], b=[0.0])


def test_an_item_is_found_by_its_id_or_refused() -> None:
    assert BANK.index("explain") == 2
    assert len(BANK) == 4
    with pytest.raises(KeyError):
        BANK.index("dance")
