"""The ASGI application."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import Depends, FastAPI

from shell.containers import Container
from shell.http import errors, pages
from shell.http.dependencies import guard
from shell.http.middleware import BodyLimits, SafeHeaders
from shell.http.v1 import admin, auth, books, catalogue, content, feedback, lessons, library, requests, reviews, system
from shell.settings import Settings
from shell.version import VERSION

Lifespan = Callable[[], AbstractAsyncContextManager[Container]]


def create_app(settings: Settings, lifespan: Lifespan) -> FastAPI:
    """The application; `lifespan` opens the container when the server starts and closes it when it stops."""

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan() as container:
            app.state.container = container
            yield

    app = FastAPI(
        title="Vividly",
        summary="Cited lessons from open textbooks, as text, audio and captioned video.",
        version=VERSION,
        lifespan=live,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    errors.install(app)
    app.add_middleware(
        BodyLimits, body_bytes=settings.http_max_body_bytes, upload_bytes=settings.library_max_upload_bytes
    )
    # Added last, it is outermost: what the limit answers is dressed as well.
    app.add_middleware(SafeHeaders)
    # The guard looks routes up by their own path, so every router carries its whole prefix.
    for area in (auth, content, requests, admin, feedback, lessons, reviews, library, catalogue, books, system, pages):
        app.include_router(area.router, dependencies=[Depends(guard)])
    return app
