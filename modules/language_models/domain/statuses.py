"""What a provider's HTTP status means."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from modules.language_models.interface import (
    CallRejectedError,
    LanguageModelError,
    ModelUnavailableError,
    RateLimitedError,
)

OK: Final = 200
_TOO_MANY: Final = 429
_SERVER_FAULTS: Final = 500
_WAIT: Final = frozenset({408, 409, 425})
_USUAL_SECONDS: Final = 30.0
_LONGEST_SECONDS: Final = 3600.0
_ADVICE: Final = {
    401: "check its key",
    402: "check its account",
    403: "check its key and what it may do",
    404: "check its address and the name of the model",
}


def fault(status: int, headers: Mapping[str, str]) -> LanguageModelError:
    """The error of an answer that is not a 200. The provider's words are left out: they may quote the question."""
    if status == _TOO_MANY:
        seconds = retry_after(headers.get("retry-after", ""), headers.get("date", ""))
        return RateLimitedError(f"the model's provider asks to wait {seconds:g} seconds", retry_after_seconds=seconds)
    if status >= _SERVER_FAULTS or status in _WAIT:
        return ModelUnavailableError(f"the model's provider has a fault of its own ({status}); try again later")
    advice = _ADVICE.get(status, "check the settings of the model")
    return CallRejectedError(f"the model's provider does not take the call ({status}): {advice}")


def retry_after(said: str, now: str) -> float:
    """Seconds to wait: a number, or a date beside the date of the answer; anything else counts as half a minute."""
    try:
        seconds = float(said) if said.replace(".", "", 1).isdecimal() else (_date(said) - _date(now)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        seconds = _USUAL_SECONDS
    return min(_LONGEST_SECONDS, max(1.0, seconds))


def _date(said: str) -> datetime:
    return parsedate_to_datetime(said)
