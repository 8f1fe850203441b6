"""The library's use cases."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from typing_extensions import override

from modules.book_building.interface import BookBuilding, PackedBook
from modules.integrations.interface import Embedder, EngineUnavailableError
from modules.kernel.interface import Database, TopicId, Transaction
from modules.questions.interface import Question, Questions
from modules.rag.domain.matching import match_of
from modules.rag.interface import (
    EVERYTHING,
    Book,
    BookRecord,
    Filters,
    Passage,
    PassageId,
    ScoredTopic,
    Topic,
    TopicMatch,
    UnknownBookError,
    UnknownTopicError,
)
from modules.rag.pipeline.intake import Intake
from modules.rag.pipeline.shelf import refuse_other_embedder
from modules.rag.repository import IndexState, Repositories
from modules.ranking.interface import Ranked, Ranking


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question ready to be searched. `unknown`: words of the thing asked for that the library does not know."""

    question: Question
    vector: list[float] | None
    lexemes: int
    unknown: tuple[str, ...]


class RagService(Intake):
    """The library on PostgreSQL and an embedder; what changes it is inherited."""

    def __init__(
        self,
        *,
        database: Database,
        embedder: Embedder,
        building: BookBuilding,
        sql: Repositories,
        questions: Questions,
        ranking: Ranking,
    ) -> None:
        super().__init__(database=database, embedder=embedder, building=building, sql=sql)
        self._questions = questions
        self._ranking = ranking
        self._words: tuple[int, Mapping[str, int]] | None = None

    @override
    async def packed(self, slug: str) -> PackedBook:
        async with self._database.transaction() as tx:
            await self._check(tx)
            if not await self._sql.library.books(slug=slug, tx=tx):
                raise UnknownBookError(slug)
            return await self._sql.packing.packed(slug, self._embedder.model_id, tx=tx)

    @override
    async def book(self, slug: str) -> BookRecord:
        async with self._database.transaction() as tx:
            editions = await self._sql.library.editions(slug, tx=tx)
            serving = await self._sql.library.books(slug=slug, tx=tx)
        if not editions:
            raise UnknownBookError(slug)
        return BookRecord(book=serving[0] if serving else None, slug=slug, editions=tuple(editions))

    @override
    async def books(self) -> list[Book]:
        async with self._database.transaction() as tx:
            return await self._sql.library.books(tx=tx)

    @override
    async def topics(self, *, subject: str | None = None, book_slug: str | None = None) -> list[Topic]:
        async with self._database.transaction() as tx:
            found = await self._sql.library.topics(subject=subject, book_slug=book_slug, tx=tx)
        return [replace(topic, objectives=(), terms=()) for topic in found.values()]

    @override
    async def topic(self, topic_id: TopicId) -> Topic:
        async with self._database.transaction() as tx:
            return await self._known(topic_id, tx)

    @override
    async def passages(self, topic_id: TopicId) -> list[Passage]:
        async with self._database.transaction() as tx:
            await self._known(topic_id, tx)
            return await self._sql.library.passages(topic_id=topic_id, tx=tx)

    @override
    async def search(self, query: str, *, limit: int = 10, filters: Filters = EVERYTHING) -> list[Passage]:
        asked = await self._asked(query)
        async with self._database.transaction() as tx:
            ranked = await self._ranked(asked, filters, tx)
            best = self._ranking.passages(ranked, limit=limit)
            rows = await self._sql.library.passages(ids=[passage_id for passage_id, _ in best], tx=tx)
        found: dict[int, Passage] = {row.id: row for row in rows}
        scored = ((found.get(passage_id), score) for passage_id, score in best)
        return [replace(passage, score=score) for passage, score in scored if passage]

    @override
    async def neighbours(self, passage_id: PassageId, *, reach: int = 1) -> list[Passage]:
        async with self._database.transaction() as tx:
            return await self._sql.library.neighbours(passage_id, reach=reach, tx=tx)

    @override
    async def match(self, query: str, *, filters: Filters = EVERYTHING) -> TopicMatch:
        asked = await self._asked(query)
        async with self._database.transaction() as tx:
            ranked = await self._ranked(asked, filters, tx)
            topics = await self._sql.library.topics(section_ids=[one.found.section_id for one in ranked], tx=tx)
        scores = self._ranking.scores(ranked, lexemes=asked.lexemes, dense=asked.vector is not None)
        pairs = zip(ranked, scores, strict=True)
        scored = [ScoredTopic(topic=topics[one.found.section_id], score=score) for one, score in pairs]
        return match_of(asked.question, scored, unknown=asked.unknown, content_words=self._questions.content_words)

    @override
    async def corpus_version(self) -> str:
        async with self._database.transaction() as tx:
            return await self._sql.library.fingerprint(tx=tx)

    @override
    async def check(self) -> None:
        async with self._database.transaction() as tx:
            await self._check(tx)

    async def _check(self, tx: Transaction) -> IndexState | None:
        state = await self._sql.vectors.index_state(tx=tx)
        refuse_other_embedder(state, self._embedder)
        return state

    async def _asked(self, query: str) -> _Asked:
        """The question taken apart, put right and turned into a vector; no transaction waits for the embedder."""
        question = self._questions.analyse(query)
        async with self._database.transaction() as tx:
            state = await self._check(tx)
            unknown = await self._sql.search.unknown(question.content, tx=tx)
            if unknown:
                question = self._questions.mended(question, unknown, await self._vocabulary(state, tx))
            lexemes = await self._sql.search.lexemes(question.words, tx=tx)
        vector = await self._vector(question)
        left = tuple(word for word in question.named if word in unknown)
        return _Asked(question=question, vector=vector, lexemes=lexemes, unknown=left)

    async def _vocabulary(self, state: IndexState | None, tx: Transaction) -> Mapping[str, int]:
        passages = state.passages if state else 0
        if self._words is None or self._words[0] != passages:
            self._words = (passages, await self._sql.search.vocabulary(tx=tx))
        return self._words[1]

    async def _ranked(self, asked: _Asked, filters: Filters, tx: Transaction) -> list[Ranked]:
        await self._check(tx)
        if not asked.lexemes:
            return []
        scope = await self._sql.search.scope(filters, tx=tx) if filters != EVERYTHING else None
        found = await self._sql.search.sections(asked.question.words, asked.vector, scope=scope, tx=tx)
        return self._ranking.order(found)

    async def _known(self, topic_id: TopicId, tx: Transaction) -> Topic:
        found = await self._sql.library.topics(topic_id=topic_id, tx=tx)
        if not found:
            message = f"the library has no topic {topic_id!r}"
            raise UnknownTopicError(message)
        return next(iter(found.values()))

    async def _vector(self, question: Question) -> list[float] | None:
        """The question's vector; None when there is no word, or the weights are not installed."""
        if not question.words:
            return None
        try:
            return (await self._embedder.embed([question.words]))[0]
        except EngineUnavailableError:
            return None
