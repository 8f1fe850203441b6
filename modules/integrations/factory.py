"""Builds the adapters; each is imported only when it is asked for, so text never loads what narration needs."""

from pathlib import Path

from modules.integrations.interface import (
    BlobStore,
    Doorbell,
    Embedder,
    Mailer,
    PriceBook,
    SpeechSynthesizer,
    VideoRenderer,
)


def create_embedder(*, data_directory: Path) -> Embedder:
    """The sentence model, loaded with its first text; its graph is kept in `data_directory`."""
    from modules.integrations.local.embedder import MiniLmEmbedder

    return MiniLmEmbedder(data_directory=data_directory)


def create_blob_store(*, root: Path) -> BlobStore:
    """Objects below `root`."""
    from modules.integrations.local.blobs import DirectoryBlobStore

    return DirectoryBlobStore(root=root)


def create_doorbell(*, url: str) -> Doorbell:
    """A doorbell over the database at `url`, which connects with the first ring. The caller closes it."""
    from modules.integrations.local.doorbell import PostgresDoorbell

    return PostgresDoorbell(url=url)


def create_mailer() -> Mailer:
    """A mailer that sends nothing and says so."""
    from modules.integrations.local.mail import NullMailer

    return NullMailer()


def create_price_book() -> PriceBook:
    """The default prices."""
    from modules.integrations.local.prices import DefaultPriceBook

    return DefaultPriceBook()


def create_speech_synthesizer() -> SpeechSynthesizer:
    """Narration by a process of its own; needs the extra `media`."""
    from modules.integrations.local.media import LocalSpeechSynthesizer

    return LocalSpeechSynthesizer()


def create_video_renderer() -> VideoRenderer:
    """Slides and video by a process of its own; needs the extra `media`."""
    from modules.integrations.local.media import LocalVideoRenderer

    return LocalVideoRenderer()
