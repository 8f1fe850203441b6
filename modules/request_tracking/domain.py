"""The state machine of requests and stages, and the arithmetic of progress. No I/O.

Each function takes a request as it stands and returns it as it shall stand; the same object means no change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from modules.kernel.interface import LessonId, Modality
from modules.request_tracking.interface import (
    REOPENABLE_STATES,
    TERMINAL_STATES,
    WAITING_STATES,
    Ending,
    LedgerEntry,
    PlannedStage,
    Request,
    RequestState,
    Stage,
    StageState,
    StageStatus,
    TransitionRefusedError,
)

REQUEST_MOVES: Final[Mapping[RequestState, frozenset[RequestState]]] = {
    # Nothing can be delivered before the first stage.
    RequestState.QUEUED: frozenset(RequestState) - {RequestState.QUEUED, RequestState.COMPLETED, RequestState.PARTIAL},
    RequestState.RUNNING: TERMINAL_STATES,
    **dict.fromkeys(TERMINAL_STATES, frozenset()),
}
REOPENINGS: Final[Mapping[RequestState, RequestState]] = dict.fromkeys(REOPENABLE_STATES, RequestState.RUNNING)

_OPEN_STAGE: Final = frozenset({StageState.RUNNING, StageState.SHARED, StageState.SKIPPED})
STAGE_MOVES: Final[Mapping[StageState, frozenset[StageState]]] = {
    StageState.PENDING: _OPEN_STAGE,
    # RUNNING again: the worker died in mid-stage and another starts over.
    StageState.RUNNING: _OPEN_STAGE | {StageState.DONE, StageState.FAILED},
    StageState.FAILED: _OPEN_STAGE,
    StageState.DONE: frozenset(),
    StageState.SHARED: frozenset(),
    StageState.SKIPPED: frozenset(),
}

_ENDED_STAGE: Final = frozenset({StageState.DONE, StageState.SHARED, StageState.SKIPPED, StageState.FAILED})
_LEFT_RUNNING: Final[Mapping[RequestState, StageState]] = {
    RequestState.FAILED: StageState.FAILED,
    RequestState.PARTIAL: StageState.FAILED,
    RequestState.CANCELLED: StageState.SKIPPED,
}
_ALL: Final = 100
TOPIC_CHOSEN: Final = "the topic was chosen"
_BEFORE_COMPLETED: Final = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A request before and after a step, and what its event says. No event name: nothing changed."""

    before: Request
    after: Request
    event: str = ""
    detail: str = ""


def first_stages(plan: Sequence[PlannedStage]) -> tuple[StageStatus, ...]:
    """The stages of a new request, in the order of the journey."""
    reasons = {planned.stage: planned.skipped_because for planned in plan}
    return tuple(_first(stage, reasons[stage]) for stage in Stage if stage in reasons)


def start_stage(request: Request, stage: Stage) -> Change:
    """Marks a stage running, and the request with it."""
    status = _stage(request, stage)
    if request.state in TERMINAL_STATES or StageState.RUNNING not in STAGE_MOVES[status.state]:
        raise _refused(request, f"stage {stage} is {status.state} and cannot start")
    started = replace(status, state=StageState.RUNNING, note="", attempts=status.attempts + 1)
    return _stage_change(request, started)


def end_stage(request: Request, stage: Stage, state: StageState, *, output: str, note: str) -> Change:
    """Marks a stage done, shared, skipped or failed."""
    status = _stage(request, stage)
    if status.state is state and state in _ENDED_STAGE:
        return Change(before=request, after=request)
    moves = STAGE_MOVES[status.state] - {StageState.RUNNING}
    if request.state in TERMINAL_STATES or state not in moves:
        raise _refused(request, f"stage {stage} is {status.state} and cannot become {state}")
    return _stage_change(request, replace(status, state=state, output=output, note=note))


def deliver(request: Request, lesson_id: LessonId, modality: Modality) -> Change:
    """Says that a modality can be read now."""
    if request.lesson_id not in {None, lesson_id}:
        raise _refused(request, f"it has lesson {request.lesson_id} and cannot take {lesson_id}")
    if modality in request.available:
        return Change(before=request, after=request)
    if request.state in TERMINAL_STATES:
        raise _refused(request, f"{modality} cannot be delivered any more")
    available = tuple(known for known in Modality if known in {*request.available, modality})
    after = replace(request, lesson_id=lesson_id, available=available)
    return Change(before=request, after=after, event="available", detail=modality)


