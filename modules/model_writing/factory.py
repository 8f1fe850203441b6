"""Builds model_writing."""

from collections.abc import Callable

from modules.kernel.interface import Clock, Database
from modules.language_models.interface import LanguageModel, ModelRegistry
from modules.lesson_writing.interface import LessonWriter
from modules.model_writing.domain.cleaning import masked
from modules.model_writing.interface import PromptFiles, Prompts
from modules.model_writing.pipeline.activations import StoredPrompts
from modules.model_writing.pipeline.prompt_files import DeliveredPrompts
from modules.model_writing.repository import ActivationRepository
from modules.model_writing.service import ModelLessonWriter


def create_prompt_files() -> PromptFiles:
    """The prompts as delivered."""
    return DeliveredPrompts()


def create_prompts(*, database: Database, clock: Clock) -> Prompts:
    """The prompts, and which of them write on this database."""
    return StoredPrompts(database=database, clock=clock, files=DeliveredPrompts(), repository=ActivationRepository())


def create_model_lesson_writer(
    *,
    model: LanguageModel,
    registry: ModelRegistry,
    builtin: LessonWriter,
    prompts: Prompts,
    mask: Callable[[str], str] = masked,
) -> LessonWriter:
    """A writer on this model. `mask` takes personal data out of every text before it is sent."""
    return ModelLessonWriter(
        model=model, registry=registry, builtin=builtin, files=DeliveredPrompts(), prompts=prompts, mask=mask
    )
