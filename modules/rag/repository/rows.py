"""Rows and the values that they stand for."""

from dataclasses import fields
from typing import Any

from modules.kernel.interface import TopicId
from modules.rag.interface import Book, Edition, Passage, PassageId, QualityReport, Term, Topic
from modules.rag.models import Base, EditionRow, EditionSectionRow, PassageRow, SectionRow


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


def passage_of(row: PassageRow, section: SectionRow, place: EditionSectionRow, edition: EditionRow) -> Passage:
    facts = shared(Passage, row, section, place, edition) | {"id": PassageId(row.id), "score": 0.0}
    facts |= {"book_title": edition.title, "edition": edition.revision, "section": f"{place.number} {section.title}"}
    return Passage(**facts | {"formulas": formulas_of(row)})


def formulas_of(row: PassageRow) -> tuple[tuple[str, str], ...]:
    return tuple((readable, mathml) for readable, mathml in row.formulas)