def finish(request: Request, ending: Ending) -> Change:
    """Ends the request."""
    if request.state is ending.state and ending.state in TERMINAL_STATES:
        return Change(before=request, after=request)
    if ending.state not in TERMINAL_STATES or ending.state not in REQUEST_MOVES[request.state]:
        raise _refused(request, f"it cannot become {ending.state}")
    if ending.state is RequestState.COMPLETED:
        _check_delivered(request)
    after = replace(
        request,
        state=ending.state,
        message=ending.message,
        error_code=ending.error_code,
        choices=ending.choices,
        stages=tuple(_settled(status, ending) for status in request.stages),
        progress=_ALL if ending.state is RequestState.COMPLETED else request.progress,
    )
    return Change(before=request, after=after, event="state", detail=ending.error_code)


def reopen(request: Request) -> Change:
    """Takes a fault's ending back; progress, lesson and modalities stay."""
    if request.state not in REOPENINGS:
        raise _refused(request, "it cannot be reopened")
    after = replace(
        request,
        state=REOPENINGS[request.state],
        message="",
        error_code="",
        stages=tuple(_unsettled(status, request) for status in request.stages),
    )
    return Change(before=request, after=after, event="state")


def resume(request: Request, *, topic_is_chosen: bool) -> Change:
    """Queues a request that was answered; what its question back left out is pending again."""
    if request.state not in WAITING_STATES:
        raise _refused(request, "it does not wait for an answer")
    first = (StageState.SKIPPED, TOPIC_CHOSEN) if topic_is_chosen else (StageState.PENDING, "")
    after = replace(
        request,
        state=RequestState.QUEUED,
        message="",
        error_code="",
        choices=(),
        stages=tuple(
            replace(status, state=first[0], note=first[1], output="")
            if status.stage is Stage.UNDERSTAND
            else _unsettled(status, request)
            for status in request.stages
        ),
    )
    return Change(before=request, after=after, event="state")


def check_record(request: Request, entries: Sequence[LedgerEntry]) -> None:
    """Refuses money for a request that was cancelled."""
    if request.state is RequestState.CANCELLED and entries:
        raise _refused(request, "nothing more is charged")


def progress_of(stages: Sequence[StageStatus]) -> int:
    """Finished of planned stages, 0 to 99; the hundredth is the request's own end."""
    planned = [status for status in stages if status.state is not StageState.SKIPPED]
    finished = [status for status in planned if status.state in {StageState.DONE, StageState.SHARED}]
    return min(_BEFORE_COMPLETED, _ALL * len(finished) // len(planned)) if planned else 0


def _first(stage: Stage, skipped_because: str) -> StageStatus:
    state = StageState.SKIPPED if skipped_because else StageState.PENDING
    return StageStatus(stage=stage, state=state, note=skipped_because, attempts=0, duration_seconds=0.0, output="")


def _stage(request: Request, stage: Stage) -> StageStatus:
    for status in request.stages:
        if status.stage is stage:
            return status
    raise _refused(request, f"stage {stage} is not in its plan")


def _stage_change(request: Request, changed: StageStatus) -> Change:
    stages = tuple(changed if status.stage is changed.stage else status for status in request.stages)
    after = replace(
        request,
        stages=stages,
        state=RequestState.RUNNING,
        progress=max(request.progress, progress_of(stages)),
    )
    return Change(before=request, after=after, event="stage", detail=f"{changed.stage}:{changed.state}")


def _settled(status: StageStatus, ending: Ending) -> StageStatus:
    reason = _reason(ending)
    if status.state is StageState.PENDING:
        return replace(status, state=StageState.SKIPPED, note=reason)
    if status.state is StageState.RUNNING:
        return replace(status, state=_LEFT_RUNNING.get(ending.state, StageState.DONE), note=reason)
    return status


def _unsettled(status: StageStatus, request: Request) -> StageStatus:
    # A stage that the plan skips has a reason of its own, and stays skipped.
    if status.state is StageState.SKIPPED and status.note == _reason(request):
        return replace(status, state=StageState.PENDING, note="")
    return status


def _reason(ended: Ending | Request) -> str:
    return ended.error_code or ended.state


def _check_delivered(request: Request) -> None:
    missing = [modality for modality in request.modalities if modality not in request.available]
    if missing:
        raise _refused(request, f"not delivered yet: {', '.join(missing)}")


def _refused(request: Request, why: str) -> TransitionRefusedError:
    return TransitionRefusedError(f"request {request.id} is {request.state}: {why}")
