"""The one place that knows who is built from what; builds objects and opens nothing."""

from functools import partial
from pathlib import Path
from typing import Final

from dependency_injector import containers, providers

from modules.book_building.factory import create_book_building
from modules.book_building.interface import BookBuilding
from modules.book_files.factory import create_book_fetcher, create_book_files
from modules.book_files.interface import BookFetcher, BookFiles
from modules.book_pages.factory import create_book_pages
from modules.book_pages.interface import BookPages
from modules.bundles.factory import create_bundles
from modules.bundles.interface import Bundles
from modules.catalogue.factory import create_catalogue
from modules.catalogue.interface import Catalogue
from modules.chunking.factory import create_chunking
from modules.chunking.interface import Chunking
from modules.content_generation.factory import create_content_generation
from modules.content_generation.interface import ContentGeneration
from modules.curation.factory import create_curation
from modules.curation.interface import Curation
from modules.evaluation.factory import create_evaluation
from modules.evaluation.interface import Evaluation
from modules.grounding.factory import create_grounding
from modules.grounding.interface import Grounding
from modules.imports.factory import create_imports
from modules.imports.interface import Imports
from modules.integrations.factory import (
    create_blob_store,
    create_doorbell,
    create_embedder,
    create_mailer,
    create_price_book,
    create_speech_synthesizer,
    create_video_renderer,
)
from modules.integrations.interface import BlobStore, DatabaseServer, Doorbell, Embedder, Mailer, PriceBook
from modules.kernel.database import SqlDatabase
from modules.kernel.factory import create_clock, create_database
from modules.kernel.interface import Clock
from modules.language_models.factory import (
    create_model_registry,
    create_openai_language_model,
    create_vertex_language_model,
)
from modules.language_models.interface import LanguageModel, ModelRegistry, TokenPrice
from modules.lesson_feedback.factory import create_lesson_feedback
from modules.lesson_feedback.interface import LessonFeedback
from modules.lesson_writing.factory import create_lesson_writer
from modules.lesson_writing.interface import LessonWriter
from modules.model_writing.factory import create_model_lesson_writer, create_prompt_files, create_prompts
from modules.model_writing.interface import PromptFiles, Prompts
from modules.questions.factory import create_questions
from modules.questions.interface import Questions
from modules.quizzes.factory import create_quizzes
from modules.quizzes.interface import Quizzes
from modules.rag.factory import create_rag
from modules.rag.interface import Rag
from modules.ranking.factory import create_ranking
from modules.ranking.interface import Ranking
from modules.request_tracking.factory import create_request_tracking
from modules.request_tracking.interface import RequestTracking
from modules.rubric.factory import create_rubric
from modules.rubric.interface import Rubric
from modules.safety.factory import create_safety
from modules.safety.interface import Safety
from modules.storyboards.factory import create_storyboards
from modules.storyboards.interface import Storyboards
from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import Textbooks
from modules.understanding.factory import create_understanding
from modules.understanding.interface import Understanding
from modules.user_auth.factory import create_user_auth
from modules.user_auth.interface import UserAuth
from modules.worker.factory import create_worker
from modules.worker.interface import Worker
from shell.embedded_postgres.server import EmbeddedPostgres
from shell.settings import Settings

STARTER_LIBRARY: Final = Path(__file__).resolve().parent.parent / "modules" / "rag" / "starter_library"

# Addresses to listen on that are none to open.
ANY_HOST: Final = {"0.0.0.0", "::"}  # noqa: S104


class Resolved:
    """What is known only once the home is prepared: the database's address and the signing key."""

    def __init__(self, *, database_url: str, signing_key: bytes) -> None:
        self.database_url = database_url
        self.signing_key = signing_key


def _database(settings: Settings, resolved: Resolved) -> SqlDatabase:
    return create_database(url=resolved.database_url, pool_size=settings.database_pool_size)


def _book_fetcher(settings: Settings) -> BookFetcher:
    return create_book_fetcher(allowed_hosts=settings.library_fetch_hosts)


def _models(settings: Settings) -> ModelRegistry:
    read, written = settings.model_input_usd, settings.model_output_usd
    own = (
        {} if read is None or written is None else {_model_id(settings): TokenPrice(input_usd=read, output_usd=written)}
    )
    return create_model_registry(own_prices=own)


