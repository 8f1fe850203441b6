"""A library of before editions keeps everything through the migration, and back."""

import psycopg
import pytest
from alembic import command
from psycopg import sql

from shell import migrate

pytestmark = pytest.mark.postgres
BOOK = """
INSERT INTO rag.index_state VALUES (1, 'fake/model', 384, 2);
INSERT INTO rag.book (id, slug, title, edition, language, subject, license, license_url, authors, source_url,
                      attribution)
VALUES (7, 'small', 'A Small Book', '2024', 'en', 'biology', 'CC BY 4.0', 'https://l', '{Ada,Ben}', 'https://s', 'by');
INSERT INTO rag.section (id, book_id, topic_id, position, title, number, chapter, subject, url, words, objectives,
                         terms, lexemes, content_hash)
VALUES (3, 7, 'small/a', 0, 'Leaves', '1.1', '1 Plants', 'biology', 'https://a', 9, '{Look}', '[]', 'leav:1A', 'h1'),
       (4, 7, 'small/b', 1, 'Roots', '1.2', '1 Plants', 'biology', 'https://b', 9, '{}', '[]', 'root:1A', 'h2');
INSERT INTO rag.passage (id, section_id, position, kind, heading, text, lexemes)
VALUES (11, 3, 0, 'text', 'H', 'Leaves are green.', 'leav:1'), (12, 4, 0, 'text', 'H', 'Roots drink.', 'root:1');
INSERT INTO rag.embedding (passage_id, vector)
SELECT id, array_fill(id::real, ARRAY[384])::vector::halfvec(384) FROM rag.passage;
"""
BEFORE = """
SELECT slug, b.title, s.title, edition, authors, license, topic_id, s.position, number, chapter, s.url, content_hash,
       p.id, text,
       e.vector::text
FROM rag.book b JOIN rag.section s ON s.book_id = b.id JOIN rag.passage p ON p.section_id = s.id
JOIN rag.embedding e ON e.passage_id = p.id ORDER BY p.id
"""
AFTER = """
SELECT slug, e.title, s.title, revision, authors, license, topic_id, m.position, number, chapter, m.url, content_hash,
       p.id, text,
       v.vector::text
FROM rag.book b JOIN rag.edition e ON e.book_id = b.id AND e.state = 'serving'
JOIN rag.edition_section m ON m.edition_id = e.id JOIN rag.section s ON s.id = m.section_id AND s.live
JOIN rag.passage p ON p.section_id = s.id AND p.live AND p.words BETWEEN 2 AND 3
JOIN rag.embedding v ON v.passage_id = p.id AND v.live AND v.embedder = 'fake/model' ORDER BY p.id
"""
OTHER_EDITION = """
INSERT INTO rag.edition (id, book_id, revision, state, title, language, subject, license, license_url, authors,
                         source_url, attribution)
VALUES (90, 7, '2023', 'superseded', 'A Small Book', 'en', 'biology', 'CC BY 4.0', '', '{}', '', '');
INSERT INTO rag.section (id, book_id, topic_id, title, subject, words, objectives, terms, lexemes, content_hash)
VALUES (91, 7, 'small/a', 'Leaves', 'biology', 9, '{}', '[]', '', 'older');
INSERT INTO rag.edition_section VALUES (90, 91, 0, '1.1', '1 Plants', ''), (90, 4, 5, '9.9', '9 Elsewhere', '');
"""


def test_what_stands_serves_after_the_migration_and_before_it(
    postgres_url: str, postgres_admin: "psycopg.Connection[tuple[str, ...]]"
) -> None:
    name = sql.Identifier("vividly_editions")
    postgres_admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
    url = f"{postgres_url.rpartition('/')[0]}/vividly_editions"
    config = migrate.config_for("rag", url)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION vector")
            command.upgrade(config, "rag_0001")
            connection.execute(BOOK)
            stood = connection.execute(BEFORE).fetchall()
            assert len(stood) == 2
            command.upgrade(config, "rag_0002")
            assert connection.execute(AFTER).fetchall() == stood
            connection.execute(OTHER_EDITION)
            command.downgrade(config, "rag_0001")
            assert connection.execute(BEFORE).fetchall() == stood
            assert connection.execute("SELECT count(*) FROM rag.section").fetchone() == (2,)
            command.upgrade(config, "rag_0002")
            assert connection.execute(AFTER).fetchall() == stood
    finally:
        postgres_admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
