"""QTI packages come in with what they left out named, and hostile ones stay out."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from models.domain.answers import Match, Whole
from models.domain.carried import Image
from models.domain.exchange.report import ExchangeFault, Notes, Report
from models.domain.pieces import plain
from models.domain.showing import show
from tests.media_pack import jpg, noise, png, svg
from tests.models.exchange_ground import SAMPLES, packed, qti, right, sample_package

ITEM = (
    '<assessmentItem identifier="i"><responseDeclaration identifier="R" cardinality="single" '
    'baseType="string"><correctResponse><value>{value}</value></correctResponse>'
    "</responseDeclaration><itemBody>{body}</itemBody></assessmentItem>"
)
FIELD = '<textEntryInteraction responseIdentifier="R"/>'
BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def one(body: str, value: str = "3") -> Notes:
    notes = Notes()
    gathered = qti(ITEM.format(body=body, value=value).encode(), notes)
    assert bool(gathered.drafts) != any(row.is_whole for row in notes.rows)
    return notes


def test_each_kind_of_interaction_becomes_a_kind_of_ours(tmp_path: Path) -> None:
    notes = Notes()
    pack = packed(qti(sample_package(), notes), tmp_path / "pack", notes)
    found = {
        plain(show(pack, n, 1, "en").stem): (
            pack.template(n).answer.__struct_config__.tag,
            right(pack, n),
        )
        for n in range(len(pack.items))
    }
    assert found == {
        "Which is more than 1/2? Tap one.": ("choice", "b"),
        "Which are even?": ("choice", "a,c"),
        "Half of five is ___ litres.": ("decimal", "5/2"),
        "Nine is ___ than ten.": ("choice", "l"),
        "From small to large.": ("order", "z,x,y"),
        "What belongs together?": ("match", "a=a,b=b"),
        "Which weigh the same?": ("match", "a=a,c=c"),
        "Where is forty?": ("number_line", "40"),
        "7 + 5 = ___": ("whole", "12"),
        "How many? ___": ("whole", "3"),
    }


def test_whatever_is_left_out_is_told_with_its_reason() -> None:
    notes = Notes()
    gathered = qti(sample_package(), notes)
    told = {(row.item, row.what): row.why for row in notes.rows}
    assert "nothing of this kind" in told["items/essay.xml", "<extendedtextinteraction>"]
    assert "cannot be checked" in told["items/words.xml", "answer 'Nairobi'"]
    assert ("items/drawn.xml", "template variables") in told
    assert ("items/mapped.xml", "answer 'twelve'") in told
    assert ("items/picture.xml", "feedback 'well_done'") in told
    report = Report("x.zip", len(gathered.drafts), tuple(notes.rows))
    assert report.refused + len(gathered.drafts) == 13
    assert b'"items/essay.xml"' in report.json()
    assert next(iter(report.lines())) == "x.zip: 10 items taken, 3 left out."


def test_pairs_are_matched_with_the_right_partner() -> None:
    drafts = {draft.name: draft for draft in qti(sample_package()).drafts}
    match = drafts["items/match.xml"]
    pairs = match.fields["answer"]["pairs"]
    texts = match.texts["en"]
    assert [(texts[p["left"]["text"]], texts[p["right"]["text"]]) for p in pairs] == [
        ("2 × 3", "6"),
        ("2 + 3", "5"),
    ]


def test_a_tolerance_is_kept() -> None:
    drafts = {draft.name: draft for draft in qti(sample_package()).drafts}
    assert drafts["items/text.xml"].fields["answer"]["tolerance"] == "1/10"


def test_one_item_without_a_package_is_taken() -> None:
    body = (SAMPLES / "qti22/items/slider.xml").read_bytes()
    assert len(qti(body).drafts) == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (f"<p>x</p><table><tr><td>1</td></tr></table>{FIELD}", "<table>"),
        (f"<p>x <math><munder><mi>x</mi><mi>y</mi></munder></math></p>{FIELD}", "<munder>"),
        (f"<p>x<sup>2</sup></p>{FIELD}", "<sup>"),
        (f'<p>x <img src="http://example.org/a.png"/></p>{FIELD}', "has no words"),
        ("<p>x</p>", "interactions"),
        (FIELD.replace('"R"', '"S"'), "is not declared"),
        (f"<p/>{'<div>' * 70}{FIELD}{'</div>' * 70}", "levels"),
        ("<p>x", "is no XML"),
    ],
)
def test_what_cannot_be_shown_keeps_its_item_out(body: str, told: str) -> None:
    assert any(told in f"{row.what} {row.why}" for row in one(body).rows)


def test_a_picture_from_outside_is_never_fetched() -> None:
    notes = one(f'<p>x <img src="http://example.org/a.png" alt="a"/></p>{FIELD}')
    assert "nothing is fetched" in notes.rows[0].why


def with_pictures(body: str, pictures: dict[str, bytes]) -> bytes:
    """A package of one item in a folder of its own."""
    manifest = '<manifest><resource type="imsqti_item_xmlv2p2" href="items/i.xml"/></manifest>'
    item = ITEM.format(body=body, value="3").encode()
    return zipped({"imsmanifest.xml": manifest.encode(), "items/i.xml": item, **pictures})


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("img/a%20b.png", png(30, 10)),
        ("img/a.JPEG", jpg(30, 10)),
        ("img/a.svg", svg("0 0 30 10")),
    ],
)
def test_a_picture_of_the_question_is_shown_with_it(
    name: str, picture: bytes, tmp_path: Path
) -> None:
    body = f'<p>How many? <img src="../{name}" alt="three {{dots}}"/></p>{FIELD}'
    notes = Notes()
    gathered = qti(with_pictures(body, {name.replace("%20", " "): picture}), notes)
    shown = show(packed(gathered, tmp_path / "pack", notes), 0, 1, "en")
    assert isinstance(shown.picture, Image)
    assert (shown.picture.width, shown.picture.height) == (30, 10)
    assert shown.picture.alt == "three {dots}"
    assert plain(shown.stem) == "How many? ___"
    assert notes.rows == []
    assert (tmp_path / "pack" / shown.picture.file).read_bytes() == picture


def test_a_picture_alone_is_asked_by_its_words(tmp_path: Path) -> None:
    choice = (
        '<choiceInteraction responseIdentifier="R">'
        '<simpleChoice identifier="3">a</simpleChoice>'
        '<simpleChoice identifier="4">b</simpleChoice></choiceInteraction>'
    )
    body = with_pictures(
        f'<img src="../a.png" alt="three dots"/>{choice}', {"a.png": png(3, 3)}
    )
    shown = show(packed(qti(body), tmp_path / "pack"), 0, 1, "en")
    assert plain(shown.stem) == "three dots"


@pytest.mark.parametrize(
    ("pictures", "why"),
    [
        ({}, "is not in the package"),
        ({"a.png": png(3, 3)[:-1]}, "is no whole png"),
        ({"a.png": noise(280, 280)}, "may weigh 61,440"),
        ({"a.png": b"GIF89a"}, "is no png"),
    ],
)
def test_a_picture_that_no_pack_may_have_leaves_its_words(
    pictures: dict[str, bytes], why: str, tmp_path: Path
) -> None:
    notes = Notes()
    body = f'<p>How many? <img src="../a.png" alt="three dots"/></p>{FIELD}'
    gathered = qti(with_pictures(body, pictures), notes)
    shown = show(packed(gathered, tmp_path / "pack", notes), 0, 1, "en")
    assert (shown.picture, plain(shown.stem)) == (None, "How many? [three dots] ___")
    assert why in notes.rows[0].why
    assert not (tmp_path / "pack/media").exists()


def test_a_second_picture_is_told_and_only_the_first_is_kept(tmp_path: Path) -> None:
    notes = Notes()
    body = f'<p><img src="../a.png" alt="one"/> or <img src="../b.png" alt="two"/></p>{FIELD}'
    pictures = {"a.png": png(3, 3), "b.png": png(4, 4)}
    gathered = qti(with_pictures(body, pictures), notes)
    shown = show(packed(gathered, tmp_path / "pack", notes), 0, 1, "en")
    assert plain(shown.stem) == "or [two] ___"
    assert "shows one picture" in notes.rows[0].why
    assert len(list((tmp_path / "pack/media").iterdir())) == 1


def test_a_picture_of_an_item_that_stays_out_stays_out(tmp_path: Path) -> None:
    body = f'<p>x <img src="../a.png" alt="one"/></p>{FIELD}<table/>'
    manifest = (
        '<manifest><resource type="imsqti_item_xmlv2p2" href="items/i.xml"/>'
        '<resource type="imsqti_item_xmlv2p2" href="items/j.xml"/></manifest>'
    )
    files = {
        "imsmanifest.xml": manifest.encode(),
        "items/i.xml": ITEM.format(body=body, value="3").encode(),
        "items/j.xml": ITEM.format(body=f"<p>x</p>{FIELD}", value="3").encode(),
        "a.png": png(3, 3),
    }
    packed(qti(zipped(files)), tmp_path / "pack")
    assert not (tmp_path / "pack/media").exists()


@pytest.mark.parametrize(
    "head",
    [
        BOMB,
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://example.org/x.dtd"> %x;]>',
        "<!DOCTYPE assessmentItem>",
    ],
)
def test_doctypes_and_entities_are_refused_unread(head: str) -> None:
    notes = Notes()
    body = head + ITEM.format(body=f"<p>x</p>{FIELD}", value="&c;")
    assert qti(body.encode(), notes).drafts == ()
    assert "DOCTYPE" in notes.rows[0].what


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert "is no XML" in one(f"<p>&other;</p>{FIELD}").rows[0].why


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.xml": b""}, "no imsmanifest.xml"),
        ({"imsmanifest.xml": b"<a"}, "is no XML"),
        ({"imsmanifest.xml": BOMB.encode() + b"<b/>"}, "DOCTYPE"),
        ({"imsmanifest.xml": b"<manifest/>"}, "lists no items"),
        ({"imsmanifest.xml": b"<m/>", "../up.xml": b""}, "leaves the pack's folder"),
        ({"imsmanifest.xml": b"<m/>", "a": bytes(30_000_000)}, "unpacks to more"),
        ({"imsmanifest.xml": b"<m/>", "a.xml": b"", "A.XML": b""}, "same name"),
    ],
)
def test_a_package_that_is_none_or_hostile_is_refused(
    files: dict[str, bytes], told: str
) -> None:
    with pytest.raises(ExchangeFault, match=told):
        qti(zipped(files))


def test_every_cut_of_a_package_is_refused_or_reported() -> None:
    body = sample_package()
    for size in range(2, len(body), 211):
        with pytest.raises(ExchangeFault):
            qti(body[:size])


def test_answers_keep_their_types(tmp_path: Path) -> None:
    pack = packed(qti(sample_package()), tmp_path / "pack")
    kinds = {type(pack.template(n).answer) for n in range(len(pack.items))}
    assert {Match, Whole} <= kinds
