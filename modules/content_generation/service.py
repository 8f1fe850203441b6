"""The use cases of content_generation."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import uuid4

from typing_extensions import override

from modules.content_generation.domain import orders
from modules.content_generation.interface import (
    Artefact,
    ArtefactKind,
    ArtefactMissingError,
    ContentGeneration,
    Interest,
    JudgedLesson,
    Lesson,
    LessonOrder,
    Plan,
    TextFormat,
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
)
from modules.worker.interface import JobHandler, Worker

_TOPIC_CHOSEN: Final = "the topic was chosen"


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
        request_id = order.request_id or RequestId(uuid4())
        job_id = JobId(request_id)
        payload = orders.written(orders.Payload(request_id=request_id, topic_id=order.topic_id, level=order.level))
        async with self._database.transaction() as tx:
            await self._tracking.open(self._new_request(order, request_id), tx=tx)
            await self._worker.enqueue(orders.JOB_KIND, payload, tx=tx, job_id=job_id)
        await self._worker.wake(job_id)
        return request_id

    @override
    async def cancel(self, request_id: RequestId) -> None:
        async with self._database.transaction() as tx:
            # The job first, as its handler does: its row is the lock that both wait for.
            await self._worker.cancel(JobId(request_id), tx=tx)
            request = await self._tracking.get(request_id, tx=tx)
            if request.state in TERMINAL_STATES:
                return
            await self._lessons.release(JobId(request_id), tx=tx)
            ending = Ending(state=RequestState.CANCELLED, message="You stopped this lesson.")
            await self._tracking.finish(request_id, ending, tx=tx)
        await self._worker.wake(JobId(request_id))

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
    async def lesson(self, lesson_id: LessonId) -> Lesson:
        async with self._database.transaction() as tx:
            return await self._known(lesson_id, tx)

    @override
    async def rendering(self, lesson_id: LessonId, text_format: TextFormat) -> str:
        return document(await self.lesson(lesson_id), text_format, site=self._public_url)

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
        return found

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
        )
