"""A CNXML book with every pitfall of the format in it."""

import re
import shutil
from pathlib import Path

import pytest

from modules.chunking.domain.chunking import passages_of
from modules.rag.interface import PassageKind
from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import (
    BlockForm,
    BlockKind,
    BookDocument,
    BrokenSourceError,
    Section,
    SourceNotFoundError,
    Term,
)
from tests.contracts.rag import PITFALLS

COLLECTION = "collections/pitfalls.collection.xml"
CONDUCTION = "modules/m3/index.cnxml"


def read(folder: Path) -> BookDocument:
    (book,) = create_textbooks(isolated=False).read(folder)
    return book


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the book that a test may spoil."""
    return Path(shutil.copytree(PITFALLS, tmp_path / "book"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def conduction() -> Section:
    return read(PITFALLS).sections[0]


@pytest.fixture(scope="module")
def text(conduction: Section) -> str:
    return "\n".join(passage.text for passage in passages_of(conduction))


def test_only_taught_modules_are_sections_and_numbers_come_from_order() -> None:
    book = read(PITFALLS)
    assert [(section.key, section.number, section.title) for section in book.sections] == [
        ("m3", "1.1", "Conduction's Laws"),
        ("m4", "1.2", "Convection"),
        ("m5", "2.1", "Density"),
    ]
    assert [section.chapter for section in book.sections] == ["1 Heat", "1 Heat", "2 Matter"]


def test_the_address_follows_the_publisher_s_scheme(conduction: Section) -> None:
    assert conduction.url == "https://openstax.org/books/pitfalls/pages/1-1-conductions-laws"


def test_the_book_s_facts() -> None:
    meta = read(PITFALLS).meta
    assert (meta.title, meta.slug, meta.subject, meta.language) == ("Pitfalls of Physics", "pitfalls", "physics", "en")
    assert (meta.license, meta.license_url) == ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
    assert meta.authors == ("Ada Byron",)
    assert len(meta.edition) == 12


def test_edition_and_authors_come_from_the_source_note_when_there_is_one(copy: Path) -> None:
    (copy / "SOURCE.json").write_text(
        '{"commit": "abc1234", "authors": "Ann Lee, Bo Li; contributing authors Cy Ma", "web": "https://b.example",'
        ' "license_url": "http://creativecommons.org/licenses/by-nc-sa/4.0/"}'
    )
    (copy / "ATTRIBUTION.md").write_text("# P\n\n> Adapted from *Pitfalls*, CC BY 4.0.\n")
    book = read(copy)
    assert book.meta.edition == "abc1234"
    assert book.meta.authors == ("Ann Lee", "Bo Li", "Cy Ma")
    assert book.meta.attribution == "Adapted from Pitfalls, CC BY 4.0."
    assert book.sections[0].url == "https://b.example#conductions-laws"
    assert "CC BY-NC-SA 4.0" in book.warnings[0]


@pytest.mark.parametrize(
    "secret",
    ["Teacher secret", "Practice question", "Practice answer", "keyterm list", "ost/api", "Caption of", "Alt text"],
)
def test_what_no_student_may_read_is_left_out(text: str, secret: str) -> None:
    assert secret not in text


def test_loose_exercises_are_left_out_and_worked_examples_stay(conduction: Section, text: str) -> None:
    assert "Problem: A pan conducts 200 J in 10 s. Find the power." in text
    assert "Solution: Divide the energy by the time: 20 W." in text
    assert {block.heading for block in conduction.blocks if block.kind is BlockKind.EXAMPLE} == {"Heat Through a Pan"}
    convection = read(PITFALLS).sections[1]
    assert not any("Loose question" in block.text for block in convection.blocks)


def test_a_note_between_exercises_stays(text: str) -> None:
    assert "Put one ice cube on metal" in text


def test_marks_join_without_spaces_and_comments_split_nothing(text: str) -> None:
    assert "through a solid, atom by atom" in text
    assert "Water is H2O and the net force is F_net." in text
    assert "The size is 10^-3 m" in text


def test_formulas_lists_and_tables_read_well(text: str) -> None:
    assert "P = (kA/d)T^2" in text
    assert "- copper\n- glass" in text
    assert "Material | Conductivity\nCopper | 401" in text
    assert "Glass is the poorest of them." in text


def test_sentences_that_lean_on_a_figure_are_mended_or_dropped(text: str) -> None:
    assert "copper conducts well." in text
    assert "The bar is hot." in text
    assert "the bar glows" not in text
    assert "Read more in 1.2 Convection." in text
    assert "see" not in text


def test_objectives_come_from_the_note_or_the_abstract() -> None:
    first, second, third = read(PITFALLS).sections
    assert first.objectives == ("Explain conduction", "Compare metals with wood")
    assert second.objectives == ("Describe convection currents",)
    assert third.objectives == ("Define density.",)


def test_kinds_and_glossary(conduction: Section) -> None:
    kinds = [passage.kind for passage in passages_of(conduction)]
    assert set(kinds) == set(PassageKind)
    assert conduction.terms[1] == Term(term="conductor", definition="a material that passes heat easily")


def test_broken_xml_names_file_and_line(copy: Path) -> None:
    spoil(copy / CONDUCTION, "</glossary>", "")
    with pytest.raises(BrokenSourceError, match=r"m3.index\.cnxml line \d\d is not well-formed"):
        read(copy)


def test_entities_and_doctypes_are_refused(copy: Path) -> None:
    spoil(copy / CONDUCTION, "<document ", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><document ')
    with pytest.raises(BrokenSourceError, match=r"m3.index\.cnxml line 1 declares a DOCTYPE"):
        read(copy)


def test_a_missing_module_is_named(copy: Path) -> None:
    shutil.rmtree(copy / "modules" / "m4")
    with pytest.raises(BrokenSourceError, match=r"pitfalls\.collection\.xml line \d+ names the module 'm4'"):
        read(copy)


@pytest.mark.parametrize("module", ["../../etc", "..", "/etc/passwd", ""])
def test_a_module_never_leads_outside_the_folder(copy: Path, module: str) -> None:
    spoil(copy / COLLECTION, 'document="m5"', f'document="{module}"')
    with pytest.raises(BrokenSourceError, match="which is not there"):
        read(copy)


def test_a_collection_never_leads_outside_the_folder(copy: Path) -> None:
    spoil(copy / "META-INF/books.xml", "../collections/absent.collection.xml", "../../../etc/passwd")
    with pytest.raises(BrokenSourceError, match="outside the folder"):
        read(copy)


def test_a_container_whose_books_are_absent_holds_no_book(copy: Path) -> None:
    (copy / COLLECTION).unlink()
    with pytest.raises(SourceNotFoundError, match="holds no book"):
        read(copy)


def test_every_module_is_read_and_marked(copy: Path) -> None:
    book = read(copy)
    assert list(book.census) == ["m1", "m2", "m3", "m4", "m5", "m6"]
    roles = {section.key: section.role.value for section in book.left_out}
    assert (roles["m1"], roles["m2"], roles["m3.practice"]) == ("preface", "introduction", "practice")
    assert book.census["m3"]["exercise"] == 3


def test_exercises_are_kept_apart_without_their_answers(copy: Path) -> None:
    practice = next(section for section in read(copy).left_out if section.key == "m3.practice")
    assert [block.text for block in practice.blocks] == ["Practice question to drop."]


def test_forms_and_formulas(conduction: Section) -> None:
    forms = {block.form: block for block in conduction.blocks}
    assert forms[BlockForm.EQUATION].text == "P = (kA/d)T^2"
    opening = '<math xmlns="http://www.w3.org/1998/Math/MathML">'
    assert forms[BlockForm.EQUATION].formulas[0].mathml.startswith(f"{opening}<mrow><mi>P</mi><mo>=</mo>")
    marks = {formula.text: formula.mathml for block in conduction.blocks for formula in block.formulas}
    assert marks["H2O"] == f"{opening}<msub><mi>H</mi><mrow><mn>2</mn></mrow></msub><mi>O</mi></math>"
    assert marks["10^-3"] == f"{opening}<msup><mn>10</mn><mrow><mo>-</mo><mn>3</mn></mrow></msup></math>"


def test_what_leans_on_a_figure_is_kept_beside_it(conduction: Section) -> None:
    figures = [part for block in conduction.blocks if block.form is BlockForm.FIGURE for part in block.parts]
    assert "Alt text of a bar" in figures
    assert "Caption of a bar." in figures
    assert "As shown in the figure, the bar glows." in figures


def test_a_module_that_is_named_twice_is_read_once(copy: Path) -> None:
    spoil(copy / COLLECTION, '<col:module document="m4"/>', '<col:module document="m4"/><col:module document="m4"/>')
    book = read(copy)
    assert [section.key for section in book.sections] == ["m3", "m4", "m5"]
    assert any("names m4 again" in warning for warning in book.warnings)


def test_two_books_of_one_slug_are_refused(copy: Path) -> None:
    shutil.rmtree(copy / "META-INF")
    shutil.copy(copy / COLLECTION, copy / "collections" / "twin.collection.xml")
    with pytest.raises(BrokenSourceError, match=r"twin\.collection\.xml line 1: the slug 'pitfalls'"):
        read(copy)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1 is empty"),
        (b"<document>\n<title>Gr\xf6\xdfe</title></document>", "line 2 is not well-formed"),
        (b"<document>" + b"<section>" * 300 + b"</section>" * 300 + b"</document>", "xcessive depth"),
        (b"<document><title> </title><content/></document>", "line 1: the module has no title"),
        (b"x" * 50_000_001, "line 1 is larger than 50,000,000 bytes"),
    ],
    ids=["empty", "encoding", "depth", "title", "huge"],
)
def test_a_bad_module_is_named_with_its_line(copy: Path, content: bytes, said: str) -> None:
    (copy / CONDUCTION).write_bytes(content)
    with pytest.raises(BrokenSourceError, match=rf"m3.index\.cnxml .*{said}"):
        read(copy)


def test_deep_nesting_within_the_limit_is_read(copy: Path) -> None:
    inner = "<section>" * 200 + "<para>Deep down.</para>" + "</section>" * 200
    (copy / CONDUCTION).write_text(f"<document><title>Deep</title><content>{inner}</content></document>")
    (book,) = create_textbooks().read(copy)
    assert book.sections[0].blocks[0].text == "Deep down."


def test_a_book_without_sections_is_refused(copy: Path) -> None:
    spoil(copy / COLLECTION, "<col:module", "<col:nothing")
    with pytest.raises(BrokenSourceError, match="no section to teach"):
        read(copy)


def test_every_two_witnesses_that_contradict_are_reported_and_the_book_is_believed(copy: Path) -> None:
    (copy / "LICENSE").write_text("Attribution-NonCommercial-ShareAlike 4.0 International\n\nCC0 is named below.")
    (copy / "ATTRIBUTION.md").write_text("- Licence: CC BY-ND 4.0\n")
    book = read(copy)
    assert (book.meta.license, book.meta.license_allowed_by_name) == ("CC BY 4.0", False)
    assert any("md:license url says CC BY 4.0, LICENSE says CC BY-NC-SA 4.0" in said for said in book.warnings)
    assert any("ATTRIBUTION.md says CC BY-ND 4.0, LICENSE says CC BY-NC-SA 4.0" in said for said in book.warnings)


def test_words_of_a_licence_that_contradict_its_address_are_reported(copy: Path) -> None:
    words = "Creative Commons Attribution-NonCommercial 4.0"
    collection = re.sub(r"/by/4\.0/\"[^>]*>", f'/by/4.0/">{words}</md:license>', (copy / COLLECTION).read_text())
    (copy / COLLECTION).write_text(collection.replace("</md:license></md:license>", "</md:license>"))
    book = read(copy)
    assert book.meta.license == "CC BY 4.0"
    assert "md:license url says CC BY 4.0, md:license says CC BY-NC 4.0" in book.warnings[0]


def test_a_container_without_a_list_of_books_is_searched(copy: Path) -> None:
    shutil.rmtree(copy / "META-INF")
    assert read(copy).meta.slug == "pitfalls"


def test_a_book_without_chapters_is_one_chapter(copy: Path) -> None:
    collection = (copy / COLLECTION).read_text(encoding="utf-8")
    start, end = collection.index("<col:content>"), collection.rindex("</col:content>")
    flat = '<col:content><col:module document="m1"/><col:module document="m4"/>'
    (copy / COLLECTION).write_text(collection[:start] + flat + collection[end:], encoding="utf-8")
    assert [section.number for section in read(copy).sections] == ["1.1"]
