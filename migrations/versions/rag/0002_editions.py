"""Editions: what is being built stands beside what serves, and sections are shared by the editions that hold them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "rag_0002"
down_revision = "rag_0001"
branch_labels = None
depends_on = None

_FACTS = ("title", "language", "subject", "license", "license_url", "authors", "source_url", "attribution")
_PLACE = ("position", "number", "chapter", "url")


def upgrade() -> None:
    """Applies the change."""
    _create_editions()
    _copy_editions()
    for column in ("edition", *_FACTS, "imported_at"):
        op.drop_column("book", column, schema="rag")
    op.drop_index("ix_section_book_id_position", "section", schema="rag")
    op.drop_constraint("uq_section_topic_id", "section", schema="rag")
    for column in _PLACE:
        op.drop_column("section", column, schema="rag")
    _add_live()
    op.create_unique_constraint(
        op.f("uq_section_book_id_topic_id_content_hash"),
        "section",
        ["book_id", "topic_id", "content_hash"],
        schema="rag",
    )
    op.create_index(
        "uq_section_live_topic", "section", ["topic_id"], unique=True, schema="rag", postgresql_where=sa.text("live")
    )
    _index(live=True)


def _create_editions() -> None:
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "building",
                "serving",
                "superseded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("license_url", sa.Text(), nullable=False),
        sa.Column("license_allowed_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("authors", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("quality", postgresql.JSONB(), nullable=True),
        sa.Column("quality_accepted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("builder", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("switched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["book_id"], ["rag.book.id"], name=op.f("fk_edition_book_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        schema="rag",
    )
    unique = {"unique": True, "schema": "rag"}
    op.create_index(
        "uq_edition_serving", "edition", ["book_id"], postgresql_where=sa.text("state = 'serving'"), **unique
    )
    op.create_index(
        "uq_edition_building", "edition", ["book_id"], postgresql_where=sa.text("state = 'building'"), **unique
    )
    op.create_index(
        "uq_edition_revision",
        "edition",
        ["book_id", "revision"],
        postgresql_where=sa.text("state <> 'building'"),
        **unique,
    )
    op.create_table(
        "edition_section",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("chapter", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["rag.edition.id"], name=op.f("fk_edition_section_edition_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["rag.section.id"], name=op.f("fk_edition_section_section_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_id", "section_id", name=op.f("pk_edition_section")),
        schema="rag",
    )
    op.create_index(op.f("ix_edition_section_section_id"), "edition_section", ["section_id"], schema="rag")


def _copy_editions() -> None:
    """Every book has one edition so far, and it serves."""
    facts = ", ".join(_FACTS)
    op.execute(
        f"INSERT INTO rag.edition (book_id, revision, state, {facts}, created_at, switched_at)"  # noqa: S608 - own names
        f" SELECT id, edition, 'serving', {facts}, imported_at, imported_at FROM rag.book"
    )
    place = ", ".join(f"s.{column}" for column in _PLACE)
    op.execute(
        f"INSERT INTO rag.edition_section (edition_id, section_id, {', '.join(_PLACE)})"  # noqa: S608 - own names
        f" SELECT e.id, s.id, {place} FROM rag.section s JOIN rag.edition e USING (book_id)"
    )


def _add_live() -> None:
    """What stands is live; the indexes go first, so that no row is indexed twice."""
    op.drop_index("ix_passage_lexemes", "passage", schema="rag")
    op.drop_index("ix_embedding_vector", "embedding", schema="rag")
    op.add_column("passage", sa.Column("words", sa.Integer(), server_default="0", nullable=False), schema="rag")
    op.add_column(
        "passage",
        sa.Column("formulas", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        schema="rag",
    )
    op.execute(r"UPDATE rag.passage SET words = coalesce(array_length(regexp_split_to_array(trim(text), '\s+'), 1), 0)")
    # Added as true, so that no row is rewritten; what comes later is not live until an edition switches.
    for table in ("section", "passage", "embedding"):
        op.add_column(table, sa.Column("live", sa.Boolean(), server_default=sa.true(), nullable=False), schema="rag")
        op.alter_column(table, "live", server_default=sa.false(), schema="rag")
    op.add_column("embedding", sa.Column("embedder", sa.Text(), nullable=True), schema="rag")
    op.execute("UPDATE rag.embedding SET embedder = (SELECT embedder FROM rag.index_state)")
    op.alter_column("embedding", "embedder", nullable=False, schema="rag")
    _key("passage_id", "embedder")


def _key(*columns: str) -> None:
    op.drop_constraint("pk_embedding", "embedding", schema="rag")
    op.create_primary_key(op.f("pk_embedding"), "embedding", list(columns), schema="rag")


def _index(*, live: bool) -> None:
    where = {"postgresql_where": sa.text("live")} if live else {}
    op.create_index("ix_passage_lexemes", "passage", ["lexemes"], schema="rag", postgresql_using="gin", **where)
    op.create_index(
        "ix_embedding_vector",
        "embedding",
        ["vector"],
        schema="rag",
        postgresql_using="hnsw",
        postgresql_ops={"vector": "halfvec_cosine_ops"},
        **where,
    )


def downgrade() -> None:
    """Takes it back: what serves stays, other editions go."""
    op.execute("DELETE FROM rag.section WHERE NOT live")
    op.execute("DELETE FROM rag.embedding WHERE NOT live")
    op.execute("DELETE FROM rag.edition WHERE state <> 'serving'")
    op.execute("DELETE FROM rag.book b WHERE NOT EXISTS (SELECT FROM rag.edition e WHERE e.book_id = b.id)")
    _restore_book()
    _restore_section()
    _key("passage_id")
    op.drop_column("embedding", "embedder", schema="rag")
    op.drop_index("ix_passage_lexemes", "passage", schema="rag")
    op.drop_index("ix_embedding_vector", "embedding", schema="rag")
    for table in ("section", "passage", "embedding"):
        op.drop_column(table, "live", schema="rag")
    for column in ("words", "formulas"):
        op.drop_column("passage", column, schema="rag")
    _index(live=False)
    op.drop_table("edition_section", schema="rag")
    op.drop_table("edition", schema="rag")


def _restore_book() -> None:
    for column in ("edition", *_FACTS):
        kind = postgresql.ARRAY(sa.Text()) if column == "authors" else sa.Text()
        op.add_column("book", sa.Column(column, kind, nullable=True), schema="rag")
    op.add_column(
        "book",
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        schema="rag",
    )
    facts = ", ".join(f"{column} = e.{column}" for column in _FACTS)
    op.execute(
        f"UPDATE rag.book b SET edition = e.revision, {facts}, imported_at = coalesce(e.switched_at, now())"  # noqa: S608 - own names
        " FROM rag.edition e WHERE e.book_id = b.id"
    )
    for column in ("edition", *_FACTS):
        op.alter_column("book", column, nullable=False, schema="rag")


def _restore_section() -> None:
    op.drop_index("uq_section_live_topic", "section", schema="rag")
    op.drop_constraint("uq_section_book_id_topic_id_content_hash", "section", schema="rag")
    for column in _PLACE:
        kind = sa.Integer() if column == "position" else sa.Text()
        op.add_column("section", sa.Column(column, kind, nullable=True), schema="rag")
    place = ", ".join(f"{column} = m.{column}" for column in _PLACE)
    op.execute(f"UPDATE rag.section s SET {place} FROM rag.edition_section m WHERE m.section_id = s.id")  # noqa: S608 - own names
    for column in _PLACE:
        op.alter_column("section", column, nullable=False, schema="rag")
    op.create_unique_constraint(op.f("uq_section_topic_id"), "section", ["topic_id"], schema="rag")
    op.create_index("ix_section_book_id_position", "section", ["book_id", "position"], schema="rag")
