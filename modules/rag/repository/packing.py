"""SQL that reads a book as it would be written: its edition, sections, passages and vectors."""

from array import array
from collections import defaultdict
from sys import byteorder
from typing import Any, Final

from sqlalchemy import func, select

from modules.book_building.interface import PackedBook
from modules.chunking.interface import CutSection, PassageDraft
from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.interface import EditionState
from modules.rag.models import DIMENSION, BookRow, EditionRow, EditionSectionRow, EmbeddingRow, PassageRow, SectionRow
from modules.textbooks.interface import BookMeta, Formula, Section, Term

_HEADER_BYTES: Final = 4


class PackingRepository:
    """Reads whole books."""

    async def packed(self, slug: str, embedder: str, *, tx: Transaction) -> PackedBook:
        """The serving edition of a book that has one."""
        session = session_of(tx)
        query = select(EditionRow).join(BookRow, BookRow.id == EditionRow.book_id)
        edition = (
            await session.scalars(query.where(BookRow.slug == slug, EditionRow.state == EditionState.SERVING))
        ).one()
        placed = select(SectionRow, EditionSectionRow).join(EditionSectionRow)
        placed = placed.where(EditionSectionRow.edition_id == edition.id).order_by(EditionSectionRow.position)
        sections = (await session.execute(placed)).all()
        vector = func.halfvec_send(EmbeddingRow.vector)
        passages = (
            select(PassageRow, vector)
            .join(EditionSectionRow, EditionSectionRow.section_id == PassageRow.section_id)
            .outerjoin(EmbeddingRow, (EmbeddingRow.passage_id == PassageRow.id) & EmbeddingRow.live)
            .where(EditionSectionRow.edition_id == edition.id)
            .order_by(EditionSectionRow.position, PassageRow.position)
        )
        drafts: dict[int, list[PassageDraft]] = defaultdict(list)
        vectors: list[bytes | None] = []
        for row, sent in await session.execute(passages):
            drafts[row.section_id].append(_draft(row))
            vectors.append(_little_endian(sent) if sent else None)
        cuts = tuple(_cut(row, place, drafts[row.id], slug) for row, place in sections)
        whole = b"".join(vector for vector in vectors if vector) if all(vectors) else b""
        return PackedBook(
            meta=_meta(edition, slug), sections=cuts, embedder=embedder, dimension=DIMENSION, vectors=whole
        )


def _little_endian(sent: bytes) -> bytes:
    """A half vector as PostgreSQL sends it (a header, then big-endian values)."""
    values = array("H", sent[_HEADER_BYTES:])
    values.byteswap()
    return values.tobytes() if byteorder == "little" else bytes(sent[_HEADER_BYTES:])


def _draft(row: PassageRow) -> PassageDraft:
    formulas = tuple(Formula(text=readable, mathml=mathml) for readable, mathml in row.formulas)
    return PassageDraft(kind=row.kind, heading=row.heading, text=row.text, formulas=formulas)


def _cut(row: SectionRow, place: EditionSectionRow, drafts: list[PassageDraft], slug: str) -> CutSection:
    section = Section(
        key=row.topic_id.removeprefix(f"{slug}/"),
        title=row.title,
        number=place.number,
        chapter=place.chapter,
        subject=row.subject,
        url=place.url,
        objectives=tuple(row.objectives),
        terms=tuple(Term(term=term["term"], definition=term["definition"]) for term in row.terms),
    )
    return CutSection(section=section, words=row.words, content_hash=row.content_hash, drafts=tuple(drafts))


def _meta(row: EditionRow, slug: str) -> BookMeta:
    facts: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("title", "language", "subject", "license", "license_url", "source_url", "attribution")
    }
    return BookMeta(slug=slug, edition=row.revision, authors=tuple(row.authors), **facts)
