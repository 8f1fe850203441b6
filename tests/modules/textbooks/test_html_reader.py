"""Books in pages of HTML: folders, and files that open as pages."""

from pathlib import Path

import pytest

from modules.book_files.interface import Page, PagedBook, UnknownFormatError
from modules.book_pages.factory import create_book_pages
from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import (
    BlockForm,
    BlockKind,
    BookDocument,
    BrokenSourceError,
    LicenceRefusedError,
    Section,
    SectionRole,
    SourceNotFoundError,
    Term,
    Textbooks,
)
from tests.modules.textbooks.fake_book_files import FakeBookFiles

LONG = "Heat flows from a warm body to a cold one because fast particles push slow ones. " * 60
BY = '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
PAGE = f"""<html lang="en"><head><title>Heat for All</title>{BY}<style>p {{}}</style></head><body>
<nav><a href="b.html">B</a></nav><h1>Heat</h1><p>This chapter is about heat.</p>
<div class="page"><h2>Conduction</h2><h3>Learning objectives</h3><p>You will be able to:</p>
<ul><li>Explain conduction</li><li>Name conductors</li></ul>
<p>Water is H<sub>2</sub>O, 10<sup>-3</sup> m wide.<sup class="noteref">1</sup> {LONG}</p>
<p>Energy <m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:msup><m:mi>v</m:mi><m:mn>2</m:mn></m:msup></m:math>
grows.</p><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>
<ol><li>first</li><li>second</li></ol><aside><h4>Did you know</h4><p>Ice floats.</p></aside>
<aside class="teacher-note"><p>Teacher secret.</p></aside><p>Loose <script>evil()</script>words</p>
<div class="misconception"><p>Cold does not flow.</p></div>
<h3>Example 1</h3><p>Find the power.</p><div class="solution"><p>It is 20 W.</p></div>
<h3>Key terms</h3><dl><dt>conduction</dt><dd>heat through matter</dd></dl>
<h3>Summary</h3><p>Heat conducts.</p>
<h3>Exercises</h3><ol><li>Why? <span class="answer">Answer secret one</span></li></ol>
<div class="answers"><p>Answer secret two</p></div>
<details><summary>Show the answer</summary><p>Answer secret three</p></details></div>
<h2>Convection</h2><p>{LONG}</p><figure><img alt="A pot"><figcaption>Boiling water</figcaption></figure></body>
</html>"""


