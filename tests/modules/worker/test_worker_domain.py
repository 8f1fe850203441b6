"""The back-off."""

import pytest

from modules.worker.domain import MAX_BACKOFF_SECONDS, Pace, backoff_seconds

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("attempt", "jitter", "seconds"),
    [(1, 1.0, 2.0), (1, 0.0, 1.0), (2, 1.0, 4.0), (4, 0.5, 12.0), (10, 1.0, MAX_BACKOFF_SECONDS), (10_000, 0.0, 30.0)],
)
def test_backoff_doubles_up_to_its_cap(attempt: int, jitter: float, seconds: float) -> None:
    assert backoff_seconds(attempt, base_seconds=2.0, jitter=jitter) == seconds


@pytest.mark.parametrize(("lease", "poll", "beat"), [(30.0, 2.0, 2.0), (3.0, 2.0, 1.0)])
def test_two_heartbeats_may_be_lost(lease: float, poll: float, beat: float) -> None:
    assert Pace(lease_seconds=lease, poll_seconds=poll, retry_seconds=1, max_attempts=5).beat_seconds == beat
