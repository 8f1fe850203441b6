"""Books over HTTPS: only from named hosts, only from public addresses, connected to exactly the address looked up."""

import http.server
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx2
import pytest
from typing_extensions import override

from modules.book_files.factory import create_book_fetcher
from modules.book_files.interface import FetchFailedError, FetchRefusedError
from modules.book_files.local.fetcher import HttpsBookFetcher, is_public
from tests.loopback_books import FETCH, Plain, loopback_fetcher, resolving_to, serving

BOOK = b"PK\x03\x04 a book"


class Server(http.server.BaseHTTPRequestHandler):
    """Gives a book, a redirect, too much, or nothing."""

    seen: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.seen.append((self.headers["Host"], self.path))
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "https://127.0.0.1/secret")
        else:
            self.send_response(200 if self.path.startswith("/book") else 404)
        if self.path == "/book-sized":
            self.send_header("Content-Length", str(len(BOOK)))
        self.end_headers()
        self.wfile.write(BOOK * (1_000 if self.path.startswith("/book-large") else 1))

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    with serving(type("Handler", (Server,), {"seen": []})) as running:
        yield running


@pytest.fixture
def plain(server: http.server.ThreadingHTTPServer) -> Plain:
    return Plain(server.server_port)


@pytest.fixture
def fetcher(plain: Plain) -> HttpsBookFetcher:
    return loopback_fetcher(plain, max_bytes=5_000)


def test_a_book_comes_from_the_address_that_was_looked_up(
    fetcher: HttpsBookFetcher, plain: Plain, server: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    path = fetcher.fetch(f"{FETCH}/book/..%2Fsmall%20physics.epub?v=1#top", tmp_path)
    assert path.read_bytes() == BOOK
    assert path == tmp_path / "small_physics.epub"
    assert plain.asked == [("127.0.0.1", "books.example")]
    assert server.RequestHandlerClass.seen == [("books.example", "/book/..%2Fsmall%20physics.epub?v=1")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://books.example/book", "https://"),
        ("ftp://books.example/book", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://ann@books.example/book", "name and password"),
        ("https://ann:secret@books.example/book", "name and password"),
        ("https://other.example/book", "VIVIDLY_LIBRARY_FETCH_HOSTS"),
        ("https://books.example.other/book", "VIVIDLY_LIBRARY_FETCH_HOSTS"),
        ("https://sub.books.example/book", "VIVIDLY_LIBRARY_FETCH_HOSTS"),
        ("https://books.example:8443/book", "VIVIDLY_LIBRARY_FETCH_HOSTS"),
        ("https://127.0.0.1/book", "VIVIDLY_LIBRARY_FETCH_HOSTS"),
        ("https://books.example:x/book", "malformed"),
        ("https://[books.example/book", "malformed"),
        ("", "https://"),
        (f"{FETCH}/moved", "another address"),
        (f"{FETCH}/book-large", "5,000 bytes"),
    ],
)
def test_anything_else_is_refused(fetcher: HttpsBookFetcher, tmp_path: Path, url: str, word: str) -> None:
    with pytest.raises(FetchRefusedError, match=word) as caught:
        fetcher.fetch(url, tmp_path)
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "2001:0:7f00:1::"),
    ],
)
def test_private_addresses_are_refused(plain: Plain, tmp_path: Path, address: str) -> None:
    strict = HttpsBookFetcher(
        allowed_hosts=["books.example"], max_bytes=5_000, resolver=resolving_to("8.8.8.8", address), transport=plain
    )
    assert not is_public(address)
    with pytest.raises(FetchRefusedError, match="private network"):
        strict.fetch(f"{FETCH}/book", tmp_path)
    assert plain.asked == []


@pytest.mark.unit
@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


def test_the_port_of_https_may_be_named(plain: Plain, tmp_path: Path) -> None:
    fetcher = loopback_fetcher(plain, allowed_hosts=["Books.example:443"])
    assert fetcher.fetch(f"{FETCH}:443/book", tmp_path).read_bytes() == BOOK