def _model_id(settings: Settings) -> str:
    return settings.openai_model if settings.writer == "openai" else settings.vertex_model


def _language_model(settings: Settings, models: ModelRegistry) -> LanguageModel:
    if settings.writer == "vertex":
        return create_vertex_language_model(
            project=settings.vertex_project, location=settings.vertex_location, model_id=settings.vertex_model
        )
    key = settings.openai_key.get_secret_value() if settings.openai_key else ""
    return create_openai_language_model(
        url=settings.openai_url, model_id=settings.openai_model, key=key, registry=models
    )


def _writer(
    settings: Settings, clock: Clock, models: ModelRegistry, prompts: Prompts, builtin: LessonWriter, safety: Safety
) -> LessonWriter:
    """The built-in writer, or one that asks a model whose price is known and which is not retired."""
    if settings.writer == "builtin":
        return builtin
    models.check(_model_id(settings), today=clock.now().date())
    model = _language_model(settings, models)

    def mask(text: str) -> str:
        return safety.mask(safety.quotable(text))

    return create_model_lesson_writer(model=model, registry=models, builtin=builtin, prompts=prompts, mask=mask)


def _questions(writer: LessonWriter) -> Questions:
    return create_questions(interest_phrases=[phrase for one in writer.interests() for phrase in one.phrases])


def _tracking(settings: Settings, database: SqlDatabase, doorbell: Doorbell) -> RequestTracking:
    return create_request_tracking(
        database=database, doorbell=doorbell, poll_seconds=settings.request_tracking_poll_seconds
    )


def _worker(settings: Settings, database: SqlDatabase, doorbell: Doorbell) -> Worker:
    return create_worker(
        database=database,
        doorbell=doorbell,
        lease_seconds=settings.worker_lease_seconds,
        poll_seconds=settings.worker_poll_seconds,
        max_attempts=settings.worker_max_attempts,
    )


def _user_auth(settings: Settings, resolved: Resolved, database: SqlDatabase, clock: Clock) -> UserAuth:
    return create_user_auth(
        database=database,
        clock=clock,
        signing_key=resolved.signing_key,
        access_minutes=settings.user_auth_access_minutes,
        refresh_days=settings.user_auth_refresh_days,
        password_memory_kib=settings.user_auth_password_memory_kib,
        password_rounds=settings.user_auth_password_rounds,
    )


def _public_url(settings: Settings) -> str:
    if settings.http_public_url:
        return settings.http_public_url
    host = "127.0.0.1" if settings.http_host in ANY_HOST else settings.http_host
    return f"http://[{host}]:{settings.http_port}" if ":" in host else f"http://{host}:{settings.http_port}"


def _below(settings: Settings, folder: str) -> Path:
    return settings.home / folder


