"""A pack's items on one page that needs nothing else: as a tablet shows them, unfolded."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

import msgspec
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from hub.web.assets import TABLET_SHEETS
from hub.web.learner.desk import script_words
from hub.web.learner.items import Address, page_words
from models.domain.carried import Image, Recording
from models.domain.faults import PackFault
from models.domain.locales import PSEUDO, Locale, locale
from models.domain.messages import Part, Slot, Text, parse, pseudo
from models.domain.pack import Pack
from models.domain.pieces import Piece
from models.domain.showing import Picture, Showing, StepShown
from models.domain.widgets import Widget

_START = """
(function (app) {
  app.words = JSON.parse(document.body.dataset.words);
  Array.prototype.forEach.call(document.querySelectorAll("form"), function (form) {
    app.Fields(form, app.words);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
  });
})(window.mangotree);
"""


@dataclass(frozen=True, slots=True)
class Whole:
    """An item's own question, or a step; `recorded` are its words aloud, then its hints'."""

    prompt: tuple[Piece, ...]
    widget: Widget
    picture: Picture | None
    hints: tuple[tuple[Piece, ...], ...]
    solution: tuple[Piece, ...]
    recorded: tuple[Recording | None, ...]


@dataclass(frozen=True, slots=True)
class Previewed:
    """One item with its steps."""

    item: str
    seed: int
    whole: Whole
    steps: tuple[Whole, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The page, how many items are on it, and which cannot be shown and why."""

    text: str
    count: int
    left_out: tuple[str, ...]


def preview(pack: Pack, places: Iterable[int], seed: int, tag: str) -> Preview:
    """The page of these items in the language `tag`, without those that cannot be shown."""
    if tag in PSEUDO:
        pack = pseudo_pack(pack, tag)
    language = locale(pack.spoken(tag))
    items, left_out = [], []
    for place in places:
        try:
            items.append(_previewed(Showing(pack, pack.activity(place, seed), language)))
        except PackFault as error:
            left_out.append(str(error))
    return Preview(_page(pack, items, language), len(items), tuple(left_out))


def pseudo_pack(pack: Pack, tag: str) -> Pack:
    """The pack with one language more, made of its own words: `en-XA` or `ar-XB`."""
    own = pack.texts(pack.default_locale)
    # A single letter is a point's name, not a word that another language would write longer.
    texts = {
        key: text if len(text) == 1 else written(pseudo(parse(text), tag).parts)
        for key, text in own.items()
    }
    bodies = [msgspec.Raw(pack.body(place)) for place in range(len(pack.items))]
    return Pack(
        name=pack.name,
        version=pack.version,
        skills=pack.skills,
        bodies=bodies,
        misconceptions=tuple(pack.misconceptions.values()),
        locales={tag: lambda: texts},
        default_locale=tag,
        pack_id=pack.id,
        media=pack.media,
    )


def written(parts: tuple[Part, ...]) -> str:
    """A message as its author would write it; `parse` turned round."""
    return "".join(_part(part) for part in parts)


def _inside(pack: Pack) -> Address:
    """Each file in the page itself: a preview is one file that anybody can be sent."""

    def address(shown: Image | Recording) -> str:
        file = pack.media[shown.file]
        return f"data:{file.mimetype};base64,{b64encode(file.read()).decode()}"

    return address


def _page(pack: Pack, items: list[Previewed], language: Locale) -> str:
    folder = files("devices.tablet")
    sheets = [folder.joinpath(name).read_text(encoding="utf-8") for name in TABLET_SHEETS]
    script = folder.joinpath("fields.js").read_text(encoding="utf-8") + _START
    environment = Environment(
        loader=PackageLoader("hub.web"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(page_words(_inside(pack)))
    return environment.get_template("preview.html").render(
        name=pack.name,
        items=items,
        tag=language.tag,
        language=language,
        script_words=script_words(language.tag),
        # Our own files, with nothing of the pack in them.
        sheet=Markup(f"<style>{chr(10).join(sheets)}</style>"),  # noqa: S704  (see above)
        script=Markup(f"<script>{script}</script>"),  # noqa: S704  (see above)
    )


def _part(part: Part) -> str:
    if isinstance(part, Text):
        quoted = part.text.replace("'", "''")
        return "".join(f"'{one}'" if one in "{}#" else one for one in quoted)
    if isinstance(part, Slot):
        return "#" if part.is_count else f"{{{part.name}}}"
    branches = " ".join(f"{key} {{{written(inner)}}}" for key, inner in part.branches)
    return f"{{{part.name}, {part.kind}, {branches}}}"


def _previewed(showing: Showing) -> Previewed:
    template = showing.made.template
    whole = Whole(
        prompt=showing.stem(),
        widget=showing.widget(template.answer),
        picture=showing.picture(template.picture, "alt", {}),
        hints=showing.hints_of(0),
        solution=showing.solved(0),
        recorded=showing.recordings(0),
    )
    shown = enumerate(map(showing.step, template.steps), start=1)
    steps = tuple(_step(step, showing.recordings(at)) for at, step in shown)
    return Previewed(template.id, showing.made.seed, whole, steps)


def _step(step: StepShown, recorded: tuple[Recording | None, ...]) -> Whole:
    return Whole(step.prompt, step.widget, step.picture, step.hints, step.solution, recorded)
