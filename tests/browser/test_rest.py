"""Breaks and a day's limit on the tablet: kept, quiet, over by themselves, and never a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from hub.app import Hub
from hub.lesson.rest import Rule
from hub.settings import Settings
from tests.browser.conftest import MakeTablet
from tests.browser.scene import (
    Phone,
    Tablet,
    address,
    attempts,
    on_same_ports,
    running,
    solve,
)
from tests.hub.evening import wait_for

MINUTE_MS = 60_000
#: A road is fetched some seconds after a question, by a page that is not hurried.
ROAD_MS = 60_000
BREAKS = Rule(after_s=60, break_s=60)
#: So long that no slow machine comes to the next picture of it by itself.
LONG_BREAKS = Rule(after_s=60, break_s=600)
#: The page's steady clock, which a test can move on; nothing else of the browser is changed.
STEADY = """(() => {
  const real = performance.now.bind(performance);
  window.skipped = 0;
  performance.now = () => real() + window.skipped;
})()"""
#: A tablet whose date is another one, days away.
DATED = "(() => {{ const real = Date.now; Date.now = () => real() + {days} * 864e5; }})()"
#: What the tablet keeps of a break: the ms that are left of it.
KEPT_LEFT = """() => new Promise(done => {
  window.indexedDB.open("mangotree", 1).onsuccess = opened => {
    const table = opened.target.result.transaction("kept").objectStore("kept");
    table.get("mangotree.latest.break.1").onsuccess = found => {
      opened.target.result.close();
      done(JSON.parse(found.target.result).left);
    };
  };
})"""


def skip(page: Page, ms: int) -> None:
    """So much time passes on the page's steady clock."""
    page.evaluate("ms => { window.skipped += ms; }", ms)


def work_long(tablet: Tablet) -> str:
    """Answers after two minutes at the question; gives the question."""
    asked = tablet.prompt()
    skip(tablet.page, 2 * MINUTE_MS)
    tablet.answer(tablet.right_answer())
    return asked


def is_resting(page: Page, words: str = "Rest your eyes") -> None:
    """Until the page of rest is all that is seen."""
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    expect(page.locator("#task")).to_be_hidden()
    expect(page.locator("#rest")).to_be_hidden()


def sit_down(tablet: Tablet) -> None:
    tablet.page.add_init_script(STEADY)
    tablet.sit_down()
    tablet.takes_the_road("up")


def come_to_rest(hub: Hub, tablet: Tablet, rule: Rule = BREAKS) -> None:
    """Works until the break comes that the teacher set."""
    hub.teaching.set_rest(1, rule)
    sit_down(tablet)
    work_long(tablet)
    is_resting(tablet.page)


@contextmanager
def away(home: Path, browser: Browser, rule: Rule) -> Iterator[tuple[Tablet, Settings]]:
    """A child at work with the road ahead kept, and the hub gone."""
    with running(home) as hub:
        hub.teaching.set_rest(1, rule)
        tablet = Tablet(browser.new_context().new_page(), hub)
        tablet.page.add_init_script(STEADY)
        with tablet.page.expect_response("**/learn/ahead*", timeout=ROAD_MS):
            tablet.sit_down()
            tablet.takes_the_road("up")
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    yield tablet, settings
    tablet.page.context.close()


def opened_again(tablet: Tablet, script: str = "") -> Tablet:
    """The tablet's page in a new tab of the same browser, the old one closed."""
    page = tablet.page.context.new_page()
    page.add_init_script(STEADY + ";" + script)
    page.goto(f"{address(tablet.hub)}/here", wait_until="commit")
    tablet.page.close()
    return Tablet(page, tablet.hub)


