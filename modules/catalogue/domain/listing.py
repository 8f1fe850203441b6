"""What serves, as curators want it shown."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from typing_extensions import override

from modules.catalogue.domain.completion import completions
from modules.catalogue.interface import Listing, RelatedTopics, ShelfBook, ShelfChapter, Suggestion, Topic
from modules.curation.interface import Notes
from modules.kernel.interface import TopicId

_PREREQUISITES: Final = 5


class NotedListing(Listing):
    """Printed topics and the notes on them."""

    def __init__(
        self, *, printed: Mapping[int, Topic], notes: Notes, are_equal: Callable[[Topic, Topic], bool]
    ) -> None:
        self._printed = printed
        self._sections = {topic.id: section for section, topic in printed.items()}
        self._notes = notes.without_lost_targets(frozenset(self._sections))
        self._hidden = self._notes.hidden
        self._are_equal = are_equal

    @override
    def topic(self, topic_id: TopicId) -> Topic | None:
        section = self._sections.get(topic_id)
        return None if section is None else self._shown(section)

    @override
    def section(self, topic_id: TopicId) -> int:
        return self._sections[topic_id]

    @override
    def topics(self) -> list[Topic]:
        return self._listed(self._printed)

    @override
    def target(self, topic_id: TopicId) -> TopicId:
        return self._notes.target(topic_id)

    @override
    def standing(self, section: int) -> Topic | None:
        printed = self._printed.get(section)
        return self._standing(printed.id) if printed else None

    @override
    def hidden(self) -> list[int]:
        return [self._sections[topic] for topic in self._hidden if topic in self._sections]

    @override
    def within(self, sections: Iterable[int]) -> list[int]:
        wanted = {section: self._printed[section].id for section in sections if section in self._printed}
        let = set(wanted.values()) - self._hidden
        return [section for section, topic in wanted.items() if topic in let and self.target(topic) in let]

    @override
    def related(self, topic: Topic, needed: Sequence[TopicId]) -> RelatedTopics:
        order = {one.id: place for place, one in enumerate(self._printed.values())}
        others = [one for one in self.topics() if one.id != topic.id]
        own = [one for one in others if one.book_slug == topic.book_slug]
        before = [one for one in own if order[one.id] < order[topic.id]]
        same = [one for one in others if self._are_equal(topic, one)]
        standing = {found.id: found for one in needed if (found := self._standing(one)) and found.id != topic.id}
        return RelatedTopics(
            same=tuple(same),
            previous=before[-1] if before else None,
            next=own[len(before)] if len(before) < len(own) else None,
            prerequisites=tuple(standing.values())[:_PREREQUISITES],
        )

    @override
    def suggest(self, prefix: str, *, limit: int, among: Collection[int] | None = None) -> list[Suggestion]:
        topics = sorted(self._listed(self._printed if among is None else among), key=_pinned_first)
        lines = [(topic.title, [term.term for term in topic.terms]) for topic in topics]
        found = completions(prefix, lines, limit=limit)
        return [Suggestion(topic=topics[at], matched=matched) for at, matched in found]

    @override
    def shelf(self) -> list[ShelfBook]:
        listed = sorted(self.topics(), key=_book)
        return [
            ShelfBook(subject=subject, slug=slug, title=title, chapters=_chapters(list(topics)))
            for (subject, title, slug), topics in groupby(listed, key=_book)
        ]

    def _standing(self, topic_id: TopicId) -> Topic | None:
        return None if topic_id in self._hidden else self.topic(self.target(topic_id))

    def _listed(self, sections: Iterable[int]) -> list[Topic]:
        return [self._shown(section) for section in sections if self._notes.is_listed(self._printed[section].id)]

    def _shown(self, section: int) -> Topic:
        topic = self._printed[section]
        title, pinned = self._notes.title(topic.id, topic.title), self._notes.is_pinned(topic.id)
        return replace(topic, title=title, pinned=pinned) if (title, pinned) != (topic.title, False) else topic


def _book(topic: Topic) -> tuple[str, str, str]:
    return topic.subject, topic.book_title, topic.book_slug


def _pinned_first(topic: Topic) -> bool:
    return not topic.pinned


def _chapters(topics: list[Topic]) -> tuple[ShelfChapter, ...]:
    chapters: dict[str, list[Topic]] = {topic.chapter: [] for topic in topics}
    for topic in sorted(topics, key=_pinned_first):
        chapters[topic.chapter].append(topic.brief())
    return tuple(ShelfChapter(title=title, topics=tuple(found)) for title, found in chapters.items())
