"""Every screen that a learner may see, one after the other, in one language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from playwright.sync_api import expect

from hub.app import Hub
from hub.lesson.rest import MOST_MS, Rule
from hub.lesson.tutoring import Problem
from hub.lesson.twins import find_twin
from hub.store.receipts import Receipts
from tests.browser.scene import Tablet
from tests.hub.ground import attempt
from tests.packs import right

TAGS = ("en", "sw", "ar")
SEED = 3
#: Of the starter pack, one item for each kind of field.
FIELDS = {
    "whole number": "a01.1",
    "choice": "a01.6",
    "number line": "a01.7",
    "match": "a01.8",
    "order": "a04.5",
    "parts": "a05.2",
    "decimal": "d01.1",
    "fraction": "f01.2",
    "mixed number": "f06.1",
    "expression": "e02.1",
}
#: Asked for a reason once it is over, and with steps on the way.
LONG = "a04.7"
WRONG = "987"
See = Callable[[str], None]


def walk(hub: Hub, tablet: Tablet, tag: str, see: See) -> None:
    """Goes through all screens in the language `tag`; `see` is told of each that stands."""
    hub.teaching.set_language(1, tag)
    see_the_doors(hub, tablet, see)
    for name, item in FIELDS.items():
        open_problem(hub, tablet, Problem(_place(hub, item), SEED))
        see(name)
    see_the_lesson(hub, tablet, see)
    see_the_rests(hub, tablet, see)


def see_the_doors(hub: Hub, tablet: Tablet, see: See) -> None:
    """From a tablet that nobody knows to the class's cards, and in."""
    tablet.go("/join/WRONG")
    see("join")
    with _complaint(tablet):
        tablet.page.locator("button.go").click()
        expect(tablet.page.locator("#problem")).to_be_visible()
    see("join, a wrong code")
    come_to_the_cards(hub, tablet)
    see("cards")
    see_the_codes(hub, tablet, see)
    sit_down(tablet)


def see_the_codes(hub: Hub, tablet: Tablet, see: See) -> None:
    """The ways to sign in beside the card alone, and two who share the tablet."""
    page = tablet.page
    for style in ("pictures", "pin", "password"):
        hub.people.set_sign_in(1, style)
        tablet.go("/")
        page.locator("[name=learner][value='2']").click()
        expect(page.locator("#code-form")).to_be_visible()
        see(f"code, {style}")
    page.locator("#call").click()
    expect(page.locator(".told-code")).to_be_visible()
    see("code, the teacher is called")
    called = page.locator(".told-code").inner_text()
    page.locator("#password").fill("987")
    page.locator("#code-form .go").click()
    expect(page.locator(".told-code")).not_to_have_text(called)
    see("code, a wrong one")
    page.locator("#password").fill(hub.door.codes.of(2).first_password or "")
    page.locator("#code-form .go").click()
    expect(page.locator("#rule")).to_be_visible()
    see("a password of one's own")
    hub.people.set_sign_in(1, "tap")
    tablet.go("/learn/friend")
    see("cards of friends")
    page.locator("[name=learner][value='3']").click()
    expect(page.locator("#together li")).to_have_count(2)
    see("two share the tablet")
    see_the_turn(hub, tablet, see)
    hub.door.seats.give_turn(next(iter(hub.devices.all)), 2)
    tablet.go(f"/card/{hub.door.codes.new_cards([1])[0]}")
    see("a printed card")
    tablet.go("/card/unknown")
    see("a printed card that is dead")
    for learner in (2, 3):
        tablet.go(f"/learn/done/{learner}")


def see_the_turn(hub: Hub, tablet: Tablet, see: See) -> None:
    """The third learner, who sits with the second, answers and hands the tablet over."""
    room = hub.classroom.rooms[1]
    room.problems[3] = Problem(_place(hub, "a01.1"), SEED)
    tablet.go("/learn")
    tablet.takes_the_road("up")
    send(tablet, right(room.pack, "a01.1", SEED))
    expect(tablet.page.locator(".whose")).to_be_visible()
    see("whose turn it is")


def see_the_lesson(hub: Hub, tablet: Tablet, see: See) -> None:
    """One problem with all the help there is, then one that goes well."""
    page, place = tablet.page, _place(hub, LONG)
    open_problem(hub, tablet, Problem(place, SEED))
    page.locator("#hint").click()
    expect(page.locator(".hint-words")).to_have_count(1)
    see("a hint")
    send(tablet, WRONG)
    expect(page.locator("#verdict")).not_to_be_empty()
    expect(page.locator("#ok")).to_be_enabled()
    see("not yet")
    page.locator("#ask-why").click()
    expect(page.locator("#why")).to_be_visible()
    see("why this one")
    page.locator("#hand").click()
    expect(page.locator("#hand")).to_have_attribute("data-up", "1")
    see("a raised hand")
    open_problem(hub, tablet, Problem(place, SEED, "steps", 2, hints=1, now=1, is_counted=True))
    see("a step")
    twin = find_twin(hub.classroom.rooms[1].pack, place, SEED)
    open_problem(hub, tablet, Problem(place, SEED, "example", 3, is_counted=True, twin=twin))
    see("a worked example")
    send(tablet, WRONG)
    expect(page.locator("#worked")).to_be_visible()
    see("told, and asked why")
    open_problem(hub, tablet, Problem(_place(hub, "a01.1"), SEED))
    send(tablet, right(hub.classroom.rooms[1].pack, "a01.1", SEED))
    expect(page.locator("#feedback")).to_have_class("feedback right")
    see("right")
    page.locator("#growth").click()
    expect(page.locator("body.garden h1")).to_be_visible()
    see("the garden")
    page.locator("a.back").click()
    expect(page.locator("#task h1")).to_be_visible()


