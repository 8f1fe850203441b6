"""A library in memory: the real readers, and a search that counts shared words."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from typing_extensions import override

from modules.book_building.domain.language import with_language
from modules.book_building.domain.terms import is_named, refuse_other_licence, refuse_poor
from modules.book_building.interface import BuildReport, PackedBook, PreparedBook
from modules.book_pages.factory import create_book_pages
from modules.catalogue.factory import create_catalogue
from modules.catalogue.interface import Listing
from modules.chunking.domain.chunking import prepare
from modules.chunking.domain.quality import quality as judge_quality
from modules.chunking.interface import CutSection
from modules.curation.interface import Curation
from modules.integrations.interface import Embedder
from modules.kernel.interface import TopicId, Transaction
from modules.questions.domain.question import analyse, content_words
from modules.questions.factory import create_questions
from modules.rag.domain.matching import match_of
from modules.rag.interface import (
    EVERYTHING,
    Book,
    BookRecord,
    Edition,
    EditionState,
    Filters,
    IngestReport,
    Passage,
    PassageId,
    Rag,
    RagError,
    RelatedTopics,
    ScoredTopic,
    ShelfBook,
    Suggestion,
    Ticket,
    Topic,
    TopicMatch,
    UnknownBookError,
    UnknownEditionError,
    UnknownTopicError,
)
from modules.rag.models import DIMENSION
from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import BookMeta
from tests.fakes.curation import FakeCuration
from tests.fakes.worker import FakeTransaction


@dataclass(frozen=True, kw_only=True)
class _Stored:
    topic: Topic
    passages: tuple[Passage, ...]
    content_hash: str
    reading_grade: float


@dataclass(kw_only=True)
class _Kept:
    """An edition, with its sections as they came and by topic."""

    meta: BookMeta
    sections: tuple[CutSection, ...]
    edition: Edition
    stored: dict[str, _Stored]


class FakeRag(Rag):
    """Finds a passage when it shares a word with the question. Set `fault` and every read raises it."""

    def __init__(self, *, interest_phrases: Sequence[str] = (), curation: Curation | None = None) -> None:
        self._curation = curation or FakeCuration()
        self._catalogue = create_catalogue(questions=create_questions(interest_phrases=interest_phrases))
        self.fault: RagError | None = None
        self.discarded: list[UUID] = []
        self._interest_phrases = interest_phrases
        self._editions: dict[str, list[_Kept]] = {}
        self._ids: dict[tuple[str, str, str], PassageId] = {}

    @property
    def _stored(self) -> dict[str, _Stored]:
        return {topic: one for kept in self._serving().values() for topic, one in kept.stored.items()}

    def _serving(self) -> dict[str, _Kept]:
        found = {slug: [kept for kept in editions if _serves(kept)] for slug, editions in self._editions.items()}
        one = {slug: kept[0] for slug, kept in found.items() if kept}
        return dict(sorted(one.items(), key=lambda item: item[1].edition.title))

    @override
    async def ingest(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Callable[[str, int, int], None] | None = None,
        ticket: Ticket | None = None,
    ) -> list[IngestReport]:
        told = on_progress or (lambda _stage, _done, _total: None)
        books = create_textbooks(book_pages=create_book_pages(), isolated=False).read(
            path, allow_licences=allow_licences, on_section=lambda done, total: told("read", done, total)
        )
        due = [book for book in books if ticket is None or book.meta.slug not in ticket.finished]
        reports = []
        for book in due:
            cuts = tuple(prepare(section) for section in book.sections)
            prepared = PreparedBook(
                meta=book.meta, sections=cuts, quality=judge_quality(cuts), warnings=tuple(book.warnings)
            )
            reports.append(self._keep(prepared, allow_licences, accept_quality))
            if ticket:
                tx = FakeTransaction()
                await ticket.hold(tx=tx)
                await ticket.switched(_told(reports[-1]), last=book is due[-1], tx=tx)
        return reports

    def _keep(self, given: PreparedBook, allowed: Sequence[str], accept_quality: bool) -> IngestReport:
        book = with_language(given)
        slug, meta, quality = book.meta.slug, book.meta, book.quality
        if not accept_quality:
            refuse_poor(meta, quality)
        before = self._serving().get(slug)
        if before:
            had = before.edition
            refuse_other_licence(meta, revision=had.revision, licence=had.license, allowed=allowed)
        stored = {f"{slug}/{cut.section.key}": self._section(meta, cut) for cut in book.sections}
        held = {(topic, one.content_hash) for topic, one in before.stored.items()} if before else set()
        edition = Edition(
            revision=meta.edition,
            state=EditionState.SERVING,
            title=meta.title,
            license=meta.license,
            license_url=meta.license_url,
            license_allowed_by_name=is_named(meta.license, allowed),
            quality=quality,
            quality_accepted=not quality.passed,
            sections=len(stored),
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
            switched_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        others = [kept for kept in self._editions.get(slug, []) if kept.edition.revision != meta.edition]
        self._editions[slug] = [
            _Kept(meta=meta, sections=book.sections, edition=edition, stored=stored),
            *map(_superseded, others),
        ]
        saved = self._book(self._editions[slug][0])
        same = sum((topic, one.content_hash) in held for topic, one in stored.items())
        return IngestReport(
            book=saved,
            sections=len(stored),
            imported=len(stored) - same,
            unchanged=same,
            passages=saved.passages,
            embedded=saved.embedded,
            warnings=book.warnings,
        )

    @override
    async def reembed(
        self, *, on_progress: Callable[[str, int, int], None] | None = None, ticket: Ticket | None = None
    ) -> int:
        if ticket:
            await ticket.switched(None, last=True, tx=FakeTransaction())
        return 0

    @override
    async def packed(self, slug: str) -> PackedBook:
        kept = self._serving().get(slug)
        if kept is None:
            raise UnknownBookError(slug)
        count = sum(len(one.passages) for one in kept.stored.values())
        return PackedBook(
            meta=kept.meta, sections=kept.sections, embedder="fake", dimension=DIMENSION,
            vectors=b"\x00\x3c" * DIMENSION * count,
        )  # fmt: skip

    @override
    async def take(
        self,
        book: PreparedBook,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Callable[[str, int, int], None] | None = None,
        embedder: Embedder | None = None,
    ) -> IngestReport:
        return self._keep(book, allow_licences, accept_quality)

    @override
    async def book(self, slug: str) -> BookRecord:
        self._refuse()
        kept = self._known_book(slug)
        serving = self._serving().get(slug)
        return BookRecord(
            book=self._book(serving) if serving else None, slug=slug, editions=tuple(one.edition for one in kept)
        )

    @override
    async def switch_back(self, slug: str, revision: str) -> None:
        chosen = self._known_edition(slug, revision)
        others = [kept for kept in self._editions[slug] if kept is not chosen]
        chosen.edition = replace(chosen.edition, state=EditionState.SERVING)
        self._editions[slug] = [chosen, *map(_superseded, others)]

    @override
    async def retire(self, slug: str, revision: str = "") -> None:
        kept = self._known_book(slug)
        gone = [self._known_edition(slug, revision)] if revision else list(kept)
        self._editions[slug] = [one for one in kept if one not in gone]
        if not self._editions[slug]:
            del self._editions[slug]

    @override
    async def discard(self, builder: UUID, *, tx: Transaction) -> None:
        self.discarded.append(builder)

    def _known_book(self, slug: str) -> list[_Kept]:
        if slug not in self._editions:
            raise UnknownBookError(slug)
        return self._editions[slug]

    def _known_edition(self, slug: str, revision: str) -> _Kept:
        for kept in self._known_book(slug):
            if kept.edition.revision == revision:
                return kept
        raise UnknownEditionError(f"{slug} has no edition {revision!r}")

    def _section(self, meta: BookMeta, cut: CutSection) -> _Stored:
        section = cut.section
        topic = Topic(
            id=TopicId(f"{meta.slug}/{section.key}"),
            title=section.title,
            subject=section.subject,
            book_slug=meta.slug,
            book_title=meta.title,
            chapter=section.chapter,
            section=f"{section.number} {section.title}",
            url=section.url,
            words=cut.words,
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
                words=len(draft.text.split()),
                formulas=draft.formulas,
            )
            for position, draft in enumerate(cut.drafts)
        )
        return _Stored(topic=topic, passages=passages, content_hash=cut.content_hash, reading_grade=cut.reading_grade)

    def _book(self, kept: _Kept) -> Book:
        meta, mine = kept.meta, kept.stored
        count = sum(len(one.passages) for one in mine.values())
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
        return sorted((self._book(kept) for kept in self._serving().values()), key=lambda book: book.title)

    @override
    async def topics(self, *, subject: str | None = None, book_slug: str | None = None) -> list[Topic]:
        return [
            topic.brief()
            for topic in (await self._listing()).topics()
            if subject in {None, topic.subject} and book_slug in {None, topic.book_slug}
        ]

    @override
    async def topic(self, topic_id: TopicId) -> Topic:
        self._known(topic_id)
        shown = (await self._listing()).topic(topic_id)
        assert shown is not None
        return shown

    @override
    async def related(self, topic_id: TopicId) -> RelatedTopics:
        """A term is used when the text holds it twice."""
        topic, kept = await self.topic(topic_id), self._known(topic_id)
        text = " ".join(passage.text for passage in kept.passages).casefold()
        own = {term.term for term in topic.terms}
        mine = [one.topic for one in self._stored.values() if one.topic.book_slug == topic.book_slug]
        before = mine[: [one.id for one in mine].index(topic.id)]
        used = {
            one.id: sum(text.count(term.term.casefold()) > 1 and term.term not in own for term in one.terms)
            for one in before
        }
        needed = sorted((one for one, count in used.items() if count), key=lambda one: -used[one])
        return (await self._listing()).related(topic, needed)

    @override
    async def suggest(self, prefix: str, *, limit: int = 8, filters: Filters = EVERYTHING) -> list[Suggestion]:
        listing = await self._listing()
        return listing.suggest(prefix, limit=limit, among=listing.within(self._among(filters)))

    @override
    async def shelf(self) -> list[ShelfBook]:
        return (await self._listing()).shelf()

    @override
    async def passages(self, topic_id: TopicId) -> list[Passage]:
        return list(self._known(topic_id).passages)

    @override
    async def search(self, query: str, *, limit: int = 10, filters: Filters = EVERYTHING) -> list[Passage]:
        self._refuse()
        asked = set(content_words(analyse(query, self._interest_phrases).words))
        listing, sections = await self._listing(), list(self._stored.values())
        among = [sections[at] for at in listing.within(self._among(filters))]
        scored = [
            replace(
                passage,
                score=_share(asked, f"{kept.topic.title} {passage.text}"),
                topic_id=listing.target(kept.topic.id),
            )
            for kept in among
            for passage in kept.passages
        ]
        return sorted((passage for passage in scored if passage.score), key=lambda passage: -passage.score)[:limit]

    @override
    async def neighbours(self, passage_id: PassageId, *, reach: int = 1) -> list[Passage]:
        self._refuse()
        for kept in self._stored.values():
            for middle in (one for one in kept.passages if one.id == passage_id):
                return [one for one in kept.passages if abs(one.position - middle.position) <= reach]
        return []

    @override
    async def match(self, query: str, *, filters: Filters = EVERYTHING) -> TopicMatch:
        self._refuse()
        question = analyse(query, self._interest_phrases)
        asked = set(content_words(question.words))
        listing, sections = await self._listing(), list(self._stored.values())
        found: dict[TopicId, ScoredTopic] = {}
        for at in sorted(listing.within(self._among(filters)), key=lambda at: -_evidence(asked, sections[at])):
            score, topic = _evidence(asked, sections[at]), listing.standing(at)
            if score and topic:
                found.setdefault(topic.id, ScoredTopic(topic=topic, score=score))
        return match_of(question, list(found.values()), unknown=(), same=self._catalogue.are_same)

    @override
    async def corpus_version(self) -> str:
        self._refuse()
        content = [
            repr((kept.meta, [(topic, one.topic, one.content_hash) for topic, one in kept.stored.items()]))
            for kept in self._serving().values()
        ]
        return hashlib.sha256("".join(content).encode()).hexdigest() + (await self._curation.notes()).version

    async def _listing(self) -> Listing:
        """Sections go by their place among all."""
        self._refuse()
        printed = {at: kept.topic for at, kept in enumerate(self._stored.values())}
        return self._catalogue.of(printed, await self._curation.notes())

    def _among(self, filters: Filters) -> list[int]:
        return [at for at, kept in enumerate(self._stored.values()) if _lets(filters, kept)]

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


def _told(report: IngestReport) -> BuildReport:
    book = report.book
    facts = {field.name: getattr(report, field.name) for field in fields(report) if field.name != "book"}
    return BuildReport(slug=book.slug, title=book.title, revision=book.edition, **facts)


def _serves(kept: _Kept) -> bool:
    return kept.edition.state is EditionState.SERVING


def _superseded(kept: _Kept) -> _Kept:
    return replace(kept, edition=replace(kept.edition, state=EditionState.SUPERSEDED))


def _lets(filters: Filters, kept: _Stored) -> bool:
    licences = {passage.license for passage in kept.passages}
    return (
        filters.subject in {"", kept.topic.subject}
        and filters.book_slug in {"", kept.topic.book_slug}
        and filters.topic_id in {"", kept.topic.id}
        and (not filters.license or filters.license in licences)
        and (filters.max_reading_grade is None or kept.reading_grade <= filters.max_reading_grade)
    )


def _share(asked: set[str], text: str) -> float:
    return len(asked & set(content_words(text))) / len(asked) if asked else 0.0


def _evidence(asked: set[str], kept: _Stored) -> float:
    named = " ".join([kept.topic.title, *(term.term for term in kept.topic.terms)])
    text = " ".join(passage.text for passage in kept.passages)
    title = _share(asked, kept.topic.title)
    return 0.5 * _share(asked, text) + 0.25 * _share(asked, named) + 0.25 * title
