"""Which headings make sections."""

import pytest

from modules.book_files.interface import Page, PagedBook
from modules.book_pages.factory import create_book_pages
from modules.book_pages.interface import PagePart

pytestmark = pytest.mark.unit


def parts(*pages: str) -> list[PagePart]:
    book = PagedBook(title="B", edition="1", pages=tuple(Page(name=str(at), markup=p) for at, p in enumerate(pages)))
    return create_book_pages().parts(book, name="b")


def words(count: int) -> str:
    return f"<p>{'word ' * count}</p>"


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        (f"<h1>A</h1>{words(900)}", ["A"]),
        (f"<h1>A</h1><h2>B</h2>{words(3000)}<h2>C</h2>{words(3000)}", ["B", "C"]),
        (f"<h1>A</h1><h2>B</h2>{words(60)}<h2>C</h2>{words(60)}<h2>D</h2>{words(80)}", ["A"]),
        (f"<h1>A</h1><h2>B</h2><h3>C</h3>{words(4000)}<h3>D</h3>{words(1000)}", ["C", "D"]),
        (words(300), [""]),
    ],
)
def test_sections_have_the_length_of_sections(page: str, titles: list[str]) -> None:
    assert [part.title for part in parts(page)] == titles


def test_a_chapter_s_own_text_opens_it() -> None:
    page = f"<h1>A</h1><p>On A.</p><h2>B</h2>{words(3000)}<h2>C</h2>{words(3000)}"
    opening, first, _ = parts(page)
    assert (opening.title, opening.path, opening.opens) == ("A", ("A",), True)
    assert (first.title, first.path, first.opens) == ("B", ("A",), False)


def test_a_chapter_goes_on_in_the_next_page() -> None:
    found = parts(f"<h1>A</h1><h2>B</h2>{words(2500)}", f"<h2>C</h2>{words(2500)}")
    assert [(part.title, part.path) for part in found] == [("B", ("A",)), ("C", ("A",))]
