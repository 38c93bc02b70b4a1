"""A tree that a child has seen never shrinks under its eyes, and tomorrow shows what is so."""

from __future__ import annotations

from hub.app import Hub
from hub.insight.growth import SIZES, Grown, tree_size
from hub.kernels import MASTERED
from tests.hub.conftest import StartHub
from tests.hub.tablet import asked, pair_with, right_answer


def test_a_tree_grows_with_mastery_and_bears_at_the_end() -> None:
    sizes = [tree_size(at / 100) for at in range(101)]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == (0, SIZES)
    assert {one for at, one in enumerate(sizes) if at / 100 < MASTERED} == set(range(SIZES))


def test_a_tree_does_not_shrink_and_each_child_has_its_own() -> None:
    grown = Grown()
    assert [grown.see(1, "add", one) for one in (0.2, 0.8, 0.3, 0.0)] == [1, 4, 4, 4]
    assert grown.see(2, "add", 0.2) == 1
    assert grown.see(1, "take", 0.2) == 1


def test_a_wrong_answer_leaves_the_tree_until_the_hub_starts_again(start_hub: StartHub) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        given = asked(tablet.sign_in(1))
        for _ in range(3):
            reply = tablet.reply(tablet.answer(given, right_answer(hub, given)))
            given = asked(reply)
        before = _tree(hub, 0)
        wrong = asked(reply)
        after = tablet.reply(tablet.answer(wrong, "999999"))
    assert after.mastery_after is not None
    assert reply.mastery_after is not None
    assert after.mastery_after < reply.mastery_after
    assert _tree(hub, 0) == before
    hub.stop()
    again = start_hub()
    mastery = again.classroom.rooms[1].mastery(1, 0)
    assert _tree(again, 0) == tree_size(mastery)


def _tree(hub: Hub, skill: int) -> int:
    room = hub.classroom.rooms[1]
    return hub.grown.see(1, room.pack.skills[skill].id, room.mastery(1, skill))
