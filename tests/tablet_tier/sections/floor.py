"""Whether every script and style stays on its floor: what Chrome 49 can read."""

from __future__ import annotations

from tests.browser.test_floor import TABLET, later_css, later_script, scripts
from tests.show import Show


def rows(show: Show) -> None:
    """Files looked at, and what in them is later than Chrome 49."""
    code = [*scripts(TABLET), *scripts(TABLET / "vendor")]
    sheets = sorted(TABLET.glob("*.css"))
    later = {one.name: later_script(one.read_text(encoding="utf-8")) for one in code}
    later |= {one.name: later_css(one.read_text(encoding="utf-8")) for one in sheets}
    for name, found in later.items():
        for what in found:
            print(f"  {name}: {what}")
    show.row("scripts and styles read for their floor", len(later), "files", ">= 10")
    number = sum(map(len, later.values()))
    show.row("what Chrome 49 could not read in them", number, "", "== 0")
