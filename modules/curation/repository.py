"""SQL of curation."""

from typing import Any, Final

from sqlalchemy import insert, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from modules.curation.interface import Change, TopicNote
from modules.curation.models import ChangeRow, TopicNoteRow
from modules.kernel.database import session_of
from modules.kernel.interface import TopicId, Transaction

_FIELDS: Final = ("title", "merged_into", "hidden", "pinned", "changed_by", "changed_at")
_SAYING: Final = or_(TopicNoteRow.title != "", TopicNoteRow.merged_into != "", TopicNoteRow.hidden, TopicNoteRow.pinned)


class CurationRepository:
    """Reads and writes notes, and adds to the log."""

    async def lock(self, *, tx: Transaction) -> None:
        """Lets one change at a time through: a chain of merges is judged whole. Readers do not wait."""
        await session_of(tx).execute(text("LOCK TABLE curation.topic_note IN SHARE ROW EXCLUSIVE MODE"))

    async def notes(self, *, tx: Transaction) -> dict[TopicId, TopicNote]:
        """Every note that says something."""
        columns = (TopicNoteRow.topic_id, *(getattr(TopicNoteRow, name) for name in _FIELDS))
        query = select(*columns).where(_SAYING).order_by(TopicNoteRow.topic_id)
        rows = (await session_of(tx).execute(query)).mappings()
        return {TopicId(row["topic_id"]): TopicNote(**row) for row in rows}

    async def save(self, note: TopicNote, *, tx: Transaction) -> None:
        """Writes a note."""
        said: dict[str, Any] = {name: getattr(note, name) for name in _FIELDS}
        row = upsert(TopicNoteRow).values(topic_id=note.topic_id, **said)
        await session_of(tx).execute(row.on_conflict_do_update(index_elements=[TopicNoteRow.topic_id], set_=said))

    async def record(self, change: Change, *, tx: Transaction) -> None:
        """Adds a line to the log."""
        row = insert(ChangeRow).values(
            topic_id=change.topic_id,
            field=change.field,
            before=change.before,
            after=change.after,
            changed_by=change.changed_by,
            changed_at=change.changed_at,
        )
        await session_of(tx).execute(row)

    async def history(self, topic_id: TopicId, *, tx: Transaction) -> list[Change]:
        """The log of one topic, newest first."""
        query = select(ChangeRow).where(ChangeRow.topic_id == topic_id).order_by(ChangeRow.id.desc())
        return [
            Change(
                topic_id=TopicId(row.topic_id),
                field=row.field,
                before=row.before,
                after=row.after,
                changed_by=row.changed_by,
                changed_at=row.changed_at,
            )
            for row in await session_of(tx).scalars(query)
        ]
