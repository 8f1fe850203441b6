"""PDF: chapters, paragraphs and lists come out of lines of print."""

import re
import time
from pathlib import Path
from typing import Final

import pytest

from modules.book_files.domain.pdf_lines import Fragment, Line, lines_of, without_running
from tests.modules.book_files.samples import Text, pdf
from tests.modules.book_files.test_epub import opened

BODY: Final = (
    "Water boils when its vapour pressure",
    "reaches that of the air around. A well-known",
    "pot on a mountain shows how the tempera-",
    "ture falls with the height, and a well-",
    "known table gives the numbers for it.",
)


def page(number: int, *lines: Text) -> list[Text]:
    """A page with a running head and a number at its foot."""
    return [Text(f"Small physics {number}", 570, 9), *lines, Text(f"- {number} -", 20, 9)]


def running(*lines: str, top: float, **look: float) -> list[Text]:
    """Lines below each other."""
    return [Text(line, top - 13 * number, **look) for number, line in enumerate(lines)]


BOOK: Final = [
    [
        Text("Small physics", 400, 30, bold=True),
        Text("Licensed under CC BY 4.0, see", 300),
        Text("https://creativecommons.org/licenses/by/4.0/.", 287),
    ],
    page(
        2,
        Text("Chapter 1", 540, 20),
        Text("Boiling and freezing", 515, 20),
        *running(*BODY, top=480),
        *running("The next paragraph goes on and on, to the", "foot of this page without an end, and it", top=400),
    ),
    page(
        3,
        *running("continues over the leaf. It ends here.", top=540),
        Text("In the kitchen", 510, 14, bold=True),
        *running("A pot, a lid and a flame are enough for this:", "• a pot of cold water,", top=490),
        Text("which is clean,", 464, x=60),
        *running("• a lid.", "1. Fill it.", "2. Heat it.", top=451),
    ),
    page(
        4,
        Text("Chapter 2", 540, 20),
        Text("Melting", 515, 20),
        *running("Ice melts. Its formula and a small number are", "H", top=480),
        Text("2", 465, 6, x=57.4),
        Text("O and 10", 467, x=61),
        Text("-3", 471, 6, x=102.4),
    ),
]


def plain(markup: str) -> str:
    return re.sub(r"^.*<body>\n|\n</body>.*$", "", markup)


def test_a_book_is_cut_at_its_largest_headings(tmp_path: Path) -> None:
    book = opened(pdf(BOOK), tmp_path)
    assert (book.title, book.language, len(book.edition)) == ("Small physics", "en-GB", 12)
    assert [(one.name, one.role) for one in book.pages] == [("page-1", "frontmatter"), ("page-2", ""), ("page-4", "")]
    assert "<h1>Chapter 1 Boiling and freezing</h1>" in book.pages[1].markup
    assert "<h2>In the kitchen</h2>" in book.pages[1].markup


def test_words_are_mended_and_paragraphs_go_over_pages(tmp_path: Path) -> None:
    text = plain(opened(pdf(BOOK), tmp_path).pages[1].markup)
    assert "how the temperature falls with the height, and a well-known table" in text
    assert "<p>The next paragraph goes on and on, to the foot of this page without an end, and it continues" in text


def test_running_heads_and_page_numbers_are_gone(tmp_path: Path) -> None:
    book = opened(pdf(BOOK), tmp_path)
    text = " ".join(one.markup for one in book.pages[1:])
    assert "Small physics" not in text
    assert not re.search(r"- \d -", text)


def test_lists_are_lists(tmp_path: Path) -> None:
    text = opened(pdf(BOOK), tmp_path).pages[1].markup
    assert "<ul><li>a pot of cold water, which is clean,</li><li>a lid.</li></ul>" in text
    assert '<ol><li value="1">Fill it.</li><li value="2">Heat it.</li></ol>' in text


def test_a_dash_or_a_number_in_a_sentence_is_no_list(tmp_path: Path) -> None:
    lines = running("It is hot and dry today and that is new", "- or so they say who have seen the page", top=500)
    lines += running("12. of the old book.", "- a first thing", "- a second thing", top=474)
    text = opened(pdf([lines]), tmp_path).pages[0].markup
    assert "<p>It is hot and dry today and that is new - or so they say who have seen the page 12. of" in text
    assert "<ul><li>a first thing</li><li>a second thing</li></ul>" in text


