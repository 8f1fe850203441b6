"""The values that content_generation speaks of; outside, import them from interface.py."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from modules.kernel.interface import GradeLevel, LessonId, Modality, PersonId, RequestId, TopicId
from modules.rag.interface import PassageId
from modules.request_tracking.interface import PlannedStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """Something a student cares about. `phrases`: lower-case ways to write it in a question."""

    id: str
    name: str
    category: str
    phrases: tuple[str, ...]


class SentenceKind(StrEnum):
    """FACT needs a citation. FRAME leads on, ANALOGY compares, QUESTION asks: these state nothing about the world."""

    FACT = "fact"
    FRAME = "frame"
    ANALOGY = "analogy"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a lesson. `citations`: numbers of `Lesson.sources`, never empty for a FACT."""

    text: str
    kind: SentenceKind
    citations: tuple[int, ...] = ()


class SectionKind(StrEnum):
    """What part of the lesson a section is."""

    HOOK = "hook"
    BIG_IDEA = "big_idea"
    EXPLANATION = "explanation"
    ANALOGY = "analogy"
    WORKED_EXAMPLE = "worked_example"
    MISCONCEPTION = "misconception"
    RECAP = "recap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled run of sentences, in reading order."""

    kind: SectionKind
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalogyPair:
    """One element of the concept and the element of the interest that plays its part."""

    concept: str
    interest: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analogy:
    """A mapped comparison and where it breaks."""

    opening: str
    pairs: tuple[AnalogyPair, ...]
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTerm:
    """A term, its definition as the book gives it, and the sources of it."""

    term: str
    definition: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizItem:
    """A multiple-choice item. `options`: 4 distinct; `answer`: index of the key, 0 to 3."""

    question: str
    options: tuple[str, ...]
    answer: int
    feedback: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage that the lesson cites, with everything needed to find and credit it. `number`: 1, 2, ..."""

    number: int
    passage_id: PassageId
    quote: str
    book_title: str
    edition: str
    chapter: str
    section: str
    url: str
    license: str
    license_url: str
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check of the `check` stage. `score`: 0.0 to 1.0."""

    name: str
    passed: bool
    score: float
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How a lesson was made."""

    engine: str
    engine_version: str
    corpus_version: str
    passages: tuple[PassageId, ...]
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson as data; text, audio, video and exports are renderings of it. It names no student.

    Attributes:
        key: what makes two lessons the same: topic, interest, grade, language, corpus and engine version.
        interest_id: empty when the lesson has no analogy.
        attributions: one line a book, to show with every rendering.
    """

    id: LessonId
    key: str
    title: str
    topic_id: TopicId
    subject: str
    grade: GradeLevel
    language: str
    interest_id: str
    interest_name: str
    sections: tuple[Section, ...]
    analogy: Analogy | None
    terms: tuple[KeyTerm, ...]
    quiz: tuple[QuizItem, ...]
    sources: tuple[Source, ...]
    attributions: tuple[str, ...]
    receipt: Receipt


class ArtefactKind(StrEnum):
    """A file that belongs to a lesson."""

    AUDIO = "audio"
    VIDEO = "video"
    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"
    POSTER = "poster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A stored file of a lesson. `blob_key`: in the BlobStore. `duration_seconds`: 0.0 where time has no meaning."""

    lesson_id: LessonId
    kind: ArtefactKind
    blob_key: str
    content_type: str
    size_bytes: int
    sha256: str
    duration_seconds: float
    engine: str


class TextFormat(StrEnum):
    """A written rendering of a lesson. HTML is a whole page that needs nothing else."""

    MARKDOWN = "markdown"
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a request will take. Money is USD from the price book.

    Attributes:
        stages: all six in order, the unneeded ones with the reason why they are skipped.
        cost_usd: when nothing is shared. saving_usd: by skipped modality.
    """

    stages: tuple[PlannedStage, ...]
    cost_usd: Decimal
    saving_usd: dict[Modality, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonOrder:
    """What a student asks for.

    Attributes:
        query: 1 to 500 characters, no control characters but line breaks and tabs.
        interest: an interest id, or empty to take it from the question.
        modalities: at least one, none twice. topic_id: skips understanding when given.
    """

    owner_id: PersonId
    requested_by: PersonId
    query: str
    grade: GradeLevel
    interest: str
    modalities: tuple[Modality, ...]
    preferred_modality: Modality
    topic_id: TopicId | None = None
    request_id: RequestId | None = None
