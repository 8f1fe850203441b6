"""Following a request: its status, its events, cancelling it."""

from collections.abc import AsyncIterable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from modules.kernel.interface import RequestId
from modules.request_tracking.interface import TERMINAL_STATES, Request
from modules.user_auth.interface import Action
from shell.http.dependencies import UseContent, UsePrincipal, UseTracking, UseUserAuth, parse_id
from shell.views import StatusOut, status_of

router = APIRouter(prefix="/api/v1/requests", tags=["requests"])
POLL_SECONDS: Final = 1


async def visible(request_id: str, principal: UsePrincipal, auth: UseUserAuth, tracking: UseTracking) -> Request:
    """The request, for those who may read it."""
    request = await tracking.get(RequestId(parse_id(request_id)))
    await auth.authorise(principal, Action.READ_REQUEST, owners=[request.owner_id])
    return request


Visible = Annotated[Request, Depends(visible)]


@router.get("/{request_id}", response_model=StatusOut)
async def status(
    request: Visible, tracking: UseTracking, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Where the request stands; send the ETag back as If-None-Match to be told only of changes."""
    etag = f'"{request.version}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.state not in TERMINAL_STATES:
        headers["Retry-After"] = str(POLL_SECONDS)
    if if_none_match is not None and etag in {part.strip() for part in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    body = status_of(request, await tracking.ledger(request.id))
    return JSONResponse(body.model_dump(mode="json"), headers=headers)


@router.get("/{request_id}/events", response_class=EventSourceResponse)
async def events(
    request: Visible, tracking: UseTracking, last_event_id: Annotated[int, Header(ge=0)] = 0
) -> AsyncIterable[ServerSentEvent]:
    """Server-sent events until the request has ended; resumes after `Last-Event-ID`."""
    async for event in tracking.watch(request.id, after=last_event_id):
        data = {
            "state": event.state,
            "progress": event.progress,
            "detail": event.detail,
            "at": event.at.isoformat(),
        }
        yield ServerSentEvent(id=str(event.id), event=event.name, data=data)


@router.post("/{request_id}/cancel")
async def cancel(
    request: Visible, principal: UsePrincipal, auth: UseUserAuth, content: UseContent, tracking: UseTracking
) -> StatusOut:
    """Ends the request; one that has ended stays as it is."""
    await auth.authorise(principal, Action.CANCEL_REQUEST, owners=[request.owner_id])
    await content.cancel(request.id)
    return status_of(await tracking.get(request.id), await tracking.ledger(request.id))
