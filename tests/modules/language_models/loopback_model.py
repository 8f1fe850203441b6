"""An OpenAI-compatible server on loopback that answers by script and keeps every call."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {"prompt_tokens": 2_000, "completion_tokens": 1_000}


@dataclass
class Reply:
    """One answer. `drip`: sends that many spaces a second for ever after the body; `silent`: never answers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: bool = False
    silent: bool = False
    padding: int = 0


def said(text: str | None, *, finish: str | None = "stop", usage: Any = USAGE, refusal: str | None = None) -> Reply:
    """A 200 as such servers write it."""
    message = {"role": "assistant", "content": text, "refusal": refusal}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage}
    return Reply(body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


@dataclass
class LoopbackModel:
    """The server. `calls`: bodies, in order; `headers`: of each. The last reply answers all further calls."""

    url: str
    replies: list[Reply]
    calls: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    sent: int = 0

    def next_reply(self) -> Reply:
        """What to answer now."""
        return self.replies[min(len(self.calls), len(self.replies)) - 1]


@contextmanager
def loopback_model(*replies: Reply) -> Iterator[LoopbackModel]:
    """A running server; gone when the block ends."""
    state = LoopbackModel(url="", replies=list(replies))
    stop = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state, stop))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(state: LoopbackModel, stop: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            state.headers.append(dict(self.headers))
            state.paths.append(self.path)
            state.calls.append(json.loads(raw))
            reply = state.next_reply()
            if reply.silent:
                stop.wait(30)
                return
            try:
                self._answer(reply)
            except OSError:
                return  # the caller hung up, as it should

        def _answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if not (reply.drip or reply.padding):
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self._write(reply.body)
            while reply.drip and not stop.is_set():
                self._write(b" ")
                time.sleep(0.02)
            for _ in range(reply.padding // 65_536):
                self._write(b" " * 65_536)

        def _write(self, piece: bytes) -> None:
            self.wfile.write(piece)
            state.sent += len(piece)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


