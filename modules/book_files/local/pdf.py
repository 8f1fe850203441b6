"""PDF: the characters of each page with their place and size, the outline, the document's own words on itself."""

import ctypes
import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modules.book_files.domain.licence import find_licence
from modules.book_files.domain.names import shown
from modules.book_files.domain.pdf_blocks import blocks_of, chapters
from modules.book_files.domain.pdf_headings import OutlineEntry, chapters_of
from modules.book_files.domain.pdf_lines import HYPHEN, Fragment, Line, lines_of, without_running
from modules.book_files.interface import BrokenFileError, HostileFileError, Limits, PagedBook, Progress
from modules.book_files.local.faults import parsing

if TYPE_CHECKING:
    import pypdfium2

_PASSWORD: Final = 4
_BREAK: Final = frozenset({10, 13})
_BLANK: Final = frozenset({2, 10, 13, 32, 160})
_SAME_HEIGHT: Final = 0.6
_BOLD_WEIGHT: Final = 600
_BOLD_NAME: Final = re.compile(rb"bold|black|heavy|CMBX", re.IGNORECASE)
_OPENING_PAGES: Final = 10
_MAX_BOOKMARKS: Final = 10_000
_LETTERS_A_PAGE: Final = 10
_LIGATURES: Final = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\u00ad": HYPHEN}
)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x01\x03-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def read_pdf(path: Path, *, fingerprint: str, limits: Limits, on_progress: Progress) -> PagedBook:
    """The chapters of a PDF that holds text."""
    import pypdfium2

    with parsing(path.name):
        try:
            with closing(pypdfium2.PdfDocument(path)) as document:
                return _read(document, shown(path.name), fingerprint, limits, on_progress)
        except pypdfium2.PdfiumError as error:
            raise _broken(shown(path.name), locked=error.err_code == _PASSWORD) from error


def _broken(name: str, *, locked: bool) -> BrokenFileError:
    if locked:
        return BrokenFileError(f"{name} is locked with a password; save it again without one")
    return BrokenFileError(f"{name} is cut short or damaged, so its pages cannot be read; get the file again")


def _read(
    document: "pypdfium2.PdfDocument",
    name: str,
    fingerprint: str,
    limits: Limits,
    on_progress: Progress,
) -> PagedBook:
    count = len(document)
    if not count:
        raise BrokenFileError(f"{name} has no pages; get the file again")
    if count > limits.pages:
        raise HostileFileError(f"{name} is refused: it has {count:,} pages, more than {limits.pages:,}")
    pages: list[list[Line]] = []
    size = 0
    for number in range(count):
        pages.append(lines_of(_fragments(document, number), number))
        size += sum(len(line.text) for line in pages[-1])
        if size > limits.unpacked_bytes:
            raise HostileFileError(f"{name} is refused: it holds more than {limits.unpacked_bytes:,} characters")
        on_progress(number + 1, count)
    _refuse_pictures(name, pages)
    return _book(document, pages, fingerprint)


def _refuse_pictures(name: str, pages: list[list[Line]]) -> None:
    letters = sum(char.isalpha() for page in pages for line in page for char in line.text)
    if letters < _LETTERS_A_PAGE * len(pages):
        raise BrokenFileError(f"{name} holds pictures of pages, no text; recognise the text (OCR) first")


def _book(document: "pypdfium2.PdfDocument", pages: list[list[Line]], fingerprint: str) -> PagedBook:
    outline = chapters_of(_outline(document))
    lines = [line for page in without_running(pages) for line in page]
    blocks, printed = blocks_of(lines, outline)
    said = document.get_metadata_dict()
    opening = " ".join(line.text for page in pages[:_OPENING_PAGES] for line in page)
    licence = find_licence(f"{said['Subject']} {said['Keywords']} {opening}")
    heading = next((block.text for block in blocks if block.kind == "h1"), "")
    warnings = ["Tables, figures and formulas of a PDF come as the words that stand in them."]
    if not heading:
        warnings.append("No headings were found, so the book is one chapter.")
    if licence.several:
        warnings.append("The first pages name several licences; the first one was taken.")
    return PagedBook(
        title=said["Title"].strip() or printed or heading,
        edition=fingerprint,
        language=_language(document),
        license=licence.name,
        license_url=licence.url,
        authors=tuple(filter(None, (name.strip() for name in re.split(r"[;,]| and ", said["Author"])))),
        pages=tuple(chapters(blocks)),
        warnings=tuple(warnings),
    )


