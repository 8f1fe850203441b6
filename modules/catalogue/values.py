"""The values that the catalogue speaks of; outside, import them from interface.py."""

from dataclasses import dataclass, replace

from modules.kernel.interface import TopicId
from modules.textbooks.interface import Term as Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A section of a book that can be taught as one lesson.

    Attributes:
        subject: `physics`, `chemistry`, `biology`, `earth-science`, `mathematics`, `history` or `general`.
        title: as curated; section: number and title as printed, such as `8.2 Conservation of Momentum`.
        url: where a reader can open the section.
        words: length of its teachable text.
        pinned: a curator wants it to come first.
    """

    id: TopicId
    title: str
    subject: str
    book_slug: str
    book_title: str
    chapter: str
    section: str
    url: str
    words: int
    objectives: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    pinned: bool = False

    def brief(self) -> "Topic":
        """Without terms and objectives."""
        return replace(self, objectives=(), terms=())


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedTopics:
    """A topic's neighbours, complete.

    Attributes:
        same: equal topics of other books of its subject. previous, next: in its own book, of what is listed.
        prerequisites: at most 5 earlier sections of its book that define what it uses, the most needed first.
    """

    same: tuple[Topic, ...]
    previous: Topic | None
    next: Topic | None
    prerequisites: tuple[Topic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A topic for what is being typed; `matched`: its title, or the key term that begins so."""

    topic: Topic
    matched: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfChapter:
    """A chapter; its topics are without terms and objectives, pinned ones first."""

    title: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfBook:
    """What a book holds of one subject, in its order."""

    subject: str
    slug: str
    title: str
    chapters: tuple[ShelfChapter, ...]
