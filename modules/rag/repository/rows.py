"""Rows as the values that the interface speaks of."""

from sqlalchemy import RowMapping

from modules.kernel.interface import TopicId
from modules.rag.domain.evidence import Overlap
from modules.rag.interface import Book, Passage, PassageId, PassageKind, Term, Topic
from modules.rag.models import BookRow, PassageRow, SectionRow


def overlap_of(row: RowMapping) -> Overlap:
    return Overlap(total=float(row["total"]), terms=float(row["terms"]), text=float(row["text"]))


def book_of(row: BookRow, topics: int, passages: int, embedded: int) -> Book:
    return Book(
        slug=row.slug,
        title=row.title,
        edition=row.edition,
        language=row.language,
        subject=row.subject,
        license=row.license,
        license_url=row.license_url,
        authors=tuple(row.authors),
        source_url=row.source_url,
        attribution=row.attribution,
        topics=topics,
        passages=passages,
        embedded=embedded,
    )


def topic_of(row: SectionRow, slug: str, book_title: str) -> Topic:
    return Topic(
        id=TopicId(row.topic_id),
        title=row.title,
        subject=row.subject,
        book_slug=slug,
        book_title=book_title,
        chapter=row.chapter,
        section=f"{row.number} {row.title}",
        url=row.url,
        words=row.words,
        objectives=tuple(row.objectives),
        terms=tuple(Term(term=term["term"], definition=term["definition"]) for term in row.terms),
    )


def passage_of(row: PassageRow, section: SectionRow, book: BookRow) -> Passage:
    return Passage(
        id=PassageId(row.id),
        topic_id=TopicId(section.topic_id),
        kind=PassageKind(row.kind),
        text=row.text,
        heading=row.heading,
        position=row.position,
        score=0.0,
        book_title=book.title,
        edition=book.edition,
        chapter=section.chapter,
        section=f"{section.number} {section.title}",
        url=section.url,
        license=book.license,
        license_url=book.license_url,
        attribution=book.attribution,
    )
