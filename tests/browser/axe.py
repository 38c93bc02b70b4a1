"""What axe-core, run in the page itself, finds against WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Page

#: MPL-2.0, as the development dependency axe-playwright-python carries it; never shipped.
SOURCE = files("axe_playwright_python").joinpath("axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """tags => axe.run(document, {
  runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
}).then(found => [found.testEngine.version, found.violations.map(rule =>
  rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")} ${node.failureSummary}`))])"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at: its size, its colours."""

    name: str
    size: tuple[int, int] = (360, 640)
    scheme: Literal["light", "dark"] = "light"
    forced: Literal["none", "active"] = "none"
    contrast: Literal["no-preference", "more"] = "no-preference"

    @contextmanager
    def at(self, page: Page) -> Iterator[None]:
        """The page looks so within the block."""
        before = page.viewport_size
        page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        page.emulate_media(
            color_scheme=self.scheme, forced_colors=self.forced, contrast=self.contrast
        )
        yield
        page.emulate_media(color_scheme="light", forced_colors="none", contrast="null")
        if before:
            page.set_viewport_size(before)


LOOKS = (
    Look("360"),
    Look("600", (600, 1024)),
    Look("360 forced colours", forced="active"),
    Look("600 forced colours", (600, 1024), forced="active"),
    Look("360 dark", scheme="dark"),
    Look("360 more contrast", contrast="more"),
)


def violations(page: Page) -> list[str]:
    """One line for each element that breaks a rule: the rule, where, and what is wrong."""
    return [" ".join(line.split()) for rule in _run(page)[1] for line in rule]


def version(page: Page) -> str:
    """The version of axe-core that looks at the pages."""
    return str(_run(page)[0])


def _run(page: Page) -> Any:
    # Given by the tool and not by the page: the page's own rules allow no foreign script.
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    return page.evaluate(RUN, TAGS)
