"""The tablet's outbox in a real browser's store: order, receipts, gaps, refusals."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from hub.app import Hub
from tests.browser.scene import Tablet, attempts

PENDING = "outbox => outbox.pending().map(one => [one.boot, one.seq, one.fields.answer])"


@pytest.fixture
def desk(tablet: Tablet) -> Tablet:
    """A tablet out of reach: what is put into its outbox stays there."""
    tablet.join()
    tablet.takes_the_road("up")
    tablet.page.context.route("**/learn/**", lambda route: route.abort())
    tablet.go("/assets/none")
    tablet.go("/")
    # The page's own store would write again what these outboxes take away.
    tablet.page.evaluate("for (let id = 1; id < 1000; id += 1) { clearInterval(id); }")
    tablet.complaints.clear()
    return tablet


def on_outbox(tablet: Tablet, steps: str) -> Any:
    """Runs `steps` on a new outbox over the browser's own store, as after a page load."""
    return tablet.page.evaluate(
        "() => { const store = mangotree.Store(localStorage, () => {});"
        " const outbox = mangotree.Outbox(store);"
        f" return new Promise(done => store.ready(() => done((() => {{ {steps} }})()))); }}"
    )


def answers(tablet: Tablet) -> list[str]:
    return list(on_outbox(tablet, "return outbox.pending().map(one => one.fields.answer);"))


def test_what_older_pages_left_goes_first_and_in_order(desk: Tablet) -> None:
    for page in range(12):
        add = "outbox.add({answer: '%d'});"
        on_outbox(desk, add % (page * 2) + add % (page * 2 + 1))
    assert answers(desk) == [str(number) for number in range(24)]
    desk.complaints.clear()


def test_a_receipt_frees_its_own_boot_up_to_its_number(desk: Tablet) -> None:
    on_outbox(desk, "outbox.add({answer: 'a'}); outbox.add({answer: 'b'});")
    on_outbox(desk, "outbox.add({answer: 'c'});")
    count = on_outbox(
        desk, "const first = outbox.pending()[0]; return outbox.receipted(first.boot, 1);"
    )
    assert count == 1
    assert answers(desk) == ["b", "c"]
    desk.complaints.clear()


def test_a_boot_is_a_number_that_both_ends_can_hold(desk: Tablet) -> None:
    boots = [on_outbox(desk, "return outbox.add({answer: ''}).boot;") for _ in range(50)]
    assert len(set(boots)) == 50
    assert all(1 <= boot <= 2**53 - 1 for boot in boots)
    desk.complaints.clear()


def test_a_new_name_closes_the_gap_for_good(desk: Tablet) -> None:
    on_outbox(
        desk,
        "const {boot} = outbox.add({answer: 'a'}); outbox.add({answer: 'b'});"
        "outbox.add({answer: 'c'}); outbox.receipted(boot, 1); outbox.rename(boot, 1);",
    )
    held = on_outbox(desk, f"return ({PENDING})(outbox);")
    assert [(seq, answer) for _, seq, answer in held] == [(1, "b"), (2, "c")]
    [boot, _, _] = held[0]
    on_outbox(desk, f"outbox.receipted({boot}, 1); outbox.rename({boot}, 1);")
    held = on_outbox(desk, f"return ({PENDING})(outbox);")
    assert [(seq, answer) for _, seq, answer in held] == [(1, "c")]
    assert held[0][0] != boot
    on_outbox(desk, f"outbox.receipted({held[0][0]}, 1);")
    left = desk.page.evaluate("Object.keys(localStorage).filter(key => /renamed/.test(key))")
    assert left == []
    desk.complaints.clear()


def test_an_answer_behind_a_gap_still_reaches_the_hub(hub: Hub, tablet: Tablet) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.page.evaluate(
        """() => {
          const value = id => document.getElementById(id).value;
          localStorage.setItem("mangotree.answer.0.77.5", JSON.stringify({
            learner: 1, session: document.body.dataset.session, answer: "3",
            item: value("item"), seed: Number(value("seed")),
          }));
        }"""
    )
    tablet.page.reload()
    expect(tablet.page.locator("#leaf")).to_have_attribute("data-waiting", "1")
    tablet.is_safe()
    [row] = attempts(hub)
    assert (row["answer"], row["device_seq"]) == ("3", 1)
    assert row["boot"] != 77


def test_an_answer_that_can_never_count_is_shown_and_stops_nobody(
    hub: Hub, tablet: Tablet
) -> None:
    tablet.sit_down()
    tablet.takes_the_road("up")
    tablet.page.evaluate("document.body.dataset.session = 'forged'")
    tablet.answer(1)
    expect(tablet.page.locator("#trouble")).to_contain_text("1 answer was not taken")
    tablet.page.reload()
    tablet.takes_the_road("up")
    tablet.answer(tablet.right_answer())
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    tablet.is_safe()
    assert [row["is_right"] for row in attempts(hub)] == [1]
