"""SQL of search: the sections that words and meaning find, each with the numbers that ranking needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, select, text

from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.domain.words import index_text
from modules.rag.interface import EditionState, Filters
from modules.rag.models import BookRow, EditionRow, SectionRow
from modules.ranking.interface import BEST_THREE, LEXICAL, Found

# Rows are looked up by the question's rarest lexemes, ORed: the rarest, three unless they stand in very many passages,
# more while they stand in few, so that common words cost nothing. Both legs give 40 passages; the 20 sections that look
# best are then scored whole.
_FEW_SECTIONS: Final = 4_000
_MOST_WORDS: Final = 30
_STEP: Final = 5
"""Statements differ by five lexemes, so that the server keeps few plans."""
_RAREST: Final = 3
_ROWS: Final = 1_000
_MOST_ROWS: Final = 4_000
_LEG: Final = 40
_NEAR_SECTIONS: Final = 20
# Read once: in a plan that is kept, a bare cast would read 384 numbers anew for each row.
_VECTOR: Final = "(SELECT CAST(:vector AS halfvec(384)))"
_COUNTS: Final = f"(ARRAY{list(BEST_THREE)})"
# ts_rank of a lexeme that stands once with weight D: a word's weight makes the sums shares of the question's rarity.
_ONCE: Final = "0.0607927"
_ASKED: Final = f"""
    asked AS MATERIALIZED (
        SELECT w.lexeme, l.passages IS NOT NULL AS known,
               ln(1 + (state.passages - coalesce(l.passages, 0) + 0.5) / (coalesce(l.passages, 0) + 0.5)) AS idf,
               row_number() OVER rarity AS place, sum(l.passages) OVER rarity AS rows,
               '''' || replace(replace(w.lexeme, '\\', '\\\\'), '''', '''''') || '''' AS quoted
        FROM unnest(to_tsvector('english', :words)) w LEFT JOIN rag.lexeme l ON l.lexeme = w.lexeme
        JOIN rag.index_state state ON state.id = 1
        WINDOW rarity AS (ORDER BY l.passages NULLS LAST, w.lexeme)
    ),
    wanted AS MATERIALIZED (
        SELECT rare, lexemes, total, {{words}}
        FROM (SELECT CAST(string_agg(quoted, ' | ') FILTER (
                          WHERE known AND (place = 1 OR rows <= {_ROWS} OR place <= {_RAREST} AND rows <= {_MOST_ROWS}))
                          AS tsquery) AS rare,
                     array_agg(CAST(quoted AS tsquery) ORDER BY place) FILTER (WHERE known) AS words,
                     array_agg(idf / total ORDER BY place) FILTER (WHERE known) AS shares,
                     array_agg(lexeme) AS lexemes, min(total) AS total
              FROM asked CROSS JOIN (SELECT sum(idf) AS total FROM asked) everything) gathered
    )"""  # noqa: S608 - own text
_LEXICAL: Final = f"""
    lexical AS MATERIALIZED (
        SELECT p.id, p.section_id, {{rank}} AS score
        FROM wanted JOIN rag.passage p ON p.live AND p.lexemes @@ wanted.rare {{among}}
        ORDER BY score DESC, p.id LIMIT {_LEG}
    )"""  # noqa: S608 - own text
_NEAREST: Final = f"""
    dense AS MATERIALIZED (
        SELECT passage_id AS id, section_id FROM rag.embedding e WHERE live {{among}}
        ORDER BY vector <=> {_VECTOR} LIMIT {_LEG}
    )"""  # noqa: S608 - own text
# Under a filter the index finds too little: what lies near the question is mostly filtered out. Adding 0 keeps it away.
_EXACT: Final = f"""
    dense AS MATERIALIZED (
        SELECT passage_id AS id, section_id FROM rag.embedding e WHERE live {{among}}
        ORDER BY (vector <=> {_VECTOR}) + 0 LIMIT {_LEG}
    )"""  # noqa: S608 - own text
_COSINE: Final = f"coalesce(1 - (e.vector <=> {_VECTOR}), 0)"
_NEAR: Final = f"""
    near AS MATERIALIZED (
        SELECT section_id, sum(value * {_COUNTS}[place]) AS score
        FROM (
            SELECT section_id, value, row_number() OVER (PARTITION BY section_id, leg ORDER BY value DESC) AS place
            FROM ({{legs}}) legs
        ) placed WHERE place <= {len(BEST_THREE)}
        GROUP BY section_id ORDER BY score DESC, section_id LIMIT {_NEAR_SECTIONS}
    )"""  # noqa: S608 - own text
_BY_WORDS: Final = "SELECT section_id, 1 AS leg, score AS value FROM lexical"
_BY_BOTH: Final = f"""
    SELECT p.section_id, leg, CASE leg WHEN 1 THEN {LEXICAL} * coalesce(l.score, {{rank}}) ELSE {_COSINE} END AS value
    FROM (SELECT id FROM lexical UNION SELECT id FROM dense) found CROSS JOIN wanted
    JOIN rag.passage p ON p.id = found.id LEFT JOIN lexical l ON l.id = found.id
    LEFT JOIN rag.embedding e ON e.passage_id = found.id AND e.live CROSS JOIN (VALUES (1), (2)) legs(leg)"""  # noqa: S608 - own text
_SECTIONS: Final = """
    SELECT near.section_id, scored.ids, scored.lexical, scored.cosines, {heading} AS heading, {named} AS named,
           coalesce((SELECT max((SELECT sum(idf) FROM asked WHERE lexeme = ANY(t.lexemes)))
                     FROM rag.term t WHERE t.section_id = near.section_id AND t.lexemes <@ wanted.lexemes), 0)
               / wanted.total AS glossary
    FROM near JOIN rag.section s ON s.id = near.section_id CROSS JOIN wanted CROSS JOIN LATERAL (
        SELECT array_agg(p.id) AS ids, array_agg({rank}) AS lexical, array_agg({cosine}) AS cosines
        FROM rag.passage p {vectors} WHERE p.section_id = near.section_id AND p.live
    ) scored"""
_VECTORS: Final = "LEFT JOIN rag.embedding e ON e.passage_id = p.id AND e.live"
_VOCABULARY: Final = """
    SELECT word, CAST(count(*) AS int) FROM (
        SELECT title AS said FROM rag.section WHERE live
        UNION ALL SELECT unnest(objectives) FROM rag.section WHERE live
        UNION ALL SELECT unnest(ARRAY[defined->>'term', defined->>'definition'])
                  FROM rag.section, jsonb_array_elements(terms) defined WHERE live
        UNION ALL SELECT DISTINCT heading FROM rag.passage WHERE live
    ) spoken, regexp_split_to_table(lower(said), '[^a-z]+') word
    WHERE length(word) >= 5 GROUP BY word"""
_LOOKED_UP: Final = """
    SELECT length(to_tsvector('english', :words)), ARRAY(
        SELECT word FROM unnest(CAST(:content AS text[])) word
        WHERE NOT EXISTS (
            SELECT FROM unnest(to_tsvector('english', word)) w JOIN rag.lexeme l ON l.lexeme = w.lexeme
            WHERE l.passages > 0
        ) AND to_tsvector('english', word) <> CAST('' AS tsvector)
    )"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where to search: these sections only, or all but these. `exact`: they are few, look at each."""

    section_ids: Sequence[int]
    exact: bool = False
    all_but: bool = False

    @property
    def condition(self) -> str:
        """As SQL, of any table with a section."""
        return f"AND section_id {'<> ALL' if self.all_but else '= ANY'}(:among)"


