"""The library's use cases."""

from dataclasses import replace
from typing import Final

from typing_extensions import override

from modules.book_building.interface import BookBuilding, PackedBook
from modules.integrations.interface import Embedder, EngineUnavailableError
from modules.kernel.interface import Database, TopicId, Transaction
from modules.questions.interface import Question, Questions
from modules.rag.domain.evidence import Evidence, judge
from modules.rag.domain.retrieval import by_section, fused
from modules.rag.interface import Book, BookRecord, Passage, Topic, TopicMatch, UnknownBookError, UnknownTopicError
from modules.rag.pipeline.intake import Intake
from modules.rag.pipeline.shelf import refuse_other_embedder
from modules.rag.repository import Repositories

_CANDIDATES: Final = 12


class RagService(Intake):
    """The library on PostgreSQL and an embedder; what changes it is inherited."""

    def __init__(
        self, *, database: Database, embedder: Embedder, building: BookBuilding, sql: Repositories, questions: Questions
    ) -> None:
        super().__init__(database=database, embedder=embedder, building=building, sql=sql)
        self._questions = questions

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
    async def search(self, query: str, *, limit: int = 10, topic_id: TopicId | None = None) -> list[Passage]:
        question = self._questions.analyse(query)
        vector = await self._vector(question)
        async with self._database.transaction() as tx:
            await self._check(tx)
            hits = await self._sql.search.hits(question.words, vector, topic_id=topic_id, tx=tx)
            best = fused(hits)[:limit]
            rows = await self._sql.library.passages(ids=[hit.passage_id for hit, _ in best], tx=tx)
        found: dict[int, Passage] = {row.id: row for row in rows}
        scored = ((found.get(hit.passage_id), score) for hit, score in best)
        return [replace(passage, score=score) for passage, score in scored if passage]

    @override
    async def match(self, query: str) -> TopicMatch:
        question = self._questions.analyse(query)
        vector = await self._vector(question)
        async with self._database.transaction() as tx:
            await self._check(tx)
            hits = await self._sql.search.hits(question.words, vector, tx=tx)
            nearest = by_section(fused(hits))[:_CANDIDATES]
            sections = [section for section, _, _ in nearest]
            topics = await self._sql.library.topics(section_ids=sections, tx=tx)
            overlaps = await self._sql.search.overlaps(question.words, sections, tx=tx)
            unknown = await self._sql.search.unknown(question.named, tx=tx)
        evidence = [
            Evidence(topic=topics[section], relevance=relevance, cosine=cosine, overlap=overlaps.get(section))
            for section, relevance, cosine in nearest
        ]
        return judge(
            question,
            evidence,
            dense=vector is not None,
            content_words=self._questions.content_words,
            unknown=unknown,
        )

    @override
    async def corpus_version(self) -> str:
        async with self._database.transaction() as tx:
            return await self._sql.library.fingerprint(tx=tx)

    @override
    async def check(self) -> None:
        async with self._database.transaction() as tx:
            await self._check(tx)

    async def _check(self, tx: Transaction) -> None:
        refuse_other_embedder(await self._sql.vectors.index_state(tx=tx), self._embedder)

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
