"""The shapes in which requests and library are shown, alike in the API and on the command line."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, PlainSerializer

from modules.kernel.interface import Modality
from modules.rag.interface import Passage, Topic
from modules.request_tracking.interface import WAITING_STATES, LedgerEntry, LedgerKind, Request, RequestState

Usd = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class StageOut(BaseModel):
    """A stage; `note` says why it was skipped or shared."""

    name: str
    state: str
    note: str
    attempts: int
    duration_seconds: float


class LedgerOut(BaseModel):
    """A row of the ledger."""

    kind: str
    item: str
    amount_usd: Usd
    price_book_version: str
    engine: str
    note: str


class CostOut(BaseModel):
    """What the request cost and saved, straight from its ledger.

    `saved_usd` is the video that was not made, `saved_audio_usd` the narration, `saved_text_usd` a shared text.
    """

    total_usd: Usd
    saved_usd: Usd
    saved_audio_usd: Usd
    saved_text_usd: Usd
    entries: list[LedgerOut]


class ChoiceOut(BaseModel):
    """A topic to choose from."""

    topic_id: str
    title: str
    line: str


class StatusOut(BaseModel):
    """A request as it stands."""

    id: UUID
    state: str
    progress: int
    student_query: str
    grade_level: int
    interest: str
    requested_modalities: list[Modality]
    preferred_modality: Modality
    available: list[Modality]
    stages: list[StageOut]
    lesson_id: UUID | None
    links: dict[str, str]
    message: str
    error_code: str
    choices: list[ChoiceOut]
    cost: CostOut
    derived_from: UUID | None
    created_at: datetime
    updated_at: datetime


class TopicOut(BaseModel):
    """A topic that can be taught."""

    id: str
    title: str
    subject: str
    book: str
    chapter: str
    section: str
    url: str
    pinned: bool


class TermOut(BaseModel):
    """A key term."""

    term: str
    definition: str


class TopicDetailOut(TopicOut):
    """A topic with its objectives and key terms."""

    objectives: list[str]
    terms: list[TermOut]


class PassageOut(BaseModel):
    """A passage with everything needed to cite it."""

    id: int
    topic_id: str
    kind: str
    text: str
    heading: str
    score: float
    book: str
    edition: str
    chapter: str
    section: str
    url: str
    license: str
    license_url: str
    attribution: str


def status_of(request: Request, ledger: list[LedgerEntry]) -> StatusOut:
    """The status of a request with its costs."""
    return StatusOut(
        id=request.id,
        state=request.state,
        progress=request.progress,
        student_query=request.query,
        grade_level=request.grade,
        interest=request.interest_id,
        requested_modalities=list(request.modalities),
        preferred_modality=request.preferred_modality,
        available=list(request.available),
        stages=[
            StageOut(
                name=stage.stage,
                state=stage.state,
                note=stage.note,
                attempts=stage.attempts,
                duration_seconds=round(stage.duration_seconds, 3),
            )
            for stage in request.stages
        ],
        lesson_id=request.lesson_id,
        links=_links(request),
        message=request.message,
        error_code=request.error_code,
        choices=[ChoiceOut(topic_id=c.topic_id, title=c.title, line=c.line) for c in request.choices],
        cost=cost_of(ledger),
        derived_from=request.derived_from,
        created_at=request.created_at,
        updated_at=request.updated_at,
    )


def cost_of(ledger: list[LedgerEntry]) -> CostOut:
    """The sums of a ledger."""

    def saved(item: Modality) -> Decimal:
        rows = (row.amount_usd for row in ledger if row.kind is LedgerKind.SAVING and row.item == item)
        return sum(rows, Decimal(0))

    return CostOut(
        total_usd=sum((row.amount_usd for row in ledger if row.kind is LedgerKind.CHARGE), Decimal(0)),
        saved_usd=saved(Modality.VIDEO),
        saved_audio_usd=saved(Modality.AUDIO),
        saved_text_usd=saved(Modality.TEXT),
        entries=[
            LedgerOut(
                kind=row.kind,
                item=row.item,
                amount_usd=row.amount_usd,
                price_book_version=row.price_book_version,
                engine=row.engine,
                note=row.note,
            )
            for row in ledger
        ],
    )


def _links(request: Request) -> dict[str, str]:
    links = {"self": f"/api/v1/requests/{request.id}", "events": f"/api/v1/requests/{request.id}/events"}
    if request.state in {RequestState.QUEUED, RequestState.RUNNING}:
        links["cancel"] = f"/api/v1/requests/{request.id}/cancel"
    if request.state in WAITING_STATES:
        links["answer"] = f"/api/v1/requests/{request.id}/answer"
    if request.lesson_id is not None and request.available:
        lesson = f"/api/v1/lessons/{request.lesson_id}"
        links |= {"lesson": lesson, "feedback": f"{lesson}/feedback", "derive": f"{lesson}/derive"}
        links["quiz"] = f"{lesson}/quiz"
        heard = {Modality.AUDIO, Modality.VIDEO} & set(request.available)
        if heard:
            links |= {"captions": f"{lesson}/captions.vtt", "transcript": f"{lesson}/transcript"}
        if Modality.AUDIO in request.available:
            links["audio"] = f"{lesson}/audio"
        if Modality.VIDEO in request.available:
            links |= {"video": f"{lesson}/video", "poster": f"{lesson}/poster"}
    return links


def passage_out(passage: Passage) -> PassageOut:
    """A passage as the API and the command line show it."""
    return PassageOut(
        id=passage.id,
        topic_id=passage.topic_id,
        kind=passage.kind,
        text=passage.text,
        heading=passage.heading,
        score=round(passage.score, 4),
        book=passage.book_title,
        edition=passage.edition,
        chapter=passage.chapter,
        section=passage.section,
        url=passage.url,
        license=passage.license,
        license_url=passage.license_url,
        attribution=passage.attribution,
    )


def topic_out(found: Topic) -> TopicOut:
    """A topic as the API and the command line show it."""
    return TopicOut(
        id=found.id,
        title=found.title,
        subject=found.subject,
        book=found.book_title,
        chapter=found.chapter,
        section=found.section,
        url=found.url,
        pinned=found.pinned,
    )


def topic_detail_out(found: Topic) -> TopicDetailOut:
    """A topic with everything that is known of it."""
    return TopicDetailOut(
        **topic_out(found).model_dump(),
        objectives=list(found.objectives),
        terms=[TermOut(term=term.term, definition=term.definition) for term in found.terms],
    )
