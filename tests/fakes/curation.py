"""Curation in memory."""

from dataclasses import replace
from datetime import UTC, datetime

from typing_extensions import override

from modules.curation.domain import as_text, checked_target, checked_title, value_of
from modules.curation.interface import Change, Curation, Field, Notes, TopicNote
from modules.kernel.interface import TopicId, Transaction

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class FakeCuration(Curation):
    """Keeps notes and log in two lists; a transaction is not rolled back."""

    def __init__(self) -> None:
        self._notes: dict[TopicId, TopicNote] = {}
        self._log: list[Change] = []

    @override
    async def rename(
        self, topic_id: TopicId, title: str | None, *, by: str, tx: Transaction | None = None
    ) -> TopicNote:
        return self._change(topic_id, Field.TITLE, checked_title(title), by)

    @override
    async def merge(
        self, topic_id: TopicId, into: TopicId | None, *, by: str, tx: Transaction | None = None
    ) -> TopicNote:
        return self._change(topic_id, Field.MERGED_INTO, checked_target(topic_id, into, self._notes), by)

    @override
    async def hide(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        return self._change(topic_id, Field.HIDDEN, True, by)

    @override
    async def show(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        return self._change(topic_id, Field.HIDDEN, False, by)

    @override
    async def pin(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        return self._change(topic_id, Field.PINNED, True, by)

    @override
    async def unpin(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        return self._change(topic_id, Field.PINNED, False, by)

    @override
    async def notes(self, *, tx: Transaction | None = None) -> Notes:
        return Notes(by_topic={topic: note for topic, note in self._notes.items() if note.says_something})

    @override
    async def history(self, topic_id: TopicId) -> list[Change]:
        return [change for change in reversed(self._log) if change.topic_id == topic_id]

    def _change(self, topic_id: TopicId, field: Field, value: str | bool, by: str) -> TopicNote:
        before = self._notes.get(topic_id, TopicNote(topic_id=topic_id))
        if value_of(before, field) == value:
            return before
        note = replace(before, changed_by=by, changed_at=_NOW, **{field.value: value})
        self._notes[topic_id] = note
        self._log.append(
            Change(
                topic_id=topic_id,
                field=field,
                before=as_text(value_of(before, field)),
                after=as_text(value),
                changed_by=by,
                changed_at=_NOW,
            )
        )
        return note