@pytest.mark.parametrize(("path", "size"), [("book", 0), ("book-sized", len(BOOK))])
def test_progress_is_told_in_bytes(fetcher: HttpsBookFetcher, tmp_path: Path, path: str, size: int) -> None:
    told: list[tuple[int, int]] = []
    fetcher.fetch(f"{FETCH}/{path}", tmp_path, on_progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, size)


def test_whoever_is_told_may_end_it_and_nothing_is_left(fetcher: HttpsBookFetcher, tmp_path: Path) -> None:
    def enough(_done: int, _total: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        fetcher.fetch(f"{FETCH}/book", tmp_path, on_progress=enough)
    assert list(tmp_path.iterdir()) == []


def test_no_host_is_allowed_unless_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        FetchRefusedError,
        match="no book is fetched from an address here; name hosts to allow in VIVIDLY_LIBRARY_FETCH_HOSTS",
    ):
        create_book_fetcher().fetch(f"{FETCH}/book", tmp_path)
    with pytest.raises(FetchRefusedError, match="private network"):
        create_book_fetcher(allowed_hosts=["localhost"]).fetch("https://localhost/book", tmp_path)


def test_what_the_host_does_not_give_is_told(fetcher: HttpsBookFetcher, tmp_path: Path) -> None:
    with pytest.raises(FetchFailedError, match="answered 404"):
        fetcher.fetch(f"{FETCH}/gone", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_slow_or_silent_host_is_left(plain: Plain, tmp_path: Path) -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    lost = HttpsBookFetcher(allowed_hosts=["books.example"], max_bytes=5_000, resolver=unknown, transport=plain)
    with pytest.raises(FetchFailedError, match="looked up"):
        lost.fetch(f"{FETCH}/book", tmp_path)
    slow = HttpsBookFetcher(
        allowed_hosts=["books.example"],
        max_bytes=5_000,
        max_seconds=0.0,
        resolver=resolving_to("127.0.0.1"),
        is_allowed_address=bool,
        transport=plain,
    )
    with pytest.raises(FetchFailedError, match="seconds"):
        slow.fetch(f"{FETCH}/book", tmp_path)
    dead = HttpsBookFetcher(
        allowed_hosts=["books.example"],
        max_bytes=5_000,
        resolver=resolving_to("127.0.0.1"),
        is_allowed_address=bool,
        transport=Plain(9),
    )
    with pytest.raises(FetchFailedError, match="did not give"):
        dead.fetch(f"{FETCH}/book", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_stands_there_already_is_kept(fetcher: HttpsBookFetcher, tmp_path: Path) -> None:
    (tmp_path / "book").write_text("mine")
    with pytest.raises(FetchFailedError):
        fetcher.fetch(f"{FETCH}/book", tmp_path)
    assert (tmp_path / "book").read_text() == "mine"


def test_every_error_of_the_http_client_is_mapped(tmp_path: Path) -> None:
    kinds = [httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError]
    tree = [kind for top in kinds for kind in [top, *descendants(top)]]
    assert len(tree) > 15
    for kind in tree:
        error = kind.__new__(kind)
        failing = HttpsBookFetcher(
            allowed_hosts=["books.example"],
            max_bytes=5_000,
            resolver=resolving_to("127.0.0.1"),
            is_allowed_address=bool,
            transport=httpx2.MockTransport(raising(error)),
        )
        with pytest.raises(FetchFailedError):
            failing.fetch(f"{FETCH}/book", tmp_path)


def descendants(kind: type[Exception]) -> list[type[Exception]]:
    return [found for child in kind.__subclasses__() for found in [child, *descendants(child)]]


def raising(error: Exception) -> Callable[[httpx2.Request], httpx2.Response]:
    def handler(_request: httpx2.Request) -> httpx2.Response:
        raise error

    return handler
