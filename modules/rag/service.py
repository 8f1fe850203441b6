"""The library's use cases."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from typing_extensions import override

from modules.book_building.interface import BookBuilding, PackedBook
from modules.catalogue.interface import Catalogue, Listing
from modules.curation.interface import Curation, Notes
from modules.integrations.interface import Embedder, EngineUnavailableError
from modules.kernel.interface import Database, TopicId, Transaction
from modules.questions.interface import Question, Questions
from modules.rag.domain.index import IndexState, refuse_other_embedder
from modules.rag.domain.matching import match_of
from modules.rag.interface import (
    EVERYTHING,
    Book,
    BookRecord,
    Filters,
    Passage,
    PassageId,
    RelatedTopics,
    ScoredTopic,
    ShelfBook,
    Suggestion,
    Topic,
    TopicMatch,
    UnknownBookError,
    UnknownTopicError,
)
from modules.rag.pipeline.intake import Intake
from modules.rag.repository import Repositories, Scope
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
        curation: Curation,
        catalogue: Catalogue,
    ) -> None:
        super().__init__(database=database, embedder=embedder, building=building, sql=sql)
        self._questions = questions
        self._ranking = ranking
        self._curation = curation
        self._catalogue = catalogue
        self._words: tuple[int, Mapping[str, int]] | None = None
        self._printed: tuple[str, Mapping[int, Topic]] | None = None
        self._shown: tuple[str, Notes, Listing] | None = None

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
            listed = (await self._listing(tx)).topics()
        return [one.brief() for one in listed if subject in {None, one.subject} and book_slug in {None, one.book_slug}]

    @override
    async def topic(self, topic_id: TopicId) -> Topic:
        async with self._database.transaction() as tx:
            return _known(await self._listing(tx), topic_id)

    @override
    async def related(self, topic_id: TopicId) -> RelatedTopics:
        async with self._database.transaction() as tx:
            listing = await self._listing(tx)
            topic = _known(listing, topic_id)
            needed = await self._sql.library.prerequisites(listing.section(topic_id), tx=tx)
        return listing.related(topic, needed)

    @override
    async def suggest(self, prefix: str, *, limit: int = 8, filters: Filters = EVERYTHING) -> list[Suggestion]:
        async with self._database.transaction() as tx:
            listing = await self._listing(tx)
            scope = await self._scope(filters, listing, tx) if filters != EVERYTHING else None
        return listing.suggest(prefix, limit=limit, among=scope.section_ids if scope else None)

    @override
    async def shelf(self) -> list[ShelfBook]:
        async with self._database.transaction() as tx:
            return (await self._listing(tx)).shelf()

    @override
    async def passages(self, topic_id: TopicId) -> list[Passage]:
        async with self._database.transaction() as tx:
            _known(await self._listing(tx), topic_id)
            return await self._sql.library.passages(topic_id=topic_id, tx=tx)

    @override
    async def search(self, query: str, *, limit: int = 10, filters: Filters = EVERYTHING) -> list[Passage]:
        asked = await self._asked(query)
        async with self._database.transaction() as tx:
            listing, ranked = await self._ranked(asked, filters, tx)
            best = self._ranking.passages(ranked, limit=limit)
            rows = await self._sql.library.passages(ids=[passage_id for passage_id, _ in best], tx=tx)
        found: dict[int, Passage] = {row.id: row for row in rows}
        scored = ((found.get(passage_id), score) for passage_id, score in best)
        target = listing.target
        return [replace(one, score=score, topic_id=target(one.topic_id)) for one, score in scored if one]

    @override
    async def neighbours(self, passage_id: PassageId, *, reach: int = 1) -> list[Passage]:
        async with self._database.transaction() as tx:
            return await self._sql.library.neighbours(passage_id, reach=reach, tx=tx)

    @override
    async def match(self, query: str, *, filters: Filters = EVERYTHING) -> TopicMatch:
        asked = await self._asked(query)
        async with self._database.transaction() as tx:
            listing, ranked = await self._ranked(asked, filters, tx)
        scores = self._ranking.scores(ranked, lexemes=asked.lexemes, dense=asked.vector is not None)
        best: dict[TopicId, ScoredTopic] = {}
        for one, score in zip(ranked, scores, strict=True):
            if topic := listing.standing(one.found.section_id):
                best.setdefault(topic.id, ScoredTopic(topic=topic, score=score))
        return match_of(asked.question, list(best.values()), unknown=asked.unknown, same=self._catalogue.are_same)

    @override
    async def corpus_version(self) -> str:
        async with self._database.transaction() as tx:
            notes = await self._curation.notes(tx=tx)
            return await self._sql.library.fingerprint(tx=tx) + notes.version

    @override
    async def check(self) -> None:
        async with self._database.transaction() as tx:
            await self._check(tx)

    async def _check(self, tx: Transaction) -> IndexState | None:
        """Also sets how this transaction searches."""
        state = await self._sql.vectors.index_state(tx=tx)
        refuse_other_embedder(state, self._embedder)
        return state

    async def _asked(self, query: str) -> _Asked:
        """The question taken apart, put right and turned into a vector; no transaction waits for the embedder."""
        question = self._questions.analyse(query)
        vector, (mended, lexemes, unknown) = await asyncio.gather(self._vector(question), self._looked_up(question))
        if mended.words != question.words:
            vector = await self._vector(mended)
        left = tuple(word for word in mended.named if word in unknown)
        return _Asked(question=mended, vector=vector, lexemes=lexemes, unknown=left)

    async def _looked_up(self, question: Question) -> tuple[Question, int, list[str]]:
        """The question put right, how many lexemes it has, and its words that the library does not know."""
        async with self._database.transaction() as tx:
            lexemes, unknown = await self._sql.search.looked_up(question.words, question.content, tx=tx)
            if unknown:
                question = self._questions.mended(question, unknown, await self._vocabulary(tx))
                lexemes, _ = await self._sql.search.looked_up(question.words, (), tx=tx)
        return question, lexemes, unknown

    async def _vocabulary(self, tx: Transaction) -> Mapping[str, int]:
        state = await self._sql.vectors.index_state(tx=tx)
        passages = state.passages if state else 0
        if self._words is None or self._words[0] != passages:
            self._words = (passages, await self._sql.search.vocabulary(tx=tx))
        return self._words[1]

    async def _listing(self, tx: Transaction) -> Listing:
        return await self._listed(await self._sql.vectors.index_state(tx=tx), tx)

    async def _listed(self, state: IndexState | None, tx: Transaction) -> Listing:
        """What serves, read anew when another edition does, with what curators say of it now."""
        version = state.version if state else ""
        if self._printed is None or self._printed[0] != version:
            self._printed = (version, await self._sql.library.topics(tx=tx))
        notes = await self._curation.notes(tx=tx)
        if self._shown is None or self._shown[:2] != (version, notes):
            self._shown = (version, notes, self._catalogue.of(self._printed[1], notes))
        return self._shown[2]

    async def _scope(self, filters: Filters, listing: Listing, tx: Transaction) -> Scope | None:
        if filters == EVERYTHING:
            hidden = listing.hidden()
            return Scope(section_ids=hidden, all_but=True) if hidden else None
        scope = await self._sql.search.scope(filters, tx=tx)
        return replace(scope, section_ids=listing.within(scope.section_ids))

    async def _ranked(self, asked: _Asked, filters: Filters, tx: Transaction) -> tuple[Listing, list[Ranked]]:
        listing = await self._listed(await self._check(tx), tx)
        if not asked.lexemes:
            return listing, []
        scope = await self._scope(filters, listing, tx)
        words, sql = asked.question.words, self._sql.search
        return listing, self._ranking.order(await sql.sections(words, asked.lexemes, asked.vector, scope=scope, tx=tx))

    async def _vector(self, question: Question) -> list[float] | None:
        """The question's vector; None when there is no word, or the weights are not installed."""
        if not question.words:
            return None
        try:
            return (await self._embedder.embed([question.words]))[0]
        except EngineUnavailableError:
            return None


def _known(listing: Listing, topic_id: TopicId) -> Topic:
    if topic := listing.topic(topic_id):
        return topic
    message = f"the library has no topic {topic_id!r}"
    raise UnknownTopicError(message)
