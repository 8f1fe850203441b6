"""Headers that every answer carries, and problem+json where the server itself refuses a body."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shell.http.errors import NOT_FOUND, TOO_LARGE, problem
from shell.http.headers import DRESS

UPLOAD: Final = ("POST", "/api/v1/library/imports")
_TOO_LARGE: Final = 413
_NUL: Final = "\x00"


class BodyLimits:
    """Limits the bytes of a body; a book that is sent for import may be larger than anything else."""

    def __init__(self, app: ASGIApp, *, body_bytes: int, upload_bytes: int) -> None:
        self._ordinary = RequestBodyLimitMiddleware(app, max_body_size=body_bytes)
        self._upload = RequestBodyLimitMiddleware(app, max_body_size=upload_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        is_upload = scope["type"] == "http" and (scope["method"], scope["path"]) == UPLOAD
        await (self._upload if is_upload else self._ordinary)(scope, receive, send)


class SafeHeaders:
    """Adds the security headers, forbids caching unless the route says otherwise, and shapes a bare 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _NUL in scope["path"] or b"%00" in scope.get("query_string", b""):
            # PostgreSQL cannot hold the character, and nothing of ours is named with it.
            await problem(404, "http.not_found", NOT_FOUND, headers=DRESS)(scope, receive, send)
            return
        swallow = False

        async def dressed(message: Message) -> None:
            nonlocal swallow
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in DRESS.items():
                    headers.setdefault(name, value)
                swallow = message["status"] == _TOO_LARGE and "problem" not in headers.get("content-type", "")
                if swallow:
                    await problem(_TOO_LARGE, "http.body_too_large", TOO_LARGE, headers=DRESS)(scope, receive, send)
            if not swallow:
                await send(message)

        await self._app(scope, receive, dressed)
