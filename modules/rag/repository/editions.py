"""SQL that writes editions: their sections one by one, then the switch that makes them serve."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from typing_extensions import override

from modules.book_building.interface import Admission, BookShelf, Placed
from modules.chunking.interface import PassageDraft
from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.rag.domain.words import index_text
from modules.rag.interface import EditionState
from modules.rag.models import BookRow, EditionRow, EditionSectionRow, SectionRow
from modules.textbooks.interface import BookMeta, Section

_SERVING: Final = EditionRow.state == EditionState.SERVING
_BUILDING: Final = EditionRow.state == EditionState.BUILDING
_PLACED: Final = """
    FROM unnest(CAST(:topics AS text[]), CAST(:hashes AS text[]), CAST(:positions AS int[]), CAST(:numbers AS text[]),
                CAST(:chapters AS text[]), CAST(:urls AS text[])) wanted(topic, hash, position, number, chapter, url)
    JOIN rag.section s ON s.book_id = :book AND s.topic_id = wanted.topic AND s.content_hash = wanted.hash"""
_DROP: Final = f"""
    DELETE FROM rag.edition_section m
    WHERE m.edition_id = :edition AND m.section_id NOT IN (SELECT s.id {_PLACED})"""  # noqa: S608 - own text
_PLACE: Final = f"""
    INSERT INTO rag.edition_section (edition_id, section_id, position, number, chapter, url)
    SELECT :edition, s.id, wanted.position, wanted.number, wanted.chapter, wanted.url {_PLACED}
    ON CONFLICT (edition_id, section_id) DO UPDATE SET position = excluded.position, number = excluded.number,
        chapter = excluded.chapter, url = excluded.url"""
_TERMS: Final = """
    INSERT INTO rag.term (section_id, position, term, lexemes)
    SELECT :section, place, term, tsvector_to_array(to_tsvector('english', normalize(term, NFKC)))
    FROM unnest(CAST(:terms AS text[])) WITH ORDINALITY given(term, place)"""
_PASSAGES: Final = """
    INSERT INTO rag.passage (section_id, position, kind, heading, text, words, formulas, lexemes)
    SELECT :section, place - 1, kind, heading, text, words, CAST(formulas AS jsonb), to_tsvector('english', indexed)
    FROM unnest(CAST(:kinds AS text[]), CAST(:headings AS text[]), CAST(:texts AS text[]), CAST(:words AS int[]),
                CAST(:formulas AS text[]), CAST(:indexed AS text[]))
         WITH ORDINALITY given(kind, heading, text, words, formulas, indexed, place)"""
# An older edition of the same revision goes: it is the same book, read or cut anew.
_SWITCH: Final = (
    """DELETE FROM rag.edition old USING rag.edition new WHERE new.id = :edition AND old.book_id = :book
       AND old.id <> new.id AND old.revision = new.revision AND old.state <> 'building'""",
    "UPDATE rag.edition SET state = 'superseded' WHERE book_id = :book AND state = 'serving'",
    "UPDATE rag.edition SET state = 'serving', switched_at = now(), builder = NULL WHERE id = :edition",
)
# First what goes, then what comes: a topic is live once.
_FLIP: Final = """
    UPDATE rag.section s SET live = :live WHERE s.book_id = :book AND s.live <> :live AND :live = EXISTS (
        SELECT FROM rag.edition_section m JOIN rag.edition e ON e.id = m.edition_id
        WHERE m.section_id = s.id AND e.state = 'serving')"""
_FLIP_PASSAGES: Final = """
    UPDATE rag.passage p SET live = s.live FROM rag.section s
    WHERE s.id = p.section_id AND s.book_id = :book AND p.live <> s.live"""
_FLIP_VECTORS: Final = """
    UPDATE rag.embedding e SET live = NOT e.live
    FROM rag.passage p JOIN rag.section s ON s.id = p.section_id, rag.index_state state
    WHERE e.passage_id = p.id AND s.book_id = :book AND e.live <> (p.live AND e.embedder = state.embedder)"""
_SWEEP: Final = """
    DELETE FROM rag.section s WHERE s.book_id = :book
    AND NOT EXISTS (SELECT FROM rag.edition_section m WHERE m.section_id = s.id)"""
_SWEEP_BOOK: Final = """
    DELETE FROM rag.book b WHERE b.id = :book AND NOT EXISTS (SELECT FROM rag.edition e WHERE e.book_id = b.id)"""


class EditionRepository(BookShelf):
    """Writes books, editions, sections and passages."""

    @override
    async def lock(self, slug: str, *, tx: Transaction) -> int:
        session = session_of(tx)
        await session.execute(upsert(BookRow).values(slug=slug).on_conflict_do_nothing())
        return (await session.scalars(select(BookRow.id).where(BookRow.slug == slug).with_for_update())).one()

    @override
    async def serving(self, book_id: int, *, tx: Transaction) -> tuple[str, str] | None:
        query = select(EditionRow.revision, EditionRow.license).where(EditionRow.book_id == book_id, _SERVING)
        row = (await session_of(tx).execute(query)).one_or_none()
        return (row[0], row[1]) if row else None

    @override
    async def begin(self, book_id: int, meta: BookMeta, admission: Admission, *, tx: Transaction) -> int:
        facts = asdict(meta) | {"revision": meta.edition, "authors": list(meta.authors)} | asdict(admission)
        values = {name: value for name, value in facts.items() if name not in {"slug", "edition"}}
        statement = upsert(EditionRow).values(book_id=book_id, state=EditionState.BUILDING, **values)
        statement = statement.on_conflict_do_update(
            index_elements=[EditionRow.book_id], index_where=text("state = 'building'"), set_=values
        )
        return (await session_of(tx).execute(statement.returning(EditionRow.id))).scalar_one()

    @override
    async def is_building(self, edition_id: int, *, tx: Transaction) -> bool:
        query = select(EditionRow.id).where(EditionRow.id == edition_id, _BUILDING)
        return (await session_of(tx).scalars(query)).one_or_none() is not None

    @override
    async def place(self, book_id: int, edition_id: int, items: Sequence[Placed], *, tx: Transaction) -> set[str]:
        session = session_of(tx)
        places = {"book": book_id, "edition": edition_id} | _columns(items)
        await session.execute(text(_DROP), places)
        await session.execute(text(_PLACE), places)
        query = select(SectionRow.topic_id).join(EditionSectionRow, EditionSectionRow.section_id == SectionRow.id)
        return set(await session.scalars(query.where(EditionSectionRow.edition_id == edition_id)))

    @override
    async def shared(self, edition_id: int, *, tx: Transaction) -> int:
        query = select(func.count()).select_from(EditionSectionRow).join(SectionRow)
        query = query.where(EditionSectionRow.edition_id == edition_id, SectionRow.live)
        return (await session_of(tx).execute(query)).scalar_one()

    @override
    async def store(self, book_id: int, edition_id: int, item: Placed, *, tx: Transaction) -> None:
        session = session_of(tx)
        place = text(_PLACE + " RETURNING section_id")
        places = {"book": book_id, "edition": edition_id} | _columns([item])
        if (await session.execute(place, places)).all():
            return
        section, drafts = item.cut.section, item.cut.drafts
        row = insert(SectionRow).values(
            book_id=book_id,
            topic_id=item.topic_id,
            title=section.title,
            subject=section.subject,
            words=item.cut.words,
            objectives=list(section.objectives),
            terms=[asdict(term) for term in section.terms],
            reading_grade=item.cut.reading_grade,
            lexemes=_weighted(section, drafts),
            content_hash=item.cut.content_hash,
        )
        section_id = (await session.execute(row.returning(SectionRow.id))).scalar_one()
        await session.execute(text(_TERMS), {"section": section_id, "terms": [one.term for one in section.terms]})
        await session.execute(text(_PASSAGES), {"section": section_id} | _passages(section.title, drafts))
        await session.execute(place, places)

    @override
    async def switch(self, book_id: int, edition_id: int, *, tx: Transaction) -> bool:
        ids = {"book": book_id, "edition": edition_id}
        for statement in _SWITCH:
            await session_of(tx).execute(text(statement), ids)
        return await self._settle(book_id, tx=tx)

    async def edition_id(self, book_id: int, revision: str, *, tx: Transaction) -> int | None:
        """The edition of this revision that serves or did."""
        query = select(EditionRow.id).where(EditionRow.book_id == book_id, EditionRow.revision == revision, ~_BUILDING)
        return (await session_of(tx).scalars(query)).one_or_none()

    async def delete(self, book_id: int, edition_id: int | None, *, tx: Transaction) -> bool:
        """Removes an edition, or all, and sections nobody holds; returns whether what is searched has changed."""
        gone = delete(EditionRow).where(EditionRow.book_id == book_id)
        if edition_id is not None:
            gone = gone.where(EditionRow.id == edition_id)
        await session_of(tx).execute(gone)
        return await self._settle(book_id, tx=tx)

    async def built_by(self, builder: UUID, *, tx: Transaction) -> dict[int, str]:
        """Editions that an import is building, with their book's slug."""
        query = select(EditionRow.id, BookRow.slug).join(BookRow, BookRow.id == EditionRow.book_id)
        query = query.where(EditionRow.builder == builder, _BUILDING).order_by(BookRow.slug)
        return dict((await session_of(tx).execute(query)).all())

    async def _settle(self, book_id: int, *, tx: Transaction) -> bool:
        """Makes live what serves and nothing else, and removes what no edition holds."""
        session = session_of(tx)
        book = {"book": book_id}
        changed = False
        for live in (False, True):
            flipped = await session.execute(text(_FLIP + " RETURNING s.id"), book | {"live": live})
            changed = bool(flipped.all()) or changed
        for statement in (_FLIP_PASSAGES, _FLIP_VECTORS, _SWEEP, _SWEEP_BOOK):
            await session.execute(text(statement), book)
        return changed


