"""The use cases of content_generation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import uuid4

from typing_extensions import override

from modules.content_generation.domain import orders
from modules.content_generation.interface import (
    Answer,
    Artefact,
    ArtefactKind,
    ArtefactMissingError,
    BuiltLesson,
    ContentGeneration,
    Flag,
    Interest,
    JudgedLesson,
    Lesson,
    LessonOrder,
    LessonWithdrawnError,
    NotWaitingError,
    Plan,
    TextFormat,
    TopicBlockedError,
    UnknownLessonError,
)
from modules.content_generation.pipeline.desk import Desk
from modules.content_generation.pipeline.rehearsal import rehearse
from modules.content_generation.pipeline.rendering import document
from modules.kernel.interface import GradeLevel, JobId, LessonId, Modality, RequestId, TopicId, Transaction
from modules.request_tracking.interface import (
    TERMINAL_STATES,
    Ending,
    NewRequest,
    PlannedStage,
    RequestState,
    Stage,
    TransitionRefusedError,
)
from modules.understanding.interface import MAX_ROUNDS
from modules.worker.interface import JobHandler, Worker

_TOPIC_CHOSEN: Final = "the topic was chosen"
_WITHDRAWN: Final = "This lesson was withdrawn after a review, so it cannot be read any more. Ask for a new one."


class ContentGenerationService(ContentGeneration):
    """Lessons, ordered, made and read."""

    def __init__(self, *, desk: Desk, worker: Worker, handler: JobHandler, public_url: str) -> None:
        self._desk = desk
        self._database = desk.database
        self._lessons = desk.lessons
        self._rag = desk.rag
        self._tracking = desk.tracking
        self._worker = worker
        self._prices = desk.prices
        self._writer = desk.writer
        self._understanding = desk.understanding
        self._handler = handler
        self._public_url = public_url

    @override
    def interests(self) -> tuple[Interest, ...]:
        return self._writer.interests()

    @override
    def plan(self, modalities: Sequence[Modality]) -> Plan:
        return orders.plan(modalities, {modality: self._prices.price_usd(modality) for modality in Modality})

    @override
    async def submit(self, order: LessonOrder) -> RequestId:
        orders.check_order(order, interests=[one.id for one in self._writer.interests()])
        if order.topic_id:
            await self._rag.topic(order.topic_id)
            if self._understanding.is_safe(order.query):
                await self._check_allowed(order.topic_id)
            else:
                # Whoever cries for help is heard, whatever topic stands beside it.
                order = replace(order, topic_id=None)
        request_id = order.request_id or RequestId(uuid4())
        job_id = JobId(request_id)
        payload = orders.written(orders.Payload(request_id=request_id, topic_id=order.topic_id, level=order.level))
        async with self._database.transaction() as tx:
            await self._tracking.open(self._new_request(order, request_id), tx=tx)
            await self._lessons.add_level(request_id, order.level, tx=tx)
            await self._worker.enqueue(orders.JOB_KIND, payload, tx=tx, job_id=job_id)
        await self._worker.wake(job_id)
        return request_id

    @override
    async def answer(self, request_id: RequestId, answer: Answer) -> None:
        orders.check_answer(answer)
        if answer.topic_id:
            await self._rag.topic(answer.topic_id)
        async with self._database.transaction() as tx:
            job_id = await self._answered(request_id, answer, tx)
        if job_id:
            await self._worker.wake(job_id)

    async def _answered(self, request_id: RequestId, answer: Answer, tx: Transaction) -> JobId | None:
        """The new job of the request; None when it has this answer already."""
        said = await self._lessons.answers(request_id, tx=tx)
        if said[-1:] == (answer,):
            return None
        offered = (await self._tracking.get(request_id, tx=tx)).choices
        topic_id = answer.topic_id or self._understanding.chosen(answer.text, offered)
        if topic_id is None and len(said) >= MAX_ROUNDS:
            raise NotWaitingError("this request waits for one of its topics: send a topic_id")
        try:
            await self._tracking.resume(request_id, topic_is_chosen=topic_id is not None, tx=tx)
        except TransitionRefusedError as error:
            # Whoever sent the same at the same time was first, and holds the lock no more.
            if (await self._lessons.answers(request_id, tx=tx))[-1:] == (answer,):
                return None
            raise NotWaitingError("this request does not wait for an answer: look at its state") from error
        job_id = orders.job_id(request_id, len(said) + 1)
        texts = tuple(one.text for one in (*said, answer) if one.text)
        level = await self._lessons.level_of(request_id, tx=tx)
        payload = orders.Payload(request_id=request_id, topic_id=topic_id, answers=texts, level=level)
        await self._lessons.add_answer(request_id, len(said) + 1, answer, tx=tx)
        await self._worker.enqueue(orders.JOB_KIND, orders.written(payload), tx=tx, job_id=job_id)
        return job_id

    @override
    async def flags(self, *, limit: int = 50, before: int | None = None) -> tuple[Flag, ...]:
        async with self._database.transaction() as tx:
            return await self._lessons.flags(limit=limit, before=before, tx=tx)

    @override
    async def cancel(self, request_id: RequestId) -> None:
        async with self._database.transaction() as tx:
            job_id = orders.job_id(request_id, len(await self._lessons.answers(request_id, tx=tx)))
            # The job first, as its handler does: its row is the lock that both wait for.
            await self._worker.cancel(job_id, tx=tx)
            request = await self._tracking.get(request_id, tx=tx)
            if request.state in TERMINAL_STATES:
                return
            await self._lessons.release(job_id, tx=tx)
            ending = Ending(state=RequestState.CANCELLED, message="You stopped this lesson.")
            await self._tracking.finish(request_id, ending, tx=tx)
        await self._worker.wake(job_id)

    @override
    async def rehearse(
        self, topic_id: TopicId, *, interest_ids: Sequence[str], grades: Sequence[GradeLevel]
    ) -> tuple[JudgedLesson, ...]:
        known = [one.id for one in self._writer.interests()]
        for interest_id in interest_ids:
            orders.check_interest(interest_id, known)
        return await rehearse(self._desk, topic_id, interest_ids, grades)

    @override
    def handlers(self) -> Mapping[str, JobHandler]:
        return {orders.JOB_KIND: self._handler}

    @override
    async def lesson(self, lesson_id: LessonId, *, key: bool = True) -> Lesson:
        async with self._database.transaction() as tx:
            found = await self._known(lesson_id, tx)
        return found if key else orders.without_answers(found)

    @override
    async def lessons_of(self, topic_id: TopicId) -> tuple[BuiltLesson, ...]:
        async with self._database.transaction() as tx:
            blocked = await self._lessons.is_blocked(topic_id, tx=tx)
            found = [] if blocked else await self._lessons.lessons_of(topic_id, tx=tx)
        made_by = (await self._rag.corpus_version(), self._writer.engine, self._writer.version)
        return tuple(_built(lesson, made_by) for lesson in found)

    @override
    async def withdraw(self, lesson_id: LessonId, *, tx: Transaction, block_topic: bool = False) -> None:
        topic_id = await self._lessons.withdraw(lesson_id, tx=tx)
        if topic_id is None:
            raise UnknownLessonError(f"no lesson has the id {lesson_id}")
        if block_topic:
            await self._lessons.block(topic_id, tx=tx)

    @override
    async def allow(self, topic_id: TopicId) -> None:
        async with self._database.transaction() as tx:
            await self._lessons.allow(topic_id, tx=tx)

    @override
    async def rendering(self, lesson_id: LessonId, text_format: TextFormat, *, key: bool = True) -> str:
        return document(await self.lesson(lesson_id, key=key), text_format, site=self._public_url)

    @override
    async def artefacts(self, lesson_id: LessonId) -> tuple[Artefact, ...]:
        async with self._database.transaction() as tx:
            await self._known(lesson_id, tx)
            return await self._lessons.artefacts(lesson_id, tx=tx)

    @override
    async def artefact(self, lesson_id: LessonId, kind: ArtefactKind) -> Artefact:
        async with self._database.transaction() as tx:
            await self._known(lesson_id, tx)
            found = await self._lessons.artefact(lesson_id, kind, tx=tx)
        if found is None:
            raise ArtefactMissingError(f"lesson {lesson_id} has no {kind} yet")
        return found

    async def _known(self, lesson_id: LessonId, tx: Transaction) -> Lesson:
        found = await self._lessons.lesson(lesson_id, tx=tx)
        if found is None:
            raise UnknownLessonError(f"no lesson has the id {lesson_id}")
        if await self._lessons.is_withdrawn(lesson_id, tx=tx):
            raise LessonWithdrawnError(_WITHDRAWN)
        return found

    async def _check_allowed(self, topic_id: TopicId) -> None:
        async with self._database.transaction() as tx:
            if await self._lessons.is_blocked(topic_id, tx=tx):
                raise TopicBlockedError(orders.BLOCKED)

    def _new_request(self, order: LessonOrder, request_id: RequestId) -> NewRequest:
        stages = self.plan(order.modalities).stages
        if order.topic_id:
            chosen = PlannedStage(stage=Stage.UNDERSTAND, skipped_because=_TOPIC_CHOSEN)
            stages = tuple(chosen if planned.stage is Stage.UNDERSTAND else planned for planned in stages)
        return NewRequest(
            id=request_id,
            owner_id=order.owner_id,
            requested_by=order.requested_by,
            query=order.query,
            grade=order.grade,
            interest_id=order.interest,
            modalities=order.modalities,
            preferred_modality=order.preferred_modality,
            plan=stages,
            derived_from=order.derived_from,
        )


def _built(lesson: Lesson, made_by: tuple[str, str, str]) -> BuiltLesson:
    receipt = lesson.receipt
    return BuiltLesson(
        id=lesson.id,
        topic_id=lesson.topic_id,
        title=lesson.title,
        interest_id=orders.interest_of(lesson),
        interest_name=lesson.interest_name,
        grade=lesson.grade,
        level=lesson.level,
        current=(receipt.corpus_version, receipt.engine, receipt.engine_version) == made_by,
    )
