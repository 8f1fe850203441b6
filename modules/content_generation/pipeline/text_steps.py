"""Steps 2 to 4: the passages, the lesson written from them, and the checks that stand before its delivery."""

import asyncio
import contextlib
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid5

import structlog
from pydantic import TypeAdapter
from typing_extensions import override

from modules.content_generation.domain.checking import check, failed
from modules.content_generation.domain.composing import Material, compose
from modules.content_generation.domain.orders import ENGINE, NOT_ASKED_FOR
from modules.content_generation.interface import Interest, Lesson, UngroundedLessonError
from modules.content_generation.pipeline import bank
from modules.content_generation.pipeline.steps import (
    CHARGE,
    SAVING,
    SHARED_NOTE,
    Aim,
    Delivery,
    Made,
    Run,
    Step,
    aim_of,
    lesson_output,
)
from modules.content_generation.repository import LessonRepository
from modules.integrations.interface import PriceBook
from modules.kernel.interface import LessonId, Modality, Transaction
from modules.rag.interface import Passage, PassageKind, Rag, Term, Topic
from modules.request_tracking.interface import LedgerEntry, LedgerKind, RequestTracking, Stage

_log: Final = structlog.get_logger(__name__)
_LESSONS: Final = UUID("5d0a4c0e-6f5b-4d0e-9d3c-6f1f7f6f2b11")
_THIN_WORDS: Final = 250
_MOST_BORROWED: Final = 3
_BORROWED_SCORE: Final = 0.8
_ENOUGH_TERMS: Final = 8
_MOST_NEIGHBOURS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a lesson is written from: the output of `retrieve`."""

    topic: Topic
    passages: tuple[Passage, ...]
    other_terms: tuple[Term, ...]


_EVIDENCE: Final = TypeAdapter(Evidence)
_LESSON: Final = TypeAdapter(Lesson)


class TextStep(Step):
    """Retrieve, write and check make one thing, a lesson, and share one claim on it."""

    claim_seconds = 120.0
    ends_claim = False

    def __init__(self, *, lessons: LessonRepository) -> None:
        self._lessons = lessons

    @override
    def build_key(self, run: Run) -> str:
        return aim_of(run).key

    @override
    async def find(self, run: Run, *, tx: Transaction) -> Made | None:
        lesson_id = await self._lessons.id_of(aim_of(run).key, tx=tx)
        return None if lesson_id is None else Made(output=lesson_output(lesson_id))

    @override
    @abstractmethod
    async def work(self, run: Run) -> Made: ...


class RetrieveStep(TextStep):
    """All passages of the topic, and some of its neighbours' when it is thin; the question's wording plays no part.

    A lesson is shared by everybody who asks for its key, so it must not depend on how the first of them asked.
    """

    stage = Stage.RETRIEVE

    def __init__(self, *, lessons: LessonRepository, rag: Rag) -> None:
        super().__init__(lessons=lessons)
        self._rag = rag

    @override
    async def work(self, run: Run) -> Made:
        topic = await self._rag.topic(aim_of(run).topic_id)
        own = await self._rag.passages(topic.id)
        evidence = Evidence(
            topic=topic,
            passages=(*own, *await self._borrowed(topic, own)),
            other_terms=await self._other_terms(topic),
        )
        return Made(output=_EVIDENCE.dump_json(evidence).decode())

    async def _borrowed(self, topic: Topic, own: list[Passage]) -> list[Passage]:
        teachable = sum(len(passage.text.split()) for passage in own if passage.kind is PassageKind.TEXT)
        if teachable >= _THIN_WORDS:
            return []
        found = await self._rag.search(" ".join([topic.title, *(term.term for term in topic.terms)]), limit=12)
        best = max((passage.score for passage in found), default=0.0)
        near = [one for one in found if one.topic_id != topic.id and one.score >= _BORROWED_SCORE * best]
        kept = [one for one in near if one.kind is PassageKind.TEXT][:_MOST_BORROWED]
        return [one for one in kept if (await self._rag.topic(one.topic_id)).subject == topic.subject]

    async def _other_terms(self, topic: Topic) -> tuple[Term, ...]:
        if len(topic.terms) >= _ENOUGH_TERMS:
            return ()
        others = [one for one in await self._rag.topics(book_slug=topic.book_slug) if one.subject == topic.subject]
        place = next((number for number, one in enumerate(others) if one.id == topic.id), 0)
        nearest = sorted(enumerate(others), key=lambda pair: abs(pair[0] - place))
        neighbours = [one.id for _, one in nearest if one.id != topic.id][:_MOST_NEIGHBOURS]
        topics = [await self._rag.topic(one) for one in neighbours]
        return tuple(term for one in topics for term in one.terms)


class WriteStep(TextStep):
    """Lets the built-in composer write."""

    stage = Stage.WRITE

    def __init__(self, *, lessons: LessonRepository, interests: Mapping[str, Interest]) -> None:
        super().__init__(lessons=lessons)
        self._interests = interests

    @override
    async def work(self, run: Run) -> Made:
        evidence = _EVIDENCE.validate_json(run.outputs[Stage.RETRIEVE])
        material = self._material(run, aim_of(run), evidence)
        lesson = await asyncio.to_thread(compose, material)
        return Made(output=_LESSON.dump_json(lesson).decode())

    def _material(self, run: Run, aim: Aim, evidence: Evidence) -> Material:
        interest = self._interests.get(aim.interest_id)
        analogy = bank.analogy(evidence.topic, evidence.passages, interest) if interest else None
        return Material(
            lesson_id=LessonId(uuid5(_LESSONS, aim.key)),
            key=aim.key,
            topic=evidence.topic,
            passages=evidence.passages,
            other_terms=evidence.other_terms,
            grade=run.request.grade,
            language=aim.language,
            corpus_version=aim.corpus_version,
            interest=interest,
            analogy=analogy,
            pattern=bank.pattern_of(evidence.topic, evidence.passages) if analogy else "",
        )


class CheckStep(TextStep):
    """Publishes the lesson when every check passes, and delivers it."""

    stage = Stage.CHECK
    ends_claim = True

    def __init__(self, *, lessons: LessonRepository, tracking: RequestTracking, prices: PriceBook) -> None:
        super().__init__(lessons=lessons)
        self._tracking = tracking
        self._prices = prices
        self._deliver = Delivery(tracking=tracking)

    @override
    async def work(self, run: Run) -> Made:
        evidence = _EVIDENCE.validate_json(run.outputs[Stage.RETRIEVE])
        draft = _LESSON.validate_json(run.outputs[Stage.WRITE])
        results = await asyncio.to_thread(check, draft, evidence.passages)
        if found := failed(results):
            raise UngroundedLessonError("; ".join(f"{one.name}: {one.detail}" for one in found))
        lesson = replace(draft, receipt=replace(draft.receipt, checks=results))

        async def effects(tx: Transaction) -> None:
            await self._lessons.add_lesson(lesson, tx=tx)
            await self._publish(run, lesson.id, self._entry(CHARGE, Modality.TEXT), tx)

        return Made(output=lesson_output(lesson.id), effects=effects, after_commit=self._log_saving(run))

    @override
    async def find(self, run: Run, *, tx: Transaction) -> Made | None:
        lesson_id = await self._lessons.id_of(aim_of(run).key, tx=tx)
        if lesson_id is None:
            return None
        saving = self._entry(SAVING, Modality.TEXT, SHARED_NOTE)

        async def effects(tx: Transaction) -> None:
            await self._publish(run, lesson_id, saving, tx)

        return Made(output=lesson_output(lesson_id), effects=effects, after_commit=self._log_saving(run))

    async def _publish(self, run: Run, lesson_id: LessonId, entry: LedgerEntry, tx: Transaction) -> None:
        await self._deliver(run, entry, lesson_id, tx=tx)
        skipped = [self._entry(SAVING, modality, NOT_ASKED_FOR) for modality in _skipped(run)]
        await self._tracking.record(run.request.id, skipped, tx=tx)

    def _entry(self, kind: LedgerKind, modality: Modality, note: str = "") -> LedgerEntry:
        return LedgerEntry(
            kind=kind,
            item=modality.value,
            amount_usd=self._prices.price_usd(modality),
            price_book_version=self._prices.version,
            engine=ENGINE,
            note=note,
        )

    def _log_saving(self, run: Run) -> "_SavingLog | None":
        if Modality.VIDEO not in _skipped(run):
            return None
        return _SavingLog(str(run.request.id), self._prices.price_usd(Modality.VIDEO))


@dataclass(frozen=True, slots=True)
class _SavingLog:
    """Says what a skipped video saved; a log that cannot be written changes nothing."""

    request_id: str
    saved_usd: Decimal

    def __call__(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            _log.info(
                f"Video generation SKIPPED - COST SAVINGS: ${self.saved_usd:.3f} saved per request",
                request_id=self.request_id,
            )


def _skipped(run: Run) -> list[Modality]:
    asked = set(run.request.modalities)
    made = asked | {Modality.TEXT} | ({Modality.AUDIO} if Modality.VIDEO in asked else set())
    return [modality for modality in Modality if modality not in made]
