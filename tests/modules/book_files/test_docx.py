"""DOCX: chapters, formulas, what is left out."""

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from modules.book_files.interface import HostileFileError
from modules.book_files.local.omml import M, mathml
from tests.modules.book_files.samples import DOCX, changed, packed, paragraph, word_document
from tests.modules.book_files.test_epub import opened


def test_a_first_level_heading_begins_a_page(tmp_path: Path) -> None:
    book = opened(packed(DOCX), tmp_path)
    assert [page.role for page in book.pages] == ["frontmatter", "", ""]
    assert "<h1>Atoms</h1>" in book.pages[1].markup
    assert "<h1>Bonds</h1><h2>Kinds</h2><p>They &lt;hold&gt;.</p>" in book.pages[2].markup


def test_the_document_says_what_the_book_is(tmp_path: Path) -> None:
    book = opened(packed(DOCX), tmp_path)
    assert (book.title, book.edition, book.language) == ("Small chemistry", "3.1", "en-GB")
    assert book.authors == ("Ann Author", "Ben Writer")
    assert (book.license, book.license_url) == ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/")


def test_formulas_are_mathml_and_pictures_are_left_out(tmp_path: Path) -> None:
    book = opened(packed(DOCX), tmp_path)
    text = book.pages[1].markup
    assert "<mfrac><mrow><mn>12</mn></mrow><mrow><msup><mrow><mi>c</mi></mrow><mrow><mn>2</mn></mrow></msup>" in text
    assert text.index("So ") < text.index("<math") < text.index(" holds.")
    assert "img" not in text
    assert set(book.warnings) == {"Pictures left out: 1.", "Formulas rewritten as MathML: 1."}


def test_words_that_look_like_a_formulas_place_stay(tmp_path: Path) -> None:
    body = word_document(paragraph("0; 1; &lt;math/&gt;"))
    book = opened(packed(changed(DOCX, word__document_dot_xml=body)), tmp_path)
    assert "<p>0; 1; &lt;math/&gt;</p>" in book.pages[0].markup


def test_styles_and_numbers_may_be_missing(tmp_path: Path) -> None:
    members = {name: DOCX[name] for name in ("[Content_Types].xml", "word/document.xml")}
    book = opened(packed(members, zipfile.ZIP_STORED), tmp_path)
    assert "Atoms" in book.pages[0].markup
    assert len(book.edition) == 12


@pytest.mark.parametrize("shape", ["rad><m:deg", "f><m:num", "nary><m:e", "box><m:e"])
def test_a_formula_as_deep_as_it_may_be_takes_no_longer(tmp_path: Path, shape: str) -> None:
    outer, inner = shape.split("><m:")
    deep = f"<m:{outer}><m:{inner}>" * 115 + "<m:r><m:t>x</m:t></m:r>" + f"</m:{inner}></m:{outer}>" * 115
    body = word_document(f"<w:p><m:oMath>{deep}</m:oMath></w:p>")
    try:
        text = opened(packed(changed(DOCX, word__document_dot_xml=body)), tmp_path).pages[0].markup
    except HostileFileError as error:
        text = str(error)
    assert re.search("<mi>x</mi>|nested", text)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("omml", "expected"),
    [
        ("<r><t>3.5x+1</t></r>", "mn:3.5 mi:x mo:+ mn:1"),
        ("<rad><e><r><t>2</t></r></e></rad>", "msqrt mrow mn:2"),
        ("<rad><deg><r><t>3</t></r></deg><e><r><t>2</t></r></e></rad>", "mroot mrow mn:2 mrow mn:3"),
        ("<d><e><r><t>a</t></r></e><e><r><t>b</t></r></e></d>", "mo:( mrow mi:a mo:| mrow mi:b mo:)"),
        ("<d><dPr><begChr val='['/><endChr val=']'/></dPr><e><r><t>a</t></r></e></d>", "mo:[ mrow mi:a mo:]"),
        (
            "<nary><naryPr><chr val='∑'/></naryPr><sub><r><t>i</t></r></sub><sup/><e><r><t>x</t></r></e></nary>",
            "munderover mo:∑ mrow mi:i mrow mi:x",
        ),
        (
            "<m><mr><e><r><t>a</t></r></e><e><r><t>b</t></r></e></mr></m>",
            "mtable mtr mtd mi:a mtd mi:b",
        ),
        ("<func><fName><r><t>f</t></r></fName><e><r><t>x</t></r></e></func>", "mi:f mi:x"),
        ("<sSubSup><e><r><t>x</t></r></e><sub/><sup/></sSubSup>", "msubsup mrow mi:x mrow mrow"),
        ("<acc><e><r><t>v</t></r></e></acc>", "mover mrow mi:v mo:\u0302"),
        ("<f/>", "mfrac mrow mrow"),
    ],
)
def test_a_formula_keeps_its_shape(omml: str, expected: str) -> None:
    root = etree.fromstring(f'<oMath xmlns="{M[1:-1]}" xmlns:m="{M[1:-1]}">{omml.replace(" val=", " m:val=")}</oMath>')
    found = [(etree.QName(element).localname, element.text) for element in mathml(root).iter()]
    assert " ".join(f"{name}:{text}" if text else name for name, text in found[1:]) == expected
