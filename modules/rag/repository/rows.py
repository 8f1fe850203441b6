"""Rows and the values that they stand for."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import RowMapping, func

from modules.kernel.interface import TopicId
from modules.rag.interface import Book, Edition, Passage, QualityReport, Term, Topic
from modules.rag.models import Base, EditionRow, EditionSectionRow, PassageRow, SectionRow

# The columns of a passage and of where it stands, each under the name of its field.
PASSAGE: Final[Sequence[Any]] = (
    *(getattr(PassageRow, name) for name in ("id", "kind", "text", "heading", "position", "words", "formulas")),
    SectionRow.topic_id,
    *(getattr(EditionSectionRow, name) for name in ("chapter", "url")),
    func.concat(EditionSectionRow.number, " ", SectionRow.title).label("section"),
    EditionRow.title.label("book_title"),
    EditionRow.revision.label("edition"),
    *(getattr(EditionRow, name) for name in ("license", "license_url", "attribution")),
)


def shared(value: type[Any], *rows: Base) -> dict[str, Any]:
    """What the rows hold under the names of a value's fields, arrays as tuples; the first row that has one counts."""
    found: dict[str, Any] = {}
    for row in reversed(rows):
        found |= {field.name: getattr(row, field.name) for field in fields(value) if hasattr(row, field.name)}
    return {name: tuple(held) if isinstance(held, list) else held for name, held in found.items()}


def book_of(row: EditionRow, slug: str, topics: int, passages: int, embedded: int) -> Book:
    counts = {"topics": topics, "passages": passages, "embedded": embedded}
    return Book(**shared(Book, row) | counts | {"slug": slug, "edition": row.revision})


def edition_of(row: EditionRow, sections: int) -> Edition:
    return Edition(**shared(Edition, row) | {"quality": _quality(row), "sections": sections})


def _quality(row: EditionRow) -> QualityReport | None:
    if row.quality is None:
        return None
    worst = tuple((str(topic), str(why)) for topic, why in row.quality["worst"])
    return QualityReport(**row.quality | {"worst": worst, "reasons": tuple(row.quality["reasons"])})


def terms_of(row: SectionRow) -> tuple[Term, ...]:
    return tuple(Term(term=term["term"], definition=term["definition"]) for term in row.terms)


def topic_of(row: SectionRow, place: EditionSectionRow, slug: str, book_title: str) -> Topic:
    facts = shared(Topic, row, place) | {"id": TopicId(row.topic_id), "book_slug": slug, "book_title": book_title}
    return Topic(**facts | {"section": f"{place.number} {row.title}", "terms": terms_of(row)})


def passage_of(row: RowMapping) -> Passage:
    formulas = tuple((readable, mathml) for readable, mathml in row["formulas"])
    return Passage(**dict(row) | {"formulas": formulas, "score": 0.0})


def formulas_of(row: PassageRow) -> tuple[tuple[str, str], ...]:
    return tuple((readable, mathml) for readable, mathml in row.formulas)
