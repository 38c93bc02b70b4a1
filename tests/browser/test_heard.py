"""What a child hears who does not see: each step once, in order, and every control by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.app import Hub
from hub.lesson.tutoring import Problem
from hub.settings import Settings
from models.domain.pack import starter_path
from tests.browser.scene import SMALL, Tablet, on_same_ports, running
from tests.browser.walk import (
    LONG,
    SEED,
    WRONG,
    come_to_the_cards,
    open_problem,
    send,
    sit_down,
    walk,
)
from tests.packs import right

#: What a screen reader would say: where the focus goes, by name, and what changes in a live
#: region that stood in the page before.
LISTEN = """() => {
  window.spoken = [];
  const plain = one => {
    const copy = one.cloneNode(true);
    copy.querySelectorAll("[aria-hidden]").forEach(drawn => drawn.remove());
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const name = one => {
    const ids = (one.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
    return ids.length ? ids.map(id => plain(document.getElementById(id))).join(" ")
      : one.getAttribute("aria-label") || plain(one);
  };
  document.addEventListener("focusin", event => window.spoken.push(name(event.target)));
  new MutationObserver(changes => {
    const regions = changes.map(({target}) => target.nodeType === 1
      && target.closest("[role=status], [role=alert], [aria-live]"));
    new Set(regions.filter(Boolean)).forEach(region => {
      if (plain(region)) window.spoken.push(plain(region));
    });
  }).observe(document, {childList: true, subtree: true, characterData: true});
}"""
#: Roles that a child acts on.
ACTS = {"button", "link", "textbox", "checkbox", "radio", "combobox", "DisclosureTriangle"}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=starter_path()) as started:
        yield started


@pytest.fixture
def listener(hub: Hub, tablet: Tablet) -> Tablet:
    """A tablet at the cards that takes down what is said on it."""
    come_to_the_cards(hub, tablet)
    tablet.takes_the_road("up")
    tablet.page.evaluate(LISTEN)
    return tablet


def hears(tablet: Tablet, words: str) -> None:
    """Until this is said; what was said before it is forgotten."""
    tablet.page.wait_for_function(
        "words => window.spoken.some(one => one === words)", arg=words
    )


def heard(tablet: Tablet) -> list[str]:
    """All that was said since the last call."""
    return list(tablet.page.evaluate("window.spoken.splice(0)"))


def asks(hub: Hub, tablet: Tablet, item: str) -> None:
    """The child of the first card comes to this question from the cards."""
    room = hub.classroom.rooms[1]
    room.problems[1] = Problem(room.pack.item_index[item], SEED)
    sit_down(tablet)


def test_a_new_page_begins_with_its_question(hub: Hub, listener: Tablet) -> None:
    asks(hub, listener, "a01.1")
    assert heard(listener)[-1] == "How many dots in all?"


def test_a_verdict_and_what_comes_next_are_one_sentence(hub: Hub, listener: Tablet) -> None:
    asks(hub, listener, "a01.1")
    page = listener.page
    page.keyboard.type(right(hub.classroom.rooms[1].pack, "a01.1", SEED))
    heard(listener)
    page.locator("#ok").click()
    expect(page.locator("#task")).not_to_have_attribute("data-key", f"a01.1.{SEED}.0")
    said = " | ".join(heard(listener))
    asked = str(page.evaluate("mangotree.spoken(document.getElementById('prompt'))"))
    assert said.count("Right!") == 1
    assert said.index("Right!") < said.rindex(asked)


def test_a_second_try_hears_what_the_first_was_worth(hub: Hub, listener: Tablet) -> None:
    asks(hub, listener, LONG)
    heard(listener)
    send(listener, WRONG)
    asked = "Both sides are equal. Which number is missing? 17 plus 14 equals 20 plus"
    hears(listener, f"Not yet. You wrote 987. {asked} what number")
    assert " | ".join(heard(listener)).count("Not yet.") == 1


def test_hints_reasons_and_the_hand_are_heard_when_they_come(
    hub: Hub, listener: Tablet
) -> None:
    asks(hub, listener, LONG)
    heard(listener)
    listener.page.locator("#hint").click()
    hears(listener, "How does 17 become 20?")
    listener.page.locator("#ask-why").click()
    hears(listener, listener.page.locator("#why").inner_text())
    listener.page.locator("#hand").click()
    hears(listener, "Hand is up")
    said = heard(listener)
    assert len(said) == len(set(said)), said


def test_the_pad_says_what_stands_in_the_field(hub: Hub, listener: Tablet) -> None:
    asks(hub, listener, "a01.1")
    heard(listener)
    for key, value in (("1", "1"), ("2", "12"), ("Delete the last sign", "1")):
        listener.page.get_by_role("button", name=key, exact=True).click()
        hears(listener, value)


@contextmanager
def left_alone(home: Path, browser: Browser) -> Iterator[tuple[Tablet, Settings]]:
    """A child at a question whose answer is 7, with the road kept, and the hub gone."""
    with running(home, pack=starter_path()) as hub:
        tablet = Tablet(browser.new_context(viewport=SMALL).new_page(), hub)
        come_to_the_cards(hub, tablet)
        with tablet.page.expect_response("**/learn/ahead*"):
            asks(hub, tablet, "a01.1")
        settings = on_same_ports(hub)
    tablet.takes_the_road("down")
    yield tablet, settings
    tablet.page.context.close()


def test_the_hub_going_and_coming_back_is_said_once_each(
    tmp_path: Path, browser: Browser
) -> None:
    with left_alone(tmp_path / "home", browser) as (tablet, settings):
        tablet.page.evaluate(LISTEN)
        send(tablet, right(tablet.hub.classroom.rooms[1].pack, "a01.1", SEED))
        expect(tablet.page.locator("#notice")).to_contain_text("The hub is away.")
        hears(tablet, "1 answer waits on this tablet")
        said = heard(tablet)
        assert sum("The hub is away." in one for one in said) == 1
        assert sum(one.startswith("Right!") for one in said) == 1
        with running(tmp_path / "home", settings, pack=starter_path()):
            hears(tablet, "all answers safe")


def test_what_waits_is_in_sight_wherever_the_child_is_on_the_page(
    tmp_path: Path, browser: Browser
) -> None:
    with left_alone(tmp_path / "home", browser) as (tablet, _):
        page = tablet.page
        send(tablet, WRONG)
        expect(page.locator("#notice")).to_be_in_viewport(ratio=1)
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        expect(page.locator("#leaf-words")).to_be_in_viewport(ratio=1)
        last = page.locator(".asides").bounding_box()
        leaf = page.locator("#leaf").bounding_box()
        assert last
        assert leaf
        assert last["y"] + last["height"] <= leaf["y"]


def nodes(page: Page) -> list[dict[str, Any]]:
    """The browser's own accessibility tree in reading order, without what it leaves out."""
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {one["nodeId"]: one for one in tree}
    waiting, found = [tree[0]], []
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += [by_id[child] for child in reversed(one["childIds"]) if child in by_id]
    return [one for one in found if not one["ignored"]]


def faults(page: Page) -> list[str]:
    """Controls without name or state, drawings without words, words of two languages."""
    found = []
    for one in nodes(page):
        role, name = one["role"]["value"], one.get("name", {}).get("value", "").strip()
        states = {state["name"] for state in one.get("properties", ())}
        if role in ACTS | {"radiogroup", "image", "heading"} and not name:
            found.append(f"a {role} without a name")
        if role in {"checkbox", "radio"} and "checked" not in states:
            found.append(f"{name}: checked or not?")
        if "focusable" in states and role in {"generic", "none"}:
            found.append(f"{name}: a {role} that takes the focus")
    return found


#: Text whose script is not that of the language that it stands in.
FOREIGN = r"""() => {
  const isArabic = /[\u0600-\u06ff]/;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    const text = node.data.trim();
    const isOthers = one.closest("script, style, [dir=auto], bdi, .hub");
    if (isOthers || !/\p{L}{2}/u.test(text)) continue;
    const lang = one.closest("[lang]").lang;
    if (isArabic.test(text) !== (lang === "ar")) found.push(lang + ": " + text);
    const dir = getComputedStyle(one).direction;
    if (!one.closest("[dir=ltr]") && (dir === "rtl") !== isArabic.test(text)) {
      found.push(dir + ": " + text);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("tag", ["ar"])
def test_every_control_has_a_name_and_every_text_its_language(
    hub: Hub, tablet: Tablet, tag: str
) -> None:
    found: list[str] = []

    def see(screen: str) -> None:
        found.extend(f"{screen}: {one}" for one in faults(tablet.page))
        found.extend(f"{screen}: {one}" for one in tablet.page.evaluate(FOREIGN))

    walk(hub, tablet, tag, see)
    assert found == []


def test_a_reader_comes_to_the_question_before_its_fields_and_to_those_before_ok(
    hub: Hub, tablet: Tablet
) -> None:
    come_to_the_cards(hub, tablet)
    sit_down(tablet)
    open_problem(hub, tablet, Problem(hub.classroom.rooms[1].pack.item_index["a01.1"], SEED))
    order = [
        (one["role"]["value"], one.get("name", {}).get("value", ""))
        for one in nodes(tablet.page)
    ]
    wanted = [
        ("heading", "How many dots in all?"),
        ("textbox", "Your answer"),
        ("button", "1"),
        ("button", "OK"),
        ("button", "Hint"),
        ("button", "I need help"),
    ]
    places = [order.index(one) for one in wanted]
    assert places == sorted(places)