def test_raised_and_lowered_signs_are_marked(tmp_path: Path) -> None:
    text = opened(pdf(BOOK), tmp_path).pages[2].markup
    assert "H<sub>2</sub>O and 10<sup>-3</sup>" in text


def test_the_licence_is_found_in_the_first_pages(tmp_path: Path) -> None:
    book = opened(pdf(BOOK), tmp_path)
    assert (book.license, book.license_url) == ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")


def test_the_document_information_is_used(tmp_path: Path) -> None:
    info = "/Title (A title) /Author (Ann Author; Ben Writer) /Keywords (CC BY-SA 4.0)"
    book = opened(pdf(BOOK, info=info), tmp_path)
    assert (book.title, book.authors, book.license) == ("A title", ("Ann Author", "Ben Writer"), "CC BY-SA 4.0")
    assert any("several licences" in warning for warning in book.warnings)


def test_the_outline_is_believed_before_the_type(tmp_path: Path) -> None:
    pages = [page(1, Text("Heat", 540, 14), *running(*BODY, top=500)), page(2, *running("it went on", top=500))]
    pages += [page(3, Text("A remark in large type", 540, 24), *running(*BODY[2:], top=500))]
    book = opened(pdf(pages, outline=[("1 Heat", 0), ("Cold", 1)]), tmp_path)
    assert [one.name for one in book.pages] == ["page-1", "page-2"]
    assert "<h1>Cold</h1>" in book.pages[1].markup
    assert "<h2>A remark in large type</h2>" in book.pages[1].markup


def test_bold_lines_are_headings_and_bold_words_are_not(tmp_path: Path) -> None:
    lines = [*running(*BODY, top=500), Text("A bold heading", 420, bold=True), *running(*BODY, top=400)]
    lines += [Text("Not one.", 320, bold=True)]
    book = opened(pdf([lines, *[running(*BODY, top=500)]]), tmp_path)
    assert "<h1>A bold heading</h1>" in book.pages[1].markup
    assert "<p>Not one.</p>" in book.pages[1].markup


def test_markup_in_a_text_is_text(tmp_path: Path) -> None:
    book = opened(pdf([running("<script>alert(1)</script> & more text", top=500)]), tmp_path)
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more text</p>" in book.pages[0].markup
    assert any("No headings" in warning for warning in book.warnings)


@pytest.mark.unit
def test_strange_pages_take_no_longer() -> None:
    started = time.monotonic()
    parts = [Fragment("ab", 10, bold=False, left=number, right=number + 1, base=500) for number in range(20_000)]
    dots = Line("." * 60_000 + "?", 10, bold=False, left=50, right=90, base=400, page=0)
    assert len(without_running([[*lines_of(parts, 0), dots]])[0]) > 1
    assert time.monotonic() - started < 3


def test_a_table_of_contents_is_left_out(tmp_path: Path) -> None:
    lines = running("Boiling . . . . . . . . . 12", "Melting ........ 40", *BODY, top=500)
    assert "Melting" not in opened(pdf([lines]), tmp_path).pages[0].markup


@pytest.mark.media
def test_a_typeset_book_reads_as_it_was_written(tmp_path: Path) -> None:
    import typst

    source = tmp_path / "book.typ"
    said = "{} times photosynthesis transforms electromagnetic radiation into biochemical energy."
    words = " ".join(said.format("very " * (number % 7) + "many") for number in range(40))
    source.write_text(
        '#set document(title: "Plants")\n#set page(width: 9cm, height: 9cm, numbering: "1", header: [Plants])\n'
        f'#set par(justify: true)\n#set text(hyphenate: true, lang: "en")\n= Leaves\n{words}\n== Roots\n{words}\n',
        encoding="utf-8",
    )
    book = opened(typst.compile(str(source)), tmp_path)
    text = re.sub(r"<[^>]+>", "", plain(book.pages[0].markup))
    assert " ".join(text.split()) == " ".join(f"Leaves {words} Roots {words}".split())
