"""Following a request: its status, its events, cancelling it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from modules.content_generation.interface import Answer
from modules.kernel.interface import DatabaseUnavailableError, RequestId, TopicId
from modules.request_tracking.interface import TERMINAL_STATES, Event, Request
from modules.user_auth.interface import Action
from shell.http.dependencies import UseContent, UsePrincipal, UseTracking, UseUserAuth, parse_id
from shell.views import StatusOut, status_of

_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/v1/requests", tags=["requests"])
POLL_SECONDS: Final = 1
KEEP_ALIVE_SECONDS: Final = 15
MAX_EVENT_ID: Final = 2**63 - 1


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


@router.get(
    "/{request_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events, until the request has ended."}},
)
async def events(
    request: Visible, tracking: UseTracking, last_event_id: Annotated[int, Header(ge=0, le=MAX_EVENT_ID)] = 0
) -> StreamingResponse:
    """Server-sent events until the request has ended; resumes after `Last-Event-ID`."""
    # FastAPI's own event streams log a traceback whenever a reader leaves.
    stream = _stream(tracking.watch(request.id, after=last_event_id))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(source: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    """Events as they come, and a comment now and then so that no proxy takes the silence for the end."""
    queue: asyncio.Queue[Event | None] = asyncio.Queue()
    pump = asyncio.create_task(_pump(source, queue))
    try:
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event is None:
                return
            yield _sse(event)
    finally:
        # A task of its own, so that a reader who leaves ends the watching cleanly.
        pump.cancel()


async def _pump(source: AsyncIterator[Event], queue: "asyncio.Queue[Event | None]") -> None:
    try:
        async for event in source:
            queue.put_nowait(event)
    except DatabaseUnavailableError as error:
        # The answer has begun, so its status cannot say it: the reader comes back with Last-Event-ID.
        _log.warning("events cut short", code=error.code)
    finally:
        queue.put_nowait(None)


def _sse(event: Event) -> bytes:
    data = {"state": event.state, "progress": event.progress, "detail": event.detail, "at": event.at.isoformat()}
    return format_sse_event(data_str=json.dumps(data), event=event.name, id=str(event.id))


class AnswerIn(BaseModel):
    """What a student says who was asked back: either one of the choices, or any other topic, or words."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"topic_id": "physics/m54057"}, {"text": "kinetic energy"}]}
    )
    topic_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=500)] | None = None


@router.post("/{request_id}/answer", status_code=202)
async def answer(
    request: Visible,
    body: AnswerIn,
    principal: UsePrincipal,
    auth: UseUserAuth,
    content: UseContent,
    tracking: UseTracking,
) -> StatusOut:
    """Goes on with a request that needed clarification; the same answer twice is one."""
    await auth.authorise(principal, Action.ANSWER_REQUEST, owners=[request.owner_id])
    topic_id = TopicId(body.topic_id) if body.topic_id else None
    await content.answer(request.id, Answer(topic_id=topic_id, text=body.text or ""))
    return status_of(await tracking.get(request.id), await tracking.ledger(request.id))


@router.post("/{request_id}/cancel")
async def cancel(
    request: Visible, principal: UsePrincipal, auth: UseUserAuth, content: UseContent, tracking: UseTracking
) -> StatusOut:
    """Ends the request; one that has ended stays as it is."""
    await auth.authorise(principal, Action.CANCEL_REQUEST, owners=[request.owner_id])
    await content.cancel(request.id)
    return status_of(await tracking.get(request.id), await tracking.ledger(request.id))
