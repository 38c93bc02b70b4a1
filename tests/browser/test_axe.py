"""axe-core finds nothing to mend on any learner's screen: WCAG 2.2 AA, by machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from hub.app import Hub
from models.domain.pack import starter_path
from tests.browser.axe import LOOKS, Look, violations
from tests.browser.conftest import MakeTablet
from tests.browser.scene import Tablet, running
from tests.browser.walk import TAGS, See, come_to_the_cards, walk, walk_without_scripts

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


def test_axe_finds_what_is_broken_on_purpose(hub: Hub, tablet: Tablet) -> None:
    come_to_the_cards(hub, tablet)
    tablet.sign_in("Amani")
    tablet.page.evaluate(BREAK_IT)
    found = {line.split(":")[0] for line in violations(tablet.page)}
    assert found == {"color-contrast", "label", "button-name", "html-has-lang"}
