"""Headers that every answer carries, and problem+json where the server itself refuses a body."""

import json
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TOO_LARGE: Final = 413


class SafeHeaders:
    """Adds the security headers, forbids caching unless the route says otherwise, and shapes a bare 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        swallow = False

        async def dressed(message: Message) -> None:
            nonlocal swallow
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                swallow = message["status"] == _TOO_LARGE and "problem" not in headers.get("content-type", "")
                if swallow:
                    headers["content-type"] = "application/problem+json"
                    headers["content-length"] = str(len(_too_large()))
            elif swallow and message["type"] == "http.response.body":
                message = {"type": "http.response.body", "body": _too_large()}
            await send(message)

        await self._app(scope, receive, dressed)


def _too_large() -> bytes:
    return json.dumps(
        {
            "type": "urn:vividly:problem:http.body_too_large",
            "title": "Content Too Large",
            "status": _TOO_LARGE,
            "code": "http.body_too_large",
            "detail": "the body is larger than this server takes",
        }
    ).encode()
