"""axe-core finds nothing to mend on any learner's screen: WCAG 2.2 AA, by machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hub.app import Hub
from hub.lesson.tutoring import Problem
from hub.overriding import CLASS, Whom
from hub.web.tongue import COOKIE
from models.domain.pack import starter_path
from tests.browser.axe import LOOKS, Look, violations
from tests.browser.conftest import MakeTablet
from tests.browser.scene import SMALL, Phone, Tablet, address, running
from tests.browser.walk import (
    LONG,
    SEED,
    TAGS,
    See,
    come_to_the_cards,
    sit_down,
    walk,
    walk_while_away,
    walk_without_scripts,
)

BREAK_IT = """() => {
  document.querySelector("h1").style.color = "#eeeeee";
  document.querySelector("input:not([type=hidden])").removeAttribute("aria-labelledby");
  document.querySelector("#ok").textContent = "";
  document.documentElement.removeAttribute("lang");
}"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=starter_path()) as started:
        yield started


def noting(tablet: Tablet, found: list[str], looks: Sequence[Look]) -> See:
    """Looks at each screen in all `looks`, and keeps what is wrong with it."""

    def see(screen: str) -> None:
        for look in looks:
            with look.at(tablet.page):
                broken = violations(tablet.page)
            found.extend(f"{screen}, {look.name}: {one}" for one in broken)

    return see


# One language here, right to left: a walk takes some 10 s. `./check slow` does the rest.
@pytest.mark.parametrize("tag", ["ar"])
def test_no_screen_breaks_a_rule(hub: Hub, make_tablet: MakeTablet, tag: str) -> None:
    tablet, found = make_tablet(), list[str]()
    walk(hub, tablet, tag, noting(tablet, found, LOOKS[:1]))
    assert found == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("tag", TAGS)
def test_no_screen_breaks_a_rule_in_any_size_or_colours(
    hub: Hub, make_tablet: MakeTablet, tag: str
) -> None:
    tablet, found = make_tablet(), list[str]()
    walk(hub, tablet, tag, noting(tablet, found, LOOKS))
    assert found == []


@pytest.mark.parametrize("tag", ["sw"])
def test_no_screen_without_scripts_breaks_a_rule(
    hub: Hub, make_tablet: MakeTablet, tag: str
) -> None:
    tablet, found = make_tablet(), list[str]()
    # Not switched off altogether: axe-core is a script, too.
    tablet.page.route("**/*.js", lambda route: route.fulfill(body=""))
    walk_without_scripts(hub, tablet, tag, noting(tablet, found, LOOKS[:1]))
    assert found == []
    tablet.complaints.clear()


@pytest.mark.parametrize("has_road", [True, False])
def test_no_screen_breaks_a_rule_while_the_hub_is_away(
    tmp_path: Path, browser: Browser, *, has_road: bool
) -> None:
    with running(tmp_path / "away", pack=starter_path()) as hub:
        hub.teaching.set_language(1, "sw")
        tablet = Tablet(browser.new_context(viewport=SMALL).new_page(), hub)
        come_to_the_cards(hub, tablet)
        place = hub.classroom.rooms[1].pack.item_index[LONG]
        hub.classroom.rooms[1].problems[1] = Problem(place, SEED)
        if has_road:
            with tablet.page.expect_response("**/learn/ahead*"):
                sit_down(tablet)
        else:
            tablet.page.route("**/learn/ahead*", lambda route: route.abort())
            sit_down(tablet)
            tablet.takes_the_road("up")
    tablet.takes_the_road("down")
    found = list[str]()
    walk_while_away(tablet, noting(tablet, found, LOOKS[:1]))
    tablet.page.context.close()
    assert found == []


@pytest.mark.parametrize("tag", TAGS)
def test_no_page_of_the_teacher_breaks_a_rule(hub: Hub, phone: Phone, tag: str) -> None:
    found = list[str]()
    looks = (Look("360"), Look("360 dark", scheme="dark"))

    def see(screen: str) -> None:
        assert phone.page.evaluate("document.documentElement.lang") == tag, screen
        assert phone.sideways() == 0, screen
        for look in looks if tag == "en" else looks[:1]:
            with look.at(phone.page):
                found.extend(f"{screen}, {look.name}: {one}" for one in violations(phone.page))

    speak(phone, tag)
    phone.go("/teacher/")
    see("sign-in")
    phone.page.context.clear_cookies(name=COOKIE)
    phone.sign_in()
    speak(phone, tag)
    hand = {"learner": 1, "item": 0, "seed": 1, "step": 0, "is_up": True, "by": "learner"}
    hub.classroom.deed(1, "hand", hand)
    hub.teaching.words.set_group(1, [1, 2], name="Owls")
    for whom in (CLASS, Whom(group=1)):
        hub.teaching.words.set_pace(1, whom, 65)
    pages = "learner/1", "tablets/1", "class/1/sign-in", "class/1/quiz", "people", "password"
    of_words = (
        "class/1/groups",
        "class/1/group/1",
        "class/1/group/1/word",
        "class/1/word",
        "learner/1/word",
    )
    for path in ("", "hub", *pages, *of_words):
        phone.go(f"/teacher/{path}")
        see(path or "live")
    assert found == []


def speak(phone: Phone, tag: str) -> None:
    """The phone's own choice of language, made on an earlier day."""
    own = address(phone.hub)
    phone.page.context.add_cookies([{"name": COOKIE, "value": tag, "url": own}])


def test_axe_finds_what_is_broken_on_purpose(hub: Hub, tablet: Tablet) -> None:
    come_to_the_cards(hub, tablet)
    tablet.sign_in("Amani")
    tablet.page.evaluate(BREAK_IT)
    found = {line.split(":")[0] for line in violations(tablet.page)}
    assert found == {"color-contrast", "label", "button-name", "html-has-lang"}
