"""Lessons, their files and the claims on building them, in PostgreSQL."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert

from modules.content_generation.interface import Artefact, ArtefactKind, Lesson
from modules.content_generation.models import ArtefactRow, BuildRow, LessonRow
from modules.integrations.interface import BeatTiming
from modules.kernel.database import session_of
from modules.kernel.interface import JobId, LessonId, Transaction

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """A lesson as stored; a new shape of Lesson gets a new number and a reader for the old one."""

    format: Literal[1]
    lesson: Lesson


_DOCUMENT: Final = TypeAdapter(_Document)
_TIMINGS: Final = TypeAdapter(tuple[BeatTiming, ...])


class LessonRepository:
    """All of the module's SQL."""

    async def lesson(self, lesson_id: LessonId, *, tx: Transaction) -> Lesson | None:
        """The lesson with this id."""
        document = await session_of(tx).scalar(sa.select(LessonRow.document).where(LessonRow.id == lesson_id))
        return _DOCUMENT.validate_python(document).lesson if document is not None else None

    async def id_of(self, key: str, *, tx: Transaction) -> LessonId | None:
        """The finished lesson of this key."""
        found = await session_of(tx).scalar(sa.select(LessonRow.id).where(LessonRow.key == key))
        return LessonId(found) if found else None

    async def add_lesson(self, lesson: Lesson, *, tx: Transaction) -> None:
        """Publishes a lesson; nothing happens when its key is there already."""
        document = _DOCUMENT.dump_python(_Document(format=_FORMAT, lesson=lesson), mode="json")
        row = insert(LessonRow).values(
            id=lesson.id,
            key=lesson.key,
            document=document,
            topic_id=lesson.topic_id,
            interest_id=lesson.interest_id,
            grade=lesson.grade,
        )
        await session_of(tx).execute(row.on_conflict_do_nothing())

    async def artefacts(self, lesson_id: LessonId, *, tx: Transaction) -> tuple[Artefact, ...]:
        """The files of a lesson, by kind."""
        rows = await session_of(tx).scalars(
            sa.select(ArtefactRow).where(ArtefactRow.lesson_id == lesson_id).order_by(ArtefactRow.kind)
        )
        return tuple(_artefact(row) for row in rows)

    async def artefact(self, lesson_id: LessonId, kind: ArtefactKind, *, tx: Transaction) -> Artefact | None:
        """One file of a lesson."""
        row = await session_of(tx).get(ArtefactRow, (lesson_id, kind))
        return _artefact(row) if row else None

    async def timings(self, lesson_id: LessonId, *, tx: Transaction) -> tuple[BeatTiming, ...]:
        """When each beat of the lesson's audio is spoken; empty when there is no audio."""
        found = await session_of(tx).scalar(
            sa.select(ArtefactRow.timings).where(
                ArtefactRow.lesson_id == lesson_id, ArtefactRow.kind == ArtefactKind.AUDIO
            )
        )
        return _TIMINGS.validate_python(found) if found else ()

    async def add_artefact(
        self, artefact: Artefact, *, tx: Transaction, timings: tuple[BeatTiming, ...] | None = None
    ) -> None:
        """Publishes a file; nothing happens when the lesson has one of this kind."""
        row = insert(ArtefactRow).values(
            lesson_id=artefact.lesson_id,
            kind=artefact.kind,
            blob_key=artefact.blob_key,
            content_type=artefact.content_type,
            size_bytes=artefact.size_bytes,
            sha256=artefact.sha256,
            duration_seconds=artefact.duration_seconds,
            engine=artefact.engine,
            timings=_TIMINGS.dump_python(timings, mode="json") if timings is not None else None,
        )
        await session_of(tx).execute(row.on_conflict_do_nothing())

    async def claim(self, build_key: str, job_id: JobId, *, seconds: float, tx: Transaction) -> bool:
        """Whether the job may build this: nobody else is at it, or their claim has run out."""
        until = sa.func.clock_timestamp() + timedelta(seconds=seconds)
        claim = insert(BuildRow).values(build_key=build_key, job_id=job_id, expires_at=until)
        claim = claim.on_conflict_do_update(
            index_elements=[BuildRow.build_key],
            set_={"job_id": job_id, "expires_at": until},
            where=sa.or_(BuildRow.job_id == job_id, BuildRow.expires_at < sa.func.clock_timestamp()),
        )
        return await session_of(tx).scalar(claim.returning(BuildRow.build_key)) is not None

    async def release(self, job_id: JobId, *, tx: Transaction) -> None:
        """Gives up every claim of the job."""
        await session_of(tx).execute(sa.delete(BuildRow).where(BuildRow.job_id == job_id))


def _artefact(row: ArtefactRow) -> Artefact:
    return Artefact(
        lesson_id=LessonId(row.lesson_id),
        kind=row.kind,
        blob_key=row.blob_key,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        duration_seconds=row.duration_seconds,
        engine=row.engine,
    )
