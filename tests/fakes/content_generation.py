"""content_generation in memory: real bounds, plan and forms of a lesson; `deliver` takes the place of the pipeline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
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
    FlagKind,
    Interest,
    JudgedLesson,
    Lesson,
    LessonOrder,
    LessonWithdrawnError,
    Level,
    NotWaitingError,
    Plan,
    TextFormat,
    TopicBlockedError,
    UnknownLessonError,
)
from modules.content_generation.pipeline.rendering import document
from modules.kernel.interface import GradeLevel, LessonId, Modality, RequestId, TopicId, Transaction
from modules.rag.interface import UnknownTopicError
from modules.request_tracking.interface import (
    TERMINAL_STATES,
    Choice,
    Ending,
    NewRequest,
    RequestState,
    RequestTracking,
    Stage,
    TransitionRefusedError,
)
from modules.understanding.interface import MAX_ROUNDS
from modules.worker.interface import JobHandler
from tests.fakes.kernel import FakeDatabase

_AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
PRICES = {Modality.TEXT: Decimal("0.005"), Modality.AUDIO: Decimal("0.012"), Modality.VIDEO: Decimal("0.183")}


class FakeContentGeneration(ContentGeneration):
    """Opens requests in `tracking`; what they lead to is put in by the test."""

    def __init__(self, *, tracking: RequestTracking, interests: Sequence[Interest]) -> None:
        self._tracking = tracking
        self._interests = tuple(interests)
        self._database = FakeDatabase()
        self._rehearsed: dict[TopicId, JudgedLesson] = {}
        self._lessons: dict[LessonId, Lesson] = {}
        self._levels: dict[RequestId, Level] = {}
        self._artefacts: dict[LessonId, dict[ArtefactKind, Artefact]] = {}
        self._withdrawn: set[LessonId] = set()
        self._blocked: set[TopicId] = set()
        self._answers: dict[RequestId, list[Answer]] = {}
        self._flags: list[Flag] = []

    @override
    def interests(self) -> tuple[Interest, ...]:
        return self._interests

    @override
    def plan(self, modalities: Sequence[Modality]) -> Plan:
        return orders.plan(modalities, PRICES)

    @override
    async def submit(self, order: LessonOrder) -> RequestId:
        orders.check_order(order, interests=[interest.id for interest in self._interests])
        if order.topic_id in self._blocked:
            raise TopicBlockedError(orders.BLOCKED)
        request_id = order.request_id or RequestId(uuid4())
        self._levels[request_id] = order.level
        new = NewRequest(
            id=request_id,
            owner_id=order.owner_id,
            requested_by=order.requested_by,
            query=order.query,
            grade=order.grade,
            interest_id=order.interest,
            modalities=order.modalities,
            preferred_modality=order.preferred_modality,
            plan=self.plan(order.modalities).stages,
            derived_from=order.derived_from,
        )
        async with self._database.transaction() as tx:
            await self._tracking.open(new, tx=tx)
        return request_id

    @override
    async def answer(self, request_id: RequestId, answer: Answer) -> None:
        orders.check_answer(answer)
        await self._tracking.get(request_id)
        said = self._answers.setdefault(request_id, [])
        if said[-1:] == [answer]:
            return
        if answer.topic_id is None and len(said) >= MAX_ROUNDS:
            raise NotWaitingError("a topic is waited for")
        try:
            async with self._database.transaction() as tx:
                await self._tracking.resume(request_id, topic_is_chosen=answer.topic_id is not None, tx=tx)
        except TransitionRefusedError as error:
            raise NotWaitingError(str(error)) from error
        said.append(answer)

    @override
    async def flags(self, *, limit: int = 50, before: int | None = None) -> tuple[Flag, ...]:
        return tuple(one for one in reversed(self._flags) if before is None or one.id < before)[:limit]

    def flag(self, request_id: RequestId, kind: FlagKind) -> None:
        """Flags a request, as its screening would."""
        self._flags.append(Flag(id=len(self._flags) + 1, request_id=request_id, kind=kind, created_at=_AT))

    async def ask_back(self, request_id: RequestId, *choices: Choice) -> None:
        """Ends a request for now, as an ambiguous question would."""
        ending = Ending(state=RequestState.NEEDS_CLARIFICATION, message="Which one?", choices=choices)
        async with self._database.transaction() as tx:
            await self._tracking.start_stage(request_id, Stage.UNDERSTAND, tx=tx)
            await self._tracking.finish(request_id, ending, tx=tx)

    @override
    async def cancel(self, request_id: RequestId) -> None:
        async with self._database.transaction() as tx:
            request = await self._tracking.get(request_id, tx=tx)
            if request.state not in TERMINAL_STATES:
                await self._tracking.finish(request_id, Ending(state=RequestState.CANCELLED), tx=tx)

    def hold(self, judged: JudgedLesson) -> None:
        """What a rehearsal of its topic gives."""
        self._rehearsed[judged.topic_id] = judged

    @override
    async def rehearse(
        self, topic_id: TopicId, *, interest_ids: Sequence[str], grades: Sequence[GradeLevel]
    ) -> tuple[JudgedLesson, ...]:
        for interest_id in interest_ids:
            orders.check_interest(interest_id, [interest.id for interest in self._interests])
        if topic_id not in self._rehearsed:
            raise UnknownTopicError(topic_id)
        held = self._rehearsed[topic_id]
        return tuple(
            replace(held, interest_id=interest_id, grade=grade, lesson=replace(held.lesson, grade=grade))
            for grade in grades
            for interest_id in interest_ids
        )

    @override
    def handlers(self) -> Mapping[str, JobHandler]:
        return {}

    async def deliver(self, request_id: RequestId, lesson: Lesson, *artefacts: Artefact) -> None:
        """Ends a request with this lesson and these files of it."""
        self._lessons[lesson.id] = replace(lesson, level=self._levels.get(request_id, Level.STANDARD))
        own = self._artefacts.setdefault(lesson.id, {})
        own.update({made.kind: replace(made, lesson_id=lesson.id) for made in artefacts})
        request = await self._tracking.get(request_id)
        async with self._database.transaction() as tx:
            await self._tracking.start_stage(request_id, Stage.UNDERSTAND, tx=tx)
            for modality in request.modalities:
                await self._tracking.deliver(request_id, lesson.id, modality, tx=tx)
            await self._tracking.finish(request_id, Ending(state=RequestState.COMPLETED), tx=tx)

    @override
    async def lesson(self, lesson_id: LessonId, *, key: bool = True) -> Lesson:
        found = self._known(lesson_id)
        if lesson_id in self._withdrawn:
            message = "this lesson was withdrawn"
            raise LessonWithdrawnError(message)
        return found if key else orders.without_answers(found)

    @override
    async def lessons_of(self, topic_id: TopicId) -> tuple[BuiltLesson, ...]:
        return tuple(
            BuiltLesson(
                id=lesson.id,
                topic_id=lesson.topic_id,
                title=lesson.title,
                interest_id=lesson.interest_id,
                interest_name=lesson.interest_name,
                grade=lesson.grade,
                level=lesson.level,
                current=True,
            )
            for lesson in self._lessons.values()
            if lesson.topic_id == topic_id and lesson.id not in self._withdrawn and topic_id not in self._blocked
        )

    @override
    async def withdraw(self, lesson_id: LessonId, *, tx: Transaction, block_topic: bool = False) -> None:
        self._withdrawn.add(self._known(lesson_id).id)
        if block_topic:
            self._blocked.add(self._known(lesson_id).topic_id)

    @override
    async def allow(self, topic_id: TopicId) -> None:
        self._blocked.discard(topic_id)

    def _known(self, lesson_id: LessonId) -> Lesson:
        if lesson_id not in self._lessons:
            message = f"no lesson has the id {lesson_id}"
            raise UnknownLessonError(message)
        return self._lessons[lesson_id]

    @override
    async def rendering(self, lesson_id: LessonId, text_format: TextFormat, *, key: bool = True) -> str:
        return document(await self.lesson(lesson_id, key=key), text_format)

    @override
    async def artefacts(self, lesson_id: LessonId) -> tuple[Artefact, ...]:
        await self.lesson(lesson_id)
        return tuple(sorted(self._artefacts[lesson_id].values(), key=lambda made: made.kind))

    @override
    async def artefact(self, lesson_id: LessonId, kind: ArtefactKind) -> Artefact:
        found = [made for made in await self.artefacts(lesson_id) if made.kind is kind]
        if not found:
            message = f"lesson {lesson_id} has no {kind} yet"
            raise ArtefactMissingError(message)
        return found[0]
