"""SQL of search: the sections that words and meaning find, each with the numbers that ranking needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, text

from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.domain.words import index_text
from modules.rag.interface import EditionState, Filters
from modules.rag.models import BookRow, EditionRow, SectionRow
from modules.ranking.interface import BEST_THREE, LEXICAL, Found

# Rows are looked up by the question's rarest lexemes, ORed: at least three, more while they stand in few passages, so
# that common words cost nothing. Both legs give 60 passages; the 30 sections that look best are then scored whole.
_FEW_SECTIONS: Final = 800
_PARAMETERS: Final = {"rarest": 3, "rows": 1_000, "most": 30, "leg": 60, "near": 30}
_COUNTS: Final = f"(ARRAY{list(BEST_THREE)})"
# ts_rank of a lexeme that stands once with weight D, which makes the sums below shares of the question's rarity.
_ONCE: Final = "0.0607927"
_ASKED: Final = f"""
    asked AS MATERIALIZED (
        SELECT w.lexeme, l.passages IS NOT NULL AS known,
               ln(1 + (state.passages - coalesce(l.passages, 0) + 0.5) / (coalesce(l.passages, 0) + 0.5)) AS idf,
               row_number() OVER rarity AS place, sum(l.passages) OVER rarity AS rows,
               '''' || replace(replace(w.lexeme, '\\', '\\\\'), '''', '''''') || '''' AS quoted
        FROM unnest(to_tsvector('english', :words)) w LEFT JOIN rag.lexeme l ON l.lexeme = w.lexeme
        CROSS JOIN rag.index_state state
        WINDOW rarity AS (ORDER BY l.passages NULLS LAST, w.lexeme)
    ),
    wanted AS MATERIALIZED (
        SELECT CAST(string_agg(quoted, ' | ') FILTER (WHERE known AND (place <= :rarest OR rows <= :rows)) AS tsquery)
                   AS some,
               array_agg(CAST(quoted AS tsquery)) FILTER (WHERE known AND place <= :most) AS words,
               array_agg(idf / {_ONCE} / total) FILTER (WHERE known AND place <= :most) AS shares,
               array_agg(lexeme) AS lexemes
        FROM asked CROSS JOIN (SELECT sum(idf) AS total FROM asked) everything
    )"""  # noqa: S608 - own text
_RANK: Final = """
    coalesce((SELECT sum(share * ts_rank({weights} {of}.lexemes, word))
              FROM unnest(wanted.words, wanted.shares) u(word, share)), 0)"""
_LEXICAL: Final = f"""
    lexical AS MATERIALIZED (
        SELECT p.id, p.section_id, {_RANK.format(of="p", weights="")} AS score
        FROM wanted JOIN rag.passage p ON p.live AND p.lexemes @@ wanted.some {{among}}
        ORDER BY score DESC, p.id LIMIT :leg
    )"""  # noqa: S608 - own text
_NEAREST: Final = """
    dense AS MATERIALIZED (
        SELECT passage_id AS id, section_id FROM rag.embedding e WHERE live {among}
        ORDER BY vector <=> CAST(:vector AS halfvec(384)) LIMIT :leg
    )"""
# Among few passages the exact order is quicker than an index that would have to look past all the others.
_EXACT: Final = """
    filtered AS MATERIALIZED (SELECT passage_id, section_id, vector FROM rag.embedding e WHERE live {among}),
    dense AS MATERIALIZED (
        SELECT passage_id AS id, section_id FROM filtered
        ORDER BY vector <=> CAST(:vector AS halfvec(384)) LIMIT :leg
    )"""
_COSINE: Final = "coalesce(1 - (e.vector <=> CAST(:vector AS halfvec(384))), 0)"
_NEAR: Final = f"""
    near AS MATERIALIZED (
        SELECT section_id, sum(value * {_COUNTS}[place]) AS score
        FROM (
            SELECT section_id, value, row_number() OVER (PARTITION BY section_id, leg ORDER BY value DESC) AS place
            FROM ({{legs}}) legs
        ) placed WHERE place <= {len(BEST_THREE)}
        GROUP BY section_id ORDER BY score DESC, section_id LIMIT :near
    )"""  # noqa: S608 - own text
_BY_WORDS: Final = "SELECT section_id, 1 AS leg, score AS value FROM lexical"
_BY_BOTH: Final = f"""
    SELECT p.section_id, leg, CASE leg WHEN 1 THEN {LEXICAL} * coalesce(l.score, {_RANK.format(of="p", weights="")})
                                        ELSE {_COSINE} END AS value
    FROM (SELECT id FROM lexical UNION SELECT id FROM dense) found CROSS JOIN wanted
    JOIN rag.passage p ON p.id = found.id LEFT JOIN lexical l ON l.id = found.id
    LEFT JOIN rag.embedding e ON e.passage_id = found.id AND e.live CROSS JOIN (VALUES (1), (2)) legs(leg)"""  # noqa: S608 - own text
_SECTIONS: Final = f"""
    SELECT near.section_id, scored.ids, scored.lexical, scored.cosines,
           {_RANK.format(of="s", weights="'{{0,.1,.1,.1}}',")} AS heading,
           coalesce((SELECT sum(idf) FILTER (WHERE s.lexemes @@ CAST(quoted || '\\:ABC' AS tsquery)) / sum(idf)
                     FROM asked), 0) AS named,
           coalesce((SELECT max((SELECT sum(idf) FROM asked WHERE lexeme = ANY(t.lexemes)))
                     FROM rag.term t WHERE t.section_id = near.section_id AND t.lexemes <@ wanted.lexemes), 0)
               / (SELECT sum(idf) FROM asked) AS glossary
    FROM near JOIN rag.section s ON s.id = near.section_id CROSS JOIN wanted CROSS JOIN LATERAL (
        SELECT array_agg(p.id) AS ids, array_agg({_RANK.format(of="p", weights="")}) AS lexical,
               array_agg({{cosine}}) AS cosines
        FROM rag.passage p {{vectors}} WHERE p.section_id = near.section_id AND p.live
    ) scored"""  # noqa: S608 - own text
_VECTORS: Final = "LEFT JOIN rag.embedding e ON e.passage_id = p.id AND e.live"
_VOCABULARY: Final = """
    SELECT word, CAST(count(*) AS int) FROM (
        SELECT title AS said FROM rag.section WHERE live
        UNION ALL SELECT unnest(objectives) FROM rag.section WHERE live
        UNION ALL SELECT t.term FROM rag.term t JOIN rag.section s ON s.id = t.section_id WHERE s.live
    ) spoken, regexp_split_to_table(lower(said), '[^a-z]+') word
    WHERE length(word) >= 5 GROUP BY word"""
_UNKNOWN: Final = """
    SELECT word FROM unnest(CAST(:words AS text[])) word
    WHERE NOT EXISTS (
        SELECT FROM unnest(to_tsvector('english', word)) w JOIN rag.lexeme l ON l.lexeme = w.lexeme WHERE l.passages > 0
    ) AND to_tsvector('english', word) <> CAST('' AS tsvector)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where to search: these sections only, or all but these. `exact`: they are few, look at each."""

    section_ids: Sequence[int]
    exact: bool = False
    all_but: bool = False


class SearchRepository:
    """Reads the index; writes nothing."""

    async def sections(
        self, words: str, vector: Sequence[float] | None, *, scope: Scope | None = None, tx: Transaction
    ) -> list[Found]:
        """The sections that look best, at most 30, not yet in order; by words alone without a vector."""
        parameters: dict[str, Any] = {"words": index_text(words), **_PARAMETERS}
        if scope is not None:
            parameters["among"] = list(scope.section_ids)
        if vector is not None:
            parameters["vector"] = str(list(vector))
        rows = await session_of(tx).execute(text(_statement(vector is not None, scope)), parameters)
        return [
            Found(
                section_id=row["section_id"],
                passage_ids=tuple(row["ids"]),
                lexical=tuple(row["lexical"]),
                cosines=tuple(float(cosine) for cosine in row["cosines"]),
                heading=float(row["heading"]),
                named=float(row["named"]),
                glossary=float(row["glossary"]),
            )
            for row in rows.mappings()
        ]

    async def scope(self, filters: Filters, *, tx: Transaction) -> Scope:
        """The live sections that the filters let, and whether they are few enough to look at each passage."""
        query = select(SectionRow.id).join(EditionRow, EditionRow.book_id == SectionRow.book_id)
        query = query.join(BookRow, BookRow.id == SectionRow.book_id)
        query = query.where(SectionRow.live, EditionRow.state == EditionState.SERVING)
        wanted = (
            (SectionRow.subject, filters.subject),
            (BookRow.slug, filters.book_slug),
            (EditionRow.license, filters.license),
            (SectionRow.topic_id, filters.topic_id),
        )
        query = query.where(*(column == value for column, value in wanted if value))
        if filters.max_reading_grade is not None:
            query = query.where(SectionRow.reading_grade <= filters.max_reading_grade)
        found = list(await session_of(tx).scalars(query))
        return Scope(section_ids=found, exact=len(found) <= _FEW_SECTIONS)

    async def vocabulary(self, *, tx: Transaction) -> dict[str, int]:
        """Lower-case words of titles, key terms and objectives, with how often each stands."""
        rows = await session_of(tx).execute(text(_VOCABULARY))
        return dict(rows.all())

    async def lexemes(self, words: str, *, tx: Transaction) -> int:
        """How many lexemes the words hold, stop words left out."""
        count = text("SELECT length(to_tsvector('english', :words))")
        return int((await session_of(tx).execute(count, {"words": index_text(words)})).scalar_one())

    async def unknown(self, words: Sequence[str], *, tx: Transaction) -> list[str]:
        """Those of the words that stand in no passage of the library."""
        parameters = {"words": [index_text(word) for word in words]}
        return list(await session_of(tx).scalars(text(_UNKNOWN), parameters))


def _statement(dense: bool, scope: Scope | None) -> str:
    among = f"AND section_id {'<> ALL' if scope.all_but else '= ANY'}(:among)" if scope else ""
    steps = [_ASKED, _LEXICAL.format(among=among)]
    if dense:
        steps.append((_EXACT if scope and scope.exact else _NEAREST).format(among=among))
    steps.append(_NEAR.format(legs=_BY_BOTH if dense else _BY_WORDS))
    found = _SECTIONS.format(cosine=_COSINE if dense else "0.0", vectors=_VECTORS if dense else "")
    return f"WITH {', '.join(steps)} {found}"
