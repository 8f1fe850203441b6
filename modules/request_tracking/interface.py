"""request_tracking: requests, their stages, events and the cost ledger.

Depends on: kernel, integrations, worker. Owns PostgreSQL schema: request_tracking.
"""

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from modules.kernel.interface import (
    LessonId,
    Modality,
    PersonId,
    RequestId,
    Transaction,
    VividlyError,
)
from modules.request_tracking.values import (
    REOPENABLE_STATES as REOPENABLE_STATES,
    TERMINAL_STATES as TERMINAL_STATES,
    WAITING_STATES as WAITING_STATES,
    Choice as Choice,
    Ending as Ending,
    Event as Event,
    LedgerEntry as LedgerEntry,
    LedgerKind as LedgerKind,
    NewRequest as NewRequest,
    PlannedStage as PlannedStage,
    Request as Request,
    RequestState as RequestState,
    Stage as Stage,
    StageState as StageState,
    StageStatus as StageStatus,
)


class RequestTrackingError(VividlyError):
    """A request cannot be changed or read as asked."""

    code = "request_tracking.error"


class UnknownRequestError(RequestTrackingError):
    """No request has this id."""

    code = "request_tracking.unknown_request"


class TransitionRefusedError(RequestTrackingError):
    """The state machine does not allow this step, such as `completed` without every artefact asked for."""

    code = "request_tracking.transition_refused"


class RequestTracking(Protocol):
    """Requests from opening to their end. Every writing call takes the caller's transaction."""

    @abstractmethod
    async def open(self, new: NewRequest, *, tx: Transaction) -> Request:
        """Writes a queued request with its planned stages; the same id twice is one request."""

    @abstractmethod
    async def start_stage(self, request_id: RequestId, stage: Stage, *, tx: Transaction) -> None:
        """Marks a stage running, counting an attempt; the request becomes running. Raises TransitionRefusedError."""

    @abstractmethod
    async def end_stage(
        self,
        request_id: RequestId,
        stage: Stage,
        state: StageState,
        *,
        tx: Transaction,
        output: str = "",
        note: str = "",
    ) -> None:
        """Marks a stage done, shared, skipped or failed; its duration is measured by the database clock."""

    @abstractmethod
    async def deliver(self, request_id: RequestId, lesson_id: LessonId, modality: Modality, *, tx: Transaction) -> None:
        """Says that a modality of the lesson can be read now; doing it twice changes nothing."""

    @abstractmethod
    async def record(self, request_id: RequestId, entries: Sequence[LedgerEntry], *, tx: Transaction) -> None:
        """Writes ledger rows; a row that exists already is left as it is."""

    @abstractmethod
    async def finish(self, request_id: RequestId, ending: Ending, *, tx: Transaction) -> None:
        """Ends the request, once; the same ending again changes nothing. Raises TransitionRefusedError."""

    @abstractmethod
    async def reopen(self, request_id: RequestId, *, tx: Transaction) -> None:
        """Sets a failed or partial request running again: what it has stays, what its end stopped can start again.

        Raises:
            TransitionRefusedError: it is in another state.
        """

    @abstractmethod
    async def resume(self, request_id: RequestId, *, topic_is_chosen: bool, tx: Transaction) -> None:
        """Queues a request that needed clarification again: `understand` will run anew, or is left out.

        Raises:
            TransitionRefusedError: it does not wait for an answer.
        """

    @abstractmethod
    async def get(self, request_id: RequestId, *, tx: Transaction | None = None) -> Request:
        """The request as it stands. Raises UnknownRequestError."""

    @abstractmethod
    async def ledger(self, request_id: RequestId) -> list[LedgerEntry]:
        """Its ledger rows in the order written."""

    @abstractmethod
    async def lesson_owners(self, lesson_id: LessonId, *, tx: Transaction | None = None) -> set[PersonId]:
        """Whose requests led to this lesson."""

    @abstractmethod
    async def request_for(self, lesson_id: LessonId, owner_id: PersonId) -> RequestId | None:
        """The latest request of this person that led to this lesson."""

    @abstractmethod
    async def most_delivered(self, *, limit: int) -> list[LessonId]:
        """The lessons that most requests led to, most first; at most `limit`."""

    @abstractmethod
    def watch(self, request_id: RequestId, *, after: int = 0) -> AsyncIterator[Event]:
        """Events with an id above `after`, then new ones as they come, until the request has ended."""