def _outline(document: "pypdfium2.PdfDocument") -> list[OutlineEntry]:
    entries = []
    for mark in islice(document.get_toc(max_depth=4), _MAX_BOOKMARKS):
        target = mark.get_dest()
        page = None if target is None else target.get_index()
        if page is not None:
            title = " ".join(_UNPRINTABLE.sub(" ", mark.get_title()).split())
            entries.append(OutlineEntry(mark.level, title, page))
    return entries


def _language(document: "pypdfium2.PdfDocument") -> str:
    from pypdfium2 import raw

    buffer = ctypes.create_string_buffer(64)
    raw.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), len(buffer))
    return buffer.raw.decode("utf-16-le", "ignore").partition("\0")[0]


def _fragments(document: "pypdfium2.PdfDocument", number: int) -> Iterator[Fragment]:
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        yield from _Places(text).fragments()


class _Places:
    """Asks the engine about single characters, as seldom as can be: that is what takes the time."""

    def __init__(self, text: "pypdfium2.PdfTextPage") -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._text = text
        self._matrix = raw.FS_MATRIX()
        self._box = [ctypes.c_double() for _ in range(4)]

    def fragments(self) -> Iterator[Fragment]:
        """What stands on one height in a row."""
        start, base = 0, 0.0
        codes = [self._raw.FPDFText_GetUnicode(self._text, index) for index in range(self._text.count_chars())]
        for index, code in enumerate(codes):
            here = base if code in _BLANK else self._origin(index)[1]
            if code in _BREAK or abs(here - base) > _SAME_HEIGHT:
                yield from self._fragment(start, codes[start:index])
                start, base = index, here
        yield from self._fragment(start, codes[start:])

    def _fragment(self, start: int, codes: list[int]) -> Iterator[Fragment]:
        ink = [index for index, code in enumerate(codes, start) if code not in _BLANK]
        if not ink:
            return
        size, askew = self._look(ink[0])
        plain = "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = _UNPRINTABLE.sub("", re.sub(r"[\r\n]+", " ", plain)).translate(_LIGATURES)
        bold = self._is_bold(ink[0]) and self._is_bold(ink[-1])
        left, base = self._origin(ink[0])
        if not askew:
            yield Fragment(text, size, bold, left, self._right(ink[-1]), base)

    def _look(self, index: int) -> tuple[float, bool]:
        """The size, and whether the text does not run from left to right."""
        matrix = self._matrix
        self._raw.FPDFText_GetMatrix(self._text, index, matrix)
        size = self._raw.FPDFText_GetFontSize(self._text, index) * hypot(matrix.c, matrix.d)
        return float(size) or 1.0, bool(abs(matrix.b) > 0.1 * abs(matrix.a))

    def _origin(self, index: int) -> tuple[float, float]:
        x, y, *_ = self._box
        self._raw.FPDFText_GetCharOrigin(self._text, index, x, y)
        return x.value, y.value

    def _right(self, index: int) -> float:
        self._raw.FPDFText_GetCharBox(self._text, index, *self._box)
        return self._box[1].value

    def _is_bold(self, index: int) -> bool:
        name = ctypes.create_string_buffer(128)
        self._raw.FPDFText_GetFontInfo(self._text, index, name, len(name), ctypes.c_int())
        weight = int(self._raw.FPDFText_GetFontWeight(self._text, index))
        return weight >= _BOLD_WEIGHT or _BOLD_NAME.search(name.value) is not None
