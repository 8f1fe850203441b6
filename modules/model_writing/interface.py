"""model_writing: lessons written by a language model from given passages, and the prompts that tell it how.

Depends on: kernel, rag (values only), lesson_writing, language_models. Owns PostgreSQL schema: model_writing.
Its writer is a `LessonWriter` of lesson_writing.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from modules.kernel.interface import VividlyError
from modules.lesson_writing.interface import WritingError


class ModelWritingError(VividlyError):
    """Something is wrong with writing by a model."""

    code = "model_writing.error"


class UnknownPromptError(ModelWritingError):
    """No prompt has this name, or no version of it this number."""

    code = "model_writing.unknown_prompt"


class BadPromptError(ModelWritingError):
    """The file of a prompt breaks the rules; the message says which."""

    code = "model_writing.bad_prompt"


class BadSplitError(ModelWritingError):
    """A version's share is not from 1 to 99 per cent, or is to be split with itself."""

    code = "model_writing.bad_split"


class NothingToRollBackError(ModelWritingError):
    """The prompt is as it was delivered; nothing was activated before."""

    code = "model_writing.nothing_to_roll_back"


class UnusableAnswerError(WritingError):
    """The model's answers made no lesson, asked twice; `reason` is the code of the last fault."""

    code = "model_writing.unusable_answer"
    reason: str = ""


class InterruptedWritingError(WritingError):
    """The model's provider failed after an answer had been paid for; another try may succeed."""

    code = "model_writing.interrupted"
    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of a hundred lessons a version writes. `percent`: 1 to 100."""

    version: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """A version of a prompt. `percent`: of lessons that it writes now. `change`: what is new in it, a sentence."""

    name: str
    version: str
    percent: int
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptCheck:
    """A version's trial on the fixture. `faults`: sentences, none when it is good. `characters`: of what is sent."""

    name: str
    version: str
    characters: int
    faults: tuple[str, ...]


class PromptFiles(Protocol):
    """The prompts as delivered, without a database."""

    @abstractmethod
    def check(self) -> tuple[PromptCheck, ...]:
        """Reads every version, fills it with the fixture, and says what is wrong; calls no model."""


class Prompts(Protocol):
    """Which version of a prompt writes; for the whole installation, since lessons are shared."""

    @abstractmethod
    async def versions(self) -> tuple[PromptVersion, ...]:
        """Every version of every prompt, by name and number."""

    @abstractmethod
    async def activate(self, name: str, version: str) -> None:
        """Lets one version write all lessons. Raises UnknownPromptError."""

    @abstractmethod
    async def split(self, name: str, version: str, percent: int) -> None:
        """Lets a version write some of a hundred lessons; the one that writes most keeps the rest.

        Raises: UnknownPromptError, BadSplitError.
        """

    @abstractmethod
    async def rollback(self, name: str) -> None:
        """Goes back to what was before the last activation or split; again, to what was before that.

        Raises: UnknownPromptError, NothingToRollBackError.
        """

    @abstractmethod
    async def choice(self, name: str, seed: str) -> str:
        """The version for this seed: the same one for as long as the shares stay. Raises UnknownPromptError."""
