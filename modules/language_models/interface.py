"""language_models: asks a text model for one answer, and knows which models there are and what they cost.

Depends on: kernel. Owns: no tables; the registry of models with their prices.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from modules.kernel.interface import VividlyError


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a call used, as the provider counted it. `output_tokens`: with those of silent reasoning."""

    input_tokens: int = 0
    output_tokens: int = 0


class LanguageModelError(VividlyError):
    """A model gave no answer that can be used. `usage`: what the call used all the same; mostly nothing."""

    code = "language_models.error"

    def __init__(self, message: str, *, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage or Usage()


class ModelUnavailableError(LanguageModelError):
    """The provider cannot be reached, or has a fault of its own."""

    code = "language_models.unavailable"
    retryable = True


class RateLimitedError(LanguageModelError):
    """The provider asks to slow down. `retry_after_seconds`: how long it asks to wait, 1 to 3,600."""

    code = "language_models.rate_limited"
    retryable = True

    def __init__(self, message: str, *, retry_after_seconds: float) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ModelTimedOutError(LanguageModelError):
    """The whole answer was not there before the deadline."""

    code = "language_models.timed_out"
    retryable = True


class CallRejectedError(LanguageModelError):
    """The provider takes no such call: its key, project, model or address is wrong, or its client is missing."""

    code = "language_models.rejected"


class AnswerRefusedError(LanguageModelError):
    """The provider's own safety rules stopped the question or the answer."""

    code = "language_models.refused"


class TruncatedAnswerError(LanguageModelError):
    """The answer ended where the tokens allowed for it did."""

    code = "language_models.truncated"


class InvalidAnswerError(LanguageModelError):
    """The answer is empty, or not of the form that was asked for; the message says what is wrong."""

    code = "language_models.invalid_answer"


class AnswerTooLargeError(LanguageModelError):
    """The answer is larger than any answer may be; the rest of it was not read."""

    code = "language_models.too_large"


class UnknownModelPriceError(LanguageModelError):
    """Nothing is known of what this model costs; an unknown price is never guessed."""

    code = "language_models.unknown_price"


class RetiredModelError(LanguageModelError):
    """The provider has switched this model off; the message names the one to take."""

    code = "language_models.retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question to a model.

    Attributes:
        system: what it shall do. user: what it shall do it with.
        answer_schema: JSON Schema of the answer, as JSON; every property required, no other allowed.
        max_output_tokens: 1 and more, silent reasoning included. temperature: 0.0 to 2.0.
    """

    system: str
    user: str
    answer_schema: str
    max_output_tokens: int
    temperature: float


class FinishReason(StrEnum):
    """Why an answer ended. TRUNCATED: at `max_output_tokens`."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """An answer. `text`: at most 200,000 bytes, unchecked, empty only when truncated. `model_id`: as asked for."""

    text: str
    finish_reason: FinishReason
    usage: Usage
    model_id: str


class LanguageModel(Protocol):
    """One model of one provider. `provider`: `openai` or `vertex`."""

    provider: str
    model_id: str

    @abstractmethod
    def complete(self, prompt: Prompt) -> Completion:
        """Asks once and waits; call it in a thread. It never tries again by itself.

        Raises:
            ModelUnavailableError, RateLimitedError, ModelTimedOutError: another try may succeed.
            CallRejectedError: until somebody changes the settings.
            AnswerRefusedError, InvalidAnswerError, AnswerTooLargeError: of this answer.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPrice:
    """USD for a million tokens, in and out."""

    input_usd: Decimal
    output_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """A model as the registry knows it.

    Attributes:
        reasons: it thinks before it answers: its thoughts count as output, and OpenAI's then take no temperature.
        sunset: the last day on which the provider promises it, or None when no day is announced.
        replacement: the model to take then, or empty.
    """

    id: str
    provider: str
    price: TokenPrice
    reasons: bool
    sunset: date | None
    replacement: str


class ModelRegistry(Protocol):
    """Which models there are, until when, and what they cost. `version`: of the prices, for the ledger."""

    version: str

    @abstractmethod
    def models(self) -> tuple[ModelEntry, ...]:
        """Every model, by provider and id."""

    @abstractmethod
    def check(self, model_id: str, *, today: date) -> None:
        """Returns when the model may be used. Raises UnknownModelPriceError, RetiredModelError."""

    @abstractmethod
    def cost_usd(self, model_id: str, usage: Usage) -> Decimal:
        """What a call cost, to the last digit. Raises UnknownModelPriceError."""
