"""The boundary between the job system and a handler's code."""

from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog

from modules.kernel.interface import JobId, VividlyError
from modules.worker.domain import CRASHED
from modules.worker.interface import DeadLetter, LeaseLostError, Retry

_log: Final = structlog.get_logger(__name__)
_Result = TypeVar("_Result")


async def guard(call: Awaitable[_Result], *, job_id: JobId) -> _Result | Retry | DeadLetter:
    """The result of a handler's call, or what its error asks for. LeaseLostError passes through."""
    try:
        return await call
    except LeaseLostError:
        raise
    except VividlyError as error:
        return _asked_by(error)
    except Exception as error:  # noqa: BLE001 - a handler may fail in any way: one job pays, with one attempt
        _log.exception("job_crashed", job_id=str(job_id))
        return Retry(reason=CRASHED, message=f"The handler stopped with {type(error).__name__}.")


def _asked_by(error: VividlyError) -> Retry | DeadLetter:
    if error.retryable:
        return Retry(reason=error.code, message=str(error))
    return DeadLetter(reason=error.code, message=str(error))
