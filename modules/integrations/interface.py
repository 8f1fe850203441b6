"""integrations: the ports to the outside world, and the price book.

Depends on: kernel. Owns: no tables. Adapters in `local/` need no account and no network and are the default.
"""

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from modules.integrations.values import (
    Beat as Beat,
    BeatTiming as BeatTiming,
    Cue as Cue,
    Narration as Narration,
    Scene as Scene,
    SceneKind as SceneKind,
    SlideItem as SlideItem,
    Storyboard as Storyboard,
    Video as Video,
    WordTiming as WordTiming,
)
from modules.kernel.interface import Modality, VividlyError


class IntegrationError(VividlyError):
    """Something outside Vividly did not do what it was asked."""

    code = "integrations.error"


class EngineUnavailableError(IntegrationError):
    """An engine is not installed or did not start; the message says how to add it."""

    code = "integrations.engine_unavailable"


class EngineFailedError(IntegrationError):
    """An engine ran and failed; another try may succeed."""

    code = "integrations.engine_failed"
    retryable = True


class StorageFullError(IntegrationError):
    """No room is left to write a file; what was written of it has been removed."""

    code = "integrations.storage_full"
    retryable = True


class BlobNotFoundError(IntegrationError):
    """No object has this key."""

    code = "integrations.blob_not_found"


class UnknownPriceError(IntegrationError):
    """The price book has no price for this item; an unknown price is never guessed."""

    code = "integrations.unknown_price"


class DatabaseServerError(IntegrationError):
    """The embedded PostgreSQL cannot run here; the message says why and what to do."""

    code = "integrations.database_server"


class Embedder(Protocol):
    """Turns texts into vectors. The index stores `model_id` and `dimension` and refuses another model."""

    model_id: str
    dimension: int

    @abstractmethod
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, in order; shape (len(texts), dimension), float, L2-normalised.

        Raises: EngineUnavailableError: the weights are not installed.
        """


class SpeechSynthesizer(Protocol):
    """Speaks a storyboard."""

    @abstractmethod
    async def narrate(self, storyboard: Storyboard, *, directory: Path) -> Narration:
        """Writes `lesson.m4a` into `directory` and returns it with the time of every word.

        Raises: EngineUnavailableError: the speech engine is not installed. EngineFailedError: it crashed or
            took too long. StorageFullError: the disk is full.
        """


class VideoRenderer(Protocol):
    """Draws and encodes a storyboard."""

    @abstractmethod
    async def render(
        self, storyboard: Storyboard, narration: Narration, captions: Sequence[Cue], *, directory: Path
    ) -> Video:
        """Writes `lesson.mp4` and `poster.jpg` into `directory`; picture and sound end within 0.1 s.

        Raises: as `SpeechSynthesizer.narrate`.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A stored object. `sha256`: lower-case hex of the whole content."""

    key: str
    size_bytes: int
    sha256: str
    content_type: str


class BlobStore(Protocol):
    """Keeps files under generated keys such as `lessons/<id>/lesson.mp4`."""

    @abstractmethod
    async def put(self, key: str, source: Path, *, content_type: str) -> Blob:
        """Stores a whole file or nothing, replacing the object of that key. Raises StorageFullError."""

    @abstractmethod
    async def stat(self, key: str) -> Blob:
        """Raises BlobNotFoundError when there is no object, or when its size differs from what was stored."""

    @abstractmethod
    def read(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to and without `end`, in pieces. Raises BlobNotFoundError."""

    @abstractmethod
    async def delete(self, key: str) -> None:
        """Removes the object; nothing happens when there is none."""


class Doorbell(Protocol):
    """Wakes listeners. A ring carries an id and may be lost or doubled: it is a hint, never the truth."""

    @abstractmethod
    async def ring(self, channel: str, message: str) -> None:
        """Tells every listener of `channel`; never raises: a lost ring costs latency only."""

    @abstractmethod
    def listen(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """The messages rung while the block runs; silence, not an error, while the service is away."""

    @abstractmethod
    async def close(self) -> None:
        """Lets go of connections; rings after that are lost."""


class Mailer(Protocol):
    """Sends mail."""

    @abstractmethod
    async def send(self, *, to: str, subject: str, body: str) -> None:
        """Hands a plain-text message over. Raises EngineFailedError when it is not taken."""


class PriceBook(Protocol):
    """What a lesson costs by modality, versioned; every ledger row names the version."""

    version: str

    @abstractmethod
    def price_usd(self, modality: Modality) -> Decimal:
        """USD per lesson. Raises UnknownPriceError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """A running PostgreSQL. `url` holds a password: never log it."""

    url: str
    pid: int
    started_here: bool


class DatabaseServer(Protocol):
    """The embedded PostgreSQL of one home directory."""

    @abstractmethod
    def start(self) -> DatabaseAddress:
        """Attaches to the running server or starts it, creating the cluster on first use.

        Two processes may call it at once: one starts, both get the same address.

        Raises: DatabaseServerError: no write permission, no binaries, or the server refused to start.
        """

    @abstractmethod
    def stop(self) -> None:
        """Stops the server if it runs; never ends a process that is not this home's PostgreSQL."""