def _columns(items: Sequence[Placed]) -> dict[str, list[Any]]:
    sections = [item.cut.section for item in items]
    return {
        "topics": [item.topic_id for item in items],
        "hashes": [item.cut.content_hash for item in items],
        "positions": [item.position for item in items],
        "numbers": [section.number for section in sections],
        "chapters": [section.chapter for section in sections],
        "urls": [section.url for section in sections],
    }


def _passages(title: str, drafts: Sequence[PassageDraft]) -> dict[str, list[Any]]:
    return {
        "kinds": [draft.kind for draft in drafts],
        "headings": [draft.heading for draft in drafts],
        "texts": [draft.text for draft in drafts],
        "words": [len(draft.text.split()) for draft in drafts],
        "formulas": [json.dumps([[one.text, one.mathml] for one in draft.formulas]) for draft in drafts],
        "indexed": [index_text(f"{title}\n{draft.heading}\n{draft.text}") for draft in drafts],
    }


def _vector(content: str) -> Any:
    return func.to_tsvector(text("'english'"), index_text(content))


def _weighted(section: Section, drafts: Sequence[PassageDraft]) -> Any:
    terms = "\n".join(term.term for term in section.terms)
    body = "\n".join(f"{draft.heading}\n{draft.text}" for draft in drafts)
    objectives = "\n".join(section.objectives)
    weighted = _vector(body)
    for content, weight in ((objectives, "'C'"), (terms, "'B'"), (section.title, "'A'")):
        weighted = func.setweight(_vector(content), text(weight)).op("||")(weighted)
    return weighted
