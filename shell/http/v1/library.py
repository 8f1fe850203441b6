"""The library: topics, interests, search."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from modules.kernel.interface import TopicId
from modules.rag.interface import Topic
from shell.http.dependencies import UseContent, UseRag
from shell.http.errors import UnknownCursorError
from shell.views import PassageOut, TopicDetailOut, TopicOut, passage_out, topic_detail_out, topic_out

router = APIRouter(prefix="/api/v1", tags=["library"])


class TopicsOut(BaseModel):
    """A page of topics; `next_cursor` is empty on the last page."""

    topics: list[TopicOut]
    next_cursor: str


class InterestOut(BaseModel):
    """An interest."""

    id: str
    name: str
    category: str


@router.get("/topics")
async def topics(
    rag: UseRag,
    subject: str | None = None,
    book: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str = "",
) -> TopicsOut:
    """Topics in book order; send `next_cursor` back for the next page."""
    found = await rag.topics(subject=subject, book_slug=book)
    start = _after(cursor, found)
    page = found[start : start + limit]
    more = start + limit < len(found)
    return TopicsOut(topics=[topic_out(topic) for topic in page], next_cursor=page[-1].id if more else "")


@router.get("/topics/{topic_id:path}")
async def topic(topic_id: str, rag: UseRag) -> TopicDetailOut:
    """One topic."""
    return topic_detail_out(await rag.topic(TopicId(topic_id)))


@router.get("/interests")
async def interests(content: UseContent) -> list[InterestOut]:
    """Every interest that a lesson can be tied to."""
    return [InterestOut(id=i.id, name=i.name, category=i.category) for i in content.interests()]


@router.get("/search")
async def search(
    rag: UseRag,
    q: Annotated[str, Query(min_length=1, max_length=500)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[PassageOut]:
    """The passages that answer a question best."""
    return [passage_out(passage) for passage in await rag.search(q, limit=limit)]


def _after(cursor: str, found: Sequence[Topic]) -> int:
    if not cursor:
        return 0
    for index, topic in enumerate(found, start=1):
        if topic.id == cursor:
            return index
    raise UnknownCursorError("cursor names no topic of this list; begin again without it")
