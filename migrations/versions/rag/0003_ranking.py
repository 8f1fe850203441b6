"""What ranking asks for: key terms by their lexemes, objectives with a weight of their own, filters on vectors."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "rag_0003"
down_revision = "rag_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "term",
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("lexemes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["rag.section.id"], name=op.f("fk_term_section_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("section_id", "position", name=op.f("pk_term")),
        schema="rag",
    )
    op.execute(
        "INSERT INTO rag.term (section_id, position, term, lexemes)"
        " SELECT s.id, place, given->>'term',"
        "        tsvector_to_array(to_tsvector('english', normalize(given->>'term', NFKC)))"
        " FROM rag.section s, jsonb_array_elements(s.terms) WITH ORDINALITY listed(given, place)"
    )
    op.add_column("section", sa.Column("reading_grade", sa.REAL(), server_default="0", nullable=False), schema="rag")
    op.execute(
        "UPDATE rag.section SET lexemes = lexemes"
        " || setweight(to_tsvector('english', normalize(array_to_string(objectives, E'\\n'), NFKC)), 'C')"
    )
    op.add_column("embedding", sa.Column("section_id", sa.Integer(), nullable=True), schema="rag")
    op.execute("UPDATE rag.embedding e SET section_id = p.section_id FROM rag.passage p WHERE p.id = e.passage_id")
    op.alter_column("embedding", "section_id", nullable=False, schema="rag")
    op.create_index("ix_embedding_section_id", "embedding", ["section_id"], unique=False, schema="rag")


def downgrade() -> None:
    """Takes it back; the weight of the objectives stays, which nothing minds."""
    op.drop_index("ix_embedding_section_id", "embedding", schema="rag")
    op.drop_column("embedding", "section_id", schema="rag")
    op.drop_column("section", "reading_grade", schema="rag")
    op.drop_table("term", schema="rag")
