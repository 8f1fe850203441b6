"""The rules of jobs: their states, the back-off, the pace of a worker. No I/O."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from modules.worker.interface import JobRefusedError

MAX_PAYLOAD_BYTES: Final = 64 * 1024
MAX_KIND_LENGTH: Final = 64
MAX_MESSAGE_LENGTH: Final = 2_000
MAX_BACKOFF_SECONDS: Final = 60.0

CRASHED: Final = "crashed"
CRASHED_MESSAGE: Final = "Every attempt ended without a word: the worker was killed, or it hung past its lease."
DOORBELL_CHANNEL: Final = "jobs"


class JobState(StrEnum):
    """Where a job stands; DONE and CANCELLED never change, DEAD only by a replay."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    DEAD = "dead"


class Holding(StrEnum):
    """What a heartbeat found. FINISHED: the handler's own transaction ended the job."""

    HELD = "held"
    FINISHED = "finished"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a worker looks, renews and tries again; all in seconds, `max_attempts` excepted."""

    lease_seconds: float
    poll_seconds: float
    retry_seconds: float
    max_attempts: int

    @property
    def beat_seconds(self) -> float:
        """Time between two heartbeats: two may be lost before the lease runs out."""
        return min(self.lease_seconds / 3, self.poll_seconds)


def backoff_seconds(attempt: int, *, base_seconds: float, jitter: float) -> float:
    """How long to wait after the `attempt`-th failure: doubling, capped, at 50 to 100 % by `jitter` in 0.0 to 1.0."""
    doubled = base_seconds * 2.0 ** min(attempt - 1, 16)
    return min(MAX_BACKOFF_SECONDS, doubled) * (0.5 + jitter / 2)


def check_job(kind: str, payload: bytes) -> None:
    """Raises JobRefusedError when the queue would not take this."""
    if not 0 < len(kind) <= MAX_KIND_LENGTH:
        raise JobRefusedError(f"a job's kind has 1 to {MAX_KIND_LENGTH} characters, not {len(kind)}")
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise JobRefusedError(f"a job's payload has at most {MAX_PAYLOAD_BYTES} bytes, not {len(payload)}")
