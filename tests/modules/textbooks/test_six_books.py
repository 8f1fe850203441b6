"""Six real textbooks, whole, against counts and sentences that were taken from them independently."""

import json
import re
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import BookDocument, Section

pytestmark = pytest.mark.oer
BOOKS = ("algebra-and-trigonometry-2e", "biology-2e", "chemistry-2e", "physics", "statistics", "us-history")
PROBES = {"algebra-and-trigonometry-2e": 266, "biology-2e": 649, "chemistry-2e": 341, "physics": 249,
          "statistics": 169, "us-history": 439}  # fmt: skip
WITHHELD = {"preface", "appendix", "introduction"}
# "A" or "12 m" stands in many a sentence; what cannot be told apart from teaching is counted, not compared.
TELLING_WORDS = 5


@dataclass(frozen=True)
class Case:
    """A book as read, what is expected of it, and where its files are."""

    book: BookDocument
    rows: list[dict[str, Any]]
    folder: Path

    def texts(self) -> Iterator[tuple[dict[str, Any], str, str]]:
        """Each module's row with its taught text and with what was left out of it, as letters."""
        taught = {section.key: letters(text_of(section)) for section in self.book.sections}
        left: dict[str, str] = {}
        for section in self.book.left_out:
            module = section.key.partition(".")[0]
            left[module] = left.get(module, "") + letters(text_of(section))
        for row in self.rows:
            yield row, taught.get(row["module"], ""), left.get(row["module"], "")


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text).lower())


def text_of(section: Section) -> str:
    terms = [f"{term.term}: {term.definition}" for term in section.terms]
    blocks = [block.text for block in section.blocks]
    return " ".join([*blocks, section.objectives_lead, *section.objectives, *terms])


def read(folder: Path) -> BookDocument:
    (book,) = create_textbooks(isolated=False).read(folder)
    return book


@pytest.fixture(scope="module")
def books(oer_dir: Path) -> dict[str, BookDocument]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return dict(zip(BOOKS, pool.map(read, [oer_dir / book for book in BOOKS]), strict=True))


@pytest.fixture(params=BOOKS)
def case(request: pytest.FixtureRequest, books: dict[str, BookDocument], oer_dir: Path) -> Case:
    expected = json.loads((oer_dir / "expected" / f"{request.param}.json").read_text(encoding="utf-8"))
    return Case(book=books[request.param], rows=expected["rows"], folder=oer_dir / request.param)


def test_every_element_was_met_in_the_order_of_the_book(case: Case) -> None:
    assert list(case.book.census) == [row["module"] for row in case.rows]
    assert {row["module"]: row["counts"] for row in case.rows} == case.book.census


def test_titles_and_paths_are_the_book_s(case: Case) -> None:
    sections = {section.key: section for section in (*case.book.left_out, *case.book.sections)}
    read_as = [(key, sections[key].title, list(sections[key].path)) for key in case.book.census]
    assert read_as == [(row["module"], title(row), row["path"]) for row in case.rows]


def opens(row: dict[str, Any]) -> bool:
    """Whether it introduces a chapter and says what words mean, which no other module does."""
    return row["cls"] == "introduction" and bool(row["glossary"] and row["path"])


def title(row: dict[str, Any]) -> str:
    return str(row["path"][-1] if opens(row) else row["title"])


def test_what_frames_the_book_is_left_out_and_all_else_is_taught_or_marked(case: Case) -> None:
    taught = {section.key for section in case.book.sections}
    for row in case.rows:
        assert row["cls"] not in WITHHELD or opens(row) == (row["module"] in taught), row["module"]
    assert {row["module"] for row in case.rows} == taught | {
        section.key for section in case.book.left_out if "." not in section.key
    }


def test_the_glossary_is_whole(case: Case) -> None:
    sections = {section.key: section for section in (*case.book.left_out, *case.book.sections)}
    for row in case.rows:
        found = {letters(term.term) for term in sections[row["module"]].terms}
        assert {letters(term) for term in row["glossary"]} <= found, row["module"]


def test_every_sentence_that_must_survive_does(case: Case) -> None:
    lost = [
        (row["module"], probe)
        for row, taught, left in case.texts()
        for probe in row["probes"]
        if letters(probe) not in taught and letters(probe) not in left
    ]
    assert lost == []
    assert sum(len(row["probes"]) for row in case.rows) == PROBES[case.book.meta.slug]


def test_no_teacher_note_reaches_a_lesson(case: Case) -> None:
    notes = [(row["module"], note, taught) for row, taught, _ in case.texts() for note in row["teacher"]]
    assert [(module, note) for module, note, taught in notes if letters(note) in taught] == []
    assert len(notes) == (96 if case.book.meta.slug == "physics" else 0)


def test_no_answer_reaches_a_lesson(case: Case) -> None:
    """An answer may stand where the book's own teaching says it, as its XML without exercises shows."""
    told = [
        (row["module"], answer)
        for row, taught, _ in case.texts()
        for answer in row["answers"]
        if letters(answer) in taught and letters(answer) not in teaching(case.folder, row["module"])
    ]
    assert told == []
    short = [answer for row in case.rows for answer in row["answers"] if len(answer.split()) < TELLING_WORDS]
    assert len(short) == 0


def teaching(folder: Path, module: str) -> str:
    """The letters of a module without its exercises, read with no rule of ours."""
    root = etree.parse(folder / "modules" / module / "index.cnxml").getroot()
    for exercise in list(root.iter("{*}exercise")):
        if not any(etree.QName(outer).localname == "example" for outer in exercise.iterancestors()):
            exercise.getparent().remove(exercise)
    return letters("".join(str(text) for text in root.itertext()))


def test_formulas_keep_their_markup(books: dict[str, BookDocument]) -> None:
    blocks = [block for book in books.values() for section in book.sections for block in section.blocks]
    formulas = [formula for block in blocks for formula in block.formulas]
    assert len(formulas) > 15_000
    for block in blocks[::7]:
        for formula in block.formulas:
            assert formula.text in block.text
            assert formula.mathml.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML"')
            assert etree.fromstring(formula.mathml).tag == "{http://www.w3.org/1998/Math/MathML}math"


def test_the_six_books_are_the_sources_of_their_folder(oer_dir: Path) -> None:
    assert [path.name for path in create_textbooks().sources(oer_dir)] == list(BOOKS)


def test_the_licences_are_the_books_own_and_no_witness_contradicts(books: dict[str, BookDocument]) -> None:
    for book in books.values():
        assert (book.meta.license, book.meta.license_allowed_by_name) == ("CC BY 4.0", False)
        assert book.warnings == ()
