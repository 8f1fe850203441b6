"""What every ContentGeneration does, the real one and the fake."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from modules.content_generation.interface import (
    NO_ANSWER,
    Answer,
    ArtefactKind,
    ArtefactMissingError,
    BadOrderError,
    ContentGeneration,
    Lesson,
    LessonOrder,
    LessonWithdrawnError,
    NotWaitingError,
    TextFormat,
    TopicBlockedError,
    UnknownInterestError,
    UnknownLessonError,
)
from modules.kernel.interface import Database, GradeLevel, LessonId, Modality, PersonId, RequestId, TopicId
from modules.rag.interface import UnknownTopicError
from modules.request_tracking.interface import RequestState, RequestTracking, Stage, StageState, UnknownRequestError

TEXT, AUDIO, VIDEO = Modality.TEXT, Modality.AUDIO, Modality.VIDEO


@dataclass(kw_only=True)
class Subject:
    """What is under contract; `work` makes the lesson of a request, `topic_id` can be taught."""

    content: ContentGeneration
    tracking: RequestTracking
    work: Callable[[RequestId], Awaitable[None]]
    topic_id: TopicId
    ask_back: Callable[[RequestId], Awaitable[None]]
    database: Database

    async def made(self) -> Lesson:
        """A lesson that can be read."""
        request_id = await self.content.submit(ordered())
        await self.work(request_id)
        lesson_id = (await self.tracking.get(request_id)).lesson_id
        assert lesson_id
        return await self.content.lesson(lesson_id)


def ordered(
    query: str = "Explain photosynthesis", *modalities: Modality, interest: str = "", grade: int = 10
) -> LessonOrder:
    return LessonOrder(
        owner_id=PersonId(UUID(int=1)),
        requested_by=PersonId(UUID(int=2)),
        query=query,
        grade=GradeLevel(grade),
        interest=interest,
        modalities=modalities or (TEXT,),
        preferred_modality=(modalities or (TEXT,))[0],
    )


class ContentGenerationContract:
    """Inherit it and give the fixture `subject`."""

    async def test_interests_come_by_category_and_name(self, subject: Subject) -> None:
        interests = subject.content.interests()
        assert "int_basketball" in {interest.id for interest in interests}
        assert list(interests) == sorted(interests, key=lambda interest: (interest.category, interest.name))

    async def test_a_plan_names_stages_cost_and_saving(self, subject: Subject) -> None:
        text, video = subject.content.plan([TEXT]), subject.content.plan([VIDEO])
        assert [planned.stage for planned in text.stages] == list(Stage)
        assert (text.cost_usd, sum(text.saving_usd.values())) == (Decimal("0.005"), Decimal("0.195"))
        assert (video.cost_usd, video.saving_usd) == (Decimal("0.2"), {})

    async def test_an_order_opens_a_queued_request_of_its_owner(self, subject: Subject) -> None:
        request = await subject.tracking.get(await subject.content.submit(ordered(interest="int_music")))
        assert (request.state, request.interest_id, request.grade) == (RequestState.QUEUED, "int_music", 10)
        assert (request.owner_id, request.requested_by) == (UUID(int=1), UUID(int=2))
        skipped = {status.stage for status in request.stages if status.state is StageState.SKIPPED}
        assert skipped == {Stage.NARRATE, Stage.RENDER}

    @pytest.mark.parametrize(
        "bad", [ordered(""), ordered(grade=5), ordered("light", TEXT, TEXT), ordered("x" * 501), ordered("a\x07b")]
    )
    async def test_an_order_out_of_bounds_is_refused(self, subject: Subject, bad: LessonOrder) -> None:
        with pytest.raises(BadOrderError):
            await subject.content.submit(bad)

    async def test_an_unknown_interest_is_refused(self, subject: Subject) -> None:
        with pytest.raises(UnknownInterestError):
            await subject.content.submit(ordered(interest="int_nothing"))

    async def test_a_made_lesson_can_be_read_in_every_form(self, subject: Subject) -> None:
        request_id = await subject.content.submit(ordered("Explain photosynthesis", TEXT, AUDIO))
        await subject.work(request_id)
        request = await subject.tracking.get(request_id)
        assert (request.state, request.available) == (RequestState.COMPLETED, (TEXT, AUDIO))
        assert request.lesson_id
        lesson = await subject.content.lesson(request.lesson_id)
        assert lesson.title in await subject.content.rendering(lesson.id, TextFormat.MARKDOWN)
        assert "</html>" in await subject.content.rendering(lesson.id, TextFormat.HTML)
        audio = await subject.content.artefact(lesson.id, ArtefactKind.AUDIO)
        assert audio in await subject.content.artefacts(lesson.id)
        assert audio.lesson_id == lesson.id
        with pytest.raises(ArtefactMissingError):
            await subject.content.artefact(lesson.id, ArtefactKind.VIDEO)

    async def test_a_rehearsal_gives_every_grade_and_interest_with_its_judgement(self, subject: Subject) -> None:
        grades = [GradeLevel(8), GradeLevel(10)]
        judged = await subject.content.rehearse(subject.topic_id, interest_ids=["int_music", ""], grades=grades)
        assert [(one.grade, one.interest_id) for one in judged] == [
            (8, "int_music"),
            (8, ""),
            (10, "int_music"),
            (10, ""),
        ]
        assert {one.topic_id for one in judged} == {subject.topic_id}
        assert all(one.lesson.receipt.checks == one.report.checks != () for one in judged)
        assert [one.lesson.grade for one in judged] == [8, 8, 10, 10]

    async def test_a_rehearsal_of_what_does_not_exist_is_refused(self, subject: Subject) -> None:
        grades = [GradeLevel(8)]
        with pytest.raises(UnknownInterestError):
            await subject.content.rehearse(subject.topic_id, interest_ids=["int_nothing"], grades=grades)
        with pytest.raises(UnknownTopicError):
            await subject.content.rehearse(TopicId("nobody/knows"), interest_ids=[""], grades=grades)

    async def test_without_its_key_a_lesson_tells_no_answer(self, subject: Subject) -> None:
        lesson = await subject.made()
        sealed = await subject.content.lesson(lesson.id, key=False)
        assert {(item.answer, item.feedback) for item in sealed.quiz} == {(NO_ANSWER, "")}
        assert [item.options for item in sealed.quiz] == [item.options for item in lesson.quiz]
        for text_format, heading in ((TextFormat.MARKDOWN, "### Answers"), (TextFormat.HTML, "Show the answer")):
            told = await subject.content.rendering(lesson.id, text_format)
            kept = await subject.content.rendering(lesson.id, text_format, key=False)
            assert heading in told
            assert heading not in kept
            assert "Check yourself" in kept

    async def test_a_withdrawn_lesson_is_read_nowhere(self, subject: Subject) -> None:
        lesson = await subject.made()
        assert [built.id for built in await subject.content.lessons_of(lesson.topic_id)] == [lesson.id]
        async with subject.database.transaction() as tx:
            await subject.content.withdraw(lesson.id, tx=tx)
            await subject.content.withdraw(lesson.id, tx=tx)
        assert await subject.content.lessons_of(lesson.topic_id) == ()
        for reading in (
            subject.content.lesson(lesson.id),
            subject.content.rendering(lesson.id, TextFormat.HTML),
            subject.content.artefacts(lesson.id),
            subject.content.artefact(lesson.id, ArtefactKind.AUDIO),
        ):
            with pytest.raises(LessonWithdrawnError):
                await reading

    async def test_no_lesson_is_made_on_a_blocked_topic_until_it_is_allowed(self, subject: Subject) -> None:
        lesson = await subject.made()
        async with subject.database.transaction() as tx:
            await subject.content.withdraw(lesson.id, block_topic=True, tx=tx)
        again = replace(ordered(), topic_id=lesson.topic_id)
        with pytest.raises(TopicBlockedError):
            await subject.content.submit(again)
        await subject.content.allow(lesson.topic_id)
        assert (await subject.tracking.get(await subject.content.submit(again))).state is RequestState.QUEUED

    async def test_an_order_keeps_what_it_was_derived_from(self, subject: Subject) -> None:
        first = await subject.content.submit(ordered())
        second = await subject.content.submit(replace(ordered(), derived_from=first))
        assert (await subject.tracking.get(second)).derived_from == first

    async def test_cancelling_ends_a_request_once(self, subject: Subject) -> None:
        request_id = await subject.content.submit(ordered())
        await subject.content.cancel(request_id)
        await subject.content.cancel(request_id)
        assert (await subject.tracking.get(request_id)).state is RequestState.CANCELLED

    async def test_a_finished_request_is_not_cancelled(self, subject: Subject) -> None:
        request_id = await subject.content.submit(ordered())
        await subject.work(request_id)
        await subject.content.cancel(request_id)
        assert (await subject.tracking.get(request_id)).state is RequestState.COMPLETED

    async def test_an_answer_queues_the_same_request_again_once(self, subject: Subject) -> None:
        request_id = await subject.content.submit(ordered("science"))
        await subject.ask_back(request_id)
        waiting = await subject.tracking.get(request_id)
        assert waiting.state is RequestState.NEEDS_CLARIFICATION
        chosen = Answer(topic_id=waiting.choices[0].topic_id)
        await subject.content.answer(request_id, chosen)
        queued = await subject.tracking.get(request_id)
        await subject.content.answer(request_id, chosen)
        assert queued.state is RequestState.QUEUED
        assert await subject.tracking.get(request_id) == queued
        with pytest.raises(NotWaitingError):
            await subject.content.answer(request_id, Answer(text="something else"))

    async def test_a_request_that_does_not_wait_takes_no_answer(self, subject: Subject) -> None:
        request_id = await subject.content.submit(ordered())
        with pytest.raises(NotWaitingError):
            await subject.content.answer(request_id, Answer(text="osmosis"))
        with pytest.raises(UnknownRequestError):
            await subject.content.answer(RequestId(uuid4()), Answer(text="osmosis"))
        assert (await subject.tracking.get(request_id)).state is RequestState.QUEUED

    @pytest.mark.parametrize(
        "bad", [Answer(), Answer(text=" "), Answer(text="x" * 501), Answer(topic_id=TopicId("a/b"), text="a")]
    )
    async def test_an_answer_out_of_bounds_is_refused(self, subject: Subject, bad: Answer) -> None:
        request_id = await subject.content.submit(ordered())
        with pytest.raises(BadOrderError):
            await subject.content.answer(request_id, bad)

    async def test_nothing_is_flagged_by_itself(self, subject: Subject) -> None:
        assert await subject.content.flags() == ()
        assert await subject.content.flags(limit=1, before=7) == ()

    async def test_what_does_not_exist_is_said_so(self, subject: Subject) -> None:
        nobody = LessonId(uuid4())
        with pytest.raises(UnknownLessonError):
            await subject.content.lesson(nobody)
        with pytest.raises(UnknownLessonError):
            await subject.content.rendering(nobody, TextFormat.HTML)
        with pytest.raises(UnknownLessonError):
            await subject.content.artefacts(nobody)
        with pytest.raises(UnknownLessonError):
            await subject.content.artefact(nobody, ArtefactKind.AUDIO)
        with pytest.raises(UnknownLessonError):
            async with subject.database.transaction() as tx:
                await subject.content.withdraw(nobody, tx=tx)
        with pytest.raises(UnknownRequestError):
            await subject.content.cancel(RequestId(uuid4()))
