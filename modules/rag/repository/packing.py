"""SQL that reads a book as it would be written: its edition, sections, passages and vectors."""

from array import array
from collections import defaultdict
from sys import byteorder
from typing import Final

from sqlalchemy import func, select

from modules.book_building.interface import PackedBook
from modules.chunking.interface import CutSection, PassageDraft
from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.interface import EditionState
from modules.rag.models import DIMENSION, BookRow, EditionRow, EditionSectionRow, EmbeddingRow, PassageRow, SectionRow
from modules.rag.repository.rows import formulas_of, shared, terms_of
from modules.textbooks.interface import BookMeta, Formula, Section

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
    formulas = tuple(Formula(text=readable, mathml=mathml) for readable, mathml in formulas_of(row))
    return PassageDraft(**shared(PassageDraft, row) | {"formulas": formulas})


def _cut(row: SectionRow, place: EditionSectionRow, drafts: list[PassageDraft], slug: str) -> CutSection:
    key = row.topic_id.removeprefix(f"{slug}/")
    section = Section(**shared(Section, row, place) | {"key": key, "terms": terms_of(row)})
    return CutSection(section=section, words=row.words, content_hash=row.content_hash, drafts=tuple(drafts))


def _meta(row: EditionRow, slug: str) -> BookMeta:
    facts = {"slug": slug, "edition": row.revision, "license_allowed_by_name": bool(row.license_allowed_by_name)}
    return BookMeta(**shared(BookMeta, row) | facts)
