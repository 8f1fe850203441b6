"""A library in memory: the real readers, and a search that counts shared words."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from typing_extensions import override

from modules.book_pages.factory import create_book_pages
from modules.chunking.domain.chunking import content_hash, passages_of, word_count
from modules.kernel.interface import TopicId
from modules.questions.domain.question import analyse, content_words
from modules.rag.interface import (
    Book,
    IngestReport,
    Passage,
    PassageId,
    Rag,
    RagError,
    ScoredTopic,
    Topic,
    TopicMatch,
    UnknownTopicError,
)
from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import BookDocument, Section


@dataclass(frozen=True, kw_only=True)
class _Stored:
    topic: Topic
    passages: tuple[Passage, ...]
    content_hash: str


class FakeRag(Rag):
    """Finds a passage when it shares a word with the question. Set `fault` and every read raises it."""

    def __init__(self, *, interest_phrases: Sequence[str] = ()) -> None:
        self.fault: RagError | None = None
        self._interest_phrases = interest_phrases
        self._books: dict[str, BookDocument] = {}
        self._stored: dict[str, _Stored] = {}
        self._ids: dict[tuple[str, str, str], PassageId] = {}

    @override
    async def ingest(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        on_progress: Callable[[str, int, int], None] | None = None,
    ) -> list[IngestReport]:
        report = on_progress or (lambda _stage, _done, _total: None)
        books = create_textbooks(book_pages=create_book_pages(), isolated=False).read(
            path, allow_licences=allow_licences, on_section=lambda done, total: report("read", done, total)
        )
        return [self._keep(book) for book in books]

    def _keep(self, book: BookDocument) -> IngestReport:
        slug = book.meta.slug
        fresh = {f"{slug}/{section.key}": (place, section) for place, section in enumerate(book.sections)}
        digests = {topic: content_hash(section, place) for topic, (place, section) in fresh.items()}
        same = [
            topic for topic in fresh if topic in self._stored and self._stored[topic].content_hash == digests[topic]
        ]
        self._books[slug] = book
        self._stored = {topic: kept for topic, kept in self._stored.items() if kept.topic.book_slug != slug} | {
            topic: self._section(book, section, digests[topic]) for topic, (_, section) in fresh.items()
        }
        saved = self._book(book)
        return IngestReport(
            book=saved,
            sections=len(fresh),
            imported=len(fresh) - len(same),
            unchanged=len(same),
            passages=saved.passages,
            embedded=saved.embedded,
            warnings=book.warnings,
        )

    def _section(self, book: BookDocument, section: Section, digest: str) -> _Stored:
        meta = book.meta
        topic = Topic(
            id=TopicId(f"{meta.slug}/{section.key}"),
            title=section.title,
            subject=section.subject,
            book_slug=meta.slug,
            book_title=meta.title,
            chapter=section.chapter,
            section=f"{section.number} {section.title}",
            url=section.url,
            words=word_count(section),
            objectives=section.objectives,
            terms=section.terms,
        )
        passages = tuple(
            Passage(
                id=self._ids.setdefault((topic.id, draft.heading, draft.text), PassageId(len(self._ids) + 1)),
                topic_id=topic.id,
                kind=draft.kind,
                text=draft.text,
                heading=draft.heading,
                position=position,
                score=0.0,
                book_title=meta.title,
                edition=meta.edition,
                chapter=topic.chapter,
                section=topic.section,
                url=topic.url,
                license=meta.license,
                license_url=meta.license_url,
                attribution=meta.attribution,
            )
            for position, draft in enumerate(passages_of(section))
        )
        return _Stored(topic=topic, passages=passages, content_hash=digest)

    def _book(self, book: BookDocument) -> Book:
        meta = book.meta
        mine = [kept for kept in self._stored.values() if kept.topic.book_slug == meta.slug]
        count = sum(len(kept.passages) for kept in mine)
        return Book(
            slug=meta.slug,
            title=meta.title,
            edition=meta.edition,
            language=meta.language,
            subject=meta.subject,
            license=meta.license,
            license_url=meta.license_url,
            authors=meta.authors,
            source_url=meta.source_url,
            attribution=meta.attribution,
            topics=len(mine),
            passages=count,
            embedded=count,
        )

    @override
    async def books(self) -> list[Book]:
        self._refuse()
        return sorted((self._book(book) for book in self._books.values()), key=lambda book: book.title)

    @override
    async def topics(self, *, subject: str | None = None, book_slug: str | None = None) -> list[Topic]:
        self._refuse()
        found = (kept.topic for kept in self._stored.values())
        return [
            replace(topic, objectives=(), terms=())
            for topic in found
            if subject in {None, topic.subject} and book_slug in {None, topic.book_slug}
        ]

    @override
    async def topic(self, topic_id: TopicId) -> Topic:
        return self._known(topic_id).topic

    @override
    async def passages(self, topic_id: TopicId) -> list[Passage]:
        return list(self._known(topic_id).passages)

    @override
    async def search(self, query: str, *, limit: int = 10, topic_id: TopicId | None = None) -> list[Passage]:
        self._refuse()
        asked = set(content_words(analyse(query, self._interest_phrases).words))
        among = [kept for kept in self._stored.values() if topic_id in {None, kept.topic.id}]
        scored = [
            replace(passage, score=_share(asked, f"{kept.topic.title} {passage.text}"))
            for kept in among
            for passage in kept.passages
        ]
        return sorted((passage for passage in scored if passage.score), key=lambda passage: -passage.score)[:limit]

    @override
    async def match(self, query: str) -> TopicMatch:
        self._refuse()
        question = analyse(query, self._interest_phrases)
        asked = set(content_words(question.words))
        scored = [ScoredTopic(topic=kept.topic, score=_evidence(asked, kept)) for kept in self._stored.values()]
        best = sorted((item for item in scored if item.score), key=lambda item: -item.score)[:8]
        other = next((item.score for item in best[1:] if item.topic.title != best[0].topic.title), 0.0)
        return TopicMatch(
            query=question.query,
            interest_phrase=question.interest_phrase,
            candidates=tuple(best),
            margin=best[0].score - other if best else 0.0,
            covered=bool(best) and best[0].score >= 0.5,
        )

    @override
    async def corpus_version(self) -> str:
        self._refuse()
        content = sorted(f"{topic}{kept.content_hash}" for topic, kept in self._stored.items())
        return hashlib.sha256("".join(content).encode()).hexdigest()

    @override
    async def check(self) -> None:
        self._refuse()

    def _known(self, topic_id: TopicId) -> _Stored:
        self._refuse()
        if topic_id not in self._stored:
            message = f"the library has no topic {topic_id!r}"
            raise UnknownTopicError(message)
        return self._stored[topic_id]

    def _refuse(self) -> None:
        if self.fault is not None:
            raise self.fault


def _share(asked: set[str], text: str) -> float:
    return len(asked & set(content_words(text))) / len(asked) if asked else 0.0


def _evidence(asked: set[str], kept: _Stored) -> float:
    named = " ".join([kept.topic.title, *(term.term for term in kept.topic.terms)])
    text = " ".join(passage.text for passage in kept.passages)
    title = _share(asked, kept.topic.title)
    return 0.5 * _share(asked, text) + 0.25 * _share(asked, named) + 0.25 * title
