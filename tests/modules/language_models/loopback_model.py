"""An OpenAI-compatible server on loopback that answers by script and keeps every call."""

import contextlib
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
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state, "stop": stop}))
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


class _Handler(BaseHTTPRequestHandler):
    state: LoopbackModel
    stop: threading.Event

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.state.headers.append(dict(self.headers))
        self.state.paths.append(self.path)
        self.state.calls.append(json.loads(raw))
        reply = self.state.next_reply()
        if reply.silent:
            self.stop.wait(30)
            return
        with contextlib.suppress(OSError):  # the caller may hang up, and should
            self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if not (reply.drip or reply.padding):
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self._write(reply.body)
        while reply.drip and not self.stop.is_set():
            self._write(b" ")
            time.sleep(0.02)
        for _ in range(reply.padding // 65_536):
            self._write(b" " * 65_536)

    def _write(self, piece: bytes) -> None:
        self.wfile.write(piece)
        self.state.sent += len(piece)

    def log_message(self, *_: object) -> None:
        """Says nothing."""
