"""Finds text that is cut off, or lies outside its box, the screen or its picture."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

#: Two pixels are rounding, and glyphs that lean over their box.
CLIPPED = """() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  const boxes = ".button, .option, .hint-words, .feedback, .notice, .label, .prompt, .rule, "
    + ".solved, .bar, main";
  const say = (one, what, text) => found.push(
    (one.closest("article") || {id: "page"}).id + ": " + what + ": "
    + text.trim().replace(/\\s+/g, " ").slice(0, 40));
  const isOut = (box, frame) => box.left < frame.left - 2 || box.right > frame.right + 2
    || box.top < frame.top - 2 || box.bottom > frame.bottom + 2;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    if (!node.data.trim() || one.closest(".for-reader, [hidden], script, select")) continue;
    if (one.closest("details:not([open]) > :not(summary)")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    const svg = one.closest("svg");
    if (svg) {
      if (isOut(one.getBoundingClientRect(), svg.getBoundingClientRect())) {
        say(one, "outside its picture", node.data);
      }
      continue;
    }
    if (box.left < -1 || box.right > width + 1) say(one, "outside the screen", node.data);
    const frame = one.closest(boxes);
    const isOff = frame && isOut(box, frame.getBoundingClientRect());
    if (isOff) say(one, "outside its box", node.data);
    const isInline = getComputedStyle(one).display === "inline";
    if (!isInline && one.scrollWidth > one.clientWidth + 2) say(one, "too wide", node.data);
    const isCut = getComputedStyle(one).overflowY !== "visible";
    if (isCut && one.scrollHeight > one.clientHeight + 2) say(one, "too high", node.data);
  }
  return found;
}"""


def clipped(page: Page) -> list[str]:
    """What is cut off on the page: the item, how, and the beginning of the text."""
    found: Any = page.evaluate(CLIPPED)
    return [str(one) for one in found]
