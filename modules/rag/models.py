"""The tables of the library."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.kernel.database import metadata_for
from modules.rag.interface import PassageKind

DIMENSION: Final = 384


class Base(DeclarativeBase):
    """The library's own declarative base."""

    metadata = metadata_for("rag")


class BookRow(Base):
    """A book; one edition at a time."""

    __tablename__ = "book"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.Text, unique=True)
    title: Mapped[str] = mapped_column(sa.Text)
    edition: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    license: Mapped[str] = mapped_column(sa.Text)
    license_url: Mapped[str] = mapped_column(sa.Text)
    authors: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    source_url: Mapped[str] = mapped_column(sa.Text)
    attribution: Mapped[str] = mapped_column(sa.Text)
    imported_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.now())


class SectionRow(Base):
    """A topic. `lexemes`: title (weight A), key terms (B) and text (D), for judging what a section is about."""

    __tablename__ = "section"
    __table_args__ = (sa.Index("ix_section_book_id_position", "book_id", "position"),)

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("rag.book.id", ondelete="CASCADE"))
    topic_id: Mapped[str] = mapped_column(sa.Text, unique=True)
    position: Mapped[int] = mapped_column(sa.Integer)
    title: Mapped[str] = mapped_column(sa.Text)
    number: Mapped[str] = mapped_column(sa.Text)
    chapter: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    url: Mapped[str] = mapped_column(sa.Text)
    words: Mapped[int] = mapped_column(sa.Integer)
    objectives: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    terms: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    lexemes: Mapped[str] = mapped_column(TSVECTOR)
    content_hash: Mapped[str] = mapped_column(sa.Text)


class PassageRow(Base):
    """A passage. `lexemes`: of its section's title, its heading and its text."""

    __tablename__ = "passage"
    __table_args__ = (
        sa.Index("ix_passage_section_id_position", "section_id", "position"),
        sa.Index("ix_passage_lexemes", "lexemes", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    section_id: Mapped[int] = mapped_column(sa.ForeignKey("rag.section.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[PassageKind] = mapped_column(
        sa.Enum(
            PassageKind,
            name="kind",
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        )
    )
    heading: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    lexemes: Mapped[str] = mapped_column(TSVECTOR)


class EmbeddingRow(Base):
    """A passage's vector, apart from the text so that a scan reads vectors only."""

    __tablename__ = "embedding"
    __table_args__ = (
        sa.Index(
            "ix_embedding_vector",
            "vector",
            postgresql_using="hnsw",
            postgresql_ops={"vector": "halfvec_cosine_ops"},
        ),
    )

    passage_id: Mapped[int] = mapped_column(
        sa.ForeignKey("rag.passage.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    vector: Mapped[Any] = mapped_column(HALFVEC(DIMENSION))


class LexemeRow(Base):
    """In how many passages a lexeme stands; rebuilt at the end of an import."""

    __tablename__ = "lexeme"

    lexeme: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    passages: Mapped[int] = mapped_column(sa.Integer)


class IndexRow(Base):
    """The one row that says which embedder made the vectors, and how many passages the lexeme counts cover."""

    __tablename__ = "index_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    embedder: Mapped[str] = mapped_column(sa.Text)
    dimension: Mapped[int] = mapped_column(sa.Integer)
    passages: Mapped[int] = mapped_column(sa.Integer)
