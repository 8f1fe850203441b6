"""The values that the rubric speaks of; outside, import them from interface.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from modules.kernel.interface import GradeLevel, TopicId
from modules.lesson_writing.interface import CheckResult, Lesson


class Check(StrEnum):
    """The fifteen checks, in the order of the rubric; the value is the name in a receipt."""

    GRADE_FIT = "grade_fit"
    SENTENCE_LENGTH = "sentence_length"
    GROUNDEDNESS = "groundedness"
    CITATION_RECALL = "citation_recall"
    CITATION_PRECISION = "citation_precision"
    COVERAGE = "coverage"
    PRE_TRAINING = "pre_training"
    ANALOGY = "analogy"
    COHERENCE = "coherence"
    SEGMENTING = "segmenting"
    REDUNDANCY = "redundancy"
    SIGNALLING = "signalling"
    VOICE = "voice"
    PROMPTS = "prompts"
    QUIZ = "quiz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence of the narration. `visible`: items of the slide that show while it is spoken."""

    text: str
    visible: int
    pause_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """What a slide shows, and what is said over it.

    Attributes:
        texts: what shows from the start, such as title and question; no credits.
        items: what comes one by one, each as its label and its text.
    """

    texts: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A lesson as it will be narrated. `words_per_minute`: how fast the voice speaks between its pauses."""

    slides: tuple[Slide, ...]
    words_per_minute: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricReport:
    """The judgement of a lesson.

    Attributes:
        checks: fifteen, in the order of `Check`. total: how many of them pass, 0 to 15.
        gate: whether the lesson may be delivered: every blocking check passes, and enough of all.
        quiz_flaws: how many faults the questions have together.
    """

    checks: tuple[CheckResult, ...]
    total: int
    gate: bool
    quiz_flaws: int

    def check(self, name: Check) -> CheckResult:
        """One of the fifteen."""
        return next(one for one in self.checks if one.name == name)

    def failed(self) -> tuple[CheckResult, ...]:
        """Those that do not pass."""
        return tuple(one for one in self.checks if not one.passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLesson:
    """A lesson with its judgement.

    Attributes:
        interest_id, grade: as asked for; the lesson itself may have no analogy.
        lesson, report: what would be delivered, after the repair if there was one.
        draft: the judgement before the repair; the same as `report` without one.
    """

    topic_id: TopicId
    interest_id: str
    grade: GradeLevel
    lesson: Lesson
    report: RubricReport
    draft: RubricReport

    @property
    def repaired(self) -> bool:
        """Whether a sentence was replaced or taken out."""
        return self.draft is not self.report


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonFigures:
    """Figures over many lessons; shares are 0.0 to 1.0, all but `drafts_grounded_share` of what would be delivered.

    Attributes:
        rubric_mean, rubric_min: of the totals, 0 to 15, of all lessons; delivered_mean, delivered_min: of those that
            pass the gate, None when none does.
        grounded_share: lessons in which every sentence of fact is supported, without a conflict of number or denial.
        drafts_grounded_share: the same, before the repair.
        grade_band_share: lessons that pass grade_fit. quiz_flaws: faults of all questions of all lessons together.
        analogy_mapped_or_absent: lessons that pass analogy.
        invariance: pairs of topic and grade whose sentences of fact are the same for every interest; None when no
            pair has two interests.
        refused, repaired: lessons that fail the gate; lessons in which a sentence was replaced or taken out.
        passed: by the name of a check, the lessons that pass it.
        worst: up to ten, the lowest total first.
    """

    lessons: int
    rubric_mean: float
    rubric_min: int
    delivered_mean: float | None
    delivered_min: int | None
    grounded_share: float
    drafts_grounded_share: float
    grade_band_share: float
    quiz_flaws: int
    analogy_mapped_or_absent: float
    invariance: float | None
    refused: float
    repaired: float
    passed: Mapping[str, float]
    worst: tuple[JudgedLesson, ...]