def test_a_break_comes_behind_an_answer_and_goes_on_by_itself(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.set_rest(1, LONG_BREAKS)
    sit_down(tablet)
    asked = work_long(tablet)
    is_resting(tablet.page)
    expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    expect(tablet.page.get_by_role("img", name="still empty")).to_be_visible()
    expect(tablet.page.locator("#break-go")).to_be_hidden()
    tablet.is_safe()
    # A key that is pressed reaches no question below.
    tablet.page.keyboard.type("1")
    tablet.page.keyboard.press("Enter")
    skip(tablet.page, 5 * MINUTE_MS)
    expect(tablet.page.get_by_role("img", name="half full")).to_be_visible()
    skip(tablet.page, 5 * MINUTE_MS)
    hub.clock.start_s -= 600
    expect(tablet.page.locator("#task")).to_be_visible()
    expect(tablet.page.locator("#break")).to_be_hidden()
    assert tablet.prompt() != asked
    assert len(attempts(hub)) == 1


def test_a_child_taps_go_on_when_the_mango_is_full(hub: Hub, tablet: Tablet) -> None:
    come_to_rest(hub, tablet)
    hub.clock.start_s -= 60
    skip(tablet.page, MINUTE_MS)
    tablet.page.get_by_role("link", name="Go on").click()
    expect(tablet.page.locator("#task")).to_be_visible()
    tablet.answer(tablet.right_answer())
    tablet.is_safe()
    assert len(attempts(hub)) == 2


def test_a_reload_ends_no_break_and_begins_none_anew(hub: Hub, tablet: Tablet) -> None:
    come_to_rest(hub, tablet, LONG_BREAKS)
    skip(tablet.page, 5 * MINUTE_MS)
    # Drawn in the same step in which it is kept.
    expect(tablet.page.get_by_role("img", name="half full")).to_be_visible()
    assert tablet.page.evaluate(KEPT_LEFT) <= 5 * MINUTE_MS
    tablet.page.reload()
    tablet.takes_the_road("up")
    is_resting(tablet.page)
    assert 0 < tablet.page.evaluate(KEPT_LEFT) <= 5 * MINUTE_MS
    expect(tablet.page.get_by_role("img", name="half full")).to_be_visible()


def test_a_rule_that_is_set_meanwhile_takes_no_question_away(hub: Hub, tablet: Tablet) -> None:
    sit_down(tablet)
    asked = tablet.prompt()
    hub.teaching.set_rest(1, BREAKS)
    tablet.type(1)
    tablet.page.get_by_role("button", name="Delete").click()
    assert tablet.prompt() == asked
    work_long(tablet)
    is_resting(tablet.page)


def test_the_teacher_sees_who_rests_lets_go_on_and_takes_it_back(
    hub: Hub, tablet: Tablet, phone: Phone
) -> None:
    phone.sign_in()
    form = phone.page.locator(".rest-rule")
    form.get_by_label("A break", exact=True).check()
    form.get_by_label("Minutes of a break").fill("5")
    form.get_by_label("Minutes of work before a break").fill("1")
    form.get_by_role("button", name="Use it").click()
    assert hub.classroom.rooms[1].rests.rule == Rule(after_s=60, break_s=300)
    sit_down(tablet)
    work_long(tablet)
    is_resting(tablet.page)
    rests = phone.page.locator("#resters")
    expect(rests).to_contain_text("Amani rests, about 5 minutes yet")
    assert phone.sideways() == 0
    rests.get_by_role("button", name="Let go on Amani").click()
    expect(tablet.page.locator("#task")).to_be_visible()
    asked = tablet.prompt()
    expect(rests).to_contain_text("You let Amani go on")
    rests.get_by_role("button", name="Take that back").click()
    expect(rests).to_contain_text("Amani rests")
    # What is asked by now stays: its answer brings the rest back.
    assert tablet.prompt() == asked
    tablet.answer(tablet.right_answer())
    is_resting(tablet.page)
    phone.page.get_by_role("button", name="Take the last change").click()
    expect(tablet.page.locator("#task")).to_be_visible()
    assert not hub.classroom.rooms[1].rests.rule.is_on


def test_a_hand_can_be_raised_in_a_break(hub: Hub, tablet: Tablet) -> None:
    come_to_rest(hub, tablet)
    tablet.page.get_by_role("button", name="I need help").click()
    expect(tablet.page.locator("#rest-hand")).to_have_attribute("data-up", "1")
    expect(tablet.page.get_by_role("button", name="Hand is up")).to_be_visible()
    wait_for(lambda: [one.learner for one in hub.classroom.rooms[1].hands] == [1])
    tablet.page.reload()
    is_resting(tablet.page)
    expect(tablet.page.locator("#rest-hand")).to_have_attribute("data-up", "1")


def test_of_two_at_one_tablet_the_other_goes_on(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.set_rest(1, BREAKS)
    sit_down(tablet)
    tablet.page.get_by_role("link", name="Add a friend").click()
    tablet.page.get_by_role("button", name="Baraka", exact=True).click()
    expect(tablet.page.locator(".who .name")).to_have_text("Baraka")
    tablet.takes_the_road("up")
    work_long(tablet)
    turn = tablet.page.locator(".task.turn")
    expect(turn.get_by_role("button", name="Amani")).to_be_visible()
    expect(tablet.page.locator("#break")).to_be_hidden()
    for _ in range(2):
        tablet.page.locator(".turn button, #ok").first.wait_for()
        if turn.is_visible():
            turn.get_by_role("button", name="Amani").click()
        expect(tablet.page.locator(".who .name")).to_have_text("Amani")
        expect(tablet.page.locator("#ok")).to_be_enabled()
        key = tablet.page.locator("#task").get_attribute("data-key")
        tablet.answer(tablet.right_answer())
        expect(tablet.page.locator("#task")).not_to_have_attribute("data-key", key or "")
    tablet.is_safe()
    assert [row["learner"] for row in attempts(hub)] == [2, 1, 1]


def test_a_days_limit_leads_to_the_garden_and_ends_when_the_teacher_says_so(
    hub: Hub, tablet: Tablet, phone: Phone
) -> None:
    hub.teaching.set_rest(1, Rule(day_s=60))
    phone.sign_in()
    sit_down(tablet)
    work_long(tablet)
    is_resting(tablet.page, "That is all for today")
    tablet.is_safe()
    tablet.page.locator("#break").get_by_role("link", name="My garden").click()
    expect(tablet.page.get_by_role("heading", name="My garden")).to_be_visible()
    tablet.page.get_by_role("link", name="Go on").click()
    is_resting(tablet.page, "That is all for today")
    rests = phone.page.locator("#resters")
    expect(rests).to_contain_text("Amani has reached the limit for today")
    rests.get_by_role("button", name="Let go on").click()
    expect(tablet.page.locator("#task")).to_be_visible()


def test_without_scripts_a_break_comes_and_goes_on_by_itself(
    hub: Hub, make_tablet: MakeTablet
) -> None:
    hub.teaching.set_rest(1, BREAKS)
    tablet = make_tablet(java_script_enabled=False)
    tablet.sit_down()
    for _ in range(2):
        tablet.page.locator("#answer").fill(str(solve(tablet.prompt())))
        # A page without scripts measures nothing: the hub's own clock does.
        hub.clock.start_s -= 90
        tablet.page.get_by_role("button", name="OK").click()
        expect(tablet.page.locator("#verdict")).to_have_text("Right!")
    is_resting(tablet.page)
    tablet.page.get_by_role("button", name="I need help").click()
    is_resting(tablet.page)
    expect(tablet.page.get_by_role("button", name="Hand is up")).to_be_visible()
    hub.clock.start_s -= 60
    expect(tablet.page.locator("#ok")).to_be_visible()
    assert len(attempts(hub)) == 2


def test_without_the_hub_the_tablet_keeps_the_break_itself(
    tmp_path: Path, browser: Browser
) -> None:
    home = tmp_path / "home"
    with away(home, browser, BREAKS) as (tablet, settings):
        work_long(tablet)
        is_resting(tablet.page)
        again = opened_again(tablet, DATED.format(days=-4000))
        is_resting(again.page)
        again.is_said("1 answer waits on this tablet")
        skip(again.page, MINUTE_MS)
        again.page.get_by_role("link", name="Go on").click()
        expect(again.page.locator("#ok")).to_be_visible()
        again.answer(again.right_answer())
        again.is_said("2 answers wait on this tablet")
        with running(home, settings) as hub:
            again.is_safe()
            assert [row["is_right"] for row in attempts(hub)] == [1, 1]


def test_a_day_that_is_used_up_without_the_hub_locks_nobody_out_when_a_clock_jumps(
    tmp_path: Path, browser: Browser
) -> None:
    with away(tmp_path / "home", browser, Rule(day_s=60)) as (tablet, _):
        work_long(tablet)
        is_resting(tablet.page, "That is all for today")
        again = opened_again(tablet)
        is_resting(again.page, "That is all for today")
        later = opened_again(again, DATED.format(days=-3))
        expect(later.page.locator("#ok")).to_be_visible()


def test_a_hub_that_goes_away_in_a_break_leaves_the_child_a_question(
    tmp_path: Path, browser: Browser
) -> None:
    with running(tmp_path / "home") as hub:
        hub.teaching.set_rest(1, BREAKS)
        tablet = Tablet(browser.new_context().new_page(), hub)
        tablet.page.add_init_script(STEADY)
        with tablet.page.expect_response("**/learn/ahead*", timeout=ROAD_MS):
            tablet.sit_down()
            tablet.takes_the_road("up")
        asked = work_long(tablet)
        is_resting(tablet.page)
        tablet.is_safe()
    tablet.takes_the_road("down")
    skip(tablet.page, MINUTE_MS)
    expect(tablet.page.locator("#ok")).to_be_visible()
    assert tablet.prompt() != asked
    tablet.answer(tablet.right_answer())
    tablet.is_said("1 answer waits on this tablet")
    tablet.page.context.close()
