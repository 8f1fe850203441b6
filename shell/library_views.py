"""The shapes in which books and imports are shown, alike in the API and on the command line."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from modules.imports.interface import Import
from modules.rag.interface import Book, BookRecord, Edition, QualityReport


class BookOut(BaseModel):
    """A book as it serves."""

    slug: str
    title: str
    edition: str
    language: str
    subject: str
    license: str
    license_url: str
    authors: list[str]
    source_url: str
    attribution: str
    topics: int
    passages: int
    embedded: int


class ExampleOut(BaseModel):
    """A passage that is at fault."""

    topic: str
    fault: str


class QualityOut(BaseModel):
    """How good a book's passages are; shares are of all passages, 0.0 to 1.0.

    `language`: of the book, when questions are not matched in it.
    """

    passed: bool
    accepted: bool
    reasons: list[str]
    warnings: list[str]
    language: str
    passages: int
    sections: int
    empty: float
    duplicated: float
    too_short: float
    too_long: float
    garbled: float
    without_objectives: int
    without_text: int
    worst: list[ExampleOut]


class EditionOut(BaseModel):
    """A revision of a book."""

    revision: str
    state: str
    title: str
    license: str
    license_url: str
    license_allowed_by_name: str
    sections: int
    created_at: datetime
    switched_at: datetime | None
    quality: QualityOut | None


class BookDetailOut(BaseModel):
    """A book with its editions; `book` is null while none serves."""

    slug: str
    book: BookOut | None
    editions: list[EditionOut]


class ReportOut(BaseModel):
    """A book that serves now because of an import."""

    slug: str
    title: str
    revision: str
    sections: int
    imported: int
    unchanged: int
    passages: int
    embedded: int
    warnings: list[str]


class ImportOut(BaseModel):
    """An import as it stands. `source` is a name, never a place; `done` of `total` parts of the stage are done."""

    id: UUID
    source: str
    state: str
    stage: str
    done: int
    total: int
    message: str
    error_code: str
    reports: list[ReportOut]
    requested_by: str
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


def book_out(book: Book) -> BookOut:
    """A book."""
    return BookOut(**asdict(book))


def record_out(record: BookRecord) -> BookDetailOut:
    """A book with its editions."""
    return BookDetailOut(
        slug=record.slug,
        book=book_out(record.book) if record.book else None,
        editions=[_edition_out(edition) for edition in record.editions],
    )


def import_out(record: Import) -> ImportOut:
    """An import; no place on the server's disk is told."""
    source = Path(record.source).name
    return ImportOut(
        id=record.id,
        source=source,
        state=record.state,
        stage=record.stage,
        done=record.done,
        total=record.total,
        message=record.message.replace(record.source, source) if record.source else record.message,
        error_code=record.error_code,
        reports=[ReportOut(**asdict(report)) for report in record.reports],
        requested_by=record.requested_by,
        created_at=record.created_at,
        updated_at=record.updated_at,
        finished_at=record.finished_at,
    )


def _edition_out(edition: Edition) -> EditionOut:
    quality = edition.quality
    return EditionOut(
        revision=edition.revision,
        state=edition.state,
        title=edition.title,
        license=edition.license,
        license_url=edition.license_url,
        license_allowed_by_name=edition.license_allowed_by_name,
        sections=edition.sections,
        created_at=edition.created_at,
        switched_at=edition.switched_at,
        quality=_quality_out(quality, accepted=edition.quality_accepted) if quality else None,
    )


def _quality_out(quality: QualityReport, *, accepted: bool) -> QualityOut:
    worst = [ExampleOut(topic=topic, fault=fault) for topic, fault in quality.worst]
    facts = asdict(quality) | {"worst": worst, "reasons": list(quality.reasons), "warnings": list(quality.warnings)}
    return QualityOut(passed=quality.passed, accepted=accepted, **facts)
