"""Text, borders, marks and the ring of the focus stand out in every choice of colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hub.app import Hub
from hub.lesson.tutoring import Problem
from models.domain.pack import starter_path
from tests.browser.axe import Look
from tests.browser.scene import Tablet, running
from tests.browser.walk import LONG, SEED, WRONG, come_to_the_cards, open_problem, send, walk
from tests.packs import right

LOOKS = (
    Look("light"),
    Look("dark", scheme="dark"),
    Look("more contrast", contrast="more"),
    Look("dark, more contrast", scheme="dark", contrast="more"),
    Look("forced colours", forced="active"),
    Look("forced colours, dark", scheme="dark", forced="active"),
)
#: One of each kind: the others are made of the same parts.
SCREENS = (
    "cards", "code, pictures", "code, a wrong one", "whose turn it is", "choice", "number line",
    "match", "decimal", "not yet", "a raised hand", "a worked example", "told, and asked why",
    "right", "the garden", "the class pauses",
)  # fmt: skip
#: WCAG 2.2: 1.4.3 asks 4.5 of text, 1.4.11 asks 3 of what shows where a control is, of marks
#: and of the focus. Relative luminance and ratio as defined there.
FAINT = """() => {
  const rgb = text => text.match(/[0-9.]+/g).map(Number);
  const light = colour => colour.slice(0, 3).map(one => one / 255)
    .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const isSolid = colour => colour.length < 4 || colour[3] > 0.99;
  const ground = one => {
    for (let at = one; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (isSolid(colour)) return colour;
    }
    return rgb(getComputedStyle(document.documentElement).backgroundColor).concat(1)[3] === 0
      ? [255, 255, 255] : rgb(getComputedStyle(document.body).backgroundColor);
  };
  const isSeen = one => one.getClientRects().length
    && !one.closest(".for-reader, [hidden], :disabled");
  const name = one => one.id || one.className.baseVal || one.className || one.tagName;
  const found = [];
  const most = (one, colours, behind, least, what) => {
    const solid = colours.filter(isSolid);
    const best = Math.max(0, ...solid.map(colour => ratio(colour, behind)));
    if (best < least) found.push(`${what} of ${name(one)}: ${best.toFixed(2)}`);
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    const isDrawn = one.closest("svg, .blank, .picture, .rest-picture, script, noscript");
    if (!node.data.trim() || isDrawn || !isSeen(one)) continue;
    if (one.closest("details:not([open]) > :not(summary)")) continue;
    most(one, [rgb(getComputedStyle(one).color)], ground(one), 4.5, "text");
  }
  const controls = "button, a.button, .aside, .card, .field, label.option, textarea, select";
  document.querySelectorAll(controls).forEach(one => {
    if (!isSeen(one)) return;
    const look = getComputedStyle(one);
    const behind = ground(one.parentElement);
    // A control without an edge is its own sign.
    const isPlain = !parseFloat(look.borderTopWidth) || !isSolid(rgb(look.borderTopColor));
    const edge = isPlain ? rgb(look.color) : rgb(look.borderTopColor);
    most(one, [edge, rgb(look.backgroundColor)], behind, 3, "edge");
  });
  document.querySelectorAll(".tick i").forEach(one => {
    const look = getComputedStyle(one);
    const line = getComputedStyle(one.parentElement, "::before");
    const colours = [rgb(look.backgroundColor), rgb(look.borderTopColor)];
    most(one, colours.slice(0, 1), ground(one.parentElement), 3, "mark");
    most(one, [rgb(line.backgroundColor)], ground(one.parentElement), 3, "line");
  });
  const before = document.activeElement;
  document.querySelectorAll("button, a[href], .field, select, textarea, summary, .option input")
    .forEach(one => {
      if (!isSeen(one)) return;
      one.focus({preventScroll: true});
      if (document.activeElement !== one) return;
      const look = getComputedStyle(one);
      const isRing = parseFloat(look.outlineWidth) >= 2 && look.outlineStyle !== "none";
      most(one, isRing ? [rgb(look.outlineColor)] : [], ground(one.parentElement), 3, "ring");
    });
  before.focus({preventScroll: true});
  return [...new Set(found)];
}"""
SPOIL = """() => {
  document.querySelector("h1").style.color = "#bbbbbb";
  document.querySelector(".card").style.borderColor = "#eeeeee";
  document.querySelectorAll(".card")[1].style.outline = "none";
}"""
#: What moves by itself, wherever a sheet says so.
MOVES = """() => [...document.styleSheets].flatMap(sheet => {
  const all = rules => [...rules].flatMap(rule => rule.cssRules && rule.cssRules.length
    ? all(rule.cssRules) : [rule]);
  return all(sheet.cssRules).map(rule => rule.style).filter(Boolean)
    .filter(style => style.animationName || style.transitionProperty
      || style.scrollBehavior === "smooth").map(style => style.cssText);
})"""
MARK = "getComputedStyle(document.getElementById('verdict'), '::before').content"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running(tmp_path / "home", pack=starter_path()) as started:
        yield started


def faint(page: Page) -> list[str]:
    """What can hardly be seen on the page, and its contrast."""
    found: Any = page.evaluate(FAINT)
    return [str(one) for one in found]


def test_everything_stands_out_in_every_choice_of_colours(hub: Hub, tablet: Tablet) -> None:
    found: set[str] = set()

    def see(screen: str) -> None:
        for look in LOOKS if screen in SCREENS else ():
            with look.at(tablet.page):
                found.update(f"{look.name}, {screen}: {one}" for one in faint(tablet.page))

    walk(hub, tablet, "en", see)
    assert sorted(found) == []


def test_the_measure_finds_what_is_faint(hub: Hub, tablet: Tablet) -> None:
    come_to_the_cards(hub, tablet)
    tablet.page.evaluate(SPOIL)
    assert {one.split(" of ")[0] for one in faint(tablet.page)} == {"text", "edge", "ring"}


def test_right_and_not_yet_differ_without_colours(hub: Hub, tablet: Tablet) -> None:
    come_to_the_cards(hub, tablet)
    tablet.sign_in("Amani")
    pack, marks = hub.classroom.rooms[1].pack, []
    for item, text, kind in (
        (LONG, WRONG, "not-yet"),
        ("a01.1", right(pack, "a01.1", SEED), "right"),
    ):
        open_problem(hub, tablet, Problem(pack.item_index[item], SEED))
        send(tablet, text)
        expect(tablet.page.locator("#feedback")).to_have_class(f"feedback {kind}")
        marks.append(tablet.page.evaluate(MARK))
    assert "none" not in marks
    assert len(set(marks)) == 2


def test_nothing_moves_or_flashes_by_itself(hub: Hub, tablet: Tablet) -> None:
    """Neither for those who asked for rest nor for others: there is no movement at all."""
    page = tablet.page
    come_to_the_cards(hub, tablet)
    assert page.evaluate(MOVES) == []
    tablet.sign_in("Amani")
    open_problem(hub, tablet, Problem(hub.classroom.rooms[1].pack.item_index[LONG], SEED))
    for motion in ("reduce", "no-preference"):
        page.emulate_media(reduced_motion=motion)
        page.locator("#hint").click()
        expect(page.locator("#hint")).to_be_enabled()
        send(tablet, WRONG)
        expect(page.locator("#ok")).to_be_enabled()
        assert page.evaluate("document.getAnimations().length") == 0
