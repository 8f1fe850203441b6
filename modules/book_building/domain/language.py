"""The language that questions are matched in, and books in another one."""

from dataclasses import replace
from typing import Final

from modules.book_building.interface import PreparedBook

_MATCHED: Final = frozenset({"en", "eng", "english", "und", ""})
"""English however it is written, and no word about the language."""


def with_language(book: PreparedBook) -> PreparedBook:
    """The book; when it is in another language, its quality report names that and its warnings say so."""
    said = book.meta.language.strip()
    if said.casefold().replace("_", "-").partition("-")[0] in _MATCHED:
        return book
    quality = replace(book.quality, language=said)
    return replace(book, quality=quality, warnings=(*book.warnings, *quality.warnings))