class SearchRepository:
    """Reads the index; writes nothing."""

    async def sections(
        self,
        words: str,
        lexemes: int,
        vector: Sequence[float] | None,
        *,
        scope: Scope | None = None,
        tx: Transaction,
    ) -> list[Found]:
        """The sections that look best, at most 20, not yet in order; by words alone without a vector.

        `lexemes`: how many the words hold, as looked up.
        """
        parameters: dict[str, Any] = {"words": index_text(words)}
        if scope is not None:
            parameters["among"] = list(scope.section_ids)
        if vector is not None:
            parameters["vector"] = str(list(vector))
        count = min(-(-lexemes // _STEP) * _STEP, _MOST_WORDS)
        statement = _statement(count, vector is not None, scope.condition if scope else "", bool(scope and scope.exact))
        rows = await session_of(tx).execute(statement, parameters)
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
        """Lower-case words of titles, headings, objectives and the glossary, with how often each stands."""
        rows = await session_of(tx).execute(text(_VOCABULARY))
        return dict(rows.all())

    async def looked_up(self, words: str, content: Sequence[str], *, tx: Transaction) -> tuple[int, list[str]]:
        """How many lexemes the words hold, stop words left out; those of `content` that stand in no passage."""
        parameters = {"words": index_text(words), "content": [index_text(word) for word in content]}
        lexemes, unknown = (await session_of(tx).execute(text(_LOOKED_UP), parameters)).one()
        return lexemes, unknown


@cache
def _statement(count: int, dense: bool, among: str, exact: bool) -> TextClause:
    """The search for a question of so many lexemes; flat sums, because an array of words costs four times as much."""
    places = range(1, count + 1)
    words = ", ".join(f"words[{at}] AS word_{at}, shares[{at}] / {_ONCE} AS weight_{at}" for at in places)
    rank = _sum("weight_{at} * ts_rank(p.lexemes, word_{at})", places)
    steps = [_ASKED.format(words=words), _LEXICAL.format(rank=rank, among=among)]
    if dense:
        steps.append((_EXACT if exact else _NEAREST).format(among=among))
    steps.append(_NEAR.format(legs=_BY_BOTH.format(rank=rank) if dense else _BY_WORDS))
    found = _SECTIONS.format(
        heading=_sum("weight_{at} * ts_rank('{{0,.1,.1,.1}}', s.headings, word_{at})", places),
        named=_sum(f"weight_{{at}} * {_ONCE} * CAST(s.headings @@ word_{{at}} AS int)", places),
        rank=rank,
        cosine=_COSINE if dense else "0.0",
        vectors=_VECTORS if dense else "",
    )
    return text(f"WITH {', '.join(steps)} {found}")


def _sum(term: str, places: Iterable[int]) -> str:
    return " + ".join(f"coalesce({term.format(at=at)}, 0)" for at in places)
