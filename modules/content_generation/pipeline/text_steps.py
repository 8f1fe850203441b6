"""Steps 1 to 4: the topic of a question, its passages, the lesson written from them, the checks before delivery."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID, uuid5

import structlog
from pydantic import TypeAdapter

from modules.content_generation.domain.orders import NOT_ASKED_FOR, lesson_key, made_for
from modules.content_generation.interface import FlagKind, Lesson, LessonWithdrawnError, UngroundedLessonError
from modules.content_generation.pipeline.desk import AIM, MODEL_ITEM, Aim, Desk, Made, Run, Step
from modules.content_generation.pipeline.judging import judged
from modules.content_generation.pipeline.quoting import quotable_passages, quotable_terms, quotable_topic
from modules.grounding.interface import UnknownLanguageError
from modules.kernel.interface import LessonId, Modality, TopicId, Transaction
from modules.lesson_writing.interface import Brief, ModelUse, WritingError
from modules.rag.interface import Passage, PassageKind, Rag, Term, Topic
from modules.request_tracking.interface import Ending, LedgerKind, RequestState, Stage
from modules.safety.interface import Safety, Verdict

_log: Final = structlog.get_logger(__name__)
_LESSONS: Final = UUID("5d0a4c0e-6f5b-4d0e-9d3c-6f1f7f6f2b11")
_ENGLISH: Final = "en"
_THIN_WORDS: Final = 250
_BORROWED: Final = 3
_BORROWED_SCORE: Final = 0.8
_ENOUGH_TERMS: Final = 8
_NEIGHBOURS: Final = 4
_NOTHING_BETTER: Final = Ending(
    state=RequestState.INSUFFICIENT_SOURCES,
    message="This lesson was withdrawn after a review, and nothing better can be written from the books at the moment. "
    "Choose another topic or interest, or ask your teacher.",
    error_code=LessonWithdrawnError.code,
)
_FLAGS: Final = {Verdict.CRISIS: FlagKind.CRISIS, Verdict.UNSAFE: FlagKind.UNSAFE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a lesson is written from: the output of `retrieve`."""

    topic: Topic
    passages: tuple[Passage, ...]
    other_terms: tuple[Term, ...]


_EVIDENCE: Final = TypeAdapter(Evidence)
_LESSON: Final = TypeAdapter(Lesson)


async def understand(desk: Desk, run: Run) -> Made:
    """The topic that the question is about, or the end of the request."""
    found = await desk.understanding.understand(run.request.query, answers=run.answers)
    if found.topic_id:
        return Made(output=await aim_at(desk, run, found.topic_id, found.interest_phrase))

    async def flagged(tx: Transaction) -> None:
        if kind := _FLAGS.get(found.verdict):
            await desk.lessons.add_flag(run.request.id, kind, tx=tx)

    return Made(ending=found.ending, effects=flagged)


async def aim_at(desk: Desk, run: Run, topic_id: TopicId, phrase: str = "") -> str:
    """The output of `understand`, once the topic is known."""
    asked = run.request
    interest_id = asked.interest_id or desk.writer.interest_in(desk.safety.mask(asked.query), phrase=phrase)
    language = await language_of(desk.rag, await desk.rag.topic(topic_id))
    version = await desk.rag.corpus_version()
    same = (topic_id, interest_id, asked.grade, language, version)
    writer_version = await desk.writer.version_for(lesson_key(*same, level=run.level))
    aim = Aim(
        topic_id=topic_id,
        interest_id=interest_id,
        language=language,
        corpus_version=version,
        level=run.level,
        key=lesson_key(*same, desk.writer.engine, writer_version, level=run.level),
        writer_version=writer_version,
    )
    return AIM.dump_json(aim).decode()


async def language_of(rag: Rag, topic: Topic) -> str:
    """The language of the topic's book."""
    return next((book.language for book in await rag.books() if book.slug == topic.book_slug), _ENGLISH)


async def retrieve(desk: Desk, run: Run) -> Made:
    """What the lesson is written from; the question's wording plays no part.

    A lesson is shared by everybody who asks for its key, so it must not depend on how the first of them asked.
    """
    evidence = await evidence_on(desk.rag, desk.safety, run.aim.topic_id)
    return Made(output=_EVIDENCE.dump_json(evidence).decode())


async def evidence_on(rag: Rag, safety: Safety, topic_id: TopicId) -> Evidence:
    """What may be shown of the topic's passages, and of its neighbours' when it is thin. Raises UnknownTopicError."""
    topic = await rag.topic(topic_id)
    own = await rag.passages(topic.id)
    passages = (*own, *await _borrowed(rag, topic, own))
    return Evidence(
        topic=quotable_topic(safety, topic),
        passages=quotable_passages(safety, passages),
        other_terms=quotable_terms(safety, await _other_terms(rag, topic)),
    )


async def _borrowed(rag: Rag, topic: Topic, own: list[Passage]) -> list[Passage]:
    if sum(len(one.text.split()) for one in own if one.kind is PassageKind.TEXT) >= _THIN_WORDS:
        return []
    found = await rag.search(" ".join([topic.title, *(term.term for term in topic.terms)]), limit=12)
    least = _BORROWED_SCORE * max((one.score for one in found), default=0.0)
    near = [one for one in found if one.topic_id != topic.id and one.kind is PassageKind.TEXT and one.score >= least]
    return [one for one in near[:_BORROWED] if (await rag.topic(one.topic_id)).subject == topic.subject]