class Container(containers.DeclarativeContainer):
    """Every module, wired. One container a process, or a test."""

    settings: providers.Provider[Settings] = providers.Dependency(instance_of=Settings)
    resolved: providers.Provider[Resolved] = providers.Dependency(instance_of=Resolved)

    clock: providers.Provider[Clock] = providers.Singleton(create_clock)
    database: providers.Provider[SqlDatabase] = providers.Singleton(_database, settings, resolved)
    doorbell: providers.Provider[Doorbell] = providers.Singleton(
        create_doorbell, url=providers.Callable(lambda resolved: resolved.database_url, resolved)
    )
    embedder: providers.Provider[Embedder] = providers.Singleton(
        create_embedder, data_directory=providers.Callable(_below, settings, "models")
    )
    blobs: providers.Provider[BlobStore] = providers.Singleton(
        create_blob_store, root=providers.Callable(_below, settings, "blobs")
    )
    mailer: providers.Provider[Mailer] = providers.Singleton(create_mailer)
    prices: providers.Provider[PriceBook] = providers.Singleton(create_price_book)
    quizzes: providers.Provider[Quizzes] = providers.Singleton(create_quizzes)
    models: providers.Provider[ModelRegistry] = providers.Singleton(_models, settings)
    prompts: providers.Provider[Prompts] = providers.Singleton(create_prompts, database=database, clock=clock)
    safety: providers.Provider[Safety] = providers.Singleton(create_safety)
    builtin_writer: providers.Provider[LessonWriter] = providers.Singleton(create_lesson_writer, quizzes=quizzes)
    writer: providers.Provider[LessonWriter] = providers.Singleton(
        _writer, settings, clock, models, prompts, builtin_writer, safety
    )

    book_files: providers.Provider[BookFiles] = providers.Singleton(create_book_files)
    book_fetcher: providers.Provider[BookFetcher] = providers.Singleton(_book_fetcher, settings)
    book_pages: providers.Provider[BookPages] = providers.Singleton(create_book_pages)
    textbooks: providers.Provider[Textbooks] = providers.Singleton(
        create_textbooks, book_files=book_files, book_pages=book_pages, trusted=(STARTER_LIBRARY,)
    )
    chunking: providers.Provider[Chunking] = providers.Singleton(create_chunking)
    questions: providers.Provider[Questions] = providers.Singleton(_questions, writer)
    building: providers.Provider[BookBuilding] = providers.Singleton(
        create_book_building, database=database, textbooks=textbooks, chunking=chunking
    )
    ranking: providers.Provider[Ranking] = providers.Singleton(create_ranking)
    curation: providers.Provider[Curation] = providers.Singleton(create_curation, database=database, clock=clock)
    catalogue: providers.Provider[Catalogue] = providers.Singleton(create_catalogue, questions=questions)
    rag: providers.Provider[Rag] = providers.Singleton(
        create_rag,
        database=database,
        embedder=embedder,
        building=building,
        questions=questions,
        ranking=ranking,
        curation=curation,
        catalogue=catalogue,
    )
    bundles: providers.Provider[Bundles] = providers.Singleton(
        create_bundles, rag=rag, embedder=embedder, textbooks=textbooks, chunking=chunking
    )
    understanding: providers.Provider[Understanding] = providers.Singleton(create_understanding, rag=rag, safety=safety)
    evaluation: providers.Provider[Evaluation] = providers.Singleton(create_evaluation)
    grounding: providers.Provider[Grounding] = providers.Singleton(create_grounding)
    worker: providers.Provider[Worker] = providers.Singleton(_worker, settings, database, doorbell)
    imports: providers.Provider[Imports] = providers.Singleton(
        create_imports, database=database, worker=worker, rag=rag
    )
    tracking: providers.Provider[RequestTracking] = providers.Singleton(_tracking, settings, database, doorbell)
    user_auth: providers.Provider[UserAuth] = providers.Singleton(_user_auth, settings, resolved, database, clock)
    rubric: providers.Provider[Rubric] = providers.Singleton(create_rubric, grounding=grounding)
    storyboards: providers.Provider[Storyboards] = providers.Singleton(create_storyboards)
    content: providers.Provider[ContentGeneration] = providers.Singleton(
        create_content_generation,
        database=database,
        rag=rag,
        tracking=tracking,
        worker=worker,
        speech=providers.Object(partial(create_speech_synthesizer)),
        video=providers.Object(partial(create_video_renderer)),
        blobs=blobs,
        prices=prices,
        writer=writer,
        rubric=rubric,
        safety=safety,
        understanding=understanding,
        storyboards=storyboards,
        workspace=providers.Callable(_below, settings, "work"),
        public_url=providers.Callable(_public_url, settings),
    )
    feedback: providers.Provider[LessonFeedback] = providers.Singleton(
        create_lesson_feedback, database=database, clock=clock, content=content, tracking=tracking, rag=rag
    )


def build_server(settings: Settings) -> DatabaseServer:
    """The embedded PostgreSQL of this home, not started."""
    return EmbeddedPostgres(home=settings.home)


def build_prompt_files() -> PromptFiles:
    """The prompts as delivered; needs no home and no database."""
    return create_prompt_files()


def build_container(settings: Settings, resolved: Resolved) -> Container:
    """A container whose providers are all built once, so that no two threads build one twice."""
    container = Container(settings=providers.Object(settings), resolved=providers.Object(resolved))
    for provider in (
        container.database,
        container.feedback,
        container.imports,
        container.bundles,
        container.user_auth,
        container.mailer,
    ):
        provider()
    return container
