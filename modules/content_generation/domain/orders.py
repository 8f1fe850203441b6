"""What may be ordered, what it takes, and how its job is written down."""

import json
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from modules.content_generation.interface import (
    NO_ANSWER,
    Answer,
    BadOrderError,
    Lesson,
    LessonOrder,
    Level,
    Plan,
    UnknownInterestError,
)
from modules.kernel.interface import MAX_GRADE, MIN_GRADE, JobId, Modality, RequestId, TopicId
from modules.request_tracking.interface import PlannedStage, Stage

JOB_KIND: Final = "lesson"
NOT_ASKED_FOR: Final = "not asked for"
BLOCKED: Final = "No lesson is made on this topic at the moment. Choose another topic, or ask your teacher."
_LONGEST_QUERY: Final = 500
_NO_INTEREST: Final = "none"
_PAYLOAD_VERSION: Final = 1


class BadPayloadError(ValueError):
    """The bytes of a job are not a lesson order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a job says: which request, the topic that was chosen, what was answered, and the level."""

    request_id: RequestId
    topic_id: TopicId | None = None
    answers: tuple[str, ...] = ()
    level: Level = Level.STANDARD


def job_id(request_id: RequestId, rounds: int) -> JobId:
    """The job of a request after so many answers; the first has the request's own id."""
    return JobId(uuid5(request_id, f"answer {rounds}") if rounds else request_id)


def check_answer(answer: Answer) -> None:
    """Raises BadOrderError naming the bad field."""
    if bool(answer.topic_id) == bool(answer.text):
        raise BadOrderError("topic_id", "Send either a topic_id or a text.")
    if not answer.topic_id:
        _check_query(answer.text, "text")


def check_order(order: LessonOrder, *, interests: Collection[str]) -> None:
    """Raises BadOrderError naming the first bad field, or UnknownInterestError."""
    _check_query(order.query)
    if type(order.grade) is not int or not MIN_GRADE <= order.grade <= MAX_GRADE:
        raise BadOrderError("grade", f"The grade must be a whole number from {MIN_GRADE} to {MAX_GRADE}.")
    _check_modalities(order.modalities)
    if order.preferred_modality not in order.modalities:
        raise BadOrderError("preferred_modality", "The preferred modality must be one of those asked for.")
    if order.level not in set(Level):
        raise BadOrderError("level", f"{str(order.level)!r} is not a level; there are {', '.join(Level)}.")
    check_interest(order.interest, interests)


def check_interest(interest_id: str, interests: Collection[str]) -> None:
    """Raises UnknownInterestError; no interest at all is fine."""
    if interest_id and interest_id not in interests:
        known = ", ".join(sorted(interests))
        raise UnknownInterestError(f"No interest is called {interest_id!r}; there are {known}.")


def made_for(modalities: Sequence[Modality]) -> set[Modality]:
    """What has to be made: a text always, and for a video its narration."""
    return {Modality.TEXT, *modalities} | ({Modality.AUDIO} if Modality.VIDEO in modalities else set())


def plan(modalities: Sequence[Modality], prices: Mapping[Modality, Decimal]) -> Plan:
    _check_modalities(modalities)
    made = made_for(modalities)
    needs = {Stage.NARRATE: Modality.AUDIO, Stage.RENDER: Modality.VIDEO}
    skipped = {stage: NOT_ASKED_FOR for stage, modality in needs.items() if modality not in made}
    return Plan(
        stages=tuple(PlannedStage(stage=stage, skipped_because=skipped.get(stage, "")) for stage in Stage),
        cost_usd=sum((prices[modality] for modality in made), Decimal(0)),
        saving_usd={modality: prices[modality] for modality in Modality if modality not in made},
    )


def lesson_key(topic_id: TopicId, interest_id: str, *made_by: str | int, level: Level = Level.STANDARD) -> str:
    """What makes two lessons the same; readable at its start, exact by its end."""
    parts = [topic_id, interest_id, *made_by, *([level] if level is not Level.STANDARD else [])]
    return f"{topic_id}|{interest_id or _NO_INTEREST}|{sha256(json.dumps(parts).encode()).hexdigest()[:32]}"


def replaced_key(key: str, withdrawn: int | None = None) -> str:
    """The key of the lesson that takes the place of so many withdrawn ones; without a number, how such keys begin."""
    if withdrawn is None:
        return f"{key}|again"
    return f"{key}|again{withdrawn}" if withdrawn else key


def interest_of(lesson: Lesson) -> str:
    """The interest that a lesson was ordered with: it may hold no analogy for it."""
    ordered = lesson.key.removeprefix(f"{lesson.topic_id}|").partition("|")[0]
    return "" if ordered == _NO_INTEREST else ordered


def without_answers(lesson: Lesson) -> Lesson:
    """The lesson as a student sees it before they answer its quiz."""
    return replace(lesson, quiz=tuple(replace(one, answer=NO_ANSWER, feedback="") for one in lesson.quiz))


def written(payload: Payload) -> bytes:
    """The payload as a job carries it."""
    chosen: dict[str, str] = {"topic_id": payload.topic_id} if payload.topic_id else {}
    chosen |= {"level": payload.level} if payload.level is not Level.STANDARD else {}
    said = {"answers": payload.answers} if payload.answers else {}
    return json.dumps({"version": _PAYLOAD_VERSION, "request_id": str(payload.request_id), **chosen, **said}).encode()


def read(raw: bytes) -> Payload:
    """The payload of a job. Raises BadPayloadError with a sentence that says what is wrong."""
    try:
        body = json.loads(raw)
        version, request_id, topic_id = body["version"], UUID(body["request_id"]), body.get("topic_id")
        level = Level(body.get("level", Level.STANDARD))
        answers = tuple(str(one) for one in body.get("answers", ()))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadPayloadError("The job's payload is not JSON with a version and the UUID of a request.") from error
    if version != _PAYLOAD_VERSION:
        raise BadPayloadError(f"The job's payload is of version {version!r}, not {_PAYLOAD_VERSION}.")
    chosen = TopicId(topic_id) if topic_id else None
    return Payload(request_id=RequestId(request_id), topic_id=chosen, answers=answers, level=level)


def _check_query(query: str, field: str = "query") -> None:
    if not query.strip():
        raise BadOrderError(field, "Write a question first.")
    if len(query) > _LONGEST_QUERY:
        raise BadOrderError(field, f"The question has {len(query)} characters; {_LONGEST_QUERY} are the most.")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t" for letter in query):
        raise BadOrderError(field, "The question holds control characters; write it with letters only.")


def _check_modalities(modalities: Sequence[Modality]) -> None:
    known = ", ".join(Modality)
    if not modalities:
        raise BadOrderError("modalities", f"Ask for at least one of {known}.")
    if unknown := [modality for modality in modalities if modality not in set(Modality)]:
        raise BadOrderError("modalities", f"{str(unknown[0])!r} is not a modality; there are {known}.")
    if len(set(modalities)) < len(modalities):
        raise BadOrderError("modalities", "Each modality can be asked for once.")
