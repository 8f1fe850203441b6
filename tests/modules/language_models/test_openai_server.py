"""The adapter to OpenAI-compatible servers, against a server on loopback: the wire, every fault, every bound."""

import json
import time
from typing import Any

import pytest

from modules.language_models.interface import (
    AnswerRefusedError,
    AnswerTooLargeError,
    CallRejectedError,
    FinishReason,
    InvalidAnswerError,
    LanguageModelError,
    ModelTimedOutError,
    ModelUnavailableError,
    Prompt,
    RateLimitedError,
    Usage,
)
from modules.language_models.local.openai_server import OpenAiServerLanguageModel
from tests.modules.language_models.loopback_model import LoopbackModel, Reply, loopback_model, said

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
PROMPT = Prompt(
    system="Be short.", user="Say a.", answer_schema=json.dumps(SCHEMA), max_output_tokens=100, temperature=0.2
)


def model(server: LoopbackModel, **changes: Any) -> OpenAiServerLanguageModel:
    given = {"url": server.url, "model_id": "small", "key": "", "reasons": False, "deadline_seconds": 20.0}
    return OpenAiServerLanguageModel(**{**given, **changes})


def test_a_call_and_its_answer() -> None:
    with loopback_model(said('{"a": "b"}')) as server:
        found = model(server, key="key-of-ours").complete(PROMPT)
    assert (found.text, found.finish_reason, found.model_id) == ('{"a": "b"}', FinishReason.COMPLETE, "small")
    assert found.usage == Usage(input_tokens=2_000, output_tokens=1_000)
    call = server.calls[0]
    assert call["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "Say a."},
    ]
    assert call["response_format"]["json_schema"] == {"name": "answer", "strict": True, "schema": SCHEMA}
    assert (call["model"], call["max_tokens"], call["temperature"], call["stream"]) == ("small", 100, 0.2, False)
    assert server.headers[0]["Authorization"] == "Bearer key-of-ours"
    assert server.paths == ["/v1/chat/completions"]


def test_the_address_may_end_with_its_version_and_no_key_sends_none() -> None:
    with loopback_model(said("x")) as server:
        model(server, url=f"{server.url}/v1/").complete(PROMPT)
    assert server.paths == ["/v1/chat/completions"]
    assert "Authorization" not in server.headers[0]


def test_models_that_reason_take_another_limit_and_no_temperature() -> None:
    with loopback_model(said("x")) as server:
        model(server, reasons=True).complete(PROMPT)
    assert server.calls[0]["max_completion_tokens"] == 100
    assert not {"max_tokens", "temperature"} & server.calls[0].keys()


def test_a_server_without_schemas_is_told_in_words_and_remembered() -> None:
    refusal = Reply(status=400, body=b'{"error": "unknown response_format json_schema"}')
    with loopback_model(refusal, said("x")) as server:
        asked = model(server)
        asked.complete(PROMPT)
        asked.complete(PROMPT)
    assert [call["response_format"]["type"] for call in server.calls] == ["json_schema", "json_object", "json_object"]
    assert json.dumps(SCHEMA) in server.calls[1]["messages"][0]["content"]


def test_a_truncated_answer_says_so() -> None:
    with loopback_model(said('{"a": "', finish="length")) as server:
        assert model(server).complete(PROMPT).finish_reason is FinishReason.TRUNCATED


FAULTS = {
    "empty": (said(""), InvalidAnswerError),
    "nothing": (said(None), InvalidAnswerError),
    "unknown end": (said("x", finish="tool_calls"), InvalidAnswerError),
    "no usage": (said("x", usage=None), InvalidAnswerError),
    "negative usage": (said("x", usage={"prompt_tokens": -1, "completion_tokens": 1}), InvalidAnswerError),
    "HTML": (Reply(body=b"<html>Welcome</html>"), InvalidAnswerError),
    "no choices": (Reply(body=b'{"choices": [], "usage": {}}'), InvalidAnswerError),
    "deep": (Reply(body=b"[" * 100_000), InvalidAnswerError),
    "packed": (Reply(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), InvalidAnswerError),
    "filtered": (said("x", finish="content_filter"), AnswerRefusedError),
    "refused": (said(None, refusal="I cannot"), AnswerRefusedError),
    "no key": (Reply(status=401), CallRejectedError),
    "no such model": (Reply(status=404), CallRejectedError),
    "moved": (Reply(status=302, headers={"Location": "http://127.0.0.1:9/"}), CallRejectedError),
    "broken": (Reply(status=500), ModelUnavailableError),
    "busy": (Reply(status=503), ModelUnavailableError),
    "slow down": (Reply(status=429), RateLimitedError),
    "large": (Reply(padding=1_000_000), AnswerTooLargeError),
    "large fault": (Reply(status=500, padding=1_000_000), AnswerTooLargeError),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_its_error_after_one_call(name: str) -> None:
    reply, expected = FAULTS[name]
    with loopback_model(reply) as server, pytest.raises(expected) as raised:
        model(server).complete(PROMPT)
    assert type(raised.value) is expected
    assert len(server.calls) == 1
    assert raised.value.retryable == (expected in {ModelUnavailableError, RateLimitedError})


def test_a_fault_tells_what_it_used() -> None:
    with loopback_model(said("x", finish="content_filter")) as server, pytest.raises(LanguageModelError) as raised:
        model(server).complete(PROMPT)
    assert raised.value.usage == Usage(input_tokens=2_000, output_tokens=1_000)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Wed, 25 Nov 2026 10:01:30 GMT", "Date": "Wed, 25 Nov 2026 10:00:00 GMT"}, 90.0),
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "999999999"}, 3600.0),
        ({"Retry-After": "soon"}, 30.0),
        ({}, 30.0),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float) -> None:
    from modules.language_models.domain.statuses import fault

    found = fault(429, {name.lower(): value for name, value in headers.items()})
    assert isinstance(found, RateLimitedError)
    assert found.retry_after_seconds == seconds


def test_a_hundred_megabytes_are_not_read() -> None:
    with loopback_model(Reply(padding=100_000_000)) as server, pytest.raises(AnswerTooLargeError):
        model(server).complete(PROMPT)
    assert server.sent < 20_000_000


@pytest.mark.parametrize("reply", [Reply(body=b"{", drip=True), Reply(silent=True)], ids=["trickles", "silent"])
def test_an_answer_that_never_ends_is_cut_at_the_deadline(reply: Reply) -> None:
    with loopback_model(reply) as server:
        begin = time.monotonic()
        with pytest.raises(ModelTimedOutError) as raised:
            model(server, deadline_seconds=0.5).complete(PROMPT)
        assert time.monotonic() - begin < 5
    assert raised.value.retryable


def test_nobody_listens() -> None:
    with pytest.raises(ModelUnavailableError):
        OpenAiServerLanguageModel(url="http://127.0.0.1:9", model_id="x", key="", reasons=False).complete(PROMPT)


def test_faults_repeat_neither_key_nor_question() -> None:
    reply = Reply(status=400, body=b"key-of-ours Say a.")
    with loopback_model(reply) as server, pytest.raises(CallRejectedError) as raised:
        model(server, key="key-of-ours").complete(PROMPT)
    assert "key-of-ours" not in str(raised.value)
    assert "Say a." not in str(raised.value)
