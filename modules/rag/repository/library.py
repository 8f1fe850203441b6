"""SQL of books, sections, passages and vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from modules.chunking.interface import PassageDraft
from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.domain.retrieval import index_text
from modules.rag.interface import Book, Passage, Topic
from modules.rag.models import BookRow, EmbeddingRow, IndexRow, PassageRow, SectionRow
from modules.rag.repository.rows import book_of, passage_of, topic_of
from modules.textbooks.interface import BookMeta, Section

_DEPTH: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """Which embedder made the vectors, if there are any."""

    embedder: str
    dimension: int
    has_vectors: bool


class LibraryRepository:
    """Reads and writes the tables of schema rag."""

    async def save_book(self, meta: BookMeta, *, tx: Transaction) -> int:
        """Writes what is known of the book and holds its row until the transaction ends; returns its id."""
        values = asdict(meta) | {"authors": list(meta.authors)}
        del values["license_allowed_by_name"]
        statement = insert(BookRow).values(**values)
        statement = statement.on_conflict_do_update(index_elements=[BookRow.slug], set_=values)
        return (await session_of(tx).execute(statement.returning(BookRow.id))).scalar_one()

    async def hashes(self, slug: str, *, tx: Transaction) -> dict[str, str]:
        """Content hash of every stored section of a book by topic id."""
        query = select(SectionRow.topic_id, SectionRow.content_hash).join(BookRow).where(BookRow.slug == slug)
        return dict((await session_of(tx).execute(query)).all())

    async def save_section(
        self,
        section: Section,
        drafts: Sequence[PassageDraft],
        *,
        book_id: int,
        topic_id: str,
        position: int,
        words: int,
        content_hash: str,
        tx: Transaction,
    ) -> None:
        """Writes a section; passages whose text stands keep their ids and vectors."""
        terms = [asdict(term) for term in section.terms]
        values: dict[str, Any] = {
            "book_id": book_id,
            "topic_id": topic_id,
            "position": position,
            "title": section.title,
            "number": section.number,
            "chapter": section.chapter,
            "subject": section.subject,
            "url": section.url,
            "words": words,
            "objectives": list(section.objectives),
            "terms": terms,
            "lexemes": _weighted(section, drafts),
            "content_hash": content_hash,
        }
        statement = insert(SectionRow).values(**values)
        statement = statement.on_conflict_do_update(index_elements=[SectionRow.topic_id], set_=values)
        section_id = (await session_of(tx).execute(statement.returning(SectionRow.id))).scalar_one()
        await self._save_passages(section_id, section.title, drafts, tx=tx)

    async def _save_passages(
        self, section_id: int, title: str, drafts: Sequence[PassageDraft], *, tx: Transaction
    ) -> None:
        session = session_of(tx)
        query = select(PassageRow.id, PassageRow.kind, PassageRow.heading, PassageRow.text)
        rows = await session.execute(query.where(PassageRow.section_id == section_id))
        stored = {PassageDraft(kind=kind, heading=heading, text=body): at for at, kind, heading, body in rows}
        kept = [stored[draft] for draft in drafts if draft in stored]
        gone = delete(PassageRow).where(PassageRow.section_id == section_id, PassageRow.id.not_in(kept))
        await session.execute(gone)
        fresh: list[dict[str, Any]] = []
        for position, draft in enumerate(drafts):
            lexemes = _vector(f"{title}\n{draft.heading}\n{draft.text}")
            if draft in stored:
                change = update(PassageRow).where(PassageRow.id == stored[draft])
                await session.execute(change.values(position=position, lexemes=lexemes))
            else:
                words = {"kind": draft.kind, "heading": draft.heading, "text": draft.text}
                fresh.append(words | {"section_id": section_id, "position": position, "lexemes": lexemes})
        if fresh:
            await session.execute(insert(PassageRow).values(fresh))

    async def drop_sections(self, book_id: int, keep: Sequence[str], *, tx: Transaction) -> int:
        """Removes sections that the book no longer has; returns how many."""
        gone = delete(SectionRow).where(SectionRow.book_id == book_id, SectionRow.topic_id.not_in(keep))
        return len((await session_of(tx).execute(gone.returning(SectionRow.id))).all())

    async def missing_vectors(self, slug: str, *, tx: Transaction) -> int:
        """How many passages of a book have no vector."""
        query = select(func.count()).select_from(PassageRow).join(SectionRow).join(BookRow)
        query = query.outerjoin(EmbeddingRow).where(BookRow.slug == slug, EmbeddingRow.passage_id.is_(None))
        return (await session_of(tx).execute(query)).scalar_one()

    async def without_vector(self, slug: str, *, limit: int, tx: Transaction) -> list[tuple[int, str]]:
        """Chunking of a book that have no vector, as (id, text to embed)."""
        query = (
            select(PassageRow.id, SectionRow.title, PassageRow.heading, PassageRow.text)
            .join(SectionRow, SectionRow.id == PassageRow.section_id)
            .join(BookRow, BookRow.id == SectionRow.book_id)
            .outerjoin(EmbeddingRow, EmbeddingRow.passage_id == PassageRow.id)
            .where(BookRow.slug == slug, EmbeddingRow.passage_id.is_(None))
            .order_by(PassageRow.id)
            .limit(limit)
        )
        rows = await session_of(tx).execute(query)
        return [(at, f"{title}. {heading}. {body}") for at, title, heading, body in rows]

    async def save_vectors(self, vectors: Mapping[int, Sequence[float]], *, tx: Transaction) -> int:
        """Stores vectors of passages that are still there; returns how many were new."""
        query = select(PassageRow.id).where(PassageRow.id.in_(vectors)).with_for_update(key_share=True)
        there = list(await session_of(tx).scalars(query))
        if not there:
            return 0
        rows = [{"passage_id": at, "vector": list(vectors[at])} for at in there]
        statement = insert(EmbeddingRow).values(rows).on_conflict_do_nothing().returning(EmbeddingRow.passage_id)
        return len((await session_of(tx).execute(statement)).all())

    async def index_state(self, *, tx: Transaction) -> IndexState | None:
        """Who made the vectors, None before the first import; sets the depth of vector search for this transaction."""
        query = select(
            IndexRow.embedder,
            IndexRow.dimension,
            exists(select(EmbeddingRow.passage_id)),
            func.set_config("hnsw.ef_search", str(_DEPTH), True),
        )
        row = (await session_of(tx).execute(query)).one_or_none()
        return IndexState(embedder=row[0], dimension=row[1], has_vectors=row[2]) if row else None

    async def claim_index(self, embedder: str, dimension: int, *, tx: Transaction) -> IndexState:
        """Writes the embedder's name while there is no vector; returns what stands."""
        standing = await self.index_state(tx=tx)
        if standing and standing.has_vectors:
            return standing
        named = {"embedder": embedder, "dimension": dimension}
        statement = insert(IndexRow).values(id=1, passages=0, **named)
        await session_of(tx).execute(statement.on_conflict_do_update(index_elements=[IndexRow.id], set_=named))
        return IndexState(embedder=embedder, dimension=dimension, has_vectors=False)

    async def lexemes_current(self, *, tx: Transaction) -> bool:
        """Whether the lexeme counts were taken over as many passages as there are."""
        query = select(IndexRow.passages == select(func.count(PassageRow.id)).scalar_subquery())
        return bool(await session_of(tx).scalar(query))

    async def refresh_lexemes(self, *, tx: Transaction) -> None:
        """Counts anew in how many passages each lexeme stands."""
        session = session_of(tx)
        await session.execute(text("SELECT id FROM rag.index_state FOR UPDATE"))
        await session.execute(text("DELETE FROM rag.lexeme"))
        await session.execute(
            text(
                "INSERT INTO rag.lexeme (lexeme, passages)"
                " SELECT word, ndoc FROM ts_stat('SELECT lexemes FROM rag.passage')"
            )
        )
        await session.execute(text("UPDATE rag.index_state SET passages = (SELECT count(*) FROM rag.passage)"))

    async def books(self, *, slug: str | None = None, tx: Transaction) -> list[Book]:
        """Books by title, with what is indexed of them."""
        counts = (
            select(
                SectionRow.book_id,
                func.count(SectionRow.id.distinct()).label("topics"),
                func.count(PassageRow.id).label("passages"),
                func.count(EmbeddingRow.passage_id).label("embedded"),
            )
            .outerjoin(PassageRow, PassageRow.section_id == SectionRow.id)
            .outerjoin(EmbeddingRow, EmbeddingRow.passage_id == PassageRow.id)
            .group_by(SectionRow.book_id)
            .subquery()
        )
        query = select(BookRow, counts.c.topics, counts.c.passages, counts.c.embedded)
        query = query.outerjoin(counts, counts.c.book_id == BookRow.id).order_by(BookRow.title, BookRow.slug)
        if slug is not None:
            query = query.where(BookRow.slug == slug)
        return [
            book_of(row, topics or 0, passages or 0, embedded or 0)
            for row, topics, passages, embedded in await session_of(tx).execute(query)
        ]

    async def topics(
        self,
        *,
        subject: str | None = None,
        book_slug: str | None = None,
        section_ids: Sequence[int] | None = None,
        topic_id: str | None = None,
        tx: Transaction,
    ) -> dict[int, Topic]:
        """Topics in book order by section id, complete."""
        query = select(SectionRow, BookRow.slug, BookRow.title).join(BookRow)
        query = query.order_by(BookRow.title, BookRow.slug, SectionRow.position)
        if subject is not None:
            query = query.where(SectionRow.subject == subject)
        if book_slug is not None:
            query = query.where(BookRow.slug == book_slug)
        if section_ids is not None:
            query = query.where(SectionRow.id.in_(section_ids))
        if topic_id is not None:
            query = query.where(SectionRow.topic_id == topic_id)
        return {row.id: topic_of(row, slug, title) for row, slug, title in await session_of(tx).execute(query)}

    async def passages(
        self, *, ids: Sequence[int] | None = None, topic_id: str | None = None, tx: Transaction
    ) -> list[Passage]:
        """Chunking with their attribution, in reading order, score 0."""
        query = (
            select(PassageRow, SectionRow, BookRow)
            .join(SectionRow, SectionRow.id == PassageRow.section_id)
            .join(BookRow, BookRow.id == SectionRow.book_id)
            .order_by(SectionRow.id, PassageRow.position)
        )
        if ids is not None:
            query = query.where(PassageRow.id.in_(ids))
        if topic_id is not None:
            query = query.where(SectionRow.topic_id == topic_id)
        return [passage_of(*row) for row in (await session_of(tx).execute(query))]

    async def fingerprint(self, *, tx: Transaction) -> str:
        """A digest of every book's facts and every section's content hash."""
        query = text(
            "SELECT md5(coalesce((SELECT string_agg(topic_id || content_hash, ',' ORDER BY topic_id)"
            " FROM rag.section), '') || coalesce((SELECT string_agg(concat_ws('|', slug, title, edition, license,"
            " license_url, source_url, attribution, authors), ',' ORDER BY slug) FROM rag.book), ''))"
        )
        return str((await session_of(tx).execute(query)).scalar_one())


def _vector(content: str) -> Any:
    return func.to_tsvector(text("'english'"), index_text(content))


def _weighted(section: Section, drafts: Sequence[PassageDraft]) -> Any:
    terms = "\n".join(term.term for term in section.terms)
    body = "\n".join(f"{draft.heading}\n{draft.text}" for draft in drafts)
    title = func.setweight(_vector(section.title), text("'A'"))
    return title.op("||")(func.setweight(_vector(terms), text("'B'"))).op("||")(_vector(body))
