"""Builds content_generation."""

from collections.abc import Callable
from pathlib import Path

from modules.content_generation.interface import ContentGeneration
from modules.content_generation.pipeline.desk import Desk
from modules.content_generation.pipeline.handler import LessonHandler
from modules.content_generation.repository import LessonRepository
from modules.content_generation.service import ContentGenerationService
from modules.integrations.interface import BlobStore, PriceBook, SpeechSynthesizer, VideoRenderer
from modules.kernel.interface import Database
from modules.lesson_writing.interface import LessonWriter
from modules.rag.interface import Rag
from modules.request_tracking.interface import RequestTracking
from modules.rubric.interface import Rubric
from modules.safety.interface import Safety
from modules.storyboards.interface import Storyboards
from modules.understanding.interface import Understanding
from modules.worker.interface import Worker


def create_content_generation(
    *,
    database: Database,
    rag: Rag,
    writer: LessonWriter,
    rubric: Rubric,
    safety: Safety,
    understanding: Understanding,
    storyboards: Storyboards,
    tracking: RequestTracking,
    worker: Worker,
    speech: Callable[[], SpeechSynthesizer],
    video: Callable[[], VideoRenderer],
    blobs: BlobStore,
    prices: PriceBook,
    workspace: Path,
    public_url: str,
) -> ContentGeneration:
    """Lessons on this database.

    `speech` and `video` are called when a lesson needs them, so that text alone never loads the media engines.
    Files stand in `workspace` while they are made. Written lessons reach this server at `public_url`.
    """
    desk = Desk(
        database=database,
        lessons=LessonRepository(),
        rag=rag,
        tracking=tracking,
        blobs=blobs,
        prices=prices,
        writer=writer,
        rubric=rubric,
        safety=safety,
        understanding=understanding,
        storyboards=storyboards,
        workspace=workspace,
        speech=speech,
        video=video,
    )
    return ContentGenerationService(desk=desk, worker=worker, handler=LessonHandler(desk=desk), public_url=public_url)
