"""Finding one's way through the library, and changing its topics by hand."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from modules.kernel.interface import TopicId
from modules.rag.interface import Filters
from shell.curating import Wish, curate
from shell.http.dependencies import UseContainer, UseCuration, UsePrincipal, UseRag
from shell.topic_views import (
    ChangeOut,
    RelatedOut,
    SubjectOut,
    SuggestionOut,
    change_out,
    related_out,
    subjects_out,
    suggestion_out,
)
from shell.views import TopicDetailOut, topic_detail_out

router = APIRouter(prefix="/api/v1/library", tags=["library"])


class TopicIn(BaseModel):
    """What is to become of a topic; a field that is not sent stays as it is.

    An empty title gives back the printed one, an empty `merged_into` lets the topic stand for itself again.
    """

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, max_length=1_000)
    merged_into: str | None = Field(default=None, max_length=500)
    hidden: bool | None = None
    pinned: bool | None = None


class SuggestionsOut(BaseModel):
    """Suggestions, best first."""

    suggestions: list[SuggestionOut]


class ShelfOut(BaseModel):
    """Everything that is listed."""

    subjects: list[SubjectOut]


class HistoryOut(BaseModel):
    """Changes of a topic, newest first."""

    changes: list[ChangeOut]


@router.get("/subjects")
async def subjects(rag: UseRag) -> ShelfOut:
    """Subjects with their books, chapters and topics."""
    return ShelfOut(subjects=subjects_out(await rag.shelf()))


@router.get("/topics/suggest")
async def suggest(
    rag: UseRag,
    q: Annotated[str, Query(max_length=200)],
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
    subject: Annotated[str, Query(max_length=100)] = "",
    book: Annotated[str, Query(max_length=200)] = "",
) -> SuggestionsOut:
    """Topics for what is being typed, from the second letter on."""
    found = await rag.suggest(q, limit=limit, filters=Filters(subject=subject, book_slug=book))
    return SuggestionsOut(suggestions=[suggestion_out(one) for one in found])


@router.get("/topics/{topic_id:path}/related")
async def related(topic_id: str, rag: UseRag) -> RelatedOut:
    """Equal topics of other books, neighbours, and what to know first."""
    return related_out(await rag.related(TopicId(topic_id)))


@router.get("/topics/{topic_id:path}/history")
async def history(topic_id: str, rag: UseRag, curation: UseCuration) -> HistoryOut:
    """Every change of a topic by hand."""
    topic = await rag.topic(TopicId(topic_id))
    return HistoryOut(changes=[change_out(change) for change in await curation.history(topic.id)])


@router.patch("/topics/{topic_id:path}")
async def change(topic_id: str, wanted: TopicIn, principal: UsePrincipal, container: UseContainer) -> TopicDetailOut:
    """Renames, merges, hides or pins a topic; all that is asked for, or nothing."""
    wish = Wish(**wanted.model_dump())
    return topic_detail_out(await curate(container, TopicId(topic_id), wish, by=str(principal.person_id)))
