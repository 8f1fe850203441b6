"""How routes reach the modules, and the guard that every route passes."""

from http import HTTPStatus
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from modules.content_generation.interface import ContentGeneration
from modules.curation.interface import Curation
from modules.imports.interface import Imports
from modules.integrations.interface import BlobStore
from modules.lesson_feedback.interface import LessonFeedback
from modules.rag.interface import Rag
from modules.request_tracking.interface import RequestTracking
from modules.user_auth.interface import NotAllowedError, NotSignedInError, Principal, UserAuth
from shell.containers import Container
from shell.http.policy import POLICY


async def container(request: Request) -> Container:
    """The container of this process."""
    return cast("Container", request.app.state.container)


UseContainer = Annotated[Container, Depends(container)]


async def _content(c: UseContainer) -> ContentGeneration:
    return c.content()


async def _feedback(c: UseContainer) -> LessonFeedback:
    return c.feedback()


async def _rag(c: UseContainer) -> Rag:
    return c.rag()


async def _curation(c: UseContainer) -> Curation:
    return c.curation()


async def _imports(c: UseContainer) -> Imports:
    return c.imports()


async def _tracking(c: UseContainer) -> RequestTracking:
    return c.tracking()


async def _user_auth(c: UseContainer) -> UserAuth:
    return c.user_auth()


async def _blobs(c: UseContainer) -> BlobStore:
    return c.blobs()


UseContent = Annotated[ContentGeneration, Depends(_content)]
UseFeedback = Annotated[LessonFeedback, Depends(_feedback)]
UseRag = Annotated[Rag, Depends(_rag)]
UseCuration = Annotated[Curation, Depends(_curation)]
UseImports = Annotated[Imports, Depends(_imports)]
UseTracking = Annotated[RequestTracking, Depends(_tracking)]
UseUserAuth = Annotated[UserAuth, Depends(_user_auth)]
UseBlobs = Annotated[BlobStore, Depends(_blobs)]


async def guard(request: Request, auth: UseUserAuth) -> None:
    """Refuses a route without a policy, a caller without a live session, and a role without the permission."""
    route = (request.method, request.scope["route"].path)
    if route not in POLICY:
        raise NotAllowedError("this address has no policy, so nobody may use it")
    action = POLICY[route]
    if action is None:
        return
    principal = await auth.authenticate(_bearer(request))
    await auth.authorise(principal, action)
    request.state.principal = principal


async def _principal(request: Request) -> Principal:
    return cast("Principal", request.state.principal)


UsePrincipal = Annotated[Principal, Depends(_principal)]


def parse_id(text: str) -> UUID:
    """An id from a path; what is no id names nothing."""
    try:
        return UUID(text)
    except ValueError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedInError("send an access token: Authorization: Bearer <token>")
    return token.strip()
