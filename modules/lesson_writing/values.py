"""The values that lesson_writing speaks of; outside, import them from interface.py."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from modules.kernel.interface import GradeLevel, LessonId, TopicId
from modules.quizzes.interface import QuizItem
from modules.rag.interface import Passage, PassageId, Term, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """Something a student cares about. `phrases`: lower-case ways to write it in a question."""

    id: str
    name: str
    category: str
    phrases: tuple[str, ...]


class Level(StrEnum):
    """How much a lesson asks of its reader, beside the grade: length, choice and difficulty of what it says."""

    SIMPLER = "simpler"
    STANDARD = "standard"
    DEEPER = "deeper"


class SentenceKind(StrEnum):
    """FACT needs a citation. FRAME leads on, ANALOGY compares, QUESTION asks: these state nothing about the world."""

    FACT = "fact"
    FRAME = "frame"
    ANALOGY = "analogy"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a lesson.

    Attributes:
        citations: numbers of `Lesson.sources`, never empty for a FACT.
        equation: the equation that it is, or that it announces and ends with; mostly empty.
    """

    text: str
    kind: SentenceKind
    citations: tuple[int, ...] = ()
    equation: str = ""


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
class KeyTerm:
    """A term, its definition as the book gives it, and the sources of it."""

    term: str
    definition: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled run of sentences, in reading order. `terms`: the key terms that it is the first to use."""

    kind: SectionKind
    title: str
    sentences: tuple[Sentence, ...]
    terms: tuple[KeyTerm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalogyPair:
    """One element of the concept and the element of the interest that plays its part."""

    concept: str
    interest: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analogy:
    """A mapped comparison and where it breaks. `holds`: why it holds, or empty. `loose`: by roles alone."""

    opening: str
    pairs: tuple[AnalogyPair, ...]
    limit: str
    holds: str = ""
    loose: bool = False


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
    """One check of a lesson. `score`: 0.0 to 1.0. `blocking`: no lesson is delivered without it."""

    name: str
    passed: bool
    score: float
    detail: str = ""
    blocking: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """One paid call of a language model. `price_book_version`: of the prices that gave `cost_usd`."""

    model_id: str
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    price_book_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How a lesson was made. `uses`: the calls of a language model that it took; none without a model."""

    engine: str
    engine_version: str
    corpus_version: str
    passages: tuple[PassageId, ...]
    checks: tuple[CheckResult, ...]
    uses: tuple[ModelUse, ...] = ()


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
    level: Level = Level.STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a lesson is written from.

    Attributes:
        passages: the topic's own in reading order, then borrowed ones. other_terms: of neighbouring topics.
        interest_id: empty for a lesson without analogy. key: becomes the lesson's.
        version: what `LessonWriter.version_for` said when the key was made; empty takes the writer's own.
    """

    lesson_id: LessonId
    key: str
    topic: Topic
    passages: tuple[Passage, ...]
    other_terms: tuple[Term, ...]
    grade: GradeLevel
    language: str
    corpus_version: str
    interest_id: str
    level: Level = Level.STANDARD
    version: str = ""
