"""The pages: the front door, and the sections that citations open."""

from fastapi import APIRouter, Response

from modules.kernel.interface import TopicId
from shell.http.dependencies import UseRag
from shell.web.pages import front_door, section_page

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home() -> Response:
    """A page that says what this is and how to use it."""
    return Response(front_door(), media_type="text/html")


@router.get("/library/{topic_id:path}")
async def section(topic_id: str, rag: UseRag) -> Response:
    """A section of an open textbook, open to everybody as the book is."""
    topic = await rag.topic(TopicId(topic_id))
    page = section_page(topic, await rag.passages(topic.id))
    return Response(page, media_type="text/html", headers={"Cache-Control": "public, max-age=3600"})
