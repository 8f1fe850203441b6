"""Gemini on Vertex AI: Google's own client against a server on loopback, and the reading of answers without it."""

import json
import time
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest

from modules.language_models.cloud.vertex import VertexLanguageModel, completion, config
from modules.language_models.interface import (
    AnswerRefusedError,
    AnswerTooLargeError,
    CallRejectedError,
    FinishReason,
    InvalidAnswerError,
    ModelTimedOutError,
    ModelUnavailableError,
    RateLimitedError,
    Usage,
)
from tests.modules.language_models.loopback_model import LoopbackModel, Reply, loopback_model
from tests.modules.language_models.test_openai_server import PROMPT, SCHEMA

HAS_CLIENT = find_spec("google") is not None and find_spec("google.genai") is not None
needs_client = pytest.mark.skipif(not HAS_CLIENT, reason="needs Google's client: pip install 'vividly[vertexai]'")
COUNTED = {"promptTokenCount": 2_000, "candidatesTokenCount": 900, "thoughtsTokenCount": 100}
CUT = {"content": {"parts": [{"text": "{"}]}, "finishReason": "MAX_TOKENS"}


def said(text: str = "{}", *, finish: str = "STOP", **changes: Any) -> Reply:
    content = {"role": "model", "parts": [{"text": "let me think", "thought": True}, {"text": text}]}
    body = {"candidates": [{"content": content, "finishReason": finish}], "usageMetadata": COUNTED, **changes}
    return Reply(body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


def model(server: LoopbackModel, **changes: Any) -> VertexLanguageModel:
    from google.oauth2.credentials import Credentials

    given = {"project": "school", "location": "europe-west1", "model_id": "gemini-3.5-flash-lite"}
    return VertexLanguageModel(
        **{**given, "credentials": Credentials(token="token-of-ours"), "base_url": server.url, **changes}  # type: ignore[no-untyped-call]
    )


@needs_client
def test_a_call_and_its_answer() -> None:
    with loopback_model(said('{"a": "b"}')) as server:
        found = model(server).complete(PROMPT)
    assert (found.text, found.finish_reason) == ('{"a": "b"}', FinishReason.COMPLETE)
    assert found.usage == Usage(input_tokens=2_000, output_tokens=1_000)
    assert server.paths[0].endswith(
        "/projects/school/locations/europe-west1/publishers/google/models/gemini-3.5-flash-lite:generateContent"
    )
    call = server.calls[0]
    assert call["systemInstruction"]["parts"] == [{"text": "Be short."}]
    assert call["contents"] == [{"role": "user", "parts": [{"text": "Say a."}]}]
    assert call["generationConfig"]["responseMimeType"] == "application/json"
    assert call["generationConfig"]["responseJsonSchema"] == SCHEMA
    assert call["generationConfig"]["maxOutputTokens"] == 100
    assert server.headers[0]["Authorization"] == "Bearer token-of-ours"


FAULTS = {
    "blocked question": (said(candidates=[], promptFeedback={"blockReason": "SAFETY"}), AnswerRefusedError),
    "blocked answer": (said(finish="PROHIBITED_CONTENT"), AnswerRefusedError),
    "empty": (said(""), InvalidAnswerError),
    "no candidates": (said(candidates=[]), InvalidAnswerError),
    "no usage": (said(usageMetadata=None), InvalidAnswerError),
    "odd end": (said(finish="MALFORMED_FUNCTION_CALL"), InvalidAnswerError),
    "HTML": (Reply(body=b"<html></html>", headers={"Content-Type": "text/html"}), InvalidAnswerError),
    "no right": (Reply(status=403, body=b'{"error": {"code": 403, "status": "PERMISSION_DENIED"}}'), CallRejectedError),
    "HTML fault": (Reply(status=502, body=b"<html></html>"), ModelUnavailableError),
    "broken": (Reply(status=500, body=b"{}"), ModelUnavailableError),
    "large": (Reply(padding=1_000_000), AnswerTooLargeError),
}


@needs_client
@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_its_error_after_one_call(name: str) -> None:
    reply, expected = FAULTS[name]
    with loopback_model(reply) as server, pytest.raises(expected) as raised:
        model(server).complete(PROMPT)
    assert type(raised.value) is expected
    assert len(server.calls) == 1


@needs_client
def test_slow_down_says_how_long() -> None:
    reply = Reply(status=429, body=b'{"error": {"code": 429}}', headers={"Retry-After": "7"})
    with loopback_model(reply) as server, pytest.raises(RateLimitedError) as raised:
        model(server).complete(PROMPT)
    assert raised.value.retry_after_seconds == 7
    assert len(server.calls) == 1


@needs_client
@pytest.mark.parametrize("reply", [Reply(body=b"{", drip=True), Reply(silent=True)], ids=["trickles", "silent"])
def test_an_answer_that_never_ends_is_cut_at_the_deadline(reply: Reply) -> None:
    with loopback_model(reply) as server:
        begin = time.monotonic()
        with pytest.raises(ModelTimedOutError):
            model(server, deadline_seconds=1.0).complete(PROMPT)
        assert time.monotonic() - begin < 10


@needs_client
def test_a_truncated_answer_says_so() -> None:
    with loopback_model(said(candidates=[CUT])) as server:
        assert model(server).complete(PROMPT).finish_reason is FinishReason.TRUNCATED


@needs_client
def test_one_model_asks_often() -> None:
    with loopback_model(said()) as server:
        asked = model(server)
        asked.complete(PROMPT)
        asked.complete(PROMPT)
    assert len(server.calls) == 2


@pytest.mark.skipif(HAS_CLIENT, reason="Google's client is here")
def test_without_the_client_the_error_says_how_to_add_it() -> None:
    with pytest.raises(CallRejectedError, match="vertexai"):
        VertexLanguageModel(project="school", location="global", model_id="gemini-3.5-flash-lite")


@pytest.mark.unit
def test_the_call_in_the_words_of_the_client() -> None:
    said_so = config(PROMPT)
    assert said_so["response_json_schema"] == SCHEMA
    assert (said_so["system_instruction"], said_so["max_output_tokens"]) == ("Be short.", 100)


def answer(finish: str, *parts: SimpleNamespace, blocked: bool = False) -> Any:
    counted = SimpleNamespace(prompt_token_count=5, candidates_token_count=3, thoughts_token_count=None)
    found = SimpleNamespace(
        content=SimpleNamespace(parts=list(parts)), finish_reason=SimpleNamespace(name=finish) if finish else None
    )
    feedback = SimpleNamespace(block_reason="SAFETY") if blocked else None
    return SimpleNamespace(candidates=[found], prompt_feedback=feedback, usage_metadata=counted)


@pytest.mark.unit
def test_thoughts_are_no_part_of_the_answer() -> None:
    parts = [SimpleNamespace(text="hm", thought=True), SimpleNamespace(text="{}", thought=None)]
    found = completion(answer("STOP", *parts), "gemini")
    assert (found.text, found.usage) == ("{}", Usage(input_tokens=5, output_tokens=3))


@pytest.mark.unit
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer("SAFETY"), AnswerRefusedError),
        (answer("STOP", blocked=True), AnswerRefusedError),
        (answer("STOP"), InvalidAnswerError),
        (answer("OTHER"), InvalidAnswerError),
        (answer(""), InvalidAnswerError),
    ],
)
def test_what_is_no_answer(given: Any, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        completion(given, "gemini")
