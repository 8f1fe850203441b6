"""Builds lesson_feedback."""

from modules.content_generation.interface import ContentGeneration
from modules.kernel.interface import Clock, Database
from modules.lesson_feedback.interface import LessonFeedback
from modules.lesson_feedback.pipeline.prewarming import Prewarming
from modules.lesson_feedback.pipeline.reviewing import Reviewing
from modules.lesson_feedback.repository import FeedbackRepository
from modules.lesson_feedback.service import LessonFeedbackService
from modules.rag.interface import Rag
from modules.request_tracking.interface import RequestTracking


def create_lesson_feedback(
    *, database: Database, clock: Clock, content: ContentGeneration, tracking: RequestTracking, rag: Rag
) -> LessonFeedback:
    """Feedback on the lessons of `content`, in this database."""
    repository = FeedbackRepository()
    return LessonFeedbackService(
        database=database,
        clock=clock,
        repository=repository,
        content=content,
        tracking=tracking,
        rag=rag,
        reviewing=Reviewing(database=database, clock=clock, repository=repository, content=content, tracking=tracking),
        prewarming=Prewarming(content=content, tracking=tracking, rag=rag),
    )
