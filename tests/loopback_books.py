"""A server of books on this computer, and the way of the fetcher to it that real addresses do not have."""

import http.server
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx2
from typing_extensions import override

from modules.book_files.interface import Limits
from modules.book_files.local.fetcher import HttpsBookFetcher

HOST = "books.example"
FETCH = f"https://{HOST}"


class Plain(httpx2.BaseTransport):
    """Speaks to the loopback server without TLS, and keeps what was asked of it."""

    def __init__(self, port: int) -> None:
        self._inner = httpx2.HTTPTransport(trust_env=False)
        self._port = port
        self.asked: list[tuple[str, object]] = []

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.url.host, request.extensions.get("sni_hostname")))
        request.url = request.url.copy_with(scheme="http", port=self._port)
        return self._inner.handle_request(request)

    @override
    def close(self) -> None:
        self._inner.close()


def resolving_to(*addresses: str) -> Callable[[str, int], Sequence[str]]:
    """A resolver that knows only these."""
    return lambda _host, _port: addresses


def loopback_fetcher(
    transport: httpx2.BaseTransport, *, allowed_hosts: Sequence[str] = (HOST,), max_bytes: int = Limits().file_bytes
) -> HttpsBookFetcher:
    """The real fetcher, for which every name is this computer, and this computer alone is allowed."""
    return HttpsBookFetcher(
        allowed_hosts=allowed_hosts,
        max_bytes=max_bytes,
        resolver=resolving_to("127.0.0.1"),
        is_allowed_address=lambda address: address == "127.0.0.1",
        transport=transport,
    )


@contextmanager
def serving(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[http.server.ThreadingHTTPServer]:
    """A running server on 127.0.0.1."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()


def shelf(files: dict[str, bytes]) -> type[http.server.BaseHTTPRequestHandler]:
    """A handler that gives these files by their paths. Of one below /cut/ it gives half, and hangs up."""

    class Shelf(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path.removeprefix("/cut"))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            half = self.path.startswith("/cut/") and content
            self.wfile.write(content[: len(content) // 2] if half else content or b"")

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Shelf
