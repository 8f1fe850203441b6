"""SQL of the vectors and of what the search counts: whose vectors they are, which lack, how rare a lexeme is."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, case, exists, func, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from typing_extensions import override

from modules.book_building.interface import VectorShelf
from modules.integrations.interface import Embedder
from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.domain.index import IndexState, refuse_other_dimension, refuse_other_embedder
from modules.rag.interface import EditionState
from modules.rag.models import EditionRow, EmbeddingRow, IndexRow, PassageRow

# How far a search follows the vector index: more in a large library, where more passages are alike (docs/retrieval.md).
_DEPTHS: Final = {150_000: "800", 50_000: "320"}
_DEPTH: Final = case(*((IndexRow.passages > above, depth) for above, depth in _DEPTHS.items()), else_="80")
_BY_ID: Final[ColumnElement[str]] = aggregate_order_by(literal_column("','"), EditionRow.id)
_VERSION: Final = (
    select(func.coalesce(func.md5(func.string_agg(func.concat(EditionRow.id, EditionRow.switched_at), _BY_ID)), ""))
    .where(EditionRow.state == EditionState.SERVING)
    .scalar_subquery()
)
_STATE: Final = select(
    IndexRow.embedder,
    IndexRow.dimension,
    exists(select(EmbeddingRow.passage_id).where(EmbeddingRow.live)),
    IndexRow.passages,
    _VERSION,
    func.set_config("hnsw.ef_search", _DEPTH, True),
    func.set_config("hnsw.iterative_scan", "relaxed_order", True),
    func.set_config("jit", "off", True),
    func.set_config("plan_cache_mode", "force_generic_plan", True),
)
_EMBEDDED: Final = "concat(s.title, '. ', p.heading, '. ', p.text)"
# With :edition null, of the whole library.
_LACKING: Final = """
    FROM rag.passage p JOIN rag.section s ON s.id = p.section_id
    WHERE (CAST(:edition AS int) IS NULL
           OR s.id IN (SELECT section_id FROM rag.edition_section WHERE edition_id = :edition))
    AND NOT EXISTS (SELECT FROM rag.embedding e WHERE e.passage_id = p.id AND e.embedder = :embedder)"""
_LIVE: Final = "p.live AND :embedder = (SELECT embedder FROM rag.index_state)"
_COPY: Final = f"""
    WITH standing AS (
        SELECT DISTINCT ON (s.book_id, {_EMBEDDED}) s.book_id, {_EMBEDDED} AS embedded, e.vector
        FROM rag.embedding e JOIN rag.passage p ON p.id = e.passage_id JOIN rag.section s ON s.id = p.section_id
        WHERE e.embedder = :embedder AND s.book_id = :book)
    INSERT INTO rag.embedding (passage_id, section_id, embedder, vector, live)
    SELECT p.id, p.section_id, :embedder, standing.vector, {_LIVE}
    FROM rag.edition_section m JOIN rag.section s ON s.id = m.section_id JOIN rag.passage p ON p.section_id = s.id
    JOIN standing ON standing.book_id = s.book_id AND standing.embedded = {_EMBEDDED}
    WHERE m.edition_id = :edition
    ON CONFLICT DO NOTHING"""  # noqa: S608 - own text
_SAVE: Final = f"""
    INSERT INTO rag.embedding (passage_id, section_id, embedder, vector, live)
    SELECT p.id, p.section_id, :embedder, CAST(fresh.vector AS halfvec(384)), {_LIVE}
    FROM unnest(CAST(:ids AS bigint[]), CAST(:vectors AS text[])) fresh(id, vector)
    JOIN (SELECT id, section_id, live FROM rag.passage WHERE id = ANY(:ids) FOR KEY SHARE) p USING (id)
    ON CONFLICT DO NOTHING"""  # noqa: S608 - own text


class VectorRepository(VectorShelf):
    """Reads and writes vectors, `index_state` and lexeme counts."""

    async def index_state(self, *, tx: Transaction) -> IndexState | None:
        """Who made the vectors, None before the first import; sets how this transaction searches."""
        row = (await session_of(tx).execute(_STATE)).one_or_none()
        if row is None:
            return None
        embedder, dimension, has_vectors, passages, version, *_ = row
        return IndexState(
            embedder=embedder, dimension=dimension, has_vectors=has_vectors, passages=passages, version=version
        )

    @override
    async def claim(self, embedder: Embedder, *, tx: Transaction) -> None:
        refuse_other_dimension(embedder)
        state = await self.index_state(tx=tx)
        if state and state.has_vectors:
            refuse_other_embedder(state, embedder)
            return
        named = {"embedder": embedder.model_id, "dimension": embedder.dimension}
        statement = insert(IndexRow).values(id=1, passages=0, **named)
        await session_of(tx).execute(statement.on_conflict_do_update(index_elements=[IndexRow.id], set_=named))

    @override
    async def copy(self, book_id: int, edition_id: int, embedder: str, *, tx: Transaction) -> None:
        await session_of(tx).execute(text(_COPY), {"book": book_id, "edition": edition_id, "embedder": embedder})

    @override
    async def lacking(self, embedder: str, *, edition_id: int | None, tx: Transaction) -> int:
        count = text(f"SELECT count(*) {_LACKING}")
        return int((await session_of(tx).execute(count, {"edition": edition_id, "embedder": embedder})).scalar_one())

    @override
    async def without(
        self, embedder: str, *, edition_id: int | None, limit: int, tx: Transaction
    ) -> list[tuple[int, str]]:
        query = text(f"SELECT p.id, {_EMBEDDED} {_LACKING} ORDER BY p.id LIMIT :limit")
        wanted = {"edition": edition_id, "embedder": embedder, "limit": limit}
        return [(row[0], row[1]) for row in await session_of(tx).execute(query, wanted)]

    @override
    async def save(
        self, embedder: str, ids: Sequence[int], vectors: Sequence[Sequence[float]], *, tx: Transaction
    ) -> None:
        written = [str(list(vector)) for vector in vectors]
        await session_of(tx).execute(text(_SAVE), {"embedder": embedder, "ids": list(ids), "vectors": written})

    async def change_embedder(self, embedder: str, dimension: int, *, tx: Transaction) -> None:
        """Makes this embedder's vectors the live ones, and removes all others."""
        session = session_of(tx)
        await session.execute(text("DELETE FROM rag.embedding WHERE embedder <> :embedder"), {"embedder": embedder})
        await session.execute(update(IndexRow).values(embedder=embedder, dimension=dimension))
        await session.execute(
            text("UPDATE rag.embedding e SET live = true FROM rag.passage p WHERE p.id = e.passage_id AND p.live")
        )

    @override
    async def recount(self, *, changed: bool, tx: Transaction) -> None:
        session = session_of(tx)
        live = select(func.count(PassageRow.id)).where(PassageRow.live).scalar_subquery()
        if not changed and await session.scalar(select(IndexRow.passages == live)):
            return
        for statement in (
            "SELECT id FROM rag.index_state FOR UPDATE",
            "DELETE FROM rag.lexeme",
            "INSERT INTO rag.lexeme SELECT word, ndoc FROM ts_stat('SELECT lexemes FROM rag.passage WHERE live')",
            "UPDATE rag.index_state SET passages = (SELECT count(*) FROM rag.passage WHERE live)",
            # What a search joins changed at once; a plan for the old numbers can cost five times as much.
            (
                "ANALYZE rag.book, rag.edition, rag.edition_section, rag.section, rag.term, rag.passage, rag.embedding,"
                " rag.lexeme, rag.index_state"
            ),
        ):
            await session.execute(text(statement))
