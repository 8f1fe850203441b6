"""The tables of the library."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.kernel.database import metadata_for
from modules.rag.domain.index import DIMENSION as DIMENSION
from modules.rag.interface import EditionState, PassageKind


def _enum(members: type[StrEnum], name: str) -> sa.Enum:
    return sa.Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """The library's own declarative base."""

    metadata = metadata_for("rag")


class BookRow(Base):
    """A book, whatever its editions; its row is locked by whoever writes one of them."""

    __tablename__ = "book"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.Text, unique=True)


class EditionRow(Base):
    """What a book says of itself in one revision. `builder`: the import that is building it."""

    __tablename__ = "edition"
    __table_args__ = (
        sa.Index("uq_edition_serving", "book_id", unique=True, postgresql_where=sa.text("state = 'serving'")),
        sa.Index("uq_edition_building", "book_id", unique=True, postgresql_where=sa.text("state = 'building'")),
        sa.Index(
            "uq_edition_revision", "book_id", "revision", unique=True, postgresql_where=sa.text("state <> 'building'")
        ),
    )

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("rag.book.id", ondelete="CASCADE"))
    revision: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[EditionState] = mapped_column(_enum(EditionState, "state"))
    title: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    license: Mapped[str] = mapped_column(sa.Text)
    license_url: Mapped[str] = mapped_column(sa.Text)
    license_allowed_by_name: Mapped[str] = mapped_column(sa.Text, server_default="")
    authors: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    source_url: Mapped[str] = mapped_column(sa.Text)
    attribution: Mapped[str] = mapped_column(sa.Text)
    quality: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    quality_accepted: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    builder: Mapped[UUID | None] = mapped_column(sa.Uuid)
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.now())
    switched_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class SectionRow(Base):
    """A topic's content, shared by the editions that hold it unchanged; `live` in the one that serves.

    `lexemes`: title (weight A), key terms (B), objectives (C) and text (D), for judging what a section is about.
    `headings`: the same without the text, small enough to be read at once.
    """

    __tablename__ = "section"
    __table_args__ = (
        sa.UniqueConstraint("book_id", "topic_id", "content_hash"),
        sa.Index("uq_section_live_topic", "topic_id", unique=True, postgresql_where=sa.text("live")),
    )

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("rag.book.id", ondelete="CASCADE"))
    topic_id: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    words: Mapped[int] = mapped_column(sa.Integer)
    objectives: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    terms: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reading_grade: Mapped[float] = mapped_column(sa.REAL, server_default="0")
    lexemes: Mapped[str] = mapped_column(TSVECTOR, deferred=True)
    headings: Mapped[str] = mapped_column(
        TSVECTOR, sa.Computed("ts_filter(lexemes, '{a,b,c}')", persisted=True), deferred=True
    )
    content_hash: Mapped[str] = mapped_column(sa.Text)
    live: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())


class TermRow(Base):
    """A key term of a section; `lexemes`: the stems of its words, in no order."""

    __tablename__ = "term"

    section_id: Mapped[int] = mapped_column(sa.ForeignKey("rag.section.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    term: Mapped[str] = mapped_column(sa.Text)
    lexemes: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))


class EditionSectionRow(Base):
    """Where a section stands in an edition: what may change without a change of its content."""

    __tablename__ = "edition_section"

    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("rag.edition.id", ondelete="CASCADE"), primary_key=True)
    section_id: Mapped[int] = mapped_column(
        sa.ForeignKey("rag.section.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(sa.Integer)
    number: Mapped[str] = mapped_column(sa.Text)
    chapter: Mapped[str] = mapped_column(sa.Text)
    url: Mapped[str] = mapped_column(sa.Text)


class PassageRow(Base):
    """A passage. `lexemes`: of title, heading and text; `formulas`: [readable, MathML]; `live`: as its section."""

    __tablename__ = "passage"
    __table_args__ = (
        sa.Index("ix_passage_section_id_position", "section_id", "position"),
        sa.Index("ix_passage_lexemes", "lexemes", postgresql_using="gin", postgresql_where=sa.text("live")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    section_id: Mapped[int] = mapped_column(sa.ForeignKey("rag.section.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[PassageKind] = mapped_column(_enum(PassageKind, "kind"))
    heading: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    words: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    formulas: Mapped[list[list[str]]] = mapped_column(JSONB, server_default=sa.text("'[]'"))
    lexemes: Mapped[str] = mapped_column(TSVECTOR, deferred=True)
    live: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())


class EmbeddingRow(Base):
    """A passage's vector by one embedder, apart from the text so that a scan reads vectors only.

    `section_id` stands here too, so that a filter needs no other table.

    Live are the vectors of live passages by the embedder that `index_state` names.
    """

    __tablename__ = "embedding"
    __table_args__ = (
        sa.Index(
            "ix_embedding_vector",
            "vector",
            postgresql_using="hnsw",
            postgresql_ops={"vector": "halfvec_cosine_ops"},
            postgresql_with={"ef_construction": 128},
            postgresql_where=sa.text("live"),
        ),
        sa.Index("ix_embedding_section_id", "section_id"),
    )

    passage_id: Mapped[int] = mapped_column(
        sa.ForeignKey("rag.passage.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    embedder: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    section_id: Mapped[int] = mapped_column(sa.Integer)
    vector: Mapped[Any] = mapped_column(HALFVEC(DIMENSION))
    live: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())


class LexemeRow(Base):
    """In how many live passages a lexeme stands; counted anew when an edition switches."""

    __tablename__ = "lexeme"

    lexeme: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    passages: Mapped[int] = mapped_column(sa.Integer)


class IndexRow(Base):
    """The one row that says which embedder's vectors are live, and how many passages the lexeme counts cover."""

    __tablename__ = "index_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    embedder: Mapped[str] = mapped_column(sa.Text)
    dimension: Mapped[int] = mapped_column(sa.Integer)
    passages: Mapped[int] = mapped_column(sa.Integer)
