"""Asks a model for a lesson: once, and once more when the answer cannot be used."""

from dataclasses import dataclass, field, replace
from typing import Final

from modules.language_models.interface import (
    Completion,
    FinishReason,
    InvalidAnswerError,
    LanguageModel,
    LanguageModelError,
    ModelRegistry,
    Prompt,
    TruncatedAnswerError,
    Usage,
)
from modules.lesson_writing.interface import ModelUse
from modules.model_writing.domain.answers import Answer, read
from modules.model_writing.domain.judging import Judge, cleaned
from modules.model_writing.domain.material import Material
from modules.model_writing.interface import InterruptedWritingError, UnusableAnswerError

_TRIES: Final = 2
_AGAIN: Final = "Your last answer could not be used. Write the whole answer anew and mend this: "
_SHORTER: Final = "it ended before it was complete; write a shorter lesson"
_SAID_CHARACTERS: Final = 1_000


@dataclass(slots=True, kw_only=True)
class Asking:
    """One lesson's conversation with a model. `uses`: what its calls took so far, also those that failed."""

    model: LanguageModel
    registry: ModelRegistry
    uses: list[ModelUse] = field(default_factory=list)

    def answer(self, prompt: Prompt, material: Material) -> Answer:
        """An answer that may become a lesson.

        Raises:
            UnusableAnswerError: two answers could not be used, or one was refused.
            InterruptedWritingError: the second call failed in a way that may pass.
            LanguageModelError: the first call failed and cost nothing.
        """
        asked = prompt
        for tries_left in reversed(range(_TRIES)):
            try:
                return self._judged(self._complete(asked), prompt, material)
            except (InvalidAnswerError, TruncatedAnswerError) as error:
                if not tries_left:
                    raise self._failed(error) from error
                asked = replace(prompt, user=f"{prompt.user}\n\n{_AGAIN}{_said(error)}")
            except LanguageModelError as error:
                if not self.uses:
                    raise
                raise self._failed(error) from error
        raise AssertionError("every way out of the loop is above")

    def _complete(self, prompt: Prompt) -> Completion:
        try:
            found = self.model.complete(prompt)
        except LanguageModelError as error:
            self._spent(error.usage)
            raise
        self._spent(found.usage)
        return found

    def _judged(self, found: Completion, prompt: Prompt, material: Material) -> Answer:
        if found.finish_reason is not FinishReason.COMPLETE:
            raise TruncatedAnswerError(_SHORTER)
        judge = Judge(passages=material.passages, told=prompt.system, fence=material.fence)
        return judge.judged(cleaned(read(found.text)))

    def _spent(self, usage: Usage) -> None:
        if usage == Usage():
            return
        made = ModelUse(
            model_id=self.model.model_id,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=self.registry.cost_usd(self.model.model_id, usage),
            price_book_version=self.registry.version,
        )
        self.uses.append(made)

    def _failed(self, error: LanguageModelError) -> InterruptedWritingError | UnusableAnswerError:
        if error.retryable:
            return InterruptedWritingError(f"the model's provider failed half way: {error}", uses=self.uses)
        failed = UnusableAnswerError(f"the model gave no answer that can be used: {_said(error)}", uses=self.uses)
        failed.reason = error.code
        return failed


def _said(error: LanguageModelError) -> str:
    return str(error)[:_SAID_CHARACTERS]
