"""Fetches a book over HTTPS from the few hosts that the operator names."""

import ipaddress
import re
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import SplitResult, unquote, urlsplit

import httpx2
from typing_extensions import override

from modules.book_files.domain.names import shown
from modules.book_files.interface import BookFetcher, FetchFailedError, FetchRefusedError, Progress

_SETTING: Final = "VIVIDLY_LIBRARY_FETCH_HOSTS"
_NAME_CHARACTERS: Final = 100
_STEP_SECONDS: Final = 10.0
_SIZE_DIGITS: Final = 16
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address is in the public network; those that carry an IPv4 address inside could hide a private one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and (
        found.ipv4_mapped or found.sixtofour or found.teredo or found in _NAT64
    ):
        return False
    return found.is_global and not found.is_multicast


class HttpsBookFetcher(BookFetcher):
    """Looks a name up once and connects to exactly that address.

    Args:
        allowed_hosts: `host` or `host:port`, as they stand in addresses.
        resolver, is_allowed_address, transport: for tests on a loopback server.
    """

    def __init__(
        self,
        *,
        allowed_hosts: Sequence[str],
        max_bytes: int,
        max_seconds: float = 300.0,
        resolver: Callable[[str, int], Sequence[str]] = resolve,
        is_allowed_address: Callable[[str], bool] = is_public,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._hosts = {host.casefold().removesuffix(":443") for host in allowed_hosts}
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._resolver = resolver
        self._is_allowed_address = is_allowed_address
        self._transport = transport

    @override
    def fetch(self, url: str, into: Path, *, on_progress: Progress | None = None) -> Path:
        parts = self._checked(url)
        address = self._address(parts.hostname or "", parts.port or 443)
        target = into / _file_name(parts.path)
        try:
            out = target.open("xb")
        except OSError as error:
            raise FetchFailedError(f"{target.name} cannot be written; is there a file of that name?") from error
        try:
            with out:
                self._download(parts, address, out, on_progress or _untold)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
            target.unlink()
            raise FetchFailedError(
                f"{shown(parts.netloc)} did not give the book; try again later or give the file itself"
            ) from error
        except BaseException:
            target.unlink()
            raise
        return target

    def _checked(self, url: str) -> SplitResult:
        if not self._hosts:
            raise FetchRefusedError(
                f"no book is fetched from an address here; name hosts to allow in {_SETTING} or give the file itself"
            )
        try:
            parts = urlsplit(url)
            port = parts.port or 443
        except ValueError:
            raise FetchRefusedError("the address of the book is malformed; check it") from None
        if parts.scheme != "https" or "@" in parts.netloc:
            raise FetchRefusedError("a book is fetched from an https:// address without a name and password in it")
        host = f"{parts.hostname}:{port}".removesuffix(":443")
        if host not in self._hosts:
            raise FetchRefusedError(
                f"fetching from {shown(host)} is not allowed; name the host in {_SETTING} or give the file itself"
            )
        return parts

    def _address(self, host: str, port: int) -> str:
        try:
            addresses = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchFailedError(f"the name {shown(host)} cannot be looked up; try again later") from error
        if not addresses or not all(self._is_allowed_address(address) for address in addresses):
            raise FetchRefusedError(f"{shown(host)} stands in a private network, from which no book is fetched")
        return addresses[0]

    def _download(self, parts: SplitResult, address: str, out: BinaryIO, told: Progress) -> None:
        deadline = time.monotonic() + self._max_seconds
        url = httpx2.URL(parts._replace(fragment="").geturl()).copy_with(host=address)
        headers = {"Host": parts.netloc, "Accept-Encoding": "identity"}
        # The certificate is checked for the name, though the connection goes to the address that was looked up.
        names = {"sni_hostname": parts.hostname}
        with (
            # No proxy from the environment: it would look the name up again.
            httpx2.Client(transport=self._transport, trust_env=False, timeout=_STEP_SECONDS) as client,
            client.stream("GET", url, headers=headers, extensions=names, follow_redirects=False) as answer,
        ):
            if answer.is_redirect:
                raise FetchRefusedError(f"{shown(parts.netloc)} sends on to another address; give the last one")
            if answer.status_code != httpx2.codes.OK:
                raise FetchFailedError(f"{shown(parts.netloc)} answered {answer.status_code}; check the address")
            size = _size(answer)
            for chunk in answer.iter_raw():
                told(out.tell(), size)
                if out.tell() + len(chunk) > self._max_bytes:
                    raise FetchRefusedError(f"the book has more than {self._max_bytes:,} bytes")
                if time.monotonic() > deadline:
                    raise FetchFailedError(f"the book took more than {self._max_seconds:g} seconds")
                out.write(chunk)


def _untold(_done: int, _total: int) -> None:
    """A Progress that nobody listens to."""


def _size(answer: httpx2.Response) -> int:
    """What the host says, which is believed for the progress bar only."""
    said = answer.headers.get("Content-Length", "")
    return int(said) if said.isdecimal() and len(said) < _SIZE_DIGITS else 0


def _file_name(path: str) -> str:
    name = re.sub(r"[^\w.-]", "_", unquote(path).rpartition("/")[2], flags=re.ASCII)
    return name[-_NAME_CHARACTERS:].lstrip(".") or "book"
