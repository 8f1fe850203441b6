"""Rows and the values that they stand for."""

from modules.kernel.interface import TopicId
from modules.rag.interface import Book, Edition, Passage, PassageId, PassageKind, QualityReport, Term, Topic
from modules.rag.models import EditionRow, EditionSectionRow, PassageRow, SectionRow


def book_of(row: EditionRow, slug: str, topics: int, passages: int, embedded: int) -> Book:
    return Book(
        slug=slug,
        title=row.title,
        edition=row.revision,
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


def edition_of(row: EditionRow, sections: int) -> Edition:
    return Edition(
        revision=row.revision,
        state=row.state,
        title=row.title,
        license=row.license,
        license_url=row.license_url,
        license_allowed_by_name=row.license_allowed_by_name,
        quality=_quality(row),
        quality_accepted=row.quality_accepted,
        sections=sections,
        created_at=row.created_at,
        switched_at=row.switched_at,
    )


def _quality(row: EditionRow) -> QualityReport | None:
    if row.quality is None:
        return None
    worst = tuple((str(topic), str(why)) for topic, why in row.quality["worst"])
    return QualityReport(**row.quality | {"worst": worst, "reasons": tuple(row.quality["reasons"])})


def topic_of(row: SectionRow, place: EditionSectionRow, slug: str, book_title: str) -> Topic:
    return Topic(
        id=TopicId(row.topic_id),
        title=row.title,
        subject=row.subject,
        book_slug=slug,
        book_title=book_title,
        chapter=place.chapter,
        section=f"{place.number} {row.title}",
        url=place.url,
        words=row.words,
        objectives=tuple(row.objectives),
        terms=tuple(Term(term=term["term"], definition=term["definition"]) for term in row.terms),
    )


def passage_of(row: PassageRow, section: SectionRow, place: EditionSectionRow, edition: EditionRow) -> Passage:
    return Passage(
        id=PassageId(row.id),
        topic_id=TopicId(section.topic_id),
        kind=PassageKind(row.kind),
        text=row.text,
        heading=row.heading,
        position=row.position,
        score=0.0,
        book_title=edition.title,
        edition=edition.revision,
        chapter=place.chapter,
        section=f"{place.number} {section.title}",
        url=place.url,
        license=edition.license,
        license_url=edition.license_url,
        attribution=edition.attribution,
        words=row.words,
        formulas=tuple((readable, mathml) for readable, mathml in row.formulas),
    )
