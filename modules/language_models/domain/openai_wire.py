"""Calls and answers as OpenAI-compatible servers write them."""

import json
from typing import Any, Final

from pydantic import BaseModel, Field, ValidationError

from modules.language_models.interface import (
    AnswerRefusedError,
    Completion,
    FinishReason,
    InvalidAnswerError,
    Prompt,
    Usage,
)

_ENDED: Final = {"stop": FinishReason.COMPLETE, "length": FinishReason.TRUNCATED}
_FILTERED: Final = "content_filter"
_ASKS_FOR_JSON: Final = "Answer with one JSON object and nothing else. It keeps to this JSON Schema:\n"


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class _Answer(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage


def body(prompt: Prompt, model_id: str, *, schema: bool, reasons: bool) -> dict[str, Any]:
    """The call. `schema`: the server can hold an answer to a schema; else it is told in words, and held to JSON."""
    told = prompt.system if schema else f"{prompt.system}\n\n{_ASKS_FOR_JSON}{prompt.answer_schema}"
    held = {"name": "answer", "strict": True, "schema": json.loads(prompt.answer_schema)}
    limits = (
        {"max_completion_tokens": prompt.max_output_tokens}
        if reasons
        else {"max_tokens": prompt.max_output_tokens, "temperature": prompt.temperature}
    )
    return {
        "model": model_id,
        "messages": [{"role": "system", "content": told}, {"role": "user", "content": prompt.user}],
        "response_format": {"type": "json_schema", "json_schema": held} if schema else {"type": "json_object"},
        "stream": False,
        **limits,
    }


def completion(raw: bytes, model_id: str) -> Completion:
    """Reads a 200. Raises AnswerRefusedError, InvalidAnswerError."""
    try:
        answer = _Answer.model_validate_json(raw)
    except ValidationError as error:
        message = "the model's server did not answer as an OpenAI-compatible one does, or left its token counts out"
        raise InvalidAnswerError(message) from error
    usage = Usage(input_tokens=answer.usage.prompt_tokens, output_tokens=answer.usage.completion_tokens)
    choice = answer.choices[0]
    if choice.finish_reason == _FILTERED or choice.message.refusal:
        raise AnswerRefusedError("the provider's safety rules stopped the answer", usage=usage)
    reason = _ENDED.get(choice.finish_reason or "")
    if reason is None:
        raise InvalidAnswerError("the model's answer ended for an unknown reason", usage=usage)
    text = choice.message.content or ""
    if not text.strip() and reason is FinishReason.COMPLETE:
        raise InvalidAnswerError("the model's answer is empty", usage=usage)
    return Completion(text=text, finish_reason=reason, usage=usage, model_id=model_id)
