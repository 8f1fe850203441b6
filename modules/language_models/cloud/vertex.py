"""Gemini on Vertex AI, through Google's client. Google's libraries are loaded with the first call."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import httpx2
from typing_extensions import override

from modules.language_models.domain.limits import DEADLINE_SECONDS, Allowance, before_deadline
from modules.language_models.domain.statuses import fault
from modules.language_models.interface import (
    AnswerRefusedError,
    CallRejectedError,
    Completion,
    FinishReason,
    InvalidAnswerError,
    LanguageModel,
    LanguageModelError,
    ModelUnavailableError,
    Prompt,
    Usage,
)

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from google.genai import types

_ENDED: Final = {"STOP": FinishReason.COMPLETE, "MAX_TOKENS": FinishReason.TRUNCATED}
_REFUSED: Final = frozenset({"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR"})
_SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"


class VertexLanguageModel(LanguageModel):
    """One Gemini model in one project.

    Args:
        credentials: None takes those of the machine (application default credentials).
        base_url: another endpoint than Google's, empty for none.
    """

    provider = "vertex"

    def __init__(
        self,
        *,
        project: str,
        location: str,
        model_id: str,
        credentials: "Credentials | None" = None,
        base_url: str = "",
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        if find_spec("google") is None or find_spec("google.genai") is None:
            raise CallRejectedError("Gemini on Vertex AI needs Google's client: pip install 'vividly[vertexai]'")
        self.model_id = model_id
        self._project = project
        self._location = location
        self._credentials = credentials
        self._base_url = base_url
        self._deadline_seconds = deadline_seconds

    @override
    def complete(self, prompt: Prompt) -> Completion:
        return before_deadline(self._deadline_seconds, lambda: self._asked(prompt))

    async def _asked(self, prompt: Prompt) -> Completion:
        from google.auth.exceptions import GoogleAuthError
        from google.genai import errors

        try:
            answer = await self._answer(prompt)
        except errors.APIError as error:
            raise fault(error.code, _headers(error)) from error
        except GoogleAuthError as error:
            raise _without_credentials(error) from error
        except httpx2.TransportError as error:
            raise ModelUnavailableError("Vertex AI does not answer; try again later") from error
        except ValueError as error:
            # A 200 that is no JSON, or no answer of this API: the client lets the parser's own error out.
            raise InvalidAnswerError("Vertex AI's answer cannot be read") from error
        return completion(answer, self.model_id)

    async def _answer(self, prompt: Prompt) -> "types.GenerateContentResponse":
        from google import genai
        from google.genai import types

        async with AsyncExitStack() as stack:
            capped = httpx2.AsyncClient(
                transport=_Capped(httpx2.AsyncHTTPTransport(trust_env=False)), timeout=self._deadline_seconds
            )
            await stack.enter_async_context(capped)
            client = genai.Client(
                vertexai=True,
                project=self._project,
                location=self._location,
                credentials=self._credentials or self._found_credentials(),
                http_options=types.HttpOptions(base_url=self._base_url or None, httpx_async_client=capped),
            )
            stack.callback(client.close)
            return await client.aio.models.generate_content(
                model=self.model_id, contents=prompt.user, config=types.GenerateContentConfig(**config(prompt))
            )

    def _found_credentials(self) -> "Credentials":
        """The machine's own, looked up once: their token is then good for many calls."""
        import google.auth

        self._credentials, _ = google.auth.default(scopes=[_SCOPE])
        return self._credentials


def config(prompt: Prompt) -> dict[str, Any]:
    """How the answer shall be, in the words of Google's client."""
    return {
        "system_instruction": prompt.system,
        "temperature": prompt.temperature,
        "max_output_tokens": prompt.max_output_tokens,
        "candidate_count": 1,
        "response_mime_type": "application/json",
        "response_json_schema": json.loads(prompt.answer_schema),
    }


def completion(answer: "types.GenerateContentResponse", model_id: str) -> Completion:
    """Reads an answer. Raises AnswerRefusedError, InvalidAnswerError."""
    usage = _usage(answer)
    if answer.prompt_feedback is not None and answer.prompt_feedback.block_reason:
        raise AnswerRefusedError("the provider's safety rules stopped the question", usage=usage)
    if not answer.candidates:
        raise InvalidAnswerError("the model's answer is empty", usage=usage)
    found = answer.candidates[0]
    ended = found.finish_reason.name if found.finish_reason else ""
    if ended in _REFUSED:
        raise AnswerRefusedError("the provider's safety rules stopped the answer", usage=usage)
    if ended not in _ENDED:
        raise InvalidAnswerError("the model's answer ended for an unknown reason", usage=usage)
    parts = (found.content.parts if found.content else None) or []
    text = "".join(part.text or "" for part in parts if not part.thought)
    if not text.strip() and _ENDED[ended] is FinishReason.COMPLETE:
        raise InvalidAnswerError("the model's answer is empty", usage=usage)
    return Completion(text=text, finish_reason=_ENDED[ended], usage=usage, model_id=model_id)


def _usage(answer: "types.GenerateContentResponse") -> Usage:
    counted = answer.usage_metadata
    if counted is None or counted.prompt_token_count is None:
        raise InvalidAnswerError("the model's answer does not say how many tokens it took")
    told = (counted.candidates_token_count or 0) + (counted.thoughts_token_count or 0)
    return Usage(input_tokens=counted.prompt_token_count, output_tokens=told)


def _headers(error: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in dict(getattr(error.response, "headers", None) or {}).items()}


def _without_credentials(error: Exception) -> LanguageModelError:
    from google.auth.exceptions import TransportError

    if isinstance(error, TransportError):
        return ModelUnavailableError("Google's sign-in does not answer; try again later")
    return CallRejectedError("Google does not know this machine: gcloud auth application-default login")


class _Capped(httpx2.AsyncBaseTransport):
    """A transport that stops reading an answer when it is too large."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        answer = await self._inner.handle_async_request(request)
        answer.stream = _CappedStream(answer.stream)
        return answer

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()


class _CappedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        allowance = Allowance()
        async for piece in self._inner:
            allowance.take(len(piece))
            yield piece

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()