def see_the_rests(hub: Hub, tablet: Tablet, see: See) -> None:
    """The class pauses, closes; a page that is not there, and the one that browsers keep."""
    hub.teaching.set_state(1, "pause")
    expect(tablet.page.locator("#rest")).to_be_visible()
    see("the class pauses")
    hub.teaching.set_state(1, "closed")
    see("the class is closed")
    hub.teaching.set_state(1, "practice")
    see_the_breaks(hub, tablet, see)
    with _complaint(tablet):
        tablet.go("/learn/nowhere")
    see("a page that is not there")


def walk_while_away(tablet: Tablet, see: See) -> None:
    """The screens of a tablet at a question whose hub has gone, with or without its road."""
    page = tablet.page
    send(tablet, WRONG)
    expect(page.locator("#notice, #rest-title").filter(visible=True).first).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-late", "")
    see("on the kept road" if page.locator("#task").is_visible() else "the road's end")
    page.locator("a.done").click()
    expect(page.locator("#notice")).not_to_be_empty()
    see("done, the hub is away")


def see_the_breaks(hub: Hub, tablet: Tablet, see: See) -> None:
    """The teacher's break for the youngest, over on this tablet, and the end of a day."""
    page = tablet.page
    send_to_rest(hub, Rule(after_s=60, break_s=600))
    tablet.go("/learn")
    expect(page.locator(".of-break")).to_be_visible()
    see("a break")
    # The tablet's own clock alone: the hub has the child rest on, so the page stays.
    page.evaluate("() => { const at = performance.now(); performance.now = () => at + 6e5; }")
    expect(page.locator("#break-go")).to_be_visible()
    see("a break is over")
    send_to_rest(hub, Rule(day_s=60))
    tablet.go("/learn")
    expect(page.locator(".of-day")).to_be_visible()
    see("the day's limit")
    hub.teaching.set_rest(1, Rule())
    tablet.go("/learn")


def send_to_rest(hub: Hub, rule: Rule) -> None:
    """The learner of the first card has worked as long as `rule` allows."""
    hub.teaching.set_rest(1, rule)
    room, now = hub.classroom.rooms[1], hub.classroom.now()
    room.problems.pop(1, None)
    long = attempt(1)._replace(ms=MOST_MS, hub_boot=now.hub_boot, monotonic_ms=now.monotonic_ms)
    room.rests.answered(long, is_open=False)


def walk_without_scripts(hub: Hub, tablet: Tablet, tag: str, see: See) -> None:
    """The screens of a tablet that runs no scripts, as far as they differ."""
    hub.teaching.set_language(1, tag)
    come_to_the_cards(hub, tablet)
    sit_down(tablet)
    for name, item in FIELDS.items():
        hub.classroom.rooms[1].problems[1] = Problem(_place(hub, item), SEED)
        tablet.go("/learn")
        see(f"{name}, no scripts")
    hub.classroom.rooms[1].problems[1] = Problem(_place(hub, "a01.1"), SEED)
    tablet.go("/learn")
    tablet.page.locator("#answer").fill(WRONG)
    with _complaint(tablet), patch.object(Receipts, "wait", return_value=False):
        tablet.page.locator("#ok").click()
    expect(tablet.page.locator("main .notice")).to_be_visible()
    see("not safe yet")
    send_to_rest(hub, Rule(after_s=60, break_s=600))
    tablet.go("/learn")
    see("a break, no scripts")
    hub.teaching.set_rest(1, Rule())
    tablet.go("/here")
    see("the page that browsers keep")


def come_to_the_cards(hub: Hub, tablet: Tablet) -> None:
    """Pairs the tablet with the first class, whatever language it speaks."""
    tablet.go(f"/join/{hub.people.classes[1].join_code}")
    tablet.page.locator("button.go").click()
    expect(tablet.page.locator(".card").first).to_be_visible()


def sit_down(tablet: Tablet) -> None:
    """The child of the first card sits down."""
    tablet.page.locator(".card").first.click()
    expect(tablet.page.locator("#task h1")).to_be_visible()


def open_problem(hub: Hub, tablet: Tablet, problem: Problem) -> None:
    """The tablet shows the learner of the first card this very problem."""
    hub.classroom.rooms[1].problems[1] = problem
    tablet.go("/learn")
    tablet.takes_the_road("up")


def send(tablet: Tablet, text: str) -> None:
    """Types an answer by a keyboard, and sends it."""
    tablet.page.keyboard.type(text)
    tablet.page.locator("#ok").click()


@contextmanager
def _complaint(tablet: Tablet) -> Iterator[None]:
    """The browser complains of a refusal within the block, as it should."""
    with tablet.page.expect_console_message(lambda said: "Failed to load" in said.text):
        yield
    tablet.complaints[:] = [one for one in tablet.complaints if "Failed to load" not in one]


def _place(hub: Hub, item: str) -> int:
    return hub.classroom.rooms[1].pack.item_index[item]
