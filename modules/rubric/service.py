"""Runs the fifteen checks."""

from collections.abc import Sequence
from typing import Final

from typing_extensions import override

from modules.grounding.interface import Grounding
from modules.lesson_writing.interface import Lesson
from modules.rag.interface import Passage, Topic
from modules.rubric.domain import evidence, reading, repairing, showing, teaching
from modules.rubric.domain.figures import figures_of
from modules.rubric.domain.gate import report_of
from modules.rubric.domain.material import Judged, Material
from modules.rubric.domain.quizzing import quiz
from modules.rubric.interface import JudgedLesson, LessonFigures, Rubric, RubricReport, Show

_BUT_QUIZ: Final = (
    reading.grade_fit,
    reading.sentence_length,
    evidence.groundedness,
    evidence.citation_recall,
    evidence.citation_precision,
    evidence.coverage,
    teaching.pre_training,
    teaching.analogy,
    teaching.coherence,
    showing.segmenting,
    showing.redundancy,
    showing.signalling,
    reading.voice,
    teaching.prompts,
)


class RubricService(Rubric):
    """Judges with the words of lesson, passages and slides alone."""

    def __init__(self, *, grounding: Grounding) -> None:
        self._grounding = grounding

    @override
    def judge(self, lesson: Lesson, passages: Sequence[Passage], *, topic: Topic, show: Show) -> RubricReport:
        of = Judged(lesson, passages, self._grounding, topic=topic, show=show)
        asked, flaws = quiz(of)
        return report_of([*(check(of) for check in _BUT_QUIZ), asked], flaws)

    @override
    def repaired(self, lesson: Lesson, passages: Sequence[Passage]) -> Lesson:
        return repairing.repaired(Material(lesson, passages, self._grounding))

    @override
    def figures(self, judged: Sequence[JudgedLesson], *, others: Sequence[JudgedLesson] = ()) -> LessonFigures:
        return figures_of(judged, others)
