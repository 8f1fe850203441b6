"""The pages: the front door, and the sections that citations open."""

import re
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from modules.kernel.interface import TopicId
from shell.http.dependencies import UseRag
from shell.web.pages import front_door, section_page

_OPEN: Final = re.compile(r"CC BY(-SA)? [\d.]+|CC0( [\d.]+)?|public domain", re.IGNORECASE)
router = APIRouter(include_in_schema=False)


@router.get("/")
async def home() -> Response:
    """A page that says what this is and how to use it."""
    return Response(front_door(), media_type="text/html")


@router.get("/library/{topic_id:path}")
async def section(topic_id: str, rag: UseRag) -> Response:
    """A section of an open textbook, open to everybody as the book is; other books have no page."""
    topic = await rag.topic(TopicId(topic_id))
    passages = await rag.passages(topic.id)
    if not all(_OPEN.fullmatch(passage.license) for passage in passages):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    page = section_page(topic, passages)
    return Response(page, media_type="text/html", headers={"Cache-Control": "public, max-age=3600"})
