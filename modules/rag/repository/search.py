"""SQL of search: what the lexical and the dense leg find, and what sections hold of a question's words."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text

from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.domain.evidence import Overlap
from modules.rag.domain.retrieval import Hit, index_text
from modules.rag.repository.rows import overlap_of

_RAREST: Final = 3
_LEG: Final = 60

# Lexemes of the question that the library knows, with their rarity; ts_rank is summed weighted by it, but rows are
# looked up by the rarest lexemes only: a student's sentence is never ANDed, and common words cost nothing.
_LEXICAL: Final = """
    known AS MATERIALIZED (
        SELECT word.lexeme AS word, ln(1 + (state.passages - l.passages + 0.5) / (l.passages + 0.5)) AS idf,
               row_number() OVER (ORDER BY l.passages, word.lexeme) AS place
        FROM unnest(to_tsvector('english', :words)) AS word
        JOIN rag.lexeme l ON l.lexeme = word.lexeme CROSS JOIN rag.index_state state
    ),
    wanted AS MATERIALIZED (
        SELECT CAST(string_agg(quoted, ' | ') FILTER (WHERE place <= :rarest) AS tsquery) AS some,
               array_agg(CAST(quoted AS tsquery)) AS words, array_agg(idf) AS idfs
        FROM (SELECT *, '''' || replace(replace(word, '\\', '\\\\'), '''', '''''') || '''' AS quoted FROM known) known
    ),
    lexical AS (
        SELECT p.id, (SELECT sum(idf * ts_rank(p.lexemes, word)) FROM unnest(wanted.words, wanted.idfs) u(word, idf))
               AS score
        FROM wanted JOIN rag.passage p ON p.live AND p.lexemes @@ wanted.some {among}
        ORDER BY score DESC, p.id LIMIT :leg
    )"""
_DENSE: Final = """
    dense AS (
        SELECT passage_id AS id FROM rag.embedding WHERE live {among}
        ORDER BY vector <=> CAST(:vector AS halfvec(384)) LIMIT :leg
    )"""
_HYBRID: Final = """
    WITH {lexical}, {dense}
    SELECT p.id, p.section_id, coalesce(l.score, 0) AS lexical,
           coalesce(1 - (e.vector <=> CAST(:vector AS halfvec(384))), 0) AS cosine
    FROM (SELECT id FROM lexical UNION SELECT id FROM dense) found
    JOIN rag.passage p USING (id) LEFT JOIN lexical l USING (id)
    LEFT JOIN rag.embedding e ON e.passage_id = p.id AND e.live"""
_LEXICAL_ONLY: Final = """
    WITH {lexical}
    SELECT p.id, p.section_id, l.score AS lexical, 0.0 AS cosine FROM lexical l JOIN rag.passage p USING (id)"""
_EVIDENCE: Final = """
    WITH word AS MATERIALIZED (
        SELECT w.lexeme,
               ln(1 + (state.passages - coalesce(l.passages, 0) + 0.5) / (coalesce(l.passages, 0) + 0.5)) AS idf,
               '''' || replace(replace(w.lexeme, '\\', '\\\\'), '''', '''''') || '''' AS quoted
        FROM unnest(to_tsvector('english', :words)) w LEFT JOIN rag.lexeme l ON l.lexeme = w.lexeme
        CROSS JOIN rag.index_state state
    )
    SELECT s.id,
        coalesce(sum(word.idf) FILTER (WHERE s.lexemes @@ CAST(quoted || '\\:AB' AS tsquery)), 0) AS terms,
        coalesce(sum(word.idf) FILTER (WHERE s.lexemes @@ CAST(quoted AS tsquery)), 0) AS text,
        sum(word.idf) AS total
    FROM rag.section s CROSS JOIN word WHERE s.id = ANY(:sections) GROUP BY s.id"""

_UNKNOWN: Final = """
    SELECT word FROM unnest(CAST(:words AS text[])) word
    WHERE NOT EXISTS (
        SELECT FROM unnest(to_tsvector('english', word)) w JOIN rag.lexeme l ON l.lexeme = w.lexeme WHERE l.passages > 0
    ) AND to_tsvector('english', word) <> CAST('' AS tsvector)"""


class SearchRepository:
    """Reads the index; writes nothing."""

    async def hits(
        self, words: str, vector: Sequence[float] | None, *, topic_id: str | None = None, tx: Transaction
    ) -> list[Hit]:
        """What the lexical and, with a vector, the dense leg find."""
        session = session_of(tx)
        among = (
            "SELECT p.id FROM rag.passage p JOIN rag.section s ON s.id = p.section_id"
            " WHERE s.live AND s.topic_id = :topic"
        )
        lexical = _LEXICAL.format(among=f"AND p.id IN ({among})" if topic_id else "")
        parameters: dict[str, Any] = {"words": index_text(words), "rarest": _RAREST, "leg": _LEG}
        if topic_id:
            parameters["topic"] = topic_id
        if vector is None:
            statement = _LEXICAL_ONLY.format(lexical=lexical)
        else:
            dense = _DENSE.format(among=f"AND passage_id IN ({among})" if topic_id else "")
            statement = _HYBRID.format(lexical=lexical, dense=dense)
            parameters["vector"] = str(list(vector))
        rows = (await session.execute(text(statement), parameters)).mappings()
        return [
            Hit(
                passage_id=row["id"],
                section_id=row["section_id"],
                lexical=float(row["lexical"]),
                cosine=float(row["cosine"]),
            )
            for row in rows
        ]

    async def overlaps(self, words: str, section_ids: Sequence[int], *, tx: Transaction) -> dict[int, Overlap]:
        """How much of the question's words each section holds; empty when the question holds no word."""
        parameters = {"words": index_text(words), "sections": list(section_ids)}
        rows = (await session_of(tx).execute(text(_EVIDENCE), parameters)).mappings()
        return {row["id"]: overlap_of(row) for row in rows}

    async def unknown(self, words: Sequence[str], *, tx: Transaction) -> list[str]:
        """Those of the words that stand in no passage of the library."""
        parameters = {"words": [index_text(word) for word in words]}
        return list(await session_of(tx).scalars(text(_UNKNOWN), parameters))
