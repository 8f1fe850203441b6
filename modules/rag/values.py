"""The values that rag speaks of; outside, import them from interface.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from modules.catalogue.interface import Topic
from modules.chunking.interface import PassageKind as PassageKind, QualityReport as QualityReport
from modules.kernel.interface import TopicId

PassageId = NewType("PassageId", int)
"""Stable as long as its section's content is unchanged, also from one edition to the next."""


class EditionState(StrEnum):
    """BUILDING is seen by nobody; one edition of a book is SERVING; SUPERSEDED ones are kept until retired."""

    BUILDING = "building"
    SERVING = "serving"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A textbook in the library, by its serving edition.

    Attributes:
        slug: stable name, such as `physics`. edition: revision hash or edition number.
        attribution: the line to show with every derived lesson.
        topics, passages: how many are indexed. embedded: how many passages have a vector.
    """

    slug: str
    title: str
    edition: str
    language: str
    subject: str
    license: str
    license_url: str
    authors: tuple[str, ...]
    source_url: str
    attribution: str
    topics: int
    passages: int
    embedded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One revision of a book.

    Attributes:
        license_allowed_by_name: what the operator named to let this licence in, or empty.
        quality: as judged before it was built; None for editions older than the judgement.
        quality_accepted: it failed the judgement, and the operator took it all the same.
    """

    revision: str
    state: EditionState
    title: str
    license: str
    license_url: str
    license_allowed_by_name: str
    quality: QualityReport | None
    quality_accepted: bool
    sections: int
    created_at: datetime
    switched_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRecord:
    """A book with all that is known of its editions, the serving one first, then the newest."""

    book: Book | None
    slug: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One citable piece of a textbook.

    Attributes:
        text: plain text, 1 to 4,000 characters, whole sentences.
        heading: of the part of the section that it stands in. position: order inside its topic, from 0.
        score: relevance to the query, higher is better; comparable inside one answer only.
        formulas: (as read aloud or in plain text, MathML) of each formula.
    """

    id: PassageId
    topic_id: TopicId
    kind: PassageKind
    text: str
    heading: str
    position: int
    score: float
    book_title: str
    edition: str
    chapter: str
    section: str
    url: str
    license: str
    license_url: str
    attribution: str
    words: int = 0
    formulas: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which sections may answer; an empty one lets every section.

    Attributes:
        subject, book_slug, license: exactly as in `Topic` and `Book`; empty lets every one.
        topic_id: this topic only. max_reading_grade: Flesch-Kincaid grade of the section's prose.
    """

    subject: str = ""
    book_slug: str = ""
    license: str = ""
    topic_id: str = ""
    max_reading_grade: float | None = None


EVERYTHING: Final = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredTopic:
    """A topic and how well it answers, 0.0 to 1.0, comparable between questions."""

    topic: Topic
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMatch:
    """The topics nearest to a question.

    Attributes:
        query: the question as searched, without the interest phrase.
        interest_phrase: what was split off, such as `basketball`, or empty.
        candidates: best first, at most 10.
        margin: score of the first minus the next that is not the same topic of another book.
        covered: whether the library holds enough evidence to teach the first candidate as an answer.
    """

    query: str
    interest_phrase: str
    candidates: tuple[ScoredTopic, ...]
    margin: float
    covered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What an import did. `unchanged`: sections that the edition before held with the same content."""

    book: Book
    sections: int
    imported: int
    unchanged: int
    passages: int
    embedded: int
    warnings: tuple[str, ...] = ()
