"""A library of any size: real passages with real vectors, then copies of them, shuffled and moved a little."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from numpy.typing import NDArray

from modules.chunking.interface import Chunking, CutSection
from modules.integrations.interface import Embedder
from modules.textbooks.interface import Textbooks

Vectors = NDArray[np.float32]
STEP = 0.02
"""Standard deviation of what is added to each of 384 coordinates of a copied vector of length 1."""
TAKEN = 40
"""Passages that a search takes off the vector index."""
CLEAR = "TRUNCATE rag.book CASCADE; TRUNCATE rag.lexeme, rag.index_state"
INDEXES = {
    "GIN": "CREATE INDEX ix_passage_lexemes ON rag.passage USING gin (lexemes) WHERE live",
    "HNSW": "CREATE INDEX ix_embedding_vector ON rag.embedding USING hnsw (vector halfvec_cosine_ops)"
    " WITH (ef_construction = 128) WHERE live",
}


@dataclass(frozen=True)
class Seed:
    """Real sections with the vectors of their passages, in order."""

    sections: tuple[tuple[str, CutSection], ...]
    vectors: Vectors


async def read_seed(folder: Path, textbooks: Textbooks, chunking: Chunking, embedder: Embedder) -> Seed:
    """Every book below a folder, cut and embedded; some minutes for six books."""
    sections = [
        (book.meta.slug, chunking.prepare(section))
        for source in textbooks.sources(folder)
        for book in textbooks.read(source)
        for section in book.sections
    ]
    texts = [f"{cut.section.title}. {draft.heading}. {draft.text}" for _, cut in sections for draft in cut.drafts]
    half = len(texts) // 2
    vectors = await asyncio.gather(embedder.embed(texts[:half]), embedder.embed(texts[half:]))
    return Seed(sections=tuple(sections), vectors=np.array([*vectors[0], *vectors[1]], dtype=np.float32))


def grow(seed: Seed, passages: int, *, url: str, embedder: Embedder) -> dict[str, float]:
    """Fills the library with so many live passages; returns seconds by step."""
    seconds: dict[str, float] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(CLEAR)
        for name in ("ix_passage_lexemes", "ix_embedding_vector"):
            connection.execute(f"DROP INDEX IF EXISTS rag.{name}")
        begin = time.perf_counter()
        _fill(connection, seed, passages, embedder.model_id)
        seconds["rows"] = time.perf_counter() - begin
        connection.execute("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 2")
        for name, statement in INDEXES.items():
            begin = time.perf_counter()
            connection.execute(statement)
            seconds[name] = time.perf_counter() - begin
        connection.execute(
            "INSERT INTO rag.lexeme SELECT word, ndoc FROM ts_stat('SELECT lexemes FROM rag.passage WHERE live')"
        )
        connection.execute(
            "INSERT INTO rag.index_state SELECT 1, %s, 384, count(*) FROM rag.passage", [embedder.model_id]
        )
        connection.execute(
            "VACUUM ANALYZE rag.book, rag.edition, rag.edition_section, rag.section, rag.term, rag.passage,"
            " rag.embedding, rag.lexeme, rag.index_state"
        )
    return seconds


def _fill(connection: "psycopg.Connection[tuple[object, ...]]", seed: Seed, passages: int, embedder: str) -> None:
    draw = random.Random(7)  # noqa: S311 - the same library every time
    noise = np.random.default_rng(7)
    total, copy = 0, 0
    with connection.transaction():
        connection.execute(
            "CREATE TEMP TABLE fresh (id bigint, section_id int, position int, kind text, heading text, text text,"
            " full_text text, vector halfvec(384)) ON COMMIT DROP"
        )
        section_id = 0
        while total < passages:
            vectors = seed.vectors if not copy else _moved(seed.vectors, noise)
            books = {slug: _book(connection, slug, copy) for slug in dict.fromkeys(slug for slug, _ in seed.sections)}
            with connection.cursor() as cursor:
                at, rows = 0, []
                for slug, cut in seed.sections:
                    if total >= passages:
                        break
                    section_id += 1
                    _section(cursor, section_id, books[slug], slug, copy, cut)
                    for position, draft in enumerate(cut.drafts):
                        text = draft.text if not copy else _shuffled(draft.text, draw)
                        full = f"{cut.section.title}\n{draft.heading}\n{text}"
                        vector = str(vectors[at].round(5).tolist())
                        rows.append((total, section_id, position, str(draft.kind), draft.heading, text, full, vector))
                        at, total = at + 1, total + 1
                with cursor.copy("COPY fresh FROM STDIN") as copying:
                    for row in rows:
                        copying.write_row(row)
            copy += 1
        connection.execute(
            "INSERT INTO rag.passage (id, section_id, position, kind, heading, text, lexemes, live)"
            " OVERRIDING SYSTEM VALUE SELECT id, section_id, position, kind, heading, text,"
            " to_tsvector('english', normalize(full_text, NFKC)), true FROM fresh"
        )
        connection.execute(
            "INSERT INTO rag.embedding (passage_id, section_id, embedder, vector, live)"
            " SELECT id, section_id, %s, vector, true FROM fresh",
            [embedder],
        )


def _moved(vectors: Vectors, noise: np.random.Generator) -> Vectors:
    moved = vectors + noise.standard_normal(vectors.shape, dtype=np.float32) * STEP
    lengths: Vectors = np.linalg.norm(moved, axis=1, keepdims=True)
    return moved / lengths


def _shuffled(text: str, draw: random.Random) -> str:
    words = text.split(" ")
    half = words[: len(words) // 2]
    draw.shuffle(half)
    return " ".join([*half, *words[len(words) // 2 :]][3:] or words)


def _book(connection: "psycopg.Connection[tuple[object, ...]]", slug: str, copy: int) -> tuple[int, int]:
    name = f"{slug}-{copy}" if copy else slug
    row = connection.execute("INSERT INTO rag.book (slug) VALUES (%s) RETURNING id", [name]).fetchone()
    edition = connection.execute(
        "INSERT INTO rag.edition (book_id, revision, state, title, language, subject, license, license_url, authors,"
        " source_url, attribution) VALUES (%s, '1', 'serving', %s, 'en', 'general', 'CC BY 4.0', '', '{}', '', '')"
        " RETURNING id",
        [row and row[0], name],
    ).fetchone()
    return int(str(row and row[0])), int(str(edition and edition[0]))


def _section(
    cursor: "psycopg.Cursor[tuple[object, ...]]",
    section_id: int,
    book: tuple[int, int],
    slug: str,
    copy: int,
    cut: CutSection,
) -> None:
    section = cut.section
    terms = "\n".join(term.term for term in section.terms)
    topic = f"{slug}-{copy}/{section.key}" if copy else f"{slug}/{section.key}"
    cursor.execute(
        "INSERT INTO rag.section (id, book_id, topic_id, title, subject, words, objectives, terms, lexemes,"
        " content_hash, live) VALUES (%s, %s, %s, %s, %s, %s, %s, '[]',"
        " setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('english', %s), 'B')"
        " || setweight(to_tsvector('english', %s), 'C'), '', true)",
        [section_id, book[0], topic, section.title, section.subject, cut.words, list(section.objectives),
         section.title, terms, "\n".join(section.objectives)],
    )  # fmt: skip
    cursor.execute(
        "INSERT INTO rag.edition_section VALUES (%s, %s, %s, %s, %s, '')",
        [book[1], section_id, section_id, section.number, section.chapter],
    )
    cursor.executemany(
        "INSERT INTO rag.term VALUES (%s, %s, %s, tsvector_to_array(to_tsvector('english', normalize(%s, NFKC))))",
        [(section_id, at, term.term, term.term) for at, term in enumerate(section.terms)],
    )


def nearest(
    connection: "psycopg.Connection[tuple[int]]", vector: Sequence[float], *, exact: bool, where: str
) -> set[int]:
    """The ten passages nearest to a vector, by looking at each, or the best of what a search takes off the index."""
    with connection.transaction():
        connection.execute(f"SET LOCAL enable_indexscan = {'off' if exact else 'on'}")
        connection.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        # As deep as a search goes.
        connection.execute(
            "SELECT set_config('hnsw.ef_search', CASE WHEN passages > 150000 THEN '800'"
            " WHEN passages > 50000 THEN '320' ELSE '80' END, true)"
            " FROM rag.index_state"
        )
        rows = connection.execute(
            "SELECT passage_id FROM (SELECT passage_id, vector <=> %(vector)s::halfvec(384) AS distance"  # noqa: S608 - own text
            f" FROM rag.embedding WHERE live {where} ORDER BY distance LIMIT {TAKEN}) taken ORDER BY distance LIMIT 10",
            {"vector": str(list(vector))},
        )
        return {row[0] for row in rows}
