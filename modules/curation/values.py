"""The values that curation speaks of; outside, import them from interface.py."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from modules.kernel.interface import TopicId


class Field(StrEnum):
    """What a curator can change of a topic."""

    TITLE = "title"
    MERGED_INTO = "merged_into"
    HIDDEN = "hidden"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicNote:
    """What curators have said of a topic.

    Attributes:
        title: shown in the place of the printed one; empty: the printed one is shown. At most 200 characters.
        merged_into: the topic that stands for this one; empty when it stands for itself.
        changed_by: a person's id, or `cli`.
    """

    topic_id: TopicId
    title: str = ""
    merged_into: str = ""
    hidden: bool = False
    pinned: bool = False
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def says_something(self) -> bool:
        """Whether anything is other than the book has it."""
        return bool(self.title or self.merged_into or self.hidden or self.pinned)


_NOTHING: Final = TopicNote(topic_id=TopicId(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the log. `before`, `after`: text; `true` or `false` for hidden and pinned, empty for none."""

    topic_id: TopicId
    field: Field
    before: str
    after: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """All that curators have said; a topic that is not in it is shown as its book has it.

    Attributes:
        by_topic: only notes that say something.
    """

    by_topic: Mapping[TopicId, TopicNote]

    @property
    def version(self) -> str:
        """A digest of what is said, whoever said it and when; empty when nothing is."""
        said = [
            (note.topic_id, note.title, note.merged_into, note.hidden, note.pinned) for note in self.by_topic.values()
        ]
        return hashlib.sha256(repr(sorted(said)).encode()).hexdigest() if said else ""

    @property
    def targets(self) -> frozenset[TopicId]:
        """Every topic that another one is merged into."""
        return frozenset(TopicId(note.merged_into) for note in self.by_topic.values() if note.merged_into)

    @property
    def hidden(self) -> frozenset[TopicId]:
        """Topics that are not shown and that nothing is shown in the place of."""
        return frozenset(
            topic for topic, note in self.by_topic.items() if note.hidden or self._note(self.target(topic)).hidden
        )

    def without_lost_targets(self, known: frozenset[TopicId]) -> "Notes":
        """The same, but a topic whose target is not `known` stands for itself: its book may have gone."""
        lost = self.targets - known
        kept = {
            topic: replace(note, merged_into="") if note.merged_into in lost else note
            for topic, note in self.by_topic.items()
        }
        return Notes(by_topic=kept) if lost else self

    def target(self, topic: TopicId) -> TopicId:
        """The topic that stands for this one in the end, often itself."""
        if topic not in self.by_topic:
            return topic
        seen = {topic}
        while (into := self._note(topic).merged_into) and into not in seen:
            topic = TopicId(into)
            seen.add(topic)
        return topic

    def title(self, topic: TopicId, printed: str) -> str:
        """The title to show."""
        return self._note(topic).title or printed

    def is_listed(self, topic: TopicId) -> bool:
        """Whether it is shown under its own name: neither hidden nor merged into another."""
        note = self.by_topic.get(topic, _NOTHING)
        return not note.hidden and not note.merged_into

    def is_pinned(self, topic: TopicId) -> bool:
        """Whether it comes first."""
        return self._note(topic).pinned

    def _note(self, topic: TopicId) -> TopicNote:
        return self.by_topic.get(topic, _NOTHING)