async def _other_terms(rag: Rag, topic: Topic) -> tuple[Term, ...]:
    """Terms of the neighbouring topics, when the topic has few of its own."""
    if len(topic.terms) >= _ENOUGH_TERMS:
        return ()
    ids = [one.id for one in await rag.topics(subject=topic.subject, book_slug=topic.book_slug)]
    place = ids.index(topic.id) if topic.id in ids else 0
    nearest = sorted(range(len(ids)), key=lambda number: abs(number - place))
    neighbours = [await rag.topic(ids[number]) for number in nearest[1 : _NEIGHBOURS + 1]]
    return tuple(term for one in neighbours for term in one.terms)


async def write(desk: Desk, run: Run) -> Made:
    """The writer's draft, and what a model took for it; a draft that failed is charged too."""
    aim, evidence = run.aim, _EVIDENCE.validate_json(run.outputs[Stage.RETRIEVE])
    brief = Brief(
        lesson_id=LessonId(uuid5(_LESSONS, aim.key)),
        key=aim.key,
        topic=evidence.topic,
        passages=evidence.passages,
        other_terms=evidence.other_terms,
        grade=run.request.grade,
        language=aim.language,
        corpus_version=aim.corpus_version,
        interest_id=aim.interest_id,
        level=aim.level,
        version=aim.writer_version,
    )
    try:
        draft = await asyncio.to_thread(desk.writer.write, brief)
    except WritingError as error:
        async with desk.database.transaction() as tx:
            await run.lease.hold(tx=tx)
            await desk.charge_model(run, error.uses, f"{MODEL_ITEM}:{run.job.token}", tx=tx)
        raise
    effects = partial(_charge, desk, run, draft.receipt.uses)
    return Made(output=_LESSON.dump_json(draft).decode(), effects=effects)


async def _charge(desk: Desk, run: Run, uses: tuple[ModelUse, ...], tx: Transaction) -> None:
    await desk.charge_model(run, uses, MODEL_ITEM, tx=tx)


async def checked(desk: Desk, run: Run) -> Made:
    """The lesson, published and delivered when it passes the gate of the rubric, mended once if it has to be."""
    evidence = _EVIDENCE.validate_json(run.outputs[Stage.RETRIEVE])
    draft = _LESSON.validate_json(run.outputs[Stage.WRITE])
    judge = partial(judged, desk, draft, evidence.topic, evidence.passages, interest_id=run.aim.interest_id)
    try:
        made = await asyncio.to_thread(judge)
    except UnknownLanguageError as error:
        raise UngroundedLessonError(str(error)) from error
    if not made.report.gate:
        failed = "; ".join(f"{one.name}: {one.detail}" for one in made.report.failed())
        raise UngroundedLessonError(f"{made.report.total} of {len(made.report.checks)} checks; {failed}")
    if run.withdrawn and await _says_the_same(desk, run, made.lesson):
        return Made(ending=_NOTHING_BETTER)
    return _published(desk, run, draft.id, made.lesson)


async def _says_the_same(desk: Desk, run: Run, lesson: Lesson) -> bool:
    """Whether a lesson says what one that was withdrawn had said."""
    async with desk.database.transaction() as tx:
        gone = await desk.lessons.withdrawn(run.ordered.topic_id, run.ordered.key, tx=tx)
    return any(one.sections == lesson.sections for one in gone)


async def find_lesson(desk: Desk, run: Run, tx: Transaction) -> Made | None:
    lesson_id = await desk.lessons.id_of(run.aim.key, tx=tx)
    return Made(output=json.dumps(str(lesson_id))) if lesson_id else None


async def find_to_deliver(desk: Desk, run: Run, tx: Transaction) -> Made | None:
    lesson_id = await desk.lessons.id_of(run.aim.key, tx=tx)
    return _published(desk, run, lesson_id) if lesson_id else None


def _published(desk: Desk, run: Run, lesson_id: LessonId, new: Lesson | None = None) -> Made:
    """Delivers a lesson, a new one or one that was there, and counts what was not made."""

    async def effects(tx: Transaction) -> None:
        if new:
            await desk.lessons.add_lesson(new, tx=tx)
        await desk.deliver(run, lesson_id, Modality.TEXT, desk.writer.engine, shared=not new, tx=tx)
        for modality in sorted(set(Modality) - made_for(run.request.modalities)):
            await desk.record(run, LedgerKind.SAVING, modality, desk.writer.engine, NOT_ASKED_FOR, tx=tx)

    return Made(output=json.dumps(str(lesson_id)), effects=effects, after_commit=partial(_log_saving, desk, run))


def _log_saving(desk: Desk, run: Run) -> None:
    """Says what a skipped video saved; a log that cannot be written changes nothing."""
    if Modality.VIDEO not in run.request.modalities:
        saved = desk.prices.price_usd(Modality.VIDEO)
        line = f"Video generation SKIPPED - COST SAVINGS: ${saved:.3f} saved per request"
        with contextlib.suppress(OSError, ValueError):
            _log.info(line, request_id=str(run.request.id))


def _lesson_key(run: Run) -> str:
    return run.aim.key


TEXT_STEPS: Final = (
    Step(stage=Stage.UNDERSTAND, work=understand),
    Step(stage=Stage.RETRIEVE, work=retrieve, find=find_lesson, build_key=_lesson_key, ends_claim=False),
    Step(stage=Stage.WRITE, work=write, find=find_lesson, build_key=_lesson_key, ends_claim=False),
    Step(stage=Stage.CHECK, work=checked, find=find_to_deliver, build_key=_lesson_key),
)
