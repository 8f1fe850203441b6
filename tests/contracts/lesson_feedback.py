"""What every LessonFeedback does, the real one and the fake."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from modules.content_generation.interface import (
    ContentGeneration,
    LessonOrder,
    LessonWithdrawnError,
    Level,
    TopicBlockedError,
    UnknownInterestError,
    UnknownLessonError,
)
from modules.kernel.interface import GradeLevel, LessonId, Modality, PersonId, RequestId
from modules.lesson_feedback.interface import (
    AlreadyDecidedError,
    BadFeedbackError,
    CannotDeriveError,
    Change,
    Feedback,
    FeedbackKind,
    LessonFeedback,
    NoticeKind,
    Outcome,
    PrewarmOrder,
    ReviewState,
    UnknownNoticeError,
    UnknownReviewError,
    Verdict,
)
from modules.request_tracking.interface import RequestState, RequestTracking

TEXT = Modality.TEXT
QUESTION = "Explain photosynthesis with basketball"
WRONG = FeedbackKind.INACCURATE


@dataclass(kw_only=True)
class Subject:
    """What is under contract; `work` makes the lesson of a request."""

    feedback: LessonFeedback
    content: ContentGeneration
    tracking: RequestTracking
    work: Callable[[RequestId], Awaitable[None]]

    async def had_by(self, *people: PersonId, grade: int = 10, level: Level = Level.STANDARD) -> LessonId:
        """A lesson that these people have."""
        found = set()
        for person in people:
            order = LessonOrder(
                owner_id=person,
                requested_by=person,
                query=QUESTION,
                grade=GradeLevel(grade),
                level=level,
                interest="int_basketball",
                modalities=(TEXT,),
                preferred_modality=TEXT,
            )
            request_id = await self.content.submit(order)
            await self.work(request_id)
            found.add((await self.tracking.get(request_id)).lesson_id)
        (lesson_id,) = found
        assert lesson_id is not None
        return lesson_id

    async def reported(self, person: PersonId, lesson_id: LessonId, kind: FeedbackKind = WRONG) -> UUID:
        """The id of a new report."""
        effect = await self.feedback.give(Feedback(person_id=person, lesson_id=lesson_id, kind=kind, sentence=1))
        assert effect.review_id
        return effect.review_id

    async def told(self, person: PersonId) -> list[NoticeKind]:
        return [notice.kind for notice in await self.feedback.notices(person)]


def person() -> PersonId:
    return PersonId(uuid4())


def order(topics: int = 1, budget: str = "1") -> PrewarmOrder:
    return PrewarmOrder(
        topics=topics,
        interests=("int_basketball", "int_music"),
        grades=(GradeLevel(10),),
        budget_usd=Decimal(budget),
    )


class LessonFeedbackContract:
    """Inherit it and give the fixture `subject`."""

    @pytest.mark.parametrize(
        ("kind", "suggestion"),
        [
            (FeedbackKind.HELPFUL, None),
            (FeedbackKind.CONFUSING, None),
            (FeedbackKind.TOO_HARD, Change.SIMPLER),
            (FeedbackKind.TOO_EASY, Change.DEEPER),
        ],
    )
    async def test_what_is_hard_or_easy_suggests_a_change(
        self, subject: Subject, kind: FeedbackKind, suggestion: Change | None
    ) -> None:
        ada = person()
        given = Feedback(person_id=ada, lesson_id=await subject.had_by(ada), kind=kind, comment="So so.")
        for _ in range(2):
            effect = await subject.feedback.give(given)
            assert (effect.suggestion, effect.review_id) == (suggestion, None)
        assert await subject.feedback.reviews() == []

    async def test_a_report_stands_once_and_holds_sentence_and_passage(self, subject: Subject) -> None:
        ada = person()
        lesson = await subject.content.lesson(await subject.had_by(ada))
        sentences = [one for section in lesson.sections for one in section.sentences]
        place = next(number for number, one in enumerate(sentences) if one.citations)
        given = Feedback(person_id=ada, lesson_id=lesson.id, kind=WRONG, comment="Really?", sentence=place)
        first = await subject.feedback.give(given)
        assert await subject.feedback.give(given) == first
        assert await subject.feedback.give(replace(given, comment="Really not.")) == first
        (review,) = await subject.feedback.reviews()
        assert (review.id, review.state, review.reported_by) == (first.review_id, ReviewState.PENDING, ada)
        assert (review.comment, review.sentence) == ("Really not.", sentences[place].text)
        cited = {source.quote for source in lesson.sources if source.number in sentences[place].citations}
        assert {passage.quote for passage in review.passages} == cited

    async def test_feedback_out_of_bounds_is_refused(self, subject: Subject) -> None:
        ada = person()
        good = Feedback(person_id=ada, lesson_id=await subject.had_by(ada), kind=WRONG)
        bad = (replace(good, comment="x" * 1001), replace(good, comment="a\x07b"), replace(good, sentence=10_000))
        for one in (*bad, replace(good, sentence=-1)):
            with pytest.raises(BadFeedbackError):
                await subject.feedback.give(one)
        with pytest.raises(UnknownLessonError):
            await subject.feedback.give(replace(good, lesson_id=LessonId(uuid4())))
        assert await subject.feedback.reviews() == []

    async def test_reviews_come_oldest_first_and_page_by_page(self, subject: Subject) -> None:
        people = [person() for _ in range(3)]
        lesson_id = await subject.had_by(*people)
        ids = [await subject.reported(one, lesson_id) for one in people]
        assert [one.id for one in await subject.feedback.reviews()] == ids
        assert [one.id for one in await subject.feedback.reviews(after=ids[0], limit=1)] == [ids[1]]
        with pytest.raises(UnknownReviewError):
            await subject.feedback.reviews(after=uuid4())

    async def test_an_approved_lesson_stands_and_the_reporter_alone_is_told_why(self, subject: Subject) -> None:
        ada, ben = person(), person()
        lesson_id = await subject.had_by(ada, ben)
        review_id = await subject.reported(ada, lesson_id)
        decided = await subject.feedback.decide(review_id, Verdict.APPROVE, by="cli", reason="The book says so.")
        assert (decided.state, decided.decided_by, decided.reason) == (ReviewState.APPROVED, "cli", "The book says so.")
        assert decided.decided_at
        assert await subject.feedback.reviews() == []
        assert [one.id for one in await subject.feedback.reviews(pending=False)] == [review_id]
        await subject.content.lesson(lesson_id)
        (notice,) = await subject.feedback.notices(ada)
        assert notice.kind is NoticeKind.LESSON_STANDS
        assert "The book says so." in notice.text
        assert await subject.told(ben) == []

    async def test_a_withdrawn_lesson_is_gone_and_everybody_who_had_it_is_told_once(self, subject: Subject) -> None:
        ada, ben, teacher = person(), person(), person()
        lesson_id = await subject.had_by(ada, ben)
        review_id = await subject.reported(ada, lesson_id)
        other = await subject.reported(teacher, lesson_id, FeedbackKind.INAPPROPRIATE)
        for _ in range(2):
            await subject.feedback.decide(review_id, Verdict.WITHDRAW, by="cli", reason="Wrong.")
        with pytest.raises(LessonWithdrawnError):
            await subject.content.lesson(lesson_id)
        for one in (ada, ben, teacher):
            assert await subject.told(one) == [NoticeKind.LESSON_WITHDRAWN]
        settled = await subject.feedback.review(other)
        assert (settled.state, settled.decided_by, settled.reason) == (ReviewState.WITHDRAWN, "cli", "Wrong.")
        with pytest.raises(LessonWithdrawnError):
            await subject.feedback.give(Feedback(person_id=ada, lesson_id=lesson_id, kind=WRONG))

    async def test_a_decision_is_final_and_needs_a_reason(self, subject: Subject) -> None:
        ada = person()
        review_id = await subject.reported(ada, await subject.had_by(ada))
        with pytest.raises(BadFeedbackError):
            await subject.feedback.decide(review_id, Verdict.APPROVE, by="cli", reason="  ")
        with pytest.raises(BadFeedbackError):
            await subject.feedback.decide(review_id, Verdict.FIX, by="cli", reason="Wrong.", block_topic=True)
        await subject.feedback.decide(review_id, Verdict.APPROVE, by="cli", reason="Right.")
        with pytest.raises(AlreadyDecidedError):
            await subject.feedback.decide(review_id, Verdict.WITHDRAW, by="cli", reason="Wrong.")
        with pytest.raises(UnknownReviewError):
            await subject.feedback.decide(uuid4(), Verdict.APPROVE, by="cli", reason="Right.")

    async def test_a_lesson_to_be_fixed_is_withdrawn_and_ordered_anew_once(self, subject: Subject) -> None:
        ada, ben = person(), person()
        lesson_id = await subject.had_by(ada, ben)
        review_id = await subject.reported(ada, lesson_id)
        decided = await subject.feedback.decide(review_id, Verdict.FIX, by="cli", reason="Corrected.")
        assert await subject.feedback.decide(review_id, Verdict.FIX, by="cli", reason="Corrected.") == decided
        assert decided.request_id is not None
        anew = await subject.tracking.get(decided.request_id)
        first = await subject.tracking.request_for(lesson_id, ada)
        assert (anew.owner_id, anew.derived_from, anew.query) == (ada, first, QUESTION)
        assert (anew.interest_id, anew.grade) == ("int_basketball", 10)
        assert await subject.told(ben) == [NoticeKind.LESSON_FIXED]
        with pytest.raises(LessonWithdrawnError):
            await subject.content.lesson(lesson_id)

    async def test_withdrawing_can_block_the_topic(self, subject: Subject) -> None:
        ada = person()
        lesson_id = await subject.had_by(ada, grade=10)
        topic = (await subject.content.lesson(lesson_id)).topic_id
        review_id = await subject.reported(ada, lesson_id)
        await subject.feedback.decide(review_id, Verdict.WITHDRAW, by="cli", reason="No.", block_topic=True)
        again = LessonOrder(
            owner_id=ada,
            requested_by=ada,
            query=QUESTION,
            grade=GradeLevel(10),
            interest="",
            modalities=(TEXT,),
            preferred_modality=TEXT,
            topic_id=topic,
        )
        with pytest.raises(TopicBlockedError):
            await subject.content.submit(again)

    async def test_a_new_complaint_after_a_decision_is_a_new_review(self, subject: Subject) -> None:
        ada = person()
        lesson_id = await subject.had_by(ada)
        review_id = await subject.reported(ada, lesson_id)
        await subject.feedback.decide(review_id, Verdict.APPROVE, by="cli", reason="Right.")
        same = await subject.feedback.give(Feedback(person_id=ada, lesson_id=lesson_id, kind=WRONG, sentence=1))
        assert same.review_id is None
        other = await subject.feedback.give(Feedback(person_id=ada, lesson_id=lesson_id, kind=WRONG, sentence=2))
        assert other.review_id not in {None, review_id}

    async def test_a_notice_is_read_by_its_reader_alone(self, subject: Subject) -> None:
        ada = person()
        review_id = await subject.reported(ada, await subject.had_by(ada))
        await subject.feedback.decide(review_id, Verdict.APPROVE, by="cli", reason="Right.")
        (notice,) = await subject.feedback.notices(ada)
        assert notice.read_at is None
        with pytest.raises(UnknownNoticeError):
            await subject.feedback.mark_read(notice.id, person())
        read = await subject.feedback.mark_read(notice.id, ada)
        assert read.read_at
        assert await subject.feedback.mark_read(notice.id, ada) == read
        assert await subject.feedback.notices(ada) == [read]

    @pytest.mark.parametrize(
        ("change", "interest", "level", "kept"),
        [
            (Change.SIMPLER, "", Level.SIMPLER, "int_basketball"),
            (Change.DEEPER, "", Level.DEEPER, "int_basketball"),
            (Change.ANOTHER_INTEREST, "int_music", Level.STANDARD, "int_music"),
        ],
    )
    async def test_a_derived_request_is_linked_to_the_first(
        self, subject: Subject, change: Change, interest: str, level: Level, kept: str
    ) -> None:
        ada = person()
        lesson_id = await subject.had_by(ada)
        derived = await subject.tracking.get(
            await subject.feedback.derive(lesson_id, change, by=ada, interest=interest)
        )
        assert (derived.grade, derived.interest_id, derived.query) == (10, kept, QUESTION)
        assert derived.derived_from == await subject.tracking.request_for(lesson_id, ada)
        assert (derived.owner_id, derived.state) == (ada, RequestState.QUEUED)
        await subject.work(derived.id)
        made = (await subject.tracking.get(derived.id)).lesson_id
        assert made is not None
        assert (await subject.content.lesson(made)).level is level

    async def test_somebody_elses_question_is_not_taken_over(self, subject: Subject) -> None:
        lesson_id = await subject.had_by(person())
        derived = await subject.tracking.get(await subject.feedback.derive(lesson_id, Change.SIMPLER, by=person()))
        assert (derived.query, derived.derived_from) == ("Photosynthesis", None)

    @pytest.mark.parametrize(
        ("change", "interest"),
        [
            (Change.ANOTHER_INTEREST, ""),
            (Change.ANOTHER_INTEREST, "int_basketball"),
            (Change.SIMPLER, "int_music"),
        ],
    )
    async def test_a_change_that_makes_no_sense_is_refused(
        self, subject: Subject, change: Change, interest: str
    ) -> None:
        ada = person()
        lesson_id = await subject.had_by(ada)
        with pytest.raises(BadFeedbackError):
            await subject.feedback.derive(lesson_id, change, by=ada, interest=interest)

    async def test_there_is_an_end_to_deeper(self, subject: Subject) -> None:
        ada = person()
        lesson_id = await subject.had_by(ada, level=Level.DEEPER)
        with pytest.raises(CannotDeriveError):
            await subject.feedback.derive(lesson_id, Change.DEEPER, by=ada)

    async def test_deeper_than_a_simpler_lesson_is_the_standard_one(self, subject: Subject) -> None:
        ada = person()
        simpler = await subject.had_by(ada, level=Level.SIMPLER)
        request_id = await subject.feedback.derive(simpler, Change.DEEPER, by=ada)
        await subject.work(request_id)
        made = (await subject.tracking.get(request_id)).lesson_id
        assert made is not None
        assert (await subject.content.lesson(made)).level is Level.STANDARD

    async def test_an_unknown_interest_or_lesson_is_refused(self, subject: Subject) -> None:
        ada = person()
        lesson_id = await subject.had_by(ada)
        with pytest.raises(UnknownInterestError):
            await subject.feedback.derive(lesson_id, Change.ANOTHER_INTEREST, by=ada, interest="int_nothing")
        with pytest.raises(UnknownLessonError):
            await subject.feedback.derive(LessonId(uuid4()), Change.DEEPER, by=ada)

    async def test_a_quiz_is_marked_and_the_attempt_kept_for_who_made_it(self, subject: Subject) -> None:
        ada = person()
        lesson = await subject.content.lesson(await subject.had_by(ada))
        right: list[int | None] = [item.answer for item in lesson.quiz]
        missed: list[int | None] = [(lesson.quiz[0].answer + 1) % 4, None, *right[2:]]
        first, marks = await subject.feedback.answer(lesson.id, ada, missed)
        second, all_right = await subject.feedback.answer(lesson.id, ada, right)
        assert (first.score, first.out_of) == (len(right) - 2, len(right))
        assert [mark.correct for mark in marks[:2]] == [False, False]
        assert [mark.feedback for mark in marks] == [item.feedback for item in lesson.quiz]
        assert [mark.answer for mark in marks] == right
        assert (second.score, {mark.correct for mark in all_right}) == (len(right), {True})
        assert {attempt.id for attempt in await subject.feedback.attempts(lesson.id, ada)} == {first.id, second.id}
        assert first in await subject.feedback.attempts(lesson.id, ada)
        assert await subject.feedback.attempts(lesson.id, person()) == []

    async def test_answers_that_do_not_fit_the_quiz_are_not_kept(self, subject: Subject) -> None:
        ada = person()
        lesson = await subject.content.lesson(await subject.had_by(ada))
        count = len(lesson.quiz)
        for wrong in ([], [0] * (count + 1), [4] + [0] * (count - 1), [-1] + [0] * (count - 1)):
            with pytest.raises(BadFeedbackError):
                await subject.feedback.answer(lesson.id, ada, wrong)
        assert await subject.feedback.attempts(lesson.id, ada) == []

    async def test_similar_lessons_are_those_of_the_topic_that_were_not_withdrawn(self, subject: Subject) -> None:
        ada = person()
        assert await subject.feedback.similar("What is photosynthesis?") == ()
        lesson_id = await subject.had_by(ada)
        assert [one.id for one in await subject.feedback.similar("What is photosynthesis?")] == [lesson_id]
        review_id = await subject.reported(ada, lesson_id)
        await subject.feedback.decide(review_id, Verdict.WITHDRAW, by="cli", reason="Wrong.")
        assert await subject.feedback.similar("What is photosynthesis?") == ()

    async def test_prewarming_builds_the_topic_asked_for_most_and_skips_what_is_there(self, subject: Subject) -> None:
        lesson = await subject.content.lesson(await subject.had_by(person()))
        planned = await subject.feedback.prewarm(order(), by=person(), run=None)
        assert [(one.topic_id, one.interest_id, one.outcome) for one in planned] == [
            (lesson.topic_id, "int_basketball", Outcome.THERE),
            (lesson.topic_id, "int_music", Outcome.WOULD_BUILD),
        ]
        assert [one.cost_usd for one in planned] == [Decimal(0), Decimal("0.005")]

    async def test_prewarming_stops_before_the_budget_would_be_passed(self, subject: Subject) -> None:
        planned = await subject.feedback.prewarm(order(topics=10, budget="0.0149"), by=person(), run=None)
        assert [one.outcome for one in planned] == [Outcome.WOULD_BUILD] * 2 + [Outcome.OVER_BUDGET]
        assert sum(one.cost_usd for one in planned) == Decimal("0.010")

    async def test_a_prewarming_without_sense_is_refused(self, subject: Subject) -> None:
        for bad in (
            replace(order(), topics=0),
            replace(order(), interests=()),
            replace(order(), grades=()),
            replace(order(), budget_usd=Decimal(-1)),
            replace(order(), budget_usd=Decimal("NaN")),
        ):
            with pytest.raises(BadFeedbackError):
                await subject.feedback.prewarm(bad, by=person(), run=None)
        with pytest.raises(UnknownInterestError):
            await subject.feedback.prewarm(replace(order(), interests=("int_nothing",)), by=person(), run=None)

    async def test_erasing_a_person_leaves_the_decision_and_nothing_of_them(self, subject: Subject) -> None:
        ada, ben = person(), person()
        lesson = await subject.content.lesson(await subject.had_by(ada, ben))
        given = Feedback(person_id=ada, lesson_id=lesson.id, kind=WRONG, comment="I am Ada.")
        review_id = (await subject.feedback.give(given)).review_id
        assert review_id
        for one in (ada, ben):
            await subject.feedback.answer(lesson.id, one, [0] * len(lesson.quiz))
        await subject.feedback.decide(review_id, Verdict.APPROVE, by="cli", reason="Right.")
        await subject.feedback.erase(ada)
        assert await subject.feedback.attempts(lesson.id, ada) == []
        assert await subject.feedback.notices(ada) == []
        left = await subject.feedback.review(review_id)
        assert (left.reported_by, left.comment, left.reason) == (None, "", "Right.")
        assert len(await subject.feedback.attempts(lesson.id, ben)) == 1
