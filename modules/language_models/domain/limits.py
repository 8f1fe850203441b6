"""What bounds every call: the bytes of an answer, and one deadline over all of it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from modules.language_models.interface import AnswerTooLargeError, ModelTimedOutError

MAX_ANSWER_BYTES: Final = 200_000
DEADLINE_SECONDS: Final = 50.0
_Result = TypeVar("_Result")


class Allowance:
    """The bytes that an answer may still have."""

    def __init__(self, size: int = MAX_ANSWER_BYTES) -> None:
        self._left = size

    def take(self, size: int) -> None:
        """Counts bytes as they come. Raises AnswerTooLargeError with the first that is too many."""
        self._left -= size
        if self._left < 0:
            raise AnswerTooLargeError(f"the model's answer has more than {MAX_ANSWER_BYTES} bytes; it was not read on")


def before_deadline(seconds: float, work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    """Runs a call in an event loop of its own and cuts it at the deadline, wherever it waits.

    Time-outs of single reads do not end an answer that trickles for ever.
    """

    async def bounded() -> _Result:
        async with asyncio.timeout(seconds):
            return await work()

    try:
        return asyncio.run(bounded())
    except TimeoutError as error:
        message = f"the model had not answered after {seconds:g} seconds; try again later"
        raise ModelTimedOutError(message) from error
