"""The shapes in which the catalogue and its curation are shown, alike in the API and on the command line."""

from datetime import datetime

from pydantic import BaseModel

from modules.curation.interface import Change
from modules.rag.interface import RelatedTopics, ShelfBook, Suggestion
from shell.views import TopicOut, topic_out


class SuggestionOut(BaseModel):
    """A topic for what is being typed; `matched` is its title, or the key term that begins so."""

    topic: TopicOut
    matched: str


class RelatedOut(BaseModel):
    """A topic's neighbours; `same` are equal topics of other books, prerequisites the most needed first."""

    same: list[TopicOut]
    previous: TopicOut | None
    next: TopicOut | None
    prerequisites: list[TopicOut]


class ChapterOut(BaseModel):
    """A chapter with its topics, pinned ones first."""

    title: str
    topics: list[TopicOut]


class ShelfBookOut(BaseModel):
    """What a book holds of one subject."""

    slug: str
    title: str
    chapters: list[ChapterOut]


class SubjectOut(BaseModel):
    """A subject with its books."""

    subject: str
    books: list[ShelfBookOut]


class ChangeOut(BaseModel):
    """A change of a topic by hand."""

    field: str
    before: str
    after: str
    changed_by: str
    changed_at: datetime


def suggestion_out(found: Suggestion) -> SuggestionOut:
    """A suggestion."""
    return SuggestionOut(topic=topic_out(found.topic), matched=found.matched)


def related_out(found: RelatedTopics) -> RelatedOut:
    """The neighbours of a topic."""
    return RelatedOut(
        same=[topic_out(topic) for topic in found.same],
        previous=topic_out(found.previous) if found.previous else None,
        next=topic_out(found.next) if found.next else None,
        prerequisites=[topic_out(topic) for topic in found.prerequisites],
    )


def subjects_out(shelf: list[ShelfBook]) -> list[SubjectOut]:
    """The whole shelf, subject by subject."""
    subjects: dict[str, list[ShelfBookOut]] = {}
    for book in shelf:
        chapters = [
            ChapterOut(title=chapter.title, topics=[topic_out(topic) for topic in chapter.topics])
            for chapter in book.chapters
        ]
        subjects.setdefault(book.subject, []).append(ShelfBookOut(slug=book.slug, title=book.title, chapters=chapters))
    return [SubjectOut(subject=subject, books=books) for subject, books in subjects.items()]


def change_out(change: Change) -> ChangeOut:
    """A line of the log."""
    return ChangeOut(
        field=change.field,
        before=change.before,
        after=change.after,
        changed_by=change.changed_by,
        changed_at=change.changed_at,
    )
