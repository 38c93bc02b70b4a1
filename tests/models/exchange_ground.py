"""What the tests of exchange share: the checker as it reads, and packs made of what came in."""

from __future__ import annotations

import zipfile
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path

from hub.kernels.answer import Unread, read
from models.domain.answers import NumberLineAnswer
from models.domain.exchange.qti_reading import Reading, read_qti
from models.domain.exchange.report import Notes
from models.domain.exchange.source import About, Gathered, write_source
from models.domain.exchange.table import read_table
from models.domain.locales import finite_places
from models.domain.pack import Pack
from models.domain.reading import load_pack
from models.domain.solution import right_answer
from tests.media_pack import png

SAMPLES = Path(__file__).with_name("exchange")


def reads(text: str) -> bool:
    """Whether the hub's checker reads it."""
    return not isinstance(read(text), Unread)


def quiet(_done: int, _total: int) -> None:
    """No bar."""


def table(text: str | bytes, notes: Notes | None = None) -> Gathered:
    """The items of a table."""
    body = text.encode() if isinstance(text, str) else text
    return read_table(body, "en", reads, Notes() if notes is None else notes)


def qti(body: bytes, notes: Notes | None = None, locale: str = "en") -> Gathered:
    """The items of a package or of one item."""
    how = Reading(locale, "numbers", reads)
    return read_qti(body, how, Notes() if notes is None else notes, quiet)


def packed(
    gathered: Gathered, folder: Path, notes: Notes | None = None, tag: str = "en"
) -> Pack:
    """The pack that was made of them, opened again."""
    about = About("org.example.taken", "Taken", tag, date(2026, 1, 31), "CC-BY-4.0", ("Me",))
    write_source(folder, gathered, about, Notes() if notes is None else notes, quiet)
    return load_pack(folder)[0]


def right(pack: Pack, place: int) -> str:
    """The right answer of an item."""
    made = pack.activity(place, 1)
    return right_answer(made.template.answer, made)


def sendable(pack: Pack) -> list[int]:
    """The places of items that QTI can ask: all but number lines in thirds and the like."""
    places = []
    for place in range(len(pack.items)):
        answer = pack.template(place).answer
        if isinstance(answer, NumberLineAnswer):
            made = pack.activity(place, 1)
            ends = [
                Fraction(made.number(one)) for one in (answer.start, answer.end, answer.step)
            ]
            if any(finite_places(one) is None for one in ends):
                continue
        places.append(place)
    return places


def without_names(answer: str, pack: Pack, place: int) -> str:
    """The answer without the fields' names, which are numbered when they come back."""
    if pack.template(place).answer.__struct_config__.tag != "parts":
        return answer
    return ";".join(part.partition("=")[2] for part in answer.split(";"))


def sample_package() -> bytes:
    """The QTI 2.2 sample as a zip, as any tool writes one."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = SAMPLES / "qti22"
        for path in sorted(folder.rglob("*.xml")):
            archive.write(path, path.relative_to(folder).as_posix())
        archive.writestr("img/dots.png", png(30, 10))
    return out.getvalue()