def reader() -> Textbooks:
    return create_textbooks(book_pages=create_book_pages(), isolated=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three pages, which its index puts in an order."""
    book = tmp_path / "heat"
    book.mkdir()
    (book / "b.html").write_text(PAGE)
    (book / "a.xhtml").write_text("<html><body><h1>Appendix A</h1><h2>Data</h2><p>Copper 401.</p></body></html>")
    (book / "index.html").write_text(
        '<html lang="en"><head><title>Heat for All</title></head><body><a href="b.html">1</a><a href="a.xhtml">2</a>'
        '<a href="https://e.example/c.html">3</a><a href="../../etc/passwd">4</a></body></html>'
    )
    return book


@pytest.fixture
def book(folder: Path) -> BookDocument:
    (book,) = reader().read(folder)
    return book


@pytest.fixture
def conduction(book: BookDocument) -> Section:
    return book.sections[0]


def test_headings_make_chapters_and_sections(book: BookDocument) -> None:
    assert [(section.number, section.chapter, section.title, section.path) for section in book.sections] == [
        ("1.1", "1 Heat", "Conduction", ("Heat",)),
        ("1.2", "1 Heat", "Convection", ("Heat",)),
    ]
    roles = {section.key: section.role for section in book.left_out}
    assert (roles["heat"], roles["data"]) == (SectionRole.INTRODUCTION, SectionRole.APPENDIX)


def test_the_pages_say_what_book_it_is(book: BookDocument) -> None:
    meta = book.meta
    assert (meta.title, meta.slug, meta.language, meta.license) == ("Heat for All", "heat-for-all", "en", "CC BY 4.0")
    assert book.sections[0].url == "/library/heat-for-all/conduction"


def test_blocks_have_kind_and_form(conduction: Section) -> None:
    shapes = {(block.kind, block.form): block.text for block in conduction.blocks}
    assert shapes[BlockKind.TEXT, BlockForm.TABLE] == "A | B\n1 | 2"
    assert shapes[BlockKind.TEXT, BlockForm.LIST] == "1. first\n2. second"
    assert shapes[BlockKind.NOTE, BlockForm.PARAGRAPH] == "Ice floats."
    assert shapes[BlockKind.MISCONCEPTION, BlockForm.PARAGRAPH] == "Cold does not flow."
    assert shapes[BlockKind.SUMMARY, BlockForm.PARAGRAPH] == "Heat conducts."
    examples = [block.text for block in conduction.blocks if block.kind is BlockKind.EXAMPLE]
    assert examples == ["Find the power.", "It is 20 W."]


def test_objectives_terms_and_formulas(conduction: Section) -> None:
    assert conduction.objectives == ("Explain conduction", "Name conductors")
    assert conduction.terms == (Term(term="conduction", definition="heat through matter"),)
    formulas = {formula.text: formula.mathml for block in conduction.blocks for formula in block.formulas}
    assert set(formulas) == {"H2O", "10^-3", "v^2"}
    assert formulas["v^2"] == (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>v</mi><mn>2</mn></msup></math>'
    )


def test_alt_texts_and_captions_are_figures(book: BookDocument) -> None:
    figures = [block for block in book.sections[1].blocks if block.form is BlockForm.FIGURE]
    assert [block.parts for block in figures] == [("A pot", "Boiling water")]


def test_secrets_scripts_and_menus_are_nowhere(book: BookDocument) -> None:
    text = " ".join(block.text for section in (*book.sections, *book.left_out) for block in section.blocks)
    assert "Loose words" in text
    assert "wide. Heat" in text
    for word in ("secret", "evil", "Show the answer"):
        assert word not in text
    assert [section.key for section in book.left_out if section.role is SectionRole.PRACTICE] == ["conduction.practice"]


def test_book_toml_gives_order_and_facts(folder: Path) -> None:
    (folder / "book.toml").write_text(
        'title = "Warmth"\nslug = "warmth"\nlicense = "CC BY-NC 4.0"\npages = ["a.xhtml", "b.html"]\n'
        'source_url = "https://w.example"\nauthors = ["Ann Lee"]'
    )
    (book,) = reader().read(folder)
    assert (book.meta.title, book.meta.slug, book.meta.authors) == ("Warmth", "warmth", ("Ann Lee",))
    assert book.left_out[0].key == "data"
    assert book.sections[0].url == "https://w.example#conduction"
    # The pages say CC BY, and are believed.
    assert book.meta.license == "CC BY 4.0"
    assert any("book.toml says CC BY-NC 4.0" in warning and "CC BY 4.0" in warning for warning in book.warnings)


def test_without_a_licence_the_side_car_to_write_is_shown(folder: Path) -> None:
    (folder / "b.html").write_text(PAGE.replace(BY, ""))
    with pytest.raises(BrokenSourceError, match=r"lacks license; write .*book\.toml with these lines:\ntitle = "):
        reader().read(folder)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("b.html", b"", r"b\.html line 1 is empty"),
        ("b.html", b"<html>\n<body>Gr\xf6\xdfe", r"b\.html line 2 is not text in UTF-8"),
        ("b.html", BY.encode() + b"<div>" * 300 + b"deep", r"b\.html line 1: elements are nested more than 256 deep"),
        ("book.toml", b'pages = ["c.html"]', r"the page 'c\.html' is named, and not there"),
        ("book.toml", b"pages = [", r"book\.toml line 1 is not valid TOML"),
    ],
)
def test_what_is_broken_is_named(folder: Path, name: str, content: bytes, said: str) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(BrokenSourceError, match=said):
        reader().read(folder)


def test_another_encoding_that_the_page_names_is_read(folder: Path) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="latin-1">').replace("Ice floats", "Eis größer")
    (folder / "b.html").write_bytes(page.encode("latin-1"))
    (book,) = reader().read(folder)
    assert any(block.text == "Eis größer." for block in book.sections[0].blocks)


def test_a_file_opens_as_pages_and_page_roles_count(tmp_path: Path) -> None:
    path = tmp_path / "heat.epub"
    path.write_bytes(b"x")
    pages = (
        Page(name="p.xhtml", markup="<h1>To you</h1><p>Dear reader.</p>", role="preface"),
        Page(name="c.xhtml", markup=f"<h1>One</h1><p>{LONG}</p>", role="bodymatter"),
        Page(name="i.xhtml", markup="<h1>Words</h1><p>heat 3</p>", role="index"),
    )
    paged = PagedBook(
        title="Heat", edition="abc", license="CC BY-NC 4.0", authors=("Ann",), pages=pages, warnings=("mended",)
    )
    textbooks = create_textbooks(book_files=FakeBookFiles({path: paged}), book_pages=create_book_pages())
    with pytest.raises(LicenceRefusedError, match="CC BY-NC"):
        textbooks.read(path)
    (book,) = textbooks.read(path, allow_licences=["CC BY-NC"])
    assert (book.meta.edition, book.meta.license_allowed_by_name, book.warnings) == ("abc", True, ("mended",))
    assert [(section.title, section.number) for section in book.sections] == [("One", "1.1")]
    assert [section.role for section in book.left_out] == [SectionRole.PREFACE, SectionRole.INDEX]
    (tmp_path / "heat.epub.toml").write_text('title = "Warmth"\nsubject = "physics"\nlicense = "CC BY 4.0"')
    (book,) = textbooks.read(path, allow_licences=["CC BY-NC"])
    assert (book.meta.title, book.meta.subject, book.meta.license) == ("Warmth", "physics", "CC BY-NC 4.0")


def test_an_archive_is_the_folder_that_it_holds(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "files" / "heat.zip"
    path.parent.mkdir()
    path.write_bytes(b"x")
    files = FakeBookFiles({path: folder.parent})
    (book,) = create_textbooks(book_files=files, book_pages=create_book_pages(), isolated=False).read(path)
    assert book.meta.slug == "heat-for-all"


def test_errors_of_the_file_come_through(tmp_path: Path) -> None:
    path = tmp_path / "x.epub"
    path.write_bytes(b"")
    with pytest.raises(UnknownFormatError, match=r"x\.epub"):
        create_textbooks(book_files=FakeBookFiles({}), book_pages=create_book_pages()).read(path)
    with pytest.raises(SourceNotFoundError, match=r"\.epub"):
        create_textbooks(isolated=False).read(path)
