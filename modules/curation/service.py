"""Changes topics by hand, and keeps who did."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from typing_extensions import override

from modules.curation.domain import as_text, checked_target, checked_title, value_of
from modules.curation.interface import Change, Curation, Field, Notes, TopicNote
from modules.curation.repository import CurationRepository
from modules.kernel.interface import Clock, Database, TopicId, Transaction


class CurationService(Curation):
    """On PostgreSQL, one change at a time."""

    def __init__(self, *, database: Database, clock: Clock, repository: CurationRepository) -> None:
        self._database = database
        self._clock = clock
        self._repository = repository

    @override
    async def rename(
        self, topic_id: TopicId, title: str | None, *, by: str, tx: Transaction | None = None
    ) -> TopicNote:
        return await self._changed(topic_id, Field.TITLE, checked_title(title), by, tx)

    @override
    async def merge(
        self, topic_id: TopicId, into: TopicId | None, *, by: str, tx: Transaction | None = None
    ) -> TopicNote:
        return await self._changed(topic_id, Field.MERGED_INTO, into, by, tx)

    @override
    async def hide(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        return await self._changed(topic_id, Field.HIDDEN, True, by, tx)

    @override
    async def show(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        return await self._changed(topic_id, Field.HIDDEN, False, by, tx)

    @override
    async def pin(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        return await self._changed(topic_id, Field.PINNED, True, by, tx)

    @override
    async def unpin(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        return await self._changed(topic_id, Field.PINNED, False, by, tx)

    @override
    async def notes(self, *, tx: Transaction | None = None) -> Notes:
        if tx is None:
            async with self._database.transaction() as own:
                return await self.notes(tx=own)
        return Notes(by_topic=await self._repository.notes(tx=tx))

    @override
    async def history(self, topic_id: TopicId) -> list[Change]:
        async with self._database.transaction() as tx:
            return await self._repository.history(topic_id, tx=tx)

    async def _changed(self, topic_id: TopicId, field: Field, value: Any, by: str, tx: Transaction | None) -> TopicNote:
        if tx is None:
            async with self._database.transaction() as own:
                return await self._changed(topic_id, field, value, by, own)
        await self._repository.lock(tx=tx)
        notes = await self._repository.notes(tx=tx)
        before = notes.get(topic_id) or TopicNote(topic_id=topic_id)
        if field is Field.MERGED_INTO:
            value = checked_target(topic_id, value, notes)
        if value_of(before, field) == value:
            return before
        return await self._written(before, field, {field.value: value}, by, tx)

    async def _written(
        self, before: TopicNote, field: Field, said: Mapping[str, Any], by: str, tx: Transaction
    ) -> TopicNote:
        now = self._clock.now()
        note = replace(before, changed_by=by, changed_at=now, **said)
        change = Change(
            topic_id=note.topic_id,
            field=field,
            before=as_text(value_of(before, field)),
            after=as_text(value_of(note, field)),
            changed_by=by,
            changed_at=now,
        )
        await self._repository.save(note, tx=tx)
        await self._repository.record(change, tx=tx)
        return note
