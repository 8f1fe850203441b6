"""Builds content_generation."""

from collections.abc import Callable, Sequence
from pathlib import Path

from modules.content_generation.interface import ContentGeneration, Interest
from modules.content_generation.pipeline import bank
from modules.content_generation.pipeline.handler import LessonHandler
from modules.content_generation.pipeline.media_steps import NarrateStep, RenderStep, Studio
from modules.content_generation.pipeline.text_steps import CheckStep, RetrieveStep, WriteStep
from modules.content_generation.pipeline.understand import UnderstandStep
from modules.content_generation.repository import LessonRepository
from modules.content_generation.service import ContentGenerationService
from modules.integrations.interface import BlobStore, PriceBook, SpeechSynthesizer, VideoRenderer
from modules.kernel.interface import Database
from modules.rag.interface import Rag
from modules.request_tracking.interface import RequestTracking
from modules.worker.interface import Worker


def load_interests() -> tuple[Interest, ...]:
    """Every interest of the bank, by category and name."""
    return bank.load_interests()


def create_content_generation(
    *,
    database: Database,
    rag: Rag,
    tracking: RequestTracking,
    worker: Worker,
    speech: Callable[[], SpeechSynthesizer],
    video: Callable[[], VideoRenderer],
    blobs: BlobStore,
    prices: PriceBook,
    interests: Sequence[Interest],
    workspace: Path,
) -> ContentGeneration:
    """Lessons on this database.

    `speech` and `video` are called when a lesson needs them, so that text alone never loads the media engines.
    Files stand in `workspace` while they are made.
    """
    lessons = LessonRepository()
    studio = Studio(
        database=database, lessons=lessons, tracking=tracking, blobs=blobs, prices=prices, workspace=workspace
    )
    handler = LessonHandler(
        database=database,
        lessons=lessons,
        tracking=tracking,
        understand=UnderstandStep(rag=rag, interests=interests),
        steps=(
            RetrieveStep(lessons=lessons, rag=rag),
            WriteStep(lessons=lessons, interests={interest.id: interest for interest in interests}),
            CheckStep(lessons=lessons, tracking=tracking, prices=prices),
            NarrateStep(studio=studio, speech=speech),
            RenderStep(studio=studio, video=video),
        ),
    )
    return ContentGenerationService(
        database=database,
        lessons=lessons,
        rag=rag,
        tracking=tracking,
        worker=worker,
        prices=prices,
        interests=interests,
        handler=handler,
    )
