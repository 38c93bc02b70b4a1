"""A fitted model in a file and before a pack: taken whole, placed by name, or refused."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from hub.kernels.stack import Answers, fit
from models.domain.pack import Pack, Skill
from models.domain.plain import decode_plain, encode_plain
from models.learner.fitted import (
    MET_ITEM,
    UNMET_ITEM,
    DoesNotFit,
    FittedModel,
    Judged,
    Placed,
    decode_model,
    encode_model,
    placed,
    read_model,
    write_model,
)
from tests.kernels.logs import ALL, made_up

ITEMS, SKILLS = 60, 6


def fitted(*extras: str, prefix: str = "") -> FittedModel:
    """A model of items q0, q1, ... over skills s0, s1, ..."""
    log = made_up(3, n_learners=60)
    return FittedModel(
        format="mangotree-model",
        version=1,
        items=tuple(f"{prefix}q{number}" for number in range(ITEMS)),
        skills=tuple(f"{prefix}s{number}" for number in range(SKILLS)),
        stack=fit(log.answers(*extras), item_skills=log.item_skills, n_skills=6, data="made"),
        held_out=Judged(10, 2, 0.7, None, 0.5, 0.01, 0.8),
    )


MODEL = fitted("pace_s", "hints")
SETS = MODEL.stack.item_skills


def pack_with(
    items: dict[str, tuple[str, ...]], name: str = "Ours", idle: tuple[str, ...] = ()
) -> Pack:
    """A pack of items that ask nothing, with its skills in an order of its own."""
    names = sorted({skill for own in items.values() for skill in own}, reverse=True)
    logged = {"kind": "logged"}
    rows = [{"id": one, "skills": own, "answer": logged} for one, own in items.items()]
    skills = tuple(Skill(id=one, name=one) for one in [*idle, *names])
    return decode_plain(encode_plain(name, 1, skills, rows))


def skills_of(item: int) -> tuple[str, ...]:
    return tuple(f"s{skill}" for skill in SETS[item])


def known_pack(name: str = "Ours") -> Pack:
    """Some of the model's items, in another order, with their skills turned round."""
    return pack_with({f"q{item}": skills_of(item)[::-1] for item in (50, 3, 17)}, name)


def own_numbers(found: Placed, table: str) -> list[float]:
    """What a table holds for the pack's items, in the pack's order."""
    return [found.stack.tables[table][place] for place in found.items]


BY_ITEM = ("easiness", "usual_pace", "ITEM", "ITEM_QUICK", "ITEM_ABILITY")


def test_items_are_found_by_name_whatever_their_order() -> None:
    pack = known_pack()
    found = placed(MODEL, pack)
    for table in BY_ITEM:
        numbers = MODEL.stack.tables[table]
        assert own_numbers(found, table) == [numbers[50], numbers[3], numbers[17]]
    assert [f"s{place}" for place in found.skills] == [skill.id for skill in pack.skills]
    assert found.n_new == 0


def test_a_class_keeps_no_more_of_a_large_bank_than_it_needs() -> None:
    n_sets = len({frozenset(own) for own in SETS})
    assert len(placed(MODEL, known_pack()).stack.item_skills) <= n_sets + 2


def test_a_skill_of_no_item_may_be_unknown() -> None:
    pack = known_pack()
    items = {item.id: item.skills for item in pack.items}
    found = placed(MODEL, pack_with(items, idle=("idle",)))
    assert found.skills[0] is None
    assert found.skills[1:] == placed(MODEL, pack).skills


@pytest.mark.parametrize("prefix", ["", "Ours/"])
def test_a_model_of_several_packs_knows_each_by_its_name(prefix: str) -> None:
    model = fitted(prefix=prefix)
    assert placed(model, known_pack()).n_new == 0
    if prefix:
        with pytest.raises(DoesNotFit):
            placed(model, known_pack("Theirs"))


def test_an_item_that_is_new_starts_from_the_items_of_the_same_skills() -> None:
    item = next(place for place, own in enumerate(SETS) if len(own) == 2)
    pack = pack_with({"new": skills_of(item)[::-1], "q3": skills_of(3), "newer": skills_of(4)})
    found = placed(MODEL, pack)
    assert found.n_new == 2
    assert sorted(found.item_doubt)[-2:] == [UNMET_ITEM, UNMET_ITEM]
    assert found.item_doubt.count(MET_ITEM) == len(found.item_doubt) - 2
    like = [place for place, own in enumerate(SETS) if set(own) == set(SETS[item])]
    for name in ("easiness", "usual_pace"):
        own = [MODEL.stack.tables[name][place] for place in like]
        assert own_numbers(found, name)[0] == pytest.approx(sum(own) / len(own))
    for name in ("ITEM", "ITEM_QUICK", "ITEM_ABILITY"):
        assert own_numbers(found, name) == [0.0, MODEL.stack.tables[name][3], 0.0]


def test_new_items_and_those_left_out_change_no_prediction_of_the_others() -> None:
    # Sequences name sets of skills by number: with other numbers all would be another's.
    kept = [number for number in range(ITEMS) if number % 3]
    pack = pack_with({"new": skills_of(9), **{f"q{n}": skills_of(n) for n in kept}})
    found = placed(MODEL, pack)
    places = dict(zip(kept, found.items[1:], strict=True))
    log = made_up(8, n_learners=20)
    rows = [row for row, item in enumerate(log.items) if item in places]
    learners, rights = ([column[row] for row in rows] for column in (log.learners, log.rights))
    items = [log.items[row] for row in rows]
    pace_s = [log.pace_s[row] for row in rows]
    hints = [log.hints[row] for row in rows]
    before = MODEL.stack.stack().trace(learners, items, rights, pace_s=pace_s, hints=hints)
    moved = [places[item] for item in items]
    after = found.stack.stack().trace(learners, moved, rights, pace_s=pace_s, hints=hints)
    assert after == before
    assert len(MODEL.stack.sequences) > 0


