"""SQL that reads what serves: books, topics, passages; and what is known of editions."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, func, select, text

from modules.kernel.database import session_of
from modules.kernel.interface import TopicId, Transaction
from modules.rag.interface import Book, Edition, EditionState, Passage, Topic
from modules.rag.models import BookRow, EditionRow, EditionSectionRow, EmbeddingRow, PassageRow, SectionRow
from modules.rag.repository.rows import PASSAGE, book_of, edition_of, passage_of, topic_of

_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])
_SERVES: Final = EditionRow.state == EditionState.SERVING
# A term counts for the section that defines it first, by the rarity of its rarest word, and by how often it is used;
# once is in passing.
_PREREQUISITES: Final = """
    WITH here AS (
        SELECT m.edition_id, m.position, s.id, s.lexemes FROM rag.section s
        JOIN rag.edition_section m ON m.section_id = s.id JOIN rag.edition e ON e.id = m.edition_id
        WHERE s.id = :section AND e.state = 'serving'
    ), used AS (
        SELECT u.lexeme, cardinality(u.positions) AS uses, ln(1 + state.passages / (1.0 + l.passages)) AS idf
        FROM here CROSS JOIN unnest(here.lexemes) u JOIN rag.lexeme l ON l.lexeme = u.lexeme
        CROSS JOIN rag.index_state state
    ), defined AS (
        SELECT DISTINCT ON (t.lexemes) t.section_id, t.lexemes FROM here
        JOIN rag.edition_section m ON m.edition_id = here.edition_id AND m.position < here.position
        JOIN rag.term t ON t.section_id = m.section_id
        WHERE t.lexemes <> '{}' AND here.lexemes @@ phraseto_tsquery('english', normalize(t.term, NFKC))
        AND NOT EXISTS (SELECT FROM rag.term own
                        WHERE own.section_id = here.id AND own.lexemes @> t.lexemes AND own.lexemes <@ t.lexemes)
        ORDER BY t.lexemes, m.position
    )
    SELECT s.topic_id FROM defined JOIN rag.section s ON s.id = defined.section_id CROSS JOIN LATERAL (
        SELECT max(idf) AS idf, min(uses) AS uses FROM used WHERE used.lexeme = ANY(defined.lexemes)
    ) term
    WHERE uses > 1 GROUP BY s.topic_id ORDER BY sum(idf * idf * ln(uses)) DESC, s.topic_id LIMIT 20"""


def _placed(query: _Query) -> _Query:
    """The sections that serve, with their place in the edition that holds them."""
    query = query.join(EditionSectionRow, EditionSectionRow.section_id == SectionRow.id)
    return query.join(EditionRow, EditionRow.id == EditionSectionRow.edition_id).where(SectionRow.live, _SERVES)


# Built once: a search has no time to.
_PASSAGES: Final = _placed(select(*PASSAGE).join(SectionRow, SectionRow.id == PassageRow.section_id)).order_by(
    SectionRow.id, PassageRow.position
)
_BY_IDS: Final = _PASSAGES.where(PassageRow.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
_BY_TOPIC: Final = _PASSAGES.where(SectionRow.topic_id == bindparam("topic"))


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

    async def topics(self, *, tx: Transaction) -> dict[int, Topic]:
        """Every topic in book order by section id, complete."""
        query = _placed(select(SectionRow, EditionSectionRow, BookRow.slug, EditionRow.title).select_from(SectionRow))
        query = query.join(BookRow, BookRow.id == EditionRow.book_id)
        query = query.order_by(EditionRow.title, BookRow.slug, EditionSectionRow.position)
        rows = await session_of(tx).execute(query)
        return {row.id: topic_of(row, place, slug, title) for row, place, slug, title in rows}

    async def prerequisites(self, section_id: int, *, tx: Transaction) -> list[TopicId]:
        """Earlier sections of its book that define what a section uses and does not define, the most needed first."""
        rows = await session_of(tx).scalars(text(_PREREQUISITES), {"section": section_id})
        return [TopicId(topic) for topic in rows]

    async def passages(
        self, *, ids: Sequence[int] | None = None, topic_id: str | None = None, tx: Transaction
    ) -> list[Passage]:
        """Passages that serve, with their attribution, in reading order, score 0."""
        chosen = _BY_TOPIC if ids is None else _BY_IDS
        rows = await session_of(tx).execute(chosen, {"ids": list(ids or ()), "topic": topic_id})
        return [passage_of(row) for row in rows.mappings()]

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
