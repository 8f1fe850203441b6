"""Reading a lesson and playing its files."""

import re
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter

from modules.content_generation.interface import Artefact, ArtefactKind, Lesson, TextFormat
from modules.integrations.interface import BlobStore
from modules.kernel.interface import LessonId, PersonId
from modules.user_auth.interface import Action, Role
from shell.http.dependencies import UseBlobs, UseContent, UseFeedback, UsePrincipal, UseTracking, UseUserAuth, parse_id
from shell.http.errors import problem

router = APIRouter(prefix="/api/v1/lessons", tags=["lessons"])
_LESSON: Final = TypeAdapter(Lesson)
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


async def visible(
    lesson_id: str, principal: UsePrincipal, auth: UseUserAuth, tracking: UseTracking, content: UseContent
) -> Lesson:
    """The lesson, for those whose request led to it and those who may see them."""
    known = LessonId(parse_id(lesson_id))
    # Owners first: that a lesson was withdrawn is not everybody's to know.
    owners = await tracking.lesson_owners(known)
    await auth.authorise(principal, Action.READ_LESSON, owners=owners or [NOBODY])
    return await content.lesson(known)


NOBODY: Final = PersonId(UUID(int=0))
Visible = Annotated[Lesson, Depends(visible)]


@router.get("/{lesson_id}", response_model=Lesson)
async def lesson_document(
    lesson: Visible,
    principal: UsePrincipal,
    content: UseContent,
    feedback: UseFeedback,
    accept: Annotated[str, Header()] = "application/json",
) -> Response:
    """The lesson as JSON, or as Markdown or a whole HTML page when Accept asks for `text/markdown` or `text/html`.

    A student who has not answered the quiz yet sees it without its key: `answer` is -1 and `feedback` empty.
    """
    key = principal.role is not Role.STUDENT or bool(await feedback.attempts(lesson.id, principal.person_id))
    kind = accept.split(",")[0].split(";")[0].strip()
    if kind == "text/html":
        return Response(await content.rendering(lesson.id, TextFormat.HTML, key=key), media_type="text/html")
    if kind == "text/markdown":
        return Response(await content.rendering(lesson.id, TextFormat.MARKDOWN, key=key), media_type="text/markdown")
    return Response(_LESSON.dump_json(await content.lesson(lesson.id, key=key)), media_type="application/json")


async def _serve(
    kind: ArtefactKind, lesson: Lesson, request: Request, content: UseContent, blobs: BlobStore
) -> Response:
    artefact = await content.artefact(lesson.id, kind)
    await blobs.stat(artefact.blob_key)
    return ranged(artefact, request, blobs)


@router.head("/{lesson_id}/audio", include_in_schema=False)
@router.get("/{lesson_id}/audio")
async def audio(lesson: Visible, request: Request, content: UseContent, blobs: UseBlobs) -> Response:
    """The narration, AAC in MP4."""
    return await _serve(ArtefactKind.AUDIO, lesson, request, content, blobs)


@router.head("/{lesson_id}/video", include_in_schema=False)
@router.get("/{lesson_id}/video")
async def video(lesson: Visible, request: Request, content: UseContent, blobs: UseBlobs) -> Response:
    """The captioned video, H.264 in MP4."""
    return await _serve(ArtefactKind.VIDEO, lesson, request, content, blobs)


@router.get("/{lesson_id}/captions.vtt")
async def captions(lesson: Visible, request: Request, content: UseContent, blobs: UseBlobs) -> Response:
    """The captions, WebVTT."""
    return await _serve(ArtefactKind.CAPTIONS, lesson, request, content, blobs)


@router.get("/{lesson_id}/transcript")
async def transcript(lesson: Visible, request: Request, content: UseContent, blobs: UseBlobs) -> Response:
    """The words of the narration."""
    return await _serve(ArtefactKind.TRANSCRIPT, lesson, request, content, blobs)


@router.get("/{lesson_id}/poster")
async def poster(lesson: Visible, request: Request, content: UseContent, blobs: UseBlobs) -> Response:
    """The first picture of the video, JPEG."""
    return await _serve(ArtefactKind.POSTER, lesson, request, content, blobs)


def ranged(artefact: Artefact, request: Request, blobs: BlobStore) -> Response:
    """The whole file, the asked-for range of it (206), or 416."""
    etag = f'"{artefact.sha256}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, max-age=3600"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range") if request.headers.get("if-range", etag) == etag else None
    span = _span(wanted, artefact.size_bytes)
    if span is None:
        return problem(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "http.range_not_satisfiable",
            f"the file has {artefact.size_bytes} bytes",
            headers={"Content-Range": f"bytes */{artefact.size_bytes}"},
        )
    start, end = span
    headers["Content-Length"] = str(end - start)
    partial = wanted is not None and (start, end) != (0, artefact.size_bytes)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{artefact.size_bytes}"
    body: AsyncIterator[bytes] | Sequence[bytes] = []
    if request.method == "GET":
        body = blobs.read(artefact.blob_key, start=start, end=end)
    status = HTTPStatus.PARTIAL_CONTENT if partial else HTTPStatus.OK
    return StreamingResponse(body, status_code=status, headers=headers, media_type=artefact.content_type)


def _span(header: str | None, size: int) -> tuple[int, int] | None:
    """The bytes asked for, as start and end without; all when the header is no single range; None beyond the file."""
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.group(0) == "bytes=-":
        return 0, size
    first, last = match.groups()
    if not first:
        length = int(last)
        return (max(0, size - length), size) if length else None
    start, end = int(first), int(last) + 1 if last else size
    if last and end <= start:
        return 0, size
    return (start, min(end, size)) if start < size else None
