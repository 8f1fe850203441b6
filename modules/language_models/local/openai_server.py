"""Any server that speaks OpenAI's chat completions: Ollama, vLLM, LM Studio, llama.cpp, and OpenAI itself."""

import ssl
from typing import Any, Final

import httpx2
from typing_extensions import override

from modules.language_models.domain import openai_wire
from modules.language_models.domain.limits import DEADLINE_SECONDS, Allowance, before_deadline
from modules.language_models.domain.statuses import OK, fault
from modules.language_models.interface import (
    CallRejectedError,
    Completion,
    InvalidAnswerError,
    LanguageModel,
    ModelUnavailableError,
    Prompt,
)

_PATH: Final = "/v1/chat/completions"
_CONNECT_SECONDS: Final = 10.0
_NO_SUCH_FORMAT: Final = frozenset({400, 415, 422, 500, 501})
_FORMAT_WORDS: Final = (b"response_format", b"json_schema", b"schema")


class OpenAiServerLanguageModel(LanguageModel):
    """One model of a server.

    Args:
        url: of the server, with or without `/v1` at its end. key: empty when it needs none; never shown.
        reasons: as in `ModelEntry`.
    """

    provider = "openai"

    def __init__(
        self, *, url: str, model_id: str, key: str, reasons: bool, deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self.model_id = model_id
        self._address = url.rstrip("/").removesuffix("/v1") + _PATH
        self._headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._reasons = reasons
        self._deadline_seconds = deadline_seconds
        self._trust: ssl.SSLContext | bool = ssl.create_default_context() if url.startswith("https:") else False
        self._takes_schema = True

    @override
    def complete(self, prompt: Prompt) -> Completion:
        return before_deadline(self._deadline_seconds, lambda: self._asked(prompt))

    async def _asked(self, prompt: Prompt) -> Completion:
        """One answer; a server that knows no schemas is asked anew in plain JSON, once, and remembered."""
        status, headers, raw = await self._sent(prompt)
        if self._takes_schema and status in _NO_SUCH_FORMAT and any(word in raw for word in _FORMAT_WORDS):
            self._takes_schema = False
            status, headers, raw = await self._sent(prompt)
        if status != OK:
            raise fault(status, headers)
        if headers.get("content-encoding", "identity") != "identity":
            raise InvalidAnswerError("the model's server sent a packed answer, though it was asked not to")
        return openai_wire.completion(raw, self.model_id)

    async def _sent(self, prompt: Prompt) -> tuple[int, httpx2.Headers, bytes]:
        body = openai_wire.body(prompt, self.model_id, schema=self._takes_schema, reasons=self._reasons)
        try:
            return await self._exchanged(body)
        except httpx2.TransportError as error:
            raise ModelUnavailableError("the model's server does not answer; is it running?") from error
        except (httpx2.InvalidURL, httpx2.RequestError, ValueError) as error:
            raise CallRejectedError("the address of the model's server is malformed; check it") from error

    async def _exchanged(self, body: dict[str, Any]) -> tuple[int, httpx2.Headers, bytes]:
        allowance, pieces = Allowance(), list[bytes]()
        timeout = httpx2.Timeout(self._deadline_seconds, connect=_CONNECT_SECONDS)
        async with (
            httpx2.AsyncClient(verify=self._trust, trust_env=False, timeout=timeout, headers=self._headers) as client,
            client.stream("POST", self._address, json=body) as answer,
        ):
            async for piece in answer.aiter_raw():
                allowance.take(len(piece))
                pieces.append(piece)
        return answer.status_code, answer.headers, b"".join(pieces)
