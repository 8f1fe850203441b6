"""SQL that reads what serves: books, topics, passages; and what is known of editions."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, func, select, text

from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.interface import Book, Edition, EditionState, Passage, Topic
from modules.rag.models import BookRow, EditionRow, EditionSectionRow, EmbeddingRow, PassageRow, SectionRow
from modules.rag.repository.rows import book_of, edition_of, passage_of, topic_of

_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])
_SERVES = EditionRow.state == EditionState.SERVING


class LibraryRepository:
    """Reads the tables of schema rag; writes nothing."""

    async def books(self, *, slug: str | None = None, tx: Transaction) -> list[Book]:
        """Books that serve, by title, with what is indexed of them."""
        counts = (
            select(
                SectionRow.book_id,
                func.count(SectionRow.id.distinct()).label("topics"),
                func.count(PassageRow.id).label("passages"),
                func.count(EmbeddingRow.passage_id).label("embedded"),
            )
            .outerjoin(PassageRow, PassageRow.section_id == SectionRow.id)
            .outerjoin(EmbeddingRow, (EmbeddingRow.passage_id == PassageRow.id) & EmbeddingRow.live)
            .where(SectionRow.live)
            .group_by(SectionRow.book_id)
            .subquery()
        )
        query = select(EditionRow, BookRow.slug, counts.c.topics, counts.c.passages, counts.c.embedded)
        query = query.join(BookRow, BookRow.id == EditionRow.book_id).outerjoin(counts, counts.c.book_id == BookRow.id)
        query = query.where(_SERVES).order_by(EditionRow.title, BookRow.slug)
        if slug is not None:
            query = query.where(BookRow.slug == slug)
        return [
            book_of(row, slug, topics or 0, passages or 0, embedded or 0)
            for row, slug, topics, passages, embedded in await session_of(tx).execute(query)
        ]

    async def editions(self, slug: str, *, tx: Transaction) -> list[Edition]:
        """Every edition of a book, the serving one first, then the newest; empty when there is no such book."""
        sections = func.count(EditionSectionRow.section_id)
        query = (
            select(EditionRow, sections)
            .join(BookRow, BookRow.id == EditionRow.book_id)
            .outerjoin(EditionSectionRow, EditionSectionRow.edition_id == EditionRow.id)
            .where(BookRow.slug == slug)
            .group_by(EditionRow.id)
            .order_by(_SERVES.desc(), EditionRow.created_at.desc(), EditionRow.id.desc())
        )
        return [edition_of(row, count) for row, count in await session_of(tx).execute(query)]

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
        query = _placed(select(SectionRow, EditionSectionRow, BookRow.slug, EditionRow.title).select_from(SectionRow))
        query = query.join(BookRow, BookRow.id == EditionRow.book_id)
        query = query.order_by(EditionRow.title, BookRow.slug, EditionSectionRow.position)
        asked = ((SectionRow.subject, subject), (BookRow.slug, book_slug), (SectionRow.topic_id, topic_id))
        query = query.where(*(column == value for column, value in asked if value is not None))
        if section_ids is not None:
            query = query.where(SectionRow.id.in_(section_ids))
        rows = await session_of(tx).execute(query)
        return {row.id: topic_of(row, place, slug, title) for row, place, slug, title in rows}

    async def passages(
        self, *, ids: Sequence[int] | None = None, topic_id: str | None = None, tx: Transaction
    ) -> list[Passage]:
        """Passages that serve, with their attribution, in reading order, score 0."""
        query = select(PassageRow, SectionRow, EditionSectionRow, EditionRow).select_from(PassageRow)
        query = _placed(query.join(SectionRow, SectionRow.id == PassageRow.section_id))
        query = query.order_by(SectionRow.id, PassageRow.position)
        if ids is not None:
            query = query.where(PassageRow.id.in_(ids))
        if topic_id is not None:
            query = query.where(SectionRow.topic_id == topic_id)
        return [passage_of(*row) for row in (await session_of(tx).execute(query))]

    async def neighbours(self, passage_id: int, *, reach: int, tx: Transaction) -> list[Passage]:
        """A passage that serves and those around it, in reading order."""
        middle = select(PassageRow.section_id, PassageRow.position).where(PassageRow.id == passage_id).subquery()
        near = select(PassageRow.id).join(middle, middle.c.section_id == PassageRow.section_id)
        near = near.where(func.abs(PassageRow.position - middle.c.position) <= reach)
        return await self.passages(ids=list(await session_of(tx).scalars(near)), tx=tx)

    async def fingerprint(self, *, tx: Transaction) -> str:
        """A digest of what every serving edition says of itself, and of its sections and where they stand."""
        query = text(
            "SELECT md5(coalesce(string_agg(concat_ws('|', b.slug, e.title, e.revision, e.license, e.license_url,"
            " e.source_url, e.attribution, e.authors, sections), ',' ORDER BY b.slug), ''))"
            " FROM rag.edition e JOIN rag.book b ON b.id = e.book_id, LATERAL ("
            "  SELECT string_agg(concat_ws('|', s.topic_id, s.content_hash, m.position, m.number, m.chapter, m.url),"
            "  ',' ORDER BY m.position, s.id) AS sections FROM rag.edition_section m"
            "  JOIN rag.section s ON s.id = m.section_id WHERE m.edition_id = e.id) placed WHERE e.state = 'serving'"
        )
        return str((await session_of(tx).execute(query)).scalar_one())


def _placed(query: _Query) -> _Query:
    """The sections that serve, with their place in the edition that holds them."""
    query = query.join(EditionSectionRow, EditionSectionRow.section_id == SectionRow.id)
    return query.join(EditionRow, EditionRow.id == EditionSectionRow.edition_id).where(SectionRow.live, _SERVES)