def test_an_item_that_now_asks_for_other_skills_is_a_new_one() -> None:
    other = next(place for place, own in enumerate(SETS) if set(own) != set(SETS[3]))
    found = placed(MODEL, pack_with({"q3": skills_of(other)}))
    assert (own_numbers(found, "ITEM"), found.n_new) == ([0.0], 1)


@pytest.mark.parametrize("skills", [("s9",), ("s0", "s1", "s2")])
def test_skills_that_the_model_never_met_together_are_refused_by_name(
    skills: tuple[str, ...],
) -> None:
    pack = pack_with({"q3": skills_of(3), "far": skills, "farther": skills})
    with pytest.raises(DoesNotFit) as caught:
        placed(MODEL, pack)
    assert (caught.value.pack, caught.value.missing) == ("Ours", ("far", "farther"))
    assert str(caught.value) == (
        "The model does not fit the pack 'Ours': it does not know the skills of 2 of its 3 "
        "items; the first is 'far'."
    )


def test_a_model_that_needs_a_clock_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="clock cannot always be trusted"):
        placed(fitted(*ALL), known_pack())


def test_a_model_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    write_model(MODEL, path)
    assert read_model(path) == MODEL
    assert path.read_bytes() == encode_model(MODEL)
    assert [one.name for one in tmp_path.iterdir()] == ["model.json"]


def changed(path: str, value: Any) -> bytes:
    """The model's JSON with `value` at `path`, as in "stack.n_skills"."""
    whole = msgspec.to_builtins(MODEL)
    at = whole
    *way, last = path.split(".")
    for step in way:
        at = at[step]
    at[last] = value
    return msgspec.json.encode(whole)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("version", 2, "version"),
        ("items", ["q0"], "other items than it has"),
        ("items", ["q0"] * ITEMS, "items: a name is there twice"),
        ("skills", ["s0"] * SKILLS, "skills: a name is there twice"),
        ("stack.n_skills", 1_000_000, "other items than it has"),
        ("stack.n_skills", 2**63 - 1, "other items than it has"),
        ("stack.n_skills", 10**400, "n_skills"),
        ("stack.sequences", [2**63], "sequences"),
        ("stack.tables", {}, "tables"),
        ("stack.tables.ITEM", [0.0], "ITEM"),
        ("stack.tables.ITEM", [1e300] * ITEMS, "ITEM"),
        ("stack.item_skills", [[0]] * (ITEMS - 1) + [[7]], "skill"),
        ("held_out.auc", 1.5, "auc"),
        ("held_out.answers", -1, "answers"),
        ("held_out.log_loss", "low", "log_loss"),
        ("more", 1, "more"),
    ],
)
def test_a_file_with_a_fault_is_refused_and_the_fault_named(
    path: str, value: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=rf"ours\.json is no fitted model: .*{said}"):
        decode_model(changed(path, value), "ours.json")


DEEP = b'{"format":' + b"[" * 100_000
DEEPER = b'{"stack":{"tables":{"ITEM":' + b'{"a":' * 100_000


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"null", b"[]", DEEP, DEEPER, b"1e999999", b"9" * 10_000]
)
def test_what_is_no_model_at_all_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="is no fitted model"):
        decode_model(body, "it")


def test_no_bytes_break_the_reader_or_the_placing() -> None:
    random, whole, pack = Random(4), encode_model(MODEL), known_pack()
    outcomes = {"taken": 0, "refused": 0}
    for _ in range(400):
        try:
            placed(decode_model(mutated(random, whole), "it"), pack)
            outcomes["taken"] += 1
        except ValueError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 20


def mutated(random: Random, whole: bytes) -> bytes:
    """`whole` with a few bytes changed, doubled or gone; where numbers stand, other ones."""
    body = bytearray(whole)
    for _ in range(random.choice((1, 1, 1, 3))):
        at = random.randrange(len(body))
        kind = random.randrange(4)
        if kind == 0 and chr(body[at]).isdigit():
            body[at] = random.choice(b"0123456789")
        elif kind == 1:
            body[at : at + 1] = random.choice((b"-", b"e9", b"e308", b"[", b'"', b"99999999"))
        elif kind == 2:
            del body[at : at + random.choice((1, 1, 5, 500))]
        else:
            body[at] = random.choice(b"0123456789,:")
    return bytes(body)


def test_an_item_without_an_answer_is_as_much_in_doubt_as_a_new_one() -> None:
    log = made_up(3, n_learners=60)
    kept = [row for row, item in enumerate(log.items) if item != 7]
    columns = (
        [column[row] for row in kept] for column in (log.learners, log.items, log.rights)
    )
    stack = fit(
        Answers(*columns),
        item_skills=SETS,
        n_skills=6,
        data="made",
    )
    model = msgspec.structs.replace(MODEL, stack=stack)
    found = placed(model, pack_with({"q6": skills_of(6), "q7": skills_of(7)}))
    assert found.item_doubt == [MET_ITEM, UNMET_ITEM]
