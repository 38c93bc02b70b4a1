"""`mangotree pack preview`: the page stands alone, its fields live, and no text is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hub.cli import main
from hub.web.preview import preview, pseudo_pack, written
from models.domain.messages import parse
from models.domain.plain import decode_plain
from tests.browser.clipping import clipped

PACK = Path(__file__).parents[1] / "widgets_pack.json"
CUT = """() => {
  const option = document.querySelector(".button.ok");
  option.textContent = "much longer than its key could ever hold";
  option.style.cssText = "white-space: nowrap; width: 70px; flex: none";
}"""


@pytest.mark.parametrize("tag", ["en", "ar", "en-XA", "ar-XB"])
@pytest.mark.parametrize("width", [360, 600])
def test_no_text_of_a_previewed_item_is_cut_off(
    browser: Browser, tmp_path: Path, tag: str, width: int
) -> None:
    out = tmp_path / "page.html"
    assert main(["pack", "preview", str(PACK), "--locale", tag, "--out", str(out)]) == 0
    shown = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(out.as_uri())
    assert shown.locator("article").count() == 9
    assert clipped(shown) == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    shown.locator("#item-w01\\.1 .pad .key").first.click()
    typed = shown.locator("#item-w01\\.1 input.number").first.input_value()
    assert typed == ("١" if tag == "ar" else "1")
    shown.evaluate(CUT)
    assert clipped(shown) != []
    shown.close()


def test_what_is_not_there_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "page.html")]
    for words in (["--item", "nothing"], ["--locale", "fr"]):
        assert main(["pack", "preview", str(PACK), *words, *out]) != 0
        assert words[1] in capsys.readouterr().err


def test_a_pseudo_language_keeps_every_slot_and_branch() -> None:
    text = "It''s {n, plural, one {# mango '{'} other {# mangoes}} {k, select, a {x} other {y}}"
    parsed = parse(text)
    assert parse(written(parsed.parts)) == parsed
    pack = pseudo_pack(decode_plain(PACK.read_bytes()), "en-XA")
    assert pack.locales == ("en-XA",)
    assert pack.texts("en-XA")["w01.stem"].endswith("{task}]")


def test_hostile_words_of_a_pack_stay_words_on_the_page() -> None:
    pack = decode_plain(PACK.read_bytes())
    text = preview(pack, range(len(pack.items)), 1, "en").text
    assert "more &lt;b&gt;than&lt;/b&gt; 2" in text
    assert "more <b>than</b>" not in text
