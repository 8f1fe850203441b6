"""Lexemes stand in their rows, uncompressed, and headings apart: a search reads them of a thousand passages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "rag_0004"
down_revision = "rag_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the change; writes every passage anew."""
    # In one statement: a new type brings its own storage, and the rows are written last.
    op.execute(
        "ALTER TABLE rag.passage ALTER lexemes TYPE tsvector USING lexemes || ''::tsvector,"
        " ALTER lexemes SET STORAGE MAIN, SET (toast_tuple_target = 4080)"
    )
    op.add_column(
        "section",
        sa.Column(
            "headings",
            postgresql.TSVECTOR(),
            sa.Computed("ts_filter(lexemes, '{a,b,c}')", persisted=True),
            nullable=False,
        ),
        schema="rag",
    )
    _index_vectors(ef_construction=128)
    op.execute("ANALYZE rag.section, rag.passage, rag.index_state, rag.edition, rag.book")


def downgrade() -> None:
    """Takes it back."""
    _index_vectors(ef_construction=64)
    op.drop_column("section", "headings", schema="rag")
    op.execute("ALTER TABLE rag.passage ALTER lexemes SET STORAGE EXTENDED")
    op.execute("ALTER TABLE rag.passage RESET (toast_tuple_target)")


def _index_vectors(*, ef_construction: int) -> None:
    """Builds the vector index anew; with more care it finds more of a large library."""
    op.execute("DROP INDEX rag.ix_embedding_vector")
    op.execute(
        "CREATE INDEX ix_embedding_vector ON rag.embedding USING hnsw (vector halfvec_cosine_ops)"
        f" WITH (ef_construction = {ef_construction}) WHERE live"
    )
