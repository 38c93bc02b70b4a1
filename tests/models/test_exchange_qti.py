"""QTI packages come in with what they left out named, and hostile ones stay out."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from models.domain.answers import Match, Whole
from models.domain.exchange.report import ExchangeFault, Notes, Report
from models.domain.pieces import plain
from models.domain.showing import show
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
        "How many? [three dots] ___": ("whole", "3"),
    }
    assert (tmp_path / "pack/media").is_dir()


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
