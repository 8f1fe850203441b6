"""Lessons, their files and the claims on building them, in PostgreSQL."""

from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Final, Literal

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert

from modules.content_generation.domain.orders import replaced_key
from modules.content_generation.interface import Answer, Artefact, ArtefactKind, Flag, FlagKind, Lesson, Level
from modules.content_generation.models import (
    AnswerRow,
    ArtefactRow,
    BlockedTopicRow,
    BuildRow,
    FlagRow,
    LessonRow,
    LevelRow,
)
from modules.integrations.interface import BeatTiming
from modules.kernel.database import session_of
from modules.kernel.interface import JobId, LessonId, RequestId, TopicId, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """A lesson as stored; a new shape of Lesson gets a new number and a reader for the old one."""

    format: Literal[1] = 1
    lesson: Lesson


_DOCUMENT: Final = TypeAdapter(_Document)
_TIMINGS: Final = TypeAdapter(tuple[BeatTiming, ...])
_ARTEFACT: Final = [getattr(ArtefactRow, column.name) for column in fields(Artefact)]


class LessonRepository:
    """All of the module's SQL."""

    async def lesson(self, lesson_id: LessonId, *, tx: Transaction) -> Lesson | None:
        document = await session_of(tx).scalar(sa.select(LessonRow.document).where(LessonRow.id == lesson_id))
        return _DOCUMENT.validate_python(document).lesson if document is not None else None

    async def id_of(self, key: str, *, tx: Transaction) -> LessonId | None:
        """The finished lesson of this key, which nobody withdraws before `tx` ends."""
        query = sa.select(LessonRow.id).where(LessonRow.key == key, LessonRow.withdrawn_at.is_(None))
        found = await session_of(tx).scalar(query.with_for_update(read=True))
        return LessonId(found) if found else None

    async def is_withdrawn(self, lesson_id: LessonId, *, tx: Transaction) -> bool:
        query = sa.select(LessonRow.withdrawn_at.is_not(None)).where(LessonRow.id == lesson_id)
        return bool(await session_of(tx).scalar(query))

    async def withdraw(self, lesson_id: LessonId, *, tx: Transaction) -> TopicId | None:
        """Marks a lesson; its topic, or None when there is no such lesson."""
        moment = sa.func.coalesce(LessonRow.withdrawn_at, sa.func.now())
        mark = sa.update(LessonRow).where(LessonRow.id == lesson_id).values(withdrawn_at=moment)
        found = await session_of(tx).scalar(mark.returning(LessonRow.topic_id))
        return TopicId(found) if found else None

    async def withdrawals(self, topic_id: TopicId, key: str, *, tx: Transaction) -> int:
        """How many lessons of this key, and of those that took its place, were withdrawn."""
        return await session_of(tx).scalar(sa.select(sa.func.count()).where(*_withdrawn(topic_id, key))) or 0

    async def withdrawn(self, topic_id: TopicId, key: str, *, tx: Transaction) -> list[Lesson]:
        """The lessons that `withdrawals` counts."""
        found = await session_of(tx).scalars(sa.select(LessonRow.document).where(*_withdrawn(topic_id, key)))
        return [_DOCUMENT.validate_python(document).lesson for document in found]

    async def lessons_of(self, topic_id: TopicId, *, tx: Transaction) -> list[Lesson]:
        """The lessons of a topic that are not withdrawn, oldest first."""
        query = sa.select(LessonRow.document).where(LessonRow.topic_id == topic_id, LessonRow.withdrawn_at.is_(None))
        found = await session_of(tx).scalars(query.order_by(LessonRow.created_at, LessonRow.id))
        return [_DOCUMENT.validate_python(document).lesson for document in found]

    async def block(self, topic_id: TopicId, *, tx: Transaction) -> None:
        await session_of(tx).execute(insert(BlockedTopicRow).values(topic_id=topic_id).on_conflict_do_nothing())

    async def allow(self, topic_id: TopicId, *, tx: Transaction) -> None:
        await session_of(tx).execute(sa.delete(BlockedTopicRow).where(BlockedTopicRow.topic_id == topic_id))

    async def is_blocked(self, topic_id: TopicId, *, tx: Transaction) -> bool:
        return await session_of(tx).get(BlockedTopicRow, topic_id) is not None

    async def add_lesson(self, lesson: Lesson, *, tx: Transaction) -> None:
        """Publishes a lesson; nothing happens when its key is there already."""
        row = {name: getattr(lesson, name) for name in ("id", "key", "topic_id", "interest_id", "grade")}
        document = _DOCUMENT.dump_python(_Document(lesson=lesson), mode="json")
        await session_of(tx).execute(insert(LessonRow).values(document=document, **row).on_conflict_do_nothing())

    async def artefacts(self, lesson_id: LessonId, *, tx: Transaction) -> tuple[Artefact, ...]:
        """The files of a lesson, by kind."""
        query = sa.select(*_ARTEFACT).where(ArtefactRow.lesson_id == lesson_id).order_by(ArtefactRow.kind)
        return tuple(Artefact(**row) for row in (await session_of(tx).execute(query)).mappings())

    async def artefact(self, lesson_id: LessonId, kind: ArtefactKind, *, tx: Transaction) -> Artefact | None:
        return next((one for one in await self.artefacts(lesson_id, tx=tx) if one.kind is kind), None)

    async def timings(self, lesson_id: LessonId, *, tx: Transaction) -> tuple[BeatTiming, ...]:
        """When each beat of the lesson's audio is spoken; empty when there is no audio."""
        audio = await session_of(tx).get(ArtefactRow, (lesson_id, ArtefactKind.AUDIO))
        return _TIMINGS.validate_python(audio.timings) if audio else ()

    async def add_artefact(self, artefact: Artefact, timings: tuple[BeatTiming, ...], *, tx: Transaction) -> None:
        """Publishes a file; nothing happens when the lesson has one of this kind."""
        spoken = _TIMINGS.dump_python(timings, mode="json") if timings else None
        row = insert(ArtefactRow).values(**asdict(artefact), timings=spoken)
        await session_of(tx).execute(row.on_conflict_do_nothing())

    async def claim(self, build_key: str, job_id: JobId, *, seconds: float, tx: Transaction) -> bool:
        """Whether the job may build this: nobody else is at it, or their claim has run out."""
        now = sa.func.clock_timestamp()
        values = {"job_id": job_id, "expires_at": now + timedelta(seconds=seconds)}
        claim = insert(BuildRow).values(build_key=build_key, **values)
        claim = claim.on_conflict_do_update(
            index_elements=[BuildRow.build_key],
            set_=values,
            where=sa.or_(BuildRow.job_id == job_id, BuildRow.expires_at < now),
        )
        return await session_of(tx).scalar(claim.returning(BuildRow.build_key)) is not None

    async def release(self, job_id: JobId, *, tx: Transaction) -> None:
        """Gives up every claim of the job."""
        await session_of(tx).execute(sa.delete(BuildRow).where(BuildRow.job_id == job_id))

    async def answers(self, request_id: RequestId, *, tx: Transaction) -> tuple[Answer, ...]:
        """What was answered, the first round first."""
        query = sa.select(AnswerRow).where(AnswerRow.request_id == request_id).order_by(AnswerRow.round)
        rows = await session_of(tx).scalars(query)
        return tuple(Answer(topic_id=TopicId(row.topic_id) if row.topic_id else None, text=row.text) for row in rows)

    async def add_answer(self, request_id: RequestId, number: int, answer: Answer, *, tx: Transaction) -> None:
        """`number`: of the round, from 1."""
        values = {"topic_id": answer.topic_id or "", "text": answer.text}
        await session_of(tx).execute(insert(AnswerRow).values(request_id=request_id, round=number, **values))

    async def level_of(self, request_id: RequestId, *, tx: Transaction) -> Level:
        """What the request was ordered with."""
        row = await session_of(tx).get(LevelRow, request_id)
        return row.level if row else Level.STANDARD

    async def add_level(self, request_id: RequestId, level: Level, *, tx: Transaction) -> None:
        """Keeps the level of a new request; the standard one needs no row."""
        if level is not Level.STANDARD:
            row = insert(LevelRow).values(request_id=request_id, level=level)
            await session_of(tx).execute(row.on_conflict_do_nothing())

    async def add_flag(self, request_id: RequestId, kind: FlagKind, *, tx: Transaction) -> None:
        """Flags a request; nothing happens when it is flagged for this already."""
        row = insert(FlagRow).values(request_id=request_id, kind=kind)
        await session_of(tx).execute(row.on_conflict_do_nothing())

    async def flags(self, *, limit: int, before: int | None, tx: Transaction) -> tuple[Flag, ...]:
        """The newest first."""
        query = sa.select(FlagRow).order_by(FlagRow.id.desc()).limit(limit)
        rows = await session_of(tx).scalars(query.where(FlagRow.id < before) if before is not None else query)
        return tuple(
            Flag(id=row.id, request_id=RequestId(row.request_id), kind=row.kind, created_at=row.created_at)
            for row in rows
        )


def _withdrawn(topic_id: TopicId, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    ours = sa.or_(LessonRow.key == key, sa.func.starts_with(LessonRow.key, replaced_key(key)))
    return LessonRow.topic_id == topic_id, LessonRow.withdrawn_at.is_not(None), ours
